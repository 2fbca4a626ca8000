"""Several short lists of tickets as one list with headings, so that one cursor goes through all of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from textual.message import Message
from textual.strip import Strip

from services.records import UNREAD, TicketRow
from services.text import fit, row
from widgets.dates import ShortDates
from widgets.lines import Run, make_strip
from widgets.row_list import RowList

_NARROW = 100


class Block(NamedTuple):
    """A list with its heading, and what stands there when it is empty."""

    heading: str
    empty: str
    rows: Sequence[TicketRow]


class TicketBlocks(RowList):
    """Headings and tickets below each other; the cursor stands on tickets only. `clock` gives microseconds UTC."""

    COMPONENT_CLASSES = {
        "ticket-blocks--heading",
        "ticket-blocks--empty",
        "ticket-blocks--row",
        "ticket-blocks--cursor",
    }
    DEFAULT_CSS = """
    TicketBlocks {
        & > .ticket-blocks--heading { text-style: bold; color: $text-accent; }
        & > .ticket-blocks--empty { color: $text-muted; }
        & > .ticket-blocks--cursor {
            background: $block-cursor-background;
            color: $block-cursor-foreground;
            text-style: $block-cursor-text-style;
        }
        &:nocolor > .ticket-blocks--cursor { text-style: reverse; }
    }
    """

    class Selected(Message):
        """Somebody wants to open a ticket."""

        def __init__(self, ticket_id: int) -> None:
            super().__init__()
            self.ticket_id = ticket_id

    def __init__(self, *, clock: Callable[[], int], id: str | None = None) -> None:
        self._dates = ShortDates(clock)
        self._lines: list[str | TicketRow] = []
        self._empty: frozenset[int] = frozenset()
        super().__init__(id=id)

    @property
    def cursor_ticket(self) -> TicketRow | None:
        """The ticket under the cursor; None when all lists are empty."""
        line = self._lines[self.cursor_index] if self._lines else None
        return None if isinstance(line, str) else line

    @property
    def block_ids(self) -> tuple[list[int], int]:
        """The tickets of the list that the cursor is in, and which of them it is on; none where all are empty."""
        start = self.cursor_index
        while start and not isinstance(self._lines[start - 1], str):
            start -= 1
        ids = []
        for line in self._lines[start:]:
            if isinstance(line, str):
                break
            ids.append(line.id)
        return ids, self.cursor_index - start

    def move_in_block(self, place: int) -> None:
        """Put the cursor on another ticket of its list."""
        ids, present = self.block_ids
        if 0 <= place < len(ids):
            self._go(self.cursor_index + place - present, 1)

    def show(self, blocks: Sequence[Block]) -> None:
        """Show other lists; the cursor stays on its ticket, or on its line when that has left its list."""
        lines: list[str | TicketRow] = []
        empty = []
        for block in blocks:
            lines.append(block.heading)
            if not block.rows:
                empty.append(len(lines))
                lines.append(block.empty)
            lines += block.rows
        if lines != self._lines:
            place = self._place_in(lines)
            self._lines, self._empty = lines, frozenset(empty)
            self._dates.begin()
            self.set_count(len(lines), place)

    def _place_in(self, lines: Sequence[str | TicketRow]) -> int:
        """Return where the ticket under the cursor stands now, in the same list as before."""
        ticket = self.cursor_ticket
        heading = next((line for line in self._lines[self.cursor_index :: -1] if isinstance(line, str)), "")
        if ticket is None or heading not in lines:
            return self.cursor_index
        for place in range(lines.index(heading) + 1, len(lines)):
            line = lines[place]
            if isinstance(line, str):
                break
            if line.id == ticket.id:
                return place
        return self.cursor_index

    def to_block(self, delta: int) -> None:
        """Go to the first ticket of the next list that has one, or of the one before."""
        starts = [
            index + 1
            for index, line in enumerate(self._lines)
            if isinstance(line, str) and index not in self._empty and index + 1 not in self._empty
        ]
        if starts:
            present = max((place for place, start in enumerate(starts) if start <= self.cursor_index), default=0)
            self._go(starts[(present + delta) % len(starts)], 1)

    def can_stand_on(self, index: int) -> bool:
        """Headings only stand between."""
        return not isinstance(self._lines[index], str)

    def row_chosen(self) -> None:
        """A click opens."""
        if self.cursor_ticket is not None:
            self.post_message(self.Selected(self.cursor_ticket.id))

    def draw_row(self, index: int, has_cursor: bool) -> Strip:
        """A heading, a remark, or a ticket in columns that fit."""
        line, width = self._lines[index], self.content_size.width
        if isinstance(line, str):
            name = "empty" if index in self._empty else "heading"
            text = f"  {line}" if index in self._empty else f" {line}"
            return make_strip([(fit(text, width), self.look(f"ticket-blocks--{name}"))], width)
        style = self.look("ticket-blocks--cursor" if has_cursor else "ticket-blocks--row")
        sign = ">" if has_cursor else "*" if line.mine and line.mark == UNREAD else " "
        who = 0 if width < _NARROW else 18
        fixed = 11 + 12 + who + 10
        runs: list[Run] = [
            (f" {sign}{fit(line.number, 10)}", style),
            (fit(row(line.subject), max(10, width - fixed - 2)) + " ", style),
            (fit(row(line.status), 11) + " ", style),
            (fit(row(line.account), who - 1) + " " if who else "", style),
            (fit(self._dates.short(line.created_at), 10), style),
        ]
        text = "".join(part for part, _ in runs)
        return make_strip([(fit(text, width), style)], width)
