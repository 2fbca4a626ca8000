"""A row of buttons on one line, of which one is chosen."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.message import Message
from textual.strip import Strip

from services.text import cell_width, row
from widgets.lines import LineWidget, Run, make_strip, place_of

_GAP = "  "


class ButtonRow(LineWidget):
    """Labels in brackets; the chosen one is shown like a list's cursor. Posts `Pressed` on a click."""

    COMPONENT_CLASSES = {"button-row--button", "button-row--chosen"}
    DEFAULT_CSS = """
    ButtonRow {
        height: 1;
        & > .button-row--chosen {
            background: $block-cursor-background;
            color: $block-cursor-foreground;
            text-style: $block-cursor-text-style;
        }
        &:nocolor > .button-row--chosen { text-style: reverse; }
    }
    """

    class Pressed(Message):
        """A button was clicked."""

        def __init__(self, index: int) -> None:
            self.index = index
            super().__init__()

    def __init__(self, labels: Sequence[str], chosen: int = 0, *, id: str | None = None) -> None:
        self._labels = [f"[ {row(label)} ]" for label in labels]
        self.chosen = chosen
        super().__init__(id=id)

    def choose_other(self) -> None:
        """Go to the next button, from the last one to the first."""
        self.chosen = (self.chosen + 1) % len(self._labels)
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """The only line."""
        width = self.content_size.width
        runs: list[Run] = []
        for index, label in enumerate(self._labels):
            runs.append((label, self.look("button-row--chosen" if index == self.chosen else "button-row--button")))
            runs.append((_GAP, self.rich_style))
        used = sum(cell_width(text) for text, _ in runs)
        return make_strip([*runs, (" " * max(0, width - used), self.rich_style)], max(width, used)).crop(0, width)

    def on_click(self, event: events.Click) -> None:
        """Press the button under the mouse."""
        place = place_of(event, self)
        start = 0
        for index, label in enumerate(self._labels):
            end = start + cell_width(label)
            if place is not None and start <= place.x < end:
                self.post_message(self.Pressed(index))
            start = end + len(_GAP)
