"""The terminal that the screens need, and how the program leaves when the terminal does."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Mapping
from types import FrameType
from typing import Any

from services.errors import DeskError, UsageError

SMALLEST = (60, 16)
"""Columns and rows below which only a sentence is shown."""

HUNG_UP = 128 + signal.SIGHUP
LEAVE_SECONDS = 5.0
"""How long leaving may take once the line is cut; a terminal that takes no output would hold it up for ever."""

_DUMB = ("", "dumb", "unknown")


def require(environment: Mapping[str, str], *, interactive: bool | None = None) -> None:
    """Refuse to start where the screens could not be shown; the sentence names what works there instead."""
    if interactive is None:
        interactive = sys.__stdin__ is not None and sys.__stdin__.isatty() and os.isatty(2)
    if not interactive:
        raise UsageError(
            "The desk needs a terminal for its screens, and this is not one: "
            "use commands such as “deskwire ticket list” in scripts."
        )
    term = environment.get("TERM", "")
    if term in _DUMB:
        named = f"TERM={term}" if term else "TERM is not set"
        raise DeskError(
            f"This terminal ({named}) cannot show the screens: set TERM to what your terminal is, such as "
            "xterm-256color, or use commands such as “deskwire ticket list”."
        )


def too_small(width: int, height: int) -> bool:
    """Tell whether a terminal has too few columns or rows for the screens."""
    return width < SMALLEST[0] or height < SMALLEST[1]


def too_small_sentence(width: int, height: int) -> str:
    """Return what a terminal shows that is too small."""
    return (
        f"Deskwire needs at least {SMALLEST[0]}x{SMALLEST[1]} characters; this terminal has {width}x{height} now. "
        "Enlarge it to go on, or press Ctrl+Q to quit."
    )


class LineCut:
    """Leaves in good order on SIGHUP and SIGTERM, and by force when good order takes too long.

    `leave(status)` is called in the main thread, between two steps of the event loop.
    """

    def __init__(self, leave: Callable[[int], object]) -> None:
        self._leave = leave
        self._before: dict[signal.Signals, Any] = {}
        self._attributes: list[Any] | None = None
        self._status = 0

    def __enter__(self) -> LineCut:
        import termios

        try:
            self._attributes = termios.tcgetattr(0)
        except termios.error:
            self._attributes = None
        for number in (signal.SIGHUP, signal.SIGTERM, signal.SIGALRM):
            handler = self._too_late if number == signal.SIGALRM else self._on_signal
            self._before[number] = signal.signal(number, handler)
        return self

    def __exit__(self, *_: object) -> None:
        signal.setitimer(signal.ITIMER_REAL, 0)
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def cut(self, status: int = HUNG_UP) -> None:
        """Leave with a status, because the line is gone or somebody asked for the end."""
        if not self._status:
            self._status = status
            signal.setitimer(signal.ITIMER_REAL, LEAVE_SECONDS)
        self._leave(self._status)

    @property
    def status(self) -> int:
        """The exit status to leave with; 0 while nothing was cut."""
        return self._status

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        self.cut(128 + number)

    def _too_late(self, number: int, frame: FrameType | None) -> None:
        """End the process at once: uncommitted work is rolled back, committed work is kept."""
        if self._attributes is not None:
            import termios

            try:
                # Show the cursor and leave the alternate screen, if anybody still looks.
                os.set_blocking(2, False)
                os.write(2, b"\x1b[?1049l\x1b[?25h\x1b[?1000l\x1b[?1003l\x1b[?2004l")
                termios.tcsetattr(0, termios.TCSANOW, self._attributes)
            except (OSError, termios.error):
                pass
        os._exit(self._status)
