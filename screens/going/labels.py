"""Jump labels: F2 puts letters over every part of a screen that can have the focus, also while one types."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from textual import events
from textual.errors import NoWidget
from textual.widget import Widget

from services.errors import DeskError
from widgets.hint_bar import HintBar
from widgets.jump_labels import JUMP_LAYER, HasPlaces, Jumping, JumpPlace
from widgets.lines import LineWidget
from widgets.text_prompt import TextPrompt

if TYPE_CHECKING:
    from screens.desk_screen import DeskScreen

_SAID = "Type a label to go there; Esc leaves things as they are"


class JumpLabels:
    """The labels over a screen; the focus stays where it is until one has been typed."""

    def __init__(self, screen: DeskScreen[Any]) -> None:
        self._screen = screen
        places = places_on(screen)
        if not places:
            raise DeskError("There is nothing on this screen to go to.")
        self._jumping = Jumping(places)
        layers = screen.styles.layers or ("default",)
        if JUMP_LAYER not in layers:
            screen.styles.layers = (*layers, JUMP_LAYER)  # type: ignore[assignment]
        screen.mount(*self._jumping.widgets)
        self._say(_SAID)

    def takes(self, event: events.Event) -> bool:
        """Take a key meant for the labels; anything that is no letter leaves them, and Esc does no more than that."""
        if not isinstance(event, events.Key):
            self.leave()
            return False
        if len(event.key) == 1 and event.key.isalpha():
            place = self._jumping.type(event.key.lower())
            if place is not None:
                self.leave()
                place.go()
            return True
        self.leave()
        return event.key in ("escape", "f2", "backspace")

    def leave(self) -> None:
        """Take the labels away."""
        self._screen.jump_labels = None
        self._screen.remove_children(self._jumping.widgets)
        self._say(None)

    def _say(self, text: str | None) -> None:
        for bar in self._screen.query(HintBar):
            bar.set_message(text)


def places_on(screen: DeskScreen[Any]) -> list[JumpPlace]:
    """Return the places of a screen from top to bottom, in cells of the screen."""
    clicked = [each for each in screen.query(LineWidget) if isinstance(each, HasPlaces) and not each.can_focus]
    parts: list[Widget] = [*clicked, *screen.focus_chain]
    found = [place for part in parts for place in _places_of(screen, part)]
    return sorted(found, key=lambda place: (place.y, place.x))


def _places_of(screen: DeskScreen[Any], part: Widget) -> list[JumpPlace]:
    try:
        visible = screen.find_widget(part).visible_region
    except NoWidget:
        return []
    if not visible:
        return []
    content, focus = part.content_region, partial(_focus, screen, part)
    inner = part.jump_places() if isinstance(part, HasPlaces) else []
    if inner:
        moved = [(content.x + place.x, content.y + place.y, place.go) for place in inner]
        return [JumpPlace(x, y, partial(focus, go)) for x, y, go in moved if visible.contains(x, y)]
    above = part.parent
    # The label of a line stands before or above it, and what is typed into it stays to be read.
    corner = above.region if isinstance(above, TextPrompt) else part.region
    return [JumpPlace(max(corner.x, 0), max(corner.y, 0), focus)]


def _focus(screen: DeskScreen[Any], part: Widget, go: Callable[[], object] | None = None) -> None:
    if part.can_focus:
        screen.set_focus(part)
    if go is not None:
        go()
