"""What the rows of some tables need that are written as plain SQL, without loading the tables themselves.

A test holds this to the tables.
"""

from __future__ import annotations

from typing import Any


class Shape:
    """The fields of a table that name a row of another one, and what stands in the columns that nobody sets."""

    def __init__(self, links: frozenset[str], defaults: dict[str, Any]) -> None:
        self.links = links
        self.defaults = defaults

    def column(self, field: str) -> str:
        """Return the column of a field."""
        return f"{field}_id" if field in self.links else field


SHAPES = {
    "ticket": Shape(
        frozenset(
            (
                *("status", "extension", "type", "category", "product", "manager", "account", "contact", "asset"),
                *("contract", "created_by", "merged_into"),
            )
        ),
        {
            **{"is_open": 1, "priority": 2, "requester_name": "", "requester_email": "", "url": "", "description": ""},
            **{"resolution": "", "waiting_for_dispatch": 0, "in_inbox": 0, "mark": 0, "archived": 0},
            **{"archive_reason": "", "version": 1, "confirm": 1},
        },
    ),
    "external_recipient": Shape(frozenset(("ticket", "contact")), {"name": "", "kind": "to"}),
    "employee_recipient": Shape(frozenset(("ticket", "employee")), {"level": "all"}),
    "document": Shape(
        frozenset(("ticket", "blob")),
        {"content_type": "application/octet-stream", "inline": 0, "removed": 0, "version": 1},
    ),
}
