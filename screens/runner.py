"""Database work off the event loop: threads for what a person waits for, for scans, and for what takes minutes."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, Literal, TypeVar, get_args

from models import database
from services import faults
from services.errors import DeskError

Result = TypeVar("Result")
Lane = Literal["quick", "slow", "long"]
"""Which thread does the work: what a person waits for, scans and single writes, or what may take minutes."""


class Superseded(Exception):
    """A newer request of the same group came before this one was served."""


class Runner:
    """Runs service functions in dedicated threads, one a lane, each with its own connection once it is used.

    Requests of one `group` supersede each other: the generation is checked before the query runs and
    again, by `is_current`, before its answer is applied.
    """

    def __init__(self) -> None:
        self._lanes: dict[Lane, ThreadPoolExecutor] = {
            lane: ThreadPoolExecutor(1, f"deskwire-{lane}") for lane in get_args(Lane)
        }
        self._generations: dict[str, int] = {}

    def submit(
        self, work: Callable[..., Result], *args: Any, group: str = "", lane: Lane = "quick"
    ) -> tuple[Future[Result], int]:
        """Queue `work(*args)` and return its future with the generation it belongs to."""
        generation = self._generations.get(group, 0) + 1
        if group:
            self._generations[group] = generation

        def call() -> Result:
            if group and self._generations[group] != generation:
                raise Superseded
            return _connected(work, *args)

        return self._lanes[lane].submit(call), generation

    def is_current(self, group: str, generation: int) -> bool:
        """Tell whether no newer request of the group has been made."""
        return not group or self._generations.get(group) == generation

    def cancel(self, group: str) -> None:
        """Make every request of a group that has not been applied yet too old."""
        self._generations[group] = self._generations.get(group, 0) + 1

    def close(self) -> None:
        """Let running work finish, close the connections and end the threads."""
        for pool in self._lanes.values():
            pool.submit(_disconnect)
            pool.shutdown(wait=True)


def _connected(work: Callable[..., Result], *args: Any) -> Result:
    try:
        # Before a desk is open there is nothing to connect to; what opens it leaves its connection to this thread.
        if database.obj is not None and (database.is_closed() or not database.is_connection_usable()):
            _disconnect()
            database.connect()
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


def _disconnect() -> None:
    if database.obj is not None and not database.is_closed():
        try:
            database.close()
        except Exception:
            database._state.reset()
