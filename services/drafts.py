"""Drafts: what somebody was writing, where it belongs, and its form as a file that any program may have torn."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Any, NamedTuple

Value = str | int | bool | None | list[str] | list[int]
Fields = dict[str, Value]
"""What stands in a form, by field: texts, numbers, switches, and lists of one of them."""

LARGEST = 16 * 1024 * 1024
"""Bytes of a draft's file; a text of a few megabytes fits, whatever its letters."""

_VERSION = 1
_LABELS = {
    "note": "Note",
    "reply": "Reply",
    "mail-note": "Note with mail",
    "transfer": "Transfer",
    "complete": "Resolution to complete",
    "resolution": "Resolution",
    "field": "Edit",
    "archive": "Reason to archive",
    "new": "New ticket",
    "charge": "New charge",
    "charge-edit": "Charge",
}


class Place(NamedTuple):
    """Where a draft belongs: the kind of dialog, the tickets that it is about in order of id, and what else tells
    two dialogs of a kind apart."""

    kind: str
    tickets: tuple[int, ...] = ()
    detail: str = ""

    @staticmethod
    def of(kind: str, tickets: Iterable[int] = (), detail: object = "") -> Place:
        """Return the place of a dialog; the order in which the tickets were marked does not matter."""
        return Place(kind, tuple(sorted(set(tickets))), str(detail))

    @property
    def key(self) -> str:
        """Sixteen hexadecimal digits that stand for the place in the name of a file."""
        return sha256(json.dumps([self.kind, self.tickets, self.detail]).encode()).hexdigest()[:16]

    @property
    def label(self) -> str:
        """What kind of draft this is, as people read it."""
        from services.ticket_fields import FIELDS

        if self.kind == "field" and self.detail in FIELDS:
            return FIELDS[self.detail].label
        return _LABELS.get(self.kind, "Text")


class Draft(NamedTuple):
    """What was typed at a place; `saved_at` is in microseconds UTC. `name` is its file, empty before it has one."""

    place: Place
    fields: Fields
    saved_at: int
    host: str = ""
    name: str = ""

    @property
    def text(self) -> str:
        """The longest text of the draft, which is what somebody would miss most."""
        return max((each for each in self.fields.values() if isinstance(each, str)), key=len, default="")

    @property
    def about(self) -> str:
        """The draft in a few words: its kind, and the ticket or how many."""
        from services.numbers import number_of

        tickets = self.place.tickets
        if not tickets:
            return self.place.label + ("" if self.place.kind == "new" else " on many tickets")
        return f"{self.place.label} on " + (number_of(tickets[0]) if len(tickets) == 1 else f"{len(tickets)} tickets")


class Unreadable(ValueError):
    """A file that is no draft of ours: torn, tampered with, or of a newer program."""


def encode(draft: Draft, user_id: int) -> bytes:
    """Return a draft as the bytes of its file: ASCII, so that lone surrogates and NUL come back as they were."""
    place = draft.place
    kept = {
        "version": _VERSION,
        "user": user_id,
        "kind": place.kind,
        "tickets": place.tickets,
        "detail": place.detail,
        "saved_at": draft.saved_at,
        "host": draft.host,
        "fields": draft.fields,
    }
    return json.dumps(kept, separators=(",", ":")).encode("ascii")


def decode(data: bytes, user_id: int, name: str = "") -> Draft:
    """Return the draft that a file holds; Unreadable when it is none of this user's."""
    try:
        kept = json.loads(data)
    except (ValueError, RecursionError) as fault:
        raise Unreadable("no JSON") from fault
    if not isinstance(kept, dict) or kept.get("version") != _VERSION or kept.get("user") != user_id:
        raise Unreadable("another version or another user")
    kind, tickets, detail, saved_at, host, fields = (
        kept.get(key) for key in ("kind", "tickets", "detail", "saved_at", "host", "fields")
    )
    if not (isinstance(kind, str) and isinstance(detail, str) and isinstance(host, str)):
        raise Unreadable("a value of the wrong type")
    if not isinstance(saved_at, int) or not 0 <= saved_at <= _LATEST:
        raise Unreadable("no moment")
    if not isinstance(tickets, list) or not all(map(_is_id, tickets)):
        raise Unreadable("no list of tickets")
    if not isinstance(fields, dict) or not all(map(_is_value, fields.values())):
        raise Unreadable("no fields")
    return Draft(Place(kind, tuple(tickets), detail), fields, saved_at, host, name)


def desk_key() -> str:
    """Return what tells this desk from others on every machine, without a word of its address.

    It is made from the desk's first login, which a backup or a move keeps. Needs a connection.
    """
    from services.sql import first

    row = first("SELECT id, created_at FROM desk_user ORDER BY id LIMIT 1")
    return sha256(f"desk {row}".encode()).hexdigest()[:16]


def texts(fields: Mapping[str, Value]) -> list[tuple[str, str]]:
    """Return the names and contents of the fields that hold text, for somebody who wants to copy it."""
    return [(name, value) for name, value in fields.items() if isinstance(value, str) and value.strip()]


# The largest id and moment of both engines: more makes their drivers fail.
_LARGEST_NUMBER = 2**63 - 1
_LATEST = 253_402_300_799_000_000


def _is_id(value: Any) -> bool:
    return type(value) is int and 0 < value <= _LARGEST_NUMBER


def _is_value(value: Any) -> bool:
    if isinstance(value, list):
        return all(isinstance(each, str) for each in value) or all(map(_is_number, value))
    return value is None or isinstance(value, (str, bool)) or _is_number(value)


def _is_number(value: Any) -> bool:
    return type(value) is int and abs(value) <= _LARGEST_NUMBER
