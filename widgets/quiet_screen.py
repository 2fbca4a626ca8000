"""A screen that repaints only what changes when the focus moves."""

from __future__ import annotations

from textual.reactive import Reactive
from textual.screen import Screen, ScreenResultType
from textual.widget import Widget


class QuietScreen(Screen[ScreenResultType]):
    """A screen without Textual's repaint of everything at each change of focus.

    The widgets that lose and gain the focus repaint themselves; the rest looks the same.
    """

    focused: Reactive[Widget | None] = Reactive(None, repaint=False)
