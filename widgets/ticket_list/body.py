"""What a ticket list holds and paints: the order, the rows at hand, the cursor, and the lines that change."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Mapping, Sequence

from rich.style import Style
from textual import events
from textual.reactive import reactive
from textual.strip import Strip

from services.records import TicketRow
from widgets.dates import MINUTE, ShortDates
from widgets.lines import LineWidget
from widgets.matches import Marker
from widgets.ticket_list.columns import Column, Sight, Slot, known_columns, place_columns
from widgets.ticket_list.marks import Marks
from widgets.ticket_list.messages import CursorMoved, PageWanted
from widgets.ticket_list.pages import PAGE, Pages, page_of, rank_of
from widgets.ticket_list.strips import Cursor, Look, Strips
from widgets.viewport import Viewport

Fetch = Callable[[Sequence[int]], Mapping[int, TicketRow] | None]

_TONES = ("unread", "overdue", "urgent", "hold")
_HEADER = 1


class ListBody(LineWidget):
    """The lines of a list whose order is a vector of ticket ids, of which only a few pages have rows."""

    COMPONENT_CLASSES = {
        "ticket-list--header",
        "ticket-list--header-current",
        "ticket-list--row",
        "ticket-list--closed",
        "ticket-list--marked",
        "ticket-list--cursor",
        "ticket-list--cursor-blurred",
        "ticket-list--placeholder",
        "ticket-list--match",
        *(f"ticket-list--{tone}" for tone in _TONES),
    }

    position: reactive[tuple[int, int]] = reactive((0, 0), repaint=False, init=False)
    """The cursor's place counted from 1, and how many tickets the view has."""

    def __init__(
        self,
        *,
        clock: Callable[[], int] | None,
        fetch: Fetch | None,
        columns: Sequence[tuple[str, int]],
        id: str | None,
        classes: str | None,
    ) -> None:
        self.fetch = fetch
        self.generation = 0
        self._dates = ShortDates(clock)
        self._minute = 0
        self._ids: array[int] = array("q")
        self._total = 0
        self._view = Viewport()
        self._pages = Pages()
        self._marks = Marks()
        self._columns: list[tuple[Column, int]] = known_columns(columns)
        self._skipped_columns = 0
        self._current_column = self._columns[0][0].id
        self._sort: tuple[str, bool] | None = None
        self._hold_codes: frozenset[int] = frozenset()
        self._empty_text = "No tickets here."
        self.more = False
        """Whether further tickets fit that are not in the order."""
        self._end_wanted = False
        self._told: int | None = None
        self._made: Strips | None = None
        self._marker: Marker | None = None
        super().__init__(id=id, classes=classes)

    # What is shown

    @property
    def ids(self) -> array[int]:
        """The order as it is known so far; not to be changed."""
        return self._ids

    @property
    def total(self) -> int:
        """How many tickets the view has, also while their order is still on its way."""
        return self._total

    @property
    def cursor_id(self) -> int | None:
        """The ticket under the cursor; None in an empty list."""
        return self._ids[self._view.rank] if self._ids else None

    @property
    def cursor_row(self) -> TicketRow | None:
        """The row under the cursor; None in an empty list or while it is on its way."""
        return None if self.cursor_id is None else self._pages.get(self.cursor_id)

    @property
    def position_text(self) -> str:
        """The position as a header shows it: 12,345 / 1,000,000."""
        rank, total = self.position
        return f"{rank:,} / {total:,}{'+' if self.more else ''}"

    def row_for(self, ticket_id: int) -> TicketRow | None:
        """The row of a ticket if it is at hand."""
        return self._pages.get(ticket_id)

    def show(self, ids: array[int], rows: Iterable[TicketRow], total: int | None = None, *, more: bool = False) -> None:
        """Show another view from its beginning; `ids` may be the first of `total`, the rest follows later.

        `more` tells that further tickets fit that will not be in the order.
        """
        self.generation += 1
        self.more = more
        self._ids = ids
        self._total = len(ids) if total is None else total
        self._pages.forget_asked()
        self._pages.put(rows)
        self._view.count = len(ids)
        self._view.place(0, 0)
        self._marks.clear()
        self._end_wanted = False
        self._told = None
        self._check_clock()
        self.refresh()
        self._need_rows(1)
        self._tell()

    def replace_snapshot(self, ids: array[int], *, rank: int | None = None, more: bool = False) -> None:
        """Take the whole or a newer order: the cursor stays on its ticket, and that on its line.

        `rank` is the ticket's new place if the caller knows it. Where it left, the next one is taken.
        """
        before, cursor, view = self._visible_ids(), self.cursor_id, self._view
        line = view.rank - view.top
        place = rank
        if cursor is None:
            place = 0
        elif rank is None or not 0 <= rank < len(ids) or ids[rank] != cursor:
            place = rank_of(ids, cursor, view.rank)
        self.generation += 1
        self.more = more
        self._ids = ids
        self._total = len(ids)
        self._pages.forget_asked()
        self._marks.retain(ids)
        view.count = len(ids)
        rank = view.rank if place is None else place
        view.place(rank, self._line_of(rank, line))
        if self._end_wanted:
            self._end_wanted = False
            view.move_to(len(ids) - 1)
        self._need_rows(0)
        self._repaint_from(before, line)
        self._tell()

    def _line_of(self, rank: int, line: int) -> int:
        """Return on which line of the screen the cursor's ticket is shown that stood on `line`."""
        return line

    def put_rows(self, rows: Iterable[TicketRow], asked: Sequence[int] = ()) -> None:
        """Take rows that were asked for or have changed; `asked` ids without a row are shown as gone."""
        changed = self._pages.put(rows, asked)
        for line, ticket_id in enumerate(self._visible_ids()):
            if ticket_id in changed:
                self.refresh_row(_HEADER + line)

    def forget_hidden_rows(self) -> None:
        """Forget the rows that are not on the screen, because they may have changed; they are asked for again."""
        self._pages.keep_only(self._visible_ids())
        self._pages.forget_asked()

    def page_failed(self, page_index: int) -> None:
        """Let a page be asked for again, because its answer will not come."""
        self._pages.forget_asked(page_of(self._ids, page_index))

    def set_sort(self, column_id: str | None, descending: bool = True) -> None:
        """Show by which column the order goes; the order itself is the owner's."""
        self._sort = None if column_id is None else (column_id, descending)
        self.refresh_row(0)

    def set_hold_codes(self, codes: Iterable[int]) -> None:
        """Say which status codes mean that a ticket waits, so that they look like it."""
        self._hold_codes = frozenset(codes)
        self._lay_out()

    def set_marker(self, marker: Marker | None) -> None:
        """Mark in the texts of tickets what a search has found; None marks nothing."""
        if marker is not self._marker:
            self._marker = marker
            self._lay_out()

    def set_empty_text(self, text: str) -> None:
        """Say what stands in a list without tickets."""
        self._empty_text = text
        if not self._ids:
            self.refresh_row(_HEADER)

    # Moving

    def _move_to(self, rank: int) -> None:
        before, direction = self._view.rank, 1 if rank >= self._view.rank else -1
        self._after(before, self._view.move_to(rank), direction)

    def _after(self, before: int, scrolled: bool, direction: int) -> None:
        """Repaint what a movement changed: two lines, or all of them when it scrolled."""
        self._end_wanted = False
        if not self._ids:
            return
        self._check_clock()
        if scrolled:
            self._need_rows(direction)
            self._refresh_tickets()
        elif before != self._view.rank:
            self._refresh_ticket(before)
            self._refresh_ticket(self._view.rank)
        self._tell()

    def _tell(self) -> None:
        """Tell the screen where the cursor is, if that is news."""
        self.position = (self._view.rank + 1 if self._ids else 0, self._total)
        if self.cursor_id != self._told or self.cursor_id is None:
            self._told = self.cursor_id
            self.post_message(CursorMoved(self, self._told))

    def _need_rows(self, direction: int) -> None:
        """See that the screen's rows are there or coming, and the next page in the direction of travel."""
        view = self._view
        if view.end <= view.top:
            return
        first, last = view.top // PAGE, (view.end - 1) // PAGE
        pages = range(first, last + 1)
        if self.fetch is not None and self._pages.missing(self._visible_ids()):
            wanted = self._pages.missing(self._ids[first * PAGE : (last + 1) * PAGE])
            found = self.fetch(wanted)
            if found:
                self._pages.put(found.values())
        ahead = [last + 1] if direction > 0 else [first - 1] if direction < 0 else []
        for index in (*pages, *ahead):
            ids = self._pages.ask(page_of(self._ids, index)) if index >= 0 else []
            if ids:
                self.post_message(PageWanted(self, index, tuple(ids), self.generation))

    # Painting

    def render_line(self, y: int) -> Strip:
        """A line of the content: the titles, a ticket, or nothing."""
        strips = self._strips
        if y == 0:
            left, right = self._skipped_columns > 0, self._hidden_right
            return strips.header(self._sort, self._current_column, left, right)
        rank = self._view.top + y - _HEADER
        if rank >= len(self._ids):
            return strips.empty(self._empty_text) if not self._ids and y == _HEADER else strips.blank()
        ticket_id = self._ids[rank]
        cursor = Cursor.NONE
        if rank == self._view.rank:
            cursor = Cursor.FOCUSED if self.has_focus else Cursor.BLURRED
        ticket = self._pages.get(ticket_id)
        if ticket is None:
            return strips.placeholder(cursor, ticket_id in self._marks, self._pages.is_gone(ticket_id))
        return strips.ticket(ticket, cursor, ticket_id in self._marks)

    @property
    def _strips(self) -> Strips:
        if self._made is None:
            width = self.content_size.width
            slots = place_columns(self._columns, width, self._skipped_columns)
            self._dates.begin()
            sight = Sight(self._dates, self._dates.now(), self._hold_codes)
            self._made = Strips(self._resolved_look(), slots, width, sight, self._marker)
        return self._made

    @property
    def _slots(self) -> Sequence[Slot]:
        return self._strips.slots

    @property
    def _hidden_right(self) -> bool:
        return self._slots[-1].column.id != self._columns[-1][0].id

    def _resolved_look(self) -> Look:
        def style(name: str) -> Style:
            return self.look(f"ticket-list--{name}")

        return Look(
            header=style("header"),
            header_current=style("header-current"),
            row=style("row"),
            closed=style("closed"),
            marked=style("marked"),
            cursor=style("cursor"),
            cursor_blurred=style("cursor-blurred"),
            placeholder=style("placeholder"),
            match=style("match"),
            tones={tone: style(tone) for tone in _TONES},
        )

    def _lay_out(self) -> None:
        """Start over with the lines, because columns, width or looks have changed."""
        self._made = None
        self.refresh()

    def _check_clock(self) -> None:
        """Make lines anew when time has made them wrong: overdue by the minute, short dates by the day."""
        minute = self._dates.now() // MINUTE
        if minute != self._minute:
            self._minute = minute
            self._made = None
            if self._dates.begin():
                self.refresh()

    def _visible_ids(self) -> array[int]:
        return self._ids[self._view.top : self._view.end]

    def _refresh_ticket(self, rank: int) -> None:
        if self._view.is_visible(rank):
            self.refresh_row(_HEADER + rank - self._view.top)

    def _refresh_tickets(self) -> None:
        self.refresh_row(_HEADER, self._view.height)

    def _repaint_from(self, before: array[int], line: int) -> None:
        """Repaint only the lines whose ticket or cursor is another one than before."""
        after = self._visible_ids()
        if not before or not after:
            self.refresh()
            return
        cursor = self._view.rank - self._view.top
        for index in range(self._view.height):
            old, new = before[index : index + 1], after[index : index + 1]
            if old != new or (cursor != line and index in (cursor, line)):
                self.refresh_row(_HEADER + index)

    def styles_changed(self) -> None:
        """Make all lines anew when they are painted next."""
        self._made = None

    def focus_changed(self) -> None:
        """Only the cursor's line knows about focus."""
        self._refresh_ticket(self._view.rank)

    def on_resize(self, event: events.Resize) -> None:
        """Show as many tickets as there is room for now."""
        self._view.resize(self.content_size.height - _HEADER)
        self._lay_out()
        self._need_rows(0)
