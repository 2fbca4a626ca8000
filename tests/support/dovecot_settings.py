"""How a Dovecot of the tests is configured, in the words of 2.3 and in those of 2.4, which renamed half of them."""

from __future__ import annotations

VERSIONS = ("2.3.", "2.4.")
"""How the versions begin whose words are known."""

_BOTH = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
protocols = imap
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
first_valid_uid = 1
first_valid_gid = 1
ssl = yes
service anvil {{
  chroot =
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    {listen} = 127.0.0.1
    port = {port}
  }}
  inet_listener imaps {{
    {listen} = 127.0.0.1
    port = {tls_port}
    ssl = yes
  }}
}}
"""
_OF_2_3 = """
mail_home = {folder}/home/%u
mail_location = maildir:~/Maildir
rawlog_dir = {folder}/heard/%u
disable_plaintext_auth = no
ssl_cert = <{folder}/server.crt
ssl_key = <{folder}/server.key
passdb {{
  driver = passwd-file
  args = {folder}/users
}}
userdb {{
  driver = static
  args = uid={user} gid={group}
}}
"""
_OF_2_4 = """
mail_home = {folder}/home/%{{user}}
mail_driver = maildir
mail_path = ~/Maildir
rawlog_dir = {folder}/heard/%{{user}}
auth_allow_cleartext = yes
ssl_server_cert_file = {folder}/server.crt
ssl_server_key_file = {folder}/server.key
passdb passwd-file {{
  passwd_file_path = {folder}/users
}}
userdb static {{
  fields {{
    uid = {user}
    gid = {group}
  }}
}}
"""
_FIRST_OF_2_4 = "dovecot_config_version = 2.4.0\ndovecot_storage_version = 2.4.0\n"


def configuration(version: str, capability: str, **values: object) -> str:
    """Return the configuration file for a version; it needs folder, user, group, port and tls_port.

    `capability` is what the server says that it can do, everything if empty.
    """
    said = f"imap_capability = {capability}\n" if capability else ""
    if version.startswith("2.3."):
        return (_BOTH + _OF_2_3).format(listen="address", **values) + said
    # Its own version has to come first.
    return _FIRST_OF_2_4 + (_BOTH + _OF_2_4).format(listen="listen", **values) + said
