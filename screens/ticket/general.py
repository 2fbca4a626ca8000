"""The tab General: what everybody asks first, and the description."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widget import Widget

from screens.ticket.entries import folded
from screens.ticket.fields import Lines
from screens.ticket.tab import TicketTab
from services import clock
from services.text import cell_width, row
from widgets.dates import ShortDates
from widgets.field_list import FieldLine, FieldList
from widgets.log_view import LogBlock, LogView

_TWO_COLUMNS = 100
_LABEL_CELLS = 20
_LEFT_FIELDS = 7
_LEAST_DESCRIPTION = 5


class GeneralTab(TicketTab):
    """Fields above, in two columns where there is room, and the description below."""

    OFFERS = frozenset({"edit", "scroll-up", "scroll-down"})

    def compose(self) -> ComposeResult:
        """Put the fields above the description."""
        with Horizontal(id="fields"):
            yield FieldList(id="left")
            yield FieldList(id="right")
        yield LogView(id="description")

    def panes(self) -> list[Widget]:
        """Return the columns that are shown, and the description."""
        left, right = self._columns()
        shown = [left, right] if right.display else [left]
        return [*shown, self.query_one("#description", LogView)]

    def show_page(self) -> None:
        """Show the ticket."""
        self._show_fields()
        ticket = self.page.ticket
        text, signature = "There is no description.", frozenset[int]()
        if ticket.description.strip():
            text, signature = folded(ticket.description)
        block = LogBlock(ticket.id, (("Description", "strong"),), text, signature=signature)
        description = self.query_one("#description", LogView)
        description.set_marker(self.window.marker)
        description.replace([block])

    def edit(self) -> None:
        """Change the field under the cursor."""
        for column in self._columns():
            if column.has_focus:
                column.edit_cursor()

    def refusal(self, name: str) -> str | None:
        """The description is what the customer wrote."""
        if name == "edit" and self.query_one("#description", LogView).has_focus:
            return "The original text is never edited; write a note with what is to be added."
        return None

    def next_match(self) -> bool:
        """Go to the next place in the description."""
        return self.query_one("#description", LogView).next_match()

    def scroll_text(self, lines: int) -> None:
        """Scroll the description."""
        self.query_one("#description", LogView).scroll_lines(lines)

    def on_resize(self, event: events.Resize) -> None:
        """Use the room for one column or two."""
        if self._page is not None:
            self._show_fields()

    def _columns(self) -> tuple[FieldList, FieldList]:
        return self.query_one("#left", FieldList), self.query_one("#right", FieldList)

    def _show_fields(self) -> None:
        lines = Lines(self.window.session, self.page.ticket, ShortDates(clock.now)).general()
        left, right = self._columns()
        width, height = self.app.size
        wide = width >= _TWO_COLUMNS
        room = (width // 2 if wide else width) - _LABEL_CELLS
        columns = [lines[:_LEFT_FIELDS], lines[_LEFT_FIELDS:]] if wide else [lines, []]
        wanted = max(_height(column, room) for column in columns)
        most = max(4, height - 3 - _LEAST_DESCRIPTION)
        if right.display != wide and right.has_focus:
            left.focus()
        right.display = wide
        self.query_one("#fields").styles.height = min(wanted, most)
        left.set_fields(columns[0])
        right.set_fields(columns[1])


def _height(lines: Sequence[FieldLine], room: int) -> int:
    """How many lines the fields take when their values are wrapped."""
    return sum(max(1, -(-cell_width(row(line.value)) // room)) for line in lines)
