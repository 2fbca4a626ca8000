"""`deskwire mail login` and `mail logout`: the passwords of mail servers in the keyring of this account."""

from __future__ import annotations

import sys
from argparse import Namespace

from tui.cli import Subparsers
from tui.cli.acting import acting, ask
from tui.cli.output import say


def register(commands: Subparsers) -> None:
    """Add both commands."""
    login = commands.add_parser(
        "login",
        help="keep the password of a mail server in the keyring",
        description="Keep the password of the server through which mail leaves in the keyring, after trying it.",
    )
    login.add_argument("--mailbox", metavar="NAME", help="that of a mailbox instead, which is not tried")
    login.set_defaults(run=_login)
    logout = commands.add_parser("logout", help="remove the password of a mail server from the keyring")
    logout.add_argument("--mailbox", metavar="NAME", help="that of a mailbox instead")
    logout.set_defaults(run=_logout)


def _login(arguments: Namespace) -> int:
    from connector.smtp import Timeouts
    from connector.smtp_opening import Server, opened
    from services import mail_passwords, mail_settings
    from services.errors import DeskError, UsageError

    if not sys.stdin.isatty():
        raise UsageError("The password is typed on a terminal: run “deskwire mail login” on one.")
    with acting(arguments.settings):
        kind, name, account = _place(arguments.mailbox)
        settings = mail_settings.current()
    password = ask(f"Password of {account} at {name}: ")
    if not password:
        raise DeskError("No password was typed: nothing was stored.")
    if kind == mail_passwords.SMTP:
        server = Server(name, settings.smtp_port, settings.smtp_security, account, password)
        limits = Timeouts()
        opened(server, limits.connect, limits.command).close()
    mail_passwords.store(kind, name, account, password)
    say(f"Stored the password of {account} at {name} in the keyring.")
    return 0


def _logout(arguments: Namespace) -> int:
    from services import mail_passwords
    from services.errors import DeskError

    with acting(arguments.settings):
        kind, name, account = _place(arguments.mailbox)
    if not mail_passwords.forget(kind, name, account):
        raise DeskError(f"The keyring holds no password of {account} at {name}.")
    say(f"Removed the password of {account} at {name} from the keyring.")
    return 0


def _place(mailbox: str | None) -> tuple[str, str, str]:
    """Return of which kind a password is, for what, and whose. Needs a connection."""
    from services import mail_passwords, mail_settings
    from services.errors import DeskError
    from services.mailboxes import MAILBOXES
    from services.session import desk_session

    if mailbox is not None:
        row = MAILBOXES.get(desk_session("cli"), MAILBOXES.find(mailbox))
        return mail_passwords.IMAP, row.name, row.username
    settings = mail_settings.current()
    if not settings.smtp_host or not settings.smtp_username:
        raise DeskError("Mail leaves without a login: an administrator sets smtp_host and smtp_username first.")
    return mail_passwords.SMTP, settings.smtp_host, settings.smtp_username
