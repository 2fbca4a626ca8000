"""Duplicates are merged into the ticket where work goes on."""

from __future__ import annotations

import pytest

from models import Operation
from services import catalogue, history, merging, notes, recipients, ticket_changes, ticket_creation, tickets
from services.errors import Forbidden, Invalid
from services.progress import Stopped
from services.session import Session
from tests.support.desks import Desk


def _ticket(session: Session, subject: str, address: str) -> int:
    category = catalogue.category_choices()[0].id
    new = ticket_creation.NewTicket(subject, category_id=category, external=(("to", address, ""),))
    return ticket_creation.create(session, new).id


def test_a_duplicate_becomes_a_tombstone_that_leads_to_the_target(desk: Desk) -> None:
    me = desk.administrator
    target = _ticket(me, "Printer is dead", "anna@customer.example")
    duplicate = _ticket(me, "PRINTER!!!", "bob@customer.example")

    merged = merging.merge(me, [duplicate], target)

    assert merged.id == target
    tombstone = tickets.get(me, duplicate)
    assert (tombstone.merged_into, tombstone.is_open) == (merged.number, False)
    assert {row.address for row in recipients.external(me, target)} == {"anna@customer.example", "bob@customer.example"}
    assert any(tombstone.number in entry.text for entry in history.entries(me, target))
    told = [change.after for entry in history.entries(me, duplicate) for change in entry.changes]
    assert merged.number in told


def test_work_on_a_tombstone_is_sent_to_the_target(desk: Desk) -> None:
    me = desk.administrator
    target, duplicate = _ticket(me, "One", "a@customer.example"), _ticket(me, "Two", "b@customer.example")
    merging.merge(me, [duplicate], target)
    number = tickets.get(me, target).number

    with pytest.raises(Invalid, match=number):
        notes.add_note(me, duplicate, "too late")
    with pytest.raises(Invalid, match=number):
        ticket_changes.change(me, duplicate, {"priority": 4})
    with pytest.raises(Invalid, match=number):
        merging.merge(me, [duplicate], target)


def test_a_ticket_is_not_merged_into_itself_nor_into_a_tombstone(desk: Desk) -> None:
    me = desk.administrator
    first, second, third = (_ticket(me, name, f"{name}@customer.example") for name in ("one", "two", "three"))
    with pytest.raises(Invalid, match="itself"):
        merging.merge(me, [first], first)
    merging.merge(me, [first], second)
    with pytest.raises(Invalid, match="merge into that ticket"):
        merging.merge(me, [third], first)
    assert tickets.get(me, third).is_open


def test_merging_needs_the_privilege(desk: Desk) -> None:
    me = desk.administrator
    target, duplicate = _ticket(me, "One", "a@customer.example"), _ticket(me, "Two", "b@customer.example")
    without = me._replace(privileges=me.privileges - {"merge"})
    with pytest.raises(Forbidden, match="Merge"):
        merging.merge(without, [duplicate], target)
    assert tickets.get(me, duplicate).merged_into is None


def test_those_of_many_that_refuse_are_left_and_named(desk: Desk) -> None:
    me = desk.administrator
    target, *duplicates = (_ticket(me, f"Alert {place}", f"{place}@customer.example") for place in range(5))
    other = _ticket(me, "Elsewhere", "e@customer.example")
    merging.merge(me, [duplicates[1]], other)
    told: list[tuple[int, int]] = []

    def progress(done: int, total: int) -> bool:
        told.append((done, total))
        return True

    result = merging.merge_many(me, [*duplicates, target, 999_999], target, progress=progress)
    assert list(result.done) == [duplicates[0], duplicates[2], duplicates[3]]
    gone, unknown = result.refused
    assert gone[0] == duplicates[1] and "was merged into" in gone[1]
    assert unknown[0] == 999_999 and "There is no ticket" in unknown[1]
    assert len(recipients.external(me, target)) == 4


def test_a_merge_of_many_that_is_stopped_leaves_everything(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(merging, "_FEW", 1)
    me = desk.administrator
    target, *duplicates = (_ticket(me, f"Alert {place}", f"{place}@customer.example") for place in range(4))
    with pytest.raises(Stopped):
        merging.merge_many(me, duplicates, target, progress=lambda done, _total: done < 2)
    assert [tickets.get(me, key).merged_into for key in duplicates] == [None] * 3
    assert len(recipients.external(me, target)) == 1


def test_a_merge_whose_answer_was_lost_is_done_once(desk: Desk) -> None:
    me = desk.administrator
    target, *duplicates = (_ticket(me, f"Alert {place}", f"{place}@customer.example") for place in range(3))
    first = merging.merge_many(me, duplicates, target, uid="once")
    again = merging.merge_many(me, duplicates, target, uid="once")
    assert list(again.done) == list(first.done) == duplicates
    assert Operation.select().where(Operation.action == "merge-tickets").count() == 1
