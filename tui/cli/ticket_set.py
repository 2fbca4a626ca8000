"""`deskwire ticket set`: fields of one ticket, or of all tickets that a query finds, as one operation."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from typing import Any

from services.errors import UsageError
from services.session import Session
from tui.cli import opened_desk
from tui.cli.acting import acting_session
from tui.cli.output import say, warn


def register(parser: ArgumentParser) -> None:
    """Add what `deskwire ticket set` understands."""
    words = "NUMBER and FIELD=VALUE, or with --query FIELD=VALUE alone"
    parser.add_argument("words", nargs="+", metavar="NUMBER FIELD=VALUE", help=words)
    parser.add_argument("--query", metavar="QUERY", help="change all tickets that this query finds, instead of one")
    parser.add_argument("--dry-run", action="store_true", help="with --query: only say how many tickets it finds")
    parser.set_defaults(run=_set)


def _set(arguments: Namespace) -> int:
    if arguments.query is None:
        if arguments.dry_run:
            raise UsageError("--dry-run says what a --query finds; give one.")
        number, *assignments = arguments.words
        if not assignments:
            raise UsageError("Say what to change: deskwire ticket set NUMBER FIELD=VALUE.")
    with opened_desk(arguments.settings):
        session = acting_session(arguments.settings)
        if arguments.query is None:
            return _one(session, number, assignments)
        return _many(session, arguments.query, arguments.words, arguments.dry_run)


def _one(session: Session, number: str, assignments: list[str]) -> int:
    from services import ticket_changes, ticket_fields, tickets

    key = tickets.find_id(number)
    ticket = tickets.get(session, key)
    fields = ticket_fields.parse_assignments(session, assignments, ticket.account_id)
    changed = ticket_changes.change(session, key, fields)
    if changed.version == ticket.version:
        say(f"{ticket.number} has these values already.")
    return 0


def _many(session: Session, query: str, assignments: list[str], dry_run: bool) -> int:
    from services import bulk, ticket_changes, ticket_fields
    from services.numbers import number_of

    fields: dict[str, Any] = ticket_fields.parse_assignments(session, assignments, session.account_id)
    found = _found(session, query)
    if dry_run or not found:
        say(f"The query finds {_tickets(len(found))}; nothing was changed.")
        return 0
    result = bulk.run(session, ticket_changes.changing(fields), found)
    already = f" {result.unchanged:,} had these values already." if result.unchanged else ""
    say(f"{_tickets(len(result.done))} changed.{already}")
    for ticket_id, reason in result.refused:
        warn(f"{number_of(ticket_id)}: {reason}")
    return 1 if result.refused else 0


def _found(session: Session, typed: str) -> Any:
    from services import finding, lists

    if not typed.strip():
        raise UsageError("An empty query would find every ticket; say which ones are meant.")
    return lists.ids(session, finding.narrowed(session, lists.ListQuery(lists.ALL), typed)[0])


def _tickets(count: int) -> str:
    return "1 ticket" if count == 1 else f"{count:,} tickets"
