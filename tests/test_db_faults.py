"""Real faults of disks and servers, each of them one sentence."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from models import DeskSetting, database
from models.binding import close_database, connection, is_lost, open_database, sqlite_path
from models.migrate import known_migrations
from services import desk
from services.errors import DeskError, NoDesk, SchemaTooNew, SchemaTooOld, TryAgain, UsageError
from services.faults import DatabaseLoginFailed, translate, translated
from tests.support.command import ROOT, deskwire
from tests.support.databases import Databases

HOLDER = """
import sqlite3, sys
held = sqlite3.connect(sys.argv[1], isolation_level=None)
held.execute("BEGIN IMMEDIATE")
print("held", flush=True)
sys.stdin.read()
"""

# Root may write everywhere, so it becomes somebody else first.
STRANGER = """
import os, sys
from models import DeskSetting
from services import desk, faults
if os.geteuid() == 0:
    os.setgroups([])
    os.setresgid(65534, 65534, 65534)
    os.setresuid(65534, 65534, 65534)
try:
    desk.open_desk(sys.argv[1])
    with faults.translated():
        DeskSetting.create(name="a", value="b")
except Exception as error:
    print(f"{type(error).__name__}: {error}")
"""


@pytest.fixture
def file_url(tmp_path: Path) -> str:
    """Return the address of an empty local desk."""
    url = f"sqlite:///{tmp_path}/desk.db"
    desk.create_desk_tables(url)
    desk.close_desk()
    return url


def test_a_full_disk_says_so_and_the_connection_lives_on(file_url: str) -> None:
    desk.open_desk(file_url)
    database.execute_sql("PRAGMA max_page_count = 1")
    with pytest.raises(TryAgain, match="full"), translated(), database.atomic():
        for number in range(1000):
            DeskSetting.create(name=str(number), value="x" * 5000)
    database.execute_sql("PRAGMA max_page_count = 1000000")
    with database.atomic():
        DeskSetting.create(name="later", value="room again")
    assert [each.name for each in DeskSetting.select()] == ["later"], "nothing is half saved"
    desk.close_desk()


def test_a_locked_file_is_to_be_tried_again(file_url: str) -> None:
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, sqlite_path(file_url)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == b"held\n"
    desk.open_desk(file_url)
    try:
        database.execute_sql("PRAGMA busy_timeout = 1")
        with pytest.raises(TryAgain, match="locked"), translated(), database.atomic():
            DeskSetting.create(name="a", value="b")
    finally:
        holder.communicate()
        desk.close_desk()


@pytest.mark.parametrize(("file_mode", "directory_mode"), [(0o444, 0o755), (0o444, 0o555), (0o000, 0o755)])
def test_a_file_that_belongs_to_somebody_else(tmp_path: Path, file_mode: int, directory_mode: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        desk.create_desk_tables(f"sqlite:///{directory}/desk.db")
        desk.close_desk()
        (directory / "desk.db").chmod(file_mode)
        directory.chmod(directory_mode)
        done = subprocess.run(
            [sys.executable, "-c", STRANGER, f"sqlite:///{directory}/desk.db"],
            capture_output=True,
            text=True,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        directory.chmod(0o755)
    assert done.stdout.startswith("DeskError: "), done
    assert "cannot be" in done.stdout


@pytest.mark.parametrize(
    "content", [b"not a database, but long enough to look like one" * 100, b"SQLite format 3\0rest"]
)
def test_a_file_that_is_no_database(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "desk.db").write_bytes(content)
    with pytest.raises(DeskError, match=r"no Deskwire database|damaged"):
        desk.open_desk(f"sqlite:///{tmp_path}/desk.db")
    assert (tmp_path / "desk.db").read_bytes() == content


def test_somebody_elses_sqlite_file_is_no_desk_and_stays_untouched(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "music.db") as other:
        other.execute("CREATE TABLE song (name)")
    other.close()
    with pytest.raises(NoDesk):
        desk.open_desk(f"sqlite:///{tmp_path}/music.db")


def test_looking_for_a_desk_makes_no_file(tmp_path: Path) -> None:
    with pytest.raises(NoDesk):
        desk.open_desk(f"sqlite:///{tmp_path}/desk.db")
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(DeskError, match="directory"):
        desk.open_desk(f"sqlite:///{tmp_path}")


def test_a_newer_and_an_older_schema(desk_url: str) -> None:
    open_database(desk_url)
    with connection():
        database.execute_sql("INSERT INTO schema_migration (name, applied) VALUES ('9999_x', '2030-01-01')")
    close_database()
    with pytest.raises(SchemaTooNew, match="newer"):
        desk.open_desk(desk_url)
    done = deskwire("--db", desk_url, "db", "migrate")
    assert (done.returncode, "newer" in done.stderr) == (1, True), done


def test_an_older_schema(desk_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk, "known_migrations", lambda: (*known_migrations(), "9998_next"))
    with pytest.raises(SchemaTooOld, match=r"1 step older .* db migrate"):
        desk.open_desk(desk_url)


@pytest.mark.parametrize(
    ("address", "kind", "says"),
    [
        ("postgresql:///nope?{}", NoDesk, "no database of that name"),
        ("postgresql:///postgres?{}&user=stranger", DatabaseLoginFailed, "refused"),
        ("postgresql://localhost:1/x", TryAgain, "cannot be reached"),
        ("postgresql://nowhere.invalid/x", TryAgain, "cannot be reached"),
        ("postgresql:///postgres?{}&target_session_attrs=read-only", TryAgain, "only allows reading"),
        ("postgresql:///x?hosst=y", DeskError, "hosst"),
        ("postgresql://localhost:sec/ret@h/x", DeskError, "address is not understood"),
        ("service=nowhere", DeskError, "service is not defined"),
        ("mysql://h/x", UsageError, "no database address"),
        ("sqlite://desk.db", UsageError, "no database address"),
    ],
)
def test_servers_that_do_not_let_us_in(
    databases: Callable[[str], Databases], address: str, kind: type[DeskError], says: str
) -> None:
    there = databases("postgresql").create("blank", lambda url: None)
    with pytest.raises(kind, match=says) as refusal:
        desk.connect(address.format(there.partition("?")[2].replace("&user=postgres", "", "stranger" in address)))
    assert "sec" not in refusal.value.sentence
    databases("postgresql").drop(there)


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
def test_a_connection_that_the_server_ended_is_replaced(desk_url: str) -> None:
    desk.open_desk(desk_url)
    (own,) = database.execute_sql("SELECT pg_backend_pid()").fetchone()
    with psycopg.connect(desk_url, autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s)", (own,))
    with pytest.raises(TryAgain, match="cannot be reached"), translated():
        database.execute_sql("SELECT 1")
    assert is_lost()
    with connection():
        assert database.execute_sql("SELECT 1").fetchone() == (1,)
    desk.close_desk()


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
def test_missing_rights(desk_url: str) -> None:
    with psycopg.connect(desk_url, autocommit=True) as admin:
        if not admin.execute("SELECT 1 FROM pg_roles WHERE rolname = 'guest'").fetchone():
            admin.execute("CREATE ROLE guest LOGIN")
    with pytest.raises(DeskError, match="lacks a right"):
        desk.open_desk(desk_url.replace("user=postgres", "user=guest"))


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
def test_a_read_only_server(desk_url: str) -> None:
    desk.open_desk(desk_url + "&options=-cdefault_transaction_read_only%3Don")
    with pytest.raises(TryAgain, match="only allows reading"), translated():
        DeskSetting.create(name="a", value="b")
    desk.close_desk()


def test_what_nobody_foresaw_is_not_disguised() -> None:
    assert translate(KeyError("x")) is None
    assert translate(ValueError("x")) is None
    with pytest.raises(ZeroDivisionError), translated():
        print(1 // 0)


def test_interrupting_a_command_is_quiet() -> None:
    code = "import tui.main, tui.cli, os, signal\n" + (
        "tui.cli.parse = lambda words: os.kill(os.getpid(), signal.SIGINT)\nraise SystemExit(tui.main.main(['x']))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env={**os.environ, "PYTHONPATH": str(ROOT)}
    )
    assert (done.returncode, done.stdout, done.stderr) == (128 + signal.SIGINT, "", "")
