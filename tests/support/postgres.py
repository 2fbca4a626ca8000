"""The one PostgreSQL server that a test run shares, however many workers it has."""

from __future__ import annotations

import fcntl
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import psycopg
from psycopg import sql

STATE = "postgres.json"
GUARD = Path(__file__).with_name("postgres_guard.py")


@dataclass(frozen=True)
class Server:
    """A running server, known by the directory of its socket and the process that keeps it."""

    directory: Path
    guard: int

    def url(self, name: str) -> str:
        """Return the libpq URL of a database on this server."""
        return f"postgresql:///{name}?{urlencode({'host': str(self.directory), 'user': 'postgres'})}"

    def administer(self, *statements: sql.Composed) -> None:
        """Run statements outside a transaction, as creating and dropping databases demand."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement)


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold a lock between the workers of a run; it falls with the process that holds it."""
    with path.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def shared_server(run: Path, controller: int) -> Server:
    """Return the run's server, started by whichever worker asks first; RuntimeError when it cannot start.

    `run` is the folder that all workers know; the server ends with the process `controller` at the latest.
    """
    with locked(run / "postgres.lock"):
        state = run / STATE
        if state.exists():
            known = json.loads(state.read_text())
            return Server(Path(known["directory"]), known["guard"])
        server = _start(run, controller)
        state.write_text(json.dumps({"directory": str(server.directory), "guard": server.guard}))
        return server


def stop_shared_server(run: Path, timeout: float = 20) -> None:
    """Ask the guard of the run's server, if there is one, to take it away, and wait until it has."""
    state = run / STATE
    if not state.exists():
        return
    known = json.loads(state.read_text())
    state.unlink()
    try:
        os.kill(known["guard"], signal.SIGTERM)
    except ProcessLookupError:
        return
    deadline = time.monotonic() + timeout
    while Path(known["directory"]).exists() and time.monotonic() < deadline:
        time.sleep(0.01)


def _start(run: Path, controller: int) -> Server:
    # A socket's path may have 107 bytes, which the usual temporary folders of a test run exceed.
    short = "/tmp" if os.access("/tmp", os.W_OK) else None
    directory = Path(tempfile.mkdtemp(prefix="deskwire-pg-", dir=short))
    log = run / "postgres-guard.log"
    with log.open("wb") as errors:
        guard = subprocess.Popen(
            [sys.executable, str(GUARD), str(directory), str(controller)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
            start_new_session=True,
        )
    assert guard.stdout is not None
    with guard.stdout:
        if guard.stdout.readline() != b"ready\n":
            guard.wait(timeout=20)
            raise RuntimeError(f"The test server did not start.\n{log.read_text(errors='replace')}")
    # The guard is meant to stay behind; a finished Popen object would warn about it.
    guard.returncode = 0
    return Server(directory, guard.pid)
