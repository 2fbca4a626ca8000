"""Writes down how somebody left the main window, a moment after the last change and when it closes."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from screens.main import state
from services import preferences

if TYPE_CHECKING:
    from screens.main.main_screen import MainScreen

_PAUSE_SECONDS = 1.0


class Memory:
    """Remembers a window's state; one write for a run of changes, none for a change that was taken back."""

    def __init__(self, screen: MainScreen) -> None:
        self._screen = screen
        self._session = screen.session
        self._runner = screen.desk.runner
        self._written = screen.state
        self._timer: asyncio.TimerHandle | None = None

    def later(self) -> None:
        """Write the state when nothing more has changed for a second."""
        if self._timer is not None:
            self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_later(_PAUSE_SECONDS, self.flush)

    def flush(self) -> None:
        """Write the state now if it differs from what was written last."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        present = self._screen.state
        if present != self._written:
            self._written = present
            # Nobody waits for this and a failure costs a habit, not work: it goes unsaid.
            self._runner.submit(preferences.put, self._session, state.PREFERENCE, state.written(present), lane="slow")
