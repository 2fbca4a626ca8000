"""Reading one ticket in full, by number or id."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any

from models import database
from services import catalogue
from services.errors import Invalid
from services.numbers import id_of, number_of
from services.records import TicketDetail, TicketRow
from services.session import Session
from services.sql import fetch, key_list
from services.visibility import may_see, unknown_ticket

_SQL = """
SELECT t.id, t.subject, t.status_id, t.is_open, t.extension_id, t.priority, t.type_id, t.category_id,
       t.product_id, p.name, t.manager_id, t.account_id, a.name, am.name, t.contact_id, c.name, c.email, c.phone,
       t.asset_id, s.name, t.contract_id, k.name, t.requester_name, t.requester_email, t.url, t.description,
       t.resolution, t.created_by_id, t.channel, t.sent_at, t.created_at, t.opened_at, t.updated_at, t.due_at,
       t.closed_at, t.waiting_for_dispatch, t.in_inbox, t.mark, t.archived, t.archive_reason, t.merged_into_id,
       t.version
FROM ticket t
LEFT JOIN product p ON p.id = t.product_id
LEFT JOIN account a ON a.id = t.account_id
LEFT JOIN employee am ON am.id = a.manager_id
LEFT JOIN contact c ON c.id = t.contact_id
LEFT JOIN asset s ON s.id = t.asset_id
LEFT JOIN contract k ON k.id = t.contract_id
WHERE t.id IN (%s)"""

_COUNTED = 1_000
"""Tickets in one statement that only counts them."""


def find_id(number: str) -> int:
    """Return the ticket id for a number that a person typed; says what is wrong with it otherwise."""
    key = id_of(number)
    if key is None:
        raise unknown_ticket(number.strip() or "without a number")
    return key


def get_by_number(session: Session, number: str) -> TicketDetail:
    """Return the ticket with this number, such as 0500-1000."""
    return get(session, find_id(number))


def get(session: Session, ticket_id: int, *, lock: bool = False) -> TicketDetail:
    """Return a ticket in full; with `lock` its row stays locked until the transaction ends (PostgreSQL)."""
    if lock and database.for_update:
        fetch(f"SELECT 1 FROM ticket WHERE id = {int(ticket_id)} FOR NO KEY UPDATE")
    found = get_many(session, [ticket_id])
    if not found:
        raise unknown_ticket(number_of(ticket_id))
    return found[0]


def others_refusal(session: Session, ticket: TicketDetail | TicketRow, privilege: str) -> str | None:
    """Return why somebody else's ticket is not for this person to touch, or None for who holds the privilege."""
    lacking = session.refusal(privilege)
    if lacking is None:
        return None
    return f"{ticket.number} is managed by {ticket.manager}, and {lacking[0].lower()}{lacking[1:]}"


def refuse_merged(ticket: TicketDetail, instead: str) -> None:
    """Refuse work on a ticket that was merged into another one; `instead` says what to do there."""
    if ticket.merged_into:
        raise Invalid(f"{ticket.number} was merged into {ticket.merged_into}; {instead}.")


def lock_many(session: Session, ticket_ids: Sequence[int]) -> list[TicketDetail]:
    """Return several tickets as rows that stay locked until the transaction ends (PostgreSQL).

    Locked in the order of their ids, so that two people who act on many never wait for each other in a circle.
    """
    if database.for_update and ticket_ids:
        listed = key_list(ticket_ids)
        fetch(f"SELECT id FROM ticket WHERE id IN ({listed}) ORDER BY id FOR NO KEY UPDATE")
    return get_many(session, ticket_ids)


def unresolved(ticket_ids: Iterable[int]) -> int:
    """Return how many of some tickets say nothing yet about what solved them."""
    return _count(ticket_ids, "trim(resolution) = ''")


def waiting(ticket_ids: Iterable[int]) -> int:
    """Return how many of some tickets wait for dispatching."""
    return _count(ticket_ids, "waiting_for_dispatch = 1")


def _count(ticket_ids: Iterable[int], condition: str) -> int:
    keys = iter(ticket_ids)
    total = 0
    while listed := key_list(islice(keys, _COUNTED)):
        total += int(fetch(f"SELECT count(*) FROM ticket WHERE id IN ({listed}) AND {condition}")[0][0])
    return total


def get_many(session: Session, ticket_ids: Sequence[int]) -> list[TicketDetail]:
    """Return several tickets in full, in the order asked for; those that the person may not see are left out."""
    if not ticket_ids:
        return []
    found = {row[0]: row for row in fetch(_SQL % key_list(ticket_ids))}
    details = [_detail(session, found[key]) for key in ticket_ids if key in found]
    return [each for each in details if may_see(session, each)]


def _detail(session: Session, row: Any) -> TicketDetail:
    names = catalogue.names()
    status = names.statuses[row[2]]
    manager = names.managers.get(row[10])
    return TicketDetail(
        id=row[0],
        number=number_of(row[0]),
        subject=row[1],
        status_code=status.code,
        status=status.label,
        status_class=status.status_class,
        is_open=bool(row[3]),
        extension_id=row[4],
        extension=names.extensions.get(row[4], ""),
        priority=row[5],
        type_id=row[6],
        type=names.types.get(row[6], ""),
        category_id=row[7],
        category=names.categories.get(row[7], ""),
        product_id=row[8],
        product=row[9] or "",
        manager_id=row[10],
        manager=manager.name if manager else "",
        account_id=row[11],
        account=row[12] or "",
        account_manager=row[13] or "",
        contact_id=row[14],
        contact=row[15] or "",
        contact_email=row[16] or "",
        contact_phone=row[17] or "",
        asset_id=row[18],
        asset=row[19] or "",
        contract_id=row[20],
        contract=row[21] or "",
        requester_name=row[22],
        requester_email=row[23],
        url=row[24],
        description=row[25],
        resolution=row[26],
        created_by_id=row[27],
        channel=row[28],
        sent_at=row[29],
        created_at=row[30],
        opened_at=row[31],
        updated_at=row[32],
        due_at=row[33],
        closed_at=row[34],
        waiting_for_dispatch=bool(row[35]),
        in_inbox=bool(row[36]),
        mark=row[37],
        mine=row[10] in session.manager_ids,
        archived=bool(row[38]),
        archive_reason=row[39],
        merged_into=number_of(row[40]) if row[40] else None,
        version=row[41],
    )
