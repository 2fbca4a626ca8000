"""Who acts on the command line: the employee bound to the operating-system account, or another by password."""

from __future__ import annotations

import sys

from services import auth
from services.errors import Forbidden
from services.session import Session
from tui.config import Settings

CHANNEL = "cli"


def acting_session(settings: Settings) -> Session:
    """Return the session that a command runs as. Needs a connection.

    `--as` another asks for that person's password on the terminal, unless the account is an operator's.
    """
    account = auth.os_account()
    if settings.acting_as is None:
        session = auth.login_by_os_account(account, CHANNEL)
        if session is None:
            raise Forbidden(
                f"The account {account} is bound to no employee; say who you are with --as USERNAME,"
                " or let an administrator bind it."
            )
        return session
    if auth.may_act_as(account, settings.acting_as):
        return auth.act_as(settings.acting_as, channel=CHANNEL, os_account=account)
    if not sys.stdin.isatty():
        raise Forbidden(
            f"To act as {settings.acting_as}, run this in a terminal that can ask for the password,"
            " or from an operator's account."
        )
    from getpass import getpass

    password = getpass(f"Password of {settings.acting_as}: ")
    return auth.login(settings.acting_as, password, channel=CHANNEL, os_account=account)
