"""The last line of a screen: which keys help."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from textual import events
from textual.message import Message
from textual.strip import Strip

from services.text import cell_width, fit, row
from widgets.lines import LineWidget, Run, make_strip, place_of

_GAP = "  "


class Hint(NamedTuple):
    """A key and what it does; `action` is what a click on it asks for."""

    key: str
    label: str
    enabled: bool = True
    action: str = ""


class HintBar(LineWidget, can_focus=False):
    """Key hints on one line: as many as fit, repainted only when they change."""

    COMPONENT_CLASSES = {
        "hint-bar--key",
        "hint-bar--label",
        "hint-bar--disabled",
        "hint-bar--message",
    }
    DEFAULT_CSS = """
    HintBar {
        height: 1;
        background: $footer-background;
        color: $footer-foreground;
        & > .hint-bar--key { text-style: bold; color: $footer-key-foreground; }
        & > .hint-bar--disabled { color: $text-disabled; }
        & > .hint-bar--message { text-style: bold; }
    }
    """

    class Clicked(Message):
        """Somebody clicked on a hint."""

        def __init__(self, bar: HintBar, action: str) -> None:
            super().__init__()
            self.bar = bar
            self.action = action

        @property
        def control(self) -> HintBar:
            """The bar with the hint."""
            return self.bar

    def __init__(self, hints: Sequence[Hint] = (), *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._hints = tuple(hints)
        self._message = ""

    def set_hints(self, hints: Sequence[Hint]) -> None:
        """Show other hints, the most useful first: what does not fit is dropped at the end."""
        if tuple(hints) != self._hints:
            self._hints = tuple(hints)
            if not self._message:
                self.refresh()

    def set_message(self, text: str | None) -> None:
        """Show a sentence instead of the hints; None brings them back."""
        text = row(text or "")
        if text != self._message:
            self._message = text
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """The line; a disabled hint stands in parentheses, for screens without grey."""
        width = self.content_size.width
        label = self.look("hint-bar--label")
        if y:
            return make_strip([(" " * width, label)], width)
        if self._message:
            return make_strip([(fit(" " + self._message, width), self.look("hint-bar--message"))], width)
        runs: list[Run] = []
        used = 0
        for hint, start, end in self._places(width):
            runs.append((" " * (start - used), label))
            if hint.enabled:
                runs += [(row(hint.key), self.look("hint-bar--key")), (" " + row(hint.label), label)]
            else:
                runs.append((_text(hint), self.look("hint-bar--disabled")))
            used = end
        runs.append((" " * (width - used), label))
        return make_strip(runs, width)

    def on_click(self, event: events.Click) -> None:
        """Ask for the action of the hint under the mouse."""
        place = place_of(event, self)
        if place is None or self._message:
            return
        for hint, start, end in self._places(self.content_size.width):
            if start <= place.x < end and hint.enabled and hint.action:
                event.stop()
                self.post_message(self.Clicked(self, hint.action))

    def _places(self, width: int) -> list[tuple[Hint, int, int]]:
        """The hints that fit, and where each begins and ends.

        On a line too short for all of them the disabled ones make room: the help tells them with their reasons.
        """
        hints = self._hints
        if sum(cell_width(_text(hint)) + len(_GAP) for hint in hints) > width:
            hints = tuple(hint for hint in hints if hint.enabled)
        places: list[tuple[Hint, int, int]] = []
        x = 1
        for hint in hints:
            end = x + cell_width(_text(hint))
            if end > width:
                break
            places.append((hint, x, end))
            x = end + len(_GAP)
        return places


def _text(hint: Hint) -> str:
    text = f"{row(hint.key)} {row(hint.label)}"
    return text if hint.enabled else f"({text})"
