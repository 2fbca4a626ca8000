"""Ticket numbers in the form 0500-1000: a pure function of the ticket's id, so unique without a counter."""

from __future__ import annotations

import re

from services.patterns import late

_FIRST_SERIES = 500
_FIRST_IN_SERIES = 1000
_PER_SERIES = 9000
_NUMBER = late(r"\[?(\d{4})-(\d{4})\]?", re.ASCII)


def number_of(ticket_id: int) -> str:
    """Return the number that people see for a ticket id (1 is 0500-1000)."""
    series, place = divmod(ticket_id - 1, _PER_SERIES)
    return f"{_FIRST_SERIES + series:04d}-{_FIRST_IN_SERIES + place:04d}"


def id_of(number: str) -> int | None:
    """Return the ticket id for a number such as `0500-1000` or `[0500-1000]`, or None if it is no number."""
    match = _NUMBER.fullmatch(number.strip())
    if match is None:
        return None
    series, place = int(match[1]) - _FIRST_SERIES, int(match[2]) - _FIRST_IN_SERIES
    if series < 0 or place < 0:
        return None
    return series * _PER_SERIES + place + 1


def ids_ending(tail: int, newest: int) -> list[int]:
    """Return the ids up to `newest` whose numbers end in these four digits."""
    place = tail - _FIRST_IN_SERIES
    return list(range(place + 1, newest + 1, _PER_SERIES)) if place >= 0 else []
