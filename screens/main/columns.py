"""The dialog that chooses, orders and widens the columns of the ticket list, over the tickets themselves."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from pathlib import Path

from textual.widget import Widget

from screens.actions import bindings
from screens.dialogs.base import Dialog
from services import clock
from services.errors import DeskError
from services.records import TicketRow
from widgets.field_list import FieldLine, FieldList
from widgets.ticket_list import COLUMNS, DEFAULT_COLUMNS, REST, TicketList

_WIDEST = 80
Chosen = list[tuple[str, int]]


class ColumnsDialog(Dialog[Chosen]):
    """Is dismissed with the columns in order, each with its width in cells; the list above shows every step."""

    AREA = "columns"
    BINDINGS = bindings("columns")
    CSS_PATH = [Path(__file__).parents[1] / "dialogs" / "dialogs.tcss", Path(__file__).with_name("columns.tcss")]

    def __init__(self, columns: Chosen, rows: Sequence[TicketRow]) -> None:
        super().__init__("Columns of the ticket list")
        self._chosen = [(name, width or COLUMNS[name].width) for name, width in columns]
        self._hidden = [name for name in COLUMNS if name not in dict(self._chosen)]
        self._rows = rows

    def body(self) -> Iterable[Widget]:
        """Return the list as it will look, and the columns to choose from."""
        self.sample = TicketList(clock=clock.now, columns=self._chosen, id="sample")
        self.sample.can_focus = False
        self.names = FieldList(self._lines(), id="names")
        return (self.sample, self.names)

    def on_mount(self) -> None:
        """Start on the first column, with real tickets above."""
        super().on_mount()
        self.query_one("#box").add_class("wide")
        self.sample.show(array("q", (row.id for row in self._rows)), self._rows)
        self.names.focus()

    def _lines(self) -> list[FieldLine]:
        shown = [FieldLine(name, f"[x] {COLUMNS[name].title}", _told(name, width)) for name, width in self._chosen]
        hidden = [
            FieldLine(name, f"[ ] {COLUMNS[name].title}", COLUMNS[name].about, tone="dim") for name in self._hidden
        ]
        return shown + hidden

    def _changed(self) -> None:
        self.say("")
        self.names.set_fields(self._lines())
        self.sample.set_columns(self._chosen)

    def _place(self) -> int | None:
        """Where the column under the cursor stands among the shown ones."""
        shown = [name for name, _ in self._chosen]
        return shown.index(self._current) if self._current in shown else None

    @property
    def _current(self) -> str:
        return self.names.cursor_field or self._chosen[0][0]

    def do_toggle(self) -> None:
        """Show or hide the column; one always stays."""
        place = self._place()
        if place is None:
            self._hidden.remove(self._current)
            self._chosen.append((self._current, COLUMNS[self._current].width))
        elif len(self._chosen) == 1:
            raise DeskError("A list needs at least one column; show another before you hide this one.")
        else:
            name, _ = self._chosen.pop(place)
            self._hidden = [each for each in COLUMNS if each in self._hidden or each == name]
        self._changed()

    def do_earlier(self) -> None:
        """Move the column to the left."""
        self._shift(-1)

    def do_later(self) -> None:
        """Move the column to the right."""
        self._shift(1)

    def _shift(self, delta: int) -> None:
        place = self._place()
        if place is not None and 0 <= place + delta < len(self._chosen):
            self._chosen.insert(place + delta, self._chosen.pop(place))
            self._changed()

    def do_wider(self) -> None:
        """Make the column wider."""
        self._resize(1)

    def do_narrower(self) -> None:
        """Make the column narrower."""
        self._resize(-1)

    def _resize(self, delta: int) -> None:
        place = self._place()
        if place is not None:
            name, width = self._chosen[place]
            self._chosen[place] = (name, max(COLUMNS[name].min_width, min(width + delta, _WIDEST)))
            self._changed()

    def do_usual(self) -> None:
        """Go back to the columns of somebody who has chosen nothing."""
        self._chosen = [(name, width or COLUMNS[name].width) for name, width in DEFAULT_COLUMNS]
        self._hidden = [name for name in COLUMNS if name not in dict(self._chosen)]
        self._changed()

    def do_up(self) -> None:
        """Go up."""
        self.names.move(-1)

    def do_down(self) -> None:
        """Go down."""
        self.names.move(1)

    def do_first(self) -> None:
        """Go to the first column."""
        self.names.first()

    def do_last(self) -> None:
        """Go to the last column."""
        self.names.last()

    def do_accept(self) -> None:
        """Keep what was chosen."""
        self.dismiss(self._chosen)


def _told(name: str, width: int) -> str:
    """Return what stands beside a shown column: its width, and what its title means."""
    parts = ["takes the rest" if name == REST else f"{width} wide", COLUMNS[name].about]
    return "  ".join(part for part in parts if part)
