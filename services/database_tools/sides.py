"""Reading and filling whole tables on either engine, through the drivers themselves: millions of rows pass."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, Protocol

from models.driver import Database, SqliteDatabase
from services.database_tools.shapes import BATCH, SHAPES, Batch, Row, Shape
from services.errors import DeskError


class Side(Protocol):
    """One end of a copy."""

    def rows(self, shape: Shape) -> Iterator[Batch]:
        """Read a whole table in batches."""

    def count(self, shape: Shape) -> int:
        """Count a table's rows."""

    def load(self, shape: Shape, batches: Iterable[Batch]) -> None:
        """Add rows to a table."""


class SqliteSide:
    """A SQLite connection as one end of a copy."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def rows(self, shape: Shape) -> Iterator[Batch]:
        """Read a whole table in batches; a text that is not UTF-8 is refused with its place."""
        cursor = self._connection.execute(f"SELECT {_names(shape)} FROM {shape.name}")
        try:
            while batch := cursor.fetchmany(BATCH):
                yield batch
        except sqlite3.OperationalError as error:
            if "decode" not in str(error):
                raise
            raise self._undecodable(shape) from None

    def count(self, shape: Shape) -> int:
        """Count a table's rows."""
        return int(self._connection.execute(f"SELECT count(*) FROM {shape.name}").fetchone()[0])

    def load(self, shape: Shape, batches: Iterable[Batch]) -> None:
        """Add rows to a table."""
        marks = ", ".join("?" * len(shape.columns))
        for batch in batches:
            self._connection.executemany(f"INSERT INTO {shape.name} ({_names(shape)}) VALUES ({marks})", batch)

    def _undecodable(self, shape: Shape) -> DeskError:
        cursor = self._connection.cursor()
        before, self._connection.text_factory = self._connection.text_factory, bytes
        try:
            for row in cursor.execute(f"SELECT {_names(shape)} FROM {shape.name}"):
                for column, value in zip(shape.columns, row, strict=True):
                    if isinstance(value, bytes) and column != "data" and not _is_utf8(value):
                        return unfit(shape, row, column, "is not valid UTF-8")
        finally:
            self._connection.text_factory = before
        return DeskError(f"A text in the table {shape.name} is not valid UTF-8: run “deskwire db check”.")


class PostgresSide:
    """A psycopg connection, inside a transaction, as one end of a copy."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    def rows(self, shape: Shape) -> Iterator[Batch]:
        """Read a whole table in batches."""
        with self._connection.cursor(name=f"copy_{shape.name}", binary=True) as cursor:
            cursor.execute(f"SELECT {_names(shape)} FROM {shape.name}")
            while batch := cursor.fetchmany(BATCH):
                yield batch

    def count(self, shape: Shape) -> int:
        """Count a table's rows."""
        return int(self._connection.execute(f"SELECT count(*) FROM {shape.name}").fetchone()[0])

    def load(self, shape: Shape, batches: Iterable[Batch]) -> None:
        """Add rows to a table; what PostgreSQL cannot store is refused with its place."""
        from psycopg import DataError

        row: Row = ()
        try:
            with (
                self._connection.cursor() as cursor,
                cursor.copy(f"COPY {shape.name} ({_names(shape)}) FROM STDIN") as copy,
            ):
                write = copy.write_row
                for batch in batches:
                    for row in batch:
                        write(row)
        except (DataError, UnicodeEncodeError) as error:
            raise _refusal(shape, row, error) from None


@contextmanager
def snapshot(opened: Database) -> Iterator[Side]:
    """Hold one state of the database for reading, however much is written meanwhile."""
    connection = opened.connection()
    if isinstance(opened, SqliteDatabase):
        connection.execute("BEGIN")
        connection.execute("SELECT count(*) FROM sqlite_master")  # only the first read pins the state
        side: Side = SqliteSide(connection)
    else:
        connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        side = PostgresSide(connection)
    try:
        yield side
    finally:
        if not getattr(connection, "closed", False):
            connection.execute("ROLLBACK")


def is_empty(side: Side) -> bool:
    """Tell whether no table holds a row."""
    return all(next(side.rows(shape), None) is None for shape in SHAPES)


def unfit(shape: Shape, row: Row, column: str, why: str) -> DeskError:
    """Return the refusal of one value, with its table, its row's key and its column."""
    values = dict(zip(shape.columns, row, strict=True))
    key = ", ".join(f"{name} {_readable(values[name])}" for name in shape.key)
    return DeskError(
        f"The text in {shape.name}.{column}, row {key}, {why}: correct that text in the desk and start again; "
        "nothing was copied."
    )


def _refusal(shape: Shape, row: Row, error: Exception) -> DeskError:
    for column, value in zip(shape.columns, row, strict=True) if row else ():
        if isinstance(value, str):
            if "\0" in value:
                return unfit(shape, row, column, "holds a NUL character, which PostgreSQL cannot store")
            if not _is_encodable(value):
                return unfit(shape, row, column, "holds half a surrogate pair, which PostgreSQL cannot store")
    place = getattr(getattr(error, "diag", None), "context", None) or f"table {shape.name}"
    reason = getattr(getattr(error, "diag", None), "message_primary", None) or str(error)
    return DeskError(f"PostgreSQL refused a value ({place}: {reason}); nothing was copied.")


def _names(shape: Shape) -> str:
    return ", ".join(f'"{column}"' for column in shape.columns)


def _is_utf8(value: bytes) -> bool:
    try:
        value.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _is_encodable(value: str) -> bool:
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _readable(value: object) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
