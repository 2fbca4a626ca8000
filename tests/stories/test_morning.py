"""A technician's morning through the real program in a real terminal, and what the manager finds afterwards."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest

from models import Change, Operation, Ticket
from models.binding import close_database, connection, open_database
from services import accounts, catalogue, charges, history, people, tickets
from services.catalogue_admin import CATEGORIES
from services.records import HistoryEntry, TicketDetail
from services.session import Session
from services.ticket_creation import NewTicket, create
from tests.support.desks import PASSWORD, log_in
from tests.support.letters import letter, write_folder
from tests.support.person import PATIENCE, Person, desk_command
from tests.support.terminal import Terminal

OpenTerminal = Callable[..., Terminal]

HOSTILE_SUBJECT = b"[/x] win \x1b]0;owned\x07[@click=app.quit]now[/]"
NOTE = "It needs a new lamp, [/x] says the display."
FRIDAY = 4


class Desk(NamedTuple):
    """A desk with Tom and Ines, Cleo at Acme, and three tickets that Tom manages."""

    url: str
    printer: str
    sensor: str
    office: str


@pytest.fixture
def morning(new_desk_url: str) -> Desk:
    bound = open_database(new_desk_url)
    with connection():
        ada = log_in(new_desk_url, bound).administrator
        for name, username in (("Tom Reed", "tom"), ("Ines Field", "ines")):
            address = f"{username}@desk.example"
            people.add_employee(ada, name=name, username=username, email1=address, password=PASSWORD)
        account = accounts.ACCOUNTS.add(ada, name="Acme", domain="acme.example").id
        contact = accounts.CONTACTS.add(ada, account="Acme", name="Cleo Marsh", email="cleo@acme.example").id
        numbers = [
            create(
                ada,
                NewTicket(
                    subject,
                    "Since Monday.",
                    account_id=account,
                    contact_id=contact,
                    category_id=CATEGORIES.find("General"),
                    manager_id=catalogue.find_manager("tom").id,
                ),
            ).number
            for subject in ("Printer jams", "Sensor lost", "Office move")
        ]
    close_database()
    return Desk(new_desk_url, *numbers)


@pytest.fixture
def mails(morning: Desk, tmp_path: Path) -> Path:
    """Return a folder with what came in the night: a request, an answer, and one that means harm."""
    hostile = letter("SUBJECT", "Look: \x1b[2J [/x]", sender="Mallory <m@evil.example>", key="evil")
    return write_folder(
        tmp_path / "night",
        [
            letter("Green slides", "All slides, since this morning.", key="green"),
            letter(f"Re: [{morning.printer}] Printer jams", "It is page three now.", key="three"),
            hostile.replace(b"SUBJECT", HOSTILE_SUBJECT),
        ],
    )


@pytest.mark.parametrize("size", [(80, 24), (160, 45)], ids=["80x24", "160x45"])
def test_a_technicians_morning(
    engine: str, size: tuple[int, int], morning: Desk, mails: Path, terminal: OpenTerminal
) -> None:
    tom = Person(terminal(*desk_command(morning.url), size=size))
    tom.logs_in("tom", PASSWORD)
    tom.sees("Inbox", "Summary")

    imports_the_mail(tom, mails, terminal, morning.url)
    reads_the_inbox_and_adds_a_note(tom)
    puts_on_hold(tom, "Sensor lost")
    transfers(tom, "Printer jams")
    charges_an_hour(tom, "Office move")
    new_number = opens_a_ticket_for_a_caller(tom)
    finds_everything_in_the_history(tom, morning, new_number)
    tom.quits()
    assert_forbidden_bytes_never_came(tom.terminal)
    with services_of(morning.url) as ada:
        the_journal_tells_who_did_what(ada, morning, new_number)


def imports_the_mail(tom: Person, mails: Path, terminal: OpenTerminal, url: str) -> None:
    """The manager imports the night's mail in another terminal; Tom's Inbox shows it when he refreshes."""
    tom.does("list.assigned")
    tom.sees("Assigned to me, pending", "Office move")
    tom.does("list.inbox")
    tom.sees("No tickets here")
    ada = Person(terminal(*desk_command(url, "--as", "ada", "mail", "import", str(mails))))
    ada.sees("Password of ada")
    ada.terminal.type(f"{PASSWORD}\n")
    assert ada.terminal.wait_for_exit(PATIENCE) == 0, ada.terminal.screen_text()
    assert "3 mails read: 2 tickets, 1 reply" in ada.terminal.screen_text()
    tom.does("desk.refresh")
    tom.sees("Green slides", "Printer jams", "[/x] win")


def goes_to(person: Person, subject: str) -> None:
    """Move the cursor of the list down to a ticket."""
    under_cursor = re.compile(r">\d{4}-\d{4}\b[^▕\n]*" + re.escape(subject))
    person.sees(subject)
    person.terminal.send("g")
    for _ in range(10):
        person.terminal.quiet(120, PATIENCE)
        if under_cursor.search(person.terminal.screen_text()):
            return
        person.does("list.down")
    raise AssertionError(f"{subject} is not in the list.\n{person.terminal.screen_text()}")


def reads_the_inbox_and_adds_a_note(tom: Person) -> None:
    """He looks at the new request, opens it and writes what he found."""
    goes_to(tom, "Green slides")
    tom.sees("All slides, since this morning.")
    tom.does("list.open")
    tom.sees("[1 General]", "Requested by")
    tom.does("ticket.note")
    tom.sees("Note on", "(*) Internal")
    tom.types(NOTE)
    tom.does("form.save")
    tom.sees("[1 General]")
    tom.does("ticket.history")
    tom.sees("Note (internal) Tom Reed", NOTE, "Mail in Cleo Marsh")
    tom.does("desk.close")
    tom.does("list.assigned")
    tom.sees("Assigned to me, pending", "Sensor lost")


def puts_on_hold(tom: Person, subject: str) -> None:
    """Hold wants a date: a wrong one is explained and kept, then he says it the way people do."""
    goes_to(tom, subject)
    tom.does("list.status")
    tom.sees("Status of")
    tom.answers("Hold")
    tom.sees("until", "Due")
    tom.answers("next fryday")
    tom.sees("is no date that the desk understands", "next fryday")
    tom.retypes("next friday 9am")
    tom.does("form.accept")
    tom.sees(re.compile(rf"{subject} +Hold").search)


def transfers(tom: Person, subject: str) -> None:
    """The printer is for Ines; she gets to know why."""
    goes_to(tom, subject)
    tom.does("list.transfer")
    tom.sees("Transfer 0500-", "Internal note")
    tom.does("form.accept")
    tom.answers("Ines")
    tom.sees("Transfer 0500-")
    tom.types("You have the spare rollers.")
    tom.does("form.save")
    tom.sees("Assigned to me, pending")
    tom.sees_no_more("Printer jams")


def charges_an_hour(tom: Person, subject: str) -> None:
    """An hour of remote work, with a note for the invoice."""
    goes_to(tom, subject)
    tom.does("list.open")
    tom.sees("[1 General]", "Requested by")
    tom.does("ticket.charges")
    tom.sees("Nothing has been charged")
    tom.does("ticket.add")
    tom.sees("Charge on", "Remote work, per hour")
    tom.answers("Remote")
    tom.sees("Add work on", "Quantity")
    tom.retypes("1:00")
    tom.does("form.save")
    tom.sees("Billable total: 95.00 USD")
    tom.does("desk.close")
    tom.sees("Assigned to me, pending")


def opens_a_ticket_for_a_caller(tom: Person) -> str:
    """Cleo is on the phone: she is picked, the rest is typed; return the ticket's number."""
    tom.does("list.new")
    tom.sees("On behalf of", "nobody; Enter chooses")
    tom.does("new.choose")
    tom.sees("this is my own request")
    tom.answers("Cleo")
    tom.sees("Cleo Marsh, Acme", "Mail goes to     Cleo Marsh")
    goes_down(tom, 3)
    tom.types("Phone is dead")
    goes_down(tom, 1)
    tom.does("new.choose")
    tom.sees("Category: it decides")
    tom.answers("General")
    tom.sees(re.compile(r"Category +General").search)
    tom.does("new.submit")
    told = re.compile(r"Ticket (\d{4}-\d{4}) was entered")
    tom.sees(told.search)
    number = told.search(tom.terminal.screen_text())
    assert number is not None
    tom.does("list.created")
    tom.sees("Created by me", "Phone is dead")
    return number[1]


