"""Programs are killed, disks fill up, servers stop in the middle of writes: what was acknowledged is there, whole."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from models.binding import close_database, connection, open_database, sqlite_path
from tests.support import desks
from tests.support.command import ROOT
from tests.support.company import Company
from tests.support.databases import Databases
from tests.support.desks import log_in
from tests.support.postgres_guard import Cluster, unprivileged
from tests.torture.evidence import acknowledged, assert_sound
from tests.torture.test_writers import start_worker, worker_command
from tests.torture.worker import TICKETS


def _lines(log: Path) -> int:
    return log.read_bytes().count(b"\n") if log.exists() else 0


def _wait_for_lines(log: Path, count: int, worker: subprocess.Popen[str], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while _lines(log) < count and worker.poll() is None:
        assert time.monotonic() < deadline, "The worker does nothing."
        time.sleep(0.005)


@pytest.mark.timeout(900)
def test_killed_at_any_moment(company: Company, full: bool, tmp_path: Path) -> None:
    for place in TICKETS:
        company.open_ticket(subject=f"Ticket {place}")
    chance = random.Random(company.desk.url.partition(":")[0])
    log = tmp_path / "writes.log"
    seed = 0
    while _lines(log) < (200 if full else 40):
        worker = start_worker(company.desk.url, 120, seed, log)
        _wait_for_lines(log, _lines(log) + 1 + chance.randrange(12), worker)
        time.sleep(chance.uniform(0, 0.02))
        worker.send_signal(signal.SIGKILL)
        _, err = worker.communicate()
        assert worker.returncode == -signal.SIGKILL, err
        seed += 1
    print(f"\n{seed} programs killed, {_lines(log)} operations acknowledged")
    company.desk.database.close()
    assert_sound(company.desk.url, acknowledged([log]))


@pytest.fixture
def server() -> Iterator[Cluster]:
    """Run a PostgreSQL server that keeps what it acknowledged, and that a test may stop."""
    with tempfile.TemporaryDirectory(prefix="deskwire-pg-", dir="/tmp") as folder:
        cluster = Cluster(Path(folder))
        cluster.create()
        cluster.start(DURABLE)
        try:
            yield cluster
        finally:
            cluster.stop()


DURABLE = {"synchronous_commit": "on"}


@pytest.mark.timeout(900)
def test_a_server_that_stops_and_starts(server: Cluster, full: bool, tmp_path: Path) -> None:
    url = f"postgresql://postgres@/postgres?host={server.directory}"
    desks.build_new(url)
    _open_tickets(url)
    logs = [tmp_path / f"{seed}.log" for seed in range(3)]
    running = [start_worker(url, 40 if full else 10, seed, log) for seed, log in enumerate(logs)]
    for log, program in zip(logs, running, strict=True):
        # A program that finds no server when it starts says so and leaves.
        _wait_for_lines(log, 1, program)
    for stop in range(6 if full else 2):
        _wait_for_lines(logs[0], 15 * (stop + 1), running[0])
        server.stop()
        time.sleep(0.2)
        server.start(DURABLE)
    for program in running:
        _, err = program.communicate(timeout=300)
        assert program.returncode == 0, err
    assert_sound(url, acknowledged(logs))


def test_a_disk_that_is_full(databases: Callable[[str], Databases], tmp_path: Path) -> None:
    there = databases("sqlite")
    url = there.create("new", desks.build_new)
    _open_tickets(url)
    log = tmp_path / "full.log"
    size = Path(sqlite_path(url)).stat().st_size
    # A file may grow by so much and no more, which is how a full disk looks to whoever writes.
    limited = ["prlimit", f"--fsize={size + 400_000}"]
    worker = subprocess.Popen(
        [*limited, *worker_command(url, 8, 1, log)], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    out, err = worker.communicate(timeout=120)
    assert worker.returncode == 0, err
    assert "TryAgain" in out and acknowledged([log]), out
    assert_sound(url, acknowledged([log]))
    there.drop(url)


@pytest.fixture
def small_disk(server: Cluster) -> Iterator[Path]:
    """Mount a disk of 48 MB that the server may write to, which only root may."""
    place = server.directory / "small"
    place.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=48m", "tmpfs", place], capture_output=True)
    if mounted.returncode != 0:
        pytest.skip("Nobody but root may mount a small disk.")
    try:
        if (account := unprivileged()) is not None:
            os.chown(place, *account)
        yield place
    finally:
        server.stop()
        subprocess.run(["umount", place], check=True)


@pytest.mark.timeout(300)
def test_a_server_whose_disk_is_full(server: Cluster, small_disk: Path, tmp_path: Path) -> None:
    at = f"host={server.directory}"
    with psycopg.connect(f"postgresql://postgres@/postgres?{at}", autocommit=True) as administrator:
        administrator.execute(f"CREATE TABLESPACE small LOCATION '{small_disk}'")
        administrator.execute("CREATE DATABASE desk TABLESPACE small")
    url = f"postgresql://postgres@/desk?{at}"
    desks.build_new(url)
    _open_tickets(url)
    others = small_disk / "others"
    left = os.statvfs(small_disk)
    others.write_bytes(bytes(left.f_bavail * left.f_bsize - 60_000))
    log, later = tmp_path / "full.log", tmp_path / "later.log"
    said = _works_for(url, 6, log)
    assert "server's disk is full" in said and acknowledged([log]), said
    others.unlink()
    said = _works_for(url, 2, later)
    assert "TryAgain" not in said and acknowledged([later]), said
    assert_sound(url, acknowledged([log, later]))


def _works_for(url: str, seconds: float, log: Path) -> str:
    worker = start_worker(url, seconds, 1, log)
    out, err = worker.communicate(timeout=120)
    assert worker.returncode == 0, err
    return out


def _open_tickets(url: str) -> None:
    bound = open_database(url)
    try:
        with connection():
            company = Company(log_in(url, bound))
            for place in TICKETS:
                company.open_ticket(subject=f"Ticket {place}")
    finally:
        close_database()
