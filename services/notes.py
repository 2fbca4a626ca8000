"""Notes on tickets: internal ones for the desk, public ones that clients see; never edited afterwards."""

from __future__ import annotations

from services import bulk, history_kinds, inbox, tickets
from services.bulk import Act
from services.errors import Invalid
from services.records import TicketDetail
from services.session import Session
from services.text import clean
from services.ticket_writes import Entry, Writing

MAX_CHARACTERS = 1_000_000


def add_note(session: Session, ticket_id: int, text: str, *, public: bool = False, uid: str | None = None) -> None:
    """Add a note to a ticket's History.

    A client's note is public, and puts the ticket into the Inbox like every customer update.
    """
    bulk.run(session, noting(session, text, public=public), [ticket_id], uid=uid)


def noting(session: Session, text: str, *, public: bool = False) -> Act:
    """Return the act of adding a note to tickets."""
    body = clean(text).strip("\n")
    if not body.strip():
        raise Invalid("The note is empty; write something first.", "text")
    if len(body) > MAX_CHARACTERS:
        raise Invalid("The note is longer than a million characters; attach it as a file instead.", "text")
    entry = Entry(history_kinds.NOTE, body, public or session.is_client)

    def decide(session: Session, ticket: TicketDetail) -> Writing:
        tickets.refuse_merged(ticket, "write the note there")
        return inbox.told(session, Writing(ticket, {}, (entry,)), "A note")

    return Act("add-note", decide)
