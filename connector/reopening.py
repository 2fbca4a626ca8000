"""What a mail does to a ticket that is closed or archived: opens it, leaves it as it is, or goes on in a new one."""

from __future__ import annotations

import time

from connector.mail.message import ParsedMail
from services import catalogue, clock, history_kinds, inbox, journal, mail_settings, tickets
from services.mails import merge_target
from services.records import TicketDetail
from services.sql import first
from services.ticket_changes import apply
from services.ticket_writes import touch

_MOST = 50


def place(op: journal.Recorder, ticket: TicketDetail, mail: ParsedMail) -> tuple[TicketDetail, bool]:
    """Return the ticket on which an outsider's mail goes on, and whether that takes a new one linked to it.

    A ticket that was closed too long ago is left in peace: what it was continued in counts instead.
    """
    for _ in range(_MOST):
        if not _is_over(ticket, op.at) or stays_closed(ticket, mail):
            return ticket, False
        later = _continued_in(ticket.id)
        if later is None or later == ticket.id:
            break
        ticket = tickets.get(op.session, later, lock=True)
    return ticket, True


def link(op: journal.Recorder, before: TicketDetail, ticket: TicketDetail) -> None:
    """Say in both Histories that a new ticket goes on from one that was closed."""
    day = time.strftime("%d %b %Y", time.gmtime((before.closed_at or op.at) // clock.SECOND))
    op.entry(before.id, history_kinds.LINK, f"Continued in {ticket.number}", subject_id=ticket.id)
    op.entry(ticket.id, history_kinds.LINK, f"Continues {before.number}, which was closed on {day}")


def stays_closed(ticket: TicketDetail, mail: ParsedMail) -> bool:
    """Tell whether a closed ticket stays so, because a customer says no more than thank you."""
    return not ticket.is_open and not mail_settings.current().thanks_reopens and mail.thanks_only


def bring_back(op: journal.Recorder, ticket: TicketDetail) -> None:
    """Open a ticket again and put it into the Inbox, because a customer wrote."""
    ticket = _reopened(op, _restored(op, ticket))
    inbox.customer_update(op, ticket, "Mail from a customer")


def _restored(op: journal.Recorder, ticket: TicketDetail) -> TicketDetail:
    """Bring a ticket back from the archive, where nobody would see that its customer wrote again."""
    if not ticket.archived:
        return ticket
    touch(op, ticket, archived=0, archive_reason="")
    op.entry(ticket.id, history_kinds.ARCHIVE, "Restored from the archive, because a customer wrote")
    return tickets.get(op.session, ticket.id)


def _reopened(op: journal.Recorder, ticket: TicketDetail) -> TicketDetail:
    """Open a closed ticket again: assigned to whoever manages it, or new if it lies in the queue of new tickets."""
    if ticket.is_open:
        return ticket
    names = catalogue.names()
    queued = names.managers[ticket.manager_id].team_role == "new_tickets"
    status = names.status_by_role("new" if queued else "in_house")
    apply(op, ticket, {"status": status.code}, text="Reopened, because a customer wrote")
    return tickets.get(op.session, ticket.id)


def _is_over(ticket: TicketDetail, now: int) -> bool:
    days = mail_settings.current().reopen_days
    if ticket.is_open or not days or ticket.closed_at is None:
        return False
    return ticket.closed_at < now - days * clock.DAY


def _continued_in(ticket_id: int) -> int | None:
    row = first(
        "SELECT subject_id FROM history WHERE ticket_id = ? AND kind = ? AND subject_id IS NOT NULL"
        " ORDER BY id DESC LIMIT 1",
        ticket_id,
        history_kinds.LINK,
    )
    return merge_target(int(row[0])) if row else None
