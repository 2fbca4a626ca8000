"""A ticket and the desk's lists as they were at a moment, told by the journal."""

from __future__ import annotations

from typing import Any

import pytest

from services import (
    as_it_was,
    charges,
    clock,
    documents,
    history,
    lists,
    notes,
    recipients,
    ticket_changes,
    tickets,
    undo,
)
from services.errors import DeskError, Forbidden, NotFound
from services.lists import ListQuery
from services.session import Session
from tests.support import acts
from tests.support.acts import every_act, last
from tests.support.company import NOON, Company


def whole(session: Session, ticket_id: int) -> tuple[Any, ...]:
    return (
        tickets.get(session, ticket_id)._replace(version=0),
        tuple(recipients.external(session, ticket_id)),
        tuple(recipients.employees(session, ticket_id)),
        tuple(row._replace(version=0) for row in charges.listed(session, ticket_id)),
        tuple(documents.listed(session, ticket_id)),
        tuple(entry._replace(taken_back=None) for entry in history.entries(session, ticket_id)),
    )


def test_a_ticket_is_shown_as_it_was_at_every_moment_of_its_life(company: Company) -> None:
    dora = company.session("Dora")
    with clock.frozen(NOON - clock.HOUR):
        one, other = company.open_ticket("Ann").id, company.open_ticket("Cleo").id
    seen = []
    for at, act in enumerate(every_act(company)):
        moment = NOON + at * clock.MINUTE
        with clock.frozen(moment):
            try:
                act(dora, one, other)
            except (DeskError, AttributeError, IndexError):
                continue
        seen.append((moment, whole(dora, one), whole(dora, other)))
    with clock.frozen(NOON + clock.DAY):
        undo.undo(dora, last("Dora"))
        for moment, *pair in seen:
            for key, expected in zip((one, other), pair, strict=True):
                then = as_it_was.ticket(dora, key, moment + clock.SECOND)
                assert then.ticket._replace(version=0) == expected[0]
                assert (then.external, then.employees, then.documents) == (*expected[1:3], expected[4])
                assert tuple(row._replace(version=0) for row in then.charges) == expected[3]
                assert tuple(entry._replace(taken_back=None) for entry in then.history) == expected[5]
    assert whole(dora, one)[0].id == one
    assert len(seen) > 15


def test_before_a_ticket_was_opened_there_was_none(company: Company) -> None:
    ticket = company.open_ticket("Ann")
    with pytest.raises(NotFound, match="yet; it was opened at 12:00"):
        as_it_was.ticket(company.session("Ann"), ticket.id, NOON - clock.HOUR)
    with pytest.raises(DeskError, match="still to come"):
        as_it_was.ticket(company.session("Ann"), ticket.id, NOON + clock.HOUR)
    with pytest.raises(Forbidden):
        as_it_was.ticket(company.session("Cleo"), ticket.id, NOON)


def test_lists_are_shown_as_they_were(company: Company) -> None:
    dora = company.session("Dora")
    moments: list[tuple[int, dict[str, Any]]] = []
    views = [lists.OPEN, lists.CLOSED, lists.INBOX, lists.ARCHIVED, lists.ALL, lists.DISPATCHER]
    keys: list[int] = []

    def note(at: int) -> None:
        found = {v.kind: [r._replace(version=0) for r in lists.first_rows(dora, ListQuery(v))] for v in views}
        moments.append((at, found))

    def step(number: int, do: Any) -> None:
        with clock.frozen(NOON + number * clock.HOUR):
            do()
        note(NOON + number * clock.HOUR)

    step(0, lambda: keys.append(company.open_ticket("Cleo").id))
    step(1, lambda: keys.append(company.open_ticket("Ann", "Second").id))
    step(2, lambda: ticket_changes.change(dora, keys[0], {"status": company.status("completed"), "resolution": "ok"}))
    step(3, lambda: acts.archive(dora, [keys[1]], "why"))
    step(4, lambda: notes.add_note(dora, keys[0], "a note"))
    step(5, lambda: undo.undo(dora, last()))
    step(6, lambda: acts.restore(dora, [keys[1]]))
    with clock.frozen(NOON + clock.DAY):
        for at, expected in moments:
            for view in views:
                then = as_it_was.listed(dora, ListQuery(view), at)
                assert [row._replace(version=0) for row in then.rows] == expected[view.kind], (at, view)
                assert then.total == len(expected[view.kind])
        assert as_it_was.listed(dora, ListQuery(lists.ALL), NOON - clock.HOUR).total == 0
    note(0)
    assert moments[-1][1] == moments[-2][1]


def test_too_far_back_is_refused_in_a_sentence(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    company.open_ticket("Ann")
    monkeypatch.setattr(as_it_was, "MOST_CHANGES", 3)
    with clock.frozen(NOON + clock.DAY), pytest.raises(DeskError, match="choose a later moment"):
        as_it_was.listed(company.session("Ann"), ListQuery(lists.ALL), NOON - clock.DAY)
