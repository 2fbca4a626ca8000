"""The outbox as people see it, and what they do in it: try again, let go, withdraw."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from models import database
from services import history_kinds, journal, tickets
from services.errors import DeskError, Forbidden
from services.numbers import number_of
from services.outbox import FAILED, HELD, NEVER, SEND, SENDING, UNKNOWN, WAITING, WITHDRAWN, named, subject_of
from services.records import HistoryEntry
from services.session import Session
from services.sql import execute, fetch, marks
from services.visibility import ticket_scope

ACTIVE, TROUBLE, ALL = "active", "trouble", "all"
"""Lists of the outbox: what waits or is on its way, what went wrong or is held, and everything."""

# Two of them as the partial indexes say it.
_LISTS = {
    ACTIVE: "d.state IN ('waiting', 'sending', 'unknown') AND d.state <> 'unknown'",
    TROUBLE: "(d.state IN ('unknown', 'failed', 'held') OR d.bounce <> '')",
    ALL: "1 = 1",
}
_SQL = (
    "SELECT d.id, d.outgoing_id, m.mail_id, d.ticket_id, m.kind, m.head, d.role, d.address, d.name, d.state, d.tries,"
    " d.created_at, d.next_at, d.sent_at, d.reply_code, d.reply, d.bounce, d.bounced_at"
    " FROM delivery d JOIN outgoing_mail m ON m.id = d.outgoing_id"
)
_MOST = 500


class DeliveryRow(NamedTuple):
    """One mail to one recipient; moments are microseconds UTC.

    `number` is that of the ticket, empty without one; `next_at` when it is tried next, None when it is not; `reply`
    what the server said last; `bounce` is permanent or temporary after the mail came back.
    """

    id: int
    outgoing_id: int
    mail_id: int | None
    ticket_id: int | None
    number: str
    kind: str
    subject: str
    role: str
    address: str
    name: str
    state: str
    tries: int
    created_at: int
    next_at: int | None
    sent_at: int | None
    reply_code: int | None
    reply: str
    bounce: str
    bounced_at: int | None


class Counts(NamedTuple):
    """How many rows are in the states that people look after."""

    waiting: int
    held: int
    unknown: int
    failed: int


def listing(
    session: Session, which: str = ACTIVE, *, before: int | None = None, limit: int = _MOST
) -> list[DeliveryRow]:
    """Return the newest rows of one of the lists, newest first; `before` is a row to page back from.

    Needs the privilege `import_mail`; without `view_others` the tickets of others are left out.
    """
    session.require("import_mail")
    where, params = [_LISTS[which]], []
    if before is not None:
        where.append("d.id < ?")
        params.append(before)
    if scope := ticket_scope(session):
        where.append(f"d.ticket_id IN (SELECT t.id FROM ticket t WHERE {scope})")
    rows = fetch(f"{_SQL} WHERE {' AND '.join(where)} ORDER BY d.id DESC LIMIT {int(limit)}", *params)
    return [_row(row) for row in rows]


def of_ticket(session: Session, ticket_id: int, *, limit: int = _MOST) -> list[DeliveryRow]:
    """Return the newest rows of one ticket's mails, oldest first; to employees who may see the ticket."""
    session.require_employee()
    tickets.get(session, ticket_id)
    rows = fetch(f"{_SQL} WHERE m.ticket_id = ? ORDER BY d.id DESC LIMIT {int(limit)}", ticket_id)
    return [_row(row) for row in reversed(rows)]


def of_mails(session: Session, ticket_id: int, mail_ids: Sequence[int]) -> dict[int, list[DeliveryRow]]:
    """Return the rows by which mails of a ticket's History left the desk, by mail; clients see none."""
    if session.is_client or not mail_ids:
        return {}
    rows = fetch(
        f"{_SQL} WHERE m.ticket_id = ? AND m.mail_id IN ({marks(mail_ids)}) ORDER BY d.id", ticket_id, *mail_ids
    )
    found: dict[int, list[DeliveryRow]] = {}
    for row in map(_row, rows):
        if row.mail_id is not None:
            found.setdefault(row.mail_id, []).append(row)
    return found


def of_entries(session: Session, ticket_id: int, entries: Sequence[HistoryEntry]) -> dict[int, list[DeliveryRow]]:
    """Return the rows by which what stands in entries of a ticket's History left the desk, by entry.

    These are mails and, of basic mode, the documents that hold one; clients see none.
    """
    mails = {entry.mail.id: entry.id for entry in entries if entry.mail is not None}
    found = {mails[mail_id]: rows for mail_id, rows in of_mails(session, ticket_id, list(mails)).items()}
    kept = {
        entry.operation_id: entry.id
        for entry in entries
        if entry.kind == history_kinds.DOCUMENT and entry.action == SEND
    }
    if session.is_client or not kept:
        return found
    rows = fetch(
        f"SELECT m.operation_id, {_SQL.removeprefix('SELECT ')} WHERE m.ticket_id = ? AND m.mail_id IS NULL"
        f" AND m.operation_id IN ({marks(list(kept))}) ORDER BY d.id",
        ticket_id,
        *kept,
    )
    for operation_id, *row in rows:
        found.setdefault(kept[operation_id], []).append(_row(tuple(row)))
    return found


