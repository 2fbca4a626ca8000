"""The tab Details: links, state, times and the resolution."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.widget import Widget

from screens.ticket.fields import Lines
from screens.ticket.tab import TicketTab
from services import clock
from widgets.dates import ShortDates
from widgets.field_list import FieldList


class DetailsTab(TicketTab):
    """One list of fields under headings."""

    OFFERS = frozenset({"edit"})

    def compose(self) -> ComposeResult:
        """Put the list into the tab."""
        yield FieldList(id="details")

    def panes(self) -> list[Widget]:
        """Return the list."""
        return [self.query_one(FieldList)]

    def show_page(self) -> None:
        """Show the ticket."""
        lines = Lines(self.window.session, self.page.ticket, ShortDates(clock.now)).details()
        self.query_one(FieldList).set_fields(lines)

    def edit(self) -> None:
        """Change the field under the cursor."""
        self.query_one(FieldList).edit_cursor()
