"""Building the whole full-text index in one pass, and comparing it with what the tickets hold."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from models.binding import engine_of
from models.words import create_word_index, empty_word_tables
from services.search.store import store_of
from services.search.texts import Document, documents_between

Progress = Callable[[str, int, int], None]
"""Told what is being done, how much of it is done, and how much there is."""

WHAT = "search index"
_BATCH = 1_000
# FTS5 writes what it has gathered in memory as one segment when that reaches so many bytes.
_GATHERED = 32 * 1024 * 1024
_GATHERED_USUALLY = 1024 * 1024
# Pages of some 4 kB that are merged in one step.
_MERGED = 5_000
# SQLite's page cache while the index is built, in KiB.
_CACHE = 100_000


def rebuild(db: Any, progress: Progress | None = None) -> int:
    """Build the index anew from the tickets, inside the caller's transaction, and return how many it holds."""
    empty_word_tables(db)
    return fill(db, progress)


def fill(db: Any, progress: Progress | None = None) -> int:
    """Fill an empty index from the tickets, inside the caller's transaction, and return how many it holds."""
    if engine_of(db) == "postgresql":
        db.execute_sql("DROP INDEX IF EXISTS ticket_words_words")
        count = _load(db, progress)
        db.execute_sql("SET LOCAL maintenance_work_mem = '256MB'")
        create_word_index(db)
        db.execute_sql("ANALYZE ticket_words")
        return count
    cache = db.execute_sql("PRAGMA cache_size").fetchone()[0]
    db.execute_sql(f"PRAGMA cache_size = -{_CACHE}")
    try:
        _configure(db, "hashsize", _GATHERED)
        _configure(db, "automerge", 0)
        count = _load(db, progress)
        _merge_all(db)
        _configure(db, "hashsize", _GATHERED_USUALLY)
        _configure(db, "automerge", 4)
    finally:
        db.execute_sql(f"PRAGMA cache_size = {int(cache)}")
    return count


def _configure(db: Any, name: str, value: int) -> None:
    db.execute_sql("INSERT INTO ticket_words (ticket_words, rank) VALUES (?, ?)", (name, value))


def _merge_all(db: Any) -> None:
    """Merge the pieces of a SQLite index into one, step by step: one statement keeps in memory all that it replaces.

    The first step is negative, which takes all pieces in; as long as a step changes rows, there is more to merge.
    """
    with db.savepoint():
        pass  # writes what is gathered in memory, which merging does not look at
    connection, pages = db.connection(), -_MERGED
    while True:
        before = connection.total_changes
        _configure(db, "merge", pages)
        if connection.total_changes - before < 2:
            return
        pages = _MERGED


def _load(db: Any, progress: Progress | None) -> int:
    store, count = store_of(db), 0
    for documents, done, total in batches(db):
        store.load(documents)
        count += len(documents)
        if progress is not None:
            progress(WHAT, done, total)
    return count


def batches(db: Any, newest: int | None = None) -> Iterator[tuple[list[Document], int, int]]:
    """Yield the documents of all tickets, or of the newest ones, with the ids passed and those there are."""
    first, last = db.execute_sql("SELECT COALESCE(min(id), 1), COALESCE(max(id), 0) FROM ticket").fetchone()
    first = first if newest is None else max(first, last - newest + 1)
    for start in range(first, last + 1, _BATCH):
        end = min(start + _BATCH - 1, last)
        yield documents_between(db, start, end), end - first + 1, last - first + 1


def faults(db: Any, newest: int | None, progress: Progress) -> list[int]:
    """Return the tickets whose part of the index differs from a recomputation; only the `newest` where it is given."""
    store = store_of(db)
    found = store.strays()
    for documents, done, total in batches(db, newest):
        found += store.differing(documents)
        progress(WHAT, done, total)
    return found
