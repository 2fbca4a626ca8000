"""The journal alone rebuilds every ticket, loses nothing under contention, and knows who acted from where."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models import Change, History, Operation, Ticket
from models.binding import connection
from services import (
    blobs,
    charges,
    clock,
    inbox,
    journal,
    notes,
    recipients,
    ticket_changes,
    tickets,
)
from services.auth import session_for
from services.errors import DeskError
from services.session import Session
from services.sql import fetch
from services.ticket_creation import NewTicket, create
from tests.support import acts
from tests.support.company import NOON, Company
from tests.support.rebuilding import rebuilt

# Follows from the other columns (the class of the status), or counts.
_DERIVED = ("id", "is_open", "version")


def assert_rebuilt(ticket_id: int) -> None:
    present: dict[str, Any] = next(iter(Ticket.select().where(Ticket.id == ticket_id).dicts()))
    told = rebuilt(ticket_id)
    # A new ticket was last updated when it was made.
    empty = {"archived": 0, "updated_at": present["created_at"]}
    for column, value in present.items():
        if column not in _DERIVED:
            assert (told.get(column, empty.get(column)) or None) == (value or None), column


def _acts(company: Company) -> list[Callable[[Session, int], object]]:
    names = company.managers
    hold = {"status": company.status("hold"), "due": NOON + clock.DAY}
    done = {"status": company.status("completed"), "resolution": "Toner."}
    new: list[dict[str, Any]] = [
        hold,
        done,
        {"status": company.status("in_progress")},
        {"status": company.status("pending"), "extension": company.extension("FCI")},
        {"extension": company.extension("Quote")},
        {"extension": None, "priority": 4, "subject": "Ä [/x]"},
        {"manager": names["Ann"]},
        {"account": company.accounts["Globex"]},
        {"contact": company.contacts["Otto"]},
        {"contract": company.contracts["Müller & Söhne"], "url": "https://x.example"},
        {"waiting_for_dispatch": 1, "due": None},
        {"requester_name": "", "category": company.categories["Network"]},
    ]
    changes: list[Callable[[Session, int], object]] = [
        lambda session, key, fields=fields: ticket_changes.change(session, key, fields)  # type: ignore[misc]
        for fields in new
    ]
    return [
        *changes,
        lambda session, key: acts.to_inbox(session, [key]),
        lambda session, key: acts.from_inbox(session, [key]),
        lambda session, key: acts.mark_read(session, [key]),
        lambda session, key: acts.mark_unread(session, [key]),
        lambda session, key: inbox.viewed(session, key),
        lambda session, key: notes.add_note(session, key, "note"),
        lambda session, key: acts.archive(session, [key], "why"),
        lambda session, key: acts.restore(session, [key]),
        lambda session, key: acts.set_waiting(session, [key], True),
        lambda session, key: acts.set_waiting(session, [key], False),
        lambda session, key: acts.transfer(session, key, {"manager": names["Ben"]}, "yours"),
        lambda session, key: notes.add_note(company.session("Cleo", "web"), key, "still broken"),
        lambda session, key: ticket_changes.change(company.session("Cleo", "web"), key, {"due": NOON + 2 * clock.DAY}),
        lambda session, key: charges.add(session, key, charges.NewCharge("work", "x", 1000, 1)),
        lambda session, key: recipients.subscribe(session, key),
    ]


def test_the_journal_alone_rebuilds_a_ticket_after_any_sequence_of_acts(company: Company) -> None:
    acts, dora = _acts(company), company.session("Dora")

    @settings(max_examples=12)
    @given(st.lists(st.integers(0, len(acts) - 1), min_size=5, max_size=25), st.booleans())
    def any_sequence(sequence: list[int], by_client: bool) -> None:
        ticket = company.open_ticket("Cleo" if by_client else "Ann")
        for place in sequence:
            before = Operation.select().count(), History.select().count(), Change.select().count()
            version = company.read(ticket).version
            try:
                acts[place](dora, ticket.id)
            except DeskError:
                # A refused act leaves nothing at all.
                assert (Operation.select().count(), History.select().count(), Change.select().count()) == before
                assert company.read(ticket).version == version
            else:
                assert Operation.select().count() - before[0] <= 1
        assert_rebuilt(ticket.id)

    any_sequence()


def test_every_operation_did_something_and_says_who_from_where(company: Company) -> None:
    ann = session_for(company.session("Ann").user_id or 0, "cli", "unix-ann")
    ticket = create(ann, NewTicket("From a script"))
    notes.add_note(ann, ticket.id, "x")
    ticket_changes.change(ann, ticket.id, {"priority": ticket.priority})
    acts.from_inbox(ann, [ticket.id])
    mine = Operation.select().where(Operation.os_account == "unix-ann").order_by(Operation.id)
    assert [(row.action, row.channel, row.actor, row.at) for row in mine] == [
        ("create-ticket", "cli", "Ann", NOON),
        ("add-note", "cli", "Ann", NOON),
    ]
    told = fetch("SELECT operation_id FROM history UNION SELECT operation_id FROM change")
    assert {row.id for row in Operation.select()} == {row[0] for row in told}


def test_a_write_that_fails_in_the_middle_leaves_nothing(company: Company) -> None:
    ticket = company.open_ticket("Ann")
    before = Operation.select().count()
    with pytest.raises(ZeroDivisionError), journal.operation(company.admin, "fail") as op:
        ticket_changes.apply(op, ticket, {"subject": "half done"})
        notes.add_note(company.admin, ticket.id, "half done")
        raise ZeroDivisionError
    assert Operation.select().count() == before
    assert company.read(ticket) == ticket
    assert History.select().where(History.text == "half done").count() == 0


def test_writers_at_the_same_moment_lose_nothing(company: Company) -> None:
    ticket, others = company.open_ticket("Ann"), [company.open_ticket("Ann").id for _ in range(3)]
    rounds, people = 6, ("Ann", "Ben", "Dora", "Ada")
    sessions = [company.admin if name == "Ada" else company.session(name) for name in people]

    def work(session: Session) -> None:
        for turn in range(rounds):
            notes.add_note(session, ticket.id, f"{session.name} {turn}")
            read = tickets.get(session, ticket.id)
            field = {"Ann": "subject", "Ben": "url"}.get(session.name, "requester_name")
            ticket_changes.change(session, ticket.id, {field: f"{session.name} {turn}"})
            assert read.version < tickets.get(session, ticket.id).version
            # The same tickets in different orders: whoever waits, waits only for one.
            wanted = others if session.name in ("Ann", "Dora") else others[::-1]
            (acts.to_inbox if turn % 2 else acts.from_inbox)(session, wanted)

    _at_once(*(lambda session=session: work(session) for session in sessions))
    texts = [row.text for row in History.select().where((History.ticket == ticket.id) & (History.kind == "note"))]
    assert sorted(texts) == sorted(f"{name} {turn}" for name in [s.name for s in sessions] for turn in range(rounds))
    present = company.read(ticket)
    assert (present.subject, present.url) == (f"Ann {rounds - 1}", f"Ben {rounds - 1}")
    # One for each note and each change; the first row has version 1.
    assert present.version == 1 + 2 * rounds * len(people)
    for key in (ticket.id, *others):
        assert_rebuilt(key)


def test_the_same_request_twice_at_the_same_moment_is_done_once(company: Company) -> None:
    ann, made = company.session("Ann"), []
    new = NewTicket("Once", category_id=company.categories["General"])
    _at_once(*[lambda: made.append(create(ann, new, uid="same").id)] * 4)
    assert len(made) == 4 and len(set(made)) == 1


def test_the_same_content_at_the_same_moment_is_kept_once(company: Company) -> None:
    data, keys = b"the same" * 1000, []

    def keep() -> None:
        with Ticket._meta.database.atomic():
            keys.append(blobs.store(data))

    _at_once(*[keep] * 4)
    assert len(set(keys)) == 1 and blobs.read(keys[0]) == data


def test_two_who_correct_the_same_charge_at_once_do_not_both_win(company: Company) -> None:
    ticket, dora = company.open_ticket("Ann"), company.session("Dora")
    charges.add(dora, ticket.id, charges.NewCharge("work", "x", 1000, 100))
    [read] = charges.listed(dora, ticket.id)
    refused: list[DeskError] = []

    def correct(rate: int) -> None:
        try:
            charges.change(dora, read.id, charges.NewCharge("work", "x", 1000, rate), read)
        except DeskError as error:
            refused.append(error)

    _at_once(lambda: correct(200), lambda: correct(300), lambda: correct(400))
    assert len(refused) == 2


def _at_once(*jobs: Callable[[], object]) -> None:
    """Run jobs in threads of their own, each with its own connection, all starting together."""
    start, faults = threading.Barrier(len(jobs)), []

    def run(job: Callable[[], object]) -> None:
        try:
            with connection():
                start.wait()
                job()
        except BaseException as fault:
            faults.append(fault)

    threads = [threading.Thread(target=run, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if faults:
        raise faults[0]


def test_what_waits_for_company_is_there_for_whoever_looks(company: Company) -> None:
    ticket = create(company.admin, NewTicket(subject="One", category_id=company.categories["Network"]))
    texts = "SELECT text FROM history WHERE ticket_id = ? AND kind = 'note' ORDER BY id"
    with pytest.raises(DeskError), journal.together():
        with journal.operation(company.admin, "add-note") as op:
            op.entry(ticket.id, "note", "never")
        raise DeskError("No.")
    with journal.together():
        with journal.operation(company.admin, "add-note") as op:
            op.entry(ticket.id, "note", "first")
        assert fetch(texts, ticket.id) == [("first",)]
        with journal.operation(company.admin, "add-note") as op:
            op.entry(ticket.id, "note", "second")
            op.entries([(ticket.id, "note", "third", False), (ticket.id, "note", "fourth", False)])
    assert fetch(texts, ticket.id) == [("first",), ("second",), ("third",), ("fourth",)]
