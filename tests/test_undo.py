"""Undo and redo: whatever was done to tickets can be taken back, by those who may, unless something has moved."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models import Charge, Document, EmployeeRecipient, ExternalRecipient, Operation, Ticket
from services import (
    archive,
    charges,
    clock,
    dispatching,
    documents,
    history,
    inbox,
    merging,
    notes,
    recipients,
    ticket_changes,
    tickets,
    transfer,
    undo,
)
from services.database_tools.check import RULES
from services.errors import DeskError
from services.records import TicketDetail
from services.session import Session
from services.sql import fetch
from services.undo_plan import ENTERED_IN_ERROR
from tests.support.company import NOON, Company

Act = Callable[[Session, int, int], object]


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
    return result


def seen_by_client(company: Company, ticket_id: int) -> list[str]:
    return [entry.text for entry in history.entries(company.session("Cleo"), ticket_id)]


def last(by: str | None = None) -> int:
    rows = Operation.select().order_by(Operation.id.desc())
    return int(next(row.id for row in rows if by is None or row.actor == by))


def acts(company: Company) -> list[Act]:
    """Everything that services do to a ticket, the second id being another ticket."""
    names = company.managers
    hold = {"status": company.status("hold"), "due": NOON + clock.DAY}
    done = {"status": company.status("completed"), "resolution": "Toner."}
    fields: list[dict[str, Any]] = [
        hold,
        done,
        {"status": company.status("in_progress")},
        {"extension": company.extension("Quote")},
        {"extension": None, "priority": 4, "subject": "Ä [/x]"},
        {"manager": names["Ann"]},
        {"manager": names["Field"]},
        {"account": company.accounts["Globex"]},
        {"contact": company.contacts["Otto"], "url": "https://x.example"},
        {"waiting_for_dispatch": 1, "due": None, "requester_name": ""},
    ]
    changes: list[Act] = [
        lambda session, key, _other, values=values: ticket_changes.change(session, key, values)  # type: ignore[misc]
        for values in fields
    ]
    work = charges.NewCharge("work", "x", 1000, 1)

    def first_charge(session: Session, key: int) -> Any:
        return (charges.listed(session, key) or [None])[0]

    return [
        *changes,
        lambda s, key, _: ticket_changes.change(s, key, {"priority": 1}, note="and a note"),
        lambda s, key, other: inbox.move_to_inbox(s, [key, other]),
        lambda s, key, _: inbox.remove_from_inbox(s, [key]),
        lambda s, key, _: inbox.mark_read(s, [key]),
        lambda s, key, other: inbox.mark_unread(s, [key, other]),
        lambda s, key, _: notes.add_note(s, key, "a public note", public=True),
        lambda s, key, other: archive.archive(s, [key, other], "why"),
        lambda s, key, other: archive.restore(s, [key, other]),
        lambda s, key, other: dispatching.set_waiting(s, [key, other], True),
        lambda s, key, other: dispatching.set_waiting(s, [key, other], False),
        lambda s, key, _: transfer.transfer(s, key, {"manager": names["Ben"]}, "yours"),
        lambda s, key, other: merging.merge(s, [other], key),
        lambda s, key, _: charges.add(s, key, work),
        lambda s, key, _: charges.change(s, first_charge(s, key).id, work._replace(quantity=5), first_charge(s, key)),
        lambda s, key, _: charges.remove(s, first_charge(s, key).id),
        lambda s, key, _: documents.attach_bytes(s, key, "a.txt", b"a"),
        lambda s, key, _: documents.remove(s, documents.listed(s, key)[0].id),
        lambda s, key, _: recipients.add_external(s, key, "x@x.example", "X", "cc"),
        lambda s, key, _: recipients.add_external(s, key, "x@x.example", "X", "bcc"),
        lambda s, key, _: recipients.remove_external(s, key, recipients.external(s, key)[0].id),
        lambda s, key, _: recipients.subscribe(s, key),
        lambda s, key, _: recipients.unsubscribe(s, key),
        lambda s, key, _: recipients.set_level(s, key, s.employee_id or 0, "created"),
        lambda s, key, _: recipients.add_by_role(s, key, "Ticket Manager"),
        lambda _s, key, _: notes.add_note(company.session("Cleo", "web"), key, "still broken"),
        lambda _s, _key, _: company.open_ticket("Ann"),
        lambda _s, _key, _: company.open_ticket("Cleo"),
    ]


def test_any_sequence_of_operations_and_their_undo_restores_the_desk_exactly(company: Company) -> None:
    possible, dora = acts(company), company.session("Dora")

    @settings(max_examples=10)
    @given(st.lists(st.tuples(st.integers(0, len(possible) - 1), st.booleans()), min_size=3, max_size=14))
    def any_sequence(sequence: list[tuple[int, bool]]) -> None:
        one, other = company.open_ticket("Ann").id, company.open_ticket("Cleo").id
        before = [state()]
        done = []
        for at, (place, turned) in enumerate(sequence):
            pair = (other, one) if turned else (one, other)
            newest = last()
            with clock.frozen(NOON + at * clock.MINUTE):
                try:
                    possible[place](dora, *pair)
                except (DeskError, AttributeError, IndexError):
                    pass
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
