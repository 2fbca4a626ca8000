"""A ticket as plain text: its header, and its History from the first entry on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from services import history, priorities
from services.clock import iso
from services.history_kinds import LABELS
from services.records import HistoryEntry, TicketDetail
from services.session import Session

EVERY_ENTRY = 10_000_000


def head(session: Session, ticket: TicketDetail) -> Iterator[str]:
    """Yield the lines of a ticket's header fields, those that say something to this person."""
    inside = not session.is_client
    status = ticket.status + (f" ({ticket.extension})" if ticket.extension else "")
    address = f" <{ticket.requester_email}>" if ticket.requester_email else ""
    fields = (
        ("Status", status),
        ("Priority", priorities.label(ticket.priority)),
        ("Manager", ticket.manager),
        ("Account", ticket.account),
        ("Contact", ticket.contact),
        ("Requested by", f"{ticket.requester_name}{address}"),
        ("Category", ticket.category),
        ("Type", ticket.type),
        ("Created", _time(ticket.created_at)),
        ("Updated", _time(ticket.updated_at)),
        ("Due", _time(ticket.due_at)),
        ("Closed", _time(ticket.closed_at)),
        ("URL", ticket.url),
        ("In the Inbox", "yes" if ticket.in_inbox and inside else ""),
        ("Dispatch", "waiting" if ticket.waiting_for_dispatch and inside else ""),
        ("Archived", ticket.archive_reason if ticket.archived else ""),
        ("Resolution", ticket.resolution),
    )
    yield f"{ticket.number}  {ticket.subject}"
    for label, value in fields:
        if value:
            yield f"  {label:<13} {value}"


def told(session: Session, ticket: TicketDetail) -> Iterator[str]:
    """Yield each entry of the History that the person may see as a paragraph; it begins with the description."""
    for entry in history.entries(session, ticket.id, limit=EVERY_ENTRY, time_of=_time):
        yield entry_text(entry)


def entry_text(entry: HistoryEntry) -> str:
    """Return an entry as a paragraph: when, what and who, then what it says."""
    seen = "" if entry.public else ", internal"
    if entry.taken_back is not None:
        seen += f"; taken back by {entry.taken_back[0]} at {_time(entry.taken_back[1])}"
    lines = [f"\n{_time(entry.at)}  {LABELS.get(entry.kind, entry.kind)} by {entry.actor} ({entry.channel}{seen})"]
    if entry.mail is not None:
        mail = entry.mail
        lines.append(f"  From: {_people([mail.sender])}  Subject: {mail.subject}")
        others = (("To", mail.to), ("Cc", mail.cc), ("Bcc", mail.bcc))
        lines += [f"  {role}: {_people(people)}" for role, people in others if people]
        lines += [f"  {mail.protection[:1].upper()}{mail.protection[1:]}"] if mail.protection else []
        lines += [f"  ! {warning}" for warning in mail.warnings]
    lines += [f"  {change.label}: {change.before or '–'} → {change.after or '–'}" for change in entry.changes]
    lines += [f"  {line}" for line in entry.text.splitlines()]
    lines += [f"  [{document.name}, {document.size:,} bytes]" for document in entry.attachments]
    return "\n".join(lines)


def _time(at: int | None) -> str:
    return (iso(at) or "")[:16].replace("T", " ")


def _people(people: Iterable[tuple[str, str]]) -> str:
    return ", ".join(f"{name} <{address}>" if name else address for name, address in people)
