"""Plain SQL in one spelling for both engines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from models import database


def fetch(sql: str, *params: Any) -> list[tuple[Any, ...]]:
    """Run a statement with `?` for each parameter and return all of its rows."""
    if params and database.param != "?":
        sql = sql.replace("%", "%%").replace("?", database.param)
    return [tuple(row) for row in database.execute_sql(sql, params or None).fetchall()]


def first(sql: str, *params: Any) -> tuple[Any, ...] | None:
    """Run a statement like `fetch` and return its first row, if there is one."""
    rows = fetch(sql, *params)
    return rows[0] if rows else None


def marks(values: Sequence[Any]) -> str:
    """Return the question marks for `IN (…)`."""
    return ", ".join("?" * len(values))
