"""Transferring a ticket to other staff, another account or product, with an internal note that says why."""

from __future__ import annotations

from typing import Any

from services import history_kinds
from services.bulk import Act
from services.errors import Invalid
from services.records import TicketDetail
from services.session import Session
from services.text import clean
from services.ticket_changes import decide
from services.ticket_writes import Writing

TRANSFER_FIELDS = frozenset({"manager", "account", "contact", "product"})


def transferring(session: Session, fields: dict[str, Any], note: str) -> Act:
    """Return the act of handing tickets over; `fields` are some of TRANSFER_FIELDS, the note is internal."""
    session.require_employee()
    session.require("transfer")
    if not fields or not set(fields) <= TRANSFER_FIELDS:
        raise Invalid("Say to whom the ticket goes: another manager, account or product.", "manager")
    body = clean(note).strip()
    if not body:
        raise Invalid("Add a note for the person who gets the ticket: what was done and what is open.", "note")

    def decided(session: Session, ticket: TicketDetail) -> Writing | None:
        return decide(session, ticket, fields, kind=history_kinds.TRANSFER, text=body)

    return Act("transfer-ticket", decided, fields)
