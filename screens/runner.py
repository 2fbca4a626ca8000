"""Database work off the event loop: threads for what a person waits for, for scans, and for what takes minutes."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Literal, TypeVar, get_args

from models import database
from models.binding import file_identity, file_of
from services import announcing, clock, faults
from services.errors import DeskError

if TYPE_CHECKING:
    from services.time_limit import Interrupt

Result = TypeVar("Result")
Lane = Literal["quick", "slow", "long"]
"""Which thread does the work: what a person waits for, scans and single writes, or what may take minutes."""


class Superseded(Exception):
    """A newer request of the same group came before this one was served."""


class Runner:
    """Runs service functions in dedicated threads, one a lane, each with its own connection once it is used.

    Requests of one `group` supersede each other: the generation is checked before the query runs and
    again, by `is_current`, before its answer is applied. `own` holds the operations that these threads wrote
    and nobody who watches the desk has seen yet.
    """

    def __init__(self) -> None:
        self.own: set[int] = set()
        self.begun_at = clock.now()
        """What the screens show was read after this moment, in microseconds UTC."""
        self._lanes: dict[Lane, ThreadPoolExecutor] = {
            lane: ThreadPoolExecutor(1, f"deskwire-{lane}", announcing.own.set, (self.own,)) for lane in get_args(Lane)
        }
        self._stopper: ThreadPoolExecutor | None = None
        self._generations: dict[str, int] = {}
        self._running: dict[str, Interrupt] = {}
        self._closing: list[Callable[[], object]] = []

    def submit(
        self,
        work: Callable[..., Result],
        *args: Any,
        group: str = "",
        lane: Lane = "quick",
        interruptible: bool = False,
    ) -> tuple[Future[Result], int]:
        """Queue `work(*args)` and return its future with the generation it belongs to.

        What is `interruptible` only reads, and is stopped when a newer request of its group comes.
        """
        generation = self._generations.get(group, 0) + 1
        if group:
            self._generations[group] = generation
            self._interrupt(group)

        def call() -> Result:
            if group and self._generations[group] != generation:
                raise Superseded
            return _connected(self._stoppable(work, group) if group and interruptible else work, *args)

        return self._lanes[lane].submit(call), generation

    def is_current(self, group: str, generation: int) -> bool:
        """Tell whether no newer request of the group has been made."""
        return not group or self._generations.get(group) == generation

    def cancel(self, group: str) -> None:
        """Make every request of a group that has not been applied yet too old."""
        self._generations[group] = self._generations.get(group, 0) + 1
        self._interrupt(group)

    def before_closing(self, work: Callable[[], object]) -> None:
        """Have something ended before the threads are."""
        self._closing.append(work)

    def close(self) -> None:
        """Let running work finish, close the connections and end the threads."""
        for work in self._closing:
            work()
        if self._stopper is not None:
            self._stopper.shutdown(wait=True)
        for pool in self._lanes.values():
            pool.submit(_disconnect)
            pool.shutdown(wait=True)

    def _stoppable(self, work: Callable[..., Result], group: str) -> Callable[..., Result]:
        """Return the work so that a newer request of its group can stop it."""

        def call(*args: Any) -> Result:
            from services.time_limit import stoppable

            with stoppable() as handle:
                self._running[group] = handle
                try:
                    return work(*args)
                finally:
                    self._running.pop(group, None)

        return call

    def _interrupt(self, group: str) -> None:
        handle = self._running.get(group)
        if handle is None:
            return
        if self._stopper is None:
            self._stopper = ThreadPoolExecutor(1, "deskwire-stop")
        # In a thread, because a server is asked over a connection of its own.
        self._stopper.submit(handle.stop)


def _connected(work: Callable[..., Result], *args: Any) -> Result:
    try:
        # Before a desk is open there is nothing to connect to; what opens it leaves its connection to this thread.
        if database.obj is not None:
            _connect()
        return work(*args)
    except DeskError:
        raise
    except Exception as fault:
        sentence = faults.translate(fault)
        if sentence is None:
            raise
        # A lost server leaves a dead connection behind; the next request makes a new one.
        _disconnect()
        raise sentence from fault


_opened = threading.local()
"""Which file this thread's connection belongs to."""


def _connect() -> None:
    """See that this thread has a connection that can be used, to the file that stands at the desk's place now.

    A connection to a file that was moved away or replaced would take writes that nobody ever sees again.
    """
    path, found = file_of(), file_identity()
    if path is not None and found is None:
        _disconnect()
        raise faults.file_gone()
    if not database.is_closed() and database.is_connection_usable():
        known = getattr(_opened, "file", None)
        if known is None or known == (path, found):
            _opened.file = (path, found)
            return
    _disconnect()
    database.connect()
    _opened.file = (path, found)


def _disconnect() -> None:
    _opened.file = None
    if database.obj is not None and not database.is_closed():
        try:
            database.close()
        except Exception:
            database._state.reset()
