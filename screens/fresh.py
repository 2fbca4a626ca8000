"""Screens that follow what others do: at once when they are on top, otherwise as soon as they are again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, cast

from textual import events
from textual.screen import ScreenResultType

from services.freshness import Change
from widgets.quiet_screen import QuietScreen
from widgets.status_line import StatusLine

if TYPE_CHECKING:
    from screens.context import DeskContext
    from services.errors import DeskError


class Fresh(QuietScreen[ScreenResultType], Generic[ScreenResultType]):
    """A screen that is told in `desk_changed` what changed at the desk, and has a line for what happens by itself."""

    _missed = Change()

    def take_change(self, change: Change) -> None:
        """Take a change that was noticed.

        What this program did itself is left out on the screen on top, which did it and has shown it.
        """
        if self.app.screen is not self:
            self._missed = self._missed.joined(change)
        elif others := change.foreign():
            self.desk_changed(others)

    def desk_changed(self, change: Change) -> None:
        """Show what has changed; cursor, place and typed text stay. Called on the screen on top only."""

    def say_quietly(self, sentence: str) -> None:
        """Show what happened by itself in the screen's first line, if it has one; empty takes it away."""
        line = next(iter(self.query(StatusLine)), None)
        if line is not None:
            line.set_notice(sentence)

    def read_failed(self, fault: DeskError) -> None:
        """Say why something could not be read that nobody asked for; not again while the first line says it."""
        if not cast("DeskContext", self.app).live.failed(fault):
            self.show_fault(fault)

    def show_fault(self, fault: DeskError) -> None:
        """Show a fault's sentence."""
        raise NotImplementedError

    def _on_screen_resume(self, event: events.ScreenResume) -> None:
        self.say_quietly(cast("DeskContext", self.app).live.notice)
        missed, self._missed = self._missed, Change()
        if missed:
            # After what the dialog that was on top has still to answer.
            self.call_later(self.desk_changed, missed)
