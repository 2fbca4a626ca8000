"""Stories of many tickets changed at once: one operation, who refused, what is guarded, and what a fault leaves."""

from __future__ import annotations

from typing import Any

import pytest
from peewee import fn

from models import Change, EmployeeRecipient, History, Operation, Ticket
from services import bulk, history, lists, tickets
from services.archive import archiving, restoring
from services.bulk import Act, BulkResult
from services.dispatching import flagging
from services.errors import Conflict, DeskError, Forbidden, Invalid, NotFound
from services.inbox import marking, moving
from services.merging import merge
from services.notes import noting
from services.progress import Stopped
from services.records import READ, UNREAD, TicketDetail
from services.session import Session
from services.sql import fetch, marks
from services.ticket_changes import change, changing
from services.transfer import transferring
from tests.support.company import NOON, Company
from tests.support.small_desk import counted_queries


def opened(company: Company, count: int, **values: Any) -> list[int]:
    """Open tickets that Ann manages."""
    values.setdefault("manager_id", company.managers["Ann"])
    return [company.open_ticket(subject=f"Alert {place}", **values).id for place in range(count)]


def read(company: Company, ticket_id: int) -> TicketDetail:
    return tickets.get(company.admin, ticket_id)


def last_operation() -> Operation:
    found: Operation = Operation.select().order_by(Operation.id.desc()).get()
    return found


def counts() -> tuple[int, int, int]:
    return Operation.select().count(), Change.select().count(), History.select().count()


def test_many_tickets_are_one_operation_with_an_entry_each(company: Company) -> None:
    ids = opened(company, 5)
    before = counts()[0]
    result = bulk.run(company.session("Ann"), changing({"priority": 4}), reversed(ids))
    assert (list(result.done), result.unchanged, result.refused) == (ids, 0, [])
    assert counts()[0] == before + 1
    assert result.operation_id == last_operation().id
    assert last_operation().action == "change-ticket"
    for ticket_id in ids:
        entry = history.entries(company.admin, ticket_id)[-1]
        assert entry.operation_id == result.operation_id
        assert [(each.label, each.after) for each in entry.changes if each.label == "Priority"] == [
            ("Priority", "Urgent")
        ]
        assert read(company, ticket_id).priority == 4


def test_the_same_ticket_twice_is_changed_once_and_what_is_so_already_is_told_apart(company: Company) -> None:
    first, second = opened(company, 2)
    change(company.admin, second, {"priority": 4})
    result = bulk.run(company.session("Ann"), changing({"priority": 4}), [first, second, first])
    assert (list(result.done), result.unchanged) == ([first], 1)
    assert read(company, first).version == 2
    again = bulk.run(company.session("Ann"), changing({"priority": 4}), [first, second])
    assert (again.operation_id, list(again.done), again.unchanged) == (None, [], 2)


def test_who_refuses_is_left_as_it_is_and_named_with_its_reason(company: Company) -> None:
    plain, solved, merged, target = opened(company, 4)
    others = company.open_ticket(by="Ben", manager_id=company.managers["Ben"]).id
    change(company.admin, solved, {"resolution": "A new fuse"})
    merge(company.session("Dora"), [merged], target)
    before = {key: read(company, key).version for key in (plain, merged, others)}
    session = company.session("Ann")._replace(privileges=frozenset())
    # Without the privilege to see others' tickets, Ben's is as little there as one that never was.
    completed = changing({"status": company.status("completed")})
    result = bulk.run(session, completed, [plain, solved, merged, others, 999_999])
    assert list(result.done) == [solved]
    reasons = dict(result.refused)
    assert list(reasons) == [plain, merged, others, 999_999]
    assert "needs a resolution" in reasons[plain]
    assert "was merged into" in reasons[merged]
    assert "There is no ticket" in reasons[others]
    assert "There is no ticket" in reasons[999_999]
    assert {key: read(company, key).version for key in before} == before
    assert not History.select().where((History.operation == result.operation_id) & (History.ticket != solved)).exists()


def test_a_privilege_is_missing_for_some_or_for_the_act_itself(company: Company) -> None:
    (mine,) = opened(company, 1)
    others = company.open_ticket(by="Ben", manager_id=company.managers["Ben"]).id
    session = company.session("Ann")
    session = session._replace(privileges=session.privileges - {"change_others", "mark_others_read"})
    for act in (changing({"priority": 4}), marking(session, UNREAD), moving(session, True), flagging(session, True)):
        result = bulk.run(session, act, [mine, others])
        assert list(result.done) == [mine]
        assert "is managed by Ben" in result.refused[0][1]
    with pytest.raises(Forbidden, match="Archive"):
        archiving(session, "old")
    with pytest.raises(Forbidden, match="Take tickets off"):
        flagging(session, False)


def test_the_only_ticket_says_itself_why_not(company: Company) -> None:
    (ticket,) = opened(company, 1)
    before = counts()
    with pytest.raises(Invalid, match="needs a resolution"):
        bulk.run(company.session("Ann"), changing({"status": company.status("completed")}), [ticket])
    with pytest.raises(NotFound):
        bulk.run(company.session("Ann"), changing({"priority": 4}), [999_999])
    assert counts() == before


