"""A short list of one-line rows with a cursor: the body of the navigation pane and of choosers."""

from __future__ import annotations

from itertools import chain

from textual import events
from textual.strip import Strip

from widgets.lines import LineWidget, place_of
from widgets.viewport import Viewport

_WHEEL_LINES = 3


class RowList(LineWidget):
    """Moves a cursor over rows and repaints the lines that it leaves and enters.

    Subclasses draw a row in `draw_row`, say in `can_stand_on` where the cursor may go, and act in `cursor_moved`
    and `row_chosen`.
    """

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        self._view = Viewport()
        super().__init__(id=id, classes=classes)

    def draw_row(self, index: int, has_cursor: bool) -> Strip:
        """The line of a row."""
        raise NotImplementedError

    def draw_blank(self, y: int) -> Strip:
        """A line below the last row; `y` is 0 for the first of an empty list."""
        return Strip.blank(self.content_size.width, self.rich_style)

    def can_stand_on(self, index: int) -> bool:
        """Tell whether the cursor may be on a row."""
        return True

    def cursor_moved(self) -> None:
        """The cursor is on another row."""

    def row_chosen(self) -> None:
        """Somebody wants the row under the cursor."""

    @property
    def cursor_index(self) -> int:
        """The row under the cursor."""
        return self._view.rank

    def move(self, delta: int) -> None:
        """Move the cursor over rows that it may stand on."""
        self._go(self._view.rank + delta, 1 if delta > 0 else -1)

    def page(self, delta: int) -> None:
        """Move the cursor by screens."""
        self.move(delta * max(1, self._view.height - 1))

    def first(self) -> None:
        """Go to the first row."""
        self._go(0, 1)

    def last(self) -> None:
        """Go to the last row."""
        self._go(self._view.count - 1, -1)

    def set_count(self, count: int, cursor: int = 0) -> None:
        """Take another number of rows, and put the cursor on or after one of them, without a word about it."""
        self._view.count = count
        self._view.move_to(self._nearest(cursor, 1))
        self._view.resize(self._view.height)
        self.refresh()

    def refresh_index(self, index: int) -> None:
        """Repaint a row if it is on the screen."""
        if self._view.is_visible(index):
            self.refresh_row(index - self._view.top)

    def render_line(self, y: int) -> Strip:
        """A line of the content."""
        if self._view.height != self.content_size.height:
            # Painted before the message about the new size was read.
            self._view.resize(self.content_size.height)
        index = self._view.top + y
        if index >= self._view.count:
            return self.draw_blank(y)
        return self.draw_row(index, index == self._view.rank)

    def focus_changed(self) -> None:
        """Only the cursor's row knows about focus."""
        self.refresh_index(self._view.rank)

    def on_resize(self, event: events.Resize) -> None:
        """Show as many rows as there is room for now."""
        if self._view.height != self.content_size.height:
            self._view.resize(self.content_size.height)
            self.refresh()

    def on_click(self, event: events.Click) -> None:
        """A click is the cursor's way and its choice in one."""
        place = place_of(event, self)
        if place is None:
            return
        event.stop()
        index = self._view.top + place.y
        if index < self._view.count and self.can_stand_on(index):
            self._go(index, 1)
            self.row_chosen()

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Scroll without the widget's own scrolling."""
        self._wheel(event, _WHEEL_LINES)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Scroll back."""
        self._wheel(event, -_WHEEL_LINES)

    def _wheel(self, event: events.MouseEvent, lines: int) -> None:
        event.stop()
        event.prevent_default()
        if self._view.count > self._view.height:
            self.move(lines)

    def _go(self, index: int, direction: int) -> None:
        before = self._view.rank
        wanted = self._nearest(index, direction)
        if wanted == before:
            return
        if self._view.move_to(wanted):
            self.refresh()
        else:
            self.refresh_index(before)
            self.refresh_index(wanted)
        self.cursor_moved()

    def _nearest(self, index: int, direction: int) -> int:
        """The row itself or the nearest one that the cursor may stand on, looked for in a direction first."""
        index = max(0, min(index, self._view.count - 1))
        ahead = range(index, self._view.count) if direction > 0 else range(index, -1, -1)
        behind = range(index, -1, -1) if direction > 0 else range(index, self._view.count)
        for candidate in chain(ahead, behind):
            if candidate < self._view.count and self.can_stand_on(candidate):
                return candidate
        return index
