"""The database threads: what nobody waits for any more is stopped, and no connection outlives its file."""

from __future__ import annotations

import contextlib
import shutil
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import get_args

import pytest

from models import Account, database
from models.binding import connection, open_database, sqlite_path
from screens.runner import Lane, Runner
from services.errors import DeskError, TryAgain
from tests.support.small_desk import SmallDesk

PATIENCE = 20
ENDLESS = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 1000000000) SELECT count(*) FROM n"


@pytest.fixture
def runner(desk_url: str) -> Iterator[Runner]:
    open_database(desk_url)
    with connection():
        SmallDesk()
    runner = Runner()
    yield runner
    runner.close()


def endless(begun: threading.Event) -> None:
    database.execute_sql("SELECT 1").fetchall()
    begun.set()
    database.execute_sql(ENDLESS).fetchall()


def accounts() -> int:
    return int(Account.select().count())


def ends(stopped: Future[None]) -> None:
    """Wait until work that was stopped has ended, hours before it would have by itself.

    Mostly by DeskError; the sqlite3 module loses the error now and then, so who asks must look whether it still counts.
    """
    with contextlib.suppress(DeskError):
        stopped.result(PATIENCE)


@pytest.mark.parametrize("lane", get_args(Lane))
def test_a_newer_request_stops_the_running_one_of_its_group(runner: Runner, lane: Lane) -> None:
    for _ in range(3):
        begun = threading.Event()
        first, generation = runner.submit(endless, begun, group="search", lane=lane, interruptible=True)
        assert begun.wait(PATIENCE)
        second, _ = runner.submit(accounts, group="search", lane=lane, interruptible=True)
        ends(first)
        assert not runner.is_current("search", generation), "whatever it brings is not applied"
        assert second.result(PATIENCE) == 2, "the connection serves on"


def test_what_waits_behind_it_never_runs_and_other_groups_are_left_alone(runner: Runner) -> None:
    begun = threading.Event()
    first, _ = runner.submit(endless, begun, group="search", interruptible=True)
    assert begun.wait(PATIENCE)
    stranger, _ = runner.submit(accounts, group="rows", interruptible=True)
    assert not first.done(), "a request of another group waits for its turn"
    runner.cancel("search")
    ends(first)
    assert stranger.result(PATIENCE) == 2


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_file_that_was_replaced_is_opened_anew(runner: Runner, desk_url: str, tmp_path: Path) -> None:
    path = Path(sqlite_path(desk_url))
    with connection():
        database.execute_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        copy = shutil.copyfile(path, tmp_path / "copy.db")
        Account.insert(name="Initech", domain="initech.example", created_at=1).execute()
    assert runner.submit(accounts)[0].result(PATIENCE) == 3
    moved = path.rename(tmp_path / "moved.db")
    with pytest.raises(TryAgain, match="no longer at its place"):
        runner.submit(accounts)[0].result(PATIENCE)
    for suffix in ("-wal", "-shm"):
        Path(f"{path}{suffix}").unlink(missing_ok=True)
    copy.rename(path)
    assert runner.submit(accounts)[0].result(PATIENCE) == 2
    assert moved.exists()
