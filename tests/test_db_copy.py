"""A desk moves between the engines, and nothing is lost."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from models import TABLES, Account, Ticket
from models.binding import close_database, connection, open_database
from services import desk
from services.database_tools.check import check_desk
from services.database_tools.shapes import SHAPES
from services.database_tools.transfer import copy_desk
from services.errors import DeskError
from tests.support.command import deskwire
from tests.support.databases import Databases
from tests.support.every_table import HARD_TEXT, fill


@pytest.fixture
def other_url(engine: str, databases: Callable[[str], Databases]) -> Iterator[str]:
    """Return the address of a blank database on the other engine."""
    other = databases("postgresql" if engine == "sqlite" else "sqlite")
    url = other.create("blank", lambda url: None)
    yield url
    other.drop(url)


@pytest.fixture
def filled_url(desk_url: str) -> str:
    """Return the address of a desk with a row in every table."""
    fill(desk_url)
    return desk_url


def test_every_table_arrives_and_comes_back(filled_url: str, other_url: str, tmp_path: Path) -> None:
    there = copy_desk(filled_url, other_url)
    back = copy_desk(other_url, f"sqlite:///{tmp_path}/back.db")

    assert set(there.totals) == {shape.name for shape in SHAPES}
    assert all(total.rows for total in there.totals.values()), "the example lacks a row somewhere"
    assert back == there
    assert all(finding.ok for finding in check_desk(other_url))
    assert all(finding.ok for finding in check_desk(f"sqlite:///{tmp_path}/back.db"))


def test_the_copy_is_a_desk_that_goes_on_where_the_other_stopped(filled_url: str, other_url: str) -> None:
    copy_desk(filled_url, other_url)
    open_database(other_url)
    try:
        with connection():
            assert Ticket.get_by_id(1).subject == HARD_TEXT
            assert Ticket.get_by_id(1).merged_into_id == 2
            assert Account.get_by_id(1).main_contact_id == 1
            following = Ticket.create(subject="next", status=10, manager=1, channel="cli", created_at=1, updated_at=1)
            assert following.id == 3
    finally:
        close_database()


def test_a_desk_with_content_is_never_overwritten(filled_url: str, other_url: str) -> None:
    copy_desk(filled_url, other_url)
    with pytest.raises(DeskError, match="already"):
        copy_desk(filled_url, other_url)


def test_an_empty_desk_may_be_filled(filled_url: str, other_url: str) -> None:
    desk.create_desk_tables(other_url)
    desk.close_desk()
    assert copy_desk(filled_url, other_url).totals["ticket"].rows == 2


def test_indexes_and_references_are_in_force_again(desk_url: str, other_url: str) -> None:
    fill(desk_url)
    copy_desk(desk_url, other_url)
    opened = desk.connect(other_url)
    blank = desk.connect(desk_url)
    try:
        # Constraints by what they say: the engine names some of them by their number.
        for table in TABLES:
            name = table._meta.table_name
            copied, made = (
                {(index.name, tuple(index.columns), index.unique) for index in each.get_indexes(name)}
                for each in (opened, blank)
            )
            assert {names for names in copied if "_pk" not in names[0]} >= {
                names for names in made if "autoindex" not in names[0] and "_pk" not in names[0]
            }, name
            assert len(opened.get_foreign_keys(name)) == len(blank.get_foreign_keys(name)), name
    finally:
        opened.close()
        blank.close()


def test_text_that_postgresql_cannot_hold_is_named(databases: Callable[[str], Databases], tmp_path: Path) -> None:
    source = f"sqlite:///{tmp_path}/desk.db"
    desk.create_desk_tables(source)
    desk.close_desk()
    fill(source)
    target = databases("postgresql").create("blank", lambda url: None)

    for value, why in (("a\0b", "NUL"), (b"caf\xe9", "not valid UTF-8")):
        with sqlite3.connect(tmp_path / "desk.db") as raw:
            raw.execute("UPDATE contact SET title = CAST(? AS TEXT) WHERE id = 1", (value,))
        raw.close()
        with pytest.raises(DeskError, match=rf"contact\.title, row id 1, .*{why}"):
            copy_desk(source, target)
    opened = desk.connect(target)
    assert opened.execute_sql("SELECT count(*) FROM employee").fetchone()[0] == 0, "it was half copied"
    opened.close()
    databases("postgresql").drop(target)


def test_a_local_desk_that_is_open_is_not_replaced(desk_url: str, tmp_path: Path) -> None:
    fill(desk_url)
    target = f"sqlite:///{tmp_path}/empty.db"
    desk.create_desk_tables(target)
    try:
        done = deskwire("--db", desk_url, "db", "copy", target)
        assert (done.returncode, "open" in done.stderr) == (75, True), done
    finally:
        desk.close_desk()


def test_the_command_says_what_it_compared(filled_url: str, other_url: str) -> None:
    done = deskwire("db", "copy", other_url, env={"DESKWIRE_DB": filled_url})
    assert (done.returncode, done.stderr) == (0, "")
    assert "every table has the same count and checksum there" in done.stdout
    again = deskwire("db", "copy", other_url, "--db", filled_url)
    assert again.returncode == 1
    assert again.stderr.count("\n") == 1
    itself = deskwire("db", "copy", filled_url, "--db", filled_url)
    assert itself.returncode == 2


def test_a_failed_copy_leaves_no_file(desk_url: str, tmp_path: Path) -> None:
    target = tmp_path / "not-there" / "x"
    (tmp_path / "not-there").write_text("a file where a directory should be")
    fill(desk_url)
    done = deskwire("--db", desk_url, "db", "copy", f"sqlite:///{target}")
    assert done.returncode == 1, done
    assert "Traceback" not in done.stderr
    assert sorted(path.name for path in tmp_path.iterdir() if "desk" not in path.name) == ["not-there"]
