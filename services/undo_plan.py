"""What an undo of one ticket's part of an operation would write, and what stands in its way."""

from __future__ import annotations

from typing import Any, NamedTuple

from services import clock, mail_settings, outbox
from services.ticket_fields import FIELDS
from services.undo_changes import CHARGE, DELIVERY, DOCUMENT, EMPLOYEE, EXTERNAL, TICKET, RowChange
from services.undo_present import Present, Row, column_of

ENTERED_IN_ERROR = "Entered in error"
"""Why a ticket is archived whose creation was taken back."""

# What follows from other changes: it is put back where nobody touched it since, and stands in nobody's way.
_FOLLOWS = frozenset({"updated_at", "in_inbox", "mark", "opened_at"})
# A new ticket in which none of these has changed is still the one that was entered.
_OF_NEW_TICKETS = (*FIELDS, "description", "archived", "merged_into")


class Step(NamedTuple):
    """A row to write: an update of `values`, by field of the journal, as (now, then); an insert or a deletion."""

    way: str
    entity: str
    key: int
    ticket_id: int
    values: dict[str, tuple[Any, Any]]


class Moved(NamedTuple):
    """A field that is no longer what the operation made of it; `gone` when its row is not there any more."""

    entity: str
    key: int
    ticket_id: int
    field: str
    now: Any
    gone: bool = False


def plan(change: RowChange, present: Present, operation_id: int, at: int) -> tuple[Step | None, list[Moved]]:
    """Return the step that takes a row's change back, or what has moved since. `at` is the moment of the undo."""
    row = present.row(change, operation_id)
    if change.entity == DELIVERY:
        return _deliver(change, row, at)
    if change.went:
        return _put_back(change, row)
    if row is None:
        return None, [Moved(change.entity, change.key, change.ticket_id, "", None, gone=True)]
    if change.was_made:
        return _unmake(change, row, at)
    return _put_right(change, row)


def _deliver(change: RowChange, row: Row | None, at: int) -> tuple[Step | None, list[Moved]]:
    """Withdraw mail that waits; doing it again lets it wait anew, so that it can be taken back once more."""
    was, made = change.fields.get("state", (None, None))
    now = row["state"] if row is not None else None
    then = was if made == outbox.WITHDRAWN else outbox.WITHDRAWN
    fits = (outbox.WITHDRAWN,) if made == outbox.WITHDRAWN else (outbox.WAITING, outbox.HELD, outbox.WITHDRAWN)
    if row is None or now not in fits:
        return None, [Moved(change.entity, change.key, change.ticket_id, "state", now)]
    if now == then:
        return None, []
    values = {"state": (now, then)}
    if then == outbox.WAITING:
        delay = mail_settings.current().send_delay_seconds * clock.SECOND
        values["next_at"] = (row["next_at"], at + delay)
    return _step("update", change, row["id"], values), []


def _put_right(change: RowChange, row: Row) -> tuple[Step | None, list[Moved]]:
    strict = set(change.fields)
    if change.entity == TICKET:
        # Of an operation that did nothing but mark tickets or move them to the Inbox, that is what it is about.
        strict = (strict - _FOLLOWS) or (strict - {"updated_at"})
    values, moved = {}, []
    for field, (before, after) in change.fields.items():
        now = row[column_of(change.entity, field)]
        if now == after:
            values[field] = (now, before)
        elif field in strict:
            moved.append(Moved(change.entity, row["id"], change.ticket_id, field, now))
    return _step("update", change, row["id"], values), moved


def _unmake(change: RowChange, row: Row, at: int) -> tuple[Step | None, list[Moved]]:
    watched = set(_OF_NEW_TICKETS) if change.entity == TICKET else set(change.fields)
    moved = [
        Moved(change.entity, row["id"], change.ticket_id, field, row[column_of(change.entity, field)])
        for field in sorted(watched)
        if (row[column_of(change.entity, field)] or None) != (change.fields.get(field, (None, None))[1] or None)
    ]
    if change.entity in (EXTERNAL, EMPLOYEE):
        return _step("delete", change, row["id"], {name: (row[name] or None, None) for name in change.fields}), moved
    if change.entity in (CHARGE, DOCUMENT):
        if row["removed"]:
            moved.append(Moved(change.entity, row["id"], change.ticket_id, "removed", 1))
        return _step("update", change, row["id"], {"removed": (0, 1)}), moved
    values = {
        "archived": (0, 1),
        "archive_reason": (row["archive_reason"], ENTERED_IN_ERROR),
        "updated_at": (row["updated_at"], at),
    }
    return _step("update", change, row["id"], values), moved


def _put_back(change: RowChange, row: Row | None) -> tuple[Step | None, list[Moved]]:
    if row is not None:
        field = "address" if change.entity == EXTERNAL else "employee"
        return None, [Moved(change.entity, row["id"], change.ticket_id, field, row[field])]
    values = {field: (None, before) for field, (before, _) in change.fields.items()}
    return _step("insert", change, change.key, values), []


def _step(way: str, change: RowChange, key: int, values: dict[str, tuple[Any, Any]]) -> Step | None:
    return Step(way, change.entity, key, change.ticket_id, values) if values else None
