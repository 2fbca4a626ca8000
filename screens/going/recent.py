"""Remembers which tickets were seen, with one write for a run of them."""

from __future__ import annotations

import asyncio

from screens.runner import Runner
from services import recent
from services.session import Session

_PAUSE_SECONDS = 2.0


class Recent:
    """The tickets of one session that were seen lately, newest first; those before are in the desk."""

    def __init__(self, runner: Runner, session: Session) -> None:
        self._runner = runner
        self._session = session
        self._timer: asyncio.TimerHandle | None = None
        self._unwritten = False
        self.ids: list[int] = []

    def seen(self, ticket_id: int) -> None:
        """Note a ticket, and write the list when nobody has opened another one for two seconds."""
        if self.ids[:1] == [ticket_id]:
            return
        self.ids = [ticket_id, *(key for key in self.ids if key != ticket_id)][: recent.MOST]
        self._unwritten = True
        self._stop()
        self._timer = asyncio.get_running_loop().call_later(_PAUSE_SECONDS, self.flush)

    def flush(self) -> None:
        """Write what has not been written yet."""
        self._stop()
        if self._unwritten:
            self._unwritten = False
            # Nobody waits for this and a failure costs a habit, not work: it goes unsaid.
            self._runner.submit(recent.note, self._session, list(self.ids), lane="slow")

    def _stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
