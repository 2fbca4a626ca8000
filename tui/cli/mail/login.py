"""`deskwire mail login` and `mail logout`: passwords and sign-ins of mail servers in the keyring of this account."""

from __future__ import annotations

import sys
from argparse import Namespace
from typing import TYPE_CHECKING

from tui.cli import Subparsers
from tui.cli.acting import acting, ask
from tui.cli.output import say

if TYPE_CHECKING:
    from connector.smtp_opening import Server
    from services.mail_tokens import Account
    from services.mailboxes import MailboxRow

    Place = MailboxRow | Server


def register(commands: Subparsers) -> None:
    """Add both commands."""
    login = commands.add_parser(
        "login",
        help="keep the password of a mail server, or a sign-in there, in the keyring",
        description="Try the password of the server through which mail leaves and keep it in the keyring. Where the"
        " desk signs in by tokens instead (OAuth 2), sign in, and keep what lets it in from then on.",
    )
    login.add_argument("--mailbox", metavar="NAME", help="that of a mailbox instead")
    login.add_argument(
        "--browser", action="store_true", help="sign in in a browser where a code could be typed on any device"
    )
    login.add_argument(
        "--print",
        dest="printed",
        action="store_true",
        help="print what a sign-in leaves, for a service that has no keyring, and keep nothing",
    )
    login.set_defaults(run=_login)
    logout = commands.add_parser(
        "logout", help="remove the password of a mail server, or the sign-in, from the keyring"
    )
    logout.add_argument("--mailbox", metavar="NAME", help="that of a mailbox instead")
    logout.set_defaults(run=_logout)


def _login(arguments: Namespace) -> int:
    from services import mail_tokens
    from services.errors import UsageError
    from services.oauth_providers import PASSWORD

    with acting(arguments.settings):
        account, place = _place(arguments.mailbox)
        provider = None if account.sign_in == PASSWORD else mail_tokens.provider_of(account)
    if provider is not None:
        from tui.cli.mail.signing_in import sign_in

        return sign_in(account, provider, place, browser=arguments.browser, printed=arguments.printed)
    if arguments.printed:
        raise UsageError("A password is not printed: without --print it is kept in the keyring.")
    if not sys.stdin.isatty():
        raise UsageError("The password is typed on a terminal: run “deskwire mail login” on one.")
    return _keep_password(account, place)


def _keep_password(account: Account, place: Place) -> int:
    from services import mail_passwords
    from services.errors import DeskError

    whose = f"{account.username} at {account.name}"
    password = ask(f"Password of {whose}: ")
    if not password:
        raise DeskError("No password was typed: nothing was stored.")
    try_out(place, password=password)
    mail_passwords.store(*account[:3], password)
    say(f"Stored the password of {whose} in the keyring.")
    return 0


def try_out(place: Place, *, password: str = "", token: str = "") -> None:
    """See whether a password or a token lets in; raises what the server says against it."""
    from connector.smtp_opening import Server, opened

    if isinstance(place, Server):
        from connector.smtp import Timeouts

        limits = Timeouts()
        opened(place._replace(password=password, token=token), limits.connect, limits.command).close()
        return
    from connector.imap_server import connected

    with connected(place, password or token):
        return


def _logout(arguments: Namespace) -> int:
    from services import mail_passwords, mail_tokens
    from services.errors import DeskError
    from services.oauth_providers import PASSWORD

    with acting(arguments.settings):
        account, _ = _place(arguments.mailbox)
        provider = None if account.sign_in == PASSWORD else mail_tokens.provider_of(account)
    whose = f"{account.username} at {account.name}"
    noun, place = "password", (*account[:3], mail_passwords.PASSWORD)
    if provider is not None:
        noun, place = "sign-in", (*account[:3], mail_passwords.TOKEN)
        if provider.is_for_programs:
            noun, place, whose = "client secret", mail_tokens.secret_place(provider), provider.label
    if not mail_passwords.forget(*place):
        raise DeskError(f"The keyring holds no {noun} of {whose}.")
    say(f"Removed the {noun} of {whose} from the keyring.")
    return 0


def _place(name: str | None) -> tuple[Account, Place]:
    """Return whose password or sign-in it is, and the mailbox or server that it is for. Needs a connection."""
    from connector.smtp_opening import Server
    from services import mail_passwords, mail_settings
    from services.errors import DeskError
    from services.mail_tokens import Account
    from services.mailboxes import MAILBOXES
    from services.session import desk_session

    if name is not None:
        row = MAILBOXES.get(desk_session("cli"), MAILBOXES.find(name))
        return Account(mail_passwords.IMAP, row.name, row.username, row.sign_in), row
    settings = mail_settings.current()
    if not settings.smtp_host or not settings.smtp_username:
        raise DeskError("Mail leaves without a login: an administrator sets smtp_host and smtp_username first.")
    host, username = settings.smtp_host, settings.smtp_username
    account = Account(mail_passwords.SMTP, host, username, settings.smtp_sign_in)
    return account, Server(host, settings.smtp_port, settings.smtp_security, username)
