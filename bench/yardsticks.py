"""The same questions asked without the program: bare SQL over the same desk in the same run."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

from bench.report import quantile
from models import User
from models.binding import connection, engine_of, make_database
from services import auth, finding, lists
from services.search.words import words
from services.sql import run

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


def words_sql(texts: list[str]) -> str:
    """Return in words what the bare index takes for the same words, the newest 128 tickets. Needs the desk open."""
    with connection():
        return _spread("bare index", [_matching(text) for text in texts])


def _matching(text: str) -> tuple[str, tuple[object, ...]]:
    typed = words(text)
    if engine_of() == "sqlite":
        asked = " AND ".join(f'"{word}" *' for word in typed)
        newest = "SELECT rowid FROM ticket_words WHERE ticket_words MATCH ? ORDER BY rowid DESC LIMIT 128"
        return newest, (asked,)
    asked = " & ".join(f"'{word}':*" for word in typed)
    return "SELECT ticket_id FROM ticket_words WHERE words @@ ?::tsquery ORDER BY ticket_id DESC LIMIT 128", (asked,)


def fields_sql(texts: list[str]) -> str:
    """Return in words what the bare statements for field queries take. Needs the desk open."""
    with connection():
        session = auth.session_for(User.get(User.role == "administrator").id, "manual")
        asked = []
        for text in texts:
            query, condition = finding.narrowed(session, finding.EVERYWHERE, text)
            where = lists.where_of(session, query)
            statement = f"SELECT t.* FROM ticket t WHERE {where} ORDER BY t.updated_at DESC, t.id DESC LIMIT 128"
            asked.append((statement, condition.params))
        return _spread("bare SQL", asked)


def _spread(name: str, asked: list[tuple[str, tuple[object, ...]]]) -> str:
    """Run each statement twice, and tell the second times' middle and 95th percentile."""
    times = []
    for statement, params in asked:
        for _ in range(2):
            started = time.perf_counter()
            run(statement, params).fetchall()
            took = (time.perf_counter() - started) * 1000
        times.append(took)
    return f"{name} p50 {quantile(times, 0.5):.1f} ms, p95 {quantile(times, 0.95):.1f} ms"


def _median_ms(work: Callable[[], object]) -> float:
    times = []
    for _ in range(20):
        started = time.perf_counter()
        work()
        times.append((time.perf_counter() - started) * 1000)
    return statistics.median(times)
