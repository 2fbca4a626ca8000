"""A ticket as plain text for people at a shell."""

from __future__ import annotations

from services import history, priorities
from services.history_kinds import LABELS
from services.records import HistoryEntry, TicketDetail
from services.session import Session
from tui.cli.output import moment, say


def print_ticket(session: Session, ticket: TicketDetail) -> None:
    """Print a ticket's header and its History, which begins with the description."""
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
        ("In the Inbox", "yes" if ticket.in_inbox else ""),
        ("Dispatch", "waiting" if ticket.waiting_for_dispatch else ""),
        ("Archived", ticket.archive_reason if ticket.archived else ""),
        ("Resolution", ticket.resolution),
    )
    say(f"{ticket.number}  {ticket.subject}")
    for label, value in fields:
        if value:
            say(f"  {label:<13} {value}")
    for entry in history.entries(session, ticket.id, limit=100_000, time_of=_time):
        say(_entry_text(entry))


def _entry_text(entry: HistoryEntry) -> str:
    seen = "" if entry.public else ", internal"
    lines = [f"\n{_time(entry.at)}  {LABELS.get(entry.kind, entry.kind)} by {entry.actor} ({entry.channel}{seen})"]
    if entry.mail is not None:
        name, address = entry.mail.sender
        lines.append(f"  From: {f'{name} <{address}>' if name else address}  Subject: {entry.mail.subject}")
    lines += [f"  {change.label}: {change.before or '–'} → {change.after or '–'}" for change in entry.changes]
    lines += [f"  {line}" for line in entry.text.splitlines()]
    lines += [f"  [{document.name}, {document.size:,} bytes]" for document in entry.attachments]
    return "\n".join(lines)


def _time(at: int | None) -> str:
    return (moment(at) or "")[:16].replace("T", " ")
