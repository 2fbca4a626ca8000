"""Archiving hides a ticket with a reason and can be taken back; no ticket is ever deleted."""

from __future__ import annotations

from services import history_kinds
from services.bulk import Act
from services.errors import Invalid
from services.records import TicketDetail
from services.session import Session
from services.text import one_line
from services.ticket_writes import Entry, Writing


def archiving(session: Session, reason: str) -> Act:
    """Return the act of hiding tickets, for a reason, from every view but the archive."""
    session.require("archive")
    why = one_line(reason)
    if not why:
        raise Invalid("Say why the ticket is archived; the reason stands in its History.", "reason")
    entry = Entry(history_kinds.ARCHIVE, history_kinds.ARCHIVED_FOR + why)

    def decide(_session: Session, ticket: TicketDetail) -> Writing | None:
        return None if ticket.archived else Writing(ticket, {"archived": 1, "archive_reason": why}, (entry,))

    return Act("archive-ticket", decide)


def restoring(session: Session) -> Act:
    """Return the act of bringing archived tickets back."""
    session.require("archive")
    entry = Entry(history_kinds.ARCHIVE, "Restored from the archive")

    def decide(_session: Session, ticket: TicketDetail) -> Writing | None:
        return Writing(ticket, {"archived": 0, "archive_reason": ""}, (entry,)) if ticket.archived else None

    return Act("restore-ticket", decide)
