"""Taking back what was done to many tickets at once: in batches, all or nothing, or those that have not moved."""

from __future__ import annotations

import pytest

from models import Change, History, Operation, Ticket
from services import (
    bulk,
    clock,
    finding,
    history,
    journal,
    lists,
    notes,
    operations,
    ticket_changes,
    undo,
)
from services.progress import Stopped
from services.session import Session
from services.sql import fetch
from services.ticket_creation import NewTicket, create_within
from services.undo_moved import later_work
from tests.support import acts
from tests.support.company import NOON, Company

MANY = 450
WAYS = ("toner", "text:toner", "note:toner")
"""Of looking for the word of a note."""


def many(company: Company, number: int) -> list[int]:
    """Tickets made in one transaction, each a second older than the one before."""
    ann = company.session("Ann", "cli")
    with journal.operation(ann, "create-ticket") as op:
        ids = [create_within(op, NewTicket(f"Alert {key}", send_confirmation=False)) for key in range(number)]
        for place, key in enumerate(ids):
            Ticket.update(updated_at=NOON - place * clock.SECOND).where(Ticket.id == key).execute()
    return ids


def close_all(session: Session, ids: list[int], company: Company) -> int:
    act = ticket_changes.changing({"status": company.status("cancelled"), "manager": company.managers["Ben"]})
    result = bulk.run(session, act, ids)
    assert result.operation_id is not None and len(result.done) == len(ids)
    return result.operation_id


def all_rows() -> list[tuple[object, ...]]:
    return fetch("SELECT id, status_id, is_open, closed_at, manager_id, priority, in_inbox, updated_at FROM ticket")


def test_many_are_taken_back_and_done_again_in_one_operation_each(company: Company) -> None:
    dora = company.session("Dora")
    ids = many(company, MANY)
    before = all_rows()
    with clock.frozen(NOON + clock.HOUR):
        closed = close_all(dora, ids, company)
    after = all_rows()
    seen: list[tuple[int, int]] = []

    def progress(done: int, total: int) -> bool:
        seen.append((done, total))
        return True

    undone = undo.undo(dora, closed, progress=progress)
    assert undone.sentence == f"Taken back: Status Cancelled and Manager Ben, {MANY:,} tickets."
    assert len(seen) > 2 and seen[-1] == (MANY, MANY)
    assert sorted(all_rows()) == sorted(before)
    with pytest.raises(Stopped, match="Nothing was done again"):
        undo.undo(dora, undone.operation_id, progress=lambda done, total: False)
    again = undo.undo(dora, undone.operation_id)
    assert sorted(all_rows()) == sorted(after)
    assert again.again and len(again.tickets) == MANY
    assert operations.recent(dora)[0].total == MANY


def test_a_stopped_undo_has_done_nothing(company: Company) -> None:
    dora = company.session("Dora")
    closed = close_all(dora, many(company, MANY), company)
    before = all_rows(), Operation.select().count(), Change.select().count(), History.select().count()
    with pytest.raises(Stopped, match="Nothing was taken back"):
        undo.undo(dora, closed, progress=lambda done, total: False)
    assert (all_rows(), Operation.select().count(), Change.select().count(), History.select().count()) == before


def test_all_or_nothing_unless_a_part_is_asked_for(company: Company) -> None:
    dora = company.session("Dora")
    ids = [company.open_ticket("Ann").id for _ in range(5)]
    acts.archive(dora, ids, "old")
    done = operations.last_own(dora)
    acts.restore(company.admin, ids[:2])
    with pytest.raises(undo.MovedSince) as refused:
        undo.undo(dora, done)
    assert refused.value.possible == 3
    assert [sentence.partition(":")[0] for sentence in refused.value.sentences] == ["0500-1000", "0500-1001"]
    assert "Archived was changed to no by Ada Lindqvist at 12:00; undo that first" in refused.value.sentences[0]
    assert "1 other ticket has changed too; the other 3 could be taken back." in refused.value.sentence
    undone = undo.undo(dora, done, partly=True)
    assert undone.tickets == tuple(ids[2:]) and len(undone.left) == 2
    undo.undo(dora, undone.operation_id)
    assert [row[0] for row in fetch("SELECT archived FROM ticket ORDER BY id")] == [0, 0, 1, 1, 1]


def test_what_was_left_of_a_note_is_still_read_and_found(company: Company) -> None:
    tia, cleo = company.session("Tia"), company.session("Cleo")
    ids = [company.open_ticket("Cleo", f"Printer {key}").id for key in range(2)]
    for key in ids:
        ticket_changes.change(company.admin, key, {"manager": company.managers["Tia"]})
    bulk.run(tia, notes.noting(tia, "Toner arrives on Monday", public=True), ids)
    noted = operations.last_own(tia)
    ticket_changes.change(company.admin, ids[0], {"manager": company.managers["Ben"]})
    undone = undo.undo(tia, noted, partly=True)
    assert undone.tickets == (ids[1],) and len(undone.left) == 1
    seen = [key for key in ids if any("Toner" in entry.text for entry in history.entries(cleo, key))]
    found = {text: list(lists.ids(cleo, finding.narrowed(cleo, finding.EVERYWHERE, text)[0])) for text in WAYS}
    assert seen == ids[:1] and found == dict.fromkeys(WAYS, ids[:1])
    assert later_work(ids, noted - 1).keys() == {ids[0]}
