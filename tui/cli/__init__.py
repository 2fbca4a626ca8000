"""The frame of the command line: global options anywhere, and only the file of the chosen command imported.

A command is a file of this package with `register(subparsers)`, which adds its parsers and gives each the
function to call: `parser.set_defaults(run=function)`. The function gets the parsed arguments, among them
`settings`, and returns the exit status.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from tui.config import Settings

Subparsers = Any
"""What argparse returns from add_subparsers; the class has no public name."""

COMMANDS = {
    "demo": "build a desk filled with a sample company",
    "ticket": "list, show, open and change tickets",
    "search": "list, save and remove searches",
    "mail": "bring mail into the desk and send what leaves it",
    "admin": "manage people, teams, categories, statuses, accounts and contacts",
    "db": "look after the database: status, migrate, backup, restore, check, copy, login",
}

_WITH_VALUE = {"--db": "db", "--config": "config", "--as": "as"}


class Parser(argparse.ArgumentParser):
    """An argument parser that says what is wrong in a sentence, and never guesses from an abbreviation."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        options.setdefault("allow_abbrev", False)
        super().__init__(*arguments, **options)

    def error(self, message: str) -> NoReturn:
        """Leave with status 2, saying what is wrong and where the options are explained."""
        from services.text import row

        self.exit(2, f"deskwire: {row(message, 500)}\nSee “{self.prog} --help”.\n")


def split_globals(argv: list[str]) -> tuple[dict[str, str | None], list[str]]:
    """Take the global options out, wherever they stand before a `--`; return them and the rest.

    `--help` and `--version` before a command are answered here, by leaving.
    """
    options: dict[str, str | None] = dict.fromkeys(_WITH_VALUE.values())
    rest: list[str] = []
    words = iter(argv)
    for word in words:
        name, equals, value = word.partition("=")
        if word == "--":
            rest.append(word)
            break
        if name in _WITH_VALUE:
            given = value if equals else next(words, None)
            if not given:
                _top_parser().error(f"{name} needs a value")
            options[_WITH_VALUE[name]] = given
        elif not rest and word in ("-h", "--help"):
            _top_parser().print_help()
            sys.exit(0)
        elif not rest and word == "--version":
            from tui.crash import program_version

            print(f"deskwire {program_version()}")
            sys.exit(0)
        else:
            rest.append(word)
    return options, [*rest, *words]


def parse(words: list[str]) -> argparse.Namespace:
    """Parse a command and its arguments, importing the file of that command alone."""
    name = words[0]
    if name not in COMMANDS:
        what = "option" if name.startswith("-") else "command"
        _top_parser().error(f"there is no {what} “{name}”: the commands are {', '.join(COMMANDS)}")
    from importlib import import_module

    parser = Parser(prog="deskwire")
    subparsers = parser.add_subparsers(parser_class=Parser, required=True, dest="command", metavar="COMMAND")
    import_module(f"tui.cli.{name}").register(subparsers)
    return parser.parse_args(words)


@contextmanager
def opened_desk(settings: Settings) -> Iterator[None]:
    """Hold the desk open while the block runs, asking for the database password on a terminal if need be."""
    from services.desk import close_desk, open_desk

    open_desk(settings.url, ask=ask_password)
    try:
        yield
    finally:
        close_desk()


def ask_password(address: str) -> str | None:
    """Ask for the password of a database without showing it; None when there is no terminal to ask on."""
    if not sys.stdin.isatty():
        return None
    from getpass import getpass

    try:
        return getpass(f"Database password for {address}: ")
    except EOFError:
        return None


def _top_parser() -> argparse.ArgumentParser:
    parser = Parser(
        prog="deskwire",
        usage="deskwire [--db URL] [--config FILE] [--as USERNAME] [COMMAND ...]",
        description="A service desk in the terminal. Without a command, the desk opens.",
        epilog="commands:\n"
        + "\n".join(f"  {name:<8} {what}" for name, what in COMMANDS.items())
        + "\n\n“deskwire COMMAND --help” explains one."
        + "\nExit status: 0 done, 1 refused, 2 wrong usage, 75 try again later.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--db", metavar="URL", help="the desk: sqlite:///PATH, postgresql://… or service=NAME")
    parser.add_argument("--config", metavar="FILE", help="another configuration file")
    parser.add_argument("--as", metavar="USERNAME", dest="acting_as", help="act as another user, by password")
    parser.add_argument("--version", action="store_true", help="show the version and leave")
    return parser
