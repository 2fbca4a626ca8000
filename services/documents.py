"""Files on tickets: uploads by people and attachments of mails."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import models
from services import blobs, history_kinds, inbox, journal, local_files, tickets
from services.errors import Invalid, NotFound
from services.records import DocumentRow
from services.session import Session
from services.sql import execute, fetch, first, insert_row, key_list
from services.text import clean, one_line
from services.ticket_writes import touch

if TYPE_CHECKING:
    from pathlib import Path

# What came with a mail is as public as the mail's entry in the History.
PUBLIC = (
    "(d.mail_id IS NULL OR EXISTS (SELECT 1 FROM history h WHERE h.ticket_id = d.ticket_id AND h.public = 1"
    " AND h.subject_id = d.mail_id AND h.kind IN ('mail_in', 'mail_out')))"
)
"""Which documents `d` clients see, as SQL."""


def listed(session: Session, ticket_id: int) -> list[DocumentRow]:
    """Return the files of a ticket, newest first."""
    tickets.get(session, ticket_id)
    only = f" AND {PUBLIC}" if session.is_client else ""
    return _rows(f"d.ticket_id = {int(ticket_id)} AND d.removed = 0{only}", "d.id DESC")


def of_mails(ticket_id: int, mail_ids: list[int]) -> dict[int, list[DocumentRow]]:
    """Return the attachments of some mails of a ticket by mail id."""
    if not mail_ids:
        return {}
    chosen = key_list(mail_ids)
    found: dict[int, list[DocumentRow]] = {}
    for row in _rows(f"d.ticket_id = {int(ticket_id)} AND d.mail_id IN ({chosen})", "d.id"):
        if row.mail_id is not None:
            found.setdefault(row.mail_id, []).append(row)
    return found


def _rows(where: str, order: str) -> list[DocumentRow]:
    found = fetch(
        "SELECT d.id, d.name, d.content_type, b.size, d.mail_id, d.inline, d.created_at,"
        " COALESCE((SELECT o.actor FROM change c JOIN operation o ON o.id = c.operation_id"
        " WHERE c.ticket_id = d.ticket_id AND c.entity = 'document' AND c.entity_id = CAST(d.id AS text)"
        " AND c.before IS NULL ORDER BY c.id LIMIT 1), '')"
        f" FROM document d JOIN blob b ON b.sha256 = d.blob_id WHERE {where} ORDER BY {order}"
    )
    return [DocumentRow._make((*row[:5], bool(row[5]), *row[6:])) for row in found]


def attach(session: Session, ticket_id: int, path: Path) -> DocumentRow:
    """Upload a file from disk to a ticket."""
    name, content_type, data = local_files.read(path)
    return attach_bytes(session, ticket_id, name, data, content_type)


def attach_bytes(
    session: Session, ticket_id: int, name: str, data: bytes, content_type: str | None = None
) -> DocumentRow:
    """Attach a content that is already in memory."""
    local_files.check_size(name, len(data))
    with journal.operation(session, "attach-document") as op:
        ticket = tickets.get(session, ticket_id, lock=True)
        tickets.refuse_merged(ticket, "add the file there")
        document_id = _upload(op, ticket_id, name, content_type or local_files.content_type(name), data)
        if inbox.is_from_outside(session):
            inbox.customer_update(op, ticket, f"A file {inbox.origin(session)}")
        else:
            touch(op, ticket, updated_at=op.at)
    return next(row for row in _rows(f"d.id = {document_id}", "d.id"))


def attach_uploads(op: journal.Recorder, ticket_id: int, files: Iterable[tuple[str, str, bytes]]) -> None:
    """Attach (name, content type, bytes) that people chose, inside an open operation, each with its entry."""
    for name, content_type, data in files:
        local_files.check_size(name, len(data))
        _upload(op, ticket_id, name, content_type, data)


def _upload(op: journal.Recorder, ticket_id: int, name: str, content_type: str, data: bytes) -> int:
    document_id = attach_within(op, ticket_id, name, content_type, data)
    op.entry(ticket_id, history_kinds.DOCUMENT, f"{_shown(name)} added", public=True, subject_id=document_id)
    return document_id


def attach_within(
    op: journal.Recorder,
    ticket_id: int,
    name: str,
    content_type: str,
    data: bytes,
    *,
    mail_id: int | None = None,
    inline: bool = False,
) -> int:
    """Attach a content inside an open operation and return the document's id."""
    key = blobs.store(data)
    values = {
        "name": _shown(name),
        "content_type": clean(content_type)[:200],
        "mail_id": mail_id,
        "blob": key,
        "inline": int(inline),
    }
    document_id = insert_row("document", {"ticket": ticket_id, "created_at": op.at, **values})
    op.created("document", document_id, values, ticket_id)
    return document_id


def content(session: Session, document_id: int) -> tuple[str, bytes]:
    """Return a file's name and bytes, if the person may see its ticket; a removed one is there for employees only."""
    shown = f"d.removed = 0 AND {PUBLIC}"
    row = first(f"SELECT d.ticket_id, d.name, d.blob_id, {shown} FROM document d WHERE d.id = ?", document_id)
    if row is None:
        raise _gone()
    try:
        tickets.get(session, row[0])
    except NotFound:
        raise _gone() from None
    if session.is_client and not row[3]:
        raise _gone()
    return row[1], blobs.read(row[2])


def _gone() -> NotFound:
    """Return the one answer for a file that is not there and for one that this person may not see."""
    return NotFound("This file is no longer on the ticket.")


def save(session: Session, document_id: int, target: Path, *, overwrite: bool = False) -> Path:
    """Write a file to disk, see `local_files.write`."""
    name, data = content(session, document_id)
    return local_files.write(data, target, name, overwrite=overwrite)


def remove(session: Session, document_id: int) -> None:
    """Take an uploaded file off the ticket's list; its content stays for the History. Mail attachments stay."""
    session.require_employee()
    with journal.operation(session, "remove-document") as op:
        found = first("SELECT ticket_id FROM document WHERE id = ?", document_id)
        if found is None:
            raise _gone()
        ticket = tickets.get(session, found[0], lock=True)
        document = models.Document.get_by_id(document_id)
        if document.removed:
            raise _gone()
        if document.mail_id is not None:
            raise Invalid("This file came with a mail and stays with it.")
        op.change("document", document.id, "removed", 0, 1, ticket.id)
        execute("UPDATE document SET removed = 1, version = version + 1 WHERE id = ?", document.id)
        op.entry(ticket.id, history_kinds.DOCUMENT, f"{document.name} removed", public=True, subject_id=document.id)
        touch(op, ticket, updated_at=op.at)


def _shown(name: str) -> str:
    return one_line(name)[:255] or "unnamed"
