"""A ticket that was entered in error tells nobody, once its creation is taken back before the mail has left."""

from __future__ import annotations

import pytest

from services import clock, history, history_kinds, operations, outbox_sending, undo
from services.outbox import SENT
from services.outbox_sending import Outcome
from services.records import TicketDetail
from services.session import Session
from tests.support.company import NOON, Company
from tests.support.outbox import desk, states
from tests.support.post import open_the_way_out

TOLD = {"ben@desk.example": "waiting", "tia@desk.example": "waiting"}
WITHDRAWN = dict.fromkeys(TOLD, "withdrawn")
LATER = NOON + clock.MINUTE


@pytest.fixture
def ann(company: Company) -> Session:
    """Ann at a desk whose mail may leave."""
    open_the_way_out(company.desk)
    return company.session("Ann")


def opened(company: Company) -> TicketDetail:
    """Enter a ticket as Ann of which Ben, who manages it, and Tia are told."""
    copies = (company.employees["Tia"],)
    return company.open_ticket("Ann", category_id=company.categories["Network"], carbon_copy=copies)


def send(at: int) -> None:
    """Send what is due."""
    with clock.frozen(at):
        for mail in outbox_sending.claim("one", 9):
            begun = outbox_sending.begin("one", mail)
            assert begun is not None
            outcomes = [Outcome(due.id, SENT, 250, "OK") for due in begun.recipients]
            outbox_sending.settle(desk(), "one", begun, outcomes)


def told(session: Session, ticket: TicketDetail) -> list[str]:
    kinds = history_kinds.DELIVERY
    return [entry.text for entry in history.entries(session, ticket.id) if entry.kind == kinds]


def test_within_the_delay_nobody_is_told(company: Company, ann: Session) -> None:
    ticket = opened(company)
    assert states() == TOLD and outbox_sending.next_due() == NOON + 10 * clock.SECOND
    back = undo.undo(ann, operations.last_own(ann))
    assert states() == WITHDRAWN and company.read(ticket).archived
    assert told(ann, ticket)[-1] == "Not told by mail any more: ben@desk.example, tia@desk.example"
    send(LATER)
    assert states() == WITHDRAWN
    with clock.frozen(LATER):
        again = undo.undo(ann, back.operation_id)
        assert again.again and states() == TOLD and not company.read(ticket).archived
        assert outbox_sending.next_due() == LATER + 10 * clock.SECOND
        assert told(ann, ticket)[-1].startswith("Told by mail after all: ")
        undo.undo(ann, again.operation_id)
        assert states() == WITHDRAWN


def test_what_has_left_stands_in_nobody_s_way(company: Company, ann: Session) -> None:
    ticket = opened(company)
    send(LATER)
    back = undo.undo(ann, operations.last_own(ann))
    assert set(states().values()) == {"sent"} and company.read(ticket).archived
    again = undo.undo(ann, back.operation_id)
    undo.undo(ann, again.operation_id)
    assert set(states().values()) == {"sent"} and len(told(ann, ticket)) == 1


def test_a_ticket_that_came_back_and_was_told_of_can_be_taken_back_once_more(company: Company, ann: Session) -> None:
    ticket = opened(company)
    back = undo.undo(ann, operations.last_own(ann))
    again = undo.undo(ann, back.operation_id)
    send(LATER)
    assert set(states().values()) == {"sent"}
    undo.undo(ann, again.operation_id)
    assert company.read(ticket).archived and set(states().values()) == {"sent"}


def test_while_it_leaves_the_ticket_is_taken_back_all_the_same(company: Company, ann: Session) -> None:
    ticket = opened(company)
    with clock.frozen(LATER):
        (mail,) = outbox_sending.claim("one", 9)
        assert outbox_sending.begin("one", mail)
        undo.undo(ann, operations.last_own(ann))
    assert company.read(ticket).archived and set(states().values()) == {"sending"}