def test_when_all_refuse_nothing_is_written(company: Company) -> None:
    ids = opened(company, 3)
    before = counts()
    result = bulk.run(company.session("Ann"), changing({"status": company.status("completed")}), ids)
    assert (result.operation_id, len(result.refused)) == (None, 3)
    assert counts() == before


def test_too_many_refusals_stop_an_act_that_nobody_meant(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    ids = opened(company, 5)
    change(company.admin, ids[0], {"resolution": "A new fuse"})
    before = counts()
    monkeypatch.setattr(bulk, "MOST_REFUSED", 3)
    with pytest.raises(DeskError, match="More than 3 of these tickets refuse this, so nothing was changed"):
        bulk.run(company.session("Ann"), changing({"status": company.status("completed")}), ids)
    assert counts() == before


def test_completing_gives_the_resolution_to_those_that_have_none(company: Company) -> None:
    without, solved = opened(company, 2)
    change(company.admin, solved, {"resolution": "A new fuse"})
    assert tickets.unresolved([without, solved]) == 1
    act = changing({"status": company.status("completed")}, resolution="Restarted")
    result = bulk.run(company.session("Ann"), act, [without, solved])
    assert len(result.done) == 2
    assert [read(company, key).resolution for key in (without, solved)] == ["Restarted", "A new fuse"]
    assert all(read(company, key).closed_at for key in (without, solved))


# Guards


def rows_of(session: Session, ids: list[int]) -> dict[int, Any]:
    """Return the rows as a list shows them now."""
    return dict(lists.rows(session, ids))


def test_what_somebody_else_changed_meanwhile_is_refused_and_named(company: Company) -> None:
    clashing, merging, agreeing, untouched = ids = opened(company, 4)
    ann = company.session("Ann")
    seen = rows_of(ann, ids)
    change(company.session("Dora"), clashing, {"priority": 1})
    change(company.session("Dora"), merging, {"url": "https://example.net"})
    change(company.session("Dora"), agreeing, {"priority": 4})
    result = bulk.run(ann, changing({"priority": 4}), ids, seen=seen)
    assert list(result.done) == [merging, untouched]
    assert result.unchanged == 1
    number = read(company, clashing).number
    assert result.refused == [(clashing, f"Dora changed Priority of {number} meanwhile; look at it again.")]
    assert read(company, clashing).priority == 1
    with pytest.raises(Conflict) as raised:
        bulk.run(ann, changing({"priority": 4}), [clashing], seen=seen)
    assert raised.value.fields == {"priority": (2, 1, 4)}


def test_ones_own_change_a_moment_ago_is_no_conflict(company: Company) -> None:
    ids = opened(company, 2)
    ann = company.session("Ann")
    seen = rows_of(ann, ids)
    bulk.run(ann, changing({"status": company.status("in_progress")}), ids, seen=seen)
    result = bulk.run(ann, changing({"status": company.status("internal")}), ids, seen=seen)
    assert len(result.done) == 2


def test_what_others_did_to_tickets_that_were_only_listed_is_refused_and_named(company: Company) -> None:
    before, clashing, merging, agreeing, own, untouched = ids = opened(company, 6)
    ann, dora, priority = company.session("Ann"), company.session("Dora"), {"priority": 4}
    change(dora, before, {"priority": 1})
    until = Operation.select(fn.MAX(Operation.id)).scalar()
    change(dora, clashing, {"priority": 1, "due": NOON})
    change(dora, merging, {"url": "https://example.net"})
    change(dora, agreeing, priority)
    change(ann, own, {"priority": 1})
    result = bulk.run(ann, changing({**priority, "due": NOON}), ids, until=until)
    assert list(result.done) == [before, merging, agreeing, own, untouched]
    number = read(company, clashing).number
    assert result.refused == [(clashing, f"Dora changed Priority of {number} meanwhile; look at it again.")]


# Stopping, faults and retries


def test_stopping_takes_everything_back(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    ids = opened(company, 5)
    monkeypatch.setattr(bulk, "CHUNK", 2)
    before, told = counts(), []

    def progress(done: int, total: int) -> bool:
        told.append((done, total))
        return done < 4

    with pytest.raises(Stopped, match="Nothing was changed"):
        bulk.run(company.session("Ann"), changing({"priority": 4}), ids, progress=progress)
    assert told == [(2, 5), (4, 5)]
    assert counts() == before
    assert {read(company, key).priority for key in ids} == {2}


def test_a_fault_in_the_middle_takes_everything_back(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    ids = opened(company, 5)
    monkeypatch.setattr(bulk, "CHUNK", 2)
    before = counts()

    def failing(session: Session, ticket: TicketDetail) -> Any:
        if ticket.id == ids[3]:
            raise ZeroDivisionError
        return changing({"priority": 4}).decide(session, ticket)

    with pytest.raises(ZeroDivisionError):
        bulk.run(company.session("Ann"), Act("change-ticket", failing), ids)
    assert counts() == before
    assert {read(company, key).version for key in ids} == {1}


def test_a_retry_after_a_lost_answer_changes_nothing_twice(company: Company) -> None:
    ids = opened(company, 3)
    act = noting(company.session("Ann"), "We know of it.")
    first = bulk.run(company.session("Ann"), act, ids, uid="outage")
    before = counts()
    second = bulk.run(company.session("Ann"), act, ids, uid="outage")
    assert counts() == before
    assert (second.operation_id, list(second.done)) == (first.operation_id, ids)


# Every act


def test_every_act_does_to_many_what_it_does_to_one(company: Company) -> None:
    ids = opened(company, 3)
    ann, dora = company.session("Ann"), company.session("Dora")

    def do(session: Session, act: Act) -> BulkResult:
        result = bulk.run(session, act, ids)
        assert list(result.done) == ids, act.action
        return result

    def all_are(**values: Any) -> bool:
        return all(getattr(read(company, key), name) == value for key in ids for name, value in values.items())

    do(ann, moving(ann, True))
    assert all_are(in_inbox=True)
    do(ann, moving(ann, False))
    do(ann, marking(ann, UNREAD))
    do(ann, marking(ann, READ))
    assert all_are(in_inbox=False, mark=READ)
    do(dora, flagging(dora, True))
    do(dora, flagging(dora, False))
    do(ann, changing({"category": company.categories["Network"], "extension": company.extension("WFC")}))
    assert all_are(category="Network", extension="WFC", waiting_for_dispatch=False)
    do(ann, noting(ann, "Look at the switch.", public=True))
    do(dora, transferring(dora, {"manager": company.managers["Ben"]}, "For you."))
    assert all_are(manager="Ben")
    do(dora, archiving(dora, "noise"))
    assert all_are(archived=True, archive_reason="noise")
    do(dora, restoring(dora))
    assert all_are(archived=False)
    texts = [entry.text for entry in history.entries(company.admin, ids[0])]
    assert texts[-6:] == [
        "Taken off the dispatch board",
        "",
        "Look at the switch.",
        "For you.",
        "Archived: noise",
        "Restored from the archive",
    ]


def test_who_gets_many_tickets_follows_them_and_who_does_already_goes_on(company: Company) -> None:
    ids = opened(company, 3)
    field = company.managers["Field"]  # whose only member is Ann, who follows her own tickets
    ben = company.employees["Ben"]
    EmployeeRecipient.insert(ticket=ids[0], employee=ben, level="created").execute()
    bulk.run(company.session("Dora"), changing({"manager": company.managers["Ben"]}), ids)
    rows = fetch(
        f"SELECT id, ticket_id, level FROM employee_recipient WHERE employee_id = ? AND ticket_id IN ({marks(ids)})"
        " ORDER BY ticket_id",
        ben,
        *ids,
    )
    assert [row[1:] for row in rows] == [(key, "all") for key in ids]
    noted = Change.select().where((Change.entity == "employee_recipient") & (Change.operation == last_operation().id))
    assert {(row.entity_id, row.field, row.after) for row in noted} == {
        (str(key), name, value)
        for key, ticket_id, _ in rows
        for name, value in (("employee", str(ben)), ("level", '"all"'))
        if ticket_id != ids[0] or name == "level"
    }
    before = EmployeeRecipient.select().count()
    bulk.run(company.session("Dora"), changing({"manager": field}), ids)
    assert EmployeeRecipient.select().count() == before


def test_a_clients_note_on_many_brings_each_into_the_inbox(company: Company) -> None:
    ids = [company.open_ticket("Cleo").id for _ in range(2)]
    bulk.run(company.admin, moving(company.admin, False), ids)
    cleo = company.session("Cleo", "web")
    result = bulk.run(cleo, noting(cleo, "Still broken"), ids)
    assert len(result.done) == 2
    assert all(read(company, key).in_inbox for key in ids)
    assert [entry.text for entry in history.entries(company.admin, ids[0])][-2:] == [
        "Still broken",
        "A note from a customer from the web",
    ]


def test_many_tickets_cost_few_statements(company: Company) -> None:
    source = read(company, opened(company, 1)[0])
    columns = {"status": source.status_code, "manager": source.manager_id, "channel": "manual"}
    row = {**columns, "subject": "Disk full", "created_at": source.created_at, "updated_at": source.updated_at}
    for _ in range(4):
        Ticket.insert_many([row] * 500).execute()
    ids = [found.id for found in Ticket.select(Ticket.id).where(Ticket.subject == "Disk full")]
    session = company.session("Dora")
    acts = (
        changing({"priority": 4, "manager": company.managers["Ben"]}),
        changing({"status": company.status("completed")}, resolution="Made room"),
        noting(session, "Seen"),
        marking(session, UNREAD),
        archiving(session, "noise"),
    )
    for act in acts:
        with counted_queries() as seen:
            assert len(bulk.run(session, act, ids).done) == 2_000
        # Ten chunks of two hundred tickets: only what is found in a ticket's texts is indexed one by one.
        asked = [sql for sql in seen if "ticket_words" not in sql]
        assert len(asked) < 400, (act.action, len(asked))
