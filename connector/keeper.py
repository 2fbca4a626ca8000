"""Keeping mails that many sessions bring at once: those that wait together share a commit; filing follows behind."""

from __future__ import annotations

import queue
import time
from collections.abc import Sequence
from concurrent.futures import Future
from contextlib import suppress
from typing import Any, NamedTuple

from connector.intake import Outcome, file_now, keep
from connector.parts import Told, held_connection
from connector.spool import Spool
from services import mail_settings, originals
from services.errors import DeskError
from services.originals import Arrival
from services.session import Session
from services.text import header

_AT_ONCE = 50
_BYTES_AT_ONCE = 8_000_000
_MOST_BEHIND = 500
_FILING_WAITS = 0.1
_LOOK_SECONDS = 0.5
_AWAY_SECONDS = 3.0
_SETTINGS_SECONDS = 5.0


class Answer(NamedTuple):
    """What a session tells about each recipient of a mail."""

    text: str

    def line_for(self, address: str) -> str:
        """Return the answer about one recipient."""
        code, _, rest = self.text.partition(" ")
        return f"{code} {rest} <{header(address, 200)}>"


SAFE = Answer("250 2.0.0 Kept for")
SPOOLED = Answer("250 2.0.0 Kept on the disk for")
NOT_SAFE = Answer("451 4.3.0 Not kept, try again for")
ENDING = Answer("421 4.3.2 The desk is stopping, try again for")


class _Waiting(NamedTuple):
    arrival: Arrival
    answer: Future[Answer]


class Keeper:
    """Takes mails from any thread; `keeping` and `filing` are each run by a thread of their own."""

    def __init__(self, session: Session, spool: Spool, told: Told) -> None:
        self._session = session
        self._spool = spool
        self._told = told
        self._waiting: queue.SimpleQueue[_Waiting] = queue.SimpleQueue()
        # Bounded, so that a flood waits at its source instead of in memory.
        self._kept: queue.Queue[tuple[Arrival, originals.Kept]] = queue.Queue(_MOST_BEHIND)
        self._away_until = 0.0
        self.stopping = False

    def keep(self, arrival: Arrival) -> Future[Answer]:
        """Have a mail kept; the answer comes when it is committed, in the spool, or neither."""
        answer: Future[Answer] = _asked()
        if self.stopping:
            answer.set_result(ENDING)
        else:
            self._waiting.put(_Waiting(arrival, answer))
        return answer

    def stop(self) -> None:
        """Take no more mails; what was taken is kept and answered."""
        self.stopping = True

    def failed(self, error: Exception) -> None:
        """Tell of what went wrong with a mail."""
        self._told("lmtp", _sentence(error), event="failed")

    def keeping(self) -> None:
        """Keep what waits, again and again, without ever failing: what the database does not take goes to the disk."""
        while not (self.stopping and self._waiting.empty()):
            some = self._next()
            if some:
                self._keep(some)

    def _next(self) -> list[_Waiting]:
        some: list[_Waiting] = []
        size = 0
        with suppress(queue.Empty):
            some.append(self._waiting.get(timeout=_LOOK_SECONDS))
            while len(some) < _AT_ONCE and size < _BYTES_AT_ONCE:
                size += len(some[-1].arrival.raw)
                some.append(self._waiting.get_nowait())
        return some

    def _keep(self, some: Sequence[_Waiting]) -> None:
        arrivals = [one.arrival for one in some]
        kept: list[originals.Kept] | None = None
        if time.monotonic() >= self._away_until:
            try:
                with held_connection():
                    kept = keep(self._session, arrivals)
            except Exception as error:
                # Whoever waits is not kept waiting by a server that does not answer.
                self._away_until = time.monotonic() + _AWAY_SECONDS
                self.failed(error)
        for one in some:
            one.answer.set_result(self._spooled(one.arrival) if kept is None else SAFE)
        for pair in zip(arrivals, kept or (), strict=kept is not None):
            self._kept.put(pair)

    def _spooled(self, arrival: Arrival) -> Answer:
        """Put a mail on the disk, because the database does not take it now."""
        try:
            self._spool.put([arrival.raw], arrival.source, arrival.sender, arrival.recipients)
        except OSError as error:
            self._told("lmtp", f"The spool {self._spool.folder} cannot be written ({error.strerror}).", event="failed")
            return NOT_SAFE
        self._spool.wake()
        return SPOOLED

    def filing(self) -> None:
        """File what was kept, again and again; what cannot be filed now waits in the desk."""
        while not (self.stopping and self._kept.empty() and self._waiting.empty()):
            some = self._behind()
            if some:
                with held_connection():
                    outcomes = file_now(self._session, [one for one, _ in some], [one for _, one in some])
                report(self._told, "lmtp", outcomes)

    def _behind(self) -> list[tuple[Arrival, originals.Kept]]:
        """Return what is to be filed; a single mail waits a moment for others to share its transaction."""
        some: list[tuple[Arrival, originals.Kept]] = []
        with suppress(queue.Empty):
            some.append(self._kept.get(timeout=_LOOK_SECONDS))
            until = time.monotonic() + _FILING_WAITS
            while len(some) < _AT_ONCE:
                some.append(self._kept.get(timeout=max(0.0, until - time.monotonic())))
        return some


