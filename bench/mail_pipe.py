"""Mail by a pipe, a process each: alone, four at a time, and beside a worker, in turns with bare processes."""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from bench.mail_check import check
from bench.mail_desk import MailDesk, Took, new_desk, took
from bench.mail_letters import SENDER, Letter, lanes
from bench.report import Figure, quantile
from tests.support.desks import SUPPORT_ADDRESS
from tests.support.patience import wait_until
from tests.support.terminal import ROOT

_AT_A_TIME = 4
_LEAST_A_SECOND = 20.0
_TARGET_DELIVERY = 15.0
_TARGET_VISIBLE = 1.0
_DELIVER = ("mail", "deliver", "--from", SENDER, "--", SUPPORT_ADDRESS)
_KEEP = """
import os, sys
place = sys.argv[1]
name = os.path.join(place, str(os.getpid()))
file = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
os.write(file, sys.stdin.buffer.read())
os.fsync(file)
os.close(file)
os.rename(name, name + ".kept")
folder = os.open(place, os.O_RDONLY)
os.fsync(folder)
"""
"""What keeping a mail takes at least: its bytes synced, and the folder too."""


def measure_alone(engine: str, server: str, folder: Path, mails: Sequence[Letter]) -> list[Figure]:
    """Deliver mails by processes that do everything themselves, because no worker runs."""
    own: list[Took] = []
    bare: list[Took] = []
    with new_desk(engine, server, folder) as desk:
        for letter in mails:
            own.append(desk.does(*_DELIVER, given=letter.raw))
            bare.append(_bare(desk, letter.raw))
        check(desk, mails)
    with new_desk(engine, server, folder) as desk:
        own_together = _together(mails, lambda raw: desk.does(*_DELIVER, given=raw))
        _bare(desk, b"")  # makes the tables, once
        bare_together = _together(mails, lambda raw: _bare(desk, raw))
        check(desk, mails)
    processor = f"; processor {_cpu(own)} against {_cpu(bare)} a mail"
    return [
        _rate(engine, "one after another", len(mails), _sum(own), _sum(bare), processor),
        _rate(engine, f"{_AT_A_TIME} at a time", len(mails), own_together, bare_together),
    ]


def _rate(engine: str, how: str, count: int, seconds: float, bare: float, also: str = "") -> Figure:
    yardstick = f"bare Python, a process each, {count / bare:.0f} mails/s: {bare / seconds:.2f} times that{also}"
    name = f"mail by pipe without a worker, {how}"
    return Figure(engine, name, count / seconds, "mails/s", _LEAST_A_SECOND, yardstick, least=True)


def _bare(desk: MailDesk, raw: bytes) -> Took:
    command = (sys.executable, str(ROOT / "bench" / "mail_bare.py"), str(desk.folder / "bare.db"))
    return took(command, desk.environment, raw)


def _together(mails: Sequence[Letter], deliver: Callable[[bytes], Took]) -> float:
    """Deliver several mails at a time, those of a conversation one after another, and return the seconds of it all."""

    def send(lane: list[bytes]) -> None:
        for raw in lane:
            deliver(raw)

    started = time.perf_counter()
    with ThreadPoolExecutor(_AT_A_TIME) as pool:
        list(pool.map(send, lanes(mails, _AT_A_TIME)))
    return time.perf_counter() - started


def measure_beside(engine: str, server: str, folder: Path, mails: Sequence[Letter]) -> list[Figure]:
    """Deliver mails while a worker runs: until the process ends, and until the ticket can be read."""
    own: list[Took] = []
    nothing: list[Took] = []
    kept: list[Took] = []
    visible: list[float] = []
    with new_desk(engine, server, folder) as desk:
        place = desk.folder / "kept"
        place.mkdir()
        with desk.working("mail", "run", says="works"):
            wait_until(desk.spool.wake)
            for letter in mails:
                nothing.append(took((sys.executable, "-c", "pass"), desk.environment))
                kept.append(took((sys.executable, "-c", _KEEP, str(place)), desk.environment, letter.raw))
                started = time.perf_counter()
                own.append(desk.does(*_DELIVER, given=letter.raw))
                desk.wait_for_ticket(letter.message_id)
                visible.append(time.perf_counter() - started)
        check(desk, mails)
    return [
        Figure(
            engine, "mail by pipe beside a worker, p95", _late(own), "ms", _TARGET_DELIVERY,
            f"p50 {_middle(own)}, processor {_cpu(own)}; python -c pass {_spread(nothing)};"
            f" Python that syncs a file {_spread(kept)}",
        ),
        Figure(
            engine, "mail by pipe beside a worker, until its ticket can be read, p95", quantile(visible, 0.95), "s",
            _TARGET_VISIBLE, f"p50 {statistics.median(visible):.3f} s",
        ),
    ]  # fmt: skip


def _spread(found: Sequence[Took]) -> str:
    return f"{_late(found):.1f} ms (p50 {_middle(found)}, processor {_cpu(found)})"


def _late(found: Sequence[Took]) -> float:
    return quantile([one.seconds for one in found], 0.95) * 1000


def _middle(found: Sequence[Took]) -> str:
    return f"{statistics.median(one.seconds for one in found) * 1000:.1f} ms"


def _cpu(found: Sequence[Took]) -> str:
    return f"{statistics.median(one.cpu for one in found) * 1000:.1f} ms"


def _sum(found: Sequence[Took]) -> float:
    return sum(one.seconds for one in found)
