"""The commands with which administrators run the desk; one group for each kind of thing they manage."""

from __future__ import annotations

from tui.cli import Subparsers
from tui.cli.admin_lists import LISTS, add_list_commands
from tui.cli.admin_people import register_people
from tui.cli.admin_settings import register_settings


def register(subparsers: Subparsers) -> None:
    """Add `admin` and its groups."""
    parser = subparsers.add_parser(
        "admin",
        help="manage people, lists, customers and settings",
        description="Manage the desk. What people name can be given by name, by its unambiguous beginning, or as #ID.",
    )
    groups = parser.add_subparsers(required=True, dest="group", metavar="GROUP")
    register_people(groups)
    for managed in LISTS:
        group = groups.add_parser(managed.name, help=managed.help)
        add_list_commands(group.add_subparsers(required=True, dest="action", metavar="COMMAND"), managed)
    register_settings(groups)
