"""Collecting what closed screens leave behind when nobody is typing, instead of in the middle of a key."""

from __future__ import annotations

import gc
from collections.abc import Callable
from time import monotonic

REST_SECONDS = 2.0
"""How long no key has to come before collecting, which takes a tenth of a second or two after many screens."""

Later = Callable[[float, Callable[[], None]], object]


class Tidying:
    """Waits for a rest after screens were closed; `later(seconds, step)` puts a step off. Nothing ticks otherwise."""

    def __init__(self, later: Later) -> None:
        self._later = later
        self._last_key = 0.0
        self._waiting = False

    def key(self) -> None:
        """Note that somebody is typing."""
        self._last_key = monotonic()

    def closed(self) -> None:
        """Note that a screen was closed."""
        if not self._waiting:
            self._waiting = True
            self._later(REST_SECONDS, self._collect)

    def _collect(self) -> None:
        left = self._last_key + REST_SECONDS - monotonic()
        if left > 0:
            self._later(left, self._collect)
            return
        self._waiting = False
        gc.collect()
