"""`deskwire mail fetch`: looking into the mailboxes once."""

from __future__ import annotations

from argparse import Namespace
from typing import TYPE_CHECKING

from tui.cli import Subparsers
from tui.cli.acting import acting
from tui.cli.output import json_lines, say, warn

if TYPE_CHECKING:
    from services.mailboxes import MailboxRow
    from services.session import Session


def register(commands: Subparsers) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "fetch",
        help="take in what is new in the mailboxes, once",
        description="Take in what is new in the mailboxes, all of them at the same time.",
    )
    parser.add_argument("--mailbox", metavar="NAME", help="only this one, also if it is not active")
    parser.add_argument("--json", action="store_true", help="one JSON object a mailbox: how it went")
    parser.set_defaults(run=_fetch)


def _fetch(arguments: Namespace) -> int:
    from connector.fetchers import fetch_once, taking_in
    from connector.sending import sender_name
    from tui.cli.mail.spooled import empty_spool

    with acting(arguments.settings) as session:
        session.require("import_mail")
        empty_spool(arguments.settings, session)
        chosen = _chosen(session, arguments.mailbox)
        outcomes = fetch_once(chosen, sender_name(), keep=taking_in(session))
    if arguments.json:
        json_lines(
            {"mailbox": one.mailbox.name, "fetched": one.fetched, "error": one.error or None} for one in outcomes
        )
    for one in outcomes:
        if one.error:
            warn(f"deskwire: {one.mailbox.name}: {one.error}")
        elif not arguments.json:
            say(f"{one.mailbox.name}: {one.fetched:,} {'mail' if one.fetched == 1 else 'mails'} fetched.")
    return 1 if any(one.error for one in outcomes) else 0


def _chosen(session: Session, name: str | None) -> list[MailboxRow]:
    from services.errors import DeskError
    from services.mailboxes import MAILBOXES, active

    if name:
        return [MAILBOXES.get(session, MAILBOXES.find(name))]
    chosen = active()
    if not chosen:
        raise DeskError("The desk has no mailbox to fetch: add one with “deskwire admin mailbox add”.")
    return chosen
