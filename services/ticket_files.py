"""Files that lie on a ticket, for whoever wants to send one of them along."""

from __future__ import annotations

from typing import NamedTuple

from services import documents, local_files
from services.documents import PUBLIC
from services.errors import Invalid, NotFound
from services.records import DocumentRow
from services.session import Session
from services.sql import fetch


class TicketFile(NamedTuple):
    """A file of a ticket; `internal` ones came with mail that customers do not see. Size in bytes."""

    id: int
    name: str
    content_type: str = ""
    size: int = 0
    added_by: str = ""
    created_at: int | None = None
    inline: bool = False
    internal: bool = False


def of_ticket(session: Session, ticket_id: int) -> list[TicketFile]:
    """Return the files of a ticket, newest first, pictures within texts at the end; employees only."""
    session.require_employee()
    rows = documents.listed(session, ticket_id)
    hidden = {row[0] for row in fetch(f"SELECT d.id FROM document d WHERE d.ticket_id = ? AND NOT {PUBLIC}", ticket_id)}
    return sorted((_file(row, row.id in hidden) for row in rows), key=lambda one: one.inline)


def _file(row: DocumentRow, internal: bool) -> TicketFile:
    return TicketFile(row.id, row.name, row.content_type, row.size, row.added_by, row.created_at, row.inline, internal)


def read(session: Session, ticket_id: int, file: TicketFile) -> tuple[str, str, bytes]:
    """Return name, content type and bytes of a file of the ticket; raises Invalid when it is there no more."""
    session.require_employee()
    found = next((row for row in documents.listed(session, ticket_id) if row.id == file.id), None)
    try:
        if found is None:
            raise NotFound("It is there no more.")
        name, data = documents.content(session, found.id)
    except NotFound:
        raise Invalid(f"“{file.name}” is not on the ticket any more; take it off.", "files") from None
    return name, found.content_type or local_files.content_type(name), data
