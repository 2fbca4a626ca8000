"""An afternoon of alerts: finding, acting on many, watched by a second desk, taking back, dying in mid-sentence."""

from __future__ import annotations

import re
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest

from models import Operation
from models.binding import close_database, connection, open_database
from services import accounts, catalogue, clock, people, tickets
from services.catalogue_admin import CATEGORIES
from services.places import state_directory
from services.session import Session, desk_session
from services.ticket_creation import NewTicket, create
from tests.hostile import FORBIDDEN_BYTES
from tests.support.desks import PASSWORD, log_in
from tests.support.person import PATIENCE, Person, desk_command
from tests.support.terminal import Terminal

OpenTerminal = Callable[..., Terminal]
SIZES = pytest.mark.parametrize("size", [(80, 24), (160, 45)], ids=["80x24", "160x45"])

ALERTS = 40
RESOLUTION = "The log server had kept everything since spring."
HALF_A_NOTE = "The fuser unit is worn, I have ord"


class Desk(NamedTuple):
    """A desk with Tom and Ines, last month's printer ticket, and forty alerts of this morning."""

    url: str
    printer: str


@pytest.fixture
def afternoon(new_desk_url: str) -> Desk:
    bound = open_database(new_desk_url)
    with connection():
        ada = log_in(new_desk_url, bound).administrator
        for name, username in (("Tom Reed", "tom"), ("Ines Field", "ines")):
            address = f"{username}@desk.example"
            people.add_employee(ada, name=name, username=username, email1=address, password=PASSWORD)
        account = accounts.ACCOUNTS.add(ada, name="Acme", domain="acme.example").id
        catalogue.forget()
        now = clock.now()
        with clock.frozen(now - 31 * clock.DAY):
            printer = _open(ada, "Paper jam", "The big printer on the third floor eats paper.", account).number
            _open(ada, "Phone is dead", "No dial tone.", account)
        with clock.frozen(now - clock.DAY):
            _open(ada, "Office move", "Desks for six people.", account)
        monitoring = desk_session("monitoring", name="Watchtower")
        with clock.frozen(now - clock.HOUR):
            for server in range(1, ALERTS + 1):
                _open(monitoring, f"Disk almost full on SRV-{server:04d}", "95 % used.", account)
    close_database()
    return Desk(new_desk_url, printer)


def _open(session: Session, subject: str, description: str, account: int) -> tickets.TicketDetail:
    category = CATEGORIES.find("General")
    manager = catalogue.find_manager("tom").id
    new = NewTicket(subject, description, account_id=account, category_id=category, manager_id=manager)
    return create(session, new)


@SIZES
def test_an_afternoon_of_alerts(size: tuple[int, int], afternoon: Desk, terminal: OpenTerminal) -> None:
    tom = Person(terminal(*desk_command(afternoon.url), size=size))
    tom.logs_in("tom", PASSWORD)
    tom.sees("Inbox", "Summary")
    ines = Person(terminal(*desk_command(afternoon.url), size=size))
    ines.logs_in("ines", PASSWORD)
    ines.sees("Inbox", "Summary")
    for person in (tom, ines):
        person.does("list.all")
        person.sees("All tickets", "SRV-")

    finds_last_months_printer_from_half_a_word(tom)
    watches_the_open_alerts(ines)
    closes_forty_alerts(tom)
    ines.sees(lambda shown: "SRV-" not in shown)
    tom.does("desk.undo")
    tom.sees(re.compile(rf"{ALERTS} tickets").search)
    ines.sees("SRV-")
    dies_in_the_middle_of_a_note(tom, afternoon)
    tom = Person(terminal(*desk_command(afternoon.url), size=size))
    is_offered_the_note_again(tom, afternoon)
    for person in (tom, ines):
        person.quits()
        assert FORBIDDEN_BYTES.search(bytes(person.terminal.raw).partition(b"Deskwire: log in")[2]) is None
    with services_of(afternoon.url) as ada:
        the_journal_tells_it_all(ada)


