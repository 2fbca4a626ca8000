"""`admin setting`: what holds for the whole desk."""

from __future__ import annotations

from argparse import Namespace
from typing import Any

from tui.cli import Subparsers, output
from tui.cli.acting import acting
from tui.cli.admin_lists import assigned_fields, print_rows

_WIDEST = 40


def register_settings(groups: Subparsers) -> None:
    """Add `setting` and its commands."""
    group = groups.add_parser("setting", help="settings of the whole desk, such as its currency")
    commands = group.add_subparsers(required=True, dest="action", metavar="COMMAND")
    show = commands.add_parser("list", help="show them")
    show.add_argument("--json", action="store_true", help="print JSON Lines")
    show.set_defaults(run=_list)
    change = commands.add_parser("set", help="change some")
    change.add_argument("assignments", metavar="NAME=VALUE", nargs="+")
    change.set_defaults(run=_set)


def _list(arguments: Namespace) -> int:
    from services.preferences import desk_settings

    with acting(arguments.settings) as session:
        rows = desk_settings(session)
    if not arguments.json:
        rows = [one._replace(value=_short(one.value)) for one in rows]
    return print_rows(rows, ("name", "value", "label"), arguments.json)


def _short(value: Any) -> Any:
    """Return what a table has room for of a text: a template has many lines."""
    return value if not isinstance(value, str) or len(value) <= _WIDEST else f"{value[: _WIDEST - 1]}…"


def _set(arguments: Namespace) -> int:
    from services.preferences import DESK_SETTINGS, set_desk_setting

    with acting(arguments.settings) as session:
        for name, value in assigned_fields(arguments, DESK_SETTINGS).items():
            kept = set_desk_setting(session, name, value)
            shown = ("yes" if kept else "no") if isinstance(kept, bool) else "empty" if kept == "" else kept
            output.say(f"{name} is now {shown}.")
    return 0
