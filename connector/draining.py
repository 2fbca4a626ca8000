"""Emptying the spool into the database: by a worker, by the next delivery, by every other command that files mail."""

from __future__ import annotations

import time
from collections.abc import Callable

from connector.intake import UNREADABLE, Outcome, file_now, keep
from connector.spool import Spool, Spooled
from connector.turns import Turn
from services.errors import DeskError
from services.originals import Arrival
from services.session import Session
from services.text import header

_AT_ONCE = 50
_BYTES_AT_ONCE = 8_000_000
_TURN_SECONDS = 5.0

Told = Callable[[list[Outcome]], object]
"""Is told what became of mails as soon as they are filed."""


def drain(session: Session, spool: Spool, told: Told = lambda outcomes: None, turn: Turn | None = None) -> int:
    """Take in what lies in a spool, in the order in which it came, and return how many mails that were.

    Only one process at a time does it, for economy alone: bytes that two take in are one mail. Who has the `turn`
    already goes on until the spool is empty, or until it took a while and another one waits to go on. Raises
    DeskError when the database refuses; what is left stays.
    """
    held = turn or Turn(spool)
    count = 0
    try:
        if turn is None:
            held.wait()
        held.is_at_work()
        until = time.monotonic() + _TURN_SECONDS
        seen: set[str] = set()
        while some := _next(spool, seen, told):
            count += len(some)
            told(_take(session, spool, some))
            if turn is not None and time.monotonic() >= until and held.can_be_handed_over():
                break
    finally:
        held.end()
    return count


def _take(session: Session, spool: Spool, some: list[Spooled]) -> list[Outcome]:
    arrivals = [Arrival(f"{one.route}:{one.name}", one.raw, one.sender, one.recipients) for one in some]
    try:
        kept = keep(session, arrivals)
    except DeskError:
        raise
    except Exception as error:
        if len(some) > 1:
            return [outcome for one in some for outcome in _take(session, spool, [one])]
        spool.put_aside(some[0].name)
        reason = f"put into {spool.failed}, because {type(error).__name__}: {error}"
        return [Outcome(arrivals[0].source, UNREADABLE, reason=header(reason, 500))]
    for one in some:
        spool.drop(one.name)
    return file_now(session, arrivals, kept)


def _next(spool: Spool, seen: set[str], told: Told) -> list[Spooled]:
    """Return the oldest mails that were not `seen` yet, not more than fit well into memory.

    What this account may not read or remove stays, and holds up nothing that lies behind it.
    """
    found: list[Spooled] = []
    size = 0
    for name in spool.names():
        if name in seen:
            continue
        seen.add(name)
        try:
            mail = spool.read(name)
        except OSError as error:
            reason = f"it lies in {spool.folder} and cannot be read ({error.strerror})"
            told([Outcome(f"spool:{name}", UNREADABLE, reason=header(reason, 500))])
            continue
        if mail is not None:
            found.append(mail)
            size += len(mail.raw)
        if len(found) >= _AT_ONCE or size >= _BYTES_AT_ONCE:
            break
    return found
