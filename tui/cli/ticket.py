"""`deskwire ticket`: list, show, open and change tickets from scripts and the shell."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Iterator

from services.errors import Invalid, UsageError
from services.records import TicketDetail
from services.session import Session
from tui.cli import Subparsers, opened_desk
from tui.cli.acting import acting_session
from tui.cli.output import csv_rows, json_lines, moment, say, table, typed_text

_BATCH = 500


def register(subparsers: Subparsers) -> None:
    """Add the parsers of `deskwire ticket`."""
    group = subparsers.add_parser("ticket", help="list, show, open and change tickets")
    commands = group.add_subparsers(required=True, dest="action", metavar="ACTION")

    parser = commands.add_parser("list", help="list tickets, newest first")
    example = 'such as: status:hold manager:me updated:<7d "a phrase"'
    parser.add_argument("query", nargs="*", metavar="QUERY", help=example)
    parser.add_argument("--limit", type=int, default=None, metavar="N", help="at most N tickets")
    shape = parser.add_mutually_exclusive_group()
    shape.add_argument("--json", action="store_true", help="one JSON object a line")
    shape.add_argument("--csv", action="store_true", help="CSV that is safe to open in a spreadsheet")
    parser.set_defaults(run=_list)

    parser = commands.add_parser("show", help="show one ticket with its History")
    parser.add_argument("number")
    parser.add_argument("--json", action="store_true")
    parser.set_defaults(run=_show)

    _register_new(commands.add_parser("new", help="open a ticket"))

    parser = commands.add_parser("set", help="change several fields as one operation")
    parser.add_argument("number")
    parser.add_argument("assignments", nargs="+", metavar="FIELD=VALUE")
    parser.set_defaults(run=_set)

    parser = commands.add_parser("note", help="add a note; its text comes from standard input")
    parser.add_argument("number")
    parser.add_argument("--public", action="store_true", help="clients see it")
    parser.set_defaults(run=_note)


def _register_new(parser: ArgumentParser) -> None:
    add = parser.add_argument
    add("--subject", required=True, metavar="S")
    add("--description", default="", metavar="TEXT", help="the text, or - to read it from standard input")
    for name in ("account", "category", "product", "type", "priority", "status", "extension", "manager", "due", "url"):
        add(f"--{name}", metavar=name.upper())
    add("--contact", metavar="EMAIL", help="on behalf of this contact, by address or name")
    add("--asset", metavar="ASSET")
    add("--contract", metavar="CONTRACT")
    add("--requester-name", metavar="NAME", default="")
    add("--requester-email", metavar="EMAIL", default="")
    add("--cc", action="append", default=[], metavar="USERNAME", help="an employee who is told about it; repeatable")
    add("--to", action="append", default=[], metavar="EMAIL", help="an outside recipient instead of the default one")
    add("--attach", action="append", default=[], metavar="FILE")
    add("--waiting-for-dispatch", action="store_true")
    add("--no-confirmation", action="store_true", help="send no confirmation mail")
    add("--json", action="store_true")
    parser.set_defaults(run=_new)


def _list(arguments: Namespace) -> int:
    from services import lists, query, tickets

    if arguments.limit is not None and arguments.limit < 1:
        raise UsageError("--limit takes a number of at least 1.")
    with opened_desk(arguments.settings):
        session = acting_session(arguments.settings)
        condition = query.compile_query(session, _joined(arguments.query))
        view = lists.ARCHIVED if condition.in_archive else lists.ALL
        wanted = lists.ListQuery(view, where=condition.sql, params=condition.params)
        if not (arguments.json or arguments.csv):
            _print_rows(session, wanted, arguments.limit)
            return 0
        keys = list(lists.ids(session, wanted))[: arguments.limit]
        found = (
            ticket for at in range(0, len(keys), _BATCH) for ticket in tickets.get_many(session, keys[at : at + _BATCH])
        )
        from tui.cli.ticket_json import TICKET_FIELDS, ticket_object

        if arguments.json:
            json_lines(ticket_object(ticket) for ticket in found)
        else:
            csv_rows([name for name in TICKET_FIELDS if name not in _NOT_IN_CSV], _csv(found))
    return 0


def _joined(words: list[str]) -> str:
    """Return the query: one argument as it stands; among several, one with a space was a phrase before the shell."""
    if len(words) == 1:
        return words[0]
    return " ".join(_quoted(word) if " " in word and '"' not in word else word for word in words)


def _quoted(word: str) -> str:
    field, colon, value = word.partition(":")
    return f'{field}:"{value}"' if colon and field.isalpha() else f'"{word}"'


def _print_rows(session: Session, wanted: object, limit: int | None) -> None:
    from services import lists, priorities

    assert isinstance(wanted, lists.ListQuery)
    rows = lists.first_rows(session, wanted, limit or 100)
    if not rows:
        say("No ticket fits.")
        return
    table(
        [
            (
                row.number,
                row.status + (f"/{row.extension}" if row.extension else ""),
                priorities.label(row.priority),
                row.manager,
                row.account,
                row.subject[:60],
                (moment(row.updated_at) or "")[:16].replace("T", " "),
            )
            for row in rows
        ],
        ("NUMBER", "STATUS", "PRIORITY", "MANAGER", "ACCOUNT", "SUBJECT", "UPDATED (UTC)"),
    )
    more = lists.count(session, wanted) - len(rows) if limit is None and len(rows) == 100 else 0
    if more > 0:
        say(f"… and {more:,} more; --limit shows more of them, --json and --csv all.")


_NOT_IN_CSV = ("merged_into", "version")


def _csv(found: Iterator[TicketDetail]) -> Iterator[list[object]]:
    from tui.cli.ticket_json import ticket_object

    for ticket in found:
        fields = ticket_object(ticket)
        fields["status"] = ticket.status
        yield ["" if value is None else value for name, value in fields.items() if name not in _NOT_IN_CSV]


def _show(arguments: Namespace) -> int:
    from services import tickets

    with opened_desk(arguments.settings):
        session = acting_session(arguments.settings)
        ticket = tickets.get_by_number(session, arguments.number)
        if arguments.json:
            from tui.cli.ticket_json import full_ticket_object

            json_lines([full_ticket_object(session, ticket)])
        else:
            from tui.cli.ticket_text import print_ticket

            print_ticket(session, ticket)
    return 0


def _new(arguments: Namespace) -> int:
    from services.ticket_creation import create
    from tui.cli.ticket_new import new_ticket

    description = typed_text() if arguments.description == "-" else arguments.description
    with opened_desk(arguments.settings):
        session = acting_session(arguments.settings)
        ticket = create(session, new_ticket(session, arguments, description))
        if arguments.json:
            from tui.cli.ticket_json import ticket_object

            json_lines([ticket_object(ticket)])
        else:
            say(ticket.number)
    return 0


def _set(arguments: Namespace) -> int:
    from services import ticket_changes, ticket_fields, tickets

    with opened_desk(arguments.settings):
        session = acting_session(arguments.settings)
        key = tickets.find_id(arguments.number)
        ticket = tickets.get(session, key)
        fields = ticket_fields.parse_assignments(session, arguments.assignments, ticket.account_id)
        changed = ticket_changes.change(session, key, fields)
        if changed.version == ticket.version:
            say(f"{ticket.number} has these values already.")
    return 0


def _note(arguments: Namespace) -> int:
    from services import notes, tickets

    text = typed_text()
    if not text.strip():
        raise Invalid("The note is empty; give its text on standard input.")
    with opened_desk(arguments.settings):
        session = acting_session(arguments.settings)
        notes.add_note(session, tickets.find_id(arguments.number), text, public=arguments.public)
    return 0
