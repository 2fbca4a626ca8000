"""Scrolling through blocks of unknown height: a place is a block and a line of it, never a line of the whole."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from widgets.log_view.blocks import BlockLines


class Place(NamedTuple):
    """A line of a log."""

    block: int
    line: int


class Scroller:
    """Knows the first line on the screen; walks from it, so that no block elsewhere has to be broken into lines."""

    def __init__(self, lines_of: Callable[[int], BlockLines]) -> None:
        self._lines_of = lines_of
        self.count = 0
        self.height = 0
        self.top = Place(0, 0)

    def visible(self) -> list[Place]:
        """The lines on the screen."""
        places: list[Place] = []
        place: Place | None = self.top if self.count else None
        while place is not None and len(places) < self.height:
            if self._exists(place):
                places.append(place)
            place = self._next(place)
        return places

    def rests(self, *, at_end: bool) -> bool:
        """Tell whether the screen shows the beginning of the log, or its end."""
        if not at_end:
            return self.top == Place(0, 0)
        places = self.visible()
        return not places or self._next(places[-1]) is None

    def scroll(self, lines: int) -> bool:
        """Move the screen over the log; returns whether it moved."""
        return self.set_top(self._walked(self.top, lines))

    def set_top(self, place: Place) -> bool:
        """Begin the screen with a line, or earlier so that no line of the screen stays empty."""
        before = self.top
        self.top = self._within(place)
        if self.count:
            missing = self.height - len(self.visible())
            if missing > 0:
                self.top = self._walked(self.top, -missing)
        return self.top != before

    def to_end(self) -> bool:
        """Show the last lines."""
        return self.set_top(Place(self.count - 1, max(0, self._lines_of(self.count - 1).height() - 1)))

    def show_block(self, index: int, *, upwards: bool) -> bool:
        """Scroll so that a block can be read; returns whether it had to.

        A block that is not wholly there comes to the top, or to the middle on the way back, so that the next ones
        are there already and need no further scrolling.
        """
        places = self.visible()
        if Place(index, 0) in places:
            end = Place(index, self._lines_of(index).height(self.height) - 1)
            if end in places or places[0] == Place(index, 0):
                return False
        target = Place(index, 0)
        return self.set_top(self._walked(target, -(self.height // 2)) if upwards else target)

    def _walked(self, place: Place, lines: int) -> Place:
        while lines > 0:
            following = self._next(place)
            if following is None:
                break
            place = following
            lines -= 1
        while lines < 0:
            if place.line:
                step = min(place.line, -lines)
                place = Place(place.block, place.line - step)
                lines += step
            elif place.block:
                place = Place(place.block - 1, max(0, self._lines_of(place.block - 1).height() - 1))
                lines += 1
            else:
                break
        return place

    def _next(self, place: Place) -> Place | None:
        following = Place(place.block, place.line + 1)
        if self._exists(following):
            return following
        return Place(place.block + 1, 0) if place.block + 1 < self.count else None

    def _exists(self, place: Place) -> bool:
        return self._lines_of(place.block).line(place.line) is not None

    def _within(self, place: Place) -> Place:
        block = max(0, min(place.block, self.count - 1))
        line = place.line if block == place.block and self.count else 0
        if line and not self._exists(Place(block, line)):
            line = max(0, self._lines_of(block).height() - 1)
        return Place(block, line)
