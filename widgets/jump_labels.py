"""Short labels over the parts of a screen: typing one goes there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import product
from typing import NamedTuple, Protocol, runtime_checkable

from textual.strip import Strip

from widgets.lines import LineWidget, make_strip

JUMP_LAYER = "jump"
"""The layer of a screen that the labels need, above all others."""

_LETTERS = "asdfghjklqwertyuiopzxcvbnm"
"""The row under the fingers first."""


class JumpPlace(NamedTuple):
    """Where a label stands, in cells of the widget or of the screen, and what going there does."""

    x: int
    y: int
    go: Callable[[], object]


@runtime_checkable
class HasPlaces(Protocol):
    """A widget with more than one place to go to."""

    def jump_places(self) -> list[JumpPlace]:
        """Return the places that are on the screen, in cells of the content."""


def labels_for(count: int) -> list[str]:
    """Return as many labels of equal length, none the beginning of another."""
    length = 1 if count <= len(_LETTERS) else 2
    return ["".join(letters) for letters, _ in zip(product(_LETTERS, repeat=length), range(count), strict=False)]


class JumpLabel(LineWidget, can_focus=False):
    """One label, above everything else on the screen."""

    COMPONENT_CLASSES = {"jump-label--label"}
    DEFAULT_CSS = """
    JumpLabel {
        layer: jump;
        position: absolute;
        height: 1;
        & > .jump-label--label { text-style: bold reverse; }
    }
    """

    def __init__(self, label: str, x: int, y: int) -> None:
        super().__init__()
        self.letters = label
        self.styles.offset = (x, y)
        self.styles.width = len(label) + 2

    def render_line(self, y: int) -> Strip:
        """The label with a space on both sides."""
        text = f" {self.letters} "
        return make_strip([(text, self.look("jump-label--label"))], len(text))


class Jumping:
    """The labels that are shown, and what has been typed of one."""

    def __init__(self, places: Sequence[JumpPlace]) -> None:
        self._places = dict(zip(labels_for(len(places)), places, strict=True))
        self._typed = ""
        self.widgets = [JumpLabel(label, place.x, place.y) for label, place in self._places.items()]

    def type(self, letter: str) -> JumpPlace | None:
        """Take a letter, and return the place once its label is complete; a letter of no label changes nothing."""
        typed = self._typed + letter
        if not any(label.startswith(typed) for label in self._places):
            return None
        self._typed = typed
        for widget in self.widgets:
            widget.display = widget.letters.startswith(typed)
        return self._places.get(typed)
