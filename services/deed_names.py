"""What one operation is called where people read of it: of changes, what was changed and to what."""

from __future__ import annotations

from services.action_names import label_of
from services.history import resolver
from services.journal import load
from services.sql import fetch
from services.ticket_fields import FIELDS, readable
from services.undo_changes import Deed

_CHANGES = frozenset({"change-ticket", "change-tickets"})
_READ = 40
"""Changes that are read of an operation: those of its first ticket are among them, however many tickets it has."""

_NAMED = frozenset({"status", "extension", "priority", "type", "category", "manager", "waiting_for_dispatch"})
"""Fields whose values are short and the same for all tickets of an operation."""

_MOST = 3
"""Fields that are named."""


def name_of(one: Deed) -> str:
    """Return what people call an operation, such as Note, Status Hold, or Priority Low and Due.

    Many tickets get the same values, so the first one tells. What follows from a new status is not named.
    """
    if one.action not in _CHANGES:
        return label_of(one.action)
    found = fetch(
        "SELECT ticket_id, field, before, after FROM change WHERE operation_id = ? AND entity = 'ticket'"
        f" ORDER BY id LIMIT {_READ}",
        one.id,
    )
    rows = {row[1]: row for row in found if row[0] == found[0][0] and row[1] in FIELDS}
    names = [name for name in FIELDS if name in rows]
    if "status" in rows:
        names = [name for name in names if name in ("status", "manager")]
    if not names:
        return label_of(one.action)
    names_of = resolver(list(rows.values()))

    def told(name: str) -> str:
        value = (readable(name, load(rows[name][3]), names_of) or "none") if name in _NAMED else ""
        return f"{FIELDS[name].label} {value}".rstrip()

    *others, last = [told(name) for name in names] if len(names) <= _MOST else [*map(told, names[:_MOST]), "more"]
    return f"{', '.join(others)} and {last}" if others else last
