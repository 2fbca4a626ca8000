"""`deskwire ticket`: list, show, open and change tickets from scripts and the shell."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from contextlib import AbstractContextManager, nullcontext

from services.clock import iso
from services.errors import Invalid, UsageError
from services.session import Session
from tui.cli import Subparsers, opened_desk
from tui.cli.acting import acting_session
from tui.cli.output import json_lines, pieces, say, table, typed_text
from tui.cli.ticket_reply import register as register_reply
from tui.cli.ticket_set import register as register_set

_BATCH = 500
_PATIENCE_SECONDS = 60.0
"""How long a script waits at most for the desk of another day."""

_NUMBER = "the ticket, such as 0500-1042"
_AT = "as it was then: yesterday 9am, 3d ago, 2026-11-20 14:00"


def register(subparsers: Subparsers) -> None:
    """Add the parsers of `deskwire ticket`."""
    group = subparsers.add_parser("ticket", help="list, show, open and change tickets")
    commands = group.add_subparsers(required=True, dest="action", metavar="ACTION")

    where = "The query language is explained in docs/reference/query-language.md."
    parser = commands.add_parser("list", help="list tickets, newest first", epilog=where)
    example = 'such as: status:hold manager:me updated:<7d (printer or "a phrase")'
    parser.add_argument("query", nargs="*", metavar="QUERY", help=example)
    parser.add_argument("--saved", metavar="NAME", help="what a saved search finds; QUERY narrows it")
    parser.add_argument("--limit", type=int, default=None, metavar="N", help="at most N tickets")
    shape = parser.add_mutually_exclusive_group()
    shape.add_argument("--json", action="store_true", help="one JSON object a line")
    shape.add_argument("--csv", action="store_true", help="CSV that is safe to open in a spreadsheet")
    shape.add_argument("--markdown", action="store_true", help="a Markdown table")
    parser.set_defaults(run=_list)

    parser.add_argument("--at", metavar="MOMENT", help=_AT)

    parser = commands.add_parser("show", help="show one ticket with its History")
    parser.add_argument("number", metavar="NUMBER", help=_NUMBER)
    parser.add_argument("--json", action="store_true", help="one JSON object")
    parser.add_argument("--at", metavar="MOMENT", help=_AT)
    parser.set_defaults(run=_show)

    parser = commands.add_parser("export", help="write a ticket with its History, mails and files to a folder")
    parser.add_argument("number", metavar="NUMBER", help=_NUMBER)
    parser.add_argument(
        "folder", nargs="?", default=".", metavar="FOLDER", help="the new folder, or one to make it in (.)"
    )
    parser.set_defaults(run=_export)

    _register_new(commands.add_parser("new", help="open a ticket"))

    register_set(commands.add_parser("set", help="change several fields of one ticket or many as one operation"))

    parser = commands.add_parser("note", help="add a note; its text comes from standard input")
    parser.add_argument("number", metavar="NUMBER", help=_NUMBER)
    parser.add_argument("--public", action="store_true", help="clients see it")
    parser.set_defaults(run=_note)

    register_reply(commands.add_parser("reply", help="answer by mail; the text comes from standard input"))

    parser = commands.add_parser("undo", help="take back the last operation on a ticket, wherever else it acted")
    parser.add_argument("number", metavar="NUMBER", help=_NUMBER)
    parser.add_argument("--partly", action="store_true", help="leave tickets as they are that have changed since")
    parser.add_argument("--json", action="store_true", help="one JSON object")
    parser.set_defaults(run=_undo)


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
    from services import finding, lists, searches

    if arguments.limit is not None and arguments.limit < 1:
        raise UsageError("--limit takes a number of at least 1.")
    with opened_desk(arguments.settings):
        session = acting_session(arguments.settings)
        text = joined(arguments.query)
        if arguments.saved is not None:
            saved = searches.find(session, arguments.saved).query
            text = f"({saved}) ({text})" if text.strip() else saved
        wanted, _ = finding.narrowed(session, lists.ListQuery(lists.ALL), text)
        shape = next((name for name in ("json", "csv", "markdown") if getattr(arguments, name)), None)
        with _desk_of(session, arguments.at) as session:
            if shape is None:
                _print_rows(session, wanted, arguments.limit)
                return 0
            from services.export.lists import lines

            endings = {"json": "jsonl", "markdown": "md"}
            pieces(lines(session, lists.ids(session, wanted)[: arguments.limit], endings.get(shape, shape)))
    return 0


def _desk_of(session: Session, typed: str | None) -> AbstractContextManager[Session]:
    """Return what lets the desk be read as it was at the moment that somebody typed, or as it is."""
    if typed is None:
        return nullcontext(session)
    from services import as_it_was
    from services.moments import parse_past

    return as_it_was.desk_hidden(session, parse_past(typed), _PATIENCE_SECONDS)


def _ticket_of(session: Session, ticket_id: int, typed: str | None) -> AbstractContextManager[Session]:
    if typed is None:
        return nullcontext(session)
    from services import as_it_was
    from services.moments import parse_past

    return as_it_was.ticket_hidden(session, ticket_id, parse_past(typed))


def joined(words: list[str]) -> str:
    """Return the query: one argument as it stands; among several, one with a space was a phrase before the shell."""
    if len(words) == 1:
        return words[0]
    return " ".join(_quoted(word) if " " in word and '"' not in word else word for word in words)


def _quoted(word: str) -> str:
    if word.startswith(("(", "-(")):
        return word
    field, colon, value = word.partition(":")
    return f'{field}:"{value}"' if colon and field.replace("_", "").isalpha() else f'"{word}"'


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
                (iso(row.updated_at) or "")[:16].replace("T", " "),
            )
            for row in rows
        ],
        ("NUMBER", "STATUS", "PRIORITY", "MANAGER", "ACCOUNT", "SUBJECT", "UPDATED (UTC)"),
    )
    more = lists.count(session, wanted) - len(rows) if limit is None and len(rows) == 100 else 0
    if more > 0:
        say(f"… and {more:,} more; --limit shows more of them, --json, --csv and --markdown all.")


def _show(arguments: Namespace) -> int:
    from services import tickets

    with opened_desk(arguments.settings):
        session = acting_session(arguments.settings)
        key = tickets.get_by_number(session, arguments.number).id
        with _ticket_of(session, key, arguments.at) as session:
            ticket = tickets.get(session, key)
            if arguments.json:
                from services.export.objects import full_ticket_object

                json_lines([full_ticket_object(session, ticket)])
            else:
                from services.export.ticket_text import head, told

                for text in (*head(session, ticket), *told(session, ticket)):
                    say(text)
    return 0


def _export(arguments: Namespace) -> int:
    from pathlib import Path

    from services import tickets
    from services.export import ticket_folder

    with opened_desk(arguments.settings):
        session = acting_session(arguments.settings)
        say(str(ticket_folder.save(session, tickets.find_id(arguments.number), Path(arguments.folder))))
    return 0


def _new(arguments: Namespace) -> int:
    from services.ticket_creation import create
    from tui.cli.ticket_new import new_ticket

    description = typed_text() if arguments.description == "-" else arguments.description
    with opened_desk(arguments.settings):
        session = acting_session(arguments.settings)
        ticket = create(session, new_ticket(session, arguments, description))
        if arguments.json:
            from services.export.objects import ticket_object

            json_lines([ticket_object(session, ticket)])
        else:
            say(ticket.number)
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


def _undo(arguments: Namespace) -> int:
    from services import operations, tickets, undo
    from services.action_names import label_of
    from tui.cli.ticket_undo import draft_of

    with opened_desk(arguments.settings):
        session = acting_session(arguments.settings)
        last = operations.last_on(session, tickets.find_id(arguments.number))
        undone = undo.undo(session, last, partly=arguments.partly)
        draft = draft_of(session, undone)
        if arguments.json:
            from services.numbers import number_of

            done = {
                "operation": undone.operation_id,
                "action": label_of(undone.root.action),
                "actor": undone.root.actor,
                "at": iso(undone.root.at),
                "tickets": [number_of(key) for key in undone.tickets],
                "left": list(undone.left),
            }
            json_lines([done])
        else:
            for text in (undone.sentence, *undone.left, *draft):
                say(text)
    return 0
