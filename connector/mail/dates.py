"""The Date header as it is really written, or None where no moment can be made of it."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from services.patterns import late

_EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
_LATEST = datetime(2200, 1, 1, tzinfo=UTC)
_WIDEST_OFFSET = 15 * 3600
_MAX_LENGTH = 200
_COMMENT = late(r"\([^()]*\)")
_ZONE_COLON = late(r"(?<=\s)(?:GMT|UTC)?([+-]\d{1,2}):?(\d\d)\b", re.IGNORECASE)
_ZONE_PREFIX = late(r"\b(?:GMT|UTC)(?=[+-]\d{4}\b)", re.IGNORECASE)
_HALF_DAY = late(r"\b(\d{1,2})([:.]\d\d(?:[:.]\d\d)?)\s*([AP])\.?M\b\.?", re.IGNORECASE)
_SHORT_YEAR = late(r"(?<=[A-Za-z] )1(\d\d)(?= )")
_WORD = late(r"[^\W\d_]{2,12}\.?")
_SIMPLE = late(
    r"(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), )?([0-9]{1,2}) (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
    r" ([12][0-9]{3}) ([0-9]{2}):([0-9]{2}):([0-9]{2})(?: ([+-])([0-9]{2})([0-9]{2})| GMT)?"
)
_ENGLISH = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
# Zones beyond those that the standard library knows. IST is India's, by the number of people who write it.
_ZONES = {
    **{"WET": "+0000", "WEST": "+0100", "BST": "+0100", "CET": "+0100", "MET": "+0100", "MEZ": "+0100"},
    **{"CEST": "+0200", "MEST": "+0200", "MESZ": "+0200", "EET": "+0200", "SAST": "+0200", "EEST": "+0300"},
    **{"MSK": "+0300", "MSD": "+0400", "IST": "+0530", "PKT": "+0500", "HKT": "+0800", "SGT": "+0800"},
    **{"AWST": "+0800", "JST": "+0900", "KST": "+0900", "ACST": "+0930", "AEST": "+1000", "ACDT": "+1030"},
    **{"AEDT": "+1100", "NZST": "+1200", "NZDT": "+1300", "BRT": "-0300", "ART": "-0300"},
    **{"AKST": "-0900", "AKDT": "-0800", "HST": "-1000"},
}
# Months as mail programs translate them that should not; those that begin as in English need no line.
_MONTHS = {
    **{"januar": "Jan", "jänner": "Jan", "janv": "Jan", "janvier": "Jan", "ene": "Jan", "enero": "Jan", "gen": "Jan"},
    **{"janeiro": "Jan", "febr": "Feb", "februar": "Feb", "févr": "Feb", "fév": "Feb", "février": "Feb", "fev": "Feb"},
    **{"märz": "Mar", "mär": "Mar", "mrz": "Mar", "maart": "Mar", "mrt": "Mar", "mars": "Mar", "marzo": "Mar"},
    **{"março": "Mar", "avr": "Apr", "avril": "Apr", "abr": "Apr", "abril": "Apr", "aprile": "Apr", "mai": "May"},
    **{"mayo": "May", "mei": "May", "mag": "May", "maggio": "May", "maj": "May", "maio": "May", "juni": "Jun"},
    **{"juin": "Jun", "junio": "Jun", "giu": "Jun", "giugno": "Jun", "junho": "Jun", "juli": "Jul", "juil": "Jul"},
    **{"juillet": "Jul", "julio": "Jul", "lug": "Jul", "luglio": "Jul", "julho": "Jul", "août": "Aug", "aoû": "Aug"},
    **{"ago": "Aug", "agosto": "Aug", "set": "Sep", "settembre": "Sep", "septembre": "Sep", "setembro": "Sep"},
    **{"okt": "Oct", "oktober": "Oct", "octobre": "Oct", "octubre": "Oct", "ott": "Oct", "ottobre": "Oct"},
    **{"out": "Oct", "outubro": "Oct", "novembre": "Nov", "noviembre": "Nov", "dez": "Dec", "dezember": "Dec"},
    **{"déc": "Dec", "décembre": "Dec", "dic": "Dec", "diciembre": "Dec", "dicembre": "Dec", "dezembro": "Dec"},
}


def parse(text: str) -> int | None:
    """Return microseconds UTC; a missing or impossible zone counts as UTC, an impossible date as None."""
    text = text[:_MAX_LENGTH].strip().strip("\"'")
    if not text:
        return None
    simple = _SIMPLE.fullmatch(text)
    moment = _usual(simple) if simple else _iso(text) or _rfc(_plain(text))
    if moment is None or not _EARLIEST <= moment < _LATEST:
        return None
    return (moment - _EARLIEST) // timedelta(microseconds=1)


def _plain(text: str) -> str:
    """Write a date as RFC 5322 wants it, as far as it can be understood."""
    text = " ".join(_COMMENT.sub(" ", text).split()).replace(" ,", ",")
    text = _ZONE_COLON.sub(lambda match: f"{match[1][0]}{match[1][1:]:0>2}{match[2]}", text)
    text = _ZONE_PREFIX.sub("", text)
    text = _HALF_DAY.sub(_whole_day, text)
    text = _SHORT_YEAR.sub(r"20\1", text)
    text = _WORD.sub(_english, text)
    return text if ":" in text or "." in text else f"{text} 00:00:00"


def _whole_day(match: re.Match[str]) -> str:
    hour = int(match[1])
    if hour <= 12:
        hour = hour % 12 + (12 if match[3] in "pP" else 0)
    return f"{hour:02}{match[2]}"


def _english(match: re.Match[str]) -> str:
    word = match[0].rstrip(".")
    return _ZONES.get(word) or _MONTHS.get(word.lower()) or match[0]


def _iso(text: str) -> datetime | None:
    if not text[:4].isdigit():
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return _aware(moment)


def _usual(found: re.Match[str]) -> datetime | None:
    """Return a moment as nearly all programs write it, which takes no library."""
    day, month, year, hour, minute, second, sign, hours, minutes = found.groups()
    offset = (int(hours) * 60 + int(minutes)) * 60 if sign else 0
    fields = (int(year), _ENGLISH.index(month) + 1, int(day), int(hour), int(minute), int(second))
    return _moment(*fields, -offset if sign == "-" else offset)


def _rfc(text: str) -> datetime | None:
    from email.utils import parsedate_tz

    try:
        fields = parsedate_tz(text)
        return _moment(*fields[:6], fields[9] or 0) if fields else None
    except (ValueError, TypeError, IndexError, OverflowError, AttributeError):
        return None  # the library's parser trips over some of what it is asked to tolerate


def _moment(year: int, month: int, day: int, hour: int, minute: int, second: int, offset: int) -> datetime | None:
    """Return a moment of a zone so many seconds east of Greenwich."""
    next_day = hour == 24 and minute == 0
    try:
        # A leap second belongs to the minute that it ends.
        moment = datetime(year, month, day, 0 if next_day else hour, minute, min(second, 59), tzinfo=UTC)
        moment -= timedelta(seconds=offset if abs(offset) <= _WIDEST_OFFSET else 0)
        return moment + timedelta(days=1) if next_day else moment
    except (ValueError, OverflowError):
        return None


def _aware(moment: datetime) -> datetime | None:
    try:
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except OverflowError:
        return None
