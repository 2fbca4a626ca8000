"""A ticket list that others change: what is new in it is marked for a moment, and nobody acts on what just moved."""

from __future__ import annotations

import time
from array import array
from collections.abc import Iterable, Sequence

from textual.reactive import reactive
from textual.strip import Strip

from services.records import TicketRow
from widgets.lines import make_strip
from widgets.ticket_list.body import ListBody

FRESH_SECONDS = 2.0
"""How long a changed ticket is marked; one repaint then ends it."""

GRACE_SECONDS = 0.6
"""For so long after the ticket under the cursor was replaced, a key still means the one that was there."""

_SIGN = "~"
_HEADER = 1


class LiveBody(ListBody):
    """The lines of a list, some of which others have changed just now."""

    COMPONENT_CLASSES = {"ticket-list--fresh"}

    above: reactive[int] = reactive(0, repaint=False, init=False)
    """How many tickets came in above the first line since somebody last looked at the beginning of the list."""

    _left: int | None = None
    _left_at = 0.0
    _watcher: int | None = None
    """The ticket with the cursor that stood on the first line until others came in above it."""

    _makes_room = False

    def __init__(self, **options: object) -> None:
        self._fresh: dict[int, float] = {}
        super().__init__(**options)  # type: ignore[arg-type]

    @property
    def acting_id(self) -> int | None:
        """The ticket that a key means now: the one under the cursor, or the one that others just took from there."""
        if self._left is not None and time.monotonic() - self._left_at < GRACE_SECONDS:
            return self._left
        return self.cursor_id

    @property
    def visible_ids(self) -> list[int]:
        """The tickets on the screen."""
        return list(self._visible_ids())

    def replaced_by_others(
        self, ids: array[int], *, rank: int | None = None, more: bool = False, typing: bool = False
    ) -> None:
        """Take a newer order that the person at the keys did not ask for.

        Who rests on the first line, and neither marks nor is `typing`, waits for what comes: it is shown there, and
        the cursor goes down with its ticket.
        """
        before, view = self.cursor_id, self._view
        rests = view.top == 0 and (view.rank == 0 or before == self._watcher)
        self._makes_room = rests and not typing and not self._marks
        self._watcher = before if self._makes_room else None
        try:
            self.replace_snapshot(ids, rank=rank, more=more)
        finally:
            self._makes_room = False
        if before is not None and before != self.cursor_id:
            self._left, self._left_at = before, time.monotonic()

    def replace_snapshot(self, ids: array[int], *, rank: int | None = None, more: bool = False) -> None:
        """Take the whole or a newer order; who looked at its beginning is told of what came in above that."""
        top, watched = self._view.top, self.above > 0 or self._view.top == 0
        super().replace_snapshot(ids, rank=rank, more=more)
        if watched:
            self.above = max(0, min(self.above + self._view.top - top, self._view.top))

    def _line_of(self, rank: int, line: int) -> int:
        return rank if self._makes_room and rank < self._view.height else super()._line_of(rank, line)

    def _tell(self) -> None:
        super()._tell()
        if not self._view.top:
            self.above = 0

    def put_changed_rows(self, rows: Iterable[TicketRow], asked: Sequence[int]) -> None:
        """Take rows that others may have changed, and mark those that look different now."""
        rows = list(rows)
        known = {row.id: self._pages.get(row.id) for row in rows}
        self.put_rows(rows, asked)
        self.mark_changed(
            row.id
            for row in rows
            if (before := known[row.id]) is not None and before._replace(version=row.version) != row
        )

    def mark_changed(self, ids: Iterable[int]) -> None:
        """Mark tickets as changed for a moment."""
        fresh = list(ids)
        if not fresh:
            return
        if not self._fresh:
            self.set_timer(FRESH_SECONDS, self._fade)
        self._fresh |= dict.fromkeys(fresh, time.monotonic() + FRESH_SECONDS)
        self._refresh_ids(set(fresh))

    def _fade(self) -> None:
        """Mark no more what was marked for long enough."""
        present = time.monotonic()
        over = {ticket_id for ticket_id, until in self._fresh.items() if until <= present + 0.1}
        for ticket_id in over:
            del self._fresh[ticket_id]
        self._refresh_ids(over)
        if self._fresh:
            self.set_timer(min(self._fresh.values()) - present, self._fade)

    def _refresh_ids(self, ids: set[int]) -> None:
        for line, ticket_id in enumerate(self._visible_ids()):
            if ticket_id in ids:
                self.refresh_row(_HEADER + line)

    def _after(self, before: int, scrolled: bool, direction: int) -> None:
        self._left = self._watcher = None
        super()._after(before, scrolled, direction)

    def render_line(self, y: int) -> Strip:
        """A line as always, with a sign before a ticket that has changed; cursor and mark come before that."""
        strip = super().render_line(y)
        rank = self._view.top + y - _HEADER
        if not self._fresh or y < _HEADER or rank >= len(self._ids) or rank == self._view.rank:
            return strip
        ticket_id = self._ids[rank]
        if ticket_id not in self._fresh or ticket_id in self._marks:
            return strip
        sign = make_strip([(_SIGN, self.look("ticket-list--fresh"))], 1)
        return Strip.join([sign, strip.crop(1)])
