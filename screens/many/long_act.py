"""Between an act in a database thread and the screen: progress one way, the wish to stop the other."""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Event
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from textual.timer import Timer

    from screens.desk_screen import DeskScreen
    from screens.many.progress import ProgressDialog

SHOWN_AFTER_SECONDS = 0.3
"""What is over sooner needs no dialog, which would only flash."""

_TELL_EVERY_SECONDS = 0.1
_CLOSED_WITHIN_SECONDS = 2.0
"""A program that ends meanwhile closes no dialog."""


class LongAct:
    """Shows a dialog when an act takes long, and takes it away when the act is over."""

    def __init__(self, screen: DeskScreen[Any], title: str, total: int) -> None:
        self._screen = screen
        self._title = title
        self._total = total
        self._stopped = Event()
        self._gone = Event()
        self._over = False
        self._told = 0.0
        self._timer: Timer | None = None
        self._dialog: ProgressDialog | None = None

    # In the database thread

    def progress(self, done: int, _total: int) -> bool:
        """Take note of how far the act is; False when the person wants it stopped."""
        now = time.monotonic()
        if now - self._told >= _TELL_EVERY_SECONDS:
            self._told = now
            self._post(self._show_done, done)
        return not self._stopped.is_set()

    def started(self) -> None:
        """Tell the screen that the act begins."""
        self._post(self.begin)

    def finished(self) -> None:
        """Tell the screen that the act is over, and wait until the dialog is gone: the answer may close another one."""
        self._post(self._end)
        self._gone.wait(_CLOSED_WITHIN_SECONDS)

    def _post(self, work: Callable[..., object], *args: Any) -> None:
        loop = self._screen.app._loop
        if loop is not None and not loop.is_closed():
            loop.call_soon_threadsafe(self._screen.app.call_later, work, *args)

    # On the screen

    def begin(self) -> None:
        """Show the dialog unless the act is over soon."""
        if self._timer is None and not self._over:
            self._timer = self._screen.app.set_timer(SHOWN_AFTER_SECONDS, self._show)

    def _show(self) -> None:
        if self._over:
            return
        if not self._screen.is_current:
            # Something was opened on top meanwhile: the dialog comes when that is closed.
            self._timer = self._screen.app.set_timer(SHOWN_AFTER_SECONDS, self._show)
            return
        from screens.many.progress import ProgressDialog

        self._dialog = ProgressDialog(self._title, self._total, self._stopped.set)
        self._screen.app.push_screen(self._dialog)

    def _show_done(self, done: int) -> None:
        if self._dialog is not None and not self._over:
            self._dialog.show_done(done)

    def _end(self) -> None:
        self._over = True
        if self._timer is not None:
            self._timer.stop()
        if self._dialog is not None and self._dialog.is_current:
            self._dialog.dismiss(None)
        self._gone.set()
