"""`deskwire mail queue`, `retry`, `place` and `set-aside`: the mails that are on no ticket."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable
from typing import TYPE_CHECKING

from tui.cli import Subparsers
from tui.cli.acting import acting
from tui.cli.output import json_lines, say, table, warn

if TYPE_CHECKING:
    from services.session import Session

_QUEUES = ("quarantined", "review", "aside")


def register(commands: Subparsers) -> None:
    """Add the parsers."""
    parser = commands.add_parser("queue", help="list the mails that are on no ticket")
    parser.add_argument("queue", nargs="?", choices=_QUEUES, help="only one queue; all of them unless given")
    parser.add_argument("--json", action="store_true", help="one JSON object a mail")
    parser.set_defaults(run=_queue)

    parser = commands.add_parser("retry", help="try again to file mails that are in quarantine")
    parser.add_argument("ids", metavar="ID", type=int, nargs="+", help="as “mail queue” shows it")
    parser.set_defaults(run=_retry)

    parser = commands.add_parser("place", help="say on which ticket a mail under review or set aside belongs")
    parser.add_argument("id", metavar="ID", type=int, help="as “mail queue” shows it")
    parser.add_argument("number", metavar="NUMBER", help="a ticket's number, or “new” for a ticket of its own")
    parser.set_defaults(run=_place)

    parser = commands.add_parser("set-aside", help="say that mails need no ticket; they stay kept")
    parser.add_argument("ids", metavar="ID", type=int, nargs="+", help="as “mail queue” shows it")
    parser.set_defaults(run=_set_aside)


def _queue(arguments: Namespace) -> int:
    from services import mail_queues
    from services.clock import iso

    with acting(arguments.settings) as session:
        wanted = [arguments.queue] if arguments.queue else list(_QUEUES)
        found = [mail for queue in wanted for mail in mail_queues.listed(session, queue)]
    if arguments.json:
        json_lines({**mail._asdict(), "received_at": iso(mail.received_at)} for mail in found)
    elif found:
        heads = ("Id", "Queue", "Received", "From", "Subject", "Why")
        rows = [(one.id, one.state, iso(one.received_at), one.sender, one.subject, one.reason) for one in found]
        table(rows, heads)
    else:
        say("Every mail is on a ticket.")
    return 0


def _retry(arguments: Namespace) -> int:
    from services import mail_queues

    return _act(arguments, arguments.ids, mail_queues.retry)


def _set_aside(arguments: Namespace) -> int:
    from services import mail_queues

    return _act(arguments, arguments.ids, mail_queues.set_aside)


def _place(arguments: Namespace) -> int:
    from services import mail_queues, tickets

    def place(session: Session, original_id: int) -> None:
        is_new = arguments.number.lower() == "new"
        ticket_id = None if is_new else tickets.get_by_number(session, arguments.number).id
        mail_queues.decide(session, original_id, ticket_id)

    return _act(arguments, [arguments.id], place)


def _act(arguments: Namespace, ids: list[int], act: Callable[[Session, int], None]) -> int:
    """Do something with mails, then file those that wait again, and say what became of each."""
    from connector.batches import QUARANTINED
    from connector.intake import file_left
    from services import originals

    with acting(arguments.settings) as session:
        for original_id in ids:
            act(session, original_id)
        filed = {one.origin: one for one in file_left(session)}
        sources = {original_id: originals.get(original_id).source for original_id in ids}
    failed = False
    for original_id, source in sources.items():
        outcome = filed.get(source)
        if outcome is None:
            say(f"{original_id}: done.")
        elif outcome.state == QUARANTINED:
            failed = True
            warn(f"deskwire: {original_id}: quarantined: {outcome.reason}")
        else:
            say(f"{original_id}: {outcome.state}{f' {outcome.number}' if outcome.number else ''}.")
    return 1 if failed else 0
