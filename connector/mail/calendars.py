"""One line that says what an invitation in a mail is about."""

from __future__ import annotations

import re

from connector.mail import charsets
from connector.mail.headers import one_line

_MAX_BYTES = 200_000
_FOLD = re.compile(r"\r?\n[ \t]")
_PROPERTY = re.compile(r"^([A-Za-z-]{1,40}+)((?:;[^:;\n\"]*+(?:\"[^\"\n]*+\")?+)*+):(.*)$", re.MULTILINE)
_MOMENT = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)\d*(Z?))?")
_ZONE = re.compile(r"TZID=\"?([^;:\"]{1,60})", re.IGNORECASE)
_KINDS = {
    "REQUEST": "Invitation",
    "CANCEL": "Cancelled appointment",
    "REPLY": "Answer to an invitation",
    "COUNTER": "Other time proposed",
}


def summary(data: bytes, charset: str = "") -> str:
    """Return a line such as "[Invitation: Review, 2026-03-01 10:00 to 11:00 UTC, Room 3]", or nothing."""
    text = _FOLD.sub("", charsets.decode(data[:_MAX_BYTES], charset or "utf-8").replace("\r\n", "\n"))
    method = re.search(r"^METHOD:\s*(\w{1,20})", text, re.MULTILINE | re.IGNORECASE)
    event = re.search(r"^BEGIN:V(?:EVENT|TODO)\s*$", text, re.MULTILINE | re.IGNORECASE)
    if event is None:
        return ""
    found: dict[str, tuple[str, str]] = {}
    for match in _PROPERTY.finditer(text, event.end()):
        if match[1].upper() == "END":
            break
        found.setdefault(match[1].upper(), (match[2], match[3].strip()))
    kind = _KINDS.get(method[1].upper() if method else "", "Appointment")
    parts = [_plain(found, "SUMMARY") or "without a title", _span(found), _plain(found, "LOCATION")]
    return one_line(f"[{kind}: {', '.join(part for part in parts if part)}]")


def _plain(found: dict[str, tuple[str, str]], name: str) -> str:
    value = found.get(name, ("", ""))[1][:300]
    return re.sub(r"\\([,;\\])", r"\1", re.sub(r"\\[nN]", " ", value)).strip()


def _span(found: dict[str, tuple[str, str]]) -> str:
    start, end = _moment(found, "DTSTART"), _moment(found, "DTEND")
    if start is None:
        return ""
    day, time, zone = start
    text = f"{day} {time}".strip()
    if end is not None and end[:2] != (day, time) and end[1]:
        text += f" to {end[1]}" if end[0] == day else f" to {end[0]} {end[1]}"
    return f"{text} {zone}".strip()


def _moment(found: dict[str, tuple[str, str]], name: str) -> tuple[str, str, str] | None:
    params, value = found.get(name, ("", ""))
    match = _MOMENT.match(value)
    if match is None:
        return None
    zone = _ZONE.search(params)
    time = f"{match[4]}:{match[5]}" if match[4] else ""
    return f"{match[1]}-{match[2]}-{match[3]}", time, "UTC" if match[6] else zone[1] if zone and time else ""
