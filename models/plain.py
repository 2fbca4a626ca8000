"""A SQLite file without Peewee, for a process that is started for one mail: it runs plain SQL, in one thread.

It does what the desk asks of Peewee's databases. Whatever asks tables for rows gets Peewee on the same connection.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any


class PlainSqlite:
    """A database as `models.bound` binds one; statements are committed one by one outside of `atomic`."""

    param = "?"
    for_update = False

    def __init__(
        self, path: str, timeout: float, pragmas: Mapping[str, object], functions: Mapping[str, Callable[[Any], Any]]
    ) -> None:
        self.database = path
        self._timeout = timeout
        self._pragmas = pragmas
        self._functions = functions
        self._connection: sqlite3.Connection | None = None
        self._depth = 0

    def connect(self) -> None:
        """Open the file; makes it where there is none."""
        opened = sqlite3.connect(self.database, timeout=self._timeout, isolation_level=None)
        try:
            for name, value in self._pragmas.items():
                opened.execute(f"PRAGMA {name} = {value}")
        except sqlite3.Error:
            opened.close()
            raise
        for name, function in self._functions.items():
            opened.create_function(name, 1, function)
        self._connection = opened

    def close(self) -> None:
        """Close the connection."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def is_closed(self) -> bool:
        """Tell whether there is no connection."""
        return self._connection is None

    def connection(self) -> sqlite3.Connection:
        """Return the driver's connection."""
        if self._connection is None:
            raise sqlite3.ProgrammingError("The database is closed.")
        return self._connection

    def execute_sql(self, sql: str, params: Sequence[Any] | None = None) -> sqlite3.Cursor:
        """Run a statement."""
        return self.connection().execute(sql, params or ())

    def in_transaction(self) -> bool:
        """Tell whether a transaction is open."""
        return self._depth > 0

    @contextmanager
    def atomic(self) -> Iterator[None]:
        """Run the block whole or not at all, within the transaction that is open if there is one."""
        at = self.connection()
        name = f"s{self._depth}"
        at.execute(f"SAVEPOINT {name}" if self._depth else "BEGIN IMMEDIATE")
        self._depth += 1
        try:
            yield
        except BaseException:
            self._depth -= 1
            self._undo(name)
            raise
        self._depth -= 1
        try:
            at.execute(f"RELEASE {name}" if self._depth else "COMMIT")
        except sqlite3.Error:
            self._undo(name)
            raise

    def _undo(self, name: str) -> None:
        at = self.connection()
        if at.in_transaction:  # out of room, SQLite has rolled back itself
            at.execute(f"ROLLBACK TO {name}" if self._depth else "ROLLBACK")
