"""Archiving hides a ticket with a reason and can be taken back; no ticket is ever deleted."""

from __future__ import annotations

from collections.abc import Iterable

from services import history_kinds, journal, tickets
from services.errors import Invalid
from services.session import Session
from services.text import one_line
from services.ticket_changes import touch


def archive(session: Session, ticket_ids: Iterable[int], reason: str) -> int:
    """Hide tickets from every view but the archive; returns how many were hidden."""
    session.require("archive")
    why = one_line(reason)
    if not why:
        raise Invalid("Say why the ticket is archived; the reason stands in its History.", "reason")
    changed = 0
    with journal.operation(session, "archive-ticket") as op:
        for ticket in tickets.locked(session, ticket_ids):
            if not ticket.archived:
                touch(op, ticket, archived=1, archive_reason=why, updated_at=op.at)
                op.entry(ticket.id, history_kinds.ARCHIVE, f"Archived: {why}")
                changed += 1
    return changed


def restore(session: Session, ticket_ids: Iterable[int]) -> int:
    """Bring archived tickets back to the views; returns how many came back."""
    session.require("archive")
    changed = 0
    with journal.operation(session, "restore-ticket") as op:
        for ticket in tickets.locked(session, ticket_ids):
            if ticket.archived:
                touch(op, ticket, archived=0, archive_reason="", updated_at=op.at)
                op.entry(ticket.id, history_kinds.ARCHIVE, "Restored from the archive")
                changed += 1
    return changed