class Recipients:
    """Which addresses are the desk's: asked in a thread with a connection, for the sessions have none."""

    def __init__(self) -> None:
        self._asked: queue.SimpleQueue[tuple[str, Future[bool]] | None] = queue.SimpleQueue()
        self._known: tuple[float, frozenset[str]] | None = None

    def accepts(self, address: str) -> Future[bool]:
        """Tell whether mail to an address is taken; raises DeskError when the desk has never been asked."""
        answer: Future[bool] = _asked()
        known = self._known
        if known is not None and time.monotonic() - known[0] < _SETTINGS_SECONDS and self._is_own(address, known):
            answer.set_result(True)
        else:
            self._asked.put((address, answer))
        return answer

    def answering(self) -> None:
        """Answer what is asked until `stop`; from memory while the desk cannot be asked."""
        while (asked := self._asked.get()) is not None:
            address, answer = asked
            try:
                with held_connection():
                    # A refusal is final: nobody is refused by what was set a moment ago.
                    mail_settings.forget()
                    self._known = (time.monotonic(), mail_settings.current().own_addresses)
            except Exception as fault:
                if self._known is None:
                    answer.set_exception(fault)
                    continue
            answer.set_result(self._is_own(address, self._known))

    def stop(self) -> None:
        """End the answering."""
        self._asked.put(None)

    @staticmethod
    def _is_own(address: str, known: tuple[float, frozenset[str]]) -> bool:
        """Tell whether an address is the desk's, or that with something behind a plus."""
        _, own = known
        local, _, domain = address.strip().lower().rpartition("@")
        return f"{local}@{domain}" in own or f"{local.partition('+')[0]}@{domain}" in own


def _asked() -> Future[Any]:
    """Return what will hold an answer; whoever asked may be gone by then, which stops nobody from giving it."""
    answer: Future[Any] = Future()
    answer.set_running_or_notify_cancel()
    return answer


def _sentence(error: Exception) -> str:
    return error.sentence if isinstance(error, DeskError) else header(f"{type(error).__name__}: {error}", 500)


def report(told: Told, part: str, outcomes: Sequence[Outcome]) -> None:
    """Tell of each mail what became of it."""
    for one in outcomes:
        where = f" as {one.number}" if one.number else ""
        why = f" ({one.reason})" if one.reason else ""
        told(
            part,
            f"{one.state}{where}: {one.message_id or 'no Message-ID'} from {one.origin}{why}",
            event="mail",
            state=one.state,
            number=one.number,
            message_id=one.message_id or None,
            origin=one.origin,
            reason=one.reason or None,
        )
