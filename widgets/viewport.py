"""Where the cursor stands and what of the list is on the screen: plain numbers, no widget."""

from __future__ import annotations


class Viewport:
    """A window of `height` lines over `count` rows, with a cursor that is always inside of it."""

    def __init__(self) -> None:
        self.count = 0
        self.height = 0
        self.top = 0
        self.rank = 0

    @property
    def end(self) -> int:
        """The place after the last row on the screen."""
        return min(self.count, self.top + self.height)

    def is_visible(self, rank: int) -> bool:
        """Tell whether a row is on the screen."""
        return self.top <= rank < self.end

    def move_to(self, rank: int) -> bool:
        """Put the cursor on a row; returns whether that scrolled.

        Scrolling takes half a page at once, so that a held key repaints the screen only now and then.
        """
        self.rank = self._clamped(rank)
        if not self.height or self.is_visible(self.rank):
            return False
        half = max(1, self.height // 2)
        step = half if self.rank >= self.end else -half
        top = self.top + step
        if not top <= self.rank < top + self.height:
            top = self.rank - half
        return self._scroll_to(top)

    def page(self, delta: int) -> bool:
        """Turn `delta` pages, cursor and all; at an end the cursor goes to the very last row."""
        return self.shift(delta * max(1, self.height))

    def shift(self, rows: int) -> bool:
        """Move window and cursor together; returns whether the window moved."""
        scrolled = self._scroll_to(self.top + rows)
        self.rank = self._clamped(self.rank + rows)
        self._keep_visible()
        return scrolled

    def wheel(self, rows: int) -> bool:
        """Move the window; the cursor stays on its row while that is on the screen."""
        scrolled = self._scroll_to(self.top + rows)
        if self.height:
            self.rank = self._clamped(min(max(self.rank, self.top), self.end - 1))
        return scrolled

    def place(self, rank: int, line: int) -> None:
        """Put the cursor on a row, and that row on a line of the screen."""
        self.rank = self._clamped(rank)
        self._scroll_to(self.rank - line)
        self._keep_visible()

    def resize(self, height: int) -> None:
        """Take a new height; the cursor stays on the screen."""
        self.height = max(0, height)
        self._scroll_to(self.top)
        self._keep_visible()

    def _keep_visible(self) -> None:
        if self.height and self.rank >= self.top + self.height:
            self._scroll_to(self.rank - self.height + 1)
        elif self.rank < self.top:
            self._scroll_to(self.rank)

    def _scroll_to(self, top: int) -> bool:
        top = max(0, min(top, self.count - self.height))
        scrolled = top != self.top
        self.top = top
        return scrolled

    def _clamped(self, rank: int) -> int:
        return max(0, min(rank, self.count - 1))
