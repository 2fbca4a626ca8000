"""Which ticket a mail belongs to: answers find their thread, numbers only from people of the ticket."""

from __future__ import annotations

import random

import pytest

from connector.intake import Outcome
from connector.ordering import Head, in_order
from models import Ticket
from services import accounts, catalogue, history_kinds, recipients, ticket_changes, tickets
from services.records import UNREAD
from services.ticket_creation import NewTicket, create
from tests.support import acts
from tests.support.desks import Desk
from tests.support.letters import bring, entries_of, letter, ticket_of


def _notes(desk: Desk, outcome: Outcome) -> str:
    return "\n".join(one.text for one in entries_of(desk, outcome) if one.kind == history_kinds.NOTE)


def _close(desk: Desk, number: str) -> None:
    completed = catalogue.names().status_by_role("completed").code
    fields = {"status": completed, "resolution": "Put out"}
    ticket_changes.change(desk.administrator, tickets.find_id(number), fields)


@pytest.fixture
def printer(desk: Desk) -> str:
    """The number of Acme's ticket about a printer; Cleo is a contact of Acme and no recipient of the ticket."""
    account = accounts.ACCOUNTS.add(desk.administrator, name="Acme").id
    accounts.CONTACTS.add(desk.administrator, account=account, name="Cleo", email="cleo@acme.example")
    other = accounts.ACCOUNTS.add(desk.administrator, name="Globex", domain="globex.example").id
    accounts.CONTACTS.add(desk.administrator, account=other, name="Hank", email="hank@globex.example")
    session = desk.administrator._replace(channel="cli")
    return create(session, NewTicket("Printer", account_id=account, requester_email="bert@home.example")).number


def test_answers_find_their_ticket_in_whatever_order_the_files_lie(desk: Desk) -> None:
    thread = [letter("Printer", key="0", Date="Mon, 2 Nov 2026 09:00:00 +0000")]
    for at in range(1, 12):
        # Every other clock is wrong, and some mailers name only the whole thread.
        day = 20 - at if at % 2 else 3
        references = " ".join(f"<{one}@mail.example>" for one in range(at))
        answers = {"answers": str(at - 1)} if at % 3 else {"References": references}
        thread.append(
            letter("Re: Printer", f"Answer {at}", key=str(at), Date=f"{day} Nov 2026 09:00:00 +0000", **answers)
        )
    shuffled = random.Random(3).sample(thread, len(thread))
    outcomes = bring(desk, *shuffled)
    assert len({one.number for one in outcomes}) == 1
    assert sorted(one.state for one in outcomes) == ["reply"] * 11 + ["ticket"]
    assert outcomes[shuffled.index(thread[0])].state == "ticket"
    texts = [one.text.strip() for one in entries_of(desk, outcomes[0]) if one.kind == history_kinds.MAIL_IN]
    assert texts[0] == "It burns." and len(texts) == 12


def test_an_answer_finds_the_ticket_of_an_earlier_import(desk: Desk) -> None:
    (first,) = bring(desk, letter(key="1"))
    tickets_before = Ticket.select().count()
    (second,) = bring(
        desk, letter("quite another subject", "Still burns.", key="2", References="<0@x> <1@mail.example>")
    )
    assert (second.state, second.number, Ticket.select().count()) == ("reply", first.number, tickets_before)
    ticket = ticket_of(desk, second)
    assert (ticket.in_inbox, ticket.mark) == (True, UNREAD)
    assert [one.text for one in entries_of(desk, second)][-1] == "Mail from a customer"


def test_the_newest_reference_wins(desk: Desk) -> None:
    first, second = bring(desk, letter("A", key="a"), letter("B", key="b"))
    (answer,) = bring(desk, letter("C", key="c", References="<a@mail.example> <b@mail.example>"))
    assert answer.number == second.number != first.number


def test_whoever_holds_a_message_id_may_answer_and_is_marked(desk: Desk) -> None:
    (first,) = bring(desk, letter(key="1"))
    (second,) = bring(desk, letter(sender="courier@else.example", key="2", answers="1"))
    assert second.number == first.number
    assert "courier@else.example is not among the people of this ticket" in _notes(desk, second)


@pytest.mark.parametrize(
    "sender", ["cleo@acme.example", "Bert <BERT@home.example>", "ada@desk.example", "extra@else.example"]
)
def test_a_number_counts_from_people_of_the_ticket(desk: Desk, printer: str, sender: str) -> None:
    recipients.add_external(desk.administrator, tickets.find_id(printer), "extra@else.example", kind="cc")
    (outcome,) = bring(desk, letter(f"AW: Fwd: Ticket [{printer}] printer", sender=sender))
    assert (outcome.state, outcome.number) == ("reply", printer)
    assert ticket_of(desk, outcome).in_inbox == ("desk.example" not in sender)


