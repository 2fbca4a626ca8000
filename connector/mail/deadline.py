"""How long one mail may be read: a clock at which every step looks that somebody could make long.

A signal would stop anything anywhere, but only in a program's main thread. So whatever goes on for long asks now and
then, and ends early with what it has.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable

SECONDS = 4.0
"""What reading may take. A mail has five; the rest is for filing it, and for what goes on between two looks."""

_STARVED = 4
"""How many times as long it may take where the machine gives it no time to read: that is not the mail's fault."""
_CLOSE = 0.05

Clock = Callable[[], float]
"""Returns seconds of a clock that only goes forward."""


class _Watch:
    """The clock of a mail; without one nothing ends early."""

    __slots__ = ("_begun", "_last", "_seconds", "_used", "cut", "ends", "now")

    def __init__(self, seconds: float, now: Clock, used: Clock) -> None:
        self.now, self._used = now, used
        start = now()
        self._seconds, self._begun = seconds, used()
        self.ends, self._last, self.cut = start + seconds, start + _STARVED * seconds, False

    def is_over(self) -> bool:
        """Tell whether the time was used for reading; else there is as much more as was not."""
        now, left = self.now(), self._seconds - (self._used() - self._begun)
        if left > _CLOSE * self._seconds and now < self._last:
            self.ends = min(now + left, self._last)
            return False
        self.cut = True
        return True


_NEVER = _Watch(math.inf, time.monotonic, time.thread_time)


class _Reading(threading.local):
    """What each thread reads."""

    watch = _NEVER


_reading = _Reading()


def begin(seconds: float = SECONDS, clock: Clock = time.monotonic, used: Clock = time.thread_time) -> None:
    """Give the mail that this thread reads from now on so much time; `used` tells what the thread itself got of it."""
    _reading.watch = _Watch(seconds, clock, used)


def end() -> bool:
    """Stop the clock, and tell whether something was left out because of it."""
    cut = _reading.watch.cut
    _reading.watch = _NEVER
    return cut


def passed() -> bool:
    """Tell whether the time is over; whoever asks leaves out what is still to come, and the mail says so."""
    watch = _reading.watch
    return watch.now() >= watch.ends and watch.is_over()
