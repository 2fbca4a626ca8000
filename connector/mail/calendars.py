"""One line that says what an invitation in a mail is about."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import NamedTuple

from connector.mail import charsets
from connector.mail.headers import one_line
from services.patterns import late

_MAX_BYTES = 200_000
_FOLD = late(r"\r?\n[ \t]")
_PROPERTY = late(r"^([A-Za-z-]{1,40}+)((?:;[^:;\n\"]*+(?:\"[^\"\n]*+\"[^:;\n\"]*+)*+)*+):(.*)$", re.MULTILINE)
_METHOD = late(r"^METHOD:\s*(\w{1,20})", re.MULTILINE | re.IGNORECASE)
_EVENT = late(r"^BEGIN:V(?:EVENT|TODO)\s*$", re.MULTILINE | re.IGNORECASE)
_MOMENT = late(r"(\d{8})(?:T(\d{4})\d*(Z?))?")
_ZONE = late(r"TZID=\"?([^;:\"]{1,60})", re.IGNORECASE)
_DURATION = late(r"P(?:(\d{1,3})W)?(?:(\d{1,3})D)?(?:T(?:(\d{1,3})H)?(?:(\d{1,3})M)?)?")
_FREQUENCY = late(r"\bFREQ=(DAILY|WEEKLY|MONTHLY|YEARLY)\b", re.IGNORECASE)
_INTERVAL = late(r"\bINTERVAL=(?!1\b)\d", re.IGNORECASE)
_PARTICIPATION = late(r"\bPARTSTAT=([A-Z-]{1,20})", re.IGNORECASE)
_KINDS = {
    "REQUEST": "Invitation",
    "CANCEL": "Cancelled appointment",
    "REPLY": "Answer to an invitation",
    "COUNTER": "Other time proposed",
}
_ANSWERS = {"ACCEPTED": "accepted", "DECLINED": "declined", "TENTATIVE": "tentatively accepted"}

_Found = dict[str, tuple[str, str]]


class _Moment(NamedTuple):
    at: datetime
    whole_day: bool
    zone: str


def summary(data: bytes, charset: str = "", method: str = "") -> str:
    """Return a line such as "[Invitation: Review, 2026-03-01 10:00 to 11:00 UTC, Room 3]", or nothing.

    `method` is what the mail says that the calendar is for, which counts if the calendar does not say it.
    """
    text = _FOLD.sub("", charsets.decode(data[:_MAX_BYTES], charset or "utf-8").replace("\r\n", "\n"))
    said = _METHOD.search(text)
    event = _EVENT.search(text)
    if event is None:
        return ""
    found = _properties(text, event.end())
    parts = [_plain(found, "SUMMARY") or "without a title", _span(found), _plain(found, "LOCATION"), _repeats(found)]
    kind = _kind((said[1] if said else method).upper(), found)
    return one_line(f"[{kind}: {', '.join(part for part in parts if part)}]")


def _properties(text: str, pos: int) -> _Found:
    """Return the first of each of an event's properties, without those of the alarms within it."""
    found: _Found = {}
    inner = 0
    for match in _PROPERTY.finditer(text, pos):
        name = match[1].upper()
        if name == "BEGIN":
            inner += 1
        elif name == "END":
            inner -= 1
            if inner < 0:
                break
        elif not inner:
            found.setdefault(name, (match[2], match[3].strip()))
    return found


def _kind(method: str, found: _Found) -> str:
    if method == "REPLY":
        answer = _PARTICIPATION.search(found.get("ATTENDEE", ("", ""))[0])
        if answer and answer[1].upper() in _ANSWERS:
            return f"Invitation {_ANSWERS[answer[1].upper()]}"
    return _KINDS.get(method, "Appointment")


def _plain(found: _Found, name: str) -> str:
    value = found.get(name, ("", ""))[1][:300]
    return re.sub(r"\\([,;\\])", r"\1", re.sub(r"\\[nN]", " ", value)).strip()


def _repeats(found: _Found) -> str:
    rule = found.get("RRULE", ("", ""))[1]
    frequency = _FREQUENCY.search(rule)
    if not rule:
        return ""
    return "repeated" if frequency is None or _INTERVAL.search(rule) else frequency[1].lower()


def _span(found: _Found) -> str:
    start = _moment(found, "DTSTART")
    if start is None:
        return ""
    end = _end(found, start)
    text = f"{start.at:%Y-%m-%d}" if start.whole_day else f"{start.at:%Y-%m-%d %H:%M}"
    if end is not None and end > start.at:
        if start.whole_day:
            text += f" to {end:%Y-%m-%d}"
        else:
            text += f" to {end:%H:%M}" if end.date() == start.at.date() else f" to {end:%Y-%m-%d %H:%M}"
    return f"{text} {start.zone}".strip()


def _end(found: _Found, start: _Moment) -> datetime | None:
    """Return when an appointment ends; the end of whole days is the day after the last one."""
    end = _moment(found, "DTEND")
    try:
        if end is not None:
            return end.at - timedelta(days=1) if start.whole_day else end.at
        duration = _DURATION.match(found.get("DURATION", ("", ""))[1])
        if duration is None or start.whole_day:
            return None
        weeks, days, hours, minutes = (int(number or 0) for number in duration.groups())
        return start.at + timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes)
    except OverflowError:
        return None


def _moment(found: _Found, name: str) -> _Moment | None:
    params, value = found.get(name, ("", ""))
    match = _MOMENT.match(value)
    if match is None:
        return None
    try:
        at = datetime.strptime(match[1] + (match[2] or "0000"), "%Y%m%d%H%M")
    except ValueError:
        return None
    zone = _ZONE.search(params)
    return _Moment(at, not match[2], "UTC" if match[3] else zone[1] if zone and match[2] else "")