def goes_down(tom: Person, steps: int) -> None:
    """Go to a later field of the form."""
    for _ in range(steps):
        tom.does("new.next")


def finds_everything_in_the_history(tom: Person, morning: Desk, new_number: str) -> None:
    """Tom leaves, the manager logs in at the same terminal and reads what happened to each ticket."""
    tom.does("desk.log-out")
    ada = Person(tom.terminal)
    ada.logs_in("ada", PASSWORD)
    ada.sees("Inbox", "Summary")
    ada.does("list.all")
    ada.sees("All tickets", "Phone is dead")
    goes_to(ada, "Green slides")
    ada.does("list.open")
    reads_history(ada, "Note (internal) Tom Reed", NOTE, "Mail in Cleo Marsh")
    for number, wanted in (
        (morning.sensor, ("Tom Reed", "Hold", "09:00")),
        (morning.printer, ("You have the spare rollers.", "Ines Field", "It is page three now.")),
        (morning.office, ("Charge", "Remote work, per hour", "Tom Reed")),
        (new_number, ("Created", "Tom Reed")),
    ):
        ada.does("desk.go-to-ticket")
        ada.sees("Ticket number")
        ada.answers(number)
        reads_history(ada, *wanted)


def reads_history(ada: Person, *wanted: str) -> None:
    """Look at the History of the ticket that opens, then close its window."""
    ada.sees("[1 General]", "Requested by")
    ada.does("ticket.history")
    ada.sees("Everything, newest first", *wanted)
    ada.does("desk.close")
    ada.sees("All tickets")


