"""Building a desk's full-text index anew."""

from __future__ import annotations

from models.driver import SqliteDatabase
from services import desk
from services.database_tools.shapes import Progress, silent
from services.faults import translated
from services.search.rebuild import rebuild


def reindex(url: str, ask: desk.Ask | None = None, progress: Progress = silent) -> int:
    """Build the index of the desk at `url` from its tickets, in one transaction; returns how many tickets it holds.

    Others go on reading a SQLite desk meanwhile, with the old index; writing waits.
    """
    opened = desk.connect(url, ask=ask)
    try:
        desk.check_schema(desk.applied_in(opened))
        if isinstance(opened, SqliteDatabase):
            # What dropping the old index could have to put back would otherwise stand in memory, as large as it is.
            opened.execute_sql("PRAGMA temp_store = file")
        with translated(), opened.atomic():
            return rebuild(opened, progress)
    finally:
        opened.close()
