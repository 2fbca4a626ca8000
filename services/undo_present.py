"""What tickets, and what hangs on them, are like now: what an undo compares with the journal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from models import Charge, Delivery, Document, EmployeeRecipient, ExternalRecipient, Ticket, database
from services import ticket_fields, tickets
from services.journal import load
from services.records import TicketDetail
from services.session import Session
from services.sql import fetch, first, marks
from services.undo_changes import CHARGE, DELIVERY, DOCUMENT, EMPLOYEE, EXTERNAL, TICKET, RowChange, identity_of

Row = dict[str, Any]
MODELS: dict[str, Any] = {
    TICKET: Ticket,
    EXTERNAL: ExternalRecipient,
    EMPLOYEE: EmployeeRecipient,
    CHARGE: Charge,
    DOCUMENT: Document,
}
"""What a ticket was like on another day."""

TABLES: dict[str, Any] = {**MODELS, DELIVERY: Delivery}
"""What an undo writes: mail that waits too, which was never part of its ticket."""


def column_of(entity: str, field: str) -> str:
    """Return the name that the tables use for a field of the journal."""
    return ticket_fields.column_of(field) if entity == TICKET else field


class Present:
    """Some tickets as they are now, locked until the transaction ends, with the rows that an operation touched."""

    def __init__(self, session: Session, ticket_ids: Sequence[int], changes: Sequence[RowChange]) -> None:
        self.tickets: dict[int, TicketDetail] = {each.id: each for each in tickets.lock_many(session, ticket_ids)}
        self._rows: dict[str, dict[Any, Row]] = {TICKET: _by_id(Ticket, "id", ticket_ids)}
        for entity in {change.entity for change in changes} - {TICKET}:
            if entity == DELIVERY:
                self._rows[entity] = _waiting([change.key for change in changes if change.entity == DELIVERY])
                continue
            found = _by_id(MODELS[entity], "ticket", ticket_ids)
            if entity in (EXTERNAL, EMPLOYEE):
                name = identity_of(entity)
                self._rows[entity] = {(row["ticket"], row[name]): row for row in found.values()}
            else:
                self._rows[entity] = found

    def row(self, change: RowChange, operation_id: int) -> Row | None:
        """Return the row that an operation changed, as it is now; recipients are found by whom they are."""
        if change.entity in (EXTERNAL, EMPLOYEE):
            return self._rows[change.entity].get((change.ticket_id, _identity(change, operation_id)))
        found = self._rows[change.entity].get(change.key)
        return None if found is None or (change.entity != TICKET and found["ticket"] != change.ticket_id) else found


def _waiting(keys: Sequence[int]) -> dict[Any, Row]:
    """Return mail of the outbox, locked so that no sender claims it meanwhile."""
    if database.for_update:
        fetch(f"SELECT 1 FROM delivery WHERE id IN ({marks(keys)}) ORDER BY id FOR UPDATE", *keys)
    return _by_id(Delivery, "id", keys)


def _by_id(model: Any, column: str, ticket_ids: Sequence[int]) -> dict[Any, Row]:
    query = model.select().where(getattr(model, column).in_(list(ticket_ids))).dicts()
    return {row["id"]: row for row in query}


def _identity(change: RowChange, operation_id: int) -> Any:
    """Return the address or employee of a recipient that an operation changed.

    Its key does not do: SQLite gives the key of a row that is gone to the next one.
    """
    field = identity_of(change.entity)
    if field in change.fields:
        before, after = change.fields[field]
        return after if after is not None else before
    row = first(
        "SELECT after FROM change WHERE ticket_id = ? AND operation_id < ? AND entity = ? AND entity_id = ?"
        " AND field = ? AND after IS NOT NULL ORDER BY id DESC LIMIT 1",
        change.ticket_id,
        operation_id,
        change.entity,
        str(change.key),
        field,
    )
    if row is not None:
        return load(row[0])
    # Rows that were there before there was a journal.
    found = MODELS[change.entity].get_or_none(MODELS[change.entity].id == change.key)
    return None if found is None else found.__data__[field]
