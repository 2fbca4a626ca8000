"""Contents kept once under the hash of what they are, compressed piece by piece."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterator

from models import Blob
from services import clock
from services.errors import DeskError, NotFound
from services.sql import execute, fetch

PIECE = 1 << 20


def store(data: bytes) -> str:
    """Keep bytes inside the open transaction, if they are not kept yet, and return their SHA-256."""
    key = hashlib.sha256(data).hexdigest()
    # Whoever comes second, even while the first still runs elsewhere, waits for it and then finds the content kept.
    new = "INSERT INTO blob (sha256, size, created_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING"
    if not execute(new, key, len(data), clock.now()):
        return key
    view = memoryview(data)
    for position in range(0, len(data), PIECE):
        piece = zlib.compress(view[position : position + PIECE], 6)
        place = position // PIECE
        execute("INSERT INTO blob_piece (blob_id, position, data) VALUES (?, ?, ?)", key, place, piece)
    return key


def pieces(key: str) -> Iterator[bytes]:
    """Yield the uncompressed pieces of a content in order; raises DeskError when one is damaged."""
    positions = fetch("SELECT position FROM blob_piece WHERE blob_id = ? ORDER BY position", key)
    for row in positions:
        stored = fetch("SELECT data FROM blob_piece WHERE blob_id = ? AND position = ?", key, row[0])[0][0]
        try:
            yield zlib.decompress(bytes(stored))
        except zlib.error:
            raise _damaged() from None


def read(key: str) -> bytes:
    """Return a content whole; says so if it is missing or damaged rather than handing out something else."""
    if not Blob.select().where(Blob.sha256 == key).exists():
        raise NotFound("This file's content is not in the database; run “deskwire db check”.")
    data = b"".join(pieces(key))
    if hashlib.sha256(data).hexdigest() != key:
        raise _damaged()
    return data


def _damaged() -> DeskError:
    return DeskError("This file's content is damaged in the database; restore it from a backup.")
