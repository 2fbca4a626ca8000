"""What could be typed next, in a few lines below a prompt; the prompt keeps the keys."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from textual import events
from textual.message import Message
from textual.strip import Strip

from services.text import cell_width, fit, row
from widgets.lines import LineWidget, cut, make_strip, on_top, place_of

MOST_LINES = 8
_WIDEST = 60
_GAP = 2


class Suggested(NamedTuple):
    """A text to take, how it reads in the list, and a word about it."""

    text: str
    label: str
    note: str = ""


class Completions(LineWidget, can_focus=False):
    """Lies over what is below it; nothing is chosen until somebody goes there with the arrows."""

    COMPONENT_CLASSES = {"completions--entry", "completions--note", "completions--chosen"}
    DEFAULT_CSS = """
    Completions {
        display: none;
        layer: above;
        position: absolute;
        width: auto;
        height: auto;
        background: $surface;
        color: $foreground;
        & > .completions--entry { background: $surface; }
        & > .completions--note { background: $surface; color: $text-muted; }
        & > .completions--chosen {
            background: $block-cursor-background;
            color: $block-cursor-foreground;
            text-style: $block-cursor-text-style;
        }
        &:nocolor > .completions--chosen { text-style: reverse; }
    }
    """

    class Taken(Message):
        """Somebody clicked on an entry."""

        def __init__(self, suggested: Suggested) -> None:
            super().__init__()
            self.suggested = suggested

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._entries: tuple[Suggested, ...] = ()
        self._chosen: int | None = None
        self._top = 0

    @property
    def is_open(self) -> bool:
        """Whether there is something to take."""
        return bool(self._entries)

    @property
    def chosen(self) -> Suggested | None:
        """What somebody went to with the arrows."""
        return None if self._chosen is None else self._entries[self._chosen]

    @property
    def offered(self) -> Suggested | None:
        """What Tab takes: the chosen entry, or else the first."""
        return self.chosen or (self._entries[0] if self._entries else None)

    def show(self, entries: Sequence[Suggested], x: int, y: int, room: int) -> None:
        """Offer entries below the column `x`, no wider than `room`; none at all closes the list."""
        self._chosen, self._top = None, 0
        self._entries = tuple(entries)
        self.display = bool(entries)
        if entries:
            labels = max(cell_width(row(each.label)) for each in entries)
            notes = max(cell_width(row(each.note)) for each in entries)
            width = min(labels + 2 + (notes + _GAP if notes else 0), _WIDEST, room)
            self.styles.width = width
            self.styles.height = min(len(entries), MOST_LINES)
            self.styles.offset = (max(0, min(x, room - width)), y)
            self.refresh()

    def close(self) -> None:
        """Offer nothing any more."""
        self.show((), self.offset.x, 0, 0)

    def move(self, delta: int) -> None:
        """Choose the next entry, or the one before; before the first one nothing is chosen."""
        place = (-1 if self._chosen is None else self._chosen) + delta
        self._chosen = None if place < 0 else min(place, len(self._entries) - 1)
        if self._chosen is None:
            self._top = 0
        else:
            self._top = max(self._chosen - MOST_LINES + 1, min(self._top, self._chosen))
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """An entry: label on the left, note behind it."""
        width, index = self.content_size.width, self._top + y
        if index >= len(self._entries):
            return make_strip([(" " * width, self.look("completions--entry"))], width)
        entry = self._entries[index]
        base, note = self.look("completions--entry"), self.look("completions--note")
        if index == self._chosen:
            base = self.look("completions--chosen")
            note = on_top(base, note)
        sign = ">" if index == self._chosen else self._more(y)
        labels = max(cell_width(row(each.label)) for each in self._entries)
        label = cut(sign + fit(row(entry.label), labels) + " " * (_GAP if entry.note else 0), width)
        return make_strip([(label, base), (fit(row(entry.note), width - cell_width(label)), note)], width)

    def _more(self, y: int) -> str:
        """Return an arrow at the first or last line when there are entries beyond it."""
        below = self._top + MOST_LINES < len(self._entries)
        return "↑" if y == 0 and self._top else "↓" if y == MOST_LINES - 1 and below else " "

    def on_click(self, event: events.Click) -> None:
        """A click takes."""
        place = place_of(event, self)
        if place is not None and self._top + place.y < len(self._entries):
            event.stop()
            self.post_message(self.Taken(self._entries[self._top + place.y]))
