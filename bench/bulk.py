"""Ten thousand tickets at once, and back: one operation each, beside the bare statement for the same columns."""

from __future__ import annotations

import time

from bench.report import Figure
from models import User, database
from models.binding import close_database, connection, open_database
from services import auth, bulk, lists, undo
from services.sql import run
from services.ticket_changes import changing

TICKETS = 10_000
_TARGET_SECONDS = 20.0


def measure_bulk(engine: str, url: str) -> list[Figure]:
    """Change a text of the tickets that were updated last, and take it back, which leaves the desk as it was."""
    open_database(url)
    try:
        with connection():
            session = auth.session_for(User.get(User.role == "administrator").id, "manual")
            ids = lists.ids(session, lists.ListQuery(lists.ALL))[:TICKETS]
            bare = _bare_update(list(ids))
            started = time.perf_counter()
            result = bulk.run(session, changing({"url": "https://status.example.net/outage"}), ids)
            changed = time.perf_counter() - started
            assert result.operation_id is not None
            started = time.perf_counter()
            undo.undo(session, result.operation_id)
            taken_back = time.perf_counter() - started
    finally:
        close_database()
    yardstick = f"bare UPDATE of the same rows {bare:.2f} s"
    return [
        Figure(engine, f"change {len(ids):,} tickets", changed, "s", _TARGET_SECONDS, yardstick),
        Figure(engine, f"take that back, {len(ids):,} tickets", taken_back, "s", _TARGET_SECONDS, yardstick),
    ]


def _bare_update(ids: list[int]) -> float:
    """Return the seconds for the new values alone, without journal, History, rules and index, rolled back."""
    listed = ", ".join(map(str, ids))
    with database.atomic() as transaction:
        started = time.perf_counter()
        run(f"UPDATE ticket SET url = 'https://x.example', version = version + 1 WHERE id IN ({listed})", ())
        seconds = time.perf_counter() - started
        transaction.rollback()
    return seconds
