"""Which tickets of a list are marked, also when that is all of a million."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple


class MarkSet(NamedTuple):
    """What is marked: the `ids`, or with `everything` all tickets of the view but them."""

    everything: bool
    ids: frozenset[int]


class Marks:
    """Marks as a set of ids, or as all tickets with exceptions, so that marking all costs nothing."""

    def __init__(self) -> None:
        self.everything = False
        self._ids: set[int] = set()

    def __contains__(self, ticket_id: int) -> bool:
        return (ticket_id in self._ids) is not self.everything

    def __bool__(self) -> bool:
        return self.everything or bool(self._ids)

    def count(self, total: int) -> int:
        """How many of a view with `total` tickets are marked."""
        return total - len(self._ids) if self.everything else len(self._ids)

    def toggle(self, ticket_id: int) -> bool:
        """Turn one mark over; returns whether it is set now."""
        self._ids.symmetric_difference_update((ticket_id,))
        return ticket_id in self

    def add(self, ids: Iterable[int]) -> None:
        """Mark tickets, marked before or not."""
        if self.everything:
            self._ids.difference_update(ids)
        else:
            self._ids.update(ids)

    def mark_all(self) -> None:
        """Mark everything that the view holds."""
        self.everything = True
        self._ids.clear()

    def invert(self) -> None:
        """Mark what was not, and the other way round."""
        self.everything = not self.everything

    def name(self, ids: Iterable[int]) -> None:
        """Say "all but these" of a view with `ids` by naming what is marked: what joins the view is not."""
        if self.everything:
            self._ids = set(ids) - self._ids
            self.everything = False

    def clear(self) -> None:
        """Unmark everything."""
        self.everything = False
        self._ids.clear()

    def retain(self, ids: Iterable[int]) -> None:
        """Drop what left the view: an action must never take a ticket that nobody can see."""
        if self._ids:
            self._ids = self._ids.intersection(ids)

    def frozen(self) -> MarkSet:
        """The marks as they are now, to hand to whoever acts on them."""
        return MarkSet(self.everything, frozenset(self._ids))
