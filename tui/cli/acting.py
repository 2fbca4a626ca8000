"""Who acts on the command line: the employee bound to the operating-system account, or the one given with --as."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from tui.cli import opened_desk

if TYPE_CHECKING:
    from services.session import Session
    from tui.config import Settings

CHANNEL = "cli"


@contextmanager
def acting(settings: Settings) -> Iterator[Session]:
    """Hold the desk open while the block runs and yield the session of whoever acts."""
    with opened_desk(settings):
        yield acting_session(settings)


def acting_session(settings: Settings) -> Session:
    """Return the session that a command runs as. Needs a connection.

    `--as` another asks for that person's password on the terminal, unless the account is an operator's.
    """
    from services import auth
    from services.errors import Forbidden

    account, username = auth.os_account(), settings.acting_as
    if username is None:
        session = auth.login_by_os_account(account, CHANNEL)
        if session is None:
            raise Forbidden(
                f"No employee is bound to the operating-system account “{account}”: name yours with --as USERNAME,"
                " or let an administrator bind it."
            )
        return session
    if auth.may_act_as(account, username) or not sys.stdin.isatty():
        return auth.act_as(username, channel=CHANNEL, os_account=account)
    password = ask(f"Password of {username}: ")
    return auth.login(username, password, channel=CHANNEL, os_account=account)


def ask(prompt: str) -> str:
    """Ask on the terminal for a secret that is not shown."""
    from getpass import getpass

    from services.errors import DeskError
    from services.text import row

    try:
        return getpass(row(prompt))
    except EOFError:
        raise DeskError("No password was given, so nothing was done.") from None


def new_password(from_stdin: bool, username: str) -> str:
    """Return a new password: the first line of standard input, or asked for twice on the terminal."""
    from services.errors import Invalid, UsageError
    from services.passwords import check_strength

    if from_stdin:
        password = sys.stdin.readline().rstrip("\r\n")
        check_strength(password, username)
        return password
    if not sys.stdin.isatty():
        raise UsageError("There is no terminal to ask for the password on: give it with --password-stdin.")
    password = ask(f"New password for {username}: ")
    check_strength(password, username)
    if ask("The same once more: ") != password:
        raise Invalid("The two passwords differ; nothing was changed.", "password")
    return password
