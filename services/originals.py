"""Mail as it arrived: kept before anybody looks into it, then filed, recognised as a duplicate, or quarantined."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from models import database
from models.binding import engine_of
from services import blobs, journal
from services.errors import DeskError
from services.named import NamedTuple
from services.session import Session, desk_session
from services.sql import execute, execute_later, fetch, first, insert_many, marks
from services.text import header

RECEIVED, FILED, DUPLICATE, QUARANTINED = "received", "filed", "duplicate", "quarantined"
REVIEW, ASIDE = "review", "aside"
"""A person has to say which ticket a mail under review belongs to; one set aside was read and needs no ticket."""

_MAX_SOURCE = 1_000
_MAX_REASON = 500
_MAX_ADDRESS = 320
_MAX_RECIPIENTS = 500
_ROWS = 50
"""Rows in one statement."""
_MANY = 500
_COLUMNS = (
    "id, source, state, reason, message_id, received_at,"
    " envelope_sender, envelope_recipients, mailbox_id, decision, tries"
)
_SELECT = f"SELECT {_COLUMNS} FROM mail_original"
_NEW = (
    "blob_id", "source", "state", "reason", "message_id", "body_key", "received_at", "tries",
    "envelope_sender", "envelope_recipients", "mailbox_id", "sender", "subject",
)  # fmt: skip
# Any number that no other part of the desk locks by.
_INTAKE_LOCK = 0x6D61696C
_one_thread = threading.RLock()


class Arrival(NamedTuple):
    """A mail as a route brings it: where from, its bytes, and what the server that brought it said beside them.

    `sender` is None where the route tells none, and empty for the null sender.
    """

    source: str
    raw: bytes
    sender: str | None = None
    recipients: tuple[str, ...] = ()
    mailbox_id: int | None = None


class Kept(NamedTuple):
    """A mail whose bytes are in the database; `is_new` tells whether this very keeping put them there."""

    id: int
    is_new: bool


class Original(NamedTuple):
    """A mail that is kept, and what became of it so far; `received_at` is microseconds UTC.

    The envelope is what the server that brought it said. `decision` is what a person chose for a mail under review or
    set aside: a ticket's id, 0 for a new ticket, None when nobody chose.
    """

    id: int
    source: str
    state: str
    reason: str
    message_id: str
    received_at: int
    envelope_sender: str | None
    envelope_recipients: tuple[str, ...]
    mailbox_id: int | None
    decision: int | None
    tries: int


def keep(session: Session, mails: Sequence[Arrival]) -> list[Kept]:
    """Keep mails in one transaction of their own; when this returns, they survive a power cut.

    Bytes that are kept already are found, and only recipients that are new to them are noted while they wait.
    Needs the privilege `import_mail`.
    """
    session.require("import_mail")
    keys = [hashlib.sha256(mail.raw).hexdigest() for mail in mails]
    with turn():
        known = _ids(keys)
        new: dict[str, Arrival] = {}
        for key, mail in zip(keys, mails, strict=True):
            if key not in known and key not in new:
                new[key] = mail
            elif mail.recipients:
                _also_for(mail, new, key, known.get(key))
        if new:
            with journal.operation(session, "receive-mail") as op:
                known |= _keep(op, new)
        # The same bytes twice in one call are new once.
        return [Kept(known[key], new.pop(key, None) is not None) for key in keys]


def _also_for(mail: Arrival, new: dict[str, Arrival], key: str, original_id: int | None) -> None:
    """Note further recipients of bytes that came before, as a server does that delivers to one after the other."""
    if key in new:
        new[key] = new[key]._replace(recipients=tuple(dict.fromkeys((*new[key].recipients, *mail.recipients))))
        return
    original = get(original_id or 0)
    both = tuple(dict.fromkeys((*original.envelope_recipients, *_cleaned(mail.recipients))))
    if original.state == RECEIVED and both != original.envelope_recipients:
        execute("UPDATE mail_original SET envelope_recipients = ? WHERE id = ?", _stored(both), original.id)


def _keep(op: journal.Recorder, new: dict[str, Arrival]) -> dict[str, int]:
    blobs.store_all({key: mail.raw for key, mail in new.items()})
    rows = []
    for key, mail in new.items():
        sender = None if mail.sender is None else header(mail.sender, _MAX_ADDRESS)
        beside = (sender, _stored(_cleaned(mail.recipients)), mail.mailbox_id, "", "")
        rows.append((key, header(mail.source, _MAX_SOURCE), RECEIVED, "", "", "", op.at, 0, *beside))
    for start in range(0, len(rows), _ROWS):
        insert_many("mail_original", _NEW, rows[start : start + _ROWS])
    kept = _ids(list(new))
    for key, source, state, *_ in rows:
        op.created("mail_original", kept[key], {"blob_id": key, "source": source, "state": state})
    return kept


def _cleaned(addresses: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(header(one, _MAX_ADDRESS) for one in addresses[:_MAX_RECIPIENTS]))


def _stored(addresses: Sequence[str]) -> str:
    return json.dumps(addresses, ensure_ascii=False, separators=(",", ":"))


def _ids(keys: Sequence[str]) -> dict[str, int]:
    if not keys:
        return {}
    return dict(fetch(f"SELECT blob_id, id FROM mail_original WHERE blob_id IN ({marks(keys)})", *keys))


@contextmanager
def turn() -> Iterator[None]:
    """Run the block as one transaction during which no other process keeps or files mail.

    Otherwise an answer could be filed while its parent is still uncommitted elsewhere, and one mail over two
    routes twice. On SQLite every write transaction waits its turn by itself.
    """
    # Threads of one process wait here, where they need not ask again and again as SQLite does.
    with _one_thread, database.atomic():
        if engine_of() == "postgresql":
            fetch("SELECT pg_advisory_xact_lock(?)", _INTAKE_LOCK)
        yield


def raw(original_id: int) -> bytes:
    """Return the bytes of a mail exactly as they arrived."""
    row = first("SELECT blob_id FROM mail_original WHERE id = ?", original_id)
    if row is None:
        raise DeskError("This mail is not in the database; run “deskwire db check”.")
    return blobs.read(str(row[0]))


def contents(original_ids: Sequence[int], most: int) -> dict[int, bytes]:
    """Return the bytes of a few mails, as many as have at most so many bytes together, read at once."""
    if not original_ids:
        return {}
    sizes = fetch(
        "SELECT m.id, b.sha256, b.size FROM mail_original m JOIN blob b ON b.sha256 = m.blob_id"
        f" WHERE m.id IN ({marks(original_ids)}) ORDER BY m.id",
        *original_ids,
    )
    keys: dict[int, str] = {}
    total = 0
    for original_id, key, size in sizes:
        total += size
        if total <= most:
            keys[original_id] = key
    found = blobs.read_all(list(keys.values()))
    return {original_id: found[key] for original_id, key in keys.items()}


def get(original_id: int) -> Original:
    """Return what is known of a kept mail."""
    return _original(fetch(f"{_SELECT} WHERE id = ?", original_id)[0])


def several(original_ids: Sequence[int]) -> list[Original]:
    """Return what is known of at most a few hundred kept mails, in any order."""
    if not original_ids:
        return []
    return [_original(row) for row in fetch(f"{_SELECT} WHERE id IN ({marks(original_ids)})", *original_ids)]


def waiting(before: int | None = None) -> list[Original]:
    """Return the mails that are kept but not filed, oldest first; with `before` only those of a lower id."""
    only = "" if before is None else f" AND id < {int(before)}"
    return [_original(row) for row in fetch(f"{_SELECT} WHERE state = ?{only} ORDER BY id", RECEIVED)]


def _original(row: tuple[Any, ...]) -> Original:
    return Original._make((*row[:7], tuple(json.loads(row[7])), *row[8:]))


def try_again(original_ids: Sequence[int], most: int) -> list[int]:
    """Note another try to file mails that were left behind, and return them without those that had too many.

    A mail that ends the program whenever it is read would otherwise do so for ever; it goes to quarantine.
    """
    again: list[int] = []
    for start in range(0, len(original_ids), _MANY):
        some = original_ids[start : start + _MANY]
        with turn():
            states = {one.id: one for one in several(some) if one.state == RECEIVED}
            for one in states.values():
                if one.tries >= most:
                    with journal.operation(desk_session("email"), "quarantine-mail") as op:
                        settle(op, one.id, QUARANTINED, reason=f"Filing it was broken off {one.tries} times.")
            fresh = [key for key in some if key in states and states[key].tries < most]
            if fresh:
                execute(f"UPDATE mail_original SET tries = tries + 1 WHERE id IN ({marks(fresh)})", *fresh)
            again += fresh
    return again


def forget_try(original_ids: Sequence[int]) -> None:
    """Take back a try to file mails: the database refused it. One stays, so that nobody is taken to be about to."""
    if original_ids:
        execute(
            "UPDATE mail_original SET tries = tries - 1"
            f" WHERE state = ? AND tries > 1 AND id IN ({marks(original_ids)})",
            RECEIVED,
            *original_ids,
        )


def quarantined_count() -> int:
    """Return how many mails are in quarantine."""
    return int(fetch("SELECT COUNT(*) FROM mail_original WHERE state = ?", QUARANTINED)[0][0])


def describe(original_id: int, sender: str, subject: str) -> None:
    """Note inside an open transaction by whom a mail is and what about, because it is on no ticket that says so."""
    execute(
        "UPDATE mail_original SET sender = ?, subject = ? WHERE id = ?",
        header(sender, _MAX_ADDRESS),
        header(subject, _MAX_REASON),
        original_id,
    )


def ticket_of(original: Original) -> int | None:
    """Return the ticket on which a mail was filed; of a duplicate, the one on which its twin was."""
    filed = original.id
    if original.state == DUPLICATE:
        own = first("SELECT body_key FROM mail_original WHERE id = ?", original.id)
        twin = filed_twin(original.id, original.message_id, str(own[0])) if own else None
        filed = twin if twin is not None else filed
    row = first("SELECT ticket_id FROM mail WHERE original_id = ? ORDER BY id", filed)
    return int(row[0]) if row else None


def filed_twin(original_id: int, message_id: str, body_key: str) -> int | None:
    """Return another mail with the same Message-ID and content that is filed, if there is one."""
    row = first(
        "SELECT id FROM mail_original WHERE message_id = ? AND body_key = ? AND state = ? AND id <> ? ORDER BY id",
        message_id,
        body_key,
        FILED,
        original_id,
    )
    return int(row[0]) if row else None


def settle(
    op: journal.Recorder,
    original_id: int,
    state: str,
    *,
    reason: str = "",
    message_id: str = "",
    body_key: str = "",
    ticket_id: int | None = None,
) -> None:
    """Note inside an operation what became of a mail that was waiting."""
    op.change("mail_original", original_id, "state", RECEIVED, state, ticket_id)
    execute_later(
        "mail_original",
        "UPDATE mail_original SET state = ?, reason = ?, message_id = ?, body_key = ?, tries = tries + 1 WHERE id = ?",
        state,
        header(reason, _MAX_REASON),
        message_id,
        body_key,
        original_id,
    )
