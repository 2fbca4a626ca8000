"""Undo and redo: whatever was done to tickets can be taken back, by those who may, unless something has moved."""

from __future__ import annotations

import threading
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models import Charge, Delivery, Document, EmployeeRecipient, ExternalRecipient, Operation, Ticket
from models.binding import connection
from services import (
    clock,
    history,
    inbox,
    notes,
    operations,
    preferences,
    ticket_changes,
    undo,
)
from services.accounts import ACCOUNTS
from services.database_tools.check import RULES
from services.errors import DeskError
from services.records import TicketDetail
from services.session import Session
from services.sql import fetch
from services.undo_plan import ENTERED_IN_ERROR
from tests.support import acts
from tests.support.acts import every_act, last
from tests.support.company import NOON, Company


def state() -> dict[str, Any]:
    """Everything of the desk's tickets that people can see, but for the versions."""
    in_error = {row["id"] for row in Ticket.select().dicts() if row["archive_reason"] == ENTERED_IN_ERROR}
    result: dict[str, Any] = {}
    for model in (Ticket, Charge, Document):
        rows = [{**row, "version": 0} for row in model.select().order_by(model.id).dicts() if not row.get("removed")]
        result[model.__name__] = [row for row in rows if row.get("ticket", row["id"]) not in in_error]
    for table in (ExternalRecipient, EmployeeRecipient):
        # Their keys are nobody's business, but the order that they give is.
        rows = [{**row, "id": 0} for row in table.select().order_by(table.ticket, table.id).dicts()]
        result[table.__name__] = [row for row in rows if row["ticket"] not in in_error]
    waiting = Delivery.select().where(Delivery.state != "withdrawn").order_by(Delivery.id)
    result["outbox"] = [(row.id, row.address, row.state) for row in waiting]
    return result


def seen_by_client(company: Company, ticket_id: int) -> list[str]:
    return [entry.text for entry in history.entries(company.session("Cleo"), ticket_id)]


def test_any_sequence_of_operations_and_their_undo_restores_the_desk_exactly(company: Company) -> None:
    possible, dora = every_act(company), company.session("Dora")

    @settings(max_examples=10)
    @given(st.lists(st.tuples(st.integers(0, len(possible) - 1), st.booleans()), min_size=3, max_size=14))
    def any_sequence(sequence: list[tuple[int, bool]]) -> None:
        one, other = company.open_ticket("Ann").id, company.open_ticket("Cleo").id
        before = [state()]
        done = []
        for at, (place, turned) in enumerate(sequence):
            pair = (other, one) if turned else (one, other)
            newest = last()
            with clock.frozen(NOON + at * clock.MINUTE), suppress(DeskError, AttributeError, IndexError):
                possible[place](dora, *pair)
            if last() != newest:
                done.append(last())
                before.append(state())
        undone = []
        for number in range(len(done) - 1, -1, -1):
            undone.append(undo.undo(dora, done[number]).operation_id)
            assert state() == before[number]
        for number in range(len(done)):
            # Redo: the undo that came last is taken back first.
            undo.undo(dora, undone[len(done) - 1 - number])
            assert state() == before[number + 1]
        for number in range(len(done) - 1, -1, -1):
            undo.undo(dora, done[number])
            assert state() == before[number]
        for rule in ("the journal ends in each ticket's status", "open tickets have an open status"):
            assert fetch(RULES[rule]) == []

    any_sequence()


def change(session: Session, ticket: TicketDetail, **fields: Any) -> int:
    ticket_changes.change(session, ticket.id, fields)
    return last()


def test_what_moved_since_is_named_with_who_and_when(company: Company) -> None:
    ann, ben = company.session("Ann"), company.session("Ben")
    ticket = company.open_ticket("Ann")
    held = change(ann, ticket, status=company.status("hold"), due=NOON + clock.DAY)
    with clock.frozen(NOON + 2 * clock.HOUR):
        change(ben, ticket, status=company.status("in_progress"))
    status = company.read(ticket).status
    sentence = f"{ticket.number}: Status was changed to {status} by Ben at 14:02; undo that first or change it by hand."
    with pytest.raises(undo.MovedSince) as refused:
        undo.undo(ann, held)
    assert refused.value.sentence == sentence.replace("14:02", "14:00")
    assert refused.value.exit_status == 1


