"""Watching the desk from a thread of its own: what others change, when the database goes away, and when it is back."""

from __future__ import annotations

import os
import select
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any, NamedTuple, Protocol

from models.binding import connection_apart, engine_of, file_identity, file_of
from services import faults
from services.announcing import CHANNEL
from services.errors import DeskError
from services.freshness import EVERYTHING, Change, Select, Since

LOOK_SECONDS = 1.0
"""How often a file is asked whether anybody wrote into it: a read of two counters in memory, 10 microseconds."""

POLL_SECONDS, SELDOM_SECONDS = 2.0, 15.0
"""How often a server's journal is read unasked: until a notification has shown that they come, and after that."""

_TOGETHER_SECONDS = 0.4
_RETRIES = (0.25, 0.5, 1.0, 2.0, 4.0, 5.0)


class Lost(NamedTuple):
    """The database cannot be reached; the sentence says why."""

    sentence: str


class Back(NamedTuple):
    """The database can be reached again."""


class Moved(NamedTuple):
    """What somebody follows beside the journal is another one than it was."""


News = Change | Lost | Back | Moved
Beside = Callable[[Select], object]


class Source(Protocol):
    """A connection that is held to notice what changes."""

    in_order: bool

    def select(self, sql: str) -> list[Any]:
        """Run a statement and return its rows."""

    def changed(self, seconds: float, wake: int) -> bool:
        """Wait until something may have changed, at most so long; the descriptor `wake` ends the wait at once."""

    def checked(self, found: bool) -> None:
        """Take note of whether reading then found anything."""

    def close(self) -> None:
        """Let go of the connection."""


class FileSource:
    """A SQLite file: its counter of commits is looked at once a second, and whether it still is the same file."""

    in_order = True

    def __init__(self) -> None:
        path, self._file = file_of(), file_identity()
        if path is None or self._file is None:
            raise faults.file_gone()
        self._connection = connection_apart()
        self._version = self._look()

    def select(self, sql: str) -> list[Any]:
        """Run a statement and return its rows."""
        return list(self._connection.execute(sql).fetchall())

    def changed(self, seconds: float, wake: int) -> bool:
        """Wait a second, unless woken, and tell whether another connection has committed since."""
        _readable([wake], LOOK_SECONDS)
        if file_identity() != self._file:
            raise faults.file_gone()
        version = self._look()
        if version == self._version:
            return False
        self._version = version
        return True

    def checked(self, found: bool) -> None:
        """The counter is always right."""

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def _look(self) -> int:
        return int(self._connection.execute("PRAGMA data_version").fetchone()[0])


class ServerSource:
    """PostgreSQL, which notifies; its journal is also read now and then, in case notifications get lost.

    Some poolers take LISTEN and never notify: until one notification came, and again when the journal held
    something that none had told of, it is read every two seconds.
    """

    in_order = False

    def __init__(self) -> None:
        self._connection = connection_apart()
        self._told = 0
        self._was_told = False
        self._works = False
        self._due = time.monotonic() + POLL_SECONDS
        self._connection.add_notify_handler(self._heard)
        self._connection.execute(f"LISTEN {CHANNEL}")

    def select(self, sql: str) -> list[Any]:
        """Run a statement and return its rows."""
        return list(self._connection.execute(sql).fetchall())

    def changed(self, seconds: float, wake: int) -> bool:
        """Wait for a notification or until it is time to read anyway."""
        left = min(seconds, self._due - time.monotonic())
        server = self._connection.fileno()
        if not self._told and left > 0 and server in _readable([wake, server], left):
            self._take_notifications()
        self._was_told, self._told = self._told > 0, 0
        return self._was_told or time.monotonic() >= self._due

    def checked(self, found: bool) -> None:
        """Learn from what reading found whether notifications can be relied on."""
        if self._was_told or found:
            self._works = self._was_told
        self._due = time.monotonic() + (SELDOM_SECONDS if self._works else POLL_SECONDS)

    def close(self) -> None:
        """Let go of the server."""
        self._connection.close()

    def _take_notifications(self) -> None:
        protocol = self._connection.pgconn
        protocol.consume_input()
        while protocol.notifies() is not None:
            self._told += 1

    def _heard(self, _notification: object) -> None:
        self._told += 1


