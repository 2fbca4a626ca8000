"""`deskwire mail run` and `deskwire mail lmtp`: the Email Connector until it is stopped."""

from __future__ import annotations

import sys
import threading
from argparse import Namespace
from contextlib import suppress
from typing import Any

from tui.cli import Subparsers


def register(commands: Subparsers) -> None:
    """Add the parsers of `deskwire mail run` and `deskwire mail lmtp`."""
    parser = commands.add_parser(
        "run",
        help="take mail in and send it out until stopped",
        description="Empty the spool, listen for LMTP where the configuration says so, fetch the mailboxes and send"
        " what waits, until stopped by SIGTERM or Ctrl+C. Several may run at once.",
    )
    parser.add_argument("--json", action="store_true", help="one JSON object a line on standard error")
    parser.set_defaults(run=_run)
    parser = commands.add_parser(
        "lmtp",
        help="take mail in by LMTP until stopped",
        description="Listen for a mail server that hands mail over by LMTP, until stopped by SIGTERM or Ctrl+C.",
    )
    parser.add_argument("--listen", metavar="ADDRESS", help="unix:/PATH, PORT on this machine, or HOST:PORT")
    parser.add_argument("--json", action="store_true", help="one JSON object a line on standard error")
    parser.set_defaults(run=_lmtp)


def _run(arguments: Namespace) -> int:
    return _work(arguments, arguments.settings.lmtp, only_lmtp=False)


def _lmtp(arguments: Namespace) -> int:
    from services.errors import UsageError

    address = arguments.listen or arguments.settings.lmtp
    if not address:
        raise UsageError("Say where to listen, with --listen ADDRESS or as mail.lmtp in the configuration file.")
    return _work(arguments, address, only_lmtp=True)


def _work(arguments: Namespace, lmtp: str, *, only_lmtp: bool) -> int:
    from connector.run import Plan, run
    from connector.sending import sender_name
    from connector.spool import Spool, folder_for
    from services import auth
    from services.session import desk_session
    from tui import thin
    from tui.cli import opened_desk
    from tui.crash import report

    if lmtp:
        from connector.lmtp import check_address

        check_address(lmtp)
    spool = Spool(folder_for(thin.spool_base(), arguments.settings.url))
    # What is wrong with the address or the desk is said at once; what goes away later comes back.
    with opened_desk(arguments.settings):
        plan = Plan(sender_name(), lmtp, fetches=not only_lmtp, sends=not only_lmtp)
        return run(desk_session("email", auth.os_account()), spool, plan, _Log(arguments.json), report)


class _Log:
    """Writes one line for each event on standard error, whatever the texts from outside hold."""

    def __init__(self, as_json: bool) -> None:
        self._as_json = as_json
        self._guard = threading.Lock()

    def __call__(self, part: str, text: str, **fields: Any) -> None:
        """Write a line."""
        import json

        from services import clock
        from services.text import row

        at = clock.iso(clock.now() // clock.SECOND * clock.SECOND)
        shown = row(text, 1000)
        if self._as_json:
            # In ASCII: fields hold texts from outside as they came, and this may be read on a terminal.
            line = json.dumps({"at": at, "part": part, "text": shown, **fields})
        else:
            line = f"{at} {part}: {shown}"
        # Where whoever read this has gone, mail goes on.
        with self._guard, suppress(OSError):
            sys.stderr.write(line + "\n")
            sys.stderr.flush()
