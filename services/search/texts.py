"""What can be found of each ticket: its texts, and which of them clients see, read from the tables.

A ticket's document is its subject and an ordered list of pieces: first what stands on the ticket itself, then its
History entry by entry. So an added entry is a piece at the end, and everything else stays as it was. What clients
do not see (internal notes, charges that are not billed, removed files) and everything that an undone operation left
behind is internal. What the desk writes by itself ("Marked as read") is no text that anybody looks for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from services.history_kinds import (
    ARCHIVE,
    ARCHIVED_FOR,
    CHARGE,
    CREATED,
    DOCUMENT,
    MAIL_IN,
    MAIL_OUT,
    MERGE,
    NOTE,
    TRANSFER,
)
from services.named import NamedTuple
from services.sql import key_list
from services.taken_back import taken_back

KINDS = frozenset({CREATED, NOTE, TRANSFER, MAIL_IN, MAIL_OUT, CHARGE, DOCUMENT, ARCHIVE, MERGE})
"""The kinds of History entries that have something to find."""

FIELDS = frozenset({"subject", "requester_name", "requester_email", "url", "description", "resolution"})
"""The fields of a ticket that are found."""

_CHOSEN = ", ".join(f"'{kind}'" for kind in sorted(KINDS))
# Keys in one statement.
_MANY = 5_000


class Piece(NamedTuple):
    """A text that stands together: no phrase reaches from one piece into the next."""

    public: bool
    text: str


class Document(NamedTuple):
    """Everything that can be found of a ticket."""

    ticket_id: int
    subject: str
    pieces: list[Piece]


class _Head(NamedTuple):
    subject: str
    name: str
    email: str
    url: str
    description: str
    resolution: str


def documents(db: Any, ticket_ids: Sequence[int]) -> list[Document]:
    """Return the documents of tickets in the order of their ids; unknown ids are left out."""
    found = []
    for chosen in _lists(sorted(set(ticket_ids))):
        found += _documents(db, f"IN ({chosen})")
    return found


def documents_between(db: Any, first: int, last: int) -> list[Document]:
    """Return the documents of all tickets from one id to another."""
    return _documents(db, f"BETWEEN {int(first)} AND {int(last)}")


def added(db: Any, ticket_ids: Sequence[int], operation_ids: Sequence[int]) -> dict[int, list[Piece]]:
    """Return the pieces that the entries of some operations add to the documents of tickets."""
    found: dict[int, list[Piece]] = {}
    wanted = key_list(operation_ids) or "NULL"
    for chosen in _lists(sorted(set(ticket_ids))):
        heads = _heads(db, f"IN ({chosen})")
        found |= _entries(db, heads, f"h.operation_id IN ({wanted}) AND h.ticket_id IN ({chosen})")
    return found


def with_entries_of(db: Any, operation_ids: Iterable[int]) -> set[int]:
    """Return the tickets that have something to find from some operations."""
    found: set[int] = set()
    for chosen in _lists(sorted(operation_ids)):
        asked = f"SELECT DISTINCT ticket_id FROM history WHERE operation_id IN ({chosen}) AND kind IN ({_CHOSEN})"
        found.update(row[0] for row in _read(db, asked))
    return found


def _documents(db: Any, tickets: str) -> list[Document]:
    heads = _heads(db, tickets)
    entries = _entries(db, heads, f"h.ticket_id {tickets}")
    found = []
    for key, head in heads.items():
        own = (head.name, head.email, head.url, head.description, head.resolution)
        pieces = [Piece(True, text) for text in own if text]
        found.append(Document(key, head.subject, pieces + entries.get(key, [])))
    return found


def _heads(db: Any, tickets: str) -> dict[int, _Head]:
    rows = db.execute_sql(
        "SELECT id, subject, requester_name, requester_email, url, description, resolution"
        f" FROM ticket WHERE id {tickets} ORDER BY id"
    )
    return {row[0]: _Head(*row[1:]) for row in rows.fetchall()}


def _entries(db: Any, heads: dict[int, _Head], entries: str) -> dict[int, list[Piece]]:
    rows = db.execute_sql(
        f"SELECT h.ticket_id, h.kind, h.public, h.text, h.subject_id, {taken_back()} FROM history h"
        " JOIN operation o ON o.id = h.operation_id"
        f" WHERE {entries} AND h.kind IN ({_CHOSEN})"
        " ORDER BY h.ticket_id, h.id"
    ).fetchall()
    subjects = _Subjects(db, rows)
    found: dict[int, list[Piece]] = {}
    for key, kind, public, text, subject_id, was_taken_back in rows:
        head = heads.get(key)
        if head is not None:
            seen = bool(public) and not was_taken_back
            found.setdefault(key, []).extend(_pieces(head, kind, seen, text, subject_id, subjects))
    return found


def _pieces(
    head: _Head, kind: str, seen: bool, text: str, subject_id: int | None, subjects: _Subjects
) -> Iterator[Piece]:
    if kind in (CHARGE, DOCUMENT):
        # Several entries tell of one charge or file: it is read once, as it is now.
        rows = subjects.charges if kind == CHARGE else subjects.files
        for shown, own in rows.pop(subject_id or 0, ()):
            yield Piece(seen and shown, own)
        return
    if kind in (MAIL_IN, MAIL_OUT) and subject_id is not None:
        for own in subjects.mails.get(subject_id, ()):
            if own not in (head.name, head.email) and not (head.subject and own.endswith(head.subject)):
                yield Piece(seen, own)
    if kind == ARCHIVE:
        text = text.removeprefix(ARCHIVED_FOR) if text.startswith(ARCHIVED_FOR) else ""
    # A ticket that came by mail has the mail's text as its description.
    if text and text.strip() != head.description.strip():
        yield Piece(seen, text)
    if kind in (MAIL_IN, MAIL_OUT):
        for name in subjects.attachments.get(subject_id or 0, ()):
            yield Piece(seen, name)


class _Subjects:
    """The charges, files and mails that some entries are about, by id, each with its texts."""

    def __init__(self, db: Any, rows: Iterable[tuple[Any, ...]]) -> None:
        keys: dict[str, set[int]] = {}
        for row in rows:
            if row[4] is not None:
                keys.setdefault(row[1], set()).add(row[4])
        mails = sorted(keys.get(MAIL_IN, set()) | keys.get(MAIL_OUT, set()))
        self.charges: dict[int, list[tuple[bool, str]]] = {}
        self.files: dict[int, list[tuple[bool, str]]] = {}
        self.mails: dict[int, tuple[str, ...]] = {}
        self.attachments: dict[int, list[str]] = {}
        for chosen in _lists(sorted(keys.get(CHARGE, ()))):
            self._read_charges(db, chosen)
        for chosen in _lists(sorted(keys.get(DOCUMENT, ()))):
            for key, name, removed in _read(db, f"SELECT id, name, removed FROM document WHERE id IN ({chosen})"):
                self.files[key] = [(not removed, name)]
        for chosen in _lists(mails):
            self._read_mails(db, chosen)

    def _read_charges(self, db: Any, chosen: str) -> None:
        asked = f"SELECT id, label, note, billable, removed FROM charge WHERE id IN ({chosen})"
        for key, label, note, billable, removed in _read(db, asked):
            shown = bool(billable) and not removed
            self.charges[key] = [(shown, text) for text in (label, note) if text]

    def _read_mails(self, db: Any, chosen: str) -> None:
        asked = f"SELECT id, direction, subject, sender_name, sender_email FROM mail WHERE id IN ({chosen})"
        for key, direction, subject, *sender in _read(db, asked):
            # Who sends from the desk is the desk.
            texts = (subject, *sender) if direction == "in" else (subject,)
            self.mails[key] = tuple(text for text in texts if text)
        asked = f"SELECT mail_id, name FROM document WHERE mail_id IN ({chosen}) AND removed = 0 ORDER BY id"
        for mail_id, name in _read(db, asked):
            self.attachments.setdefault(mail_id, []).append(name)


def _read(db: Any, asked: str) -> list[tuple[Any, ...]]:
    return list(db.execute_sql(asked).fetchall())


def _lists(keys: Sequence[int]) -> Iterator[str]:
    for start in range(0, len(keys), _MANY):
        yield key_list(keys[start : start + _MANY])