class Watch:
    """Tells `tell` the news, in a daemon thread of its own, from `start` to `stop`.

    `own` holds the operations that this program wrote itself. What is on the screen was read after `begun_at`,
    in microseconds UTC.
    """

    def __init__(self, tell: Callable[[News], object], own: set[int], begun_at: int | None = None) -> None:
        self._tell = tell
        self._own = own
        self._begun_at = begun_at
        self.ready = threading.Event()
        """Set once everything up to now counts as seen."""
        self._stopped = False
        self._away = False
        self._wake_reader, self._wake_writer = os.pipe()
        os.set_blocking(self._wake_reader, False)
        os.set_blocking(self._wake_writer, False)
        self._thread = threading.Thread(target=self._run, name="deskwire-watch", daemon=True)
        self._since: Since | None = None
        self._beside: Beside | None = None
        self._beside_seen: tuple[Beside, object] | None = None

    @property
    def told_until(self) -> int | None:
        """The newest operation that was told of; None before the first look."""
        return self._since.last if self._since is not None and self.ready.is_set() else None

    def start(self) -> None:
        """Begin to watch."""
        self._thread.start()

    def follow(self, beside: Beside | None) -> None:
        """Tell from now on also when what `beside` returns is another one; None ends that.

        It is asked whenever the journal is, and on a server every two seconds: for what is written without an
        operation, of which not all is announced.
        """
        self._beside = beside
        self.wake()

    def wake(self) -> None:
        """Look now: because somebody pressed a key, or a request found the database gone."""
        # A full pipe wakes as well, and behind a closed one nobody waits.
        with suppress(OSError):
            os.write(self._wake_writer, b".")

    def stop(self, timeout: float = 2.0) -> None:
        """End the thread; a server that does not answer is not waited for longer than that, in seconds."""
        self._stopped = True
        self.wake()
        if self._thread.is_alive():
            self._thread.join(timeout)
        if not self._thread.is_alive() and self._wake_writer >= 0:
            os.close(self._wake_writer)
            os.close(self._wake_reader)
            self._wake_writer = self._wake_reader = -1

    def _run(self) -> None:
        attempt = 0
        while not self._stopped:
            try:
                source: Source = FileSource() if engine_of() == "sqlite" else ServerSource()
                try:
                    self._follow(source)
                finally:
                    source.close()
            except Exception as fault:
                if self._stopped:
                    return
                attempt = 0 if not self._away else attempt
                self._lost(fault)
            pause = _RETRIES[min(attempt, len(_RETRIES) - 1)]
            attempt += 1
            if _readable([self._wake_reader], pause):
                self._drain()
                # A held key must not try thirty times a second.
                time.sleep(_RETRIES[0] / 2)

    def _follow(self, source: Source) -> None:
        """Tell what changes until the source fails or the watch is stopped."""
        if self._since is None:
            since = Since(source.select, in_order=source.in_order)
            since.start(self._begun_at)
            self._since = since
        self._since.select = source.select
        was_away, self._away = self._away, False
        if was_away:
            self._tell(Back())
            self._tell(EVERYTHING)
        self._check(source)
        self.ready.set()
        while not self._stopped:
            follows = self._beside is not None and not source.in_order
            changed = source.changed(POLL_SECONDS if follows else SELDOM_SECONDS, self._wake_reader)
            if (changed or follows) and self._check(source) and not source.in_order:
                # On a busy desk, what a server tells in the next moment is shown together; files are looked at seldom.
                _readable([self._wake_reader], _TOGETHER_SECONDS)
            self._drain()

    def _check(self, source: Source) -> bool:
        """Read what has changed since, and tell it; returns whether there was anything."""
        assert self._since is not None
        change = self._since.read(self._own)
        source.checked(bool(change))
        if change:
            self._tell(change)
        self._look_beside(source)
        return bool(change)

    def _look_beside(self, source: Source) -> None:
        beside, before = self._beside, self._beside_seen
        if beside is None:
            return
        found = beside(source.select)
        self._beside_seen = (beside, found)
        # Nobody knows whether what was found first was there already when its follower looked.
        if before is None or before != self._beside_seen:
            self._tell(Moved())

    def _lost(self, fault: Exception) -> None:
        known = fault if isinstance(fault, DeskError) else faults.translate(fault)
        if known is None:
            # Not foreseen: what is on the screen stays right as long as nobody changes it, and F5 reads it again.
            known = DeskError("The desk cannot be watched for changes at present.")
        if not self._away:
            self._away = True
            self._tell(Lost(known.sentence))

    def _drain(self) -> None:
        with suppress(BlockingIOError):
            os.read(self._wake_reader, 4096)


def _readable(descriptors: list[int], seconds: float) -> list[int]:
    poll = select.poll()
    for each in descriptors:
        poll.register(each, select.POLLIN)
    return [each for each, _ in poll.poll(max(0, round(seconds * 1000)))]
