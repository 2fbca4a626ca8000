"""Emptying the spool into the database: by a worker, by the next delivery, by every other command that files mail."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from connector.intake import UNREADABLE, Outcome, file_now, keep
from connector.spool import Spool, Spooled
from services.errors import DeskError
from services.originals import Arrival
from services.session import Session
from services.text import header

_AT_ONCE = 50
_BYTES_AT_ONCE = 8_000_000
_LOCK_SECONDS = 20.0
_LOOK_SECONDS = 0.02

Told = Callable[[list[Outcome]], object]
"""Is told what became of mails as soon as they are filed."""


def drain(session: Session, spool: Spool, told: Told = lambda outcomes: None, until_gone: str = "") -> int:
    """Take in what lies in a spool, in the order in which it came, and return how many mails that were.

    Only one process at a time does it, for economy alone: bytes that two take in are one mail. Returns early once the
    mail `until_gone` is taken in, by whomever. Raises DeskError when the database refuses; what is left stays.
    """
    count = 0
    with _turn(spool, until_gone):
        while some := _next(spool):
            count += len(some)
            told(_take(session, spool, some))
            if until_gone and not spool.holds(until_gone):
                break
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


def _next(spool: Spool) -> list[Spooled]:
    """Return the oldest mails, not more than fit well into memory."""
    found: list[Spooled] = []
    size = 0
    for name in spool.names():
        mail = spool.read(name)
        if mail is not None:
            found.append(mail)
            size += len(mail.raw)
        if len(found) >= _AT_ONCE or size >= _BYTES_AT_ONCE:
            break
    return found


@contextmanager
def _turn(spool: Spool, until_gone: str) -> Iterator[None]:
    """Wait until nobody else empties the spool, until somebody did, or until that takes too long."""
    spool.make()
    lock = os.open(spool.lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        deadline = time.monotonic() + _LOCK_SECONDS
        while time.monotonic() < deadline and not (until_gone and not spool.holds(until_gone)):
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                time.sleep(_LOOK_SECONDS)
                continue
            except OSError:
                pass  # a file system without locks
            break
        yield
    finally:
        os.close(lock)
