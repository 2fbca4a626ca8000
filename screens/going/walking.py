"""The ticket window as a place, and on to the next ticket of the list that it was opened from."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from screens.going import walk as walks
from screens.going.goes import Goes
from screens.going.trail import TICKET, Place
from services import unread
from services.session import Session
from widgets.safe import notify

if TYPE_CHECKING:
    from screens.going.copying import Copied
    from screens.going.walk import Walk

WALKING = frozenset({"next-ticket", "previous-ticket", "next-unread"})
"""What may be asked for while the ticket is still being read: who holds a key goes past tickets."""

_NO_LIST = "This ticket was not opened from a list; open one there to go through it."


class Walking(Goes):
    """Added to the ticket window, which is replaced by that of the next ticket."""

    if TYPE_CHECKING:
        walk: Walk | None
        ticket_id: int
        _current: int

    @property
    def place(self) -> Place:
        """The ticket, its tab, and the list that one goes through."""
        return Place(TICKET, self.ticket_id, (self._current, self.walk))

    def arrived(self) -> None:
        """Note that the ticket was seen."""
        desk = self._screen.desk
        desk.trail.seen(self.place)
        desk.trail.lighten(self._without_large_walk)
        desk.recent.seen(self.ticket_id)

    def _without_large_walk(self, place: Place) -> Place:
        """Return a place without the order of a large list, unless that is the present one: a million are 8 MB."""
        if place.kind != TICKET or place.detail is None:
            return place
        tab, walk = place.detail
        return place._replace(detail=(tab, None)) if walk is not self.walk and walk and walk.is_large else place

    def copy_ticket_id(self) -> int | None:
        """This ticket."""
        return self.ticket_id

    def copied(self) -> list[Copied]:
        """What the part with the focus has under its cursor."""
        from screens.going.copying import under_cursor

        return under_cursor(self._screen.focused)

    def do_links(self) -> None:
        """Choose one of the addresses in the ticket, and see where it leads."""
        from screens.going import linking

        linking.choose(self._screen, self.ticket_id, under_cursor=self.copied())

    def going_refusal(self, name: str) -> str | None:
        """There is no next ticket where no list was left."""
        walk = self.walk
        if name in WALKING:
            if walk is None:
                return _NO_LIST
            if name == "next-ticket" and walk.rank + 1 >= walk.total:
                return "This is the last ticket of the list."
            if name == "previous-ticket" and not walk.rank:
                return "This is the first ticket of the list."
        return super().going_refusal(name)

    def do_next_ticket(self) -> None:
        """Show the next ticket of the list."""
        self._walk_on(1)

    def do_previous_ticket(self) -> None:
        """Show the ticket before."""
        self._walk_on(-1)

    def do_next_unread(self) -> None:
        """Show the next ticket of the list with a closed envelope."""
        walk = self.walk
        if walk is None:
            return

        def find(session: Session) -> unread.NextUnread:
            return unread.next_unread(session, walk.ids, walk.rank)

        def found(answer: unread.NextUnread) -> None:
            if answer.rank is None:
                notify(self._screen, answer.sentence, severity="warning")
            else:
                self._go_to(walk, answer.rank)

        self._screen.run_db(find, self._screen.session, then=found, group="walk", lane="slow")

    def _walk_on(self, delta: int) -> None:
        walk = self.walk
        if walk is None:
            return

        def found(rank: int | None) -> None:
            if rank is None:
                end = "last" if delta > 0 else "first"
                notify(self._screen, f"This is the {end} ticket of the list.", severity="warning")
            else:
                self._go_to(walk, rank)

        find: Callable[[Session, Walk, int], int | None] = walks.next_visible
        self._screen.run_db(find, self._screen.session, walk, delta, then=found, group="walk")

    def _go_to(self, walk: Walk, rank: int) -> None:
        desk = self._screen.desk
        if self._screen.app.screen is not self._screen:
            # The window was closed while the next ticket was looked for, or something was opened on top of it.
            return
        desk.trail.left(self.place)
        walk.go_to(rank)
        desk.open_ticket(walk.ticket_id, walk, tab=self._current, instead=True)
