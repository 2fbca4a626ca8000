"""Mail as it arrived: kept before anybody looks into it, then filed, recognised as a duplicate, or quarantined."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple

from models import database
from models.binding import engine_of
from services import blobs, journal
from services.errors import DeskError
from services.session import Session
from services.sql import execute, fetch, first, insert, marks
from services.text import header

RECEIVED, FILED, DUPLICATE, QUARANTINED = "received", "filed", "duplicate", "quarantined"

_MAX_SOURCE = 1_000
_MAX_REASON = 500
_SELECT = "SELECT id, source, state, reason, message_id, received_at FROM mail_original"
# Any number that no other part of the desk locks by.
_INTAKE_LOCK = 0x6D61696C


class Kept(NamedTuple):
    """A mail whose bytes are in the database; `is_new` tells whether this very keeping put them there."""

    id: int
    is_new: bool


class Original(NamedTuple):
    """A mail that is kept, and what became of it so far; `received_at` is microseconds UTC."""

    id: int
    source: str
    state: str
    reason: str
    message_id: str
    received_at: int


def keep(session: Session, mails: Sequence[tuple[str, bytes]]) -> list[Kept]:
    """Keep mails, given as (where from, raw bytes), in one transaction of their own.

    When this returns, they survive a power cut. Bytes that are kept already are found, and nothing is written.
    Needs the privilege `import_mail`.
    """
    session.require("import_mail")
    keys = [hashlib.sha256(raw).hexdigest() for _, raw in mails]
    with turn():
        known = _ids(keys)
        if known.keys() >= set(keys):
            return [Kept(known[key], False) for key in keys]
        kept: list[Kept] = []
        with journal.operation(session, "receive-mail") as op:
            for key, (source, raw) in zip(keys, mails, strict=True):
                is_new = key not in known
                if is_new:
                    known[key] = _keep(op, source, raw)
                kept.append(Kept(known[key], is_new))
        return kept


def _keep(op: journal.Recorder, source: str, raw: bytes) -> int:
    values = {"blob_id": blobs.store(raw), "source": header(source, _MAX_SOURCE), "state": RECEIVED}
    empty = {"reason": "", "message_id": "", "body_key": "", "tries": 0, "envelope_recipients": "[]"}
    original_id = insert("mail_original", {**values, **empty, "received_at": op.at})
    op.created("mail_original", original_id, values)
    return original_id


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
    with database.atomic():
        if engine_of() == "postgresql":
            fetch("SELECT pg_advisory_xact_lock(?)", _INTAKE_LOCK)
        yield


@contextmanager
def attempt() -> Iterator[None]:
    """Undo within the turn what the block did if it fails, so that the other mails of the turn stay filed."""
    with database.atomic():
        yield


def raw(original_id: int) -> bytes:
    """Return the bytes of a mail exactly as they arrived."""
    row = first("SELECT blob_id FROM mail_original WHERE id = ?", original_id)
    if row is None:
        raise DeskError("This mail is not in the database; run “deskwire db check”.")
    return blobs.read(str(row[0]))


def get(original_id: int) -> Original:
    """Return what is known of a kept mail."""
    return Original(*fetch(f"{_SELECT} WHERE id = ?", original_id)[0])


def waiting() -> list[Original]:
    """Return the mails that are kept but not filed, oldest first: those that an interruption left behind."""
    return [Original(*row) for row in fetch(f"{_SELECT} WHERE state = ? ORDER BY id", RECEIVED)]


def quarantined_count() -> int:
    """Return how many mails are in quarantine."""
    return int(fetch("SELECT COUNT(*) FROM mail_original WHERE state = ?", QUARANTINED)[0][0])


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
    execute(
        "UPDATE mail_original SET state = ?, reason = ?, message_id = ?, body_key = ?, tries = tries + 1 WHERE id = ?",
        state,
        header(reason, _MAX_REASON),
        message_id,
        body_key,
        original_id,
    )
