"""The large desks that are measured, built once and kept: a SQLite file and a PostgreSQL cluster."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import psycopg

from tests.support.postgres_guard import Cluster
from tests.support.terminal import DESKWIRE, ROOT

_LARGE = {"shared_buffers": "512MB", "max_wal_size": "4GB"}
_DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}
"""What is measured keeps what it acknowledged through a power cut, as the file does; only the building does not."""
_PATIENCE = 300.0


class BuiltDesk(NamedTuple):
    """A desk to measure: its address, the seconds that building took (None: built by an earlier run), its bytes."""

    engine: str
    url: str
    build_seconds: float | None
    size: int


def sqlite_desk(folder: Path, tickets: int) -> BuiltDesk:
    """Return the SQLite desk with so many tickets, building it if need be."""
    path = folder / f"desk-{tickets}.db"
    url = f"sqlite:///{path}"
    seconds = None
    if not path.exists():
        partial = path.with_suffix(".partial")
        _remove(partial)
        seconds = _build(f"sqlite:///{partial}", tickets)
        partial.rename(path)
    else:
        _migrate(url)
    return BuiltDesk("sqlite", url, seconds, path.stat().st_size)


@contextmanager
def postgres_desk(folder: Path, tickets: int) -> Iterator[BuiltDesk]:
    """Run a PostgreSQL server on a socket with the desk in it, building it if need be."""
    directory = folder / f"postgresql-{tickets}"
    done = folder / f"postgresql-{tickets}.done"
    fresh = not done.exists()
    if fresh:
        shutil.rmtree(directory, ignore_errors=True)
        directory.mkdir(parents=True)
    cluster = Cluster(directory)
    url = f"postgresql://postgres@/postgres?host={directory}"
    seconds = None
    if fresh:
        cluster.create()
        cluster.start(_LARGE)
        try:
            seconds = _build(url, tickets)
            _write_down(url)
        finally:
            cluster.stop()
    cluster.start(_LARGE | _DURABLE, _PATIENCE)
    try:
        done.touch()
        if not fresh:
            _migrate(url)
        size = sum(file.stat().st_size for file in directory.rglob("*") if file.is_file())
        yield BuiltDesk("postgresql", url, seconds, size)
        _write_down(url)
    finally:
        cluster.stop()


def _build(url: str, tickets: int) -> float:
    started = time.perf_counter()
    _run(url, "demo", "--no-open", "--tickets", str(tickets))
    return time.perf_counter() - started


def _migrate(url: str) -> None:
    """Bring a desk that an older program built to the schema of this one."""
    _run(url, "db", "migrate")


def _write_down(url: str) -> None:
    """Have a server write everything to its files, so that it is there at once when it starts again."""
    with psycopg.connect(url, autocommit=True) as server:
        server.execute("CHECKPOINT")


def _run(url: str, *words: str) -> None:
    command = [*DESKWIRE, "--db", url, *words]
    subprocess.run(command, check=True, cwd=ROOT, stdout=sys.stderr, env={**os.environ, "PYTHONPATH": str(ROOT)})


def _remove(path: Path) -> None:
    for name in (path, Path(f"{path}-wal"), Path(f"{path}-shm"), Path(f"{path}.migrating")):
        name.unlink(missing_ok=True)
