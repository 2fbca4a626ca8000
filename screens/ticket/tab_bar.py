"""The line with the tabs of a ticket; going to another tab repaints two words of it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from textual import events
from textual.message import Message
from textual.strip import Strip

from services.text import cell_width, row
from widgets.jump_labels import JumpPlace
from widgets.lines import LineWidget, Run, make_strip, place_of


class TabBar(LineWidget, can_focus=False):
    """Numbered labels on one line, the active one in brackets as well as in colour; posts `Chosen` on a click."""

    COMPONENT_CLASSES = {"tab-bar--tab", "tab-bar--active"}
    DEFAULT_CSS = """
    TabBar {
        height: 1;
        background: $surface;
        & > .tab-bar--tab { color: $text-muted; }
        & > .tab-bar--active { color: $text-primary; text-style: bold; }
    }
    """

    class Chosen(Message):
        """Somebody clicked on a tab."""

        def __init__(self, index: int) -> None:
            self.index = index
            super().__init__()

    def __init__(self, labels: Sequence[str], active: int = 0, *, id: str | None = None) -> None:
        self._labels = [row(label) for label in labels]
        self._active = active
        super().__init__(id=id)

    @property
    def active(self) -> int:
        """The tab that is shown."""
        return self._active

    def choose(self, index: int) -> None:
        """Mark another tab as the one that is shown."""
        before, self._active = self._active, index
        if before != index:
            for start, end, each in self._places():
                if each in (before, index):
                    self.refresh_cells(start, end - start)

    def set_label(self, index: int, label: str) -> None:
        """Call a tab something else, such as with the number of its files."""
        if self._labels[index] != row(label):
            self._labels[index] = row(label)
            self.refresh()

    def jump_places(self) -> list[JumpPlace]:
        """Return the tabs that are on the screen, for labels over them."""
        width = self.content_size.width
        chosen = [(x, self.Chosen(index)) for x, end, index in self._places() if end <= width]
        return [JumpPlace(x, 0, partial(self.post_message, message)) for x, message in chosen]

    def render_line(self, y: int) -> Strip:
        """The only line."""
        width = self.content_size.width
        runs: list[Run] = []
        used = 0
        for _, end, index in self._places():
            if end > width:
                break
            style = self.look("tab-bar--active" if index == self._active else "tab-bar--tab")
            runs.append((self._shown(index), style))
            used = end
        return make_strip([*runs, (" " * (width - used), self.look("tab-bar--tab"))], width)

    def on_click(self, event: events.Click) -> None:
        """Ask for the tab under the mouse."""
        place = place_of(event, self)
        for start, end, index in self._places():
            if place is not None and start <= place.x < end:
                event.stop()
                self.post_message(self.Chosen(index))

    def _shown(self, index: int) -> str:
        text = f"{index + 1} {self._labels[index]}"
        return f"[{text}]" if index == self._active else f" {text} "

    def _places(self) -> list[tuple[int, int, int]]:
        """Where each tab begins and ends."""
        places = []
        x = 0
        for index in range(len(self._labels)):
            end = x + cell_width(self._shown(index))
            places.append((x, end, index))
            x = end
        return places
