"""The fields of the tabs General and Details: what they show, and why some of them cannot be changed there."""

from __future__ import annotations

from services import priorities
from services.change_rights import check_may_change
from services.errors import DeskError
from services.records import TicketDetail
from services.session import Session
from widgets.dates import ShortDates
from widgets.field_list import FieldLine

_HOUR = 3_600_000_000
_CHANNELS = {
    "manual": "entered by hand",
    "cli": "the command line",
    "import": "import",
    "web": "web",
    "email": "mail",
    "api": "API",
    "monitoring": "monitoring",
}

# Fields that follow from others, and what to do instead of editing them.
READ_ONLY = {
    "email": "The address belongs to the contact; an administrator changes it there, or choose another contact.",
    "phone": "The number belongs to the contact; an administrator changes it there, or choose another contact.",
    "account_manager": "The Account Manager belongs to the account; an administrator changes it there.",
    "number": "A ticket keeps its number for ever.",
    "channel": "How a ticket came in never changes.",
    "created": "The desk notes this time itself.",
    "sent": "The desk notes this time itself.",
    "opened": "The desk notes this time when an employee looks at the ticket first.",
    "updated": "The desk notes this time itself.",
    "closed": "The desk notes this time when the ticket is closed.",
    "took": "This follows from the times of creating and closing.",
    "archive_reason": "The reason was given when the ticket was archived.",
    "merged_into": "A merged ticket leads to the other one.",
}


def lock_reason(session: Session, ticket: TicketDetail, field: str) -> str | None:
    """Return why a field cannot be changed by this person, or None."""
    if field in READ_ONLY:
        return READ_ONLY[field]
    try:
        check_may_change(session, ticket, {field: None})
    except DeskError as refused:
        return refused.sentence
    return None


class Lines:
    """Makes the lines of the two tabs for one ticket and the person who looks at it."""

    def __init__(self, session: Session, ticket: TicketDetail, dates: ShortDates) -> None:
        self._session = session
        self._ticket = ticket
        self._dates = dates

    def general(self) -> list[FieldLine]:
        """Return the fields of the tab General, the work first, then the people."""
        ticket = self._ticket
        now = self._dates.now()
        overdue = ticket.is_open and ticket.due_at is not None and ticket.due_at < now
        due = self._dates.full(ticket.due_at) + (" ! overdue" if overdue else "")
        urgent = ticket.priority == priorities.URGENT
        return [
            self._line("subject", "Subject", ticket.subject, "strong"),
            self._line("status", "Status", ticket.status, "" if ticket.is_open else "dim"),
            self._line("extension", "Status extension", ticket.extension),
            self._line("priority", "Priority", priorities.label(ticket.priority), "warning" if urgent else ""),
            self._line("manager", "Manager", ticket.manager),
            self._line("category", "Category", ticket.category),
            self._line("due", "Due", due, "error" if overdue else ""),
            self._line("account", "Account", ticket.account),
            self._line("contact", "Contact", ticket.contact),
            self._line("email", "Contact's email", ticket.contact_email),
            self._line("phone", "Contact's phone", ticket.contact_phone),
            self._line("requester_name", "Requested by", ticket.requester_name),
            self._line("requester_email", "Requester's email", ticket.requester_email),
            self._line("url", "URL", ticket.url),
        ]

    def details(self) -> list[FieldLine]:
        """Return the fields of the tab Details."""
        ticket, full = self._ticket, self._dates.full
        lines = [
            self._heading("links", "What it is about"),
            self._line("type", "Type", ticket.type),
            self._line("product", "Product", ticket.product),
            self._line("asset", "Asset", ticket.asset),
            self._line("contract", "Contract", ticket.contract),
            self._line("account_manager", "Account Manager", ticket.account_manager),
            self._heading("state", "Where it stands"),
            *([] if self._session.is_client else self._places()),
            self._line("channel", "Came by", _CHANNELS.get(ticket.channel, ticket.channel)),
            self._line("archived", "Archived", "yes" if ticket.archived else "no"),
        ]
        if ticket.archived:
            lines.append(self._line("archive_reason", "Reason", ticket.archive_reason))
        if ticket.merged_into:
            lines.append(self._line("merged_into", "Merged into", ticket.merged_into))
        return [
            *lines,
            self._heading("times", "Times"),
            self._line("sent", "Sent", full(ticket.sent_at)),
            self._line("created", "Created", full(ticket.created_at)),
            self._line("opened", "First viewed", full(ticket.opened_at)),
            self._line("updated", "Updated", full(ticket.updated_at)),
            self._line("closed", "Closed", full(ticket.closed_at)),
            self._line("took", "Time to resolution", self._time_to_resolution()),
            self._heading("end", "How it was solved"),
            self._line("resolution", "Resolution", ticket.resolution),
        ]

    def _places(self) -> list[FieldLine]:
        """Return where the desk has put the ticket, which says nothing to clients."""
        ticket = self._ticket
        return [
            self._line("waiting_for_dispatch", "Dispatching", "waiting" if ticket.waiting_for_dispatch else "no"),
            self._line("in_inbox", "In the Inbox", "yes" if ticket.in_inbox else "no"),
        ]

    def _line(self, name: str, label: str, value: str, tone: str = "") -> FieldLine:
        editable = lock_reason(self._session, self._ticket, name) is None
        return FieldLine(name, label, value, editable, tone=tone)

    def _heading(self, name: str, label: str) -> FieldLine:
        return FieldLine(name, label, "", heading=True)

    def _time_to_resolution(self) -> str:
        """Return how long the ticket was open, in days and hours; so far, while it is."""
        ticket = self._ticket
        end = ticket.closed_at if ticket.closed_at is not None else self._dates.now()
        hours = max(0, end - ticket.created_at) // _HOUR
        days, rest = divmod(hours, 24)
        shown = f"{days} d {rest} h" if days else f"{rest} h"
        return shown if ticket.closed_at is not None else f"open for {shown}"
