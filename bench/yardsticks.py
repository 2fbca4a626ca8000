"""The same questions asked without the program: bare SQL over the same desk in the same run."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

from models.binding import make_database

_FIRST_ROWS = "SELECT * FROM ticket WHERE archived = 0 ORDER BY updated_at DESC, id DESC LIMIT 128"


def raw_rows(url: str) -> str:
    """Return in words how long the bare queries for a view's first rows and for a page of rows take."""
    database = make_database(url)
    database.connect()
    try:
        first = _median_ms(lambda: list(database.execute_sql(_FIRST_ROWS)))
        ids = [row[0] for row in database.execute_sql(_FIRST_ROWS)][:64]
        page = f"SELECT * FROM ticket WHERE id IN ({', '.join(map(str, ids))})"
        rows = _median_ms(lambda: list(database.execute_sql(page)))
        return f"bare SQL: first 128 rows {first:.2f} ms, a page of rows {rows:.2f} ms"
    finally:
        database.close()


def _median_ms(work: Callable[[], object]) -> float:
    times = []
    for _ in range(20):
        started = time.perf_counter()
        work()
        times.append((time.perf_counter() - started) * 1000)
    return statistics.median(times)
