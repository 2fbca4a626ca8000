"""The program is lost in the middle of a note, in a real terminal: what was typed before is offered again."""

from __future__ import annotations

import signal
import stat
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from services import catalogue
from services.places import state_directory
from services.session import Session
from services.ticket_creation import NewTicket, create
from tests.support import desks
from tests.support.desks import Desk
from tests.support.person import PATIENCE, Person, desk_command
from tests.support.postgres_guard import Cluster
from tests.support.terminal import Terminal

OpenTerminal = Callable[..., Terminal]
TYPED = "Replaced the toner, the drum is next"
LAST = " and then the fuser"


@pytest.fixture
def ticket(desk: Desk) -> str:
    """Enter a ticket and return its number."""
    return printer(desk.administrator)


def printer(session: Session) -> str:
    category = catalogue.category_choices()[0].id
    new = NewTicket(subject="Printer smells", requester_name="Cleo", description="Of smoke.", category_id=category)
    return create(session, new).number


def at_the_desk(terminal: OpenTerminal, url: str) -> Person:
    person = Person(terminal(*desk_command(url)))
    person.logs_in(desks.ADMINISTRATOR.username, desks.PASSWORD)
    person.sees("Summary")
    return person


def opens(person: Person, number: str) -> None:
    person.does("desk.go-to-ticket")
    person.sees("Ticket number")
    person.answers(number)
    person.sees("Printer smells", "Description")


def begins_note(person: Person, number: str) -> None:
    opens(person, number)
    person.does("ticket.note")
    person.sees(f"Note on {number}")


def kept() -> list[Path]:
    return [path for path in Path(state_directory(), "drafts").rglob("*.json")]


def is_kept(text: str) -> None:
    """Wait until a text is on the disk, which takes two seconds at most from its last key."""
    deadline = time.monotonic() + PATIENCE
    while not any(text in path.read_text() for path in kept() if path.exists()):
        assert time.monotonic() < deadline, f"{text!r} was never kept"
        time.sleep(0.02)


def test_killed_in_the_middle_of_a_note(desk: Desk, ticket: str, terminal: OpenTerminal) -> None:
    ada = at_the_desk(terminal, desk.url)
    begins_note(ada, ticket)
    ada.types(TYPED)
    is_kept(TYPED)
    ada.types(LAST)
    ada.terminal.signal(signal.SIGKILL)
    ada.terminal.wait_for_exit()
    (path,) = kept()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600 and stat.S_IMODE(path.parent.stat().st_mode) == 0o700

    again = at_the_desk(terminal, desk.url)
    again.sees("You have a draft", ticket)
    begins_note(again, ticket)
    again.sees(TYPED, "Draft from")
    again.does("form.save")
    again.sees_no_more("Note on")
    again.quits()
    assert not kept()


@pytest.mark.parametrize("how", ["SIGHUP", "SIGTERM", "line"])
def test_the_line_drops(desk: Desk, ticket: str, terminal: OpenTerminal, how: str) -> None:
    ada = at_the_desk(terminal, desk.url)
    begins_note(ada, ticket)
    ada.types(TYPED + LAST)
    ada.sees(LAST.strip())
    if how == "line":
        ada.terminal.hang_up()
    else:
        ada.terminal.signal(signal.Signals[how])
    ada.terminal.wait_for_exit(PATIENCE)
    assert any(TYPED + LAST in path.read_text() for path in kept()), "leaving waits for the last letter"
    again = at_the_desk(terminal, desk.url)
    begins_note(again, ticket)
    again.sees(LAST.strip())
    again.presses("escape")
    again.sees("Keep draft")
    again.presses("y")
    again.sees_no_more("Note on")
    again.quits()
    assert not kept()


def test_two_programs_at_once_keep_two_drafts(desk: Desk, ticket: str, terminal: OpenTerminal) -> None:
    first, second = at_the_desk(terminal, desk.url), at_the_desk(terminal, desk.url)
    begins_note(first, ticket)
    first.types("From the first")
    is_kept("From the first")
    begins_note(second, ticket)
    second.sees(lambda shown: "From the first" not in shown)
    second.types("From the second")
    is_kept("From the second")
    for each in (first, second):
        each.terminal.signal(signal.SIGKILL)
        each.terminal.wait_for_exit()
    again = at_the_desk(terminal, desk.url)
    again.does("desk.drafts")
    again.sees("From the first", "From the second")
    again.presses("escape")
    again.quits()


def test_nothing_is_written_while_nobody_types(desk: Desk, ticket: str, terminal: OpenTerminal) -> None:
    ada = at_the_desk(terminal, desk.url)
    begins_note(ada, ticket)
    ada.types(TYPED)
    is_kept(TYPED)
    (path,) = kept()
    before = path.stat()
    ada.terminal.quiet(2_500)
    assert path.stat().st_mtime_ns == before.st_mtime_ns and path.stat().st_ino == before.st_ino
    ada.terminal.signal(signal.SIGKILL)


def test_a_password_is_never_kept(desk: Desk, terminal: OpenTerminal) -> None:
    ada = at_the_desk(terminal, desk.url)
    ada.does("desk.password")
    ada.sees("New password")
    ada.types("hunter2hunter2")
    ada.terminal.quiet(1_500)
    ada.terminal.signal(signal.SIGTERM)
    ada.terminal.wait_for_exit(PATIENCE)
    assert not kept()
    for path in Path(state_directory()).rglob("*"):
        assert not path.is_file() or b"hunter2" not in path.read_bytes()


def test_the_database_is_lost_and_then_the_program(server: Cluster, terminal: OpenTerminal) -> None:
    from models.binding import close_database, connection, open_database

    url = f"postgresql:///postgres?host={server.directory}&user=postgres"
    desks.build_new(url)
    bound = open_database(url)
    with connection():
        number = printer(desks.log_in(url, bound).administrator)
    close_database()
    ada = at_the_desk(terminal, url)
    begins_note(ada, number)
    server.stop()
    ada.types(TYPED)
    ada.does("form.save")
    ada.sees("cannot be reached", TYPED)
    ada.types(LAST)
    is_kept(LAST)
    ada.terminal.signal(signal.SIGKILL)
    ada.terminal.wait_for_exit()
    server.start()
    again = at_the_desk(terminal, url)
    begins_note(again, number)
    again.sees("Draft from", LAST.strip())
    again.does("form.save")
    again.sees_no_more("Note on")
    again.quits()
