"""Who may change the header fields of a ticket."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services import tickets
from services.errors import Forbidden
from services.records import TicketDetail
from services.session import Session
from services.ticket_fields import CLIENT_FIELDS, CLIENT_REFUSAL


def change_refusal(session: Session, ticket: TicketDetail) -> str | None:
    """Return why an employee may not change a ticket: its manager and who entered it may, and others by privilege."""
    if ticket.mine or ticket.created_by_id == session.user_id:
        return None
    return tickets.others_refusal(session, ticket, "change_others")


def check_may_change(session: Session, ticket: TicketDetail, fields: Mapping[str, Any]) -> None:
    """Refuse a change that this person may not make."""
    tickets.refuse_merged(ticket, "change that ticket instead")
    if session.is_client:
        if not set(fields) <= CLIENT_FIELDS:
            raise Forbidden(CLIENT_REFUSAL)
        return
    refusal = change_refusal(session, ticket)
    if refusal:
        raise Forbidden(refusal)
    if fields.get("waiting_for_dispatch") == 0 and ticket.waiting_for_dispatch:
        session.require("dispatch")