def test_what_merely_follows_stands_in_nobody_s_way(company: Company) -> None:
    ann = company.session("Ann")
    ticket = company.open_ticket("Ann")
    urgent = change(ann, ticket, priority=4)
    with clock.frozen(NOON + clock.HOUR):
        notes.add_note(company.session("Ben"), ticket.id, "later")
        acts.to_inbox(ann, [ticket.id])
    undo.undo(ann, urgent)
    now = company.read(ticket)
    assert (now.priority, now.in_inbox, now.updated_at) == (ticket.priority, True, NOON + clock.HOUR)


def test_only_who_may_takes_back_what_others_did(company: Company) -> None:
    ann, ben, dora, cleo = (company.session(name) for name in ("Ann", "Ben", "Dora", "Cleo"))
    ticket = company.open_ticket("Ann")
    done = change(ann, ticket, priority=4)
    with pytest.raises(DeskError, match="Ann did this, and you lack the privilege “Take back what other people did”"):
        undo.undo(ben, done)
    with pytest.raises(DeskError, match="Only employees"):
        undo.undo(cleo, done)
    assert undo.undo(dora, done).sentence == f"Taken back: Priority Urgent, {ticket.number}."
    with pytest.raises(DeskError, match="This was taken back by Dora at 12:00"):
        undo.undo(ann, done)
    with pytest.raises(DeskError, match="Dora did this"):
        undo.undo(ann, last("Dora"))


def test_who_has_lost_the_right_to_do_it_takes_nothing_back(company: Company) -> None:
    ann, dora = company.session("Ann"), company.session("Dora")
    ticket = company.open_ticket("Cleo")
    done = change(ann, ticket, priority=4)
    weak = ann._replace(privileges=ann.privileges - {"change_others"})
    with pytest.raises(DeskError, match="is managed by New Tickets, and you lack"):
        undo.undo(weak, done)
    acts.archive(dora, [ticket.id], "why")
    with pytest.raises(DeskError, match="Archive and restore"):
        undo.undo(dora._replace(privileges=dora.privileges - {"archive"}), last())
    with pytest.raises(DeskError, match="check the number"):
        undo.undo(weak._replace(privileges=frozenset()), done)


def test_a_note_that_was_taken_back_stays_for_the_staff_alone(company: Company) -> None:
    ann = company.session("Ann")
    ticket = company.open_ticket("Cleo")
    notes.add_note(ann, ticket.id, "Your password is hunter2", public=True)
    assert "Your password is hunter2" in seen_by_client(company, ticket.id)
    count = len(seen_by_client(company, ticket.id))
    back = undo.undo(ann, last())
    assert "Your password is hunter2" not in seen_by_client(company, ticket.id)
    assert len(seen_by_client(company, ticket.id)) == count - 1
    entries = {entry.kind: entry for entry in history.entries(ann, ticket.id)}
    assert entries["note"].taken_back == ("Ann", NOON)
    assert (entries["undo"].text, entries["undo"].public) == ("Taken back: Note", False)
    undo.undo(ann, back.operation_id)
    assert "Your password is hunter2" in seen_by_client(company, ticket.id)


def test_a_new_ticket_is_archived_unless_somebody_worked_on_it(company: Company) -> None:
    ann = company.session("Ann")
    ticket = company.open_ticket("Ann")
    made = last()
    notes.add_note(company.session("Ben"), ticket.id, "on it")
    with pytest.raises(undo.MovedSince, match=r"Ben worked on it at 12:00 \(note\)"):
        undo.undo(ann, made)
    undo.undo(company.session("Ben"), last())
    undo.undo(ann, made)
    assert company.read(ticket).archive_reason == ENTERED_IN_ERROR
    undo.undo(ann, last())
    assert company.read(ticket)._replace(version=0) == ticket._replace(version=0)


