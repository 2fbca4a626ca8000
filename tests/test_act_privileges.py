"""What one may do: undo, redo and acts on many ask for the privileges of the act itself, and name nothing hidden."""

from __future__ import annotations

from typing import Any

import pytest

from services import (
    archive,
    bulk,
    charges,
    dispatching,
    merging,
    notes,
    operations,
    ticket_changes,
    transfer,
    undo,
)
from services.charges import NewCharge
from services.errors import DeskError, Forbidden, NotFound
from services.records import TicketDetail
from services.session import PRIVILEGES, ROLE_PRIVILEGES, Session
from services.users import set_privilege
from tests.support import acts
from tests.support.acts import last
from tests.support.company import Company


def withdraw(company: Company, name: str, *privileges: str) -> Session:
    """Take privileges from somebody, and log them in again."""
    user = company.session(name).user_id or 0
    for privilege in privileges:
        set_privilege(company.admin, user, privilege, False)
    return company.session(name)


def give(company: Company, name: str, *privileges: str) -> Session:
    """Give somebody privileges, and log them in again."""
    user = company.session(name).user_id or 0
    for privilege in privileges:
        set_privilege(company.admin, user, privilege, True)
    return company.session(name)


def _everywhere(company: Company) -> tuple[list[TicketDetail], int]:
    """Dora raises the priority of a ticket of Tia's and of two that Tia does not see, in one operation."""
    opened = [
        company.open_ticket("Ann", f"Printer {name}", manager_id=company.managers[name])
        for name in ("Ben", "Tia", "Ann")
    ]
    act = ticket_changes.changing({"priority": 4})
    bulk.run(company.session("Dora"), act, [each.id for each in opened])
    return opened, last()


def test_an_operation_on_many_shows_only_those_that_one_may_see(company: Company) -> None:
    (ben, hers, ann), operation = _everywhere(company)
    tia = company.session("Tia")
    row = next(row for row in operations.recent(tia, ticket_id=hers.id) if row.id == operation)
    assert (row.total, row.numbers) == (1, (hers.number,))
    assert [each.ticket_id for each in operations.changes(tia, operation)] == [hers.id]
    with pytest.raises(NotFound):
        operations.recent(tia, ticket_id=ben.id)
    with pytest.raises(Forbidden):
        operations.recent(tia, whose="all")
    with pytest.raises(NotFound):
        operations.last_on(tia, ann.id)
    for ask in (operations.recent, operations.last_own, operations.last_undone):
        with pytest.raises(Forbidden):
            ask(company.session("Cleo"))
    with pytest.raises(Forbidden):
        operations.last_on(company.session("Cleo"), hers.id)


def test_the_refusal_of_an_undo_tells_nothing_of_tickets_that_one_may_not_see(company: Company) -> None:
    (ben, hers, ann), operation = _everywhere(company)
    dora = company.session("Dora")
    ticket_changes.change(dora, ben.id, {"priority": 1})
    ticket_changes.change(dora, ann.id, {"subject": "Quokka"})
    with pytest.raises(DeskError, match="you lack the privilege"):
        undo.undo(company.session("Tia"), operation)
    tia = give(company, "Tia", "undo_others")
    with pytest.raises(undo.MovedSince) as refused:
        undo.undo(tia, operation)
    for sentence in (refused.value.sentence, *refused.value.sentences):
        for hidden in ("Low", "Urgent", "Priority", "Dora", "Ben", "Ann", "Quokka", "Printer"):
            assert hidden not in sentence
    done = undo.undo(tia, operation, partly=True)
    assert done.tickets == (hers.id,)
    assert (company.read(ben).priority, company.read(ann).priority) == (1, 4)


