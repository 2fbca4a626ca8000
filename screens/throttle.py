"""Doing something soon, but not too often: for what others may cause at any rate."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from textual.message_pump import MessagePump


class Throttle:
    """Runs `work` at once when it is asked for, and what is asked for within `seconds` after that only then, once.

    `took` makes the pause longer for work that takes long, so that it never has more than a tenth of the time.
    """

    def __init__(self, pump: MessagePump, seconds: float, work: Callable[[], object]) -> None:
        self._pump = pump
        self._seconds = self._least = seconds
        self._work = work
        self._free_at = 0.0
        self._timer: asyncio.TimerHandle | None = None

    def ask(self) -> None:
        """Have it done."""
        if self._timer is not None:
            return
        loop = asyncio.get_running_loop()
        wait = self._free_at - loop.time()
        if wait <= 0:
            self._do()
        else:
            # Textual's timers are tasks of their own; this one ticks once.
            self._timer = loop.call_later(wait, self._pump.call_later, self._do)

    def took(self, seconds: float) -> None:
        """Take note of how long the work took this time."""
        self._seconds = max(self._least, 10 * seconds)

    def stop(self) -> None:
        """Do nothing more."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _do(self) -> None:
        self._timer = None
        self._free_at = asyncio.get_running_loop().time() + self._seconds
        self._work()
