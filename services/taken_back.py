"""Which entries of the History still count, in SQL: whoever asks, asks in the same words."""

from __future__ import annotations


def taken_back(entry: str = "h", operation: str = "o") -> str:
    """Return the condition that an entry of an operation was taken back, by the aliases of both.

    Of what was done to many tickets, some may have been left as they were: the entry of the undo on this one tells.
    """
    return (
        f"({operation}.undone_by_id IS NOT NULL AND EXISTS (SELECT 1 FROM history undo"
        f" WHERE undo.ticket_id = {entry}.ticket_id AND undo.operation_id = {operation}.undone_by_id))"
    )


def still_public(entry: str) -> str:
    """Return the condition that clients see an entry, by its alias, where its operation is not at hand."""
    return (
        f"{entry}.public = 1 AND NOT EXISTS (SELECT 1 FROM operation o WHERE o.id = {entry}.operation_id"
        f" AND {taken_back(entry)})"
    )
