"""A limit to how long statements may run, and a way to stop one from another thread."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from models import database
from models.binding import engine_of
from services.errors import DeskError
from services.faults import was_stopped
from services.sql import fetch

SEARCH_SECONDS = 1.8
"""How long a typed search may take, so that after two seconds a person reads that it was stopped."""

# Instructions of SQLite's virtual machine between two looks at the clock: about a millisecond of plain work.
_STEP = 10_000


# Seconds between two tries to stop something; on PostgreSQL each try takes a connection.
_FIRST_PAUSE, _LONGEST_PAUSE = 0.01, 0.5


# Telling PostgreSQL what is left takes a round trip, so it is done in steps of so many seconds.
_TOLD_STEP = 0.1


class TooSlow(DeskError):
    """A search that was stopped because it took too long."""

    def __init__(self) -> None:
        super().__init__("This search takes too long; add a word or a field that narrows it.")


class Interrupted(DeskError):
    """A statement that another thread stopped because nobody waits for its answer any more."""

    def __init__(self) -> None:
        super().__init__("This was stopped because something newer was asked for; ask again if you still need it.")


class Interrupt:
    """A handle on what one thread asks of the database, by which another thread stops it."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        self._lock = threading.Lock()
        self._over = threading.Event()
        self.stopped = False

    def stop(self) -> None:
        """Stop the work, and wait until it has ended; from any thread but its own, and twice does no harm.

        What runs between two statements is no statement that could be stopped, so it is asked until it has ended.
        """
        pause = _FIRST_PAUSE
        while True:
            with self._lock:
                if self._over.is_set():
                    return
                self.stopped = True
                interrupt(self._connection)
            if self._over.wait(pause):
                return
            pause = min(2 * pause, _LONGEST_PAUSE)

    def finish(self) -> None:
        """Make `stop` harmless: the connection serves somebody else from now on."""
        with self._lock:
            self._over.set()


def interrupt(connection: Any) -> None:
    """Stop the statement that a driver's connection runs in another thread; does nothing when it runs none."""
    if hasattr(connection, "interrupt"):
        connection.interrupt()
    else:
        connection.cancel_safe(timeout=2.0)


@contextmanager
def stoppable() -> Iterator[Interrupt]:
    """Run the block so that the handle's `stop` ends it with Interrupted. Needs a connection.

    Whatever it read by then is not to be used: the sqlite3 module asks for the error only after it let other threads
    in, and when one of those clears a cursor of the same connection, a stopped statement looks like a finished one.
    """
    handle = Interrupt(database.connection())
    try:
        yield handle
        if handle.stopped:
            raise Interrupted()
    except Exception as error:
        if handle.stopped and (isinstance(error, TooSlow) or was_stopped(error)):
            raise Interrupted() from error
        raise
    finally:
        handle.finish()


@contextmanager
def limited(seconds: float = SEARCH_SECONDS) -> Iterator[None]:
    """Stop a statement of the block that runs too long, and raise TooSlow.

    Needs a connection. On SQLite the seconds count for the whole block, on PostgreSQL for each statement of it, unless
    the block calls `check` between them. Of nested limits the tighter one holds. A transaction around the block stays
    usable.
    """
    with _on_sqlite(seconds) if engine_of() == "sqlite" else _on_postgresql(seconds):
        try:
            yield
        except Exception as error:
            if was_stopped(error):
                raise TooSlow() from error
            raise


def check() -> None:
    """Raise TooSlow when the time of the innermost limit is over, and leave the next statement only what is left.

    For work of many statements, which PostgreSQL limits one by one; does nothing outside of a limit.
    """
    if not _deadlines.stack or engine_of() == "sqlite":
        return
    left = _deadlines.stack[-1] - time.monotonic()
    if left <= 0:
        raise TooSlow()
    if left < _deadlines.told - _TOLD_STEP:
        _tighten(left, local=database.in_transaction())
        _deadlines.told = left


class _Deadlines(threading.local):
    """The ends of the limits that this thread is in, outermost first."""

    def __init__(self) -> None:
        self.stack: list[float] = []
        # What PostgreSQL was told last, in seconds.
        self.told = 0.0
        # Whether SQLite was told to stop.
        self.ended = False


_deadlines = _Deadlines()


@contextmanager
def _on_sqlite(seconds: float) -> Iterator[None]:
    connection = database.connection()
    stack = _deadlines.stack
    stack.append(min([time.monotonic() + seconds, *stack[-1:]]))
    _deadlines.ended = False
    _watch(connection, stack[-1])
    try:
        yield
        # For the reason given at `stoppable` the statement may not have said so itself.
        if _deadlines.ended:
            raise TooSlow()
    finally:
        stack.pop()
        _deadlines.ended = False
        _watch(connection, stack[-1] if stack else None)


def _watch(connection: Any, deadline: float | None) -> None:
    def over() -> bool:
        _deadlines.ended = time.monotonic() > (deadline or 0.0)
        return _deadlines.ended

    connection.set_progress_handler(None if deadline is None else over, _STEP)


@contextmanager
def _on_postgresql(seconds: float) -> Iterator[None]:
    stack, told = _deadlines.stack, _deadlines.told
    stack.append(min([time.monotonic() + seconds, *stack[-1:]]))
    _deadlines.told = seconds
    try:
        with _server_limit(seconds):
            yield
    finally:
        stack.pop()
        _deadlines.told = told


@contextmanager
def _server_limit(seconds: float) -> Iterator[None]:
    if database.in_transaction():
        # A savepoint, because a stopped statement spoils its transaction; rolled back, it takes the limit along.
        with database.atomic():
            before = _tighten(seconds, local=True)
            yield
            _restore(before, local=True)
        return
    before = _tighten(seconds, local=False)
    try:
        yield
    finally:
        if not database.is_closed() and not database.connection().closed:
            _restore(before, local=False)


def _tighten(seconds: float, local: bool) -> str:
    """Set the server's limit, unless it has a tighter one already, and return what it was."""
    wanted = max(1, int(seconds * 1000))
    ((before, _),) = fetch(
        "WITH was AS MATERIALIZED (SELECT current_setting('statement_timeout') AS limit_text)"
        " SELECT limit_text, set_config('statement_timeout',"
        " CASE WHEN limit_text <> '0' AND limit_text::interval < ?::interval THEN limit_text ELSE ? END, ?) FROM was",
        f"{wanted}ms",
        f"{wanted}ms",
        local,
    )
    return str(before)


def _restore(limit: str, local: bool) -> None:
    fetch("SELECT set_config('statement_timeout', ?, ?)", limit, local)
