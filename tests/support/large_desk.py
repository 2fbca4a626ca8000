"""Sample desks for counting, built once for a whole test run and copied for each test."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

from models.binding import close_database, connection, open_database
from models.migrate import migrate
from services import auth, clock
from services.demo.build import build
from tests.support.postgres import locked

SMALL, LARGE = 400, 20_000


def sample_desk(run: Path, copy: Path, tickets: int) -> str:
    """Return the address of a copy of the sample desk on SQLite; whoever comes first builds it."""
    source = run / f"sample-{tickets}.db"
    with locked(run / f"sample-{tickets}.lock"):
        if not source.exists():
            fresh = source.with_suffix(".building")
            _build(f"sqlite:///{fresh}", tickets)
            # Only then does the one file hold everything.
            emptied = sqlite3.connect(fresh)
            emptied.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            emptied.close()
            fresh.rename(source)
    shutil.copyfile(source, copy)
    return f"sqlite:///{copy}"


def _build(url: str, tickets: int) -> None:
    bound = open_database(url)
    try:
        # An hour ago, so that nobody who opens it is told of what happened this minute.
        with connection(), clock.frozen(clock.now() - clock.HOUR):
            migrate(bound)
            build(tickets=tickets, os_account=auth.os_account())
    finally:
        close_database()
