"""The Date header as it is really written, or None where no moment can be made of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_tz

_EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
_LATEST = datetime(2200, 1, 1, tzinfo=UTC)
_WIDEST_OFFSET = 15 * 3600
_MAX_LENGTH = 200


def parse(text: str) -> int | None:
    """Return microseconds UTC; a missing or impossible zone counts as UTC, an impossible date as None."""
    text = text[:_MAX_LENGTH].strip().strip("\"'")
    if not text:
        return None
    moment = _iso(text) or _rfc(text)
    if moment is None or not _EARLIEST <= moment < _LATEST:
        return None
    return (moment - _EARLIEST) // timedelta(microseconds=1)


def _iso(text: str) -> datetime | None:
    if not text[:4].isdigit():
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return _aware(moment)


def _rfc(text: str) -> datetime | None:
    try:
        fields = parsedate_tz(text)
        if fields is None:
            return None
        year, month, day, hour, minute, second = fields[:6]
        if hour == 24 and minute == 0:
            hour = 0
        # A leap second belongs to the minute that it ends.
        moment = datetime(year, month, day, hour, minute, min(second, 59), tzinfo=UTC)
        offset = fields[9] or 0
        return moment - timedelta(seconds=offset if abs(offset) <= _WIDEST_OFFSET else 0)
    except (ValueError, TypeError, IndexError, OverflowError, AttributeError):
        return None  # the library's parser trips over some of what it is asked to tolerate


def _aware(moment: datetime) -> datetime | None:
    try:
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except OverflowError:
        return None
