"""What one operation changed, read from the journal: per ticket, row and field, from before to after."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from services.journal import load
from services.sql import fetch, first, marks

TICKET = "ticket"
EXTERNAL = "external_recipient"
EMPLOYEE = "employee_recipient"
CHARGE = "charge"
DOCUMENT = "document"
DELIVERY = "delivery"

ENTITIES = frozenset({TICKET, EXTERNAL, EMPLOYEE, CHARGE, DOCUMENT, DELIVERY})
"""The tables whose changes can be taken back."""

# A field that every row of a table gets when it is made, and that never changes: it tells rows that came to be or
# went from those that changed. Of recipients it is also what a person knows them by.
_IDENTITY = {
    TICKET: "created_at",
    EXTERNAL: "address",
    EMPLOYEE: "employee",
    CHARGE: "charged_at",
    DOCUMENT: "blob",
    DELIVERY: "address",
}


class Deed(NamedTuple):
    """An operation to be taken back; `undoes` and `undone_by` lead to the operations around it."""

    id: int
    at: int
    user_id: int | None
    actor: str
    channel: str
    action: str
    undoes: int | None
    undone_by: int | None


class RowChange(NamedTuple):
    """A row as an operation changed it: `fields` from before to after, by journal name."""

    entity: str
    key: int
    ticket_id: int
    fields: dict[str, tuple[Any, Any]]

    @property
    def was_made(self) -> bool:
        """Whether the operation made this row."""
        before, after = self.fields.get(_IDENTITY[self.entity], (None, None))
        return before is None and after is not None

    @property
    def went(self) -> bool:
        """Whether the operation deleted this row."""
        before, after = self.fields.get(_IDENTITY[self.entity], (None, None))
        return before is not None and after is None


def identity_of(entity: str) -> str:
    """Return the field by which rows of a table that come and go are known."""
    return _IDENTITY[entity]


def deed(operation_id: int) -> Deed | None:
    """Return an operation, or None when there is none."""
    row = first(f"SELECT {DEED_COLUMNS} FROM operation o WHERE o.id = ?", operation_id)
    return Deed(*row) if row else None


DEED_COLUMNS = "o.id, o.at, o.user_id, o.actor, o.channel, o.action, o.undoes_id, o.undone_by_id"


def root_of(one: Deed) -> Deed:
    """Return the operation at the beginning of undo and redo: what a person once did."""
    while one.undoes is not None:
        before = deed(one.undoes)
        if before is None:
            break
        one = before
    return one


def ticket_ids(operation_id: int) -> list[int]:
    """Return the tickets that an operation touched, in the order of their ids."""
    found = fetch(
        "SELECT ticket_id FROM history WHERE operation_id = ?"
        " UNION SELECT ticket_id FROM change WHERE operation_id = ? AND ticket_id IS NOT NULL ORDER BY 1",
        operation_id,
        operation_id,
    )
    return [row[0] for row in found]


def foreign_entities(operation_id: int) -> set[str]:
    """Return the tables that an operation wrote and that it takes more than their rows to take back, if at all."""
    usual = sorted(ENTITIES - {DELIVERY})
    found = fetch(
        f"SELECT DISTINCT entity FROM change WHERE operation_id = ? AND entity NOT IN ({marks(usual)})",
        operation_id,
        *usual,
    )
    return {row[0] for row in found}


def changes_of(operation_id: int, ticket_ids: Sequence[int]) -> dict[int, list[RowChange]]:
    """Return what an operation did to some tickets, one for each row that it changed; what came back is no change."""
    rows: dict[tuple[str, str], RowChange] = {}
    # The plus leads both engines to the few changes of each ticket: an operation may have changed a million of them.
    for ticket_id, entity, key, field, before, after in fetch(
        "SELECT ticket_id, entity, entity_id, field, before, after FROM change"
        f" WHERE ticket_id IN ({marks(ticket_ids)}) AND +operation_id = ? ORDER BY id",
        *ticket_ids,
        operation_id,
    ):
        if entity not in ENTITIES:
            continue
        row = rows.setdefault((entity, key), RowChange(entity, int(key), ticket_id, {}))
        old = row.fields[field][0] if field in row.fields else load(before)
        row.fields[field] = (old, load(after))
    by_ticket: dict[int, list[RowChange]] = {ticket_id: [] for ticket_id in ticket_ids}
    for row in rows.values():
        fields = {name: values for name, values in row.fields.items() if values[0] != values[1]}
        if fields:
            by_ticket[row.ticket_id].append(row._replace(fields=fields))
    return by_ticket