@pytest.mark.parametrize(
    ("act", "sentence"),
    [
        (lambda s, t: inbox.viewed(s, t.id), "mark the ticket as unread"),
        (lambda s, t: preferences.set_desk_setting(s, "support_address", "x@desk.example"), "set the value"),
        (lambda s, t: ACCOUNTS.add(s, name="New"), "people, lists and customers"),
    ],
)
def test_what_nobody_takes_back_says_why(company: Company, act: Any, sentence: str) -> None:
    ticket = company.open_ticket("Cleo")
    act(company.admin, ticket)
    with pytest.raises(DeskError, match=sentence):
        undo.undo(company.admin, last())


def test_a_retry_finds_the_first_try(company: Company) -> None:
    ann = company.session("Ann")
    ticket = company.open_ticket("Ann")
    done = change(ann, ticket, priority=4)
    first = undo.undo(ann, done, uid="once")
    again = undo.undo(ann, done, uid="once")
    assert (again.operation_id, again.sentence) == (first.operation_id, first.sentence)
    assert Operation.select().where(Operation.undoes == done).count() == 1


def test_two_at_once_take_it_back_once(company: Company) -> None:
    ticket = company.open_ticket("Ann")
    done = change(company.session("Ann"), ticket, priority=4)
    refused: list[str] = []

    def work() -> None:
        with connection():
            try:
                undo.undo(company.admin, done)
            except DeskError as fault:
                refused.append(fault.sentence)

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert refused == ["This was taken back by Ada Lindqvist at 12:00."] * 2
    assert company.read(ticket).priority == ticket.priority


def test_undo_and_redo_follow_what_one_did_last(company: Company) -> None:
    ann = company.session("Ann")
    ticket = company.open_ticket("Ann")
    change(ann, ticket, priority=4)
    change(ann, ticket, subject="B")
    inbox.viewed(ann, ticket.id)

    def back() -> str:
        return undo.undo(ann, operations.last_own(ann)).sentence

    def again() -> str:
        return undo.undo(ann, operations.last_undone(ann)).sentence

    def now() -> tuple[int, str]:
        present = company.read(ticket)
        return present.priority, present.subject

    assert back() and now() == (4, ticket.subject)
    assert back() and now() == (2, ticket.subject)
    assert again() and now() == (4, ticket.subject)
    assert again() and now() == (4, "B")
    assert back() and back() and now() == (2, ticket.subject)
    assert again() and now() == (4, ticket.subject)
    notes.add_note(ann, ticket.id, "something new")
    with pytest.raises(DeskError, match="There is nothing to do again"):
        again()
    labels = [row.label for row in operations.recent(ann)]
    assert labels[:3] == ["Note", "Done again: Priority Urgent", "Taken back: Priority Urgent"]
    assert len(operations.recent(ann, limit=2)) == 2
    older = operations.recent(ann, before=operations.recent(ann, limit=2)[-1].id)
    assert [row.label for row in older] == labels[2:]
    found = operations.changes(ann, done_last(ann))
    assert [(one.number, one.texts) for one in found] == [(ticket.number, ("something new",))]


def test_undo_passes_over_what_changed_nothing(company: Company) -> None:
    ann = company.session("Ann")
    ticket = company.open_ticket("Ann")
    change(ann, ticket, priority=4)
    ticket_changes.change(ann, ticket.id, {"priority": 4}, uid="as it is already")
    assert [row.label for row in operations.recent(ann)] == ["Priority Urgent", "New ticket"]
    undo.undo(ann, operations.last_own(ann))
    assert company.read(ticket).priority == ticket.priority


def done_last(session: Session) -> int:
    return operations.recent(session)[0].id


def test_the_operations_of_others_take_the_privilege(company: Company) -> None:
    ann, dora = company.session("Ann"), company.session("Dora")
    ticket = company.open_ticket("Ann")
    change(company.session("Ben"), ticket, priority=4)
    with pytest.raises(DeskError, match="Take back what other people did"):
        operations.recent(ann, whose="all")
    assert operations.recent(dora, whose="all")[0].actor == "Ben"
    on_ticket = operations.recent(ann, ticket_id=ticket.id)
    assert [row.actor for row in on_ticket] == ["Ben", "Ann"]
    assert "Ben did this" in str(on_ticket[0].refusal)
    (one,) = operations.changes(ann, on_ticket[0].id)
    assert [(each.label, each.before, each.after) for each in one.changes] == [("Priority", "Normal", "Urgent")]
