"""Ten thousand tickets at once in the running program: until it is done, and how the screen answers meanwhile."""

from __future__ import annotations

import time
from itertools import pairwise
from typing import NamedTuple

from bench.film import Film, first_after
from bench.keys import open_desk
from bench.report import Figure, quantile
from models import database
from models.binding import close_database, connection, open_database
from services.numbers import number_of
from tests.support.terminal import Terminal, TerminalTimeout

TICKETS = 10_000
_TARGET_SECONDS = 20.0
_TARGET_KEY = 50.0
_PATIENCE = 180.0
_EVERY = 0.25
"""Seconds between two keys while the act goes on."""


class Act(NamedTuple):
    """How long something took in seconds, the milliseconds of each key meanwhile, and the longest pause of progress."""

    seconds: float
    keys: list[float]
    pause: float


def measure_many(engine: str, url: str) -> list[Figure]:
    """Find tickets, mark all, give them another priority, and take that back, which leaves the desk as it was."""
    first, last = _numbers(url)
    with open_desk(url, "5") as terminal:
        film = Film(terminal)
        film.press("f3")
        film.rest(0.5, 5)
        terminal.type(f"number:{first}..{last}\n")
        terminal.quiet(1000, timeout=60)
        count = _mark_all(terminal)
        film.press("p")
        film.rest(0.5, 5)
        terminal.type("n/a\n")
        terminal.wait_for("[ Change", timeout=30)
        changed = _perform(film, b"y", b"tickets: Priority")
        terminal.quiet(1500, timeout=60)
        back = _perform(film, b"\x1a", b"Taken back: ")
    return [*_figures(engine, f"change {count} tickets on screen", changed),
            *_figures(engine, "take that back on screen", back)]  # fmt: skip


def _numbers(url: str) -> tuple[str, str]:
    """Return the numbers between which lie as many tickets in the middle of the desk, without the archived ones."""
    open_database(url)
    try:
        with connection():
            ids = database.execute_sql(
                "SELECT id FROM ticket WHERE archived = 0 AND id > (SELECT max(id) * 4 / 10 FROM ticket)"
                f" ORDER BY id LIMIT {TICKETS}"
            ).fetchall()
    finally:
        close_database()
    return number_of(ids[0][0]), number_of(ids[-1][0])


def _mark_all(terminal: Terminal) -> str:
    """Mark the whole list and return how many tickets the screen says that these are."""
    terminal.send("ctrl+a")
    terminal.wait_for(" marked", timeout=30)
    return terminal.screen_lines()[0].split(" marked")[0].rsplit(" ", 1)[1]


def _perform(film: Film, key: bytes, done: bytes) -> Act:
    """Press the key that begins, then the one that draws the screen anew, until a sentence says that it is done."""
    terminal = film.terminal
    place = terminal.byte_count
    film.paints()
    started = film.send(key)
    pressed: list[float] = []
    film.watch(_EVERY)
    while (at := terminal.raw.find(done, place)) < 0:
        if time.perf_counter() - started > _PATIENCE:
            raise TerminalTimeout(f"{done!r} does not come. The screen shows:\n{terminal.screen_text()}")
        pressed.append(film.press("ctrl+l"))
        film.watch(_EVERY)
    seconds = film.when(at + len(done)) - started
    paints = film.paints()
    times = [each for moment in pressed if (each := first_after(paints, moment)) is not None]
    progress = [paint.at for paint in paints if any(" of " in line and "[#" in line for line in paint.lines)]
    pause = max((later - sooner for sooner, later in pairwise(progress)), default=0.0)
    return Act(seconds, times, pause)


def _figures(engine: str, name: str, act: Act) -> list[Figure]:
    meanwhile = f"{len(act.keys)} keys; the longest time without a paint {act.pause * 1000:.0f} ms"
    keys = [Figure(engine, f"{name}: a key meanwhile, p95", quantile(act.keys, 0.95), "ms", _TARGET_KEY, meanwhile)]
    return [Figure(engine, name, act.seconds, "s", _TARGET_SECONDS), *(keys if act.keys else [])]
