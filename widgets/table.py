"""A small table: a few rows with columns and headings, drawn line by line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from textual import events
from textual.message import Message
from textual.strip import Strip

from services.text import fit, row
from widgets.lines import LineWidget, Run, make_strip
from widgets.row_list import RowList


class TableColumn(NamedTuple):
    """A column; `width` 0 takes what the others leave, `right` puts numbers below each other."""

    title: str
    width: int = 0
    right: bool = False


class TableRow(NamedTuple):
    """A row with a key of its own; a heading has one text and cannot be stood on."""

    key: str
    cells: tuple[str, ...]
    heading: bool = False
    dim: bool = False


class Table(RowList):
    """Rows under a line of titles; posts `Opened` when a row is clicked twice."""

    COMPONENT_CLASSES = {
        "table--heading",
        "table--row",
        "table--dim",
        "table--cursor",
        "table--cursor-blurred",
    }
    DEFAULT_CSS = """
    Table {
        & > .table--heading { text-style: bold underline; }
        & > .table--dim { color: $text-muted; }
        & > .table--cursor {
            background: $block-cursor-background;
            color: $block-cursor-foreground;
            text-style: $block-cursor-text-style;
        }
        & > .table--cursor-blurred {
            background: $block-cursor-blurred-background;
            color: $block-cursor-blurred-foreground;
            text-style: $block-cursor-blurred-text-style;
        }
        &:nocolor > .table--cursor { text-style: reverse; }
        &:nocolor > .table--cursor-blurred { text-style: underline; }
    }
    """

    class Moved(Message):
        """The cursor is on another row."""

    class Opened(Message):
        """Somebody clicked twice on a row."""

    def __init__(self, columns: Sequence[TableColumn], empty: str, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._columns = tuple(columns)
        self._empty = empty
        self._rows: list[TableRow] = []
        self._shown = False

    def set_columns(self, columns: Sequence[TableColumn]) -> None:
        """Have other columns from the next rows on, which `show` has to be called with at once."""
        if self._columns != tuple(columns):
            self._columns = tuple(columns)
            self._shown = False

    def begin(self, columns: Sequence[TableColumn], empty: str) -> None:
        """Become another table, which is blank until its rows are there; `empty` is said when there are none."""
        self._columns, self._empty = tuple(columns), empty
        self._rows, self._shown = [], False
        self.set_count(0)

    def to_key(self, key: str) -> None:
        """Put the cursor on a row, if it is there, without a word about it."""
        place = next((at for at, each in enumerate(self._rows) if each.key == key and not each.heading), None)
        if place is not None:
            self.set_count(len(self._rows), place)

    @property
    def cursor_key(self) -> str | None:
        """The key of the row under the cursor."""
        if not self._rows or self._rows[self.cursor_index].heading:
            return None
        return self._rows[self.cursor_index].key

    @property
    def cursor_cells(self) -> tuple[str, ...]:
        """What stands in the row under the cursor."""
        return () if self.cursor_key is None else self._rows[self.cursor_index].cells

    def show(self, rows: Sequence[TableRow]) -> None:
        """Show other rows; the cursor stays on its row, or near where that was."""
        key, index = self.cursor_key, self.cursor_index
        if list(rows) == self._rows and self._shown:
            return
        self._shown = True
        self._rows = list(rows)
        places = [place for place, each in enumerate(rows) if each.key == key and not each.heading]
        self.set_count(len(rows), places[0] if places else min(index, max(0, len(rows) - 1)))

    def can_stand_on(self, index: int) -> bool:
        """Headings are only read."""
        return not self._rows[index].heading

    def cursor_moved(self) -> None:
        """Tell the tab, whose keys may change."""
        self.post_message(self.Moved())

    def draw_row(self, index: int, has_cursor: bool) -> Strip:
        """The line of a row."""
        each = self._rows[index]
        width = self.content_size.width
        if each.heading:
            return make_strip([(fit(" " + row(each.cells[0]), width), self.look("table--heading"))], width)
        style = self.look("table--dim" if each.dim else "table--row")
        if has_cursor:
            style = self.look("table--cursor" if self.has_focus else "table--cursor-blurred")
        runs: list[Run] = [(">" if has_cursor else " ", style)]
        return make_strip([*runs, (self._line(each.cells, width - 1), style)], width)

    def render_line(self, y: int) -> Strip:
        """A line of the content; an empty table says so on its first one."""
        if y or self._rows:
            return super().render_line(y)
        width = self.content_size.width
        text = " " + self._empty if self._shown else ""
        return make_strip([(fit(text, width), self.look("table--dim"))], width)

    def titles(self, width: int) -> str:
        """Return the line above the rows."""
        return " " + self._line([column.title for column in self._columns], width - 1)

    def on_click(self, event: events.Click) -> None:
        """A click moves the cursor, a second one opens the row."""
        super().on_click(event)
        if event.chain == 2:
            self.post_message(self.Opened())

    def _line(self, cells: Sequence[str], width: int) -> str:
        fixed = sum(column.width for column in self._columns) + len(self._columns) - 1
        flexible = sum(not column.width for column in self._columns) or 1
        spare, rest = divmod(max(0, width - fixed), flexible)
        shown = []
        for column, cell in zip(self._columns, cells, strict=True):
            room = column.width or spare + rest
            rest = 0 if not column.width else rest
            text = fit(row(cell), room)
            shown.append(text.rstrip().rjust(room) if column.right and text.isascii() else text)
        return fit(" ".join(shown), width)


class Titles(LineWidget, can_focus=False):
    """The titles of a table's columns, above it and as wide."""

    COMPONENT_CLASSES = {"titles--text"}
    DEFAULT_CSS = """
    Titles {
        height: 1;
        & > .titles--text { color: $text-muted; }
    }
    """

    def __init__(self, table: Table) -> None:
        super().__init__()
        self._table = table

    def render_line(self, y: int) -> Strip:
        """The titles above their columns."""
        width = self.content_size.width
        return make_strip([(self._table.titles(width), self.look("titles--text"))], width)
