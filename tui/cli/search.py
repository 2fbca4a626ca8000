"""`deskwire search`: the searches that stand in the navigation pane."""

from __future__ import annotations

from argparse import Namespace

from tui.cli import Subparsers
from tui.cli.acting import acting
from tui.cli.output import json_lines, say, table


def register(subparsers: Subparsers) -> None:
    """Add the parsers of `deskwire search`."""
    group = subparsers.add_parser("search", help="list, save and remove searches")
    commands = group.add_subparsers(required=True, dest="action", metavar="ACTION")

    parser = commands.add_parser("list", help="list your saved searches and those that others share")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    parser.set_defaults(run=_list)

    parser = commands.add_parser("save", help="save a search under a name")
    parser.add_argument("name", metavar="NAME", help="what to call it")
    parser.add_argument(
        "query", nargs="+", metavar="QUERY", help="words and fields, as “deskwire ticket list” takes them"
    )
    parser.add_argument("--shared", action="store_true", help="let all employees see it")
    parser.set_defaults(run=_save)

    parser = commands.add_parser("remove", help="remove one of your searches")
    parser.add_argument("name", metavar="NAME", help="one of yours, as “deskwire search list” shows it")
    parser.set_defaults(run=_remove)


def _list(arguments: Namespace) -> int:
    from services import searches

    with acting(arguments.settings) as session:
        rows = searches.visible(session)
    if arguments.json:
        json_lines({"name": r.name, "query": r.query, "shared": r.shared, "owner": r.owner} for r in rows)
    elif rows:
        lines = [(r.name, "yes" if r.shared else "", "you" if r.mine else r.owner, r.query) for r in rows]
        table(lines, ("NAME", "SHARED", "OWNER", "QUERY"))
    else:
        say("There is no saved search.")
    return 0


def _save(arguments: Namespace) -> int:
    from services import searches
    from tui.cli.ticket import joined

    with acting(arguments.settings) as session:
        searches.save(session, arguments.name, joined(arguments.query), shared=arguments.shared)
    return 0


def _remove(arguments: Namespace) -> int:
    from services import searches

    with acting(arguments.settings) as session:
        searches.remove(session, searches.find(session, arguments.name).id)
    return 0
