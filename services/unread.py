"""The next ticket with a closed envelope in a list, however long the list is."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from services.session import EMPLOYEES_ONLY, Session
from services.sql import fetch, key_list
from services.visibility import ticket_scope

MOST_SECONDS = 1.5
"""How long a search may take; on a desk of a million tickets that is most of them."""

_FIRST, _CHUNK = 64, 2_000


class NextUnread(NamedTuple):
    """Where the ticket stands in the order; without one the sentence says how far was looked."""

    rank: int | None
    sentence: str = ""


def next_unread(session: Session, order: Sequence[int], rank: int) -> NextUnread:
    """Return the next unread ticket of an order after a place, from the end on to the beginning, once round."""
    if session.is_client:
        return NextUnread(None, EMPLOYEES_ONLY)
    deadline = time.monotonic() + MOST_SECONDS
    looked = 0
    for start, end in _pieces(len(order), rank):
        unread = _unread_among(session, order[start:end])
        if unread:
            return NextUnread(next(place for place in range(start, end) if order[place] in unread))
        looked += end - start
        if time.monotonic() > deadline and looked < len(order) - 1:
            return NextUnread(None, f"None of the next {looked:,} tickets is unread; sort or filter to look further.")
    return NextUnread(None, "No other ticket of this list is unread.")


def _pieces(count: int, rank: int) -> Iterator[tuple[int, int]]:
    """Yield the parts of an order after a place and then those before it, the first one small."""
    size = _FIRST
    for start, end in ((rank + 1, count), (0, min(rank, count))):
        while start < end:
            yield start, min(start + size, end)
            start, size = start + size, _CHUNK


def _unread_among(session: Session, ids: Sequence[int]) -> frozenset[int]:
    scope = ticket_scope(session)
    chosen = key_list(ids)
    sql = f"SELECT t.id FROM ticket t WHERE t.id IN ({chosen}) AND t.mark = 1" + (f" AND {scope}" if scope else "")
    return frozenset(row[0] for row in fetch(sql))
