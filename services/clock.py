"""The desk's only clock, so that tests can hold it still."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR

_frozen: int | None = None


def now() -> int:
    """Return the present moment in microseconds since the epoch, UTC."""
    return time.time_ns() // 1000 if _frozen is None else _frozen


def iso(at: int | None) -> str | None:
    """Return a moment as ISO 8601 in UTC, with a fraction only where there is one; None stays None."""
    if at is None:
        return None
    seconds, fraction = divmod(at, SECOND)
    text = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds))
    return f"{text}.{fraction:06d}Z" if fraction else f"{text}Z"


@contextmanager
def frozen(at: int) -> Iterator[None]:
    """Hold the clock at `at` microseconds while the block runs."""
    global _frozen
    before, _frozen = _frozen, at
    try:
        yield
    finally:
        _frozen = before
