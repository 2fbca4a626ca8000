"""Which tickets an action is about: a handful by id, or what is marked of a million, listed when it is needed."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from services.errors import Invalid
from services.numbers import number_of

if TYPE_CHECKING:
    from services.lists import ListQuery
    from services.session import Session
    from widgets.ticket_list import TicketList

FEW = 200
"""So many tickets are changed without a question, because undo takes back a slip, and without being waited for."""


@dataclass(frozen=True, slots=True)
class Targets:
    """`count` tickets; `ids` where they are few, and `listed`, for a database thread, whatever their number."""

    count: int
    ids: tuple[int, ...]
    listed: Callable[[], Iterable[int]]

    @classmethod
    def of(cls, ids: Sequence[int]) -> Targets:
        """Return some tickets that are known by id."""
        known = tuple(ids)
        return cls(len(known), known if len(known) <= FEW else (), lambda: known)

    def __bool__(self) -> bool:
        return self.count > 0

    @property
    def are_many(self) -> bool:
        """Whether the person is asked first."""
        return self.count > FEW

    @property
    def name(self) -> str:
        """The only ticket's number, or how many there are."""
        return number_of(self.ids[0]) if len(self.ids) == self.count == 1 else f"{self.count:,} tickets"

    def limited(self, most: int) -> tuple[int, ...]:
        """Return the ids for what cannot be done to more than `most` tickets."""
        if self.count > most:
            raise Invalid(f"{self.count:,} tickets are marked; mark at most {most:,} for this.")
        return tuple(self.listed())


def list_targets(tickets: TicketList, session: Session, query: ListQuery) -> Targets:
    """Return what the next action in a list takes: the marked tickets, or else the one under the cursor.

    All of a view means the tickets that it holds at this moment: what comes in later was never marked.
    """
    marks = tickets.marks
    if not marks.everything:
        if len(marks.ids) > FEW:
            return Targets(len(marks.ids), (), lambda: marks.ids)
        return Targets.of(sorted(marks.ids) or tickets.targets())
    order, is_whole = tickets.ids, len(tickets.ids) == tickets.total

    def listed() -> Iterable[int]:
        from services import lists

        found = order if is_whole else lists.ids(session, query)
        return array("q", (ticket_id for ticket_id in found if ticket_id not in marks.ids)) if marks.ids else found

    return Targets(tickets.marked_count, (), listed)
