"""Letters to the desk, and bringing them in as an import does."""

from __future__ import annotations

from collections.abc import Sequence
from email.message import EmailMessage
from functools import partial
from pathlib import Path
from typing import Any

from connector.intake import Outcome, import_mails
from connector.mail.sources import Source
from models import TABLES, database
from services import history, tickets
from services.records import HistoryEntry, TicketDetail
from tests.support.desks import SUPPORT_ADDRESS, Desk

CLEO = "Cleo Marsh <cleo@acme.example>"


def letter(
    subject: str = "The printer is on fire",
    text: str = "It burns.",
    *,
    sender: str = CLEO,
    key: str = "",
    answers: str = "",
    to: str = SUPPORT_ADDRESS,
    files: Sequence[tuple[str, bytes]] = (),
    **headers: str,
) -> bytes:
    """Return a mail; `key` and `answers` are the local parts of its Message-ID and of the one that it answers."""
    message = EmailMessage()
    message["From"] = sender
    message["To"] = to
    message["Subject"] = subject
    if key:
        message["Message-ID"] = f"<{key}@mail.example>"
    if answers:
        message["In-Reply-To"] = f"<{answers}@mail.example>"
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    for name, data in files:
        message.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    return message.as_bytes()


def source(raw: bytes, origin: str = "letter.eml") -> Source:
    """Return a mail in memory as one that lies in a file."""
    return Source(origin, len(raw), partial(bytes, raw))


def bring(desk: Desk, *mails: bytes) -> list[Outcome]:
    """Import mails as one folder and return what became of each."""
    return list(import_mails(desk.administrator, [source(raw, f"{at}.eml") for at, raw in enumerate(mails)]).mails)


def ticket_of(desk: Desk, outcome: Outcome) -> TicketDetail:
    """Return the ticket on which a mail was filed."""
    assert outcome.number is not None, outcome
    return tickets.get_by_number(desk.administrator, outcome.number)


def entries_of(desk: Desk, outcome: Outcome) -> list[HistoryEntry]:
    """Return the History of the ticket on which a mail was filed."""
    return history.entries(desk.administrator, ticket_of(desk, outcome).id)


def write_folder(path: Path, mails: Sequence[bytes]) -> Path:
    """Write mails as .eml files into a folder, in the order given."""
    path.mkdir(parents=True, exist_ok=True)
    for at, raw in enumerate(mails):
        (path / f"{at:05}.eml").write_bytes(raw)
    return path


def everything() -> dict[str, list[tuple[Any, ...]]]:
    """Return every row of every table, to prove that nothing changed."""
    return {
        name: sorted(map(tuple, database.execute_sql(f"SELECT * FROM {name}")), key=repr)
        for name in (table._meta.table_name for table in TABLES)
    }
