"""What a terminal showed and when: bytes are noted while the clock runs, and become screens after it has stopped."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import NamedTuple

import pyte

from bench.keys import SIZE
from tests.support.keys import encode
from tests.support.terminal import Terminal

_PAINTED = b"\x1b[?2026l"
"""Ends each paint: only then does a terminal show it."""
_UNKNOWN_TO_PYTE = re.compile(rb"\x1b\[[<>=?][0-9;]*[A-Za-z]")

Part = Callable[[list[str]], object]
"""Takes of a screen what a measurement is about."""


class Paint(NamedTuple):
    """A finished screen and the moment when its last byte came."""

    at: float
    lines: list[str]


class Film:
    """Presses keys in a terminal and notes when what came back."""

    def __init__(self, terminal: Terminal) -> None:
        self.terminal = terminal
        self._screen = pyte.Screen(*SIZE)
        self._stream = pyte.ByteStream(self._screen)
        self._shown = 0
        self._arrived: list[tuple[int, float]] = []
        self.paints()

    def press(self, key: str) -> float:
        """Press a key by its name and return when."""
        return self.send(encode(key))

    def send(self, data: bytes) -> float:
        """Send bytes as a terminal would and return when."""
        at = time.perf_counter()
        self.terminal.write(data)
        self._note()
        return at

    def watch(self, seconds: float) -> None:
        """Note what comes for so long."""
        until = time.perf_counter() + seconds
        while (left := until - time.perf_counter()) > 0:
            if self.terminal.read(left):
                self._note()

    def rest(self, quiet: float, most: float) -> None:
        """Note what comes until nothing has come for `quiet` seconds, at most for `most`."""
        until = time.perf_counter() + most
        while (left := until - time.perf_counter()) > 0 and self.terminal.read(min(quiet, left)):
            self._note()

    def paints(self) -> list[Paint]:
        """Return the screens that were finished since this was asked last."""
        found, raw = [], self.terminal.raw
        while (end := raw.find(_PAINTED, self._shown)) >= 0:
            end += len(_PAINTED)
            self._stream.feed(_UNKNOWN_TO_PYTE.sub(b"", bytes(raw[self._shown : end])))
            self._shown = end
            found.append(Paint(self.when(end), list(self._screen.display)))
        self._arrived = [(size, at) for size, at in self._arrived if size > self._shown]
        return found

    def when(self, place: int) -> float:
        """Return the moment at which so many bytes had come, of those that no paint was made of yet."""
        return next((at for size, at in self._arrived if size >= place), time.perf_counter())

    def _note(self) -> None:
        size = self.terminal.byte_count
        if not self._arrived or size > self._arrived[-1][0]:
            self._arrived.append((size, time.perf_counter()))


def first_after(paints: list[Paint], moment: float) -> float | None:
    """Return the milliseconds from a moment to the next finished screen."""
    return next(((paint.at - moment) * 1000 for paint in paints if paint.at >= moment), None)


def settled(before: object, paints: list[Paint], moment: float, part: Part) -> float | None:
    """Return the milliseconds from a moment until a part of the screen was what it then remained.

    None when it was so already: nothing can be told from it. `before` is the part before the paints.
    """
    final = part(paints[-1].lines) if paints else before
    place = len(paints)
    while place and part(paints[place - 1].lines) == final:
        place -= 1
    shown = paints[place].at if place < len(paints) else moment
    if (place == 0 and before == final) or shown < moment:
        return None
    return (shown - moment) * 1000
