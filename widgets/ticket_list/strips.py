"""Lines of a ticket list: one segment for each run of the same style, and each line made only once."""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum
from typing import NamedTuple

from rich.style import Style
from textual.strip import Strip

from services.records import TicketRow
from services.text import fit, row
from widgets.lines import Run, make_strip, on_top
from widgets.matches import Marker, marked_runs
from widgets.ticket_list.columns import MATCHED, Sight, Slot

_MOST_KEPT = 512
_DESCENDING, _ASCENDING = "▼", "▲"


class Cursor(IntEnum):
    """How a line shows that the cursor is, or is not, on it."""

    NONE = 0
    BLURRED = 1
    FOCUSED = 2


class Look(NamedTuple):
    """The styles of a list, resolved from its component classes."""

    header: Style
    header_current: Style
    row: Style
    closed: Style
    marked: Style
    cursor: Style
    cursor_blurred: Style
    placeholder: Style
    match: Style
    tones: dict[str, Style]


class Strips:
    """Makes the lines of one layout and one look, and keeps those of the last few pages.

    A line is known by ticket, cursor and mark, and taken only for the very row that it was made from: a new
    version of a row, or a new read state without one, makes a new line. `marker` says what a search has found.
    """

    def __init__(
        self, look: Look, slots: Sequence[Slot], width: int, sight: Sight, marker: Marker | None = None
    ) -> None:
        self._look = look
        self.slots = slots
        self._width = width
        self._sight = sight
        self._marker = marker
        self._kept: dict[tuple[int, Cursor, bool], tuple[TicketRow, Strip]] = {}

    def ticket(self, ticket: TicketRow, cursor: Cursor, marked: bool) -> Strip:
        """The line of a ticket."""
        key = (ticket.id, cursor, marked)
        known = self._kept.get(key)
        if known is not None and known[0] is ticket:
            return known[1]
        base = self._base(cursor, marked, ticket.is_open)
        runs: list[Run] = [(_gutter(cursor, marked), base)]
        x, gap = 1, base
        for index, (column, start, width) in enumerate(self.slots):
            text = column.getter(ticket, self._sight)
            if len(text) > width and column.brief is not None:
                text = column.brief(text)
            text = _cell(text, width)
            tone = column.tone(ticket, self._sight) if column.tone is not None else ""
            style = self._toned(base, tone, plain=not (cursor or marked)) if tone else base
            if index:
                # Between two cells that look alike, the gap does too, and the line needs no change there.
                runs.append((" ", style if style is gap else base))
            if self._marker is not None and column.id in MATCHED:
                whole = row(column.getter(ticket, self._sight))
                runs += marked_runs(text, self._marker(whole), style, self._matched(style, plain=not cursor))
            else:
                runs.append((text, style))
            x, gap = start + width, style
        strip = self._finish(runs, x, base)
        if len(self._kept) >= _MOST_KEPT:
            self._kept.clear()
        self._kept[key] = (ticket, strip)
        return strip

    def placeholder(self, cursor: Cursor, marked: bool, gone: bool) -> Strip:
        """A line without its row: dots for one on its way, words for one that does not exist any more."""
        base = self._look.placeholder if not (cursor or marked) else self._base(cursor, marked, True)
        text = " no longer here" if gone else " ···"
        return make_strip([(_gutter(cursor, marked) + fit(text, self._width - 1), base)], self._width)

    def empty(self, text: str) -> Strip:
        """A line of words instead of tickets."""
        base = self._look.placeholder
        return make_strip([(fit(" " + row(text), self._width), base)], self._width)

    def blank(self) -> Strip:
        """The lines below the last ticket."""
        return make_strip([(" " * self._width, self._look.row)], self._width)

    def header(self, sort: tuple[str, bool] | None, current: str, more_left: bool, more_right: bool) -> Strip:
        """The titles: an arrow at the sorted column, a line under the current one, signs of hidden ones."""
        base = self._look.header
        runs: list[Run] = [("<" if more_left else " ", base)]
        x = 1
        for slot in self.slots:
            column, start, width = slot
            sorted_here = sort is not None and sort[0] == column.id
            title = column.title if len(column.title) <= width - 2 * sorted_here else column.short or column.title
            if sort is not None and sorted_here:
                arrow = _DESCENDING if sort[1] else _ASCENDING
                title = (fit(title, min(len(title), width - 2)) + " " + arrow) if width > 2 else arrow
            style = self._look.header_current if column.id == current else base
            shown = _cell(title, width)
            name = shown.rstrip()
            runs += [(name, style), (" " * (width - len(name)), base)]
            x = start + width
            if x < self._width:
                runs.append((" ", base))
                x += 1
        strip = self._finish(runs, x, base)
        if more_right:
            return Strip.join([strip.crop(0, self._width - 1), make_strip([(">", base)], 1)])
        return strip

    def _base(self, cursor: Cursor, marked: bool, is_open: bool) -> Style:
        look = self._look
        if cursor is Cursor.FOCUSED:
            return look.cursor
        if cursor is Cursor.BLURRED:
            return look.cursor_blurred
        if marked:
            return look.marked
        return look.row if is_open else look.closed

    def _toned(self, base: Style, tone: str, *, plain: bool) -> Style:
        style = self._look.tones[tone]
        return style if plain else on_top(base, style)

    def _matched(self, base: Style, *, plain: bool) -> Style:
        return base + self._look.match if plain else on_top(base, self._look.match)

    def _finish(self, runs: list[Run], used: int, base: Style) -> Strip:
        if used < self._width:
            runs.append((" " * (self._width - used), base))
        return make_strip(runs, self._width)


def _cell(text: str, width: int) -> str:
    """A text in exactly `width` cells; without room for an ellipsis, its first characters."""
    text = row(text)
    if width <= 2 and text.isascii():
        return text[:width].ljust(width)
    return fit(text, width)


def _gutter(cursor: Cursor, marked: bool) -> str:
    """Cursor and mark as a character, for screens without colours."""
    if cursor:
        return "X" if marked else ">"
    return "x" if marked else " "
