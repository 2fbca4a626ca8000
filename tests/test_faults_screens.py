"""Every foreseeable fault as a person meets it: one sentence, an intact terminal, and typed text that stays."""

from __future__ import annotations

import shutil
import sqlite3
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import get_args

import pytest

from models import History, Ticket, database
from models.binding import close_database, connection, open_database, sqlite_path
from screens.dialogs.text import TextDialog
from screens.runner import Lane, Runner
from services import clock, preferences
from tests.support import desks
from tests.support.command import deskwire
from tests.support.databases import Databases
from tests.support.desk_app import desk_app
from tests.support.person import Person, desk_command
from tests.support.pilot import FastPilot
from tests.support.postgres_guard import Cluster
from tests.support.small_desk import NOON, SmallDesk
from tests.support.terminal import Terminal

OpenTerminal = Callable[..., Terminal]

LONG_NOTE = "Twenty minutes of typing\nthat nobody wants to repeat"
ALTERNATE_SCREEN = b"\x1b[?1049h"


@pytest.fixture
def new_file(databases: Callable[[str], Databases]) -> str:
    """Return the address of a new desk in a file."""
    return databases("sqlite").create("new", desks.build_new)


# Before the first frame


def refused(shown: Terminal) -> str:
    """Return the one sentence with which the program ended before it drew anything."""
    status = shown.wait_for_exit(45)
    assert status in (1, 2, 75), status
    assert ALTERNATE_SCREEN not in shown.raw, "the terminal was left alone"
    text = " ".join("".join(line.ljust(80) for line in shown.screen_lines()).split())
    assert text.startswith("deskwire: "), text
    assert "Traceback" not in text
    return text


def newer(url: str, _folder: Path) -> str:
    open_database(url)
    with connection():
        database.execute_sql("INSERT INTO schema_migration (name, applied) VALUES ('9999_x', '2030-01-01')")
    close_database()
    return url


def no_database(_url: str, folder: Path) -> str:
    path = folder / "notes.db"
    path.write_text("This is a text and no database at all. " * 40)
    return f"sqlite:///{path}"


def no_server(_url: str, folder: Path) -> str:
    return f"postgresql:///desk?host={folder}&user=postgres"


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (newer, "newer"),
        (no_database, "is no Deskwire database"),
        (no_server, "cannot be reached"),
    ],
)
def test_a_desk_that_cannot_be_opened(
    new_file: str, tmp_path: Path, terminal: OpenTerminal, spoil: Callable[[str, Path], str], sentence: str
) -> None:
    assert sentence in refused(terminal(*desk_command(spoil(new_file, tmp_path))))


# Root may write everywhere, unless it gives up that right for whatever it runs next; 24 is PR_CAPBSET_DROP.
WITHOUT_ROOTS_RIGHT = """
import ctypes, os, sys
ctypes.CDLL(None).prctl(24, 1, 0, 0, 0)
os.execv(sys.argv[1], sys.argv[1:])
"""


def test_a_file_that_may_only_be_read(new_file: str, tmp_path: Path, terminal: OpenTerminal) -> None:
    path = shutil.copyfile(sqlite_path(new_file), tmp_path / "desk.db")
    path.chmod(0o444)
    tmp_path.chmod(0o555)
    try:
        program = (sys.executable, "-c", WITHOUT_ROOTS_RIGHT, *desk_command(f"sqlite:///{path}"))
        text = refused(terminal(*program))
        assert "cannot be written" in text or "cannot be opened" in text
    finally:
        tmp_path.chmod(0o755)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ('them = "dark"', ("them", "does not know")),
        ("[desk]\nread_after_seconds = 'soon'", ("read_after_seconds", "whole number")),
        ('theme = "pink"', ("pink", "choose one of")),
        ("theme = ", ("not valid TOML",)),
        ('[keys]\n"list.opne" = "o"', ("list.opne", "did you mean")),
        ('[keys]\n"list.open" = "ctrl+i"', ("list.open", "Tab")),
    ],
)
def test_a_configuration_with_a_fault(
    new_file: str, tmp_path: Path, terminal: OpenTerminal, content: str, words: tuple[str, ...]
) -> None:
    file = tmp_path / "config.toml"
    file.write_text(content)
    text = refused(terminal(*desk_command(new_file, "--config", str(file))))
    joined = text.replace(" ", "")
    for word in words:
        assert word.replace(" ", "") in joined, text


def test_without_a_terminal(new_file: str) -> None:
    done = deskwire("--db", new_file)
    assert done.returncode == 2 and not done.stdout
    assert "needs a terminal" in done.stderr and "deskwire ticket list" in done.stderr


# While the desk is open


@pytest.fixture
def desk(desk_url: str) -> Iterator[SmallDesk]:
    open_database(desk_url)
    with connection(), clock.frozen(NOON):
        yield small_desk()


def small_desk() -> SmallDesk:
    """Fill the bound tables with one ticket, in the Inbox where Ada starts."""
    desk = SmallDesk()
    desk.ticket("Mail is slow", in_inbox=1, mark=1)
    preferences.put(desk.session("Ada"), "main", {"start": "inbox"})
    return desk


