"""Backing a desk up into one file, a SQLite desk that restores to either engine."""

from __future__ import annotations

import os
import sqlite3
from typing import Any, NamedTuple

from models.binding import is_sqlite
from services import desk
from services.database_tools.files import exists_already, finish, no_leftovers, partial_path
from services.database_tools.shapes import Progress, silent
from services.database_tools.sides import snapshot
from services.database_tools.transfer import fill_file
from services.errors import DeskError
from services.faults import translated

_PAGES_AT_A_TIME = 4_000


class Backup(NamedTuple):
    """A finished backup; `size` in bytes."""

    path: str
    size: int
    tickets: int


def back_up(
    url: str, path: str, *, force: bool = False, ask: desk.Ask | None = None, progress: Progress = silent
) -> Backup:
    """Write one state of a desk in use to `path`, checked and synced before it gets that name.

    An existing file is refused without `force`, and replaced only by a complete backup.
    """
    if not force and os.path.lexists(path):
        raise exists_already(path)
    source = desk.connect(url, ask=ask)
    try:
        desk.check_schema(desk.applied_in(source))
        with translated():
            if is_sqlite(url):
                _copy_pages(source.connection(), path, force, progress)
            else:
                with snapshot(source) as side:
                    fill_file(side, path, progress, replace=force)
    finally:
        source.close()
    with sqlite3.connect(f"file:{_quoted(path)}?mode=ro", uri=True) as finished:
        (tickets,) = finished.execute("SELECT count(*) FROM ticket").fetchone()
    finished.close()
    return Backup(path, os.path.getsize(path), tickets)


def _copy_pages(source: Any, path: str, force: bool, progress: Progress) -> None:
    partial = partial_path(path)
    with no_leftovers(partial):
        desk.make_private_file(partial)
        target = sqlite3.connect(partial, isolation_level=None)
        try:
            target.execute("PRAGMA synchronous = off")  # it is synced once, at the end
            # Without a transaction of ours each write of another process would start the copy again.
            source.execute("BEGIN")
            try:
                source.execute("SELECT count(*) FROM sqlite_master")
                source.backup(
                    target,
                    pages=_PAGES_AT_A_TIME,
                    progress=lambda _status, left, total: progress("backup", total - left, total),
                    sleep=0,
                )
            finally:
                source.execute("ROLLBACK")
            # One file that opens read-only, wherever it is kept.
            target.execute("PRAGMA journal_mode = delete")
            if target.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
                raise DeskError("The backup is damaged, as the desk may be: nothing was kept; run “deskwire db check”.")
        finally:
            target.close()
        finish(partial, path, replace=force)


def _quoted(path: str) -> str:
    from urllib.parse import quote

    return quote(os.path.abspath(path))
