"""The main window as a place: which list was seen, which ticket of it, and on to the next ticket that matters."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING

from screens.going.goes import Goes
from screens.going.trail import LIST, Place
from screens.going.walk import Walk
from services import unread
from services.session import Session
from widgets.safe import notify

if TYPE_CHECKING:
    from screens.going.copying import Copied
    from screens.main.list_controller import ListController
    from services.lists import ListQuery
    from widgets.ticket_list import TicketList


class ListGoes(Goes):
    """Added to the main window."""

    _walk: Walk | None = None

    if TYPE_CHECKING:
        tickets: TicketList
        controller: ListController
        related_title: str

        @property
        def list_query(self) -> ListQuery:
            """What the list shows."""

    @property
    def place(self) -> Place:
        """The list, whatever its order; with it how it is sorted and the ticket under the cursor."""
        query = self.list_query
        key = query._replace(sort="", descending=True)
        return Place(LIST, key, (query, self.related_title, self.tickets.cursor_id))

    def show_place(self, place: Place) -> None:
        """Show a list that was seen before, with the cursor where it was."""
        query, self.related_title, cursor = place.detail
        if query != self.list_query:
            self.controller.show(query, cursor=cursor)
        elif cursor is not None:
            self.controller.go_to(cursor)

    def arrived(self) -> None:
        """Note that the list was seen, unless something covers it."""
        if self._screen.is_current:
            self._screen.desk.trail.seen(self.place)

    # Copying

    def copy_ticket_id(self) -> int | None:
        """The ticket under the cursor, unless several are marked."""
        return None if self.tickets.marked_count else self.tickets.cursor_id

    def copied(self) -> list[Copied]:
        """The row as it is shown, and what the preview has under its cursor."""
        from screens.going.copying import Copied, row_text, under_cursor

        found = under_cursor(self._screen.focused)
        row = self.tickets.cursor_row
        return (
            [*found, Copied("whole row", row_text(row, [name for name, _ in self.tickets.columns]))]
            if row is not None
            else found
        )

    def do_copy(self) -> None:
        """Choose what is put on the clipboard, of one ticket or of all that are marked."""
        from screens.going import copying

        marked = self.tickets.marked_ids()
        if not marked:
            super().do_copy()
            return
        screen = self._screen
        screen.run_db(
            *(copying.of_many, screen.session, marked),
            then=lambda found: copying.choose(screen, found),
            group="copy",
            opens=True,
        )

    # Through the list

    def walk_from(self, ticket_id: int) -> Walk:
        """Return the way through the list that begins at a ticket, for its window."""
        tickets, query = self.tickets, self.list_query
        self._screen.desk.trail.left(self.place)

        def later() -> array[int]:
            return tickets.ids if self.list_query == query else array("q")

        # The list may have lost its tickets since the key was pressed, and then the way is the ticket alone.
        ids = tickets.ids or array("q", [ticket_id])
        rank = min(max(0, tickets.position[0] - 1), len(ids) - 1)
        self._walk = Walk(ids, rank, tickets.total, later)
        self._walk.more = tickets.more
        self._walk.go_to_ticket(ticket_id)
        return self._walk

    def come_back(self) -> None:
        """Put the cursor on the ticket that was shown last when one went through the list from inside."""
        walk, self._walk = self._walk, None
        if walk is not None and walk.ticket_id != self.tickets.cursor_id:
            self.tickets.to_id(walk.ticket_id)

    def do_next_ticket(self) -> None:
        """Go to the next ticket, wherever the focus is."""
        self.tickets.move(1)

    def do_previous_ticket(self) -> None:
        """Go to the ticket before."""
        self.tickets.move(-1)

    def do_next_unread(self) -> None:
        """Go to the next ticket with a closed envelope."""
        ids, rank = self.tickets.ids, max(0, self.tickets.position[0] - 1)
        if not ids:
            return

        def find(session: Session) -> unread.NextUnread:
            return unread.next_unread(session, ids, rank)

        def found(answer: unread.NextUnread) -> None:
            if answer.rank is None:
                notify(self._screen, answer.sentence, severity="warning")
            else:
                self.tickets.to_id(ids[answer.rank])

        self._screen.run_db(find, self._screen.session, then=found, group="unread", lane="slow")
