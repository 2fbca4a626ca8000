"""A ticket as its journal alone tells it, to be compared with its row."""

from __future__ import annotations

import json
from typing import Any

from services.sql import fetch
from services.ticket_fields import FIELDS

_COLUMNS = {field.name: field.column for field in FIELDS.values()}


def rebuilt(ticket_id: int) -> dict[str, Any]:
    """Return the columns of a ticket that its changes name, checking that each starts where the one before ended."""
    row: dict[str, Any] = {}
    sql = "SELECT field, before, after FROM change WHERE ticket_id = ? AND entity = 'ticket' ORDER BY id"
    for field, before, after in fetch(sql, ticket_id):
        column = _COLUMNS.get(field, field)
        if column in row:
            assert row[column] == (None if before is None else json.loads(before)), field
        row[column] = None if after is None else json.loads(after)
    return row
