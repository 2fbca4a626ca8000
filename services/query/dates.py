"""Times in queries: ages, days, weeks, months and years, compared with or between one another."""

from __future__ import annotations

import datetime as dt
import re
from typing import NamedTuple

from services import clock
from services.errors import Invalid
from services.query.faults import shown

_AGE = re.compile(r"(?P<amount>\d{1,5})(?P<unit>[hdwmy])", re.ASCII)
_UNITS = {"h": clock.HOUR, "d": clock.DAY, "w": 7 * clock.DAY, "m": 30 * clock.DAY, "y": 365 * clock.DAY}
_COMPARED = re.compile(r"(?P<how>[<>]=?)(?P<value>.*)", re.DOTALL)
_CALENDAR = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2})(?:[t ](\d{1,2}):(\d{2}))?)?)?", re.ASCII)
_FIRST_YEAR, _LAST_YEAR = 1970, 2200
_DAYS = {"yesterday": -1, "today": 0, "tomorrow": 1}
_TURNS = {"last": -1, "this": 0, "next": 1}

WORDS: tuple[str, ...] = (*_DAYS, *(f"{turn}-{unit}" for unit in ("week", "month", "year") for turn in _TURNS))
"""Times that have a name."""


class Span(NamedTuple):
    """From `start` to before `end`, in microseconds UTC."""

    start: int
    end: int


def condition(column: str, typed: str, ahead: bool = False) -> str:
    """Return SQL for a moment that a person typed: <7d, last-week, 2026-11, >=2026-11-01, 2026-10-01..2026-11-15.

    Ages count back from now; for a column that lies `ahead`, forward. Days begin at midnight in the local zone, and
    weeks on Monday. Raises Invalid for what is no time.
    """
    value = typed.strip().casefold()
    if ".." in value:
        return _range(column, typed, value, ahead)
    compared = _COMPARED.fullmatch(value)
    how, bare = (compared["how"], compared["value"]) if compared else ("", value)
    age = _age(bare, ahead)
    if age is not None:
        # Less than seven days old is later than that moment; due in less than seven days is before it.
        later = (how or "<").startswith("<") != ahead
        return f"{column} {'>' if later else '<'} {age}"
    span = _span(bare, typed)
    if how:
        bounds = {"<": f"< {span.start}", ">": f">= {span.end}", "<=": f"< {span.end}", ">=": f">= {span.start}"}
        return f"{column} {bounds[how]}"
    return f"{column} >= {span.start} AND {column} < {span.end}"


def _range(column: str, typed: str, value: str, ahead: bool) -> str:
    first, _, last = value.partition("..")
    if not first and not last:
        raise _no_time(typed)
    bounds = []
    ends = [_end(text, typed, ahead) if text else None for text in (first, last)]
    if ends[0] and ends[1] and ends[0].start > ends[1].start:
        ends.reverse()
    if ends[0] is not None:
        bounds.append(f"{column} >= {ends[0].start}")
    if ends[1] is not None:
        bounds.append(f"{column} < {ends[1].end}")
    return " AND ".join(bounds)


def _end(text: str, typed: str, ahead: bool) -> Span:
    age = _age(text, ahead)
    return Span(age, age + 1) if age is not None else _span(text, typed)


def _age(text: str, ahead: bool) -> int | None:
    match = _AGE.fullmatch(text)
    if match is None:
        return None
    span = int(match["amount"]) * _UNITS[match["unit"]]
    return clock.now() + (span if ahead else -span)


def _span(text: str, typed: str) -> Span:
    try:
        return _named(text) or _calendar(text)
    except (ValueError, OverflowError, OSError):
        raise _no_time(typed) from None


def _named(text: str) -> Span | None:
    today = dt.datetime.fromtimestamp(clock.now() / clock.SECOND).date()
    if text in _DAYS:
        day = today + dt.timedelta(days=_DAYS[text])
        return _between(day, day + dt.timedelta(days=1))
    turn, _, unit = text.partition("-")
    if turn not in _TURNS:
        return None
    step = _TURNS[turn]
    if unit == "week":
        monday = today + dt.timedelta(days=7 * step - today.weekday())
        return _between(monday, monday + dt.timedelta(days=7))
    if unit == "month":
        return _months(today.year * 12 + today.month - 1 + step, 1)
    return _months((today.year + step) * 12, 12) if unit == "year" else None


def _calendar(text: str) -> Span:
    match = _CALENDAR.fullmatch(text)
    if match is None or not _FIRST_YEAR <= int(match[1]) <= _LAST_YEAR:
        raise ValueError(text)
    year, month, day, hour, minute = (int(part) if part else None for part in match.groups())
    assert year is not None
    if month is None:
        return _months(year * 12, 12)
    if not 1 <= month <= 12:
        raise ValueError(text)
    if day is None:
        return _months(year * 12 + month - 1, 1)
    if hour is None or minute is None:
        first = dt.date(year, month, day)
        return _between(first, first + dt.timedelta(days=1))
    start = int(dt.datetime(year, month, day, hour, minute).timestamp()) * clock.SECOND
    return Span(start, start + clock.MINUTE)


def _months(first: int, count: int) -> Span:
    """Return the span of some months, counted from the year nought."""
    return _between(*(dt.date(month // 12, month % 12 + 1, 1) for month in (first, first + count)))


def _between(first: dt.date, after: dt.date) -> Span:
    # By way of the local clock, so that a day on which it changes has 23 or 25 hours.
    start, end = (int(dt.datetime.combine(day, dt.time()).timestamp()) * clock.SECOND for day in (first, after))
    return Span(start, end)


def _no_time(typed: str) -> Invalid:
    return Invalid(f"“{shown(typed)}” is no time; write it like <7d, today, last-week or 2026-11-21.")
