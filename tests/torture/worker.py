"""A program that works on a few tickets of a desk as fast as it can, in conflict with others on purpose.

`python -m tests.torture.worker URL USERNAME SECONDS SEED LOG` appends a line of JSON to LOG for each operation that
the desk acknowledged, written to the disk before the next one begins, and at its end prints what else happened.
"""

from __future__ import annotations

import json
import os
import random
import sys
import time
import uuid
from collections import Counter
from collections.abc import Callable
from typing import IO, Any

from services import archive, auth, bulk, charges, clock, inbox, notes, operations, recipients, ticket_creation, tickets
from services.charges import NewCharge
from services.desk import open_desk
from services.errors import Conflict, DeskError, TryAgain
from services.faults import translated
from services.merging import merge
from services.records import TicketDetail
from services.session import Session
from services.ticket_changes import change, changing
from services.undo import MovedSince, undo
from services.users import USERS

TICKETS = tuple(range(1, 11))
"""The ids that all workers fight for."""

REFUSALS = (
    "This was taken back",
    "This was done again",
    "There is nothing ",
    "The last thing you did",
    "Nothing was done",
)
"""How the sentences begin that refuse an undo for a good reason, often because somebody else was quicker."""

WORDS = ("toner", "printer", "größe", "server", "alarm", "angebot", "cable", "drum", "lamp", "fuse")


class Worker:
    """Does one random thing after the other; `acknowledged` is called with what the desk said is done."""

    def __init__(self, session: Session, seed: int, acknowledged: Callable[[dict[str, Any]], None]) -> None:
        self._session = session
        self._random = random.Random(seed)
        self._acknowledged = acknowledged
        self._read: dict[int, TicketDetail] = {}

    def act(self) -> None:
        """Do something to a ticket, as it was read a while ago, so that others were quicker now and then."""
        key = self._random.choice(TICKETS)
        if key not in self._read or self._random.random() < 0.5:
            self._read[key] = tickets.get(self._session, key)
        often = [self._change, self._change, self._note, self._charge, self._recipient, self._move]
        seldom = [self._bulk, self._bulk, self._undo, self._redo]
        if self._session.has("merge") and self._session.has("archive"):
            seldom += [self._archive, self._merge]
        self._random.choice(often if self._random.random() < 0.6 else seldom)(self._read[key])

    def _change(self, read: TicketDetail) -> None:
        r = self._random
        fields = r.choice(
            [
                {"priority": r.randint(1, 4)},
                {"subject": f"{r.choice(WORDS)} {r.choice(WORDS)} {r.randint(1, 99)}"},
                {"due": clock.now() + r.randint(1, 30) * clock.DAY},
                {"status": r.choice([0, 1, 2, 3])},
                {"resolution": f"Changed the {r.choice(WORDS)}."},
                {"url": f"https://desk.example/{r.randint(1, 99)}", "priority": r.randint(1, 4)},
            ]
        )
        uid = uuid.uuid4().hex
        self._read[read.id] = change(self._session, read.id, fields, read=read, uid=uid)
        self._acknowledged({"uid": uid, "ticket": read.id, "fields": sorted(fields)})

    def _note(self, read: TicketDetail) -> None:
        uid = uuid.uuid4().hex
        text = f"{uid} {self._random.choice(WORDS)}"
        notes.add_note(self._session, read.id, text, public=self._random.random() < 0.5, uid=uid)
        self._acknowledged({"uid": uid, "ticket": read.id, "text": text})

    def _charge(self, read: TicketDetail) -> None:
        uid = uuid.uuid4().hex
        charge = NewCharge("work", f"{uid}", 1_000, 5_000)
        charges.add(self._session, read.id, charge, uid=uid)
        self._acknowledged({"uid": uid, "ticket": read.id, "charge": uid})

    def _recipient(self, read: TicketDetail) -> None:
        address = f"{self._random.choice(WORDS)}@{self._random.randint(1, 5)}.example"
        recipients.add_external(self._session, read.id, address)

    def _move(self, read: TicketDetail) -> None:
        bulk.run(self._session, inbox.moving(self._session, self._random.random() >= 0.5), [read.id])

    def _bulk(self, read: TicketDetail) -> None:
        """Do one thing to several tickets, some of which others have changed since they were seen."""
        r = self._random
        act = r.choice(
            [
                changing({"priority": r.randint(1, 4)}),
                changing({"status": r.choice([0, 1, 2, 3])}, resolution=f"Changed the {r.choice(WORDS)}."),
                changing({"due": clock.now() + r.randint(1, 30) * clock.DAY}),
                inbox.moving(self._session, r.random() < 0.5),
            ]
        )
        self._on_several(act)

    def _archive(self, read: TicketDetail) -> None:
        r = self._random
        restores = r.random() < 0.7
        act = archive.restoring(self._session) if restores else archive.archiving(self._session, r.choice(WORDS))
        self._on_several(act)

    def _on_several(self, act: bulk.Act) -> None:
        uid = uuid.uuid4().hex
        chosen = self._random.sample(TICKETS, self._random.randint(2, 5))
        result = bulk.run(self._session, act, chosen, seen=self._read, uid=uid)
        self._acknowledged({"uid": uid, "tickets": list(result.done)})

    def _undo(self, read: TicketDetail) -> None:
        """Take back what was done last under this name, by this program or by another one."""
        self._take_back(operations.last_own(self._session))

    def _redo(self, read: TicketDetail) -> None:
        self._take_back(operations.last_undone(self._session))

    def _take_back(self, operation_id: int) -> None:
        uid = uuid.uuid4().hex
        try:
            done = undo(self._session, operation_id, partly=self._random.random() < 0.3, uid=uid)
        except MovedSince as moved:
            raise Conflict(moved.sentence, {}) from moved
        self._acknowledged({"uid": uid, "undoes": operation_id, "tickets": list(done.tickets)})

    def _merge(self, read: TicketDetail) -> None:
        """Merge a ticket of its own into another, so that the ones that all fight for stay."""
        uid = uuid.uuid4().hex
        made = ticket_creation.create(self._session, ticket_creation.NewTicket(f"Again: {read.subject}"), uid=uid)
        self._acknowledged({"uid": uid, "tickets": [made.id]})
        merge(self._session, [made.id], read.id)


def work(session: Session, seconds: float, seed: int, log: IO[str]) -> Counter[str]:
    """Act until the time is over and count what came of it; what is no DeskError ends the program."""

    def acknowledged(what: dict[str, Any]) -> None:
        log.write(json.dumps(what) + "\n")
        log.flush()
        os.fsync(log.fileno())

    worker = Worker(session, seed, acknowledged)
    said: Counter[str] = Counter()
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            with translated():
                worker.act()
        except TryAgain as fault:
            said[f"TryAgain: {fault.sentence}"] += 1
        except DeskError as fault:
            foreseen = type(fault) is not DeskError or fault.sentence.startswith(REFUSALS)
            said[type(fault).__name__ if foreseen else fault.sentence] += 1
        else:
            said["done"] += 1
    return said


def main() -> int:
    """Work as the arguments say."""
    url, username, seconds, seed, log = sys.argv[1:]
    open_desk(url)
    with open(log, "a", encoding="utf-8") as out:
        said = work(auth.session_for(USERS.find(username), "cli"), float(seconds), int(seed), out)
    print(json.dumps(said))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
