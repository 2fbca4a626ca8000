"""Whose turn it is to empty a spool where no worker does: one process empties it, one waits to be the next.

Whoever finds both of them there may go as soon as its mail is in the spool, because the next one looks into it after
that. Locks end with their process, so that nobody waits for one that was killed.
Imports next to nothing, because a mail server starts a process for every mail and waits for it.
"""

from __future__ import annotations

import fcntl
import os
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from connector.spool import Spool

LOCK_SECONDS = 20.0
"""How long anybody waits. It is for economy alone: bytes that two processes take in are one mail."""

_LOOK_SECONDS = 0.02
_TRIES, _MOMENT = 5, 0.001


class _Lock:
    """A file that one process holds at a time; where files cannot be locked, everybody does."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._file = -1

    def take(self) -> bool:
        """Try to get hold of it."""
        if self._file < 0:
            opened = _opened(self._path, fcntl.LOCK_EX)
            if opened is None:
                return False
            self._file = opened
        return True

    def is_held_elsewhere(self) -> bool:
        """Tell whether another process has it."""
        opened = _opened(self._path, fcntl.LOCK_SH)
        if opened is None:
            return True
        os.close(opened)
        return False

    def free(self) -> None:
        """Let others have it."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1


class Turn:
    """A process's place among those that empty a spool; everything it holds ends with `end`."""

    def __init__(self, spool: Spool) -> None:
        spool.make()
        self._spool = spool
        self._emptying = _Lock(spool.lock)
        self._next = _Lock(spool.lock + ".next")
        self._open = _Lock(spool.lock + ".open")

    def wait(self) -> None:
        """Wait until nobody else empties the spool, or until that takes too long."""
        deadline = time.monotonic() + LOCK_SECONDS
        while not self._emptying.take() and time.monotonic() < deadline:
            time.sleep(_LOOK_SECONDS)

    def comes(self, name: str) -> bool:
        """Wait until this process is to empty the spool; False if others see to its mail `name`, so that it may go."""
        deadline = time.monotonic() + LOCK_SECONDS
        is_next = False
        while not self._emptying.take() and time.monotonic() < deadline:
            if not is_next and not self._spool.holds(name):
                return False
            if not is_next and self._open.is_held_elsewhere():
                is_next = _take_in_a_moment(self._next)
                if not is_next:
                    return False
            time.sleep(_LOOK_SECONDS)
        # From now on whoever brings mail finds nobody who waits, and waits; what came before is looked for now.
        self._next.free()
        return bool(self._spool.names())

    def is_at_work(self) -> None:
        """Let others know that the desk is open, so that mail in the spool will come into it."""
        _take_in_a_moment(self._open)

    def can_be_handed_over(self) -> bool:
        """Tell whether another process waits to go on."""
        return self._next.is_held_elsewhere()

    def end(self) -> None:
        """Let the next one begin."""
        for lock in (self._next, self._open, self._emptying):
            lock.free()


def _take_in_a_moment(lock: _Lock) -> bool:
    """Try to get hold of a lock at which others look now and then: whoever looks has it for that moment."""
    for _ in range(_TRIES):
        if lock.take():
            return True
        time.sleep(_MOMENT)
    return False


def _opened(path: str, way: int) -> int | None:
    """Return a locked file; None if another process has it."""
    opened = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(opened, way | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(opened)
        return None
    except OSError:
        pass  # a file system without locks
    return opened
