"""Going from ticket to ticket in the order of a list, without going back to the list."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator

from services import lists
from services.session import Session
from widgets.matches import Marker
from widgets.ticket_list import rank_of

_CHUNK = 64
_LARGE = 20_000


class Walk:
    """The order of the list that a ticket was opened from, as it was then, and the place in it.

    The vector of ids is the list's own, which never changes: a list takes another one instead. Where only its
    beginning was known, `later` gives the rest once it has arrived.
    """

    def __init__(
        self, ids: array[int], rank: int, total: int = 0, later: Callable[[], array[int]] | None = None
    ) -> None:
        self._ids = ids
        self._later = later if total > len(ids) else None
        self._total = max(total, len(ids))
        self.rank = rank
        self.more = False
        """Whether more tickets fit than the list holds."""
        self.marker: Marker | None = None
        """Marks in the tickets what the list was searched for."""

    @property
    def ticket_id(self) -> int:
        """The ticket that one is at."""
        return self._ids[self.rank]

    @property
    def ids(self) -> array[int]:
        """The order as far as it is known; not to be changed."""
        self._complete()
        return self._ids

    @property
    def text(self) -> str:
        """The position as a head shows it: 12 / 345."""
        return f"{self.rank + 1:,} / {self._total:,}{'+' if self.more else ''}"

    @property
    def is_large(self) -> bool:
        """Whether the order takes so much memory that only the present one is kept."""
        return len(self._ids) > _LARGE

    @property
    def total(self) -> int:
        """How many tickets the list had."""
        return self._total

    def go_to(self, rank: int) -> None:
        """Be at another place."""
        self.rank = rank

    def go_to_ticket(self, ticket_id: int) -> None:
        """Be at a ticket of the list; at one that it does not have nothing changes."""
        rank = rank_of(self.ids, ticket_id, self.rank)
        self.rank = self.rank if rank is None else rank

    def ahead(self, delta: int) -> Iterator[range]:
        """Yield the places in a direction (1 or -1), the next one alone and then in chunks."""
        ids = self.ids
        end = len(ids) if delta > 0 else -1
        start, size = self.rank + delta, 1
        while (end - start) * delta > 0:
            stop = min(start + size, end) if delta > 0 else max(start - size, end)
            yield range(start, stop, delta)
            start, size = stop, _CHUNK

    def _complete(self) -> None:
        if self._later is None:
            return
        newer = self._later()
        if len(newer) <= len(self._ids):
            return
        rank = rank_of(newer, self.ticket_id, self.rank)
        self._later = None
        if rank is not None:
            self._ids, self.rank, self._total = newer, rank, len(newer)


def next_visible(session: Session, walk: Walk, delta: int) -> int | None:
    """Return the place of the next ticket that is still there and that the person may see; runs in a thread."""
    for places in walk.ahead(delta):
        rows = lists.rows(session, [walk.ids[place] for place in places])
        for place in places:
            if walk.ids[place] in rows:
                return place
    return None
