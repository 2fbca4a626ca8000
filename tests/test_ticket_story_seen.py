"""Stories of what is seen: the Inbox, what is read, and who sees what."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from services import (
    charges,
    clock,
    documents,
    history,
    inbox,
    lists,
    notes,
    query,
    recipients,
    ticket_changes,
    tickets,
)
from services.charges import NewCharge
from services.errors import Forbidden, NotFound
from services.numbers import number_of
from services.records import NO_MARK, READ, UNREAD, TicketDetail
from services.session import Session
from tests.support import acts
from tests.support.company import NOON, Company


def change(company: Company, ticket: TicketDetail, by: str = "Dora", **fields: Any) -> TicketDetail:
    return ticket_changes.change(company.session(by), ticket.id, fields)


def entries(company: Company, ticket: TicketDetail) -> list[tuple[str, str]]:
    return [(entry.kind, entry.text) for entry in history.entries(company.admin, ticket.id)]


# The Inbox and what is read


def test_what_customers_do_enters_the_inbox_and_says_so_in_the_history(company: Company) -> None:
    cleo = company.session("Cleo", "web")
    acts: tuple[Callable[[int], object], ...] = (
        lambda key: notes.add_note(cleo, key, "still broken"),
        lambda key: documents.attach_bytes(cleo, key, "photo.png", b"x"),
        lambda key: ticket_changes.change(cleo, key, {"due": NOON + clock.DAY}),
    )
    for act in acts:
        ticket = company.open_ticket("Ann", manager_id=company.managers["Ann"])
        assert (ticket.in_inbox, ticket.mark) == (False, NO_MARK)
        act(ticket.id)
        after = company.read(ticket)
        assert (after.in_inbox, after.mark) == (True, UNREAD)
        assert entries(company, ticket)[-1][0] == "inbox"
    done = change(company, ticket, status=company.status("cancelled"))
    notes.add_note(cleo, done.id, "and again")
    assert company.read(done).in_inbox and not company.read(done).is_open


def test_programs_enter_the_inbox_and_employees_do_not(company: Company) -> None:
    by_program = company.open_ticket("Ann", channel="api")
    assert (by_program.in_inbox, by_program.mark) == (True, UNREAD)
    ticket = company.open_ticket("Ann")
    ann = company.session("Ann")
    notes.add_note(ann, ticket.id, "called", public=True)
    documents.attach_bytes(ann, ticket.id, "log.txt", b"x")
    assert (company.read(ticket).in_inbox, company.read(ticket).mark) == (False, NO_MARK)
    notes.add_note(company.session("Ann", "api"), ticket.id, "disk full")
    assert company.read(ticket).in_inbox


def test_the_inbox_is_the_same_for_everyone(company: Company) -> None:
    ticket = company.open_ticket("Ann")
    assert acts.to_inbox(company.session("Ben"), [ticket.id, ticket.id]) == 1
    assert lists.ids(company.session("Dora"), lists.ListQuery(lists.INBOX)).tolist() == [ticket.id]
    assert acts.from_inbox(company.session("Dora"), [ticket.id]) == 1
    assert acts.from_inbox(company.session("Dora"), [ticket.id]) == 0
    assert [text for kind, text in entries(company, ticket) if kind == "inbox"] == [
        "Moved to the Inbox",
        "Removed from the Inbox",
    ]
    with pytest.raises(Forbidden):
        acts.to_inbox(company.session("Cleo"), [ticket.id])


def test_only_its_manager_opens_an_envelope_by_looking(company: Company) -> None:
    ticket = company.open_ticket("Cleo", category_id=company.categories["Network"])
    assert (ticket.manager, ticket.mark, ticket.opened_at) == ("Ben", UNREAD, None)
    assert not inbox.viewed(company.session("Cleo"), ticket.id)
    assert not inbox.viewed(company.session("Ann"), ticket.id)
    seen = company.read(ticket)
    assert (seen.opened_at, seen.mark) == (NOON, UNREAD)
    assert inbox.viewed(company.session("Ben"), ticket.id)
    assert not inbox.viewed(company.session("Ben"), ticket.id)
    assert company.read(ticket).mark == READ
    assert company.read(ticket).in_inbox


def test_a_teams_ticket_is_everyones_who_belongs_to_it(company: Company) -> None:
    ticket = company.open_ticket("Cleo")
    change(company, ticket, manager=company.managers["Field"])
    assert tickets.get(company.session("Ann"), ticket.id).mine
    assert not tickets.get(company.session("Ben"), ticket.id).mine
    assert inbox.viewed(company.session("Ann"), ticket.id)


def test_marking_others_tickets_needs_the_privilege(company: Company) -> None:
    ticket = company.open_ticket("Cleo", category_id=company.categories["Network"])
    with pytest.raises(Forbidden, match="Ben"):
        acts.mark_read(company.session("Ann"), [ticket.id])
    assert acts.mark_read(company.session("Dora"), [ticket.id]) == 1
    assert acts.mark_unread(company.session("Ben"), [ticket.id]) == 1
    own = company.open_ticket("Ann", manager_id=company.managers["Ann"])
    assert acts.mark_read(company.session("Ann"), [own.id]) == 0
    assert acts.mark_unread(company.session("Ann"), [own.id]) == 1
    assert company.read(own).mark == UNREAD


def test_dispatching_is_asked_for_by_anyone_and_cleared_by_dispatchers(company: Company) -> None:
    ticket = company.open_ticket("Ann")
    ann, dora = company.session("Ann"), company.session("Dora")
    assert acts.set_waiting(ann, [ticket.id], True) == 1
    with pytest.raises(Forbidden):
        acts.set_waiting(ann, [ticket.id], False)
    with pytest.raises(Forbidden):
        change(company, ticket, "Ann", waiting_for_dispatch=0)
    assert acts.set_waiting(dora, [ticket.id], False) == 1


# Who sees what


def test_nothing_of_another_accounts_ticket_leaks_to_a_client(company: Company, tmp_path: Path) -> None:
    ticket = company.open_ticket("Ann")
    file = documents.attach_bytes(company.session("Ann"), ticket.id, "secret.txt", b"x")
    hidden = company.open_ticket("Ann", category_id=company.categories["Secret"])
    nothing = ticket.id + 1_000
    cleo, gus, tia = (company.session(name) for name in ("Cleo", "Gus", "Tia"))
    cases: list[tuple[Session, int]] = [(gus, ticket.id), (cleo, hidden.id), (tia, hidden.id)]
    reads: tuple[Callable[[Session, int], object], ...] = (
        tickets.get,
        history.entries,
        charges.listed,
        documents.listed,
        recipients.external,
        recipients.employees,
        recipients.contact_choices,
        lambda session, key: notes.add_note(session, key, "x"),
        lambda session, key: ticket_changes.change(session, key, {"due": None}),
    )
    tia_hidden = company.open_ticket("Ann", manager_id=company.managers["Ann"])
    for session, key in [*cases[:2], (tia, tia_hidden.id)]:
        for read in reads:
            with pytest.raises(NotFound) as refused:
                read(session, key)
            with pytest.raises(NotFound) as unknown:
                read(session, nothing)
            number, other = number_of(key), number_of(nothing)
            assert str(refused.value) == str(unknown.value).replace(other, number)
    with pytest.raises(NotFound) as refused:
        documents.save(gus, file.id, tmp_path)
    with pytest.raises(NotFound) as unknown:
        documents.save(gus, file.id + 99, tmp_path)
    assert str(refused.value) == str(unknown.value)


def test_a_client_sees_the_public_part_and_an_employee_everything(company: Company) -> None:
    ticket, ann, cleo = company.open_ticket("Cleo"), company.session("Ann"), company.session("Cleo")
    notes.add_note(ann, ticket.id, "customer is grumpy")
    notes.add_note(ann, ticket.id, "we are on it", public=True)
    notes.add_note(cleo, ticket.id, "thanks")
    charges.add(ann, ticket.id, NewCharge("work", "Repair", 1000, 95_00))
    charges.add(ann, ticket.id, NewCharge("work", "Goodwill", 1000, 95_00, billable=False))
    recipients.add_external(ann, ticket.id, "spy@globex.example", kind="bcc")
    change(company, ticket, priority=4)
    seen = [entry.text for entry in history.entries(cleo, ticket.id)]
    assert seen[1:3] == ["we are on it", "thanks"]
    assert not [text for text in seen if "grumpy" in text or "spy" in text or "Goodwill" in text]
    assert all(entry.changes == () for entry in history.entries(cleo, ticket.id))
    assert len(seen) < len(history.entries(ann, ticket.id))
    assert [row.label for row in charges.listed(cleo, ticket.id)] == ["Repair"]
    assert [row.kind for row in recipients.external(cleo, ticket.id)] == ["to"]
    assert recipients.employees(cleo, ticket.id) == []


def test_lists_searches_and_counts_end_at_what_one_may_see(company: Company) -> None:
    own = company.open_ticket("Cleo", subject="needle")
    company.open_ticket("Gus", subject="needle")
    company.open_ticket("Ann", subject="needle", category_id=company.categories["Secret"])
    cleo = company.session("Cleo")
    for text in ("needle", "account:Globex needle", f"number:{own.number}", "-nothing"):
        condition = query.compile_query(cleo, text)
        wanted = lists.ListQuery(lists.ALL, where=condition.sql, params=condition.params)
        found = [] if "Globex" in text else [own.id]
        assert lists.ids(cleo, wanted).tolist() == found
        assert lists.count(cleo, wanted) == len(found)
    counts = lists.nav_counts(cleo)
    assert (counts.inbox, counts.open) == (1, 1)


def test_an_archived_ticket_is_gone_for_clients_until_it_is_restored(company: Company) -> None:
    ticket, cleo, dora = company.open_ticket("Cleo"), company.session("Cleo"), company.session("Dora")
    acts.archive(dora, [ticket.id], "opened by mistake")
    with pytest.raises(NotFound, match="no ticket"):
        tickets.get_by_number(cleo, ticket.number)
    with pytest.raises(NotFound):
        notes.add_note(cleo, ticket.id, "hello?")
    assert lists.ids(cleo, lists.ListQuery(lists.ARCHIVED)).tolist() == []
    assert lists.rows(cleo, [ticket.id]) == {}
    assert tickets.get(company.session("Ann"), ticket.id).archived
    acts.restore(dora, [ticket.id])
    assert tickets.get(cleo, ticket.id).number == ticket.number


def test_clients_change_little_and_archive_nothing(company: Company) -> None:
    ticket, cleo = company.open_ticket("Cleo"), company.session("Cleo")
    for act in (
        lambda: ticket_changes.change(cleo, ticket.id, {"priority": 4}),
        lambda: acts.archive(cleo, [ticket.id], "x"),
        lambda: acts.transfer(cleo, ticket.id, {"manager": 1}, "x"),
        lambda: acts.mark_read(cleo, [ticket.id]),
        lambda: recipients.add_external(cleo, ticket.id, "a@b.example"),
        lambda: recipients.subscribe(cleo, ticket.id),
        lambda: acts.set_waiting(cleo, [ticket.id], True),
    ):
        with pytest.raises(Forbidden):
            act()