@pytest.mark.parametrize("sender", ["evil@else.example", "hank@globex.example", "someone@acme.example", "nobody"])
def test_a_number_from_a_stranger_is_only_a_claim(desk: Desk, printer: str, sender: str) -> None:
    (outcome,) = bring(desk, letter(f"Re: [{printer}] printer", sender=sender))
    assert outcome.state == "ticket" and outcome.number != printer
    assert f"claims {printer}" in _notes(desk, outcome)
    assert all(not one.public for one in entries_of(desk, outcome) if one.kind == history_kinds.NOTE)
    assert "Printer" not in _notes(desk, outcome)
    (unknown,) = bring(desk, letter("Re: [0999-1000] printer", sender=sender, key="other"))
    assert _notes(desk, unknown) == _notes(desk, outcome).replace(printer, "0999-1000"), "tells nothing about existence"


def test_of_two_numbers_that_count_a_person_chooses(desk: Desk, printer: str) -> None:
    session = desk.administrator._replace(channel="cli")
    second = create(session, NewTicket("Other", requester_email="cleo@acme.example")).number
    (single,) = bring(desk, letter(f"Re: [0999-1000] [{printer}]", key="1"))
    assert single.number == printer
    (both,) = bring(desk, letter(f"Re: [0999-1000] [{printer}] [{second}]", key="2"))
    assert (both.state, both.number) == ("review", None)
    assert printer in both.reason and second in both.reason and "0999-1000" not in both.reason


def test_a_merged_ticket_leads_to_its_target(desk: Desk, printer: str) -> None:
    first, second = bring(desk, letter("One", key="1"), letter("Two", key="2"))
    merged, target = ticket_of(desk, first).id, ticket_of(desk, second).id
    Ticket.update(merged_into=target).where(Ticket.id == merged).execute()
    by_reference, by_number = bring(desk, letter(key="3", answers="1"), letter(f"[{first.number}]", key="4"))
    assert by_reference.number == by_number.number == second.number


def test_a_customer_reopens_a_closed_ticket(desk: Desk) -> None:
    (first,) = bring(desk, letter(key="1"))
    assert first.number is not None
    _close(desk, first.number)
    (program,) = bring(desk, letter("Away", key="2", answers="1", Auto_Submitted="auto-replied"))
    assert ticket_of(desk, program).status == "Completed" and not ticket_of(desk, program).in_inbox
    assert "A program sent this mail (Auto-Submitted: auto-replied)" in _notes(desk, program)
    (own,) = bring(desk, letter(sender="ada@desk.example", key="3", answers="1"))
    assert ticket_of(desk, own).status == "Completed" and not ticket_of(desk, own).in_inbox
    (again,) = bring(desk, letter("Not yet", key="4", answers="1"))
    ticket = ticket_of(desk, again)
    assert (ticket.status, ticket.is_open, ticket.closed_at, ticket.in_inbox) == ("New", True, None, True)
    texts = [one.text for one in entries_of(desk, again)]
    assert "Reopened, because a customer wrote" in texts

    manager = desk.administrator.manager_id
    ticket_changes.change(desk.administrator, ticket.id, {"manager": manager})
    _close(desk, first.number)
    (last,) = bring(desk, letter("Still not", key="5", answers="1"))
    assert ticket_of(desk, last).status == "Assigned in House"


def test_a_customer_brings_a_ticket_back_from_the_archive(desk: Desk) -> None:
    (first,) = bring(desk, letter(key="1"))
    acts.archive(desk.administrator, [ticket_of(desk, first).id], "spam")
    bring(desk, letter("Away", key="2", answers="1", Auto_Submitted="auto-replied"))
    assert ticket_of(desk, first).archived
    bring(desk, letter("Not spam", key="3", answers="1"))
    ticket = ticket_of(desk, first)
    assert (ticket.archived, ticket.archive_reason, ticket.in_inbox) == (False, "", True)
    assert "Restored from the archive, because a customer wrote" in [one.text for one in entries_of(desk, first)]


def test_automatic_mail_that_belongs_to_no_ticket_is_set_aside(desk: Desk) -> None:
    (outcome,) = bring(desk, letter("Newsletter", key="1", Precedence="bulk"))
    assert (outcome.state, outcome.number) == ("aside", None)
    assert "Precedence: bulk" in outcome.reason


def test_what_an_employee_writes_to_the_desk_alone_stays_inside(desk: Desk) -> None:
    (first,) = bring(desk, letter(key="1"))
    bring(
        desk,
        letter(text="Between us", sender="ada@desk.example", key="2", answers="1"),
        letter(text="Dear Cleo", sender="ada@desk.example", key="3", answers="1", Cc="cleo@acme.example"),
    )
    public = {one.text.strip(): one.public for one in entries_of(desk, first) if one.kind == history_kinds.MAIL_IN}
    assert public == {"It burns.": True, "Between us": False, "Dear Cleo": True}


def test_a_very_long_thread_and_a_circle_have_an_order() -> None:
    chain = [Head(at, f"<{at}>", (f"<{at - 1}>",), -at) for at in range(1, 20_001)]
    assert in_order(chain) == list(range(1, 20_001))
    circle = [Head(1, "<a>", ("<b>",), 5), Head(2, "<b>", ("<a>",), 4), Head(3, "", (), None), Head(4, "<a>", (), 1)]
    assert sorted(in_order(circle)) == [1, 2, 3, 4]
    assert in_order(circle)[-1] == 3
