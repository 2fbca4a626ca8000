"""The Email Connector at work: everything that brings mail in and sends it out, until it is told to stop."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import NamedTuple

from connector.bell import Bell
from connector.draining import drain
from connector.intake import file_left
from connector.keeper import Keeper, Recipients, report
from connector.parts import Explain, Parts, Told, held_connection
from connector.spool import Spool
from services import clock, connector_runs
from services.errors import DeskError
from services.session import Session

END_SECONDS = 30.0
_SPOOL_LOOK = 10.0
_LEFT_LOOK = 5.0
_SEND_LOOK = 1.0
_MAILBOXES_LOOK = 15.0


class Plan(NamedTuple):
    """What a connector does: beside emptying its spool it listens at `lmtp`, fetches mailboxes and sends."""

    name: str
    lmtp: str = ""
    fetches: bool = True
    sends: bool = True


class Connector:
    """All parts of one connector; `start` begins them, `end` lets them finish their step."""

    def __init__(self, session: Session, spool: Spool, plan: Plan, told: Told, explain: Explain) -> None:
        self._session = session
        self._spool = spool
        self._plan = plan
        self._told = told
        self._parts = Parts(told, explain)
        self._stop = self._parts.stop
        self._bell = Bell(spool)
        self._fetched: set[int] = set()
        self._run_id: int | None = None

    def start(self) -> None:
        """Begin every part that the plan has."""
        self._told("run", f"{self._plan.name} works.", event="started", name=self._plan.name)
        self._parts.start("heartbeat", self._beat)
        self._parts.start("spool", self._empty_spool, self._bell.stop)
        self._parts.start("left", self._file_left)
        if self._plan.lmtp:
            self._start_lmtp(self._plan.lmtp)
        if self._plan.sends:
            self._parts.start("send", self._send)
        if self._plan.fetches:
            self._parts.start("mailboxes", self._look_for_mailboxes)

    def end(self) -> bool:
        """Finish the current steps and leave; False when a part did not end in time."""
        in_time = self._parts.end(END_SECONDS)
        self._bell.close()
        try:
            with held_connection():
                if in_time and self._spool.names():
                    # It came while the bell was still open, so nobody else was going to look after it.
                    self._drain()
                if self._run_id is not None:
                    connector_runs.end(self._run_id)
        except DeskError:
            pass  # the beats that are missing will say it
        self._told("run", f"{self._plan.name} has stopped.", event="stopped", name=self._plan.name)
        return in_time

    def _beat(self) -> None:
        while not self._stop.is_set():
            with held_connection():
                if self._run_id is None:
                    self._run_id = connector_runs.begin(self._plan.name)
                else:
                    connector_runs.beat(self._run_id)
            self._stop.wait(connector_runs.BEAT_SECONDS)

    def _empty_spool(self) -> None:
        self._spool.sweep()
        while True:
            if self._spool.names():
                with held_connection():
                    self._drain()
            if not self._bell.wait(_SPOOL_LOOK):
                return

    def _drain(self) -> None:
        drain(self._session, self._spool, lambda outcomes: report(self._told, "spool", outcomes))

    def _file_left(self) -> None:
        """File what other connectors left behind when they died, and what people sent back."""
        while not self._stop.is_set():
            with held_connection():
                report(self._told, "left", file_left(self._session))
            self._stop.wait(_LEFT_LOOK)

    def _send(self) -> None:
        from connector.sending import send_due, sender_name
        from services.outbox_sending import next_due

        name = sender_name()
        said = ""
        while not self._stop.is_set():
            with held_connection():
                due = next_due()
                if due is not None and due <= clock.now():
                    done = send_due(self._session, name, stop=self._stop.is_set)
                    if done.handled:
                        text = f"{done.sent} sent, {done.waiting} wait, {done.failed} failed, {done.unknown} unknown"
                        self._told("send", text, event="sent", **done._asdict() | {"trouble": None, "fault": None})
                    fault = done.fault.sentence if done.fault else ""
                    if fault and fault != said:
                        self._told("send", fault, event="failed")
                    said = fault
            self._stop.wait(_SEND_LOOK if not said else _MAILBOXES_LOOK)

    def _look_for_mailboxes(self) -> None:
        """Begin a fetcher for every mailbox that is there or comes; each looks by itself whether it still is."""
        from connector.fetchers import Fetcher, taking_in
        from services import mailboxes

        while not self._stop.is_set():
            with held_connection():
                found = mailboxes.active()
            for mailbox in found:
                if mailbox.id not in self._fetched:
                    self._fetched.add(mailbox.id)
                    fetcher = Fetcher(
                        mailbox,
                        self._plan.name,
                        self._stop,
                        keep=taking_in(self._session, lambda outcomes: report(self._told, "fetch", outcomes)),
                        told=lambda which, text: self._told("fetch", f"{which.name}: {text}", mailbox=which.name),
                    )
                    self._parts.start(f"fetch {mailbox.name}", fetcher.run)
            self._stop.wait(_MAILBOXES_LOOK)

    def _start_lmtp(self, address: str) -> None:
        keeper = Keeper(self._session, self._spool, self._told)
        recipients = Recipients()
        closers: list[Callable[[], object]] = []

        def serve() -> None:
            from connector.lmtp import serve as listen

            def ready(shown: str, close: Callable[[], object]) -> None:
                closers[:] = [close]
                self._told("lmtp", f"Listening at {shown}.", event="listening", address=shown)
                if self._stop.is_set():
                    close()

            listen(address, keeper, recipients, ready)

        self._parts.start("lmtp", serve, lambda: [close() for close in closers])
        self._parts.start("lmtp keeping", keeper.keeping, keeper.stop)
        self._parts.start("lmtp filing", keeper.filing)
        self._parts.start("lmtp asking", recipients.answering, recipients.stop)


@contextmanager
def signals(stop: threading.Event) -> Iterator[None]:
    """Let SIGTERM and SIGINT set an event while the block runs; the second of them ends the program at once."""

    def told(number: int, _frame: FrameType | None) -> None:
        if stop.is_set():
            raise SystemExit(128 + number)
        stop.set()

    before = {number: signal.signal(number, told) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def run(session: Session, spool: Spool, plan: Plan, told: Told, explain: Explain) -> int:
    """Work until SIGTERM or SIGINT and return the exit status. Needs the desk to be bound, not a connection."""
    asked = threading.Event()
    with signals(asked):
        connector = Connector(session, spool, plan, told, explain)
        connector.start()
        asked.wait()
        return 0 if connector.end() else 1
