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

Clock = Callable[[], float]
"""Returns seconds of a clock that only goes forward."""


class _Watch:
    """The clock of a mail; without one nothing ends early."""

    __slots__ = ("cut", "ends", "now")

    def __init__(self, now: Clock = time.monotonic, ends: float = math.inf) -> None:
        self.now, self.ends, self.cut = now, ends, False


class _Reading(threading.local):
    """What each thread reads."""

    watch = _Watch()


_reading = _Reading()


def begin(seconds: float = SECONDS, clock: Clock = time.monotonic) -> None:
    """Give the mail that this thread reads from now on so much time."""
    _reading.watch = _Watch(clock, clock() + seconds)


def end() -> bool:
    """Stop the clock, and tell whether something was left out because of it."""
    cut = _reading.watch.cut
    _reading.watch = _Watch()
    return cut


def passed() -> bool:
    """Tell whether the time is over; whoever asks leaves out what is still to come, and the mail says so."""
    watch = _reading.watch
    if watch.now() < watch.ends:
        return False
    watch.cut = True
    return True
