"""Filling a desk fast: without indexes and foreign keys, which are put back and checked once at the end."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from models.driver import Database, SqliteDatabase
from services.database_tools.shapes import SHAPES

_CONSTRAINTS = """
SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
WHERE contype = 'f' AND connamespace = current_schema()::regnamespace AND conrelid = ANY(%s::regclass[])
"""
_INDEXES = """
SELECT c.oid::regclass::text, pg_get_indexdef(c.oid) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
WHERE i.indrelid = ANY(%s::regclass[])
AND NOT EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conindid = c.oid AND k.contype IN ('p', 'u', 'x'))
"""


@contextmanager
def without_indexes(opened: Database) -> Iterator[None]:
    """Take indexes and foreign keys away while the block fills the tables, inside the caller's transaction.

    On SQLite the keys are not checked here: the caller switches `foreign_keys` off and checks as it needs.
    """
    if isinstance(opened, SqliteDatabase):
        with _without_sqlite_indexes(opened.connection()):
            yield
    else:
        with _without_postgres_indexes(opened.connection()):
            yield


@contextmanager
def _without_sqlite_indexes(connection: Any) -> Iterator[None]:
    indexes = connection.execute(
        "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
    ).fetchall()
    for name, _ in indexes:
        connection.execute(f'DROP INDEX "{name}"')
    yield
    for _, statement in indexes:
        connection.execute(statement)


@contextmanager
def _without_postgres_indexes(connection: Any) -> Iterator[None]:
    tables = [shape.name for shape in SHAPES]
    constraints = connection.execute(_CONSTRAINTS, (tables,)).fetchall()
    indexes = connection.execute(_INDEXES, (tables,)).fetchall()
    for table, name, _ in constraints:
        connection.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
    for name, _ in indexes:
        connection.execute(f"DROP INDEX {name}")
    yield
    connection.execute("SET LOCAL maintenance_work_mem = '256MB'")
    for _, statement in indexes:
        connection.execute(statement)
    for table, name, definition in constraints:
        connection.execute(f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {definition}')


def set_sequences(opened: Database) -> None:
    """Make PostgreSQL's next ids follow the highest that were filled in; SQLite does so by itself."""
    if isinstance(opened, SqliteDatabase):
        return
    for shape in SHAPES:
        if shape.key != ("id",):
            continue
        opened.execute_sql(
            f"SELECT setval(pg_get_serial_sequence('{shape.name}', 'id'), coalesce(max(id), 1), "
            f"max(id) IS NOT NULL) FROM {shape.name}"
        )
