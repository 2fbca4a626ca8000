"""`deskwire mail deliver` before anything else is imported: the mail is safe on the disk, and a running worker knows.

Only where no worker runs is the rest of the program imported, to take the mail in.
"""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

SPOOL_VARIABLE = "DESKWIRE_SPOOL"
TRY_AGAIN = 75
_COMMAND = ["mail", "deliver"]
_EMPTY = "deskwire: The mail on standard input was empty, so nothing was kept.\n"


class Delivery:
    """What the command line of a delivery says; `sender` is None when it does not name one."""

    def __init__(self) -> None:
        self.db: str | None = None
        self.config: str | None = None
        self.sender: str | None = None
        self.recipients: list[str] = []


def deliver(asked: Delivery) -> int:
    """Do a delivery and return its exit status: 0 when the mail is safe, else 75, never one that sends it back."""
    from connector import deliver as thin
    from connector.spool import Spool, folder_for

    url = _address(asked)
    name = ""
    if url:
        spool = Spool(folder_for(spool_base(), url))
        try:
            name = thin.spool(spool, asked.sender, asked.recipients)
        except OSError as error:
            sys.stderr.write(f"deskwire: {thin.failure(error)}\n")
            return TRY_AGAIN
        if not name:
            sys.stderr.write(_EMPTY)
            return 0
        if spool.wake():
            return 0
    from tui.cli.mail.deliver import finish
    from tui.program import guarded

    status = guarded(lambda: finish(asked, name))
    return status if status == 0 else TRY_AGAIN


def delivery(words: Sequence[str]) -> Delivery | None:
    """Return what a command line asks for if it is a delivery without a fault."""
    found = Delivery()
    command: list[str] = []
    rest = iter(words)
    for word in rest:
        name, equals, value = word.partition("=")
        if word == "--":
            command += rest
        elif name in ("--db", "--config", "--as") or (name == "--from" and command[:2] == _COMMAND):
            given = value if equals else next(rest, None)
            if given is None or (not given and name != "--from"):
                return None
            setattr(found, {"--from": "sender", "--db": "db", "--config": "config"}.get(name, "user"), given)
        elif word.startswith("-"):
            return None
        else:
            command.append(word)
    if command[:2] != _COMMAND:
        return None
    found.recipients = command[2:]
    return found


def spool_base() -> str:
    """Return the folder that holds the spools of all desks."""
    return os.environ.get(SPOOL_VARIABLE) or os.path.join(_directory("data"), "spool")


def _address(asked: Delivery) -> str:
    """Return the desk's address as `tui.config.load` finds it; empty if that will find a fault."""
    given = asked.db or os.environ.get("DESKWIRE_DB")
    if given:
        return given
    named = asked.config or os.environ.get("DESKWIRE_CONFIG")
    path = os.path.expanduser(named) if named else os.path.join(_directory("config"), "config.toml")
    try:
        with open(path, "rb") as file:
            raw = file.read()
    except FileNotFoundError:
        raw = b""
        if named:
            return ""
    except OSError:
        return ""
    if b"database" in raw or b"\\" in raw:
        import tomllib

        try:
            found = tomllib.loads(raw.decode("utf-8")).get("database")
        except ValueError:
            return ""
        if found is not None:
            return found if isinstance(found, str) else ""
    return "sqlite:///" + os.path.join(_directory("data"), "desk.db").replace("%", "%25")


def _directory(kind: str) -> str:
    """Return what platformdirs says, in its usual case on Linux without importing it."""
    variable, below = {"data": ("XDG_DATA_HOME", ".local/share"), "config": ("XDG_CONFIG_HOME", ".config")}[kind]
    given, home = os.environ.get(variable, ""), os.environ.get("HOME", "")
    if sys.platform == "linux" and "ANDROID_ROOT" not in os.environ:
        if given.startswith("/"):
            return os.path.join(given, "deskwire")
        if not given and home.startswith("/"):
            return os.path.join(home, below, "deskwire")
    from services import places

    return places.data_directory() if kind == "data" else os.path.dirname(places.config_file())
