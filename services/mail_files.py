"""Mails of the History as files (.eml): the raw bytes, for other mail programs and for reading every header."""

from __future__ import annotations

from pathlib import Path

from services import local_files, mail_outside, originals, tickets
from services.errors import NotFound
from services.session import Session
from services.sql import first
from services.text import filename


def content(session: Session, mail_id: int) -> tuple[str, bytes]:
    """Return a file name for a mail of a ticket and its bytes as they arrived.

    Clients get the mails of their tickets' public History only, and those of employees as they left the desk. Raises
    NotFound for all others.
    """
    row = first(
        "SELECT m.ticket_id, m.subject, m.original_id, m.sender_email,"
        " (SELECT max(h.public) FROM history h WHERE h.ticket_id = m.ticket_id AND h.subject_id = m.id"
        " AND h.kind IN ('mail_in', 'mail_out')) FROM mail m WHERE m.id = ?",
        mail_id,
    )
    if row is None:
        raise NotFound("This mail is no longer on the ticket.")
    ticket_id, subject, original_id, sender, public = row
    ticket = tickets.get(session, ticket_id)
    if session.is_client and not public:
        raise NotFound("This mail is no longer on the ticket.")
    if original_id is None:
        raise NotFound("This mail was written here; there is no original that came from outside.")
    as_it_left = session.is_client and mail_outside.is_of_the_desk(sender)
    raw = mail_outside.copy(mail_id) if as_it_left else originals.raw(original_id)
    if raw is None:
        raise NotFound("This mail is no longer on the ticket.")
    return filename(f"{ticket.number} {subject or 'mail'}.eml"), raw


def save(session: Session, mail_id: int, target: Path, *, overwrite: bool = False) -> Path:
    """Write a mail as it arrived to disk, see `local_files.write`."""
    name, data = content(session, mail_id)
    return local_files.write(data, target, name, overwrite=overwrite)
