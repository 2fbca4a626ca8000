"""Times as lists show them: short, in the zone of the reader, and quick enough for every cell of a page."""

from __future__ import annotations

import time
from collections.abc import Callable

SECOND = 1_000_000
MINUTE = 60 * SECOND
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MOST_KNOWN = 4096


def system_clock() -> int:
    """The time of this machine in microseconds since the epoch, UTC."""
    return time.time_ns() // 1000


class ShortDates:
    """Formats microseconds UTC in the local zone: 14:05 today, 21 Nov this year, 2025-11-21 otherwise.

    `clock` returns microseconds UTC. Texts are kept by minute until the day changes.
    """

    def __init__(self, clock: Callable[[], int] | None = None) -> None:
        self.now = clock or system_clock
        self._known: dict[int, str] = {}
        self._today = (0, 0, 0)

    def begin(self) -> bool:
        """Look at the clock before a run of `short`; tells whether another day has made old texts wrong."""
        today = time.localtime(self.now() // SECOND)[:3]
        another_day = today != self._today
        if another_day or len(self._known) > _MOST_KNOWN:
            self._today = today
            self._known.clear()
        return another_day

    def short(self, at: int | None) -> str:
        """The shortest text that still tells the day; empty for None."""
        if at is None:
            return ""
        minute = at // MINUTE
        text = self._known.get(minute)
        if text is None:
            text = self._known[minute] = self._format(minute)
        return text

    def full(self, at: int | None) -> str:
        """Day and minute, the same whatever today is; empty for None."""
        local = _local(None if at is None else at // MINUTE)
        if local is None:
            return ""
        return f"{local.tm_year:04}-{local.tm_mon:02}-{local.tm_mday:02} {local.tm_hour:02}:{local.tm_min:02}"

    def _format(self, minute: int) -> str:
        if self._today == (0, 0, 0):
            self.begin()
        local = _local(minute)
        if local is None:
            return ""
        if local[:3] == self._today:
            return f"{local.tm_hour:02}:{local.tm_min:02}"
        if local.tm_year == self._today[0]:
            return f"{local.tm_mday} {_MONTHS[local.tm_mon - 1]}"
        return f"{local.tm_year:04}-{local.tm_mon:02}-{local.tm_mday:02}"


def without_day(text: str) -> str:
    """Shorten a date of another year for a narrow column, 2025-11-03 to Nov'25; any other text stays as it is."""
    year, month, rest = text[:4], text[5:7], text[10:]
    if text[4:5] != "-" or not (year.isdigit() and month.isdigit()):
        return text
    return f"{_MONTHS[int(month) - 1]}'{year[2:]}{rest}"


def _local(minute: int | None) -> time.struct_time | None:
    """The local time of a minute; None where there is none, or none that the platform can express."""
    if minute is None:
        return None
    try:
        return time.localtime(minute * 60)
    except (OverflowError, OSError, ValueError):
        return None
