"""Searching as somebody types: words, fields, and the worst there is, each from the key to the rows on the screen."""

from __future__ import annotations

import time
from typing import NamedTuple

from bench import yardsticks
from bench.film import Film, Paint, first_after, settled
from bench.keys import open_desk
from bench.questions import WORST, field_queries, pairs
from bench.report import Figure, quantile
from models.binding import close_database, connection, open_database
from tests.support.terminal import Terminal

_KEY_SECONDS = 0.03
_LONGEST_WAIT = 2.6
"""Seconds after which nothing more can come: a search is stopped by then."""
_SLOWLY = 5
"""Pairs that are typed a second time, waiting after each key."""
_HELD = 16.0


class Typed(NamedTuple):
    """From the last key to its rows, None when they were there before; and from each key to its own paint."""

    rows: float | None
    echoes: list[float]


def measure_search(engine: str, url: str, mails: str) -> list[Figure]:
    """Measure pairs of words and field queries; `mails` is what another program needs for such pairs."""
    extra = 10.0 if engine == "postgresql" else 0.0
    open_database(url)
    try:
        with connection():
            asked, fields = pairs(), field_queries()
        bare_words = yardsticks.words_sql([pair.text for pair in asked])
        bare_fields = yardsticks.fields_sql(fields)
    finally:
        close_database()
    with open_desk(url, "5") as terminal:
        film = _open_search(terminal)
        typed = [_type(film, pair.text) for pair in asked]
        slowly = [time_ for pair in asked[:_SLOWLY] for time_ in _each_key(film, pair.text)]
        found = [_type(film, text) for text in fields]
    echoes = [each for one in (*typed, *found) for each in one.echoes]
    return [
        *_figures(engine, "two words as you type", [one.rows for one in typed], 100 + extra, f"{bare_words}; {mails}"),
        *_figures(engine, "each key of two words, waiting for it", slowly, 100 + extra, ""),
        Figure(engine, "a key in the search line, p95", quantile(echoes, 0.95), "ms", _HELD + extra),
        *_figures(engine, "field query", [one.rows for one in found], 50 + extra, bare_fields),
    ]


def measure_worst(engine: str, url: str) -> list[Figure]:
    """Measure how long the worst searches go on, and how long a key takes meanwhile."""
    ends: dict[str, float] = {}
    keys: list[float] = []
    # From a view that looks like nothing that these searches find.
    with open_desk(url, "3") as terminal:
        film = _open_search(terminal)
        for text in WORST:
            ends[text], meanwhile = _worst(film, text)
            keys += meanwhile
    slowest = max(ends, key=lambda text: ends[text])
    shown = slowest if len(slowest) < 30 else f"{slowest[:29]}…"
    stopped = sum(each > 1.5 for each in ends.values())
    return [
        Figure(
            engine, "worst search, until rows or a sentence", ends[slowest], "s", 2.0,
            f"{shown}; {stopped} of {len(WORST)} took more than 1.5 s",
        ),
        Figure(engine, "a key meanwhile, p95", quantile(keys, 0.95), "ms", _HELD),
        Figure(engine, "a key meanwhile, at worst", max(keys), "ms", None, f"{len(keys)} keys"),
    ]  # fmt: skip


def _open_search(terminal: Terminal) -> Film:
    film = Film(terminal)
    film.press("f3")
    film.rest(0.5, 5)
    film.paints()
    return film


def _rows(lines: list[str]) -> object:
    """Return the part of the list that no suggestions cover, without the cursor's sign."""
    return [line[100:] for line in lines[2:11]], [line[23:] for line in lines[11:28]]


def _clear(film: Film) -> object:
    """Empty the line, wait for the list as it was before, and return its rows."""
    film.press("end")
    film.press("ctrl+u")
    film.rest(0.25, 5)
    film.send(b" \x7f")  # so that a fresh paint tells what the screen shows now
    film.rest(0.25, 5)
    return _rows(film.paints()[-1].lines)


def _type(film: Film, text: str) -> Typed:
    before = _clear(film)
    pressed = []
    for letter in text:
        pressed.append(film.send(letter.encode()))
        film.watch(_KEY_SECONDS)
    paints = _until_rows(film, before, pressed[-1])
    echoes = [each for at in pressed if (each := first_after(paints, at)) is not None]
    return Typed(settled(before, paints, pressed[-1], _rows), echoes)


def _until_rows(film: Film, before: object, moment: float, most: float = _LONGEST_WAIT) -> list[Paint]:
    """Watch until the rows have changed after a moment and nothing else comes, or nothing can come any more."""
    until, paints = moment + most, list[Paint]()
    while time.perf_counter() < until:
        film.rest(0.4, until - time.perf_counter())
        paints += film.paints()
        if settled(before, paints, moment, _rows) is not None:
            break
        film.watch(min(0.2, until - time.perf_counter()))
    return paints


def _each_key(film: Film, text: str) -> list[float]:
    """Type letter by letter, each after the rows of the one before; return the times of keys that changed rows."""
    before, times = _clear(film), []
    for letter in text:
        at = film.send(letter.encode())
        paints = _until_rows(film, before, at, 1.2)
        took = settled(before, paints, at, _rows)
        if took is not None:
            times.append(took)
        before = _rows(paints[-1].lines) if paints else before
    return times


def _worst(film: Film, text: str) -> tuple[float, list[float]]:
    """Paste a search, press keys until it has ended; return the seconds until then and the milliseconds of each key."""
    before = _clear(film)
    started = film.send(b"\x1b[200~" + text.encode() + b"\x1b[201~")
    pressed, paints = list[float](), list[Paint]()
    while time.perf_counter() - started < _LONGEST_WAIT + 1:
        pressed.append(film.press("left" if len(pressed) % 2 == 0 else "right"))
        film.watch(2 * _KEY_SECONDS)
        paints += film.paints()
        if paints and _has_ended(before, paints):
            break
    ended = next((paint.at for paint in paints if _has_ended(before, [paint])), time.perf_counter())
    keys = [took for at in pressed if (took := first_after(paints, at)) is not None]
    return ended - started, keys


def _has_ended(before: object, paints: list[Paint]) -> bool:
    lines = paints[-1].lines
    return _rows(lines) != before or lines[1].lstrip().startswith("! ")


def _figures(
    engine: str, name: str, times: list[float | None] | list[float], target: float, yardstick: str
) -> list[Figure]:
    known = [each for each in times if each is not None]
    unchanged = f"{len(times) - len(known)} of {len(times)} changed nothing" if len(known) < len(times) else ""
    beside = "; ".join(part for part in (f"{len(known)} searches", unchanged, yardstick) if part)
    return [
        Figure(engine, f"{name}, p50", quantile(known, 0.5), "ms"),
        Figure(engine, f"{name}, p95", quantile(known, 0.95), "ms", target, beside),
    ]
