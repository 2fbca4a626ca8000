"""How far a long act is, and the key that stops it."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from textual.widget import Widget
from textual.widgets import Static

from screens.actions import Action
from screens.dialogs.base import Dialog
from widgets.safe import content

_BAR = 40
_OFFERED = ("form.cancel", "desk.redraw")


class ProgressDialog(Dialog[None]):
    """Shows a bar and a count; Esc calls `stop`. It goes when the act is over, never by itself."""

    def __init__(self, title: str, total: int, stop: Callable[[], object]) -> None:
        super().__init__(title)
        self._total = total
        self._stop = stop
        self._shown = ""

    def body(self) -> Iterable[Widget]:
        """Return the bar."""
        yield Static(content(self._line(0)), id="progress")

    def offers(self, action: Action) -> bool:
        """Nothing else can be done meanwhile: the act ends first, or is stopped."""
        return action.id in _OFFERED and super().offers(action)

    def on_unmount(self) -> None:
        """Let nobody who ends the program wait for the act."""
        self._stop()

    def show_done(self, done: int) -> None:
        """Show how many tickets were looked at."""
        line = self._line(done)
        # An act may be further than the dialog, which has no bar before it is mounted.
        if line != self._shown and self.is_attached and self.is_mounted:
            self._shown = line
            self.query_one("#progress", Static).update(content(line))

    def do_cancel(self) -> None:
        """Stop the act; the dialog goes when the database has taken everything back."""
        self.say("Stopping: everything goes back to how it was …")
        self._stop()

    def _line(self, done: int) -> str:
        filled = _BAR * done // max(1, self._total)
        return f"[{'#' * filled}{'.' * (_BAR - filled)}] {done:,} of {self._total:,}"
