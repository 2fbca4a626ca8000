"""The bell of a spool: who listens to it takes the mail in, and whoever brings mail hears whether somebody does."""

from __future__ import annotations

import os
import select
from contextlib import suppress

from connector.spool import Spool


class Bell:
    """The end of the spool's bell at which a worker listens; while it is open, deliveries leave the work to it."""

    def __init__(self, spool: Spool) -> None:
        spool.make()
        with suppress(FileExistsError):
            os.mkfifo(spool.bell, 0o600)
        self._file = os.open(spool.bell, os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
        self._stop, self._stopper = os.pipe2(os.O_CLOEXEC | os.O_NONBLOCK)

    def wait(self, seconds: float) -> bool:
        """Wait until a mail comes or the time is over; False once `close` was called."""
        ready, _, _ = select.select([self._file, self._stop], [], [], seconds)
        if self._stop in ready:
            return False
        if self._file in ready:
            with suppress(BlockingIOError):  # another worker was faster
                os.read(self._file, 65_536)
        return True

    def stop(self) -> None:
        """End the waiting, from any thread or a signal's handler."""
        with suppress(OSError):
            os.write(self._stopper, b".")

    def close(self) -> None:
        """Let deliveries know that nobody listens any more."""
        for file in (self._file, self._stop, self._stopper):
            os.close(file)
