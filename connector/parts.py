"""Parts that work side by side in threads until they are told to stop; one that fails delays no other."""

from __future__ import annotations

import threading
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, Protocol

from models import database
from models.binding import file_identity, is_lost
from services.errors import DeskError
from services.faults import file_gone, translated

_PAUSES = (1.0, 2.0, 5.0, 15.0, 30.0)
_LONG_ENOUGH = 60.0
"""After so many seconds of work a failure is the first one again."""


class Told(Protocol):
    """Is told what happens, as a sentence about one part, with what machines read beside it."""

    def __call__(self, part: str, text: str, **fields: Any) -> object: ...


Explain = Callable[[BaseException], str]
"""Keeps a report of a fault that nobody foresaw, and returns a sentence about it."""


class Parts:
    """Threads that each do one thing for ever, begin anew after a failure, and end together.

    What a thread does in the desk it does in `held_connection`.
    """

    def __init__(self, told: Told, explain: Explain) -> None:
        self.stop = threading.Event()
        self._told = told
        self._explain = explain
        self._threads: list[threading.Thread] = []
        self._wakers: list[Callable[[], object]] = []
        self._guard = threading.Lock()

    def start(self, name: str, work: Callable[[], object], wake: Callable[[], object] | None = None) -> None:
        """Begin a part; `work` returns soon after `stop` is set, which `wake` may hasten."""
        thread = threading.Thread(target=self._keep_at, args=(name, work), name=name, daemon=True)
        with self._guard:
            self._threads.append(thread)
            if wake is not None:
                self._wakers.append(wake)
        thread.start()

    def end(self, seconds: float) -> bool:
        """Tell all parts to finish their step and wait for them; False if some did not in time."""
        self.stop.set()
        with self._guard:
            threads, wakers = list(self._threads), list(self._wakers)
        for wake in wakers:
            with suppress(Exception):
                wake()
        deadline = time.monotonic() + seconds
        for thread in threads:
            thread.join(max(0.0, deadline - time.monotonic()))
        return not any(thread.is_alive() for thread in threads)

    def _keep_at(self, name: str, work: Callable[[], object]) -> None:
        failures = 0
        known: object = None
        report = ""
        while not self.stop.is_set():
            begun = time.monotonic()
            try:
                work()
                if self.stop.is_set():
                    break
                sentence = "It ended by itself."
            except DeskError as fault:
                sentence = fault.sentence
            except Exception as error:
                # One report of a fault that comes again and again is enough.
                if known != (place := _place_of(error)):
                    known, report = place, self._explain(error)
                sentence = report
            failures = 1 if time.monotonic() - begun > _LONG_ENOUGH else failures + 1
            pause = _PAUSES[min(failures, len(_PAUSES)) - 1]
            self._told(name, sentence, event="failed", again_in=pause)
            self.stop.wait(pause)
        # Whatever ended it.
        _close()


def _place_of(error: Exception) -> object:
    """Return what tells a fault from others: its kind, and where it was raised."""
    return type(error), [(one.filename, one.lineno) for one in traceback.extract_tb(error.__traceback__)]


def _close() -> None:
    with suppress(Exception):
        if not database.is_closed():
            database.close()


@contextmanager
def held_connection() -> Iterator[None]:
    """Run one step on this thread's connection, which stays open for the next one, and is opened anew after a failure.

    Raises the foreseeable faults as DeskError; also when the desk's file was moved away, because what is written into
    it then, nobody ever sees.
    """
    with translated():
        if not database.is_closed() and is_lost():
            database.close()
        if database.is_closed():
            database.connect()
            _opened.file = file_identity()
        try:
            if file_identity() != getattr(_opened, "file", file_identity()):
                raise file_gone()
            yield
        except BaseException:
            if not database.is_closed():
                database.close()
            raise


_opened = threading.local()
