"""From a key to the screen, in a real terminal: how long and how many bytes."""

from __future__ import annotations

import time
from typing import NamedTuple

from bench.report import Figure, quantile
from bench.yardsticks import raw_rows
from tests.support.keys import encode
from tests.support.terminal import DESKWIRE, Terminal

SIZE = (120, 40)
_QUIET = 0.03
"""Seconds without a byte after which an answer is complete: shorter than the preview's delay."""
_HELD_INTERVAL = 0.03
"""Seconds between the repeats of a held key."""


class Answer(NamedTuple):
    """What a key led to: milliseconds to the last byte of the answer, and its bytes."""

    milliseconds: float
    size: int


def open_desk(url: str, view: str) -> Terminal:
    """Start the program and go to a view by its key."""
    terminal = Terminal(*DESKWIRE, "--db", url, size=SIZE)
    terminal.wait_for(lambda shown: b"\x1b[?2026h" in shown.raw, timeout=60)
    terminal.quiet(700)
    press(terminal, view)
    terminal.quiet(1500, timeout=60)
    return terminal


def press(terminal: Terminal, key: str, wait: float = 5.0) -> Answer:
    """Press a key and wait for the whole answer."""
    before = terminal.byte_count
    started = last = time.perf_counter()
    terminal.write(encode(key))
    patience = wait
    while terminal.read(patience):
        last = time.perf_counter()
        patience = _QUIET
    return Answer((last - started) * 1000, terminal.byte_count - before)


def hold(terminal: Terminal, key: str, times: int) -> tuple[list[float], float]:
    """Hold a key; return the milliseconds from each repeat to its answer, and the bytes per repeat."""
    before = terminal.byte_count
    delays = []
    for _ in range(times):
        started = time.perf_counter()
        terminal.write(encode(key))
        last = started
        while (left := started + _HELD_INTERVAL - time.perf_counter()) > 0:
            if terminal.read(left):
                last = time.perf_counter()
        delays.append((last - started) * 1000)
    size = (terminal.byte_count - before) / times
    terminal.quiet(200)
    return delays, size


def measure_list(engine: str, url: str, repeats: int) -> list[Figure]:
    """Measure moving about in the list of all tickets."""
    extra = 10.0 if engine == "postgresql" else 0.0
    with open_desk(url, "5") as terminal:
        moves = []
        for place in range(repeats):
            moves.append(press(terminal, "down" if place % 40 < 20 else "up"))
            terminal.quiet(150)  # the preview has come too
        held, held_bytes = hold(terminal, "down", repeats)
        pages = [press(terminal, "pagedown") for _ in range(repeats)]
        terminal.quiet(300)
        jumps = []
        for place in range(repeats):
            jumps.append(press(terminal, "G" if place % 2 == 0 else "g"))
            terminal.quiet(150)
        views = []
        for place in range(repeats):
            views.append(press(terminal, ("1", "6", "3", "5")[place % 4]))
            terminal.quiet(250)
    times = [answer.milliseconds for answer in moves]
    return [
        Figure(engine, "cursor move, p50", quantile(times, 0.5), "ms", 2.5 + extra),
        Figure(engine, "cursor move, p95", quantile(times, 0.95), "ms", 5 + extra),
        Figure(engine, "cursor move", quantile([a.size for a in moves], 0.95), "bytes", 400),
        Figure(engine, "held key, p95", quantile(held, 0.95), "ms", 16 + extra),
        Figure(engine, "held key, per repeat", held_bytes, "bytes", 1000),
        *_pair(engine, "page", pages, 16 + extra, 6000),
        *_pair(engine, "jump to the end and back", jumps, 50 + extra, 6000),
        *_pair(engine, "change of view", views, 50 + extra, None, f"; {raw_rows(url)}"),
    ]


def measure_ticket(engine: str, url: str, repeats: int) -> list[Figure]:
    """Measure opening the ticket with 500 History entries, and going through its tabs."""
    extra = 10.0 if engine == "postgresql" else 0.0
    with open_desk(url, "3") as terminal:
        _find_long_ticket(terminal)
        opened, tabs = [], []
        for _ in range(repeats):
            opened.append(press(terminal, "enter"))
            terminal.quiet(120)
            for key in "31":
                tabs.append(press(terminal, key))
                terminal.quiet(60)
            press(terminal, "q")
            terminal.quiet(200)
    return [
        *_pair(engine, "open a ticket with 500 entries", opened, 60 + extra, None),
        *_pair(engine, "change of tab", tabs, 60 + extra, 6000),
    ]


def _find_long_ticket(terminal: Terminal) -> None:
    """Put the cursor on the sample desk's long-running ticket, which the operator manages."""
    for _ in range(40):
        if any("to the new server" in line and "Move " in line for line in terminal.screen_lines()[-14:]):
            return
        press(terminal, "down")
        terminal.quiet(200)
    raise SystemExit("The long ticket is not among the first of those assigned to the operator.")


def _pair(
    engine: str, name: str, answers: list[Answer], most: float, bytes_: float | None, yardstick: str = ""
) -> list[Figure]:
    times, sizes = [a.milliseconds for a in answers], [float(a.size) for a in answers]
    beside = f"p50 {quantile(times, 0.5):.1f} ms{yardstick}"
    return [
        Figure(engine, f"{name}, p95", quantile(times, 0.95), "ms", most, beside),
        Figure(engine, name, quantile(sizes, 0.95), "bytes", bytes_),
    ]
