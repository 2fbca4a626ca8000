"""What the tabs of a ticket have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from textual.containers import Vertical
from textual.widget import Widget

from screens.ticket.page import TicketPage

if TYPE_CHECKING:
    from screens.ticket.ticket_screen import TicketScreen

TAB_ACTIONS = frozenset(
    {
        *("edit", "fold", "add", "remove", "save", "view", "original", "show-mail", "filter", "reverse", "quotes"),
        *("fold-all", "subscribe", "scroll-up", "scroll-down"),
    }
)
"""Actions that only some of the tabs have; the others belong to the whole window."""


class TicketTab(Vertical):
    """One tab: it shows the ticket, reads what only it needs when it is visited, and does the actions in `OFFERS`."""

    OFFERS: frozenset[str] = frozenset()
    IS_HISTORY = False

    def __init__(self) -> None:
        self._page: TicketPage | None = None
        self._stale = True
        super().__init__()

    @property
    def window(self) -> TicketScreen:
        """The window that the tab is a part of."""
        return cast("TicketScreen", self.screen)

    @property
    def page(self) -> TicketPage:
        """The ticket as it was read last."""
        assert self._page is not None, "The ticket has not been read yet."
        return self._page

    def panes(self) -> list[Widget]:
        """Return the parts that can have the focus, the first one first."""
        raise NotImplementedError

    def take(self, page: TicketPage) -> None:
        """Keep a newer state of the ticket, to be shown when the tab is visited."""
        self._page = page
        self._stale = True

    def visit(self) -> None:
        """Show what has changed since the tab was shown last."""
        if self._stale and self._page is not None:
            self._stale = False
            self.show_page()

    def show_page(self) -> None:
        """Show the ticket, or read what only this tab needs."""
        raise NotImplementedError

    @property
    def mail_id(self) -> int | None:
        """The mail under the cursor, where there are mails."""
        return None

    def view(self) -> None:
        """Open the file under the cursor, where there are files."""

    def next_match(self) -> bool:
        """Go to the next place that a search has found; False when there is none on this tab."""
        return False

    def refusal(self, name: str) -> str | None:
        """Return why an action of this tab cannot be done now, or None."""
        return None
