"""The ticket list as screens use it: what keys and mouse can do with it."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Sequence

from textual import events

from widgets.lines import place_of
from widgets.ticket_list import messages
from widgets.ticket_list.body import Fetch
from widgets.ticket_list.columns import DEFAULT_COLUMNS, REST, known_columns
from widgets.ticket_list.live import LiveBody
from widgets.ticket_list.marks import MarkSet
from widgets.ticket_list.pages import rank_of

_HEADER = 1
_WHEEL_LINES = 3
_WIDEST = 80
_NAMED = 20_000


class TicketList(LiveBody):
    """A list over any number of tickets; screens bind keys to its methods and give it rows when it asks.

    `fetch` may answer at once for rows that a movement needs; `PageWanted` asks for the others. `clock` gives
    microseconds UTC.
    """

    PageWanted = messages.PageWanted
    Selected = messages.Selected
    CursorMoved = messages.CursorMoved
    SortWanted = messages.SortWanted
    ColumnWidthChanged = messages.ColumnWidthChanged
    DispatchClicked = messages.DispatchClicked
    Marked = messages.Marked

    DEFAULT_CSS = """
    TicketList {
        background: $background;
        color: $foreground;
        & > .ticket-list--header { text-style: bold; color: $text-muted; }
        & > .ticket-list--header-current { text-style: bold underline; color: $text-muted; }
        & > .ticket-list--closed { color: $text-muted; }
        & > .ticket-list--marked { color: $text-accent; text-style: bold; }
        & > .ticket-list--unread { text-style: bold; }
        & > .ticket-list--overdue { color: $text-error; text-style: bold; }
        & > .ticket-list--urgent { color: $text-error; text-style: bold; }
        & > .ticket-list--hold { color: $text-muted; text-style: italic; }
        & > .ticket-list--match { color: $text-warning; text-style: bold underline; }
        & > .ticket-list--fresh { color: $text-warning; text-style: bold; }
        & > .ticket-list--placeholder { color: $text-disabled; }
        & > .ticket-list--cursor {
            background: $block-cursor-background;
            color: $block-cursor-foreground;
            text-style: $block-cursor-text-style;
        }
        & > .ticket-list--cursor-blurred {
            background: $block-cursor-blurred-background;
            color: $block-cursor-blurred-foreground;
            text-style: $block-cursor-blurred-text-style;
        }
        &:nocolor > .ticket-list--cursor { text-style: reverse; }
        &:nocolor > .ticket-list--cursor-blurred { text-style: underline; }
    }
    """

    def __init__(
        self,
        *,
        clock: Callable[[], int] | None = None,
        fetch: Fetch | None = None,
        columns: Sequence[tuple[str, int]] = DEFAULT_COLUMNS,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        super().__init__(clock=clock, fetch=fetch, columns=columns, id=id, classes=classes)
        self._anchor: int | None = None

    # Moving

    def move(self, delta: int) -> None:
        """Move the cursor by rows."""
        self._move_to(self._view.rank + delta)

    def page(self, delta: int) -> None:
        """Turn pages; the cursor keeps its line of the screen."""
        before = self._view.rank
        self._after(before, self._view.page(delta), delta)

    def half_page(self, delta: int) -> None:
        """Turn half pages; the cursor keeps its line of the screen."""
        before = self._view.rank
        self._after(before, self._view.shift(delta * max(1, self._view.height // 2)), delta)

    def wheel(self, lines: int) -> None:
        """Scroll by lines; the cursor stays on its ticket as long as that is on the screen."""
        before = self._view.rank
        self._after(before, self._view.wheel(lines), lines)

    def first(self) -> None:
        """Go to the first ticket."""
        self._move_to(0)

    def last(self) -> None:
        """Go to the last ticket, as soon as the whole order is known."""
        self._move_to(len(self._ids) - 1)
        self._end_wanted = len(self._ids) < self._total

    def to_id(self, ticket_id: int) -> bool:
        """Put the cursor on a ticket; False when the view does not have it."""
        rank = rank_of(self._ids, ticket_id, self._view.rank)
        if rank is not None:
            self._move_to(rank)
        return rank is not None

    def open_cursor(self) -> None:
        """Ask the screen to open the ticket under the cursor."""
        if self.acting_id is not None:
            self.post_message(messages.Selected(self, self.acting_id))

    # Marking

    @property
    def marks(self) -> MarkSet:
        """What is marked, in the short form that also says "all but these"."""
        return self._marks.frozen()

    @property
    def marked_count(self) -> int:
        """How many tickets are marked."""
        return self._marks.count(self._total)

    def is_marked(self, ticket_id: int) -> bool:
        """Tell whether a ticket is marked."""
        return ticket_id in self._marks

    def marked_ids(self) -> list[int]:
        """The marked tickets in the order of the list."""
        everything, ids = self._marks.frozen()
        if not everything and not ids:
            return []
        return [ticket_id for ticket_id in self._ids if (ticket_id in ids) is not everything]

    def targets(self) -> list[int]:
        """What the next action takes: the marked tickets, or else the one under the cursor."""
        marked = self.marked_ids()
        if marked or self.acting_id is None:
            return marked
        return [self.acting_id]

    def replace_snapshot(self, ids: array[int], *, rank: int | None = None, more: bool = False) -> None:
        """Take a newer order, and tell when marked tickets left with the older one."""
        before = self.marked_count
        super().replace_snapshot(ids, rank=rank, more=more)
        if self.marked_count == before:
            return
        if not self.marked_count:
            # Nothing is left of "all of them": what comes later was never marked.
            self._marks.clear()
        self._tell_marks()

    def mark_toggle(self) -> None:
        """Mark or unmark the ticket under the cursor, and go on to the next."""
        ticket_id = self.cursor_id
        if ticket_id is None:
            return
        self._marks.toggle(ticket_id)
        self._anchor = ticket_id
        self._refresh_ticket(self._view.rank)
        self._tell_marks()
        self.move(1)

    def mark_range(self) -> None:
        """Mark everything from the ticket that was marked last to the cursor."""
        rank = self._view.rank
        anchor = None if self._anchor is None else rank_of(self._ids, self._anchor, rank)
        if not self._ids:
            return
        start, end = sorted((rank, rank if anchor is None else anchor))
        self._marks.add(self._ids[start : end + 1])
        self._anchor = self.cursor_id
        self._marks_changed()

    def mark_all(self) -> None:
        """Mark every ticket of the view; of a short one those that it holds now, and none that comes in later."""
        if not self._total:
            return
        self._marks.mark_all()
        self._settle_marks()
        self._marks_changed()

    def mark_only(self, ticket_ids: Iterable[int]) -> None:
        """Mark these tickets of the view and no other."""
        self._marks.clear()
        self._marks.add(ticket_ids)
        self._marks_changed()

    def mark_invert(self) -> None:
        """Mark what is not marked, and only that."""
        if self._total:
            self._marks.invert()
            self._settle_marks()
            self._marks_changed()

    def _settle_marks(self) -> None:
        """Name the tickets that "all but these" means, as long as they are few enough to be named at once."""
        if len(self._ids) == self._total <= _NAMED:
            self._marks.name(self._ids)

    def clear_marks(self) -> None:
        """Unmark everything."""
        self._anchor = None
        if self._marks:
            self._marks.clear()
            self._marks_changed()

    def _marks_changed(self) -> None:
        self._refresh_tickets()
        self._tell_marks()

    def _tell_marks(self) -> None:
        self.post_message(messages.Marked(self, self.marked_count))

    # Columns

    @property
    def columns(self) -> list[tuple[str, int]]:
        """The chosen columns and their widths, to be remembered."""
        return [(column.id, width) for column, width in self._columns]

    @property
    def current_column(self) -> str:
        """The column that widening and sorting by key are about."""
        return self._current_column

    def set_columns(self, columns: Sequence[tuple[str, int]]) -> None:
        """Show these columns; width 0 is a column's own, unknown ids are passed over."""
        self._columns = known_columns(columns)
        self._skipped_columns = 0
        if self._current_column not in dict(self.columns):
            self._current_column = self._columns[0][0].id
        self._lay_out()

    def choose_column(self, delta: int) -> None:
        """Make another column the current one, and scroll to it."""
        names = [name for name, _ in self.columns]
        index = names.index(self._current_column) + delta
        self._current_column = names[max(0, min(index, len(names) - 1))]
        if index < self._skipped_columns:
            self._scroll_columns(-1)
        elif self._current_column not in [slot.column.id for slot in self._slots]:
            self._scroll_columns(1)
        self.refresh_row(0)

    def sort_by_current(self) -> None:
        """Ask the screen to sort by the current column."""
        self._want_sort(self._current_column)

    def grow_column(self) -> None:
        """Make the current column a cell wider."""
        self._resize_column(1)

    def shrink_column(self) -> None:
        """Make the current column a cell narrower."""
        self._resize_column(-1)

    def columns_left(self) -> None:
        """Bring back a column that was scrolled away."""
        self._scroll_columns(-1)

    def columns_right(self) -> None:
        """Scroll the first column away when not all of them fit."""
        self._scroll_columns(1)

    def _scroll_columns(self, delta: int) -> None:
        if delta > 0 and not self._hidden_right:
            return
        skipped = max(0, min(self._skipped_columns + delta, len(self._columns) - 1))
        if skipped != self._skipped_columns:
            self._skipped_columns = skipped
            self._lay_out()

    def _resize_column(self, delta: int) -> None:
        for index, (column, width) in enumerate(self._columns):
            if column.id != self._current_column or column.id == REST:
                continue
            wanted = max(column.min_width, min(width + delta, _WIDEST))
            if wanted != width:
                self._columns[index] = (column, wanted)
                self._lay_out()
                self.post_message(messages.ColumnWidthChanged(self, column.id, wanted))

    def _want_sort(self, column_id: str) -> None:
        column = next(column for column, _ in self._columns if column.id == column_id)
        if column.sortable:
            self.post_message(messages.SortWanted(self, column_id))

    # Mouse

    def on_click(self, event: events.Click) -> None:
        """A title sorts, a flag asks for dispatch, a ticket gets the cursor and opens on the second click."""
        place = place_of(event, self)
        if place is None:
            return
        event.stop()
        at = [slot.column.id for slot in self._slots if slot.x <= place.x < slot.x + slot.width]
        column = at[0] if at else None
        if place.y < _HEADER:
            if column is not None:
                self._current_column = column
                self._want_sort(column)
                self.refresh_row(0)
            return
        rank = self._view.top + place.y - _HEADER
        if rank >= len(self._ids):
            return
        self._move_to(rank)
        row = self.cursor_row
        if column == "dispatch" and row is not None and row.waiting_for_dispatch:
            self.post_message(messages.DispatchClicked(self, row.id))
        elif event.chain == 2:
            self.open_cursor()

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Scroll, without the list's own keys."""
        event.stop()
        event.prevent_default()
        self.wheel(_WHEEL_LINES)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Scroll back."""
        event.stop()
        event.prevent_default()
        self.wheel(-_WHEEL_LINES)
