"""Tickets as other programs read them: the promised names of the JSON fields."""

from __future__ import annotations

from typing import Any

from services import catalogue, charges, documents, history, priorities, recipients
from services.clock import iso
from services.records import UNREAD, ChargeRow, DocumentRow, HistoryEntry, TicketDetail
from services.session import Session

TICKET_FIELDS: tuple[str, ...] = (
    *("number", "subject", "status", "extension", "priority", "type", "category", "manager", "account", "contact"),
    *("requester_name", "requester_email", "url", "created_at", "opened_at", "updated_at", "due_at", "closed_at"),
    *("waiting_for_dispatch", "in_inbox", "unread", "channel", "archived", "merged_into", "version"),
)
"""The names of the fields of a ticket object, in their order: a promise to other programs."""


def ticket_object(session: Session, ticket: TicketDetail) -> dict[str, Any]:
    """Return the fields that every ticket has, in lists and alone; absent values are None.

    So is what clients do not see: where the desk has put the ticket, and whether somebody has read it.
    """
    inside = not session.is_client
    return {
        "number": ticket.number,
        "subject": ticket.subject,
        "status": {"code": ticket.status_code, "label": ticket.status, "class": ticket.status_class},
        "extension": ticket.extension or None,
        "priority": priorities.label(ticket.priority),
        "type": ticket.type or None,
        "category": ticket.category or None,
        "manager": _manager(session, ticket),
        "account": ticket.account or None,
        "contact": ticket.contact or None,
        "requester_name": ticket.requester_name or None,
        "requester_email": ticket.requester_email or None,
        "url": ticket.url or None,
        "created_at": iso(ticket.created_at),
        "opened_at": iso(ticket.opened_at),
        "updated_at": iso(ticket.updated_at),
        "due_at": iso(ticket.due_at),
        "closed_at": iso(ticket.closed_at),
        "waiting_for_dispatch": ticket.waiting_for_dispatch if inside else None,
        "in_inbox": ticket.in_inbox if inside else None,
        "unread": ticket.mark == UNREAD if inside else None,
        "channel": ticket.channel,
        "archived": ticket.archived,
        "merged_into": ticket.merged_into,
        "version": ticket.version,
    }


def full_ticket_object(session: Session, ticket: TicketDetail) -> dict[str, Any]:
    """Return a ticket with all that hangs on it, as far as the person may see it."""
    return ticket_object(session, ticket) | {
        "description": ticket.description,
        "resolution": ticket.resolution or None,
        "product": ticket.product or None,
        "asset": ticket.asset or None,
        "contract": ticket.contract or None,
        "sent_at": iso(ticket.sent_at),
        "archive_reason": ticket.archive_reason or None,
        "history": [_entry(entry) for entry in history.entries(session, ticket.id, limit=1_000_000, time_of=_iso)],
        "recipients": {
            "external": [
                {"kind": row.kind, "address": row.address, "name": row.name or None}
                for row in recipients.external(session, ticket.id)
            ],
            "employees": [
                {"username": row.username or None, "name": row.name, "level": row.level}
                for row in recipients.employees(session, ticket.id)
            ],
        },
        "charges": [_charge(row) for row in charges.listed(session, ticket.id)],
        "documents": [_document(row) for row in documents.listed(session, ticket.id)],
    }


def _iso(at: int) -> str:
    return iso(at) or ""


def _manager(session: Session, ticket: TicketDetail) -> str | None:
    """Return how programs name a manager; clients know the people of the desk by their names."""
    manager = catalogue.names().managers.get(ticket.manager_id)
    if manager is None:
        return None
    return manager.name if session.is_client else manager.username or manager.name


def _entry(entry: HistoryEntry) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "kind": entry.kind,
        "at": iso(entry.at),
        "actor": entry.actor,
        "channel": entry.channel,
        "public": entry.public,
        "text": entry.text,
        "changes": [
            {"field": change.field, "before": change.before or None, "after": change.after or None}
            for change in entry.changes
        ],
    }
    if entry.taken_back is not None:
        fields |= {"taken_back_by": entry.taken_back[0], "taken_back_at": iso(entry.taken_back[1])}
    mail = entry.mail
    if mail is not None:
        fields |= {
            "message_id": mail.message_id,
            "from": _address(mail.sender),
            "to": [_address(each) for each in mail.to],
            "cc": [_address(each) for each in mail.cc],
            "bcc": [_address(each) for each in mail.bcc],
            "subject": mail.subject,
            "sent_at": iso(mail.sent_at),
            "protection": mail.protection or None,
            "warnings": list(mail.warnings),
            "attachments": [
                {"name": row.name, "type": row.content_type, "size": row.size} for row in entry.attachments
            ],
        }
    return fields


def _address(pair: tuple[str, str]) -> str:
    name, address = pair
    return f"{name} <{address}>" if name and address else name or address


def _charge(row: ChargeRow) -> dict[str, Any]:
    return {
        "kind": row.kind,
        "label": row.label,
        "quantity": charges.quantity(row.quantity),
        "rate": charges.decimal(row.rate),
        "amount": charges.decimal(row.amount),
        "currency": row.currency,
        "billable": row.billable,
        "note": row.note or None,
        "employee": row.employee or None,
        "charged_at": iso(row.charged_at),
    }


def _document(row: DocumentRow) -> dict[str, Any]:
    return {"name": row.name, "type": row.content_type, "size": row.size, "added_at": iso(row.created_at)}
