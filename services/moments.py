"""Moments of the past: how sentences say them, and how people type them."""

from __future__ import annotations

import datetime as dt
import re

from services import clock
from services.due_dates import WEEKDAYS, calendar, time_of_day
from services.errors import Invalid
from services.patterns import late

_AGO = late(
    r"(\d{1,4})\s*(m|min|minutes?|h|hours?|d|days?|w|weeks?|mo|months?|y|years?)(?:\s+ago|\s+back)?(?:\s+(.+))?"
)
_DAYS = {"yesterday": 1, "today": 0}
_EXAMPLES = "try yesterday 9am, 3d ago or 2026-11-20 14:00"


def when(at: int) -> str:
    """Return a moment as a sentence says it, in the local zone: 14:02 today, Sat 21 Nov 2026 14:02 before."""
    moment = dt.datetime.fromtimestamp(at / clock.SECOND)
    same_day = moment.date() == dt.datetime.fromtimestamp(clock.now() / clock.SECOND).date()
    return moment.strftime("%H:%M") if same_day else moment.strftime("%a %d %b %Y %H:%M")


def parse_past(typed: str) -> int:
    """Return the moment of the past that a person typed, in microseconds UTC; a day alone means its end.

    Understands how due dates are typed, looking back: yesterday 9am, friday, 3d ago, 14:00, 2026-11-20 14:00.
    """
    text = " ".join(typed.casefold().split())
    present = dt.datetime.fromtimestamp(clock.now() / clock.SECOND)
    try:
        found = _found(text, typed, present)
    except (ValueError, OverflowError):
        found = None
    if found is None or not 1970 < found.year <= 9000:
        raise Invalid(f"“{typed}” is no moment that the desk understands; {_EXAMPLES}.", "at")
    at = int(found.timestamp() * clock.SECOND)
    if at > clock.now():
        raise Invalid(f"“{typed}” is still to come; {_EXAMPLES}.", "at")
    return at


def _found(text: str, typed: str, present: dt.datetime) -> dt.datetime | None:
    if text == "now":
        return present
    match = _AGO.fullmatch(text)
    if match is not None:
        return _ago(int(match[1]), match[2], match[3], present)
    return _day(text, present) or _today(text, present) or _written(typed, present)


def _ago(amount: int, unit: str, rest: str | None, present: dt.datetime) -> dt.datetime | None:
    from dateutil.relativedelta import relativedelta

    names = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks", "y": "years"}
    name = "months" if unit.startswith("mo") else names[unit[0]]
    steps = {name: amount}
    moment = present - relativedelta(**steps)  # type: ignore[arg-type]  # the stubs want each by its name
    if rest is None:
        return moment
    time = time_of_day(rest)
    return None if time is None else dt.datetime.combine(moment.date(), time)


def _day(text: str, present: dt.datetime) -> dt.datetime | None:
    word, _, rest = text.removeprefix("last ").partition(" ")
    word = word.rstrip(",")
    back = _DAYS.get(word)
    if back is None:
        day = next((i for i, name in enumerate(WEEKDAYS) if len(word) >= 3 and name.startswith(word)), None)
        if day is None:
            return None
        back = (present.weekday() - day - 1) % 7 + 1
    date = present.date() - dt.timedelta(days=back)
    if rest:
        time = time_of_day(rest)
        return None if time is None else dt.datetime.combine(date, time)
    return present if back == 0 else _end(date)


def _today(text: str, present: dt.datetime) -> dt.datetime | None:
    time = time_of_day(text) if ":" in text or text.endswith(("am", "pm")) or text in ("noon", "midnight") else None
    if time is None:
        return None
    moment = dt.datetime.combine(present.date(), time)
    return moment if moment <= present else moment - dt.timedelta(days=1)


def _written(typed: str, present: dt.datetime) -> dt.datetime | None:
    end = dt.datetime.combine(present.date(), dt.time(23, 59, 59))
    found = calendar(typed, end)
    if found is None:
        return None
    if found.tzinfo is not None:
        return found.astimezone().replace(tzinfo=None)
    if not re.search(r"\d:\d|\d\s*[ap]m", typed.casefold()):
        found = _end(found.date())
        # A day alone is over at its end, today now.
        found = min(found, present) if found.date() == present.date() else found
    if found > present and not re.search(r"\d{4}", typed):
        found = found.replace(year=found.year - 1)
    return found


def _end(date: dt.date) -> dt.datetime:
    return dt.datetime.combine(date, dt.time(23, 59, 59, 999_999))
