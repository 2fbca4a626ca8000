"""Contents kept once under the hash of what they are, compressed piece by piece."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterator

from models import Blob, BlobPiece, database
from services import clock
from services.errors import DeskError, NotFound

PIECE = 1 << 20


def store(data: bytes) -> str:
    """Keep bytes inside the open transaction, if they are not kept yet, and return their SHA-256."""
    key = hashlib.sha256(data).hexdigest()
    if Blob.select().where(Blob.sha256 == key).exists():
        return key
    # Somebody else may be keeping the same content at this moment: whoever comes second waits and finds it kept.
    insert = Blob.insert(sha256=key, size=len(data), created_at=clock.now()).on_conflict_ignore()
    if not insert.as_rowcount().execute():
        return key
    view = memoryview(data)
    for position in range(0, len(data), PIECE):
        piece = zlib.compress(view[position : position + PIECE], 6)
        BlobPiece.insert(blob=key, position=position // PIECE, data=piece).execute()
    return key


def pieces(key: str) -> Iterator[bytes]:
    """Yield the uncompressed pieces of a content in order."""
    mark = database.param
    count = next(iter(database.execute_sql(f"SELECT count(*) FROM blob_piece WHERE blob_id = {mark}", (key,))))[0]
    for position in range(count):
        sql = f"SELECT data FROM blob_piece WHERE blob_id = {mark} AND position = {mark}"
        row = next(iter(database.execute_sql(sql, (key, position))))
        yield zlib.decompress(bytes(row[0]))


def read(key: str) -> bytes:
    """Return a content whole; says so if it is missing or damaged rather than handing out something else."""
    blob = Blob.get_or_none(Blob.sha256 == key)
    if blob is None:
        raise NotFound("This file's content is not in the database; run “deskwire db check”.")
    data = b"".join(pieces(key))
    if hashlib.sha256(data).hexdigest() != key:
        raise DeskError("This file's content is damaged in the database; restore it from a backup.")
    return data
