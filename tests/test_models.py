"""Binding the tables and bringing a database up to date."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import peewee
import pytest

from models import TABLES, Ticket, database
from models.base import Flag
from models.binding import (
    close_database,
    connection,
    engine_of,
    is_sqlite,
    make_database,
    open_database,
    redacted,
    sqlite_path,
    sqlite_url,
)
from models.migrate import NewerSchema, applied_migrations, known_migrations, migrate
from services import desk
from tests.support.command import ROOT
from tests.support.databases import Databases

STARTER = """
import sys
from models.binding import open_database, connection
from models.migrate import migrate
bound = open_database(sys.argv[1])
with connection():
    print(len(migrate(bound)))
"""


def test_three_starters_at_once_make_one_desk(blank_url: str) -> None:
    starters = [
        subprocess.Popen(
            [sys.executable, "-c", STARTER, blank_url],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        for _ in range(3)
    ]
    answers = [starter.communicate(timeout=60) for starter in starters]
    assert [errors for _, errors in answers] == ["", "", ""]
    assert sorted(int(applied) for applied, _ in answers) == [0, 0, len(known_migrations())]


def test_migrating_twice_changes_nothing_and_leaves_nothing(blank_url: str) -> None:
    bound = open_database(blank_url)
    with connection():
        assert migrate(bound) == list(known_migrations())
        assert migrate(bound) == []
        assert applied_migrations(bound) == known_migrations()
        assert {table._meta.table_name for table in TABLES} < set(bound.get_tables())
    close_database()
    if is_sqlite(blank_url):
        path = Path(sqlite_path(blank_url))
        assert [entry.name for entry in path.parent.glob(f"{path.name}*")] == [path.name]


def test_a_newer_schema_is_left_alone(desk_url: str) -> None:
    bound = open_database(desk_url)
    with connection():
        bound.execute_sql("INSERT INTO schema_migration (name, applied) VALUES ('9999_future', '2030-01-01')")
        with pytest.raises(NewerSchema, match="9999_future"):
            migrate(bound)


def test_a_failed_creation_leaves_no_tables(blank_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(**_: object) -> None:
        raise peewee.OperationalError("the disk is full")

    monkeypatch.setattr(Ticket, "create_table", fail)
    bound = open_database(blank_url)
    with connection():
        with pytest.raises(peewee.OperationalError):
            migrate(bound)
        assert bound.get_tables() == []


def test_flags_are_numbers_on_both_engines() -> None:
    assert Flag().field_type == "SMALLINT"


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("sqlite:////var/desk.db", "/var/desk.db"),
        ("sqlite:///desk.db", "desk.db"),
        ("sqlite:///a%20b%3F.db", "a b?.db"),
        ("sqlite:///~/desk.db", os.path.expanduser("~/desk.db")),
    ],
)
def test_addresses_of_files(url: str, path: str) -> None:
    # Home moves between collection and run, as the tests have a home of their own.
    assert sqlite_path(url) == (path if "~" not in url else os.path.expanduser("~/desk.db"))
    assert engine_of(make_database(url)) == "sqlite"


def test_an_address_made_of_a_path_leads_back_to_it() -> None:
    for path in ("/srv/a b?#%.db", "/srv/größe.db"):
        assert sqlite_path(sqlite_url(path)) == path


@pytest.mark.parametrize("url", ["", "desk.db", "sqlite:desk.db", "sqlite:///", "mysql://h/x", "http://h", "file:x"])
def test_other_addresses_are_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r"^"):
        make_database(url)


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgresql://ann:se:c/ret@h/desk", "postgresql://ann@h/desk"),
        ("postgresql://ann:secret@h1:1,h2:2/desk?x=y", "postgresql://ann@h1:1,h2:2/desk?x=y"),
        ("postgresql://ann:se@cret@h/desk", "postgresql://ann@h/desk"),
        ("postgresql:///desk?user=ann&password=secret&x=y", "postgresql:///desk?user=ann&password=…&x=y"),
        ("postgresql://h/desk", "postgresql://h/desk"),
        ("service=desk", "service=desk"),
        ("sqlite:///a:b@c.db", "sqlite:///a:b@c.db"),
    ],
)
def test_passwords_are_not_shown(url: str, shown: str) -> None:
    assert redacted(url) == shown


def test_several_hosts_and_a_writable_one(databases: Callable[[str], Databases], tmp_path: Path) -> None:
    there = databases("postgresql").create("blank", lambda url: None)
    several = there.replace("host=", f"host={tmp_path},") + "&target_session_attrs=read-write"
    desk.create_desk_tables(several)
    assert Ticket.select().count() == 0
    desk.close_desk()
    databases("postgresql").drop(there)


def test_a_service_of_libpq(
    databases: Callable[[str], Databases], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = databases("postgresql").create("blank", lambda url: None)
    opened = desk.connect(there)
    (socket,) = opened.execute_sql("SHOW unix_socket_directories").fetchone()
    opened.close()
    name = there.removeprefix("postgresql:///").partition("?")[0]
    (tmp_path / "services").write_text(f"[front]\nhost={socket}\nuser=postgres\ndbname={name}\n")
    monkeypatch.setenv("PGSERVICEFILE", str(tmp_path / "services"))
    for address in ("service=front", "postgresql://?service=front"):
        opened = desk.connect(address)
        assert opened.execute_sql("SELECT current_database()").fetchone() == (name,)
        opened.close()
    databases("postgresql").drop(there)


def test_the_address_overrides_our_defaults(databases: Callable[[str], Databases]) -> None:
    there = databases("postgresql").create("blank", lambda url: None)
    for address, name in ((there, "deskwire"), (there + "&application_name=night", "night")):
        opened = desk.connect(address)
        assert opened.execute_sql("SHOW application_name").fetchone() == (name,)
        opened.close()
    databases("postgresql").drop(there)


def test_what_sqlite_acknowledges_is_on_the_disk(tmp_path: Path) -> None:
    desk.create_desk_tables(f"sqlite:///{tmp_path}/sub/desk.db")
    asked = ("journal_mode", "synchronous", "foreign_keys")
    found = [database.execute_sql(f"PRAGMA {name}").fetchone()[0] for name in asked]
    assert found == ["wal", 2, 1]
    assert (tmp_path / "sub" / "desk.db").stat().st_mode & 0o077 == 0
    assert (tmp_path / "sub").stat().st_mode & 0o077 == 0
    desk.close_desk()


def test_opening_a_desk_takes_one_query(desk_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    original = peewee.Database.execute_sql

    def counting(self: peewee.Database, sql: str, params: object = None) -> object:
        asked.append(sql)
        return original(self, sql, params)

    monkeypatch.setattr(peewee.Database, "execute_sql", counting)
    desk.open_desk(desk_url)
    assert len(asked) == 1
    desk.close_desk()
