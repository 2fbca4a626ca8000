"""Keeps a ticket list filled: first rows at once, the whole order from the slow thread, pages as they are needed."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import TimeoutError as TooLate
from typing import TYPE_CHECKING, NamedTuple

from screens.desk_screen import DeskScreen
from screens.main.prefetch import FIRST_ROWS
from services import finding, lists
from services.errors import DeskError
from services.lists import ListQuery
from services.records import TicketRow
from services.session import Session
from widgets.ticket_list import TicketList, messages, rank_of

if TYPE_CHECKING:
    from textual.timer import Timer

    from services.finding import Found

WAIT_SECONDS = 0.008
"""How long a movement may wait for its rows; then dim placeholders are painted."""

_AROUND = 64

_TYPING_SECONDS = 0.15
"""How long the keys rest before the order of what was typed is read: that takes longer than from key to key."""


class Order(NamedTuple):
    """The order of a list, where the cursor's ticket stands in it, and whether more fit that are not in it."""

    ids: array[int]
    rank: int | None
    more: bool


def whole_order(session: Session, query: ListQuery, cursor: int | None, near: int) -> Order:
    """Read the order and find the cursor's ticket in it, both off the event loop."""
    with finding.guarded(query):
        ids, more = lists.snapshot(session, query)
    return Order(ids, None if cursor is None else rank_of(ids, cursor, near), more)


def first_rows(session: Session, query: ListQuery) -> list[TicketRow]:
    """Read the first rows, of a search not for long."""
    with finding.guarded(query):
        return lists.first_rows(session, query, FIRST_ROWS)