def searches(person: Person, query: str) -> None:
    """Ask for tickets in the list of the main window, and keep what is found."""
    person.does("desk.search")
    person.terminal.send("end", "ctrl+u")
    person.types(query)


def finds_last_months_printer_from_half_a_word(tom: Person) -> None:
    """He remembers half a word of what the customer wrote, and when it was."""
    searches(tom, "prin created:last-month")
    tom.sees("Paper jam")
    tom.sees_no_more("Phone is dead")
    tom.presses("enter", "enter")
    tom.sees("[1 General]", "The big printer on the third floor")
    tom.does("desk.close")
    tom.sees("Paper jam")


def watches_the_open_alerts(ines: Person) -> None:
    """Ines has the open alerts before her, and does nothing from now on."""
    searches(ines, "channel:monitoring is:open")
    ines.sees("SRV-", re.compile(rf"/ {ALERTS}\b").search)
    ines.presses("enter")


def closes_forty_alerts(tom: Person) -> None:
    """All that match are marked and completed with one sentence, as one operation."""
    searches(tom, "disk channel:monitoring")
    tom.sees("SRV-", re.compile(rf"/ {ALERTS}\b").search)
    tom.presses("enter")
    tom.does("list.mark-all")
    tom.sees(f"{ALERTS} marked")
    tom.does("list.complete")
    tom.sees("Resolution")
    tom.types(RESOLUTION)
    tom.does("form.save")
    tom.sees(re.compile(rf"{ALERTS} tickets").search)


def dies_in_the_middle_of_a_note(tom: Person, afternoon: Desk) -> None:
    """The machine goes down while he types; two seconds at most are lost."""
    goes_to_the_note(tom, afternoon)
    tom.types(HALF_A_NOTE)
    tom.terminal.wait_for(lambda _shown: _is_kept(HALF_A_NOTE), PATIENCE)
    tom.terminal.signal(signal.SIGKILL)
    tom.terminal.wait_for_exit(PATIENCE)


def is_offered_the_note_again(tom: Person, afternoon: Desk) -> None:
    """He comes back, goes to the same place, and writes on."""
    tom.logs_in("tom", PASSWORD)
    tom.sees("draft")
    goes_to_the_note(tom, afternoon)
    tom.sees(HALF_A_NOTE)
    tom.types("ered one.")
    tom.does("form.save")
    tom.sees("[1 General]")
    tom.does("ticket.history")
    tom.sees(f"{HALF_A_NOTE}ered one.")


def goes_to_the_note(tom: Person, afternoon: Desk) -> None:
    """Go to the printer ticket by its number and begin a note on it."""
    tom.does("desk.go-to-ticket")
    tom.sees("Ticket number")
    tom.answers(afternoon.printer)
    tom.sees("[1 General]", "Requested by")
    tom.does("ticket.note")
    tom.sees("Note on", "Internal")


def _is_kept(text: str) -> bool:
    kept = Path(state_directory(), "drafts").rglob("*")
    return any(text in file.read_text("utf-8", "replace") for file in kept if file.is_file())


@contextmanager
def services_of(url: str) -> Iterator[Session]:
    """Open the desk for the manager while the block runs."""
    bound = open_database(url)
    try:
        with connection():
            yield log_in(url, bound).administrator
    finally:
        close_database()


def the_journal_tells_it_all(ada: Session) -> None:
    """Forty tickets were closed and opened again by one operation each, and every alert is as it was."""
    undone = [each for each in Operation.select().where(Operation.undone_by.is_null(False))]
    assert len(undone) == 1 and undone[0].actor == "Tom Reed"
    by_undo = Operation.get_by_id(undone[0].undone_by)
    assert by_undo.undoes_id == undone[0].id
    every = [tickets.get(ada, key) for key in range(1, ALERTS + 4)]
    alerts = [ticket for ticket in every if ticket.channel == "monitoring"]
    assert len(alerts) == ALERTS
    assert all(ticket.is_open and not ticket.resolution and ticket.in_inbox for ticket in alerts)
