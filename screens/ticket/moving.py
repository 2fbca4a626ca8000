"""Moving in the ticket window: between tabs, between the parts of a tab, and in the part that has the focus."""

from __future__ import annotations

from typing import cast

from textual.widget import Widget

from screens.pane_keys import Pane, PaneKeys
from screens.quick_screen import QuickEdits
from screens.ticket.tab import TicketTab

TABS = ("General", "Details", "History", "Recipients", "Charges", "Documents")


class Moving(PaneKeys, QuickEdits):
    """A window with tabs, each of which has one list or more."""

    _current = 0

    @property
    def tab(self) -> TicketTab:
        """The tab that is shown."""
        raise NotImplementedError

    def show_tab(self, index: int) -> None:
        """Go to a tab."""
        raise NotImplementedError

    def answered_mail(self) -> int | None:
        """Return the mail under the cursor of the History."""
        return self.tab.mail_id

    def do_general(self) -> None:
        """Show the tab General."""
        self.show_tab(0)

    def do_details(self) -> None:
        """Show the tab Details."""
        self.show_tab(1)

    def do_history(self) -> None:
        """Show the tab History."""
        self.show_tab(2)

    def do_recipients(self) -> None:
        """Show the tab Recipients."""
        self.show_tab(3)

    def do_charges(self) -> None:
        """Show the tab Charges."""
        self.show_tab(4)

    def do_documents(self) -> None:
        """Show the tab Documents."""
        self.show_tab(5)

    def do_next_tab(self) -> None:
        """Go to the next tab, from the last one to the first."""
        self.show_tab((self._current + 1) % len(TABS))

    def do_previous_tab(self) -> None:
        """Go to the tab before."""
        self.show_tab((self._current - 1) % len(TABS))

    # Parts of a tab

    def do_next_pane(self) -> None:
        """Go to the next part, from the last one to the first."""
        self._go_to_pane(1)

    def do_previous_pane(self) -> None:
        """Go to the part before."""
        self._go_to_pane(-1)

    def do_right(self) -> None:
        """Go to the next part, if there is one."""
        if self._pane_index() + 1 < len(self.tab.panes()):
            self._go_to_pane(1)

    def do_left(self) -> None:
        """Go to the part before; from the first one back to where one came from."""
        if self._pane_index():
            self._go_to_pane(-1)
        else:
            self.do_go_back()

    def _panes(self) -> list[Widget]:
        return self.tab.panes()

    def _pane_index(self) -> int:
        return next((index for index, pane in enumerate(self._panes()) if pane.has_focus), 0)

    def _go_to_pane(self, delta: int) -> None:
        panes = self._panes()
        panes[(self._pane_index() + delta) % len(panes)].focus()

    @property
    def moved_pane(self) -> Pane:
        """The part that has the focus."""
        return cast("Pane", self._panes()[self._pane_index()])

    # In a part

    def do_half_up(self) -> None:
        """Go up half a page."""
        self._half(-1)

    def do_half_down(self) -> None:
        """Go down half a page."""
        self._half(1)

    def _half(self, delta: int) -> None:
        pane = self.moved_pane
        half = getattr(pane, "half_page", None)
        if half is not None:
            half(delta)
        else:
            pane.move(delta * max(1, cast("Widget", pane).size.height // 2))
