"""What the ticket window reads to open, in one go in the database thread."""

from __future__ import annotations

from typing import NamedTuple

from screens.ticket.entries import HistoryLook, blocks
from services import clock, history, outbox_rows, requesters, tickets
from services.records import HistoryEntry, TicketDetail
from services.requesters import Offer
from services.session import Session
from widgets.dates import ShortDates
from widgets.log_view import LogBlock

FIRST_ENTRIES = 60
"""Entries that are read with the ticket: more than a screen shows; the rest comes when somebody goes there."""

MORE_ENTRIES = 500


class HistoryPage(NamedTuple):
    """Some of the newest entries, oldest first, as the log shows them; `has_older` is whether there are more."""

    entries: list[HistoryEntry]
    blocks: list[LogBlock]
    has_older: bool


class TicketPage(NamedTuple):
    """A ticket with its newest entries; `offer` is who wrote a forwarded mail and may be its requester."""

    ticket: TicketDetail
    history: HistoryPage
    offer: Offer | None = None


def load(session: Session, ticket_id: int, look: HistoryLook, count: int) -> TicketPage:
    """Read a ticket and its newest entries."""
    ticket = tickets.get(session, ticket_id)
    shown = load_history(session, ticket_id, look, count, read=ticket)
    has_mail = any(entry.mail is not None for entry in shown.entries)
    return TicketPage(ticket, shown, requesters.offered_on(session, ticket) if has_mail else None)


def load_history(
    session: Session,
    ticket_id: int,
    look: HistoryLook,
    count: int,
    before: int | None = None,
    read: TicketDetail | None = None,
) -> HistoryPage:
    """Read the newest entries, or those before an entry; one more is asked for to know whether there are more."""
    dates = ShortDates(clock.now)
    found = history.entries(
        session, ticket_id, limit=count + 1, before=before, kinds=look.kinds, time_of=dates.full, read=read
    )
    has_older = len(found) > count
    entries = found[1:] if has_older else found
    left = outbox_rows.of_entries(session, ticket_id, entries)
    return HistoryPage(entries, blocks(entries, dates, left), has_older)