class ListController:
    """Stands between a ticket list and the database: what is shown, in which order, and what has changed."""

    def __init__(
        self,
        screen: DeskScreen[None],
        tickets: TicketList,
        query: ListQuery,
        changed: Callable[[], object],
    ) -> None:
        self.query = query
        self._screen = screen
        self._tickets = tickets
        self._changed = changed
        self._wanted: int | None = None
        self._unread = False
        self._pause: Timer | None = None
        self.coming: ListQuery | None = None
        """What will be shown once its first rows are read."""
        tickets.fetch = self.fetch

    # What is shown

    def start(self, rows: Sequence[TicketRow], total: int | None = None) -> None:
        """Show rows that are already there, and get the rest of their order."""
        self._tickets.set_sort(self.query.sort, self.query.descending)
        self._apply(rows, total)

    def show_found(self, found: Found) -> None:
        """Show what a search has found, and get the rest of its order once the keys rest."""
        self.query = found.query
        self._tickets.set_sort(found.query.sort, found.query.descending)
        if found.order is None:
            self._apply(found.rows, None, _TYPING_SECONDS)
        else:
            self.hold()
            self._unread = False
            self._tickets.show(found.order, found.rows, more=found.more)

    def show(self, query: ListQuery, total: int | None = None, cursor: int | None = None) -> None:
        """Show another list from its beginning, or with the cursor on a ticket; `total` is its length if known."""

        def arrived(rows: list[TicketRow]) -> None:
            self.query, self.coming = query, None
            self._wanted = cursor
            self._tickets.set_sort(query.sort, query.descending)
            self._apply(rows, total)
            self._changed()

        def failed(fault: DeskError) -> None:
            self.coming = None
            screen.read_failed(fault)

        screen, self.coming = self._screen, query
        screen.run_db(
            *(first_rows, screen.session, query),
            then=arrived,
            failed=failed,
            group="rows",
            interruptible=True,
        )

    def _apply(self, rows: Sequence[TicketRow], total: int | None, delay: float = 0.0) -> None:
        self.hold()
        ids = array("q", (row.id for row in rows))
        if len(rows) < FIRST_ROWS:
            self._unread = False
            self._tickets.show(ids, rows)
            self._go_to_wanted()
            return
        self._tickets.show(ids, rows, max(total or 0, len(rows)), more=total is None)
        if self._wanted in ids:
            self._go_to_wanted()
        self._unread = True
        self.go_on(delay)

    def hold(self) -> None:
        """Stop reading the order, because its thread is needed for what somebody waits for, until `go_on`."""
        self._screen.desk.runner.cancel(f"{id(self._screen)}:order")
        if self._pause is not None:
            self._pause.stop()
            self._pause = None

    def go_on(self, delay: float = _TYPING_SECONDS) -> None:
        """Read the order if that was stopped or has not begun, after some seconds."""
        if not self._unread:
            return
        if self._pause is not None:
            self._pause.stop()
        if delay:
            self._pause = self._screen.set_timer(delay, self._read_order)
        else:
            self._read_order()

    def _read_order(self) -> None:
        def arrived(order: Order) -> None:
            self._unread = False
            self._tickets.replace_snapshot(order.ids, rank=order.rank, more=order.more)
            self._go_to_wanted()

        self._unread = True
        cursor, near = self._tickets.cursor_id, max(0, self._tickets.position[0] - 1)
        self._screen.run_db(
            *(whole_order, self._screen.session, self.query, cursor, near),
            then=arrived,
            failed=self._screen.read_failed,
            group="order",
            lane="slow",
            interruptible=True,
        )

    def go_to(self, ticket_id: int) -> None:
        """Read everything again and put the cursor on a ticket, such as one that was entered just now."""
        self._wanted = ticket_id
        self.refresh()

    def _go_to_wanted(self) -> None:
        wanted, self._wanted = self._wanted, None
        if wanted is not None:
            self._tickets.to_id(wanted)

    # What has changed

    def refresh(self, ticket_ids: Sequence[int] = ()) -> None:
        """Read rows and order again; `ticket_ids` are known to have changed, otherwise everything may have.

        Cursor, its line of the screen, and marks stay.
        """
        asked = list(ticket_ids)
        if not asked:
            rank = max(0, self._tickets.position[0] - 1)
            asked = list(self._tickets.ids[max(0, rank - _AROUND) : rank + _AROUND])
            self._tickets.forget_hidden_rows()
        self.refresh_rows(asked)
        self._read_order()

    def refresh_rows(self, ticket_ids: Sequence[int]) -> None:
        """Read some rows again that have changed without moving."""
        self._screen.run_db(
            lists.rows,
            self._screen.session,
            ticket_ids,
            then=lambda rows: self._tickets.put_rows(rows.values(), ticket_ids),
            failed=self._screen.read_failed,
        )

    # The order

    def sort(self, column: str, descending: bool | None = None) -> ListQuery | None:
        """Sort by a column, by the same one again the other way round; None when it is refused."""
        refusal = lists.sort_refusal(self.query.view, column)
        if refusal and not self.query.where:
            self._screen.show_fault(DeskError(refusal))
            return None
        if descending is None:
            same = column == self.query.sort
            descending = not self.query.descending if same else column in _NEWEST_FIRST
        query = self.query._replace(sort=column, descending=descending)
        self.show(query, self._tickets.total)
        return query

    # Pages

    def fetch(self, ticket_ids: Sequence[int]) -> Mapping[int, TicketRow] | None:
        """Return the rows that a movement needs, or None when they take longer than a person notices."""
        future, _ = self._screen.desk.runner.submit(lists.rows, self._screen.session, list(ticket_ids))
        try:
            return future.result(timeout=WAIT_SECONDS)
        except TooLate:
            future.cancel()
            return None
        except DeskError:
            return None

    def page_wanted(self, event: messages.PageWanted) -> None:
        """Read a page that the list asked for."""
        tickets, generation, asked = self._tickets, event.generation, event.ids

        def arrived(rows: dict[int, TicketRow]) -> None:
            if generation == tickets.generation:
                tickets.put_rows(rows.values(), asked)

        def failed(fault: DeskError) -> None:
            tickets.page_failed(event.page_index)
            self._screen.read_failed(fault)

        if generation == tickets.generation:
            self._screen.run_db(lists.rows, self._screen.session, asked, then=arrived, failed=failed)


_NEWEST_FIRST = frozenset({"updated", "created", "closed", "number", "priority"})
