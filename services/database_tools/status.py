"""What a desk's database is, for people and for monitoring."""

from __future__ import annotations

import os
from typing import Any, NamedTuple

from models.binding import engine_of, redacted
from models.driver import Database, SqliteDatabase
from models.migrate import known_migrations
from services import desk


class DatabaseStatus(NamedTuple):
    """The state of a database; `size` in bytes, `last_operation_at` in microseconds UTC; counts only of a desk."""

    address: str
    engine: str
    server_version: str
    size: int | None
    applied: tuple[str, ...]
    pending: tuple[str, ...]
    newer: tuple[str, ...]
    tickets: int | None = None
    open_tickets: int | None = None
    users: int | None = None
    mails: int | None = None
    quarantined: int | None = None
    last_operation_at: int | None = None

    @property
    def state(self) -> str:
        """`ready`, `empty` (no desk), `old` (to be migrated) or `new` (for a newer program)."""
        if self.newer:
            return "new"
        if not self.applied:
            return "empty"
        return "old" if self.pending else "ready"


def read_status(url: str, ask: desk.Ask | None = None) -> DatabaseStatus:
    """Look at the database at `url`, whatever its schema; raises NoDesk for a file that does not exist."""
    opened = desk.connect(url, ask=ask)
    try:
        applied, known = desk.applied_in(opened), known_migrations()
        status = DatabaseStatus(
            address=redacted(url),
            engine=engine_of(opened),
            server_version=_version(opened),
            size=_size(opened),
            applied=applied,
            pending=tuple(name for name in known if name not in applied),
            newer=tuple(name for name in applied if name not in known),
        )
        return status._replace(**_counts(opened)) if status.state == "ready" else status
    finally:
        opened.close()


def _version(opened: Database) -> str:
    if isinstance(opened, SqliteDatabase):
        return str(opened.execute_sql("SELECT sqlite_version()").fetchone()[0])
    return str(opened.execute_sql("SHOW server_version").fetchone()[0]).partition(" ")[0]


def _size(opened: Database) -> int | None:
    if isinstance(opened, SqliteDatabase):
        companions = (opened.database + suffix for suffix in ("", "-wal"))
        return sum(os.path.getsize(path) for path in companions if os.path.exists(path))
    return int(opened.execute_sql("SELECT pg_database_size(current_database())").fetchone()[0])


def _counts(opened: Database) -> dict[str, Any]:
    questions = {
        "tickets": "SELECT count(*) FROM ticket",
        "open_tickets": "SELECT count(*) FROM ticket WHERE is_open = 1 AND archived = 0",
        "users": "SELECT count(*) FROM desk_user WHERE active = 1",
        "mails": "SELECT count(*) FROM mail",
        "quarantined": "SELECT count(*) FROM mail_original WHERE state = 'quarantined'",
        "last_operation_at": "SELECT max(at) FROM operation",
    }
    return {name: opened.execute_sql(sql).fetchone()[0] for name, sql in questions.items()}
