"""What changed tickets mean for a list: their rows, and which of them stand in it now and stood there before."""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from typing import NamedTuple

from services import finding, lists
from services.lists import ListQuery
from services.records import TicketRow
from services.session import Session
from services.sql import key_list, run

_PIECE = 10_000
"""Ids looked through at once, so that other threads get their turn in between."""


class Look(NamedTuple):
    """The rows of changed tickets by id, those that the list holds now, and those that its order held."""

    rows: dict[int, TicketRow]
    inside: frozenset[int]
    before: frozenset[int]

    def moves(self, query: ListQuery) -> bool:
        """Tell whether the order of the list may be another one now."""
        return self.inside != self.before or (bool(self.inside) and query.sort not in _UNCHANGING)


_UNCHANGING = frozenset({"number", "created"})


def look(session: Session, query: ListQuery, order: array[int], ticket_ids: Iterable[int]) -> Look:
    """Look at changed tickets: two queries by key, whatever the size of the list."""
    wanted = frozenset(ticket_ids)
    if not wanted:
        return Look({}, wanted, wanted)
    rows = lists.rows(session, sorted(wanted))
    before: set[int] = set()
    for start in range(0, len(order), _PIECE):
        before |= wanted.intersection(order[start : start + _PIECE])
    chosen = key_list(sorted(wanted))
    sql = f"SELECT t.id FROM ticket t WHERE {lists.where_of(session, query)} AND t.id IN ({chosen})"
    with finding.guarded(query):
        inside = frozenset(row[0] for row in run(sql, query.params))
    return Look(rows, inside, frozenset(before))
