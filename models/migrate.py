"""Bringing a database to this program's schema: numbered, forward only, one starter at a time."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from models.binding import engine_of

if TYPE_CHECKING:
    from peewee import Database

DIRECTORY = os.path.join(os.path.dirname(__file__), "migrations")
HISTORY_TABLE = "schema_migration"
_ADVISORY_KEY = 0x6465736B77697265  # "deskwire"


class NewerSchema(RuntimeError):
    """The database records migrations that this program does not know."""


def known_migrations() -> tuple[str, ...]:
    """Return the names of the migrations that this program brings, in order."""
    return tuple(sorted(entry[:-3] for entry in os.listdir(DIRECTORY) if entry[:4].isdigit() and entry[-3:] == ".py"))


def applied_migrations(db: Any) -> tuple[str, ...]:
    """Return the names that the database records as applied; empty when it holds no desk. Needs a connection."""
    if not db.table_exists(HISTORY_TABLE):
        return ()
    return tuple(name for (name,) in db.execute_sql(f"SELECT name FROM {HISTORY_TABLE} ORDER BY name"))


def migrate(db: Database, fill_words: Callable[[Database], object] | None = None) -> list[str]:
    """Create the desk's tables or apply what is pending, under a lock; returns what was applied.

    A new database gets today's tables at once and every migration recorded as applied. `fill_words` fills the
    full-text index of an older desk, which takes knowledge that tables do not have.
    Needs a connection. Raises NewerSchema without touching a database that a newer program wrote.
    """
    if not _is_pending(db):
        return []
    from playhouse.migrations import Runner

    # Whoever opens a desk needs none of it.
    from models.storage import choose_storage
    from models.tables import TABLES
    from models.words import create_word_tables

    with _single_starter(db):
        if not _is_pending(db):
            return []
        runner = Runner(db, DIRECTORY, table_name=HISTORY_TABLE)
        # Migrations get the migrator, so it carries what is handed down to them.
        runner.migrator.fill_words = fill_words
        if applied_migrations(db):
            return list(runner.up())
        with db.atomic():
            for table in TABLES:
                with table.bind_ctx(db, bind_refs=False, bind_backrefs=False):
                    table.create_table(safe=True)
            create_word_tables(db)
            choose_storage(db)
            return list(runner.fake())


def _is_pending(db: Database) -> bool:
    known, applied = set(known_migrations()), set(applied_migrations(db))
    if applied - known:
        raise NewerSchema(", ".join(sorted(applied - known)))
    return applied != known


@contextmanager
def _single_starter(db: Database) -> Iterator[None]:
    """Hold off other starters: by a lock on the file's directory, which leaves nothing behind, or on the server."""
    if engine_of(db) == "sqlite":
        import fcntl

        directory = os.open(os.path.dirname(os.path.abspath(db.database)), os.O_RDONLY)
        try:
            fcntl.flock(directory, fcntl.LOCK_EX)
            yield
        finally:
            os.close(directory)
        return
    db.execute_sql("SELECT pg_advisory_lock(%s)", (_ADVISORY_KEY,))
    try:
        yield
    finally:
        db.execute_sql("SELECT pg_advisory_unlock(%s)", (_ADVISORY_KEY,))
