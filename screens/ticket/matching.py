"""Going through what a search has found in the texts of a ticket."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from widgets.safe import notify

if TYPE_CHECKING:
    from textual.widget import Widget

    from screens.actions import Action
    from screens.going.walk import Walk
    from screens.ticket.tab import TicketTab
    from widgets.matches import Marker

_HISTORY = 2
_NO_SEARCH = "This ticket was not opened from a search for words; search in the list first."


class Matching:
    """Added to the ticket window: the walk that it was opened from knows what was searched for."""

    if TYPE_CHECKING:
        walk: Walk | None

        @property
        def tab(self) -> TicketTab:
            """The tab that is shown."""

        def show_tab(self, index: int) -> None:
            """Go to a tab."""

        def call_later(self, callback: object, *args: object) -> bool:
            """Call something after what waits already."""

    @property
    def marker(self) -> Marker | None:
        """What marks the words of the search; None without one."""
        return self.walk.marker if self.walk is not None else None

    def match_refusal(self, action: Action) -> str | None:
        """Return why there is nothing to go to, or None."""
        return _NO_SEARCH if action.id == "ticket.next-match" and self.marker is None else None

    def do_next_match(self) -> None:
        """Go to the next place, from the description on to the History and there from entry to entry."""
        if self.tab.next_match():
            return
        if self.tab.IS_HISTORY:
            sentence = "The History says nothing of what you searched for."
            notify(cast("Widget", self), sentence, severity="warning")
        else:
            self.show_tab(_HISTORY)
            # The tab may have to be made first; that waits in the same queue.
            self.call_later(self._go_on)

    def _go_on(self) -> None:
        if self.tab.IS_HISTORY:
            self.do_next_match()
