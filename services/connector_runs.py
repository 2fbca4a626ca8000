"""Which Email Connectors run: a row each, renewed while it works, so that people see whether mail moves."""

from __future__ import annotations

from typing import NamedTuple

from services import announcing, clock
from services.sql import execute, fetch, insert
from services.text import header

BEAT_SECONDS = 15
SILENT = 60 * clock.SECOND
"""After so many microseconds without a beat a connector has died, or lost its database."""

_KEPT = 30 * clock.DAY
_SHOWN = 50


class Run(NamedTuple):
    """A connector that runs or ran lately; moments in microseconds UTC."""

    id: int
    name: str
    started_at: int
    seen_at: int
    stopped_at: int | None

    @property
    def state(self) -> str:
        """`running`, `stopped`, or `silent` when it has neither stopped nor been seen lately."""
        if self.stopped_at is not None:
            return "stopped"
        return "running" if self.seen_at > clock.now() - SILENT else "silent"


def begin(name: str) -> int:
    """Note that a connector starts, forget those of long ago, and return the id of its row."""
    now = clock.now()
    execute("DELETE FROM connector_run WHERE seen_at < ?", now - _KEPT)
    key = insert("connector_run", {"name": header(name, 200), "started_at": now, "seen_at": now})
    announcing.nudge()
    return key


def beat(run_id: int) -> None:
    """Note that a connector still works."""
    execute("UPDATE connector_run SET seen_at = ? WHERE id = ?", clock.now(), run_id)


def end(run_id: int) -> None:
    """Note that a connector has stopped."""
    now = clock.now()
    execute("UPDATE connector_run SET seen_at = ?, stopped_at = ? WHERE id = ?", now, now, run_id)
    announcing.nudge()


def lately() -> list[Run]:
    """Return the connectors that ran lately, newest first."""
    columns = "id, name, started_at, seen_at, stopped_at"
    return [Run(*row) for row in fetch(f"SELECT {columns} FROM connector_run ORDER BY id DESC LIMIT {_SHOWN}")]


def running() -> list[Run]:
    """Return the connectors that run, newest first."""
    return [run for run in lately() if run.state == "running"]
