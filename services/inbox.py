"""The global Inbox, the envelope that everybody sees, and who may mark what as read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from services import history_kinds, journal, tickets
from services.change_rights import check_may_change
from services.errors import Forbidden
from services.records import NO_MARK, READ, UNREAD, TicketDetail, TicketRow
from services.session import Session
from services.ticket_writes import Entry, Writing, touch, write

if TYPE_CHECKING:
    from services.bulk import Act

# Channels through which programs write, whoever they log in as.
_PROGRAMS = {"api": "from the API", "monitoring": "from monitoring"}
_CUSTOMERS = {"web": "from the web", "email": "by mail"}


def is_from_outside(session: Session) -> bool:
    """Tell whether what this person does comes from a customer or a program, and so belongs in the Inbox."""
    if session.is_client or session.channel in _PROGRAMS:
        return True
    return session.employee_id is None and session.channel in _CUSTOMERS


def takes_new(session: Session) -> bool:
    """Tell whether a ticket that this person opens begins in the Inbox: from outside, or by mail, whoever wrote that.

    What an employee mails or forwards nobody at the desk has seen yet.
    """
    return is_from_outside(session) or session.channel == "email"


def origin(session: Session) -> str:
    """Return where something came from that entered the Inbox, as the History says it."""
    if session.channel in _PROGRAMS:
        return _PROGRAMS[session.channel]
    who = "from a customer" if is_from_outside(session) else "from an employee"
    return f"{who} {_CUSTOMERS.get(session.channel, '')}".strip()


def customer_update(op: journal.Recorder, ticket: TicketDetail, why: str) -> None:
    """Put a ticket into the Inbox and close its envelope, because a customer or a program updated it.

    `why` is the trigger as the History shows it.
    """
    write(op, [_brought_in(Writing(ticket, {}, ()), why)])


def told(session: Session, writing: Writing, what: str) -> Writing:
    """Add what follows for the Inbox when a customer or a program does something to a ticket; `what` they did."""
    return _brought_in(writing, f"{what} {origin(session)}") if is_from_outside(session) else writing


def _brought_in(writing: Writing, why: str) -> Writing:
    return writing._replace(
        fields={**writing.fields, "in_inbox": 1, "mark": UNREAD},
        entries=(*writing.entries, Entry(history_kinds.INBOX, why)),
    )


def moving(session: Session, inside: bool) -> Act:
    """Return the act of putting tickets into the Inbox, or of taking them out, for everyone."""
    session.require_employee()
    entry = Entry(history_kinds.INBOX, "Moved to the Inbox" if inside else "Removed from the Inbox")

    def decide(session: Session, ticket: TicketDetail) -> Writing | None:
        if ticket.in_inbox == inside:
            return None
        check_may_change(session, ticket, {"in_inbox": int(inside)})
        return Writing(ticket, {"in_inbox": int(inside)}, (entry,), updates=False)

    from services.bulk import Act

    return Act("move-to-inbox" if inside else "remove-from-inbox", decide)


def mark_refusal(session: Session, ticket: TicketDetail | TicketRow) -> str | None:
    """Return why an employee may not mark a ticket read or unread; its manager may, and others by privilege."""
    return None if ticket.mine else tickets.others_refusal(session, ticket, "mark_others_read")


def marking(session: Session, mark: int) -> Act:
    """Return the act of opening envelopes (READ), or of closing them (UNREAD), also those of tickets without one."""
    session.require_employee()
    entry = Entry(history_kinds.READ, "Marked as read" if mark == READ else "Marked as unread")

    def decide(session: Session, ticket: TicketDetail) -> Writing | None:
        if ticket.mark == mark or (mark == READ and ticket.mark == NO_MARK):
            return None
        refusal = mark_refusal(session, ticket)
        if refusal:
            raise Forbidden(refusal)
        return Writing(ticket, {"mark": mark}, (entry,), updates=False)

    from services.bulk import Act

    return Act("mark-read" if mark == READ else "mark-unread", decide)


def viewed(session: Session, ticket_id: int) -> bool:
    """Note that somebody looked at a ticket for a few seconds; tells whether its envelope opened.

    Only the ticket's manager opens the envelope by looking; the first employee's look is the time opened.
    """
    if session.is_client:
        return False
    ticket = tickets.get(session, ticket_id)
    opens = ticket.mine and ticket.mark == UNREAD
    if not opens and ticket.opened_at is not None:
        return False
    with journal.operation(session, "view-ticket") as op:
        ticket = tickets.get(session, ticket_id, lock=True)
        if ticket.opened_at is None:
            touch(op, ticket, opened_at=op.at)
        opens = ticket.mine and ticket.mark == UNREAD
        if opens:
            touch(op, ticket, mark=READ)
            op.entry(ticket.id, history_kinds.READ, "Read by the manager")
    return opens
