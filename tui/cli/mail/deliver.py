"""`deskwire mail deliver`: one mail from a mail server's pipe. What a delivery does first stands in `tui.thin`."""

from __future__ import annotations

from argparse import Namespace
from typing import TYPE_CHECKING

from tui.cli import Subparsers

if TYPE_CHECKING:
    from connector.spool import Spool
    from tui import config
    from tui.thin import Delivery


_LOCK_WAIT_MS = 3_000


def register(commands: Subparsers) -> None:
    """Add the parser of `deskwire mail deliver`, for its help and for what is misused."""
    parser = commands.add_parser(
        "deliver",
        help="take in one mail from standard input, for a mail server's pipe",
        description="Take in one mail from standard input. When it ends with 0, the mail is safe on the disk or in the "
        "desk; with 75 the mail server has to try again.",
    )
    parser.add_argument("--from", dest="sender", metavar="SENDER", help="the envelope's sender, empty for none")
    parser.add_argument("recipients", nargs="*", metavar="RECIPIENT", help="the envelope's recipients")
    parser.set_defaults(run=_deliver)


def _deliver(arguments: Namespace) -> int:
    from tui import thin

    asked = thin.Delivery()
    asked.db, asked.config = arguments.settings.url, arguments.settings.file or None
    asked.sender, asked.recipients = arguments.sender, arguments.recipients
    return thin.deliver(asked)


def finish(asked: Delivery, name: str) -> int:
    """Take in what lies in the spool, the mail that was just put there among it, where no worker does it.

    The mail is safe already, so a database that is away, locked or full is no failure. But one that is none, or too
    old, would leave mail where nobody looks: then the mail server is told to keep it.
    """
    from connector.spool import Spool, folder_for
    from services.errors import DeskError, TryAgain
    from tui import config, thin
    from tui.cli.output import warn

    settings = config.load(asked.db, asked.config)
    if not name:
        raise TryAgain("The mail was left with the mail server, because the desk's address is not clear.")
    spool = Spool(folder_for(thin.spool_base(), settings.url))
    try:
        _take_in(settings, spool, name)
    except TryAgain as error:
        warn(f"deskwire: The mail is safe in {spool.folder} and will be taken in later. {error.sentence}")
    except DeskError:
        spool.drop(name)
        raise
    return 0


def _take_in(settings: config.Settings, spool: Spool, name: str) -> None:
    from connector.draining import drain
    from models.binding import is_sqlite
    from services import auth
    from services.session import desk_session
    from services.sql import execute
    from tui.cli import opened_desk

    with opened_desk(settings):
        if is_sqlite(settings.url):
            # The mail server waits, and the mail is safe.
            execute(f"PRAGMA busy_timeout = {_LOCK_WAIT_MS}")
        drain(desk_session("email", auth.os_account()), spool, until_gone=name)
