"""What somebody has seen, in order, to go back and forward through it as in a browser."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

_MOST = 200

TICKET = "ticket"
LIST = "list"
SUMMARY = "summary"


class Place(NamedTuple):
    """Something that was seen: `what` says which ticket or list, `detail` where on it one was.

    Two places are the same when kind and `what` are; a list in another order is the same list.
    """

    kind: str
    what: Any = None
    detail: Any = None

    def same(self, other: Place | None) -> bool:
        """Tell whether both lead to the same ticket or list."""
        return other is not None and (self.kind, self.what) == (other.kind, other.what)


class Trail:
    """The places of one session; a new one drops what lay ahead, and coming back to a list is no new place."""

    def __init__(self) -> None:
        self._places: list[Place] = []
        self._index = -1

    @property
    def present(self) -> Place | None:
        """The place that was reached last."""
        return self._places[self._index] if self._index >= 0 else None

    def seen(self, place: Place) -> None:
        """Note where one has arrived."""
        if place.same(self.present):
            self._places[self._index] = place
            return
        del self._places[self._index + 1 :]
        self._places.append(place)
        del self._places[:-_MOST]
        self._index = len(self._places) - 1

    def left(self, here: Place) -> None:
        """Remember where on a place one was when leaving it."""
        if here.same(self.present):
            self._places[self._index] = here

    def step(self, here: Place, delta: int) -> Place | None:
        """Go back (-1) or forward (1) and return the place; None where there is none.

        From a place that the trail does not end in, such as the list below a closed ticket, back leads to that ticket.
        """
        self.left(here)
        wanted = self._ahead(here, delta)
        if not 0 <= wanted < len(self._places):
            return None
        self._index = wanted
        return self._places[wanted]

    def leads(self, here: Place, delta: int) -> bool:
        """Tell whether there is a place in a direction."""
        return 0 <= self._ahead(here, delta) < len(self._places)

    def forget(self, place: Place) -> None:
        """Drop a place that cannot be shown any more."""
        gone = [index for index, each in enumerate(self._places) if place.same(each)]
        self._index -= sum(index <= self._index for index in gone)
        self._places = [each for each in self._places if not place.same(each)]
        if self._places:
            self._index = max(0, self._index)

    def lighten(self, lighter: Callable[[Place], Place]) -> None:
        """Let somebody leave out of all places what is too large to be kept for long."""
        self._places = [lighter(place) for place in self._places]

    def _ahead(self, here: Place, delta: int) -> int:
        beside = self.present is not None and not here.same(self.present)
        return self._index if delta < 0 and beside else self._index + delta
