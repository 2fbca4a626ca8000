"""Keeps the main window's list, counts and preview as others change the desk, without moving what somebody looks at."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from screens.main import nav
from screens.main.list_controller import Order, whole_order
from screens.throttle import Throttle
from services import catalogue, list_changes, lists
from services.errors import DeskError, TryAgain
from services.freshness import Change
from services.list_changes import Look

if TYPE_CHECKING:
    from screens.main.main_screen import MainScreen
    from services.catalogue import Names

ORDER_SECONDS = 0.5
"""How often the order is read anew at most; every two seconds for a million tickets, which take a fifth of one."""

_COUNT_SECONDS = 1.0
_CLOSED_SECONDS = 10.0


class LiveList:
    """Shows on the main window what has changed: rows at once, order and counts not too often."""

    def __init__(self, screen: MainScreen) -> None:
        self._screen = screen
        self._new: set[int] = set()
        self._order = Throttle(screen, ORDER_SECONDS, self._read_order)
        self._counts = Throttle(screen, _COUNT_SECONDS, self._count_open)
        self._closed_counts = Throttle(screen, _CLOSED_SECONDS, self._count_closed)

    def stop(self) -> None:
        """Let no timer outlive the window."""
        for each in (self._order, self._counts, self._closed_counts):
            each.stop()

    def changed(self, change: Change) -> None:
        """Show a change."""
        screen = self._screen
        if change.names_changed:
            screen.run_db(catalogue.names, then=self._take_names, failed=self._failed, group="names")
        if change.everything or "saved_search" in change.entities:
            screen.saved_pane.read()
        if change.everything:
            self._everything()
        elif change.touches:
            self._look(change.ticket_ids)
        if change.everything or change.touches:
            self._counts.ask()
            self._closed_counts.ask()

    def recount(self) -> None:
        """Count what stands behind the views: the open ones at once, the closed ones when there is time."""
        self._count_open()
        self._count_closed()

    def _failed(self, fault: DeskError) -> None:
        """Say nothing of a search that takes too long when nobody asked for it; a lost database is said once."""
        if isinstance(fault, TryAgain):
            self._screen.read_failed(fault)

    # Rows

    def _everything(self) -> None:
        tickets = self._screen.tickets
        tickets.forget_hidden_rows()
        visible = tickets.visible_ids
        self._screen.run_db(
            lists.rows,
            self._screen.session,
            visible,
            then=lambda rows: tickets.put_changed_rows(rows.values(), visible),
            failed=self._failed,
        )
        self._order.ask()
        self._screen.preview.update()

    def _look(self, ticket_ids: frozenset[int]) -> None:
        screen = self._screen
        query, order = screen.list_query, screen.tickets.ids

        def arrived(found: Look) -> None:
            if query != screen.list_query:
                return
            tickets = screen.tickets
            at_hand = [key for key in ticket_ids if key in found.before or tickets.row_for(key) is not None]
            tickets.put_changed_rows([found.rows[key] for key in at_hand if key in found.rows], at_hand)
            if found.moves(query):
                self._new |= found.inside - found.before
                self._order.ask()
            if tickets.cursor_id in ticket_ids:
                screen.preview.update()

        screen.run_db(
            *(list_changes.look, screen.session, query, order, ticket_ids),
            then=arrived,
            failed=self._failed,
            lane="slow",
        )

    # The order

    def _read_order(self) -> None:
        screen = self._screen
        tickets, query = screen.tickets, screen.list_query
        if len(tickets.ids) < tickets.total:
            # The whole order is on its way for the first time, and will be as new as this one.
            return
        generation, begun = tickets.generation, time.monotonic()

        def arrived(order: Order) -> None:
            self._order.took(time.monotonic() - begun)
            if query != screen.list_query or generation != tickets.generation:
                # Another order came in between, perhaps an older one.
                self._order.ask()
                return
            typing = screen.search_bar.is_open
            tickets.replaced_by_others(order.ids, rank=order.rank, more=order.more, typing=typing)
            new, self._new = self._new, set()
            tickets.mark_changed(new)

        cursor, near = tickets.cursor_id, max(0, tickets.position[0] - 1)
        screen.run_db(
            *(whole_order, screen.session, query, cursor, near),
            then=arrived,
            failed=self._failed,
            group="live-order",
            lane="slow",
            interruptible=True,
        )

    # What stands beside the list

    def _count_open(self) -> None:
        screen = self._screen
        screen.run_db(
            *(lists.nav_counts, screen.session, screen.list_query.managers),
            then=lambda counts: screen.counted(nav.open_counts(counts)),
            failed=self._failed,
            group="counts",
        )

    def _count_closed(self) -> None:
        screen = self._screen
        screen.run_db(
            *(nav.closed_counts, screen.session, screen.list_query.managers),
            then=screen.counted,
            failed=self._failed,
            group="closed-counts",
            lane="slow",
            interruptible=True,
        )
        screen.saved_pane.count()

    def _take_names(self, names: Names) -> None:
        """Show a status or a person by the new name."""
        screen = self._screen
        screen.statuses = names.statuses
        screen.managers = {manager.id: manager.name for manager in names.managers.values()}
        screen.names_changed()
        self._everything()
