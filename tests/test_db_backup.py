"""Backups: taken while people work, complete or absent, restored to either engine."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from models import DeskSetting, Ticket
from models.binding import close_database, connection, is_sqlite, open_database, sqlite_path
from services import desk
from services.database_tools.backup import back_up
from services.database_tools.check import check_desk
from services.database_tools.restore import restore
from services.errors import DeskError, SchemaTooNew
from tests.support.command import ROOT, deskwire
from tests.support.databases import Databases
from tests.support.every_table import HARD_TEXT, fill

WRITER = """
import sys
from models import DeskSetting, database
from models.binding import open_database, connection
open_database(sys.argv[1])
with connection():
    print("ready", flush=True)
    number = 0
    while True:
        number += 1
        with database.atomic():
            DeskSetting.replace(name="a", value=str(number)).execute() if "sqlite" in sys.argv[1] else \
                DeskSetting.insert(name="a", value=str(number)).on_conflict(
                    conflict_target=[DeskSetting.name], update={"value": str(number)}).execute()
            DeskSetting.insert(name=f"b{number}", value=str(number)).execute()
"""


@pytest.fixture
def filled_url(desk_url: str) -> str:
    """Return the address of a desk with a row in every table."""
    fill(desk_url)
    return desk_url


def subject_of_first(url: str) -> str:
    """Return what the first ticket is about."""
    open_database(url)
    try:
        with connection():
            return str(Ticket.get_by_id(1).subject)
    finally:
        close_database()


def test_a_backup_restores_to_either_engine(
    filled_url: str, databases: Callable[[str], Databases], tmp_path: Path
) -> None:
    made = back_up(filled_url, str(tmp_path / "desk.backup"))
    assert made.tickets == 2
    assert sorted(os.listdir(tmp_path)) == ["desk.backup"], "the backup is one file"
    assert os.stat(made.path).st_mode & 0o077 == 0, "a backup holds everybody's mail"

    for engine in ("sqlite", "postgresql"):
        target = databases(engine).create("blank", lambda url: None)
        assert restore(target, made.path).tickets == 2
        assert subject_of_first(target) == HARD_TEXT
        assert all(finding.ok for finding in check_desk(target))
        databases(engine).drop(target)


def test_a_backup_taken_while_others_write_is_one_state(filled_url: str, tmp_path: Path) -> None:
    writer = subprocess.Popen(
        [sys.executable, "-c", WRITER, filled_url], stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": str(ROOT)}
    )
    assert writer.stdout is not None
    try:
        assert writer.stdout.readline() == b"ready\n"
        made = back_up(filled_url, str(tmp_path / "desk.backup"))
    finally:
        writer.kill()
        writer.communicate()
    settings = dict(sqlite3.connect(made.path).execute("SELECT name, value FROM desk_setting"))
    last = int(settings.get("a", 0))
    assert sum(name.startswith("b") for name in settings) == last, "the counter and its rows are of one state"


def test_an_existing_file_is_kept(filled_url: str, tmp_path: Path) -> None:
    precious = tmp_path / "precious"
    precious.write_text("last year's backup")
    with pytest.raises(DeskError, match="exists already"):
        back_up(filled_url, str(precious))
    assert precious.read_text() == "last year's backup"
    assert back_up(filled_url, str(precious), force=True).tickets == 2


def test_a_desk_with_content_is_replaced_only_by_force(filled_url: str, tmp_path: Path) -> None:
    made = back_up(filled_url, str(tmp_path / "desk.backup"))
    open_database(filled_url)
    with connection():
        Ticket.update(subject="written after the backup").where(Ticket.id == 1).execute()
    close_database()

    with pytest.raises(DeskError, match="--force"):
        restore(filled_url, made.path)
    assert subject_of_first(filled_url) == "written after the backup"

    done = restore(filled_url, made.path, force=True)
    assert subject_of_first(filled_url) == HARD_TEXT
    if is_sqlite(filled_url):
        assert done.kept is not None
        assert subject_of_first(f"sqlite:///{done.kept}") == "written after the backup"
        os.unlink(done.kept)


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_local_desk_that_somebody_has_open_is_not_moved_away(filled_url: str, tmp_path: Path) -> None:
    made = back_up(filled_url, str(tmp_path / "desk.backup"))
    desk.open_desk(filled_url)
    try:
        done = deskwire("--db", filled_url, "db", "restore", made.path, "--force")
        assert (done.returncode, "open" in done.stderr) == (75, True), done
        # The desk that is open still works.
        DeskSetting.create(name="still", value="1")
    finally:
        desk.close_desk()


def test_what_is_no_backup_is_refused(filled_url: str, tmp_path: Path) -> None:
    for name, content in (("text", b"hello" * 1000), ("nothing", b"")):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(DeskError, match="no backup"):
            restore(filled_url, str(tmp_path / name), force=True)
    with pytest.raises(DeskError, match="does not exist"):
        restore(filled_url, str(tmp_path / "absent"), force=True)
    assert subject_of_first(filled_url) == HARD_TEXT


def test_a_backup_of_a_newer_program_is_refused(filled_url: str, tmp_path: Path) -> None:
    made = back_up(filled_url, str(tmp_path / "desk.backup"))
    with sqlite3.connect(made.path) as raw:
        raw.execute("INSERT INTO schema_migration (name, applied) VALUES ('9999_future', '2030-01-01')")
    raw.close()
    with pytest.raises(SchemaTooNew, match="9999_future"):
        restore(filled_url, made.path, force=True)


def test_a_damaged_backup_changes_nothing(filled_url: str, tmp_path: Path) -> None:
    made = back_up(filled_url, str(tmp_path / "desk.backup"))
    with open(made.path, "r+b") as file:
        file.seek(4096 * 3)
        file.write(b"\xff" * 4096 * 20)
    with pytest.raises(DeskError):
        restore(filled_url, made.path, force=True)
    assert subject_of_first(filled_url) == HARD_TEXT


def test_a_full_disk_leaves_no_half_backup(filled_url: str, tmp_path: Path) -> None:
    done = deskwire("--db", filled_url, "db", "backup", str(tmp_path / "b"), preexec_fn=_limit_files)
    assert done.returncode == 75, done
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []


def _limit_files() -> None:
    import resource
    import signal

    # As a full disk does, writing fails in the middle; without the signal the program hears of it.
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))


def test_the_commands_say_what_they_did(filled_url: str, tmp_path: Path) -> None:
    backup = tmp_path / "desk.backup"
    done = deskwire("--db", filled_url, "db", "backup", str(backup))
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(f"Saved 2 tickets to {backup}")
    fresh = f"sqlite:///{tmp_path}/new/desk.db"
    done = deskwire("--db", fresh, "db", "restore", str(backup))
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("Restored 2 tickets")
    assert os.stat(sqlite_path(fresh)).st_mode & 0o077 == 0
