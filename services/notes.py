"""Notes on tickets: internal ones for the desk, public ones that clients see; never edited afterwards."""

from __future__ import annotations

from contextlib import suppress

from services import history_kinds, inbox, journal, tickets
from services.errors import Invalid
from services.session import Session
from services.text import clean
from services.ticket_changes import touch

MAX_CHARACTERS = 1_000_000


def add_note(session: Session, ticket_id: int, text: str, *, public: bool = False, uid: str | None = None) -> None:
    """Add a note to a ticket's History.

    A client's note is public, and puts the ticket into the Inbox like every customer update.
    """
    body = clean(text).strip("\n")
    if not body.strip():
        raise Invalid("The note is empty; write something first.", "text")
    if len(body) > MAX_CHARACTERS:
        raise Invalid("The note is longer than a million characters; attach it as a file instead.", "text")
    with suppress(journal.AlreadyDone), journal.operation(session, "add-note", uid=uid) as op:
        ticket = tickets.get(session, ticket_id, lock=True)
        tickets.refuse_merged(ticket, "write the note there")
        op.entry(ticket_id, history_kinds.NOTE, body, public=public or session.is_client)
        if inbox.is_from_outside(session):
            inbox.customer_update(op, ticket, f"A note {inbox.origin(session)}")
        else:
            touch(op, ticket, updated_at=op.at)