def counts(session: Session) -> Counts:
    """Return how much waits, is held, or went wrong. Needs the privilege `import_mail`."""
    session.require("import_mail")
    waiting = fetch(f"SELECT count(*) FROM delivery d WHERE {_LISTS[ACTIVE]}")[0][0]
    found: dict[str, int] = dict(
        (state, count)
        for state, count in fetch(f"SELECT d.state, count(*) FROM delivery d WHERE {_LISTS[TROUBLE]} GROUP BY d.state")
    )
    return Counts(waiting, found.get(HELD, 0), found.get(UNKNOWN, 0), found.get(FAILED, 0))


def retry(session: Session, delivery_ids: Sequence[int]) -> int:
    """Have rows tried again at once that failed, are unknown or wait, and return how many."""
    return _act(session, delivery_ids, (FAILED, UNKNOWN, WAITING), WAITING, "resend-mail", "Sent again")


def release(session: Session, delivery_ids: Sequence[int]) -> int:
    """Let go what a rate holds back, and return how many rows. Needs the privilege `import_mail`."""
    session.require("import_mail")
    return _act(session, delivery_ids, (HELD,), WAITING, "resend-mail", "Let go")


def withdraw(session: Session, delivery_ids: Sequence[int]) -> int:
    """Give up rows that have not left, or of which nobody knows, and return how many."""
    return _act(session, delivery_ids, (WAITING, HELD, UNKNOWN), WITHDRAWN, "withdraw-mail", "Withdrawn")


def _act(
    session: Session, delivery_ids: Sequence[int], states: tuple[str, ...], into: str, action: str, told: str
) -> int:
    session.require_employee()
    keys = [int(key) for key in delivery_ids]
    if not keys:
        raise DeskError("No mail is chosen; choose one first.")
    with journal.operation(session, action) as op:
        lock = " FOR UPDATE OF d" if database.for_update else ""
        rows = [_row(row) for row in fetch(f"{_SQL} WHERE d.id IN ({marks(keys)}) ORDER BY d.id{lock}", *keys)]
        _check(session, rows)
        chosen = [row for row in rows if row.state in states]
        if not chosen:
            raise DeskError(_why_none(rows))
        for row in chosen:
            op.change("delivery", row.id, "state", row.state, into, row.ticket_id)
        next_at = op.at if into == WAITING else NEVER
        changed = [row.id for row in chosen]
        execute(
            f"UPDATE delivery SET state = ?, tries = 0, next_at = ?, claimed_by = '' WHERE id IN ({marks(changed)})",
            into,
            next_at,
            *changed,
        )
        if into == WAITING:
            # Already waiting is no change of the state, but somebody's act all the same.
            op.is_empty = False
        _tell(op, chosen, told)
    return len(chosen)


def _check(session: Session, rows: Sequence[DeliveryRow]) -> None:
    """Refuse what is about tickets that the person may not see or change."""
    of_tickets = sorted({row.ticket_id for row in rows if row.ticket_id is not None})
    for ticket in (tickets.get(session, ticket_id) for ticket_id in of_tickets):
        own = ticket.mine or ticket.created_by_id == session.user_id
        if not own and not session.has("import_mail"):
            refusal = tickets.others_refusal(session, ticket, "change_others")
            if refusal:
                raise Forbidden(refusal)
    if any(row.ticket_id is None for row in rows):
        session.require("import_mail")


def _why_none(rows: Sequence[DeliveryRow]) -> str:
    if not rows:
        return "This mail is not in the outbox any more; look at the list again."
    if any(row.state == SENDING for row in rows):
        return "This mail is being sent at this moment; look again in a minute."
    return f"This mail is {rows[0].state} already, so nothing was done."


def _tell(op: journal.Recorder, rows: Sequence[DeliveryRow], told: str) -> None:
    by_mail: dict[int, list[DeliveryRow]] = {}
    for row in rows:
        by_mail.setdefault(row.outgoing_id, []).append(row)
    for some in by_mail.values():
        if some[0].ticket_id is not None:
            text = f"{told}: “{some[0].subject}” to {named([row.address for row in some])}"
            op.entry(some[0].ticket_id, history_kinds.DELIVERY, text)


def _row(row: tuple[Any, ...]) -> DeliveryRow:
    key, outgoing_id, mail_id, ticket_id, kind, head, role, address, name, state, tries, created, next_at, *rest = row
    waits = next_at < NEVER and state in (WAITING, UNKNOWN)
    number = number_of(ticket_id) if ticket_id is not None else ""
    what = (key, outgoing_id, mail_id, ticket_id, number, kind, subject_of(head))
    return DeliveryRow(*what, role, address, name, state, tries, created, next_at if waits else None, *rest)
