"""The database goes away and comes back while the desk is open: one line says so, and what is typed stays."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from models import History
from models.binding import connection, open_database, sqlite_path
from services.session import desk_session
from services.ticket_creation import NewTicket, create
from tests.support import desks
from tests.support.databases import Databases
from tests.support.person import Person, desk_command
from tests.support.postgres_guard import Cluster
from tests.support.terminal import Terminal

OpenTerminal = Callable[..., Terminal]
SIZE = (120, 30)


def furnish(url: str, subject: str = "Mail is slow") -> None:
    """Put a ticket into a desk."""
    open_database(url)
    with connection():
        create(desk_session("email", name="Cleo"), NewTicket(subject=subject))


def at_the_list(terminal: OpenTerminal, url: str) -> Person:
    ada = Person(terminal(*desk_command(url), size=SIZE))
    ada.logs_in(desks.ADMINISTRATOR.username, desks.PASSWORD)
    ada.sees("Summary")
    ada.does("summary.all")
    ada.sees("All tickets", "Mail is slow", lambda shown: "1 / 1" in shown)
    ada.terminal.quiet(1_500)
    return ada


def writes_a_note_meanwhile(ada: Person, go: Callable[[], object], sentence: str, back: Callable[[], object]) -> None:
    go()
    ada.sees(sentence)
    before = ada.terminal.byte_count
    ada.terminal.quiet(1_500)
    assert ada.terminal.byte_count - before < 200, "it says so once, and then is quiet"
    ada.does("list.note")
    ada.sees("Note on")
    ada.types("Half a sentence")
    ada.does("form.save")
    ada.sees(lambda shown: "try again" in shown and "Half a sentence" in shown)
    ada.types(" and the rest")
    back()
    ada.does("form.save")
    ada.sees(lambda shown: "Note on" not in shown)
    ada.sees("Connected again.")


def is_noted_once(url: str) -> None:
    open_database(url)
    with connection():
        notes = [entry.text for entry in History.select().where(History.kind == "note")]
    assert notes == ["Half a sentence and the rest"]


def test_the_server_stops_and_starts(server: Cluster, terminal: OpenTerminal) -> None:
    url = f"postgresql:///postgres?host={server.directory}&user=postgres"
    desks.build_new(url)
    furnish(url)
    ada = at_the_list(terminal, url)
    writes_a_note_meanwhile(ada, server.stop, "cannot be reached; trying again.", server.start)
    ada.quits()
    is_noted_once(url)


def test_the_file_goes_with_its_disk_and_comes_back(
    databases: Callable[[str], Databases], terminal: OpenTerminal, tmp_path: Path
) -> None:
    disk, away = tmp_path / "disk", tmp_path / "away"
    disk.mkdir()
    path = shutil.copyfile(sqlite_path(databases("sqlite").create("new", desks.build_new)), disk / "desk.db")
    url = f"sqlite:///{path}"
    furnish(url)
    ada = at_the_list(terminal, url)
    writes_a_note_meanwhile(
        ada, lambda: disk.rename(away), "no longer at its place; trying again.", lambda: away.rename(disk)
    )
    ada.quits()
    is_noted_once(url)


def test_it_connects_again_without_a_key(server: Cluster, terminal: OpenTerminal) -> None:
    url = f"postgresql:///postgres?host={server.directory}&user=postgres"
    desks.build_new(url)
    furnish(url)
    ada = at_the_list(terminal, url)
    server.stop()
    ada.sees("cannot be reached")
    server.start()
    ada.sees("Connected again.")
    furnish(url, "No paper")
    ada.sees("No paper")
    ada.quits()
