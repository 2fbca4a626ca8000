"""Contents kept once under the hash of what they are, compressed piece by piece."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterator, Mapping, Sequence

from models.binding import engine_of
from services import clock
from services.errors import DeskError, NotFound
from services.sql import execute, fetch, first, insert_many, marks

PIECE = 1 << 20
_PIECE_COLUMNS = ("blob_id", "position", "data")
_ROWS = 50
"""Rows in one statement."""
_LEVEL = 1
"""Of zlib: a third of the time of its usual level, for a tenth more room."""


def store(data: bytes) -> str:
    """Keep bytes inside the open transaction, if they are not kept yet, and return their SHA-256."""
    key = hashlib.sha256(data).hexdigest()
    store_all({key: data})
    return key


def store_all(contents: Mapping[str, bytes]) -> None:
    """Keep contents, given by their SHA-256, inside the open transaction; those that are kept already are left."""
    rows: list[tuple[str, int, bytes]] = []
    size = 0
    for key in _claimed(contents):
        view = memoryview(contents[key])
        for position in range(0, len(view), PIECE):
            piece = zlib.compress(view[position : position + PIECE], _LEVEL)
            rows.append((key, position // PIECE, piece))
            size += len(piece)
            if size > PIECE or len(rows) == _ROWS:
                insert_many("blob_piece", _PIECE_COLUMNS, rows)
                rows, size = [], 0
    insert_many("blob_piece", _PIECE_COLUMNS, rows)


def _claimed(contents: Mapping[str, bytes]) -> list[str]:
    """Make the rows of contents that are not there yet and return their keys, always in the same order.

    Whoever comes second, even while the first still runs elsewhere, waits for it and then finds the content kept.
    """
    claimed: list[str] = []
    ordered, now = sorted(contents), clock.now()
    for start in range(0, len(ordered), _ROWS):
        some = ordered[start : start + _ROWS]
        values = [value for key in some for value in (key, len(contents[key]), now)]
        rows = ", ".join(["(?, ?, ?)"] * len(some))
        new = f"INSERT INTO blob (sha256, size, created_at) VALUES {rows} ON CONFLICT DO NOTHING"
        if engine_of() == "postgresql":
            claimed += [row[0] for row in fetch(f"{new} RETURNING sha256", *values)]
        else:
            there = {row[0] for row in fetch(f"SELECT sha256 FROM blob WHERE sha256 IN ({marks(some)})", *some)}
            execute(new, *values)
            claimed += [key for key in some if key not in there]
    return claimed


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
    if first("SELECT 1 FROM blob WHERE sha256 = ?", key) is None:
        raise NotFound("This file's content is not in the database; run “deskwire db check”.")
    data = b"".join(pieces(key))
    if hashlib.sha256(data).hexdigest() != key:
        raise _damaged()
    return data


def read_all(keys: Sequence[str]) -> dict[str, bytes]:
    """Return several small contents whole, at once; see `read`."""
    found: dict[str, list[bytes]] = {key: [] for key in keys}
    if keys:
        stored = f"SELECT blob_id, data FROM blob_piece WHERE blob_id IN ({marks(keys)}) ORDER BY blob_id, position"
        for key, data in fetch(stored, *keys):
            try:
                found[key].append(zlib.decompress(bytes(data)))
            except zlib.error:
                raise _damaged() from None
    read_whole = {key: b"".join(some) for key, some in found.items()}
    if any(hashlib.sha256(data).hexdigest() != key for key, data in read_whole.items()):
        raise _damaged()
    return read_whole


def _damaged() -> DeskError:
    return DeskError("This file's content is damaged in the database; restore it from a backup.")
