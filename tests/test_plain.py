"""A file without Peewee: what a process for one mail runs its SQL on behaves as Peewee's database does."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import peewee
import pytest

from models import TABLES, DeskSetting, database
from models.binding import engine_of, file_of, sqlite_path
from models.shapes import SHAPES
from services import desk
from services.errors import NoDesk, TryAgain, UsageError
from services.faults import translated
from services.sql import execute, fetch, first
from tests.support.command import ROOT
from tests.support.letters import letter

pytestmark = [pytest.mark.parametrize("engine", ["sqlite"], indirect=True), pytest.mark.usefixtures("engine")]


class Broken(Exception):
    """Ends a block."""


_DELIVERY = """
import sys
from tui.main import main
assert main(["--db", sys.argv[1], "mail", "deliver"]) == 0
heavy = "peewee psycopg email html logging socket urllib.parse argparse platformdirs pathlib tempfile ssl asyncio uuid"
print(*sorted(set(heavy.split()) & set(sys.modules)))
print(len(sys.modules) < 240)
"""


@pytest.fixture
def plain(new_desk_url: str) -> Iterator[str]:
    """A new desk, opened without Peewee."""
    desk.open_desk(new_desk_url, plain=True)
    yield new_desk_url
    desk.close_desk()


def add(name: str) -> None:
    execute("INSERT INTO desk_setting (name, value) VALUES (?, '1')", name)


def added() -> set[str]:
    return {name for (name,) in fetch("SELECT name FROM desk_setting WHERE name LIKE 't-%'")}


def test_it_is_the_same_file_with_the_same_promises(plain: str) -> None:
    assert (engine_of(), file_of()) == ("sqlite", sqlite_path(plain))
    asked = ("journal_mode", "synchronous", "foreign_keys")
    assert [database.execute_sql(f"PRAGMA {name}").fetchone()[0] for name in asked] == ["wal", 2, 1]
    assert first("SELECT fold(?)", "STRASSE Ä") == ("strasse ä",)
    assert not database.is_closed() and not database.in_transaction()


def test_a_block_is_whole_or_not_at_all(plain: str) -> None:
    with database.atomic():
        add("t-kept")
        with pytest.raises(Broken), database.atomic():
            add("t-inner")
            raise Broken
        with database.atomic():
            add("t-also")
        assert database.in_transaction()
    with pytest.raises(Broken), database.atomic():
        add("t-lost")
        with database.atomic():
            add("t-lost too")
        raise Broken
    assert added() == {"t-kept", "t-also"} and not database.in_transaction()
    add("t-alone")
    with sqlite3.connect(sqlite_path(plain)) as beside:
        assert beside.execute("SELECT count(*) FROM desk_setting WHERE name LIKE 't-%'").fetchone() == (3,)
    beside.close()


def test_what_another_program_holds_is_refused_in_a_sentence(plain: str) -> None:
    beside = sqlite3.connect(sqlite_path(plain), isolation_level=None)
    beside.execute("BEGIN IMMEDIATE")
    execute("PRAGMA busy_timeout = 0")
    with pytest.raises(TryAgain, match="locked"), translated(), database.atomic():
        add("t-never")
    beside.execute("ROLLBACK")
    beside.close()
    assert not database.in_transaction()
    with database.atomic():
        add("t-then")
    assert added() == {"t-then"}


def test_tables_are_read_and_written_in_its_transaction(plain: str) -> None:
    with pytest.raises(Broken), database.atomic():
        DeskSetting.insert(name="t-row", value="1").execute()
        assert added() == {"t-row"}
        add("t-sql")
        found = DeskSetting.select(DeskSetting.name).where(DeskSetting.name.startswith("t-"))
        assert {row.name for row in found} == {"t-row", "t-sql"}
        raise Broken
    assert added() == set()
    with pytest.raises(peewee.IntegrityError):
        DeskSetting.insert(name="company", value=None).execute()


def test_what_is_no_desk_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NoDesk):
        desk.open_desk(f"sqlite:///{tmp_path}/none.db", plain=True)
    with pytest.raises(UsageError):
        desk.open_desk("sqlite:none.db", plain=True)
    assert os.listdir(tmp_path) == []


def test_the_shapes_are_those_of_the_tables(engine: str) -> None:
    tables = {table._meta.table_name: table._meta for table in TABLES}
    for name, shape in SHAPES.items():
        fields = tables[name].fields
        assert {field: shape.column(field) for field in fields} == {
            field: one.column_name for field, one in fields.items()
        }
        assert shape.defaults == {one.column_name: one.default for one in fields.values() if one.default is not None}


def test_a_delivery_of_a_plain_mail_imports_little(new_desk_url: str, tmp_path: Path) -> None:
    told = subprocess.run(
        [sys.executable, "-c", _DELIVERY, new_desk_url],
        input=letter().decode(),
        cwd=ROOT,
        env={**os.environ, "DESKWIRE_SPOOL": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert (told.stdout.split("\n"), told.stderr) == (["", "True", ""], "")
