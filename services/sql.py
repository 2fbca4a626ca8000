"""Plain SQL in one spelling for both engines."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

from models import database
from models.binding import engine_of
from models.folding import fold
from models.shapes import SHAPES

_Found = TypeVar("_Found")


def marked(sql: str, params: Sequence[Any]) -> str:
    """Return a statement that has `?` for each parameter with the engine's own marks."""
    return sql.replace("%", "%%").replace("?", database.param) if params and database.param != "?" else sql


def run(sql: str, params: Sequence[Any]) -> Any:
    """Run a statement with `?` for each parameter and return the driver's cursor, to be read row by row."""
    _write_before(sql)
    return database.execute_sql(marked(sql, params), params or None)


def fetch(sql: str, *params: Any) -> list[tuple[Any, ...]]:
    """Run a statement with `?` for each parameter and return all of its rows."""
    return [tuple(row) for row in run(sql, params).fetchall()]


def first(sql: str, *params: Any) -> tuple[Any, ...] | None:
    """Run a statement like `fetch` and return its first row, if there is one."""
    rows = fetch(sql, *params)
    return rows[0] if rows else None


def folded(expression: str, value: str) -> str:
    """Return SQL for an expression in lower case, to be compared with `fold(value)`.

    SQLite folds ASCII quickly by itself and everything else in Python, which only values with such letters need.
    """
    return f"lower({expression})" if value.isascii() or database.param != "?" else f"fold({expression})"


def pattern(value: str) -> str:
    """Return a value, folded, as LIKE finds it, none of its characters standing for others; say ESCAPE '\\' with it."""
    found = fold(value)
    for special in "\\%_":
        found = found.replace(special, "\\" + special)
    return found


def execute(sql: str, *params: Any) -> int:
    """Run a statement like `fetch` that returns no rows, and return how many it changed."""
    return int(run(sql, params).rowcount)


def insert(table: str, values: Mapping[str, Any]) -> int:
    """Add a row to a table with an `id` and return that; for what is written often, where building the statement
    from objects costs more than running it.
    """
    _write_before(table)
    cursor = _insert(table, tuple(values), [tuple(values.values())], " RETURNING id" if _returns_keys() else "")
    return int(cursor.fetchone()[0] if _returns_keys() else cursor.lastrowid)


def insert_row(table: str, values: Mapping[str, Any]) -> int:
    """Add a row like `insert`, given by the names of the table's fields, with the defaults of the others."""
    shape = SHAPES[table]
    return insert(table, {**shape.defaults, **{shape.column(field): value for field, value in values.items()}})


def update_rows(table: str, ids: Sequence[int], values: Mapping[str, Any]) -> None:
    """Set fields of rows by the names of the table's fields, and count their versions up; at most a few thousand."""
    wanted = "".join(f"{SHAPES[table].column(field)} = ?, " for field in values)
    execute(f"UPDATE {table} SET {wanted}version = version + 1 WHERE id IN ({marks(ids)})", *values.values(), *ids)


def insert_many(table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Add rows to a table in one statement; at most a few thousand values fit into one."""
    _write_before(table)
    if len(rows) >= _WORTH_COPYING and engine_of() == "postgresql":
        # The server needs not read and plan a statement with hundreds of values.
        with database.connection().cursor() as cursor, cursor.copy(_copying(table, columns)) as copy:
            for row in rows:
                copy.write_row(row)
    elif rows:
        _insert(table, columns, rows)


class _Waiting:
    """Writes of one transaction that wait for company, by table: rows to add, and statements for many rows each."""

    def __init__(self) -> None:
        self._rows: dict[str, list[tuple[Any, ...]]] = {}
        self._columns: dict[str, tuple[str, ...]] = {}
        self._statements: dict[str, dict[str, list[Sequence[Any]]]] = {}
        self.memory: dict[object, Any] = {}

    def add_row(self, table: str, values: Mapping[str, Any]) -> None:
        columns = tuple(values)
        if self._columns.setdefault(table, columns) != columns:
            self._write(table)
            self._columns[table] = columns
        self._rows.setdefault(table, []).append(tuple(values.values()))

    def add_statement(self, table: str, sql: str, params: Sequence[Any]) -> None:
        self._statements.setdefault(table, {}).setdefault(sql, []).append(params)

    def write_before(self, sql: str) -> None:
        """Write what a statement may be about, going by the names of tables in it."""
        for table in [one for one in (*self._rows, *self._statements) if one in sql]:
            self._write(table)

    def write(self) -> None:
        for table in [*self._rows, *self._statements]:
            self._write(table)

    def _write(self, table: str) -> None:
        rows = self._rows.pop(table, [])
        for start in range(0, len(rows), _TOGETHER):
            insert_many(table, self._columns[table], rows[start : start + _TOGETHER])
        for sql, each in self._statements.pop(table, {}).items():
            database.connection().cursor().executemany(marked(sql, each[0]), each)


_waiting: ContextVar[_Waiting | None] = ContextVar("waiting", default=None)
_TOGETHER = 100
"""Rows in one statement."""


def _write_before(sql: str) -> None:
    waiting = _waiting.get()
    if waiting is not None:
        waiting.write_before(sql)


@contextmanager
def gathering() -> Iterator[None]:
    """Let the block's `insert_later` and `execute_later` wait until its end, or until a statement names their table.

    Inside one transaction: if the block fails, what waits is dropped.
    """
    waiting = _Waiting()
    token = _waiting.set(waiting)
    try:
        yield
        waiting.write()
    finally:
        _waiting.reset(token)


def remembered(key: object, read: Callable[[], _Found]) -> _Found:
    """Return what `read` finds, asked once for each key where `gathering` goes on: for what its block never changes."""
    waiting = _waiting.get()
    if waiting is None:
        return read()
    if key not in waiting.memory:
        waiting.memory[key] = read()
    found: _Found = waiting.memory[key]
    return found


def insert_later(table: str, values: Mapping[str, Any]) -> None:
    """Add a row like `insert`, whose id nobody asks for, and together with others where `gathering` goes on."""
    waiting = _waiting.get()
    if waiting is None:
        insert(table, values)
    else:
        waiting.add_row(table, values)


def execute_later(table: str, sql: str, *params: Any) -> None:
    """Run a statement on a table like `execute`, and together with others where `gathering` goes on."""
    waiting = _waiting.get()
    if waiting is None:
        execute(sql, *params)
    else:
        waiting.add_statement(table, sql, params)


_WORTH_COPYING = 10


def _copying(table: str, columns: Sequence[str]) -> str:
    return f"COPY {table} ({', '.join(columns)}) FROM STDIN"


def _insert(table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]], ending: str = "") -> Any:
    places = "(" + ", ".join([database.param] * len(columns)) + ")"
    sql = f"INSERT INTO {table} ({', '.join(columns)}) VALUES {', '.join([places] * len(rows))}{ending}"
    return database.execute_sql(sql, [value for row in rows for value in row])


def _returns_keys() -> bool:
    return engine_of() == "postgresql"


def key_list(keys: Iterable[int]) -> str:
    """Return keys as they stand in `IN (…)`, for more of them than a statement takes parameters; may be empty."""
    return ", ".join(str(int(key)) for key in keys)


def marks(values: Sequence[Any]) -> str:
    """Return the question marks for `IN (…)`."""
    return ", ".join("?" * len(values))
