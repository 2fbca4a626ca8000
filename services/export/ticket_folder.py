"""One ticket as a folder: its header and History as plain text, its mails as they arrived, its files."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from services import charges, documents, history, mail_files, recipients, tickets
from services.clock import iso
from services.errors import DeskError, Invalid, NotFound
from services.export.formats import json_lines
from services.export.objects import full_ticket_object
from services.export.ticket_text import EVERY_ENTRY, head, told
from services.records import TicketDetail
from services.session import Session
from services.text import filename, plain


def save(session: Session, ticket_id: int, target: Path) -> Path:
    """Write a ticket with everything the person may see of it, and return the folder.

    `target` is the new folder, or one that is there, in which a folder named after the ticket is made:

        ticket.txt    header fields, recipients and charges, then the whole History
        ticket.json   the same for programs, as `ticket show --json` prints it
        mails/        each mail as it arrived, numbered as in the History (.eml)
        files/        uploaded files and attachments

    All of it appears at once, or nothing.
    """
    ticket = tickets.get(session, ticket_id)
    folder = target
    try:
        if target.is_dir():
            folder = target / filename(f"{ticket.number} {ticket.subject}")
        if folder.exists():
            raise Invalid(f"{folder} exists already; choose another name.", "path")
        partial = Path(tempfile.mkdtemp(prefix=f".{ticket.number}-", dir=folder.parent))
        try:
            # Made inside, it gets the rights that the person's new folders have.
            whole = partial / "ticket"
            whole.mkdir()
            _fill(session, ticket, whole)
            whole.rename(folder)
        finally:
            shutil.rmtree(partial, ignore_errors=True)
    except OSError as fault:
        raise DeskError(f"{folder} cannot be written ({fault.strerror}); choose another place.") from fault
    return folder


def _fill(session: Session, ticket: TicketDetail, folder: Path) -> None:
    _write_text(folder / "ticket.txt", _text(session, ticket))
    with open(folder / "ticket.json", "wb") as out:
        out.writelines(json_lines([full_ticket_object(session, ticket)]))
    mail_ids = [
        entry.mail.id
        for entry in history.entries(session, ticket.id, limit=EVERY_ENTRY)
        if entry.mail is not None and entry.mail.original_id is not None
    ]
    for place, mail_id in enumerate(mail_ids, 1):
        _write_into(folder / "mails", f"{place:04d} ", mail_files.content(session, mail_id))
    for file in reversed(documents.listed(session, ticket.id)):
        try:
            _write_into(folder / "files", "", documents.content(session, file.id))
        except NotFound:
            continue  # somebody removed it this very moment


def _text(session: Session, ticket: TicketDetail) -> Iterator[str]:
    yield from head(session, ticket)
    outside = [(row.kind.capitalize(), row.name, row.address) for row in recipients.external(session, ticket.id)]
    for kind, name, address in outside:
        yield f"  {kind:<13} {name} <{address}>" if name else f"  {kind:<13} {address}"
    for follower in recipients.employees(session, ticket.id):
        yield f"  {'Followed by':<13} {follower.name}"
    for charge in charges.listed(session, ticket.id):
        amount = f"{charges.decimal(charge.amount)} {charge.currency}"
        day = (iso(charge.charged_at) or "")[:10]
        yield f"  {'Charge':<13} {day}  {charge.label}  {charges.quantity(charge.quantity)}  {amount}"
    yield from told(session, ticket)


def _write_text(path: Path, lines: Iterable[str]) -> None:
    with open(path, "w", encoding="utf-8", errors="replace", newline="\n") as out:
        out.writelines(f"{plain(line)}\n" for line in lines)


def _write_into(folder: Path, prefix: str, content: tuple[str, bytes]) -> None:
    """Write a content under its own name, or under one with a number when that name is taken."""
    name, data = content
    folder.mkdir(exist_ok=True)
    path = folder / filename(prefix + name)
    number = 1
    while path.exists():
        number += 1
        path = folder / filename(f"{prefix}{number} {name}")
    path.write_bytes(data)