async def type_note(pilot: FastPilot, text: str = LONG_NOTE) -> None:
    """Open the dialog for a note on the first ticket and write into it."""
    await pilot.until_shows("Mail is slow")
    await pilot.press("a")
    await pilot.until_shows("Note on")
    await pilot.paste(text)


async def is_saved(pilot: FastPilot, text: str = LONG_NOTE) -> None:
    """Save the text that stayed in the dialog."""
    await pilot.press("ctrl+s")
    await pilot.until(lambda: "Note on" not in pilot.text())
    assert [entry.text for entry in History.select().where(History.kind == "note")] == [text]


async def test_an_unknown_number_and_a_bad_date_stay_where_they_were_typed(desk: SmallDesk) -> None:
    async with desk_app(desk.session("Ada")) as pilot:
        await pilot.until_shows("Mail is slow")
        for key, title, typed, sentence in (
            ("#", "Ticket number", "0777-1234", "0777-1234"),
            ("#", "Ticket number", "no number", "no number"),
            ("d", "Due date of", "the day after never", "is no date"),
        ):
            await pilot.press(key)
            await pilot.until_shows(title)
            await pilot.type(typed)
            await pilot.press("enter")
            await pilot.until(lambda: pilot.text().count(typed) >= 1 and sentence in pilot.text())  # noqa: B023
            assert title in pilot.text(), "the dialog stays"
            await pilot.press("escape")
            await pilot.until(lambda: title not in pilot.text())  # noqa: B023


async def test_a_new_ticket_with_a_bad_date_keeps_all_of_the_form(desk: SmallDesk) -> None:
    async with desk_app(desk.session("Ada")) as pilot:
        await pilot.until_shows("Mail is slow")
        await pilot.press("n")
        await pilot.until_shows("On behalf of")
        for name, text in (("subject", "Phone is dead"), ("due", "some day")):
            pilot.app.screen.query_one(f"#{name} Input").focus()
            await pilot.settle()
            await pilot.type(text)
        await pilot.press("ctrl+s")
        await pilot.until_shows("! ")
        assert "Phone is dead" in pilot.text() and "some day" in pilot.text()
        assert Ticket.select().count() == 1, "nothing was entered"


async def test_a_locked_database_keeps_the_text(desk: SmallDesk, engine: str) -> None:
    if engine == "sqlite":
        database.obj.timeout = 0.05
    async with desk_app(desk.session("Ada")) as pilot:
        await type_note(pilot)
        if engine == "sqlite":
            holder = sqlite3.connect(database.obj.database, isolation_level=None)
            holder.execute("BEGIN IMMEDIATE")
        else:
            in_threads(pilot, "SET lock_timeout = '50ms'")
            database.execute_sql("BEGIN")
            database.execute_sql("LOCK TABLE ticket, operation IN ACCESS EXCLUSIVE MODE")
        await pilot.press("ctrl+s")
        await pilot.until_shows("holds the desk's database locked")
        assert "that nobody wants to repeat" in pilot.text()
        if engine == "sqlite":
            holder.close()
        else:
            database.execute_sql("ROLLBACK")
        await is_saved(pilot)


@pytest.fixture
def file_desk(databases: Callable[[str], Databases]) -> Iterator[SmallDesk]:
    """Run the same small desk in a file, whose disk a test can fill."""
    open_database(databases("sqlite").create("empty", desks.build_empty))
    with connection(), clock.frozen(NOON):
        yield small_desk()
    close_database()


async def test_a_full_disk_keeps_the_text(file_desk: SmallDesk) -> None:
    long = "word " * 20_000 + LONG_NOTE
    async with desk_app(file_desk.session("Ada")) as pilot:
        await type_note(pilot, long)
        in_threads(pilot, "PRAGMA max_page_count = 1")
        await pilot.press("ctrl+s")
        await pilot.until_shows("is full")
        dialog = pilot.app.screen
        assert isinstance(dialog, TextDialog) and dialog.text == long
        in_threads(pilot, "PRAGMA max_page_count = 1000000")
        await is_saved(pilot, long)


def in_threads(pilot: FastPilot, *statements: str) -> None:
    """Run statements on the connections of every database thread."""
    runner: Runner = pilot.app.runner  # type: ignore[attr-defined]
    for lane in get_args(Lane):
        for statement in statements:
            runner.submit(database.execute_sql, statement, lane=lane)[0].result(10)


def test_the_server_stops_while_the_desk_is_open(server: Cluster, terminal: OpenTerminal) -> None:
    url = f"postgresql:///postgres?host={server.directory}&user=postgres"
    desks.build_new(url)
    tom = Person(terminal(*desk_command(url)))
    tom.logs_in(desks.ADMINISTRATOR.username, desks.PASSWORD)
    tom.sees("Inbox", "Summary")
    tom.does("desk.go-to-ticket")
    tom.sees("Ticket number")
    server.stop()
    tom.answers("0500-1000")
    tom.sees("cannot be reached", "0500-1000", "Go to ticket")
    server.start()
    tom.does("form.accept")
    tom.sees("There is no ticket")
    tom.presses("escape")
    tom.sees_no_more("Ticket number")
    tom.does("list.assigned")
    tom.sees("Assigned to me, pending", "No tickets here")
    tom.quits()
