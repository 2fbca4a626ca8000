"""One mail of the History with all that is known of it, for somebody who wants to know more than its text."""

from __future__ import annotations

from typing import NamedTuple

from services import history, originals, outbox_rows, tickets
from services.errors import DeskError, NotFound
from services.outbox_rows import DeliveryRow
from services.records import DocumentRow, MailView
from services.session import Session
from services.sql import first
from services.text import clean

_MOST_HEAD = 32_768


class ShownMail(NamedTuple):
    """A mail, its files, what became of it where it left, and its head as it arrived, empty without an original."""

    mail: MailView
    text: str
    files: tuple[DocumentRow, ...]
    left: tuple[DeliveryRow, ...]
    head: str


def shown(session: Session, ticket_id: int, mail_id: int) -> ShownMail:
    """Return all that is known of a mail; raises NotFound for those that the person may not see."""
    tickets.get(session, ticket_id)
    row = first(
        "SELECT id FROM history WHERE ticket_id = ? AND subject_id = ? AND kind IN ('mail_in', 'mail_out')"
        " ORDER BY id DESC LIMIT 1",
        ticket_id,
        mail_id,
    )
    found = history.entries(session, ticket_id, limit=1, before=row[0] + 1) if row else []
    if not found or found[0].mail is None or found[0].mail.id != mail_id:
        raise NotFound("This mail is no longer on the ticket.")
    entry = found[0]
    left = outbox_rows.of_mails(session, ticket_id, [mail_id]).get(mail_id, [])
    return ShownMail(found[0].mail, entry.text, entry.attachments, tuple(left), _head(session, found[0].mail))


def _head(session: Session, mail: MailView) -> str:
    """Return the head of the original as it arrived; a client sees neither stations nor blind copies in it."""
    if mail.original_id is None or session.is_client:
        return ""
    try:
        raw = originals.raw(mail.original_id)
    except DeskError:
        return ""
    head = raw[:_MOST_HEAD].replace(b"\r\n", b"\n").partition(b"\n\n")[0]
    try:
        return clean(head.decode("utf-8"))
    except UnicodeDecodeError:
        return clean(head.decode("cp1252", "replace"))
