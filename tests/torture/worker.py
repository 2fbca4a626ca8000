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

from services import auth, charges, clock, inbox, notes, recipients, tickets
from services.charges import NewCharge
from services.desk import open_desk
from services.errors import DeskError, TryAgain
from services.faults import translated
from services.records import TicketDetail
from services.session import Session
from services.ticket_changes import change
from services.users import USERS

TICKETS = tuple(range(1, 11))
"""The ids that all workers fight for."""

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
        acts = (self._change, self._change, self._change, self._note, self._charge, self._recipient, self._move)
        self._random.choice(acts)(self._read[key])

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
        (inbox.remove_from_inbox if self._random.random() < 0.5 else inbox.move_to_inbox)(self._session, [read.id])


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
            said[type(fault).__name__] += 1
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
