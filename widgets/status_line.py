"""The first line of a screen: where one is, and how far."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.strip import Strip
from textual.widget import Widget

from services.text import cell_width, fit, row
from widgets.lines import LineWidget, cut, make_strip

_LEAST_LEFT = 12
"""What a notice leaves for where one is: room for a ticket's number."""


class StatusText(LineWidget, can_focus=False):
    """Where one is, and what else holds there."""

    COMPONENT_CLASSES = {"status-line--left", "status-line--middle", "status-line--notice"}
    DEFAULT_CSS = """
    StatusText {
        height: 1;
        & > .status-line--left { text-style: bold; }
        & > .status-line--middle { color: $text-muted; }
        & > .status-line--notice { text-style: bold; color: $text-warning; }
    }
    """

    def __init__(self, left: str) -> None:
        super().__init__()
        self.parts = (row(left), "")
        self.notice = ""

    def set_parts(self, left: str, middle: str) -> None:
        """Show other texts, if they are others."""
        if (left, middle) != self.parts:
            self.parts = (left, middle)
            self.refresh()

    def set_notice(self, notice: str) -> None:
        """Say something in place of the middle, if it is not said already."""
        if notice != self.notice:
            self.notice = notice
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """The line; what does not fit is cut, the middle first, but a notice last."""
        width = self.content_size.width
        if self.notice:
            notice = cut(f" {self.notice}", max(0, width - _LEAST_LEFT))
            left = fit(f" {self.parts[0]} ", width - cell_width(notice))
            return make_strip(
                [(left, self.look("status-line--left")), (notice, self.look("status-line--notice"))], width
            )
        left = cut(f" {self.parts[0]} ", width)
        middle = fit(self.parts[1], width - cell_width(left))
        return make_strip([(left, self.look("status-line--left")), (middle, self.look("status-line--middle"))], width)


class StatusPosition(LineWidget, can_focus=False):
    """How far one is; a widget of its own, because it changes with every key and nothing beside it does."""

    COMPONENT_CLASSES = {"status-line--right"}
    DEFAULT_CSS = """
    StatusPosition { height: 1; width: 0; max-width: 50%; }
    """

    def __init__(self) -> None:
        super().__init__()
        self.text = ""
        self.end = ""

    def set_text(self, text: str, end: str = "") -> None:
        """Show another position; the room for it only grows, so that counting on moves nothing."""
        if (text, end) == (self.text, self.end):
            return
        self.text, self.end = text, end
        width, wanted = self.styles.width, cell_width(text + self._tail) + 1
        if width is None or (width.value or 0) < wanted:
            self.styles.width = wanted
        self.refresh()

    @property
    def _tail(self) -> str:
        return f"  {self.end} " if self.end else " "

    def render_line(self, y: int) -> Strip:
        """The position at the right edge; of two parts the first one is cut."""
        width = self.content_size.width
        tail = self._tail if self.end else ""
        text = cut(self.text + ("" if tail else " "), max(0, width - cell_width(tail))) + cut(tail, width)
        return make_strip([(" " * (width - cell_width(text)) + text, self.look("status-line--right"))], width)


class StatusLine(Horizontal):
    """A title on the left, something in the middle, a position on the right; repaints the part that changed.

    A line to type into may stand in the place of title and middle for a while.
    """

    DEFAULT_CSS = """
    StatusLine {
        height: 1;
        background: $panel;
        color: $foreground;
    }
    """

    def __init__(self, left: str = "", *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._text = StatusText(left)
        self._position = StatusPosition()
        self._label: StatusText | None = None
        self._guest: Widget | None = None

    def compose(self) -> ComposeResult:
        """The texts, and the position at the right edge."""
        yield self._text
        yield self._position

    def set_left(self, text: str) -> None:
        """Say where one is."""
        self._text.set_parts(row(text), self._text.parts[1])

    def set_middle(self, text: str) -> None:
        """Say what else holds: a filter, the number of marked tickets."""
        self._text.set_parts(self._text.parts[0], row(text))

    @property
    def notice(self) -> str:
        """What is said in place of the middle; empty when nothing is."""
        return self._text.notice

    def set_notice(self, text: str) -> None:
        """Say in place of the middle what happened by itself; an empty text takes it away."""
        self._text.set_notice(row(text))

    def set_right(self, text: str, end: str = "") -> None:
        """Say how far one is; `end` stands behind it and stays whole where there is little room."""
        self._position.set_text(row(text), row(end))

    # A line to type into

    async def take_in(self, guest: Widget) -> None:
        """Mount a widget that `lend` shows later."""
        self._label = StatusText("")
        self._label.display = guest.display = False
        await self.mount(self._label, guest, before=self._position)

    def lend(self, label: str, guest: Widget) -> None:
        """Show a label and the widget in the place of the texts; the position stays."""
        assert self._label is not None, "The widget has not been taken in."
        self._guest = guest
        self._label.set_parts(row(label), "")
        self._label.styles.width = cell_width(row(label)) + 2
        self._text.display = False
        self._label.display = guest.display = True

    def give_back(self) -> None:
        """Show the texts again."""
        if self._label is not None and self._guest is not None:
            self._label.display = self._guest.display = False
            self._text.display = True
