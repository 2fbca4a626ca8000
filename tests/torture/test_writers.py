"""Many programs write to the same few tickets at once: nobody sees an error that is no real conflict."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from tests.support.command import ROOT
from tests.support.company import Company
from tests.torture.evidence import acknowledged, assert_sound
from tests.torture.worker import TICKETS

# What one person's work may do to another's.
_REAL = {"done", "Conflict", "Invalid", "DeskError"}


@pytest.fixture
def writers(engine: str, full: bool) -> tuple[int, float]:
    """How many programs write, and for how many seconds."""
    if not full:
        return (4, 4.0) if engine == "sqlite" else (8, 4.0)
    return (8, 60.0) if engine == "sqlite" else (50, 60.0)


def worker_command(url: str, seconds: float, seed: int, log: Path) -> list[str]:
    """Return the command of a program that works as Ann, Ben or Dora."""
    name = ("ann", "ben", "dora")[seed % 3]
    return [sys.executable, "-m", "tests.torture.worker", url, name, str(seconds), str(seed), str(log)]


def start_worker(url: str, seconds: float, seed: int, log: Path) -> subprocess.Popen[str]:
    """Start a program that works."""
    return subprocess.Popen(
        worker_command(url, seconds, seed, log),
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.timeout(900)
def test_many_write_at_once(company: Company, writers: tuple[int, float], tmp_path: Path) -> None:
    opened = [company.open_ticket(subject=f"Ticket {place}").id for place in TICKETS]
    assert tuple(opened) == TICKETS
    count, seconds = writers
    logs = [tmp_path / f"{seed}.log" for seed in range(count)]
    running = [start_worker(company.desk.url, seconds, seed, log) for seed, log in enumerate(logs)]
    said: Counter[str] = Counter()
    for program in running:
        out, err = program.communicate(timeout=seconds + 300)
        assert program.returncode == 0, err
        said.update(json.loads(out))
    assert set(said) <= _REAL, said
    assert said["done"] > count and said["Conflict"] > 0, said
    company.desk.database.close()
    assert_sound(company.desk.url, acknowledged(logs))
    print(f"\n{count} writers, {seconds:.0f} s: {dict(said)}")
