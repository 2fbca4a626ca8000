"""A hundred thousand tickets written to a file, and the full-text index: its size, and how long building it takes."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from bench.desks import BuiltDesk
from bench.report import Figure
from models import User, database
from models.binding import close_database, connection, engine_of, open_database
from services import auth, lists
from services.export.lists import save
from services.search.rebuild import rebuild

TICKETS = 100_000


class _Undo(Exception):
    """Takes back what was built to be measured."""


def measure_export(engine: str, url: str) -> list[Figure]:
    """Write the tickets that were updated last as CSV."""
    open_database(url)
    try:
        with connection(), tempfile.TemporaryDirectory(prefix="deskwire-export-") as name:
            session = auth.session_for(User.get(User.role == "administrator").id, "manual")
            ids = lists.ids(session, lists.ListQuery(lists.ALL))[:TICKETS]
            path = Path(name) / "tickets.csv"
            started = time.perf_counter()
            save(session, ids, path, lambda *_: True)
            seconds = time.perf_counter() - started
            size = path.stat().st_size / 2**20
    finally:
        close_database()
    return [Figure(engine, f"{len(ids):,} tickets to CSV", seconds, "s", None, f"{size:.0f} MB")]


def measure_index(desk: BuiltDesk, *, build: bool) -> list[Figure]:
    """Return the size of the full-text index, and where `build` asks for it the seconds of building it anew."""
    open_database(desk.url)
    try:
        with connection():
            size = _index_size()
            figures = [
                Figure(desk.engine, "full-text index", size / 2**30, "GB", None, f"{size / desk.size:.0%} of all")
            ]
            if build:
                figures.append(Figure(desk.engine, "building the full-text index", _build_seconds(), "s"))
            return figures
    finally:
        close_database()


def _index_size() -> int:
    if engine_of() == "postgresql":
        return _number("SELECT pg_total_relation_size('ticket_words')")
    tables = ("content", "data", "idx", "docsize", "config")
    sizes = "SELECT COALESCE(sum(pgsize), 0) FROM dbstat WHERE name = 'ticket_words_{}' AND aggregate = TRUE"
    return sum(_number(sizes.format(table)) for table in tables)


def _number(asked: str) -> int:
    return int(database.execute_sql(asked).fetchone()[0])


def _build_seconds() -> float:
    """Build the index in a transaction that is rolled back, so that the desk stays as it was."""
    started = time.perf_counter()
    try:
        with database.atomic():
            rebuild(database)
            seconds = time.perf_counter() - started
            raise _Undo
    except _Undo:
        return seconds
