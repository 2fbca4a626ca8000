"""What people do to tickets, each as one call: the acts of the services, done as the program does them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from models import Operation
from services import archive as archives
from services import (
    bulk,
    charges,
    clock,
    dispatching,
    documents,
    inbox,
    merging,
    notes,
    recipients,
    ticket_changes,
)
from services import transfer as transfers
from services.records import READ, UNREAD, TicketDetail
from services.session import Session
from services.tickets import get
from tests.support.company import NOON, Company
from tests.support.outbox import queue

PersonDoes = Callable[[Session, int, int], object]


def do(session: Session, act: bulk.Act, ticket_ids: Iterable[int]) -> int:
    """Do an act and return to how many tickets it was done."""
    return len(bulk.run(session, act, ticket_ids).done)


def to_inbox(session: Session, ticket_ids: Iterable[int]) -> int:
    """Move tickets to the Inbox."""
    return do(session, inbox.moving(session, True), ticket_ids)


def from_inbox(session: Session, ticket_ids: Iterable[int]) -> int:
    """Take tickets out of the Inbox."""
    return do(session, inbox.moving(session, False), ticket_ids)


def mark_read(session: Session, ticket_ids: Iterable[int]) -> int:
    """Open envelopes."""
    return do(session, inbox.marking(session, READ), ticket_ids)


def mark_unread(session: Session, ticket_ids: Iterable[int]) -> int:
    """Close envelopes."""
    return do(session, inbox.marking(session, UNREAD), ticket_ids)


def set_waiting(session: Session, ticket_ids: Iterable[int], waiting: bool) -> int:
    """Put tickets on the dispatch board, or take them off."""
    return do(session, dispatching.flagging(session, waiting), ticket_ids)


def archive(session: Session, ticket_ids: Iterable[int], reason: str) -> int:
    """Hide tickets in the archive."""
    return do(session, archives.archiving(session, reason), ticket_ids)


def restore(session: Session, ticket_ids: Iterable[int]) -> int:
    """Bring tickets back from the archive."""
    return do(session, archives.restoring(session), ticket_ids)


def transfer(session: Session, ticket_id: int, fields: dict[str, Any], note: str) -> TicketDetail:
    """Hand a ticket over, and return it as it is then."""
    do(session, transfers.transferring(session, fields, note), [ticket_id])
    return get(session, ticket_id)


def every_act(company: Company) -> list[PersonDoes]:
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
    changes: list[PersonDoes] = [
        lambda session, key, _other, values=values: ticket_changes.change(session, key, values)  # type: ignore[misc]
        for values in fields
    ]
    work = charges.NewCharge("work", "x", 1000, 1)

    def first_charge(session: Session, key: int) -> Any:
        return next(iter(charges.listed(session, key)), None)

    return [
        *changes,
        lambda s, key, _: ticket_changes.change(s, key, {"priority": 1}, note="and a note"),
        lambda s, key, other: to_inbox(s, [key, other]),
        lambda s, key, _: from_inbox(s, [key]),
        lambda s, key, _: mark_read(s, [key]),
        lambda s, key, other: mark_unread(s, [key, other]),
        lambda s, key, _: notes.add_note(s, key, "a public note", public=True),
        lambda s, key, other: archive(s, [key, other], "why"),
        lambda s, key, other: restore(s, [key, other]),
        lambda s, key, other: set_waiting(s, [key, other], True),
        lambda s, key, other: set_waiting(s, [key, other], False),
        lambda s, key, _: transfer(s, key, {"manager": names["Ben"]}, "yours"),
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
        lambda s, key, _: queue(s, key, "x@x.example", "y@x.example"),
        lambda s, _key, other: queue(s, other, "x@x.example", automatic=True),
        lambda _s, _key, _: company.open_ticket("Ann"),
        lambda _s, _key, _: company.open_ticket("Cleo"),
    ]


def last(by: str | None = None) -> int:
    """Return the newest operation, of one person or of anybody."""
    rows = Operation.select().order_by(Operation.id.desc())
    return int(next(row.id for row in rows if by is None or row.actor == by))
