"""The first line of a screen: where one is, and how far."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.strip import Strip

from services.text import cell_width, fit, row
from widgets.lines import LineWidget, cut, make_strip


class StatusText(LineWidget, can_focus=False):
    """Where one is, and what else holds there."""

    COMPONENT_CLASSES = {"status-line--left", "status-line--middle"}
    DEFAULT_CSS = """
    StatusText {
        height: 1;
        & > .status-line--left { text-style: bold; }
        & > .status-line--middle { color: $text-muted; }
    }
    """

    def __init__(self, left: str) -> None:
        super().__init__()
        self.parts = (row(left), "")

    def set_parts(self, left: str, middle: str) -> None:
        """Show other texts, if they are others."""
        if (left, middle) != self.parts:
            self.parts = (left, middle)
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """The line; what does not fit is cut, the middle first."""
        width = self.content_size.width
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

    def set_text(self, text: str) -> None:
        """Show another position; the room for it only grows, so that counting on moves nothing."""
        if text == self.text:
            return
        self.text = text
        width = self.styles.width
        if width is None or (width.value or 0) < cell_width(text) + 2:
            self.styles.width = cell_width(text) + 2
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """The position at the right edge."""
        width = self.content_size.width
        text = cut(self.text + " ", width)
        return make_strip([(" " * (width - cell_width(text)) + text, self.look("status-line--right"))], width)


class StatusLine(Horizontal):
    """A title on the left, something in the middle, a position on the right; repaints the part that changed."""

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

    def set_right(self, text: str) -> None:
        """Say how far one is."""
        self._position.set_text(row(text))
