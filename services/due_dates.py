"""Due dates the way people type them: tomorrow 9am, +3d, friday, in 2 weeks, 1 Dec 14:30."""

from __future__ import annotations

import datetime as dt
import re

from services import clock
from services.errors import Invalid

# A date without a time is due at the end of the working day.
END_OF_DAY = dt.time(17, 0)

_WORDS = {
    "today": 0,
    "tonight": 0,
    "eod": 0,
    "tomorrow": 1,
    "tmr": 1,
}
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_RELATIVE = re.compile(
    r"(?:\+|in\s+)(\d{1,4})\s*(m|min|minutes?|h|hours?|d|days?|w|weeks?|mo|months?|y|years?)(?:\s+(.+))?"
)
_TIME = re.compile(r"(?:at\s+)?(\d{1,2})(?:[:.h](\d{2})?)?\s*(am|pm)?|(noon|midday|midnight)")
_NONE = frozenset({"", "none", "never", "no", "-"})


def parse_due(typed: str, *, now: dt.datetime | None = None) -> int | None:
    """Return the moment that a person typed in microseconds UTC, in the local zone; None when it was cleared.

    A day alone means 17:00. Raises Invalid with an example when it is not understood.
    """
    text = " ".join(typed.casefold().split())
    if text in _NONE:
        return None
    present = now or dt.datetime.fromtimestamp(clock.now() / 1_000_000).astimezone()
    try:
        found = _relative(text, present) or _named_day(text, present) or _time_today(text, present)
    except (ValueError, OverflowError):
        raise _too_far() from None
    found = found or calendar(typed, present)
    if found is None:
        sentence = f"“{typed}” is no date that the desk understands; try tomorrow 9am, +3d or 2026-12-31 14:00."
        raise Invalid(sentence, "due")
    return _microseconds(found)


def describe(at: int) -> str:
    """Return a moment in full for the person who typed it: Mon 23 Nov 2026 09:00."""
    return dt.datetime.fromtimestamp(at / 1_000_000).strftime("%a %d %b %Y %H:%M")


def _relative(text: str, present: dt.datetime) -> dt.datetime | None:
    match = _RELATIVE.fullmatch(text)
    if match is None:
        return None
    from dateutil.relativedelta import relativedelta

    amount, unit, rest = int(match[1]), match[2], match[3]
    if unit in ("m", "min") or unit.startswith("minute"):
        step = relativedelta(minutes=amount)
    elif unit.startswith("h"):
        step = relativedelta(hours=amount)
    elif unit.startswith("d"):
        step = relativedelta(days=amount)
    elif unit.startswith("w"):
        step = relativedelta(weeks=amount)
    elif unit.startswith("mo"):
        step = relativedelta(months=amount)
    else:
        step = relativedelta(years=amount)
    # Wall-clock arithmetic: nine o'clock stays nine o'clock when the clocks change.
    moment = present.replace(tzinfo=None) + step
    if rest is None:
        return moment
    time = time_of_day(rest)
    return None if time is None else dt.datetime.combine(moment.date(), time)


def _named_day(text: str, present: dt.datetime) -> dt.datetime | None:
    text, after_next = text.removeprefix("next "), text.startswith("next ")
    word, _, rest = text.partition(" ")
    word = word.rstrip(",")
    if word in _WORDS and not after_next:
        days = _WORDS[word]
    elif after_next and word in ("week", "month"):
        return _relative("+1w" if word == "week" else "+1mo", present) if not rest else None
    else:
        weekday = next((i for i, name in enumerate(WEEKDAYS) if len(word) >= 3 and name.startswith(word)), None)
        if weekday is None:
            return None
        days = (weekday - present.weekday() - 1) % 7 + 1
    time = END_OF_DAY if not rest else time_of_day(rest)
    return None if time is None else dt.datetime.combine(present.date() + dt.timedelta(days=days), time)


def _time_today(text: str, present: dt.datetime) -> dt.datetime | None:
    if not (":" in text or text.endswith(("am", "pm")) or text in ("noon", "midday", "midnight")):
        return None
    time = time_of_day(text)
    if time is None:
        return None
    moment = dt.datetime.combine(present.date(), time)
    return moment if moment > present.replace(tzinfo=None) else moment + dt.timedelta(days=1)


def time_of_day(text: str) -> dt.time | None:
    """Return a time as people type it, 9am or 14:30, or None."""
    match = _TIME.fullmatch(text.strip())
    if match is None:
        return None
    if match[4]:
        return dt.time(0) if match[4] == "midnight" else dt.time(12)
    hour, minute, half = int(match[1]), int(match[2] or 0), match[3]
    if (half and not 1 <= hour <= 12) or hour > 23 or minute > 59:
        return None
    if half:
        hour = hour % 12 + (12 if half == "pm" else 0)
    return dt.time(hour, minute)


def calendar(typed: str, present: dt.datetime) -> dt.datetime | None:
    """Return a date of the calendar, with or without a time, or None; without a year, the next such day."""
    from dateutil import parser

    default = dt.datetime.combine(present.date(), END_OF_DAY)
    # 31.12.2026 and 31/12/2026 are days first where the day cannot be a month; ISO stays ISO.
    day_first = bool(re.match(r"\d{1,2}\.", typed.strip()))
    if len(typed) > 60 or not re.search(r"\d\W*[^\W_]", typed):
        return None
    try:
        moment = parser.parse(typed, default=default, dayfirst=day_first)
    except (ValueError, OverflowError, TypeError, RecursionError):
        return None
    if not isinstance(moment, dt.datetime):
        return None
    if moment.tzinfo is None and moment.date() < present.date() and not re.search(r"\d{4}", typed):
        from dateutil.relativedelta import relativedelta

        moment += relativedelta(years=1)
    return moment


def _microseconds(moment: dt.datetime) -> int:
    if not 1970 < moment.year <= 2200:
        raise _too_far()
    return int(moment.timestamp()) * 1_000_000


def _too_far() -> Invalid:
    return Invalid("That date is too far away; give one before the year 2200.", "due")
