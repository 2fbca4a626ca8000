"""Duplicates are merged into the ticket where work goes on."""

from __future__ import annotations

import pytest

from services import catalogue, history, merging, notes, recipients, ticket_changes, ticket_creation, tickets
from services.errors import Forbidden, Invalid
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
