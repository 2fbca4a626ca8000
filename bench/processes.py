"""Whole processes: the first rows on the screen, commands from start to end, memory and idleness."""

from __future__ import annotations

import os
import re
import statistics
import subprocess
import sys
import time

import psutil

from bench.keys import SIZE, open_desk, press
from bench.report import Figure
from tests.support.terminal import DESKWIRE, ROOT, Terminal

_TICKET_NUMBER = rb"\d{4}-\d{4}"
_MINIMAL_APP = (
    "from textual.app import App\n"
    "from textual.widgets import Static\n"
    "App.compose = lambda self: [Static('first frame')]\n"
    "App().run()\n"
)


def measure_start(engine: str, url: str, repeats: int) -> list[Figure]:
    """Measure the first rows beside the first frame of a three-line Textual app, in turns."""
    minimal, desk, sizes = [], [], []
    for _ in range(repeats + 1):
        minimal.append(_until(rb"first frame", (sys.executable, "-c", _MINIMAL_APP))[0])
        seconds, size = _until(_TICKET_NUMBER, (*DESKWIRE, "--db", url))
        desk.append(seconds)
        sizes.append(size)
    own, yardstick = statistics.median(desk[1:]), statistics.median(minimal[1:])
    return [
        Figure(
            engine, "first rows, times a minimal app", own / yardstick, "×", 1.6,
            f"{own * 1000:.0f} ms against {yardstick * 1000:.0f} ms",
        ),
        Figure(engine, "first paint", max(sizes), "bytes", 30_000),
    ]  # fmt: skip


def _until(wanted: bytes, command: tuple[str, ...]) -> tuple[float, int]:
    """Return the seconds until what the pattern means is written, and all bytes up to the end of that paint."""
    started = time.perf_counter()
    with Terminal(*command, size=SIZE) as terminal:
        while not re.search(wanted, terminal.raw):
            if not terminal.read(30):
                raise SystemExit(f"{command} shows nothing:\n{terminal.screen_text()}")
        seconds = time.perf_counter() - started
        while terminal.read(0.02):
            pass
        return seconds, terminal.byte_count


def measure_show(engine: str, url: str, number: str, repeats: int) -> list[Figure]:
    """Measure `deskwire ticket show` beside importing peewee, in turns."""
    show, imported = [], []
    for _ in range(repeats + 1):
        imported.append(_seconds((sys.executable, "-c", "import peewee")))
        show.append(_seconds((*DESKWIRE, "--db", url, "ticket", "show", number)))
    own, yardstick = statistics.median(show[1:]), statistics.median(imported[1:])
    return [
        Figure(
            engine, "ticket show, times import peewee", own / yardstick, "×", 1.4,
            f"{own * 1000:.0f} ms against {yardstick * 1000:.0f} ms",
        )
    ]  # fmt: skip


def _seconds(command: tuple[str, ...]) -> float:
    started = time.perf_counter()
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    subprocess.run(command, check=True, cwd=ROOT, stdout=subprocess.DEVNULL, env=environment)
    return time.perf_counter() - started


def measure_rest(engine: str, url: str, seconds: float) -> list[Figure]:
    """Measure memory after some use, then bytes and processor time while nobody does anything."""
    with open_desk(url, "5") as terminal:
        for key in ("G", "pageup", "pageup", "g", "enter", "3", "q", "6", "1", "5"):
            press(terminal, key)
            terminal.quiet(300)
        process = psutil.Process(terminal.pid)
        resident = process.memory_info().rss / 2**20
        terminal.quiet(4000, timeout=30)  # what watches for a few seconds of reading has run out
        written, used = terminal.byte_count, _cpu(process)
        terminal.read(seconds)
        share = (_cpu(process) - used) / seconds * 100
        return [
            Figure(engine, "resident memory", resident, "MB", 75),
            Figure(engine, f"idle for {seconds:.0f} s, written", terminal.byte_count - written, "bytes", 0),
            Figure(engine, f"idle for {seconds:.0f} s, of a core", share, "%", 1),
        ]


def _cpu(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)
