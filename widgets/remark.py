"""A sentence that lies over the lines below a prompt, because it is in the way only while somebody types."""

from __future__ import annotations

from itertools import islice

from textual.strip import Strip

from services.text import fit, row
from widgets.lines import LineWidget, make_strip
from widgets.wrap import wrapped

_MOST_LINES = 5


class Remark(LineWidget, can_focus=False):
    """As wide as the screen and as high as its sentence; there only while it has one."""

    COMPONENT_CLASSES = {"remark--text"}
    DEFAULT_CSS = """
    Remark {
        display: none;
        layer: above;
        position: absolute;
        height: auto;
        background: $panel;
        & > .remark--text { background: $panel; color: $text-error; text-style: bold; }
    }
    """

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self.text = ""
        self._lines: list[str] = []

    def say(self, text: str, y: int, width: int) -> None:
        """Show a sentence at a line of the screen; an empty one takes it away."""
        if text == self.text:
            return
        self.text = text
        # A sign beside the colour, for screens without one.
        self._lines = list(islice(wrapped(row(f"! {text}"), width - 2), _MOST_LINES)) if text else []
        self.display = bool(text)
        if text:
            self.styles.width = width
            self.styles.height = len(self._lines)
            self.styles.offset = (0, y)
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """A line of the sentence."""
        width = self.content_size.width
        text = f" {self._lines[y]}" if y < len(self._lines) else ""
        return make_strip([(fit(text, width), self.look("remark--text"))], width)
