"""What has moved since an operation, as sentences: what it is now, who changed it, and when."""

from __future__ import annotations

import json
from collections.abc import Sequence

from services import history_kinds
from services.action_names import UNDO
from services.history import resolver
from services.moments import when
from services.sql import fetch, first, marks
from services.taken_back import taken_back
from services.text import one_line
from services.ticket_fields import label_of, readable
from services.undo_changes import CHARGE, DELIVERY, DOCUMENT, EMPLOYEE, EXTERNAL, TICKET
from services.undo_plan import Moved

_ADVICE = "undo that first or change it by hand."
_WHAT = {EXTERNAL: "a recipient", EMPLOYEE: "a recipient", CHARGE: "a charge", DOCUMENT: "a file"}
_LONGEST = 60


def describe_moved(moved: Moved, operation_id: int, *, brief: bool = False) -> str:
    """Return what stands in the way of an undo; `brief` leaves out who it was, which takes a query."""
    if moved.entity == DELIVERY:
        return "The mail has left meanwhile; nobody can call it back."
    if brief:
        what = label_of(moved.field) if moved.entity == TICKET else _WHAT[moved.entity].capitalize()
        return f"{what} was changed since."
    who = _who(moved, operation_id)
    if moved.gone:
        return f"{_WHAT.get(moved.entity, 'it').capitalize()} was removed{who}; {_ADVICE}"
    if moved.entity != TICKET:
        verb = "added again" if moved.field in ("address", "employee") else "changed"
        verb = "removed" if moved.field == "removed" and moved.now else verb
        return f"{_WHAT[moved.entity].capitalize()} was {verb}{who}; {_ADVICE}"
    value = one_line(readable(moved.field, moved.now, resolver([(0, moved.field, None, json.dumps(moved.now))])))
    value = value if len(value) <= _LONGEST else value[: _LONGEST - 1] + "…"
    now = f"changed to {value}" if value else "emptied"
    return f"{label_of(moved.field)} was {now}{who}; {_ADVICE}"


def _who(moved: Moved, operation_id: int) -> str:
    row = first(
        "SELECT o.actor, o.at FROM change c JOIN operation o ON o.id = c.operation_id WHERE c.ticket_id = ?"
        " AND c.operation_id > ? AND c.entity = ?"
        + (" AND c.field = ?" if moved.entity == TICKET else " AND c.entity_id = ?")
        + " ORDER BY c.id DESC LIMIT 1",
        moved.ticket_id,
        operation_id,
        moved.entity,
        moved.field if moved.entity == TICKET else str(moved.key),
    )
    return f" by {one_line(row[0])} at {when(row[1])}" if row else ""


def later_work(ticket_ids: Sequence[int], operation_id: int) -> dict[int, str]:
    """Return, of new tickets, those on which work was done after an operation, with a sentence about the first."""
    if not ticket_ids:
        return {}
    # Nobody worked on a ticket because of who was told of it by mail.
    quiet = (history_kinds.READ, history_kinds.UNDO, history_kinds.DELIVERY)
    found = fetch(
        "SELECT h.ticket_id, h.kind, o.actor, o.at FROM history h JOIN operation o ON o.id = h.operation_id"
        f" WHERE h.ticket_id IN ({marks(ticket_ids)}) AND h.operation_id > ? AND NOT {taken_back()}"
        f" AND o.action <> ? AND h.kind NOT IN ({marks(quiet)}) ORDER BY h.id DESC",
        *ticket_ids,
        operation_id,
        UNDO,
        *quiet,
    )
    labels = history_kinds.LABELS
    return {
        ticket_id: f"{one_line(actor)} worked on it at {when(at)} ({labels.get(kind, kind).lower()}); {_ADVICE}"
        for ticket_id, kind, actor, at in found
    }
