"""Restoring a backup into a desk of either engine, whole or not at all."""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple
from urllib.parse import quote

from models.binding import is_sqlite, make_database, redacted, sqlite_path, sqlite_url
from models.migrate import HISTORY_TABLE, known_migrations
from services import desk
from services.database_tools.files import finish, no_leftovers, partial_path, take_alone
from services.database_tools.shapes import SHAPES, Progress, silent
from services.database_tools.sides import SqliteSide, is_empty, snapshot
from services.database_tools.transfer import copy_rows, one_transaction
from services.errors import DeskError, SchemaTooNew
from services.faults import translated


class Restored(NamedTuple):
    """What a restore did; `kept` is the file that the desk before it was moved to, if any."""

    rows: int
    tickets: int
    kept: str | None


def restore(
    url: str, path: str, *, force: bool = False, ask: desk.Ask | None = None, progress: Progress = silent
) -> Restored:
    """Restore the backup at `path` into the desk at `url`, which must be empty unless `force` is given.

    With `force`, a SQLite desk is moved aside and a PostgreSQL desk replaced, in one transaction.
    """
    with translated():
        _check_backup(path)
        if is_sqlite(url):
            return _to_file(url, path, force, progress)
        with _readable_here(path) as file:
            return _to_server(url, file, force, ask, progress)


def _check_backup(path: str) -> None:
    if not os.path.isfile(path):
        raise DeskError(f"{path} does not exist or is no file: name a file that “deskwire db backup” made.")
    connection = _read_only(path)
    try:
        try:
            names = {name for (name,) in connection.execute(f"SELECT name FROM {HISTORY_TABLE}")}
            damage = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
        except sqlite3.DatabaseError:
            raise DeskError(f"{path} is no backup of a desk: name a file that “deskwire db backup” made.") from None
    finally:
        connection.close()
    if damage != "ok":
        raise DeskError(f"The backup {path} is damaged: use another one; nothing was changed.")
    if newer := names - set(known_migrations()):
        raise SchemaTooNew(f"{path} was written by a newer Deskwire ({max(newer)}): upgrade this program first.")


def _to_file(url: str, path: str, force: bool, progress: Progress) -> Restored:
    desk_path = sqlite_path(url)
    if os.path.exists(desk_path) and os.path.samefile(desk_path, path):
        raise DeskError("The backup is the desk itself: name another file.")
    partial = partial_path(desk_path)
    with no_leftovers(partial):
        desk.make_private_file(partial)
        progress("restore", 0, 1)
        _copy_file(path, partial)
        rows, tickets = _verified(partial)
        kept = _make_way(desk_path, force)
        finish(partial, desk_path, replace=True)
    return Restored(rows, tickets, kept)


def _copy_file(path: str, target_path: str) -> None:
    """Copy a backup, whose pages may partly stand in a log beside it, and bring it up to date."""
    source = _read_only(path)
    target = sqlite3.connect(target_path, isolation_level=None)
    try:
        source.backup(target)
        target.execute("PRAGMA journal_mode = delete")
    finally:
        source.close()
        target.close()
    opened = make_database(sqlite_url(target_path))
    opened.connect()
    try:
        desk.migrate_desk(opened)
        opened.execute_sql("PRAGMA journal_mode = delete")
    finally:
        opened.close()


def _verified(path: str) -> tuple[int, int]:
    connection = _read_only(path)
    try:
        broken = connection.execute("PRAGMA foreign_key_check").fetchone()
        if broken or connection.execute("PRAGMA integrity_check(1)").fetchone()[0] != "ok":
            raise DeskError("The restored copy is damaged: nothing was changed; use another backup.")
        side = SqliteSide(connection)
        return sum(map(side.count, SHAPES)), connection.execute("SELECT count(*) FROM ticket").fetchone()[0]
    finally:
        connection.close()


def _make_way(path: str, force: bool) -> str | None:
    """Move the desk at `path` aside, if there is one, once it is certain that nobody has it open."""
    if not os.path.exists(path) or os.path.getsize(path) == 0:
        return None
    opened = desk.connect(sqlite_url(path))
    try:
        with snapshot(opened) as side:
            empty = bool(desk.applied_in(opened)) and is_empty(side)
        if not empty and not force:
            raise DeskError(
                f"{path} holds a desk already: add --force to move it aside, or restore to another --db address."
            )
        take_alone(opened)
    finally:
        opened.close()
    if empty:
        return None
    kept = _free_name(path)
    # A second name first: at no moment is the desk without one.
    os.link(path, kept)
    return kept


def _free_name(path: str) -> str:
    from time import gmtime, strftime

    stem = f"{path}.before-restore-{strftime('%Y%m%d-%H%M%S', gmtime())}"
    number, name = 1, stem
    while os.path.lexists(name):
        number += 1
        name = f"{stem}-{number}"
    return name


@contextmanager
def _readable_here(path: str) -> Iterator[str]:
    """Give the backup itself, or a copy brought up to date when an older program made it."""
    connection = _read_only(path)
    names = {name for (name,) in connection.execute(f"SELECT name FROM {HISTORY_TABLE}")}
    connection.close()
    if names == set(known_migrations()):
        yield path
        return
    directory = tempfile.mkdtemp(prefix="deskwire-restore-")
    try:
        copy = os.path.join(directory, "desk.db")
        _copy_file(path, copy)
        yield copy
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def _to_server(url: str, path: str, force: bool, ask: desk.Ask | None, progress: Progress) -> Restored:
    source = _read_only(path)
    target = desk.connect(url, ask=ask)
    try:
        desk.migrate_desk(target)
        with one_transaction(target) as filled:
            if not is_empty(filled):
                if not force:
                    raise DeskError(
                        f"There is a desk with content at {redacted(url)}: make a backup of it, then add --force "
                        "to replace it."
                    )
                target.execute_sql(f"TRUNCATE {', '.join(shape.name for shape in SHAPES)}")
            copied = copy_rows(SqliteSide(source), target, filled, progress)
        return Restored(copied.rows, copied.totals["ticket"].rows, None)
    finally:
        target.close()
        source.close()


def _read_only(path: str) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{quote(os.path.abspath(path))}?mode=ro", uri=True, isolation_level=None)
