"""Mail by one process: from a folder, by LMTP over ten connections, and out of a mailbox by IMAP."""

from __future__ import annotations

import os
import smtplib
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import psutil

from bench import mail_imap
from bench.mail_check import check, check_answers
from bench.mail_desk import MailDesk, WrongResult, new_desk, took
from bench.mail_letters import SENDER, Letter, lanes, of_today, write_folder
from bench.report import Figure
from tests.support.desks import SUPPORT_ADDRESS
from tests.support.imap_server import USER
from tests.support.terminal import ROOT

_CONNECTIONS = 10
_LEAST_A_SECOND = {"sqlite": 500.0, "postgresql": 300.0}
_NAMES = {
    "folder": "mail from a folder, one process",
    "lmtp": f"mail by LMTP over {_CONNECTIONS} connections, until filed",
    "answered": "the same, an answer queued for each new ticket",
    "imap": "mail by IMAP, without the server's own time",
}

_ANSWERING = {"smtp_host": "smtp.desk.example", "mail_rate_total": "100000/1h"}
"""Settings under which each new ticket has an automatic answer queued, however many there are."""


class Brought(NamedTuple):
    """Mails brought in once: seconds, those of a processor, and what else there is to tell."""

    seconds: float
    cpu: float
    told: str = ""


def measure_routes(engine: str, server: str, folder: Path, mails: Sequence[Letter], rounds: int) -> list[Figure]:
    """Bring the same mails in by each way and by a bare Python, in turns, each time into a new desk."""
    with tempfile.TemporaryDirectory(prefix="letters-", dir=folder) as name:
        letters = write_folder(Path(name) / "mails", mails)
        done = [_round(engine, server, folder, letters, mails) for _ in range(rounds)]
    figures = []
    for way, name in _NAMES.items():
        own, bare = (_middle(times) for times in zip(*(each[way] for each in done), strict=True))
        yardstick = (
            f"bare Python {len(mails) / bare.seconds:.0f} mails/s: {bare.seconds / own.seconds:.2f} times that;"
            f" processor {own.cpu:.1f} s against {bare.cpu:.1f} s{own.told}"
        )
        least = _LEAST_A_SECOND[engine] if way != "answered" else None
        figures.append(Figure(engine, name, len(mails) / own.seconds, "mails/s", least, yardstick, least=True))
    return figures


def _middle(found: Sequence[Brought]) -> Brought:
    return sorted(found)[len(found) // 2]


def _round(
    engine: str, server: str, folder: Path, letters: Path, mails: Sequence[Letter]
) -> dict[str, tuple[Brought, Brought]]:
    """Return what each way took, and beside it the bare Python right before it: what else is going on changes."""
    ways: dict[str, Callable[[MailDesk], Brought]] = {
        "folder": lambda desk: Brought(*desk.does("mail", "import", str(letters))),
        "lmtp": lambda desk: _by_lmtp(desk, mails),
        "answered": lambda desk: _by_lmtp(desk, fresh),
        "imap": lambda desk: _by_imap(desk, letters),
    }
    fresh = of_today(mails)
    found = {}
    for way, bring in ways.items():
        bare = _by_bare_python(folder, letters)
        settings = _ANSWERING if way == "answered" else {}
        with new_desk(engine, server, folder, **settings) as desk:
            found[way] = bring(desk), bare
            check(desk, fresh if settings else mails)
            if settings:
                check_answers(desk, fresh)
    return found


def _by_bare_python(folder: Path, letters: Path) -> Brought:
    script = ROOT / "bench" / "mail_bare.py"
    with tempfile.TemporaryDirectory(prefix="bare-", dir=folder) as name:
        command = (sys.executable, str(script), str(Path(name) / "bare.db"), str(letters))
        return Brought(*took(command, os.environ))


def _by_lmtp(desk: MailDesk, mails: Sequence[Letter]) -> Brought:
    """Hand mails over by several connections at once; done is when all of them are on tickets."""
    with desk.working("mail", "lmtp", "--listen", "0", says="Listening") as running:
        process = psutil.Process(running.pid)
        port, shared = running.port, lanes(mails, _CONNECTIONS)
        started, used = time.perf_counter(), cpu(process)
        with ThreadPoolExecutor(_CONNECTIONS) as pool:
            list(pool.map(lambda lane: send_by_lmtp(port, lane), shared))
        answered = time.perf_counter() - started
        desk.wait_for(len(mails))
        seconds = time.perf_counter() - started
        return Brought(seconds, cpu(process) - used, f"; all answered at {len(mails) / answered:.0f} mails/s")


def send_by_lmtp(port: int, mails: Sequence[bytes]) -> None:
    """Send mails over one connection, each after the answer to the one before."""
    with smtplib.LMTP("127.0.0.1", port, timeout=600) as client:
        for raw in mails:
            if client.sendmail(SENDER, [SUPPORT_ADDRESS], raw):
                raise WrongResult("LMTP refused a recipient.")


def _by_imap(desk: MailDesk, letters: Path) -> Brought:
    """Fetch a mailbox once; while its server computes, nothing else can happen, so that time is not the desk's."""
    with mail_imap.serving(letters) as (port, server):
        desk.does(
            "admin", "mailbox", "add", "--name", "Bench", "--host", "127.0.0.1", "--port", str(port),
            "--security", "none", "--username", USER,
        )  # fmt: skip
        used = cpu(server)
        own = desk.does("mail", "fetch")
        served = cpu(server) - used
    return Brought(own.seconds - served, own.cpu, f"; the server's {served:.1f} s come on top")


def cpu(process: psutil.Process) -> float:
    """Return the seconds of a processor that a process has used so far."""
    times = process.cpu_times()
    return float(times.user + times.system)
