"""What a delivery does where no worker runs: the mail is on the disk already, and goes from there into the desk."""

from __future__ import annotations

import gc
import sys
from typing import TYPE_CHECKING

from services.errors import DeskError, TryAgain

if TYPE_CHECKING:
    from connector.spool import Spool
    from connector.turns import Turn

_LOCK_WAIT_MS = 3_000


def take_in(url: str, spool: Spool, name: str, turn: Turn) -> int:
    """Take in what lies in the spool, the mail `name` among it, and return the exit status.

    That mail is safe already, so a database that is away, locked or full is no failure. But one that is none, or too
    old, would leave mail where nobody looks: then DeskError is raised, and the mail server is to keep it.
    """
    try:
        _empty(url, spool, turn)
    except TryAgain as error:
        _warn(f"The mail is safe in {spool.folder} and will be taken in later. {error.sentence}")
    except DeskError:
        if spool.holds(name):
            spool.drop(name)
            raise
    return 0


def _empty(url: str, spool: Spool, turn: Turn) -> None:
    from connector.draining import drain
    from models.binding import is_sqlite
    from services import auth
    from services.desk import close_desk, open_desk
    from services.session import desk_session
    from services.sql import execute

    open_desk(url, plain=True)
    gc.freeze()
    gc.enable()
    try:
        if is_sqlite(url):
            # The mail server waits, and the mail is safe.
            execute(f"PRAGMA busy_timeout = {_LOCK_WAIT_MS}")
        drain(desk_session("email", auth.os_account()), spool, turn=turn)
    finally:
        close_desk()


def _warn(text: str) -> None:
    from services.text import plain

    print(f"deskwire: {plain(text)}", file=sys.stderr)
