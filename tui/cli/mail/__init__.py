"""`deskwire mail`: mail on its way in and out; a command is a file of this package.

Each has `register(commands)`, as the files of `tui.cli` do, and imports what it needs where it is used.
"""

from __future__ import annotations

from importlib import import_module

from tui.cli import Subparsers

FILES = ("deliver", "importing", "fetch", "send", "running", "status", "queues", "login")
"""In the order in which help lists their commands."""


def register(subparsers: Subparsers) -> None:
    """Add `mail` and its commands."""
    group = subparsers.add_parser("mail", help="bring mail into the desk and send what leaves it")
    commands = group.add_subparsers(required=True, dest="action", metavar="ACTION")
    for name in FILES:
        import_module(f"tui.cli.mail.{name}").register(commands)
