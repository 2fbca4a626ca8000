"""What the screen of the Email Connector writes to a real terminal: nothing while nobody presses a key."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from tests.support.command import deskwire
from tests.support.terminal import DESKWIRE, Terminal

PAGE, MOVE = 6_000, 1_500


def microseconds() -> int:
    return time.time_ns() // 1_000


def write(connection: sqlite3.Connection, sql: str, *params: object) -> None:
    with connection:
        connection.execute(sql, params)


def test_stays_within_the_budgets_and_idles_in_silence(terminal: Callable[..., Terminal], tmp_path: Path) -> None:
    path = tmp_path / "demo.db"
    url = f"sqlite:///{path}"
    assert deskwire("--db", url, "demo", "--tickets", "60", "--no-open").returncode == 0
    desk = terminal(*DESKWIRE, "--db", url, size=(120, 40))
    desk.wait_for("? Help", timeout=60)
    desk.quiet(500)
    desk.cost("5")
    desk.send("O")
    desk.wait_for("[1 Overview]")
    desk.wait_for("none is running")
    desk.quiet(500)
    costs = {key: desk.cost(key) for key in "234567"}
    assert max(costs.values()) <= PAGE, costs
    assert desk.cost("down") <= MOVE
    desk.quiet(2_500, timeout=30)
    assert desk.read(2) == b""
    desk.send("1")
    desk.wait_for("none is running")
    with closing(sqlite3.connect(path, timeout=30)) as connection:
        began = "INSERT INTO connector_run (name, started_at, seen_at) VALUES ('desk:1', ?, ?)"
        write(connection, began, microseconds(), microseconds())
        desk.wait_for("runs since")
        desk.quiet(500)
        for _ in range(3):
            # The database is written to each time, and there is nothing new to be seen.
            write(connection, "UPDATE connector_run SET seen_at = ?", microseconds())
            assert desk.read(1.2) == b""
        write(connection, "UPDATE connector_run SET stopped_at = ?", microseconds())
        before = desk.byte_count
        desk.wait_for("none is running")
        desk.quiet(500)
        assert desk.byte_count - before <= MOVE