def assert_forbidden_bytes_never_came(shown: Terminal) -> None:
    """The hostile mail was on the screen, and nothing of it reached the terminal as an order."""
    assert b"owned" in shown.raw
    for order in (b"\x1b]0;owned", b"\x1b[2J [/x]"):
        assert order not in shown.raw


@contextmanager
def services_of(url: str) -> Iterator[Session]:
    """Open the desk for the manager while the block runs."""
    bound = open_database(url)
    try:
        with connection():
            yield log_in(url, bound).administrator
    finally:
        close_database()


def the_journal_tells_who_did_what(ada: Session, morning: Desk, new_number: str) -> None:
    """Every step of the morning is an operation of Tom's, or of the mail's sender, with its entry and changes."""
    projector = found(ada, "Green slides")
    assert projector.channel == "email" and projector.contact == "Cleo Marsh" and projector.account == "Acme"
    note = entry(ada, projector, "note")
    assert (note.actor, note.channel, note.text, note.public) == ("Tom Reed", "manual", NOTE, False)

    sensor = tickets.get_by_number(ada, morning.sensor)
    assert sensor.status == "Hold" and sensor.due_at is not None
    due = dt.datetime.fromtimestamp(sensor.due_at / 1_000_000, dt.UTC)
    assert (due.weekday(), due.hour, due.minute) == (FRIDAY, 9, 0)
    changed = {change.field for each in history.entries(ada, sensor.id) for change in each.changes}
    assert {"status", "due"} <= changed or {"status", "due_at"} <= changed, changed

    printer = tickets.get_by_number(ada, morning.printer)
    assert printer.manager == "Ines Field"
    texts = {each.text: each.actor for each in history.entries(ada, printer.id)}
    assert texts["You have the spare rollers."] == "Tom Reed"
    mail = entry(ada, printer, "mail_in")
    assert mail.mail is not None and mail.mail.sender == ("Cleo Marsh", "cleo@acme.example")

    office = tickets.get_by_number(ada, morning.office)
    [charge] = charges.listed(ada, office.id)
    assert (charge.quantity, charge.amount, charge.employee) == (1000, 95_00, "Tom Reed")
    assert charge.label in entry(ada, office, "charge").text

    phone = tickets.get_by_number(ada, new_number)
    assert (phone.subject, phone.contact, phone.account) == ("Phone is dead", "Cleo Marsh", "Acme")
    assert entry(ada, phone, "created").actor == "Tom Reed"

    hostile = next(row for row in all_subjects(ada) if "win" in row.subject)
    assert "\x1b" not in hostile.subject and "[@click=app.quit]now[/]" in hostile.subject
    journal_is_whole()


def journal_is_whole() -> None:
    """Tom acted by hand alone, in several operations, and what he changed is among the changes."""
    by_hand = list(Operation.select().where(Operation.actor == "Tom Reed"))
    assert {each.channel for each in by_hand} == {"manual"}
    actions = {each.action for each in by_hand}
    assert len(actions) >= 5, actions
    changed = {each.operation.id for each in Change.select(Change, Operation).join(Operation)}
    assert len(changed) and {each.id for each in by_hand} & changed


def all_subjects(ada: Session) -> list[TicketDetail]:
    """Return every ticket of the desk."""
    return [tickets.get(ada, row.id) for row in Ticket.select(Ticket.id)]


def found(ada: Session, subject: str) -> TicketDetail:
    """Return the ticket with a subject."""
    return next(ticket for ticket in all_subjects(ada) if ticket.subject == subject)


def entry(ada: Session, ticket: TicketDetail, kind: str) -> HistoryEntry:
    """Return the only entry of a kind in a ticket's History."""
    [only] = [each for each in history.entries(ada, ticket.id) if each.kind == kind]
    return only
