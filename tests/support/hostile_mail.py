"""Mail on a hostile desk: mailboxes, outbox, mail on no ticket, canned texts, connectors, all of hostile texts."""

from __future__ import annotations

from itertools import cycle

from models import (
    Blob,
    CannedText,
    ConnectorRun,
    Delivery,
    Mailbox,
    MailboxState,
    MailOriginal,
    Operation,
    OutgoingMail,
)
from services import blobs, clock
from services.mail_writing import head, subject

_OUTBOX = ("waiting", "failed", "unknown", "held", "sent", "withdrawn")
_QUEUES = ("quarantined", "review", "aside")
_MAILBOXES = 12


def fill(texts: list[str], ticket_id: int) -> None:
    """Add a mail of every kind for each text."""
    at = clock.now()
    for place, text in enumerate(texts[:_MAILBOXES]):
        key = Mailbox.create(name=f"{text} {place}", host=text, username=text, folder=text, created_at=at).id
        MailboxState.create(mailbox=key, last_error=text, last_error_at=at, claimed_by=text, claimed_until=at * 2)
        ConnectorRun.create(name=text, started_at=at, seen_at=at)
    blob, operation = Blob.select().first(), Operation.select().first()
    states = cycle(_OUTBOX)
    for place, text in enumerate(texts):
        CannedText.create(name=f"{text} {place}", text=text, created_at=at)
        mail = OutgoingMail.create(
            ticket=ticket_id, operation=operation, kind="reply", message_id=f"<h{place}@desk.example>",
            head=head([("Subject", subject(text))]), blob=blob, created_at=at,
        )  # fmt: skip
        Delivery.create(
            outgoing=mail, ticket=ticket_id, role="to", address=text, name=text, state=next(states), reply=text,
            created_at=at, next_at=at,
        )  # fmt: skip
        raw = f"From: {text}\r\nTo: {text}\r\nSubject: {text}\r\n\r\n{text}\r\n{place}".encode("utf-8", "replace")
        for state in _QUEUES:
            original = {"source": text, "reason": text, "sender": text, "subject": text, "received_at": at}
            MailOriginal.create(blob=blobs.store(raw + state.encode()), state=state, tries=1, **original)