@pytest.mark.parametrize(
    "privilege", ["archive", "merge", "transfer", "charge", "dispatch", "change_others", "mark_others_read"]
)
def test_taking_back_and_doing_again_need_the_privilege_of_the_act(company: Company, privilege: str) -> None:
    first, second = (company.open_ticket("Ann", manager_id=company.managers["Ben"]).id for _ in range(2))
    dora = company.session("Dora")
    acts.set_waiting(dora, [second], True)
    bulk.run(dora, ticket_changes.changing({"waiting_for_dispatch": 1}), [first])
    work: dict[str, Any] = {
        "archive": lambda: acts.archive(dora, [first], "done with"),
        "merge": lambda: merging.merge(dora, [first], second),
        "transfer": lambda: acts.transfer(dora, first, {"manager": company.managers["Ann"]}, "yours"),
        "charge": lambda: charges.add(dora, first, NewCharge("work", "Visit", 1000, 100)),
        "dispatch": lambda: ticket_changes.change(dora, first, {"waiting_for_dispatch": 0, "priority": 4}),
        "change_others": lambda: ticket_changes.change(dora, first, {"priority": 4}),
        "mark_others_read": lambda: acts.mark_unread(dora, [first]) or acts.mark_read(dora, [first]),
    }
    work[privilege]()
    operation = last()
    for _ in range(3):  # undo, redo, and the undo of the redo
        with pytest.raises(DeskError, match=f"(?i)lack the privilege “{PRIVILEGES[privilege]}”"):
            undo.undo(withdraw(company, "Dora", privilege), operation)
        operation = undo.undo(give(company, "Dora", privilege), operation).operation_id
    with pytest.raises(DeskError, match="did this, and you lack"):
        undo.undo(give(company, "Ann", *sorted(set(PRIVILEGES) - {"undo_others", "administer"})), operation)
    with pytest.raises(DeskError, match="Only employees"):
        undo.undo(company.session("Cleo"), operation)


def test_a_ticket_that_somebody_else_opened_goes_to_the_archive_only_by_those_who_may_archive(company: Company) -> None:
    company.open_ticket("Ann")
    opened = last()
    with pytest.raises(DeskError, match="Archive and restore"):
        undo.undo(withdraw(company, "Dora", "archive"), opened)
    assert undo.undo(company.session("Ann"), opened).tickets


def test_many_at_once_asks_for_the_privileges_of_one(company: Company) -> None:
    chosen = [company.open_ticket("Dora", manager_id=company.managers["Ben"]).id for _ in range(3)]
    ann = withdraw(company, "Ann", "change_others", "transfer", "charge")
    before = last()
    refused = bulk.run(ann, ticket_changes.changing({"priority": 4}), chosen).refused
    assert [key for key, _ in refused] == chosen
    assert all("you lack the privilege" in sentence for _, sentence in refused)
    tia = company.session("Tia")
    refused = bulk.run(tia, ticket_changes.changing({"priority": 4}), chosen).refused
    assert all("There is no ticket" in sentence for _, sentence in refused)
    for act in (
        lambda: archive.archiving(ann, "why"),
        lambda: transfer.transferring(ann, {"manager": company.managers["Ann"]}, "mine"),
        lambda: dispatching.flagging(ann, False),
        lambda: merging.merge(ann, chosen[1:], chosen[0]),
        lambda: charges.add(ann, chosen[0], NewCharge("work", "Visit", 1000, 100)),
    ):
        with pytest.raises(Forbidden):
            act()
    gus = company.session("Gus")
    refused = bulk.run(gus, notes.noting(gus, "mine now"), chosen).refused
    assert all("There is no ticket" in sentence for _, sentence in refused)
    assert last() == before


def test_each_role_has_what_the_one_below_has_and_clients_have_nothing() -> None:
    client, technician, dispatcher, administrator = (
        ROLE_PRIVILEGES[role] for role in ("client", "technician", "dispatcher", "administrator")
    )
    assert client == frozenset()
    assert client < technician < dispatcher < administrator == frozenset(PRIVILEGES)
    assert {"undo_others", "archive"} <= dispatcher - technician
