"""What being up to date costs a desk where nothing happens, and how soon another program's change is on the screen."""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

import psutil

from bench.film import Film
from bench.keys import SIZE, open_desk, press
from bench.report import Figure, quantile
from models import User
from models.binding import close_database, connection, open_database
from services import auth, bulk, lists, undo
from services.session import Session
from services.ticket_changes import changing
from tests.support.terminal import Terminal

_CHANGES = 8
_SECONDS = {"sqlite": 2.0, "postgresql": 1.0}
"""Within how many seconds a change has to show."""


def measure_live(engine: str, url: str, seconds: float) -> list[Figure]:
    """Measure an idle desk that counts its statements, and changes that this process makes beside it."""
    return [*_idle(engine, url, seconds), *_changes(engine, url)]


def _idle(engine: str, url: str, seconds: float) -> list[Figure]:
    with tempfile.TemporaryDirectory(prefix="deskwire-tally-") as name:
        tally = Path(name) / "tally"
        with Terminal(sys.executable, "-m", "bench.counting", str(tally), "--db", url, size=SIZE) as terminal:
            terminal.wait_for(lambda shown: b"\x1b[?2026h" in shown.raw, timeout=60)
            press(terminal, "5")
            terminal.quiet(4000, timeout=60)
            process = psutil.Process(terminal.pid)
            asked, used = tally.stat().st_size, _cpu(process)
            terminal.read(seconds)
            asked = tally.stat().st_size - asked
            # A clock that strikes once a second strikes eleven times in ten seconds when they begin with a stroke.
            share = (_cpu(process) - used) / seconds * 100
    what = f"idle for {seconds:.0f} s with live news"
    return [
        Figure(engine, f"{what}, statements a second", asked / (seconds + 1), "", 1.0),
        Figure(engine, f"{what}, of a core", share, "%", 1.0),
    ]


def _cpu(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


def _changes(engine: str, url: str) -> list[Figure]:
    open_database(url)
    try:
        with open_desk(url, "5") as terminal:
            film = Film(terminal)
            with connection():
                session = auth.session_for(User.get(User.role == "administrator").id, "manual")
                shown = lists.ids(session, lists.ListQuery(lists.ALL))[5:20]
            times = [_seen_after(film, session, ticket_id) for ticket_id in list(shown)[:_CHANGES]]
    finally:
        close_database()
    return [
        Figure(
            engine, "another program's change on the screen, p95", quantile(times, 0.95), "s", _SECONDS[engine],
            f"p50 {quantile(times, 0.5):.2f} s, {len(times)} changes",
        )
    ]  # fmt: skip


def _seen_after(film: Film, session: Session, ticket_id: int) -> float:
    """Change a ticket that is on the screen, wait until the list is another one, take it back; return the seconds."""
    film.press("ctrl+l")
    film.rest(1.5, 10)
    before = _list(film.paints()[-1].lines)
    with connection():
        done = bulk.run(session, changing({"subject": f"Changed beside, {ticket_id}"}), [ticket_id])
    committed = time.perf_counter()
    until = committed + 10
    seen = None
    while seen is None and time.perf_counter() < until:
        film.watch(0.05)
        seen = next((paint.at for paint in film.paints() if _list(paint.lines) != before), None)
    with connection():
        assert done.operation_id is not None
        undo.undo(session, done.operation_id)
    return (seen if seen is not None else until) - committed


def _list(lines: list[str]) -> list[str]:
    """Return the list and its place in the first line: what becomes newer than the first row may stand above it."""
    return lines[:28]
