"""The keys that move the cursor of a list: the same ones, with the same names, on every screen that has one."""

from __future__ import annotations

from typing import Protocol


class Pane(Protocol):
    """What everything that has a cursor can do."""

    def move(self, delta: int) -> None:
        """Move the cursor."""

    def page(self, delta: int) -> None:
        """Move by screens."""

    def first(self) -> None:
        """Go to the beginning."""

    def last(self) -> None:
        """Go to the end."""


class PaneKeys:
    """Does what the arrows and their like ask for; a screen says with `moved_pane` in which list."""

    @property
    def moved_pane(self) -> Pane:
        """The list whose cursor the keys move now."""
        raise NotImplementedError

    def do_up(self) -> None:
        """Go up."""
        self.moved_pane.move(-1)

    def do_down(self) -> None:
        """Go down."""
        self.moved_pane.move(1)

    def do_page_up(self) -> None:
        """Go up a page."""
        self.moved_pane.page(-1)

    def do_page_down(self) -> None:
        """Go down a page."""
        self.moved_pane.page(1)

    def do_first(self) -> None:
        """Go to the beginning."""
        self.moved_pane.first()

    def do_last(self) -> None:
        """Go to the end."""
        self.moved_pane.last()
