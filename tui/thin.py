"""`deskwire mail deliver` before anything else is imported: the mail is safe on the disk, and a running worker knows.

Only where no worker runs is the rest of the program imported, to take the mail in.
"""

from __future__ import annotations

import os
import sys

from services import places

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from connector.spool import Spool
    from connector.turns import Turn

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
    try:
        return _deliver(asked)
    except Exception as error:
        # Any other status makes a mail server return the mail to whoever wrote it.
        sys.stderr.write(f"deskwire: The mail stays with the mail server: {type(error).__name__}: {error}\n")
        return TRY_AGAIN


def _deliver(asked: Delivery) -> int:
    from connector import deliver as thin
    from connector.spool import Spool, folder_for

    url = _address(asked)
    if not url:
        return _guarded(lambda: _explain(asked))
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
    from connector.turns import Turn

    try:
        turn = Turn(spool)
        if not turn.comes(name):
            return 0
    except OSError as error:
        sys.stderr.write(f"deskwire: {thin.failure(error)}\n")
        return TRY_AGAIN
    return _guarded(lambda: _take_in(url, spool, name, turn))


def _take_in(url: str, spool: Spool, name: str, turn: Turn) -> int:
    import gc

    # What is imported stays: looking through it for garbage, again and again and at the end, is for nothing.
    gc.disable()
    from tui.delivering import take_in

    return take_in(url, spool, name, turn)


def _explain(asked: Delivery) -> int:
    """Say why it is not clear where the desk is."""
    from services.errors import TryAgain
    from tui import config

    config.load(asked.db, asked.config)
    raise TryAgain("The mail was left with the mail server, because the desk's address is not clear.")


def _guarded(act: Callable[[], int]) -> int:
    from tui.program import guarded

    return TRY_AGAIN if guarded(act) else 0


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
    return os.environ.get(SPOOL_VARIABLE) or os.path.join(places.data_directory(), "spool")


def _address(asked: Delivery) -> str:
    """Return the desk's address as `tui.config.load` finds it; empty if that will find a fault."""
    given = asked.db or os.environ.get("DESKWIRE_DB")
    if given:
        return given
    named = asked.config or os.environ.get("DESKWIRE_CONFIG")
    path = os.path.expanduser(named) if named else places.config_file()
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
    return "sqlite:///" + os.path.join(places.data_directory(), "desk.db").replace("%", "%25")
