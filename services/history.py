"""A ticket's History: every entry in one stream, read from the journal."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any

from services import catalogue, tickets
from services.documents import of_mails
from services.history_kinds import CREATED, DELIVERY, MAIL_IN, MAIL_OUT, NOTE
from services.journal import load
from services.records import FieldChange, HistoryEntry, MailView, TicketDetail
from services.session import DESK_NAME, Session
from services.sql import fetch, key_list
from services.taken_back import taken_back
from services.ticket_fields import REFERENCES, label_of, readable

# Fields whose changes say nothing that the entry does not say better.
_SILENT = frozenset({"in_inbox", "mark", "archived", "archive_reason", "opened_at", "closed_at", "updated_at"})

# What the desk itself says about a mail that it files in its sender's name.
_OF_THE_DESK = frozenset({DELIVERY, NOTE})

# Whether clients see the entry `h` of operation `o`.
_PUBLIC = f"h.public = 1 AND NOT {taken_back()}"


def entries(
    session: Session,
    ticket_id: int,
    *,
    limit: int = 500,
    before: int | None = None,
    kinds: Iterable[str] = (),
    time_of: Callable[[int], str] | None = None,
    read: TicketDetail | None = None,
) -> list[HistoryEntry]:
    """Return the newest entries of a ticket's History, oldest first; `before` is an entry id to page back from.

    Staff see everything, clients the public entries. A handful of queries, whatever the number of entries.
    `time_of` writes the moments among the changes; without it, in the local zone. `read` is the ticket where the
    caller has just read it, so that it is not read twice to see whether the person may see it.
    """
    if read is None or read.id != ticket_id:
        tickets.get(session, ticket_id)
    found = _newest(session, ticket_id, limit, before, kinds)
    changes = {} if session.is_client else _changes(ticket_id, found, time_of)
    mails = _mails(session, [row[9] for row in found if row[2] in (MAIL_IN, MAIL_OUT) and row[9]])
    files = of_mails(ticket_id, list(mails))
    undoers = _undoers({row[10] for row in found if row[10] is not None})
    result = []
    shown: set[int] = set()
    for key, operation, kind, at, actor, channel, action, public, text, subject, undoer in found:
        is_mail = kind in (MAIL_IN, MAIL_OUT)
        # Several entries of one operation share its changes: the first one shows them.
        own = [] if operation in shown or is_mail else changes.get(operation, [])
        if own:
            shown.add(operation)
        mail = mails.get(subject) if is_mail else None
        attached = tuple(files.get(subject, ())) if is_mail else ()
        result.append(
            HistoryEntry(
                key,
                operation,
                kind,
                at,
                DESK_NAME if action == "file-mail" and kind in _OF_THE_DESK else actor,
                channel,
                action,
                bool(public),
                text,
                tuple(own),
                mail,
                attached,
                undoers.get(undoer),
            )
        )
    return result


def _newest(
    session: Session, ticket_id: int, limit: int, before: int | None, kinds: Iterable[str]
) -> list[tuple[Any, ...]]:
    """Return the rows of the newest entries that a person may see, oldest first."""
    where = [f"h.ticket_id = {int(ticket_id)}"]
    if before is not None:
        where.append(f"h.id < {int(before)}")
    if session.is_client:
        where.append(_PUBLIC)
    chosen = ", ".join(f"'{kind}'" for kind in kinds if kind.replace("_", "").isalpha())
    if chosen:
        where.append(f"h.kind IN ({chosen})")
    found = fetch(
        "SELECT h.id, h.operation_id, h.kind, o.at, o.actor, o.channel, o.action, h.public, h.text, h.subject_id,"
        f" CASE WHEN {taken_back()} THEN o.undone_by_id END"
        f" FROM history h JOIN operation o ON o.id = h.operation_id WHERE {' AND '.join(where)}"
        f" ORDER BY h.id DESC LIMIT {int(limit)}"
    )
    found.reverse()
    return found


def _undoers(operations: set[int]) -> dict[int, tuple[str, int]]:
    """Return who took something back, and when, by the operation that did."""
    if not operations:
        return {}
    chosen = key_list(operations)
    return {row[0]: (row[1], row[2]) for row in fetch(f"SELECT id, actor, at FROM operation WHERE id IN ({chosen})")}


def _changes(ticket_id: int, found: list[Any], time_of: Callable[[int], str] | None) -> dict[int, list[FieldChange]]:
    """Return the readable header changes of the operations behind some history rows."""
    created = {row[1] for row in found if row[2] == CREATED}
    operations = {row[1] for row in found if row[2] not in (MAIL_IN, MAIL_OUT)} - created
    if not operations:
        return {}
    rows = [
        row
        for row in fetch(
            f"SELECT operation_id, field, before, after FROM change WHERE ticket_id = {int(ticket_id)}"
            f" AND operation_id BETWEEN {min(operations)} AND {max(operations)} AND entity = 'ticket' ORDER BY id"
        )
        if row[0] in operations and row[1] not in _SILENT
    ]
    names_of = resolver(rows)
    changes: dict[int, list[FieldChange]] = {}
    for operation, field, before, after in rows:
        old, new = (readable(field, load(value), names_of, time_of) for value in (before, after))
        changes.setdefault(operation, []).append(FieldChange(field, label_of(field), old, new))
    return changes


def resolver(found: Iterable[tuple[Any, str, str | None, str | None]]) -> Callable[[str, Any], str]:
    """Return a function that names the rows that changes point to, with one query a table."""
    wanted: dict[str, set[int]] = {}
    for _, field, *values in found:
        if field in REFERENCES:
            wanted.setdefault(field, set()).update(value for value in map(load, values) if isinstance(value, int))
    known: dict[tuple[str, int], str] = {}
    for field, keys in wanted.items():
        if keys:
            table, key, name = REFERENCES[field]
            listed = key_list(keys)
            for row in fetch(f"SELECT {key}, {name} FROM {table} WHERE {key} IN ({listed})"):
                known[field, row[0]] = row[1]
    managers = catalogue.names().managers

    def name_of(field: str, value: Any) -> str:
        if field == "manager":
            return managers[value].name if value in managers else str(value)
        return known.get((field, value), str(value))

    return name_of


def _mails(session: Session, mail_ids: list[int]) -> dict[int, MailView]:
    if not mail_ids:
        return {}
    chosen = key_list(mail_ids)
    found = fetch(
        "SELECT id, original_id, direction, message_id, sender_name, sender_email, to_addresses, cc_addresses,"
        f" bcc_addresses, subject, sent_at, warnings, protection FROM mail WHERE id IN ({chosen})"
    )
    views = {
        row[0]: MailView(
            row[0],
            row[1],
            row[2],
            row[3],
            (row[4], row[5]),
            _addresses(row[6]),
            _addresses(row[7]),
            _addresses(row[8]),
            row[9],
            row[10],
            tuple(json.loads(row[11])),
            row[12],
        )
        for row in found
    }
    if session.is_client:
        from services import mail_outside

        return mail_outside.views(views)
    return views


def _addresses(stored: str) -> tuple[tuple[str, str], ...]:
    return tuple((name, address) for name, address in json.loads(stored))
