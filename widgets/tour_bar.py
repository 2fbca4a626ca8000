"""A few lines at the top of a screen that say what to try next."""

from __future__ import annotations

from textual.widgets import Static

from widgets.safe import content


class TourBar(Static, can_focus=False):
    """Two lines of text and a rule below them; the keys go on belonging to the screen."""

    DEFAULT_CSS = """
    TourBar {
        dock: top;
        height: 3;
        padding: 0 1;
        border-bottom: solid $accent;
        background: $surface;
        color: $text-accent;
    }
    """

    def __init__(self, text: str) -> None:
        super().__init__(content(text))
        self._said = text

    def say(self, text: str) -> None:
        """Show a text, if it is another one."""
        if text != self._said:
            self._said = text
            self.update(content(text))
