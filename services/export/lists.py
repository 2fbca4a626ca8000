"""A list of tickets, however long, as CSV, JSON Lines or Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from secrets import token_hex
from typing import Any

from services import priorities, tickets
from services.clock import iso
from services.errors import DeskError, Invalid
from services.export.formats import csv_lines, json_lines, markdown_lines
from services.export.objects import TICKET_FIELDS, ticket_object
from services.progress import Progress, Stopped
from services.records import TicketDetail
from services.session import Session

FORMATS = {"csv": "CSV", "jsonl": "JSON Lines", "md": "Markdown"}
"""The formats by the ending of their files, with what people call them."""

_BATCH = 500
_NOT_IN_CSV = ("merged_into", "version")
_CSV_FIELDS = tuple(name for name in TICKET_FIELDS if name not in _NOT_IN_CSV)
_MARKDOWN_FIELDS = ("Number", "Status", "Priority", "Manager", "Account", "Requested by", "Subject", "Updated")


def lines(session: Session, ticket_ids: Iterable[int], shape: str) -> Iterator[bytes]:
    """Yield tickets in one of FORMATS, line by line, reading some hundred at a time."""
    found = _tickets(session, ticket_ids)
    if shape == "jsonl":
        return json_lines(ticket_object(session, ticket) for ticket in found)
    if shape == "csv":
        return csv_lines(_CSV_FIELDS, (_csv(session, ticket) for ticket in found))
    return markdown_lines(_MARKDOWN_FIELDS, map(_markdown, found))


def save(
    session: Session, ticket_ids: Sequence[int], target: Path, progress: Progress, *, overwrite: bool = False
) -> int:
    """Write tickets to a file, whose ending says in which format, and return how many they are.

    Nothing is left behind of an export that was stopped or failed, and an older file stays as it was.
    """
    shape = format_of(target)
    try:
        if target.exists() and not overwrite:
            raise Invalid(f"{target} exists already; choose another name.", "path")
        # A name that nobody can have taken beforehand, so that nothing is written through it to another file.
        partial = target.with_name(f".{target.name[:100]}.{token_hex(4)}.part")
        try:
            with open(partial, "xb") as out:
                for line in lines(session, _counted(ticket_ids, progress), shape):
                    out.write(line)
            partial.replace(target)
        finally:
            partial.unlink(missing_ok=True)
    except OSError as fault:
        raise DeskError(f"{target} cannot be written ({fault.strerror}); choose another place.") from fault
    return len(ticket_ids)


def format_of(path: Path) -> str:
    """Return the format that the ending of a file's name stands for."""
    shape = {"json": "jsonl", "markdown": "md"}.get(ending := path.suffix[1:].lower(), ending)
    if shape not in FORMATS:
        known = ", ".join(f".{each} ({label})" for each, label in FORMATS.items())
        raise Invalid(f"The ending of the name says what is written: {known}; add one of them.", "path")
    return shape


def _counted(keys: Sequence[int], progress: Progress) -> Iterator[int]:
    for done, key in enumerate(keys):
        if done % _BATCH == 0 and not progress(done, len(keys)):
            raise Stopped("The export was stopped; no file was written.")
        yield key


def _tickets(session: Session, ticket_ids: Iterable[int]) -> Iterator[TicketDetail]:
    batch: list[int] = []
    for key in ticket_ids:
        batch.append(key)
        if len(batch) == _BATCH:
            yield from tickets.get_many(session, batch)
            batch.clear()
    yield from tickets.get_many(session, batch)


def _csv(session: Session, ticket: TicketDetail) -> list[object]:
    fields: dict[str, Any] = ticket_object(session, ticket) | {"status": ticket.status}
    return ["" if fields[name] is None else fields[name] for name in _CSV_FIELDS]


def _markdown(ticket: TicketDetail) -> list[object]:
    return [
        ticket.number,
        ticket.status + (f"/{ticket.extension}" if ticket.extension else ""),
        priorities.label(ticket.priority),
        ticket.manager,
        ticket.account,
        ticket.requester_name or ticket.requester_email,
        ticket.subject,
        (iso(ticket.updated_at) or "")[:16].replace("T", " "),
    ]
