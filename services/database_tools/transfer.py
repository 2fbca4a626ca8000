"""Copying a desk, whole and compared, into an empty one on either engine."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

from models.binding import is_sqlite, make_database, redacted, sqlite_path, sqlite_url
from models.driver import Database
from services import desk
from services.database_tools.bulk import set_sequences, without_indexes
from services.database_tools.files import finish, no_leftovers, partial_path, take_alone
from services.database_tools.shapes import SHAPES, Batch, Progress, Shape, Tally, Total, silent
from services.database_tools.sides import PostgresSide, Side, SqliteSide, is_empty, snapshot
from services.errors import DeskError
from services.search.rebuild import rebuild


class Copied(NamedTuple):
    """What was copied, per table; every total was found equal on both sides."""

    totals: dict[str, Total]

    @property
    def rows(self) -> int:
        """Rows over all tables."""
        return sum(total.rows for total in self.totals.values())


def copy_desk(source_url: str, target_url: str, ask: desk.Ask | None = None, progress: Progress = silent) -> Copied:
    """Copy one state of the desk at `source_url` into an empty database at `target_url`.

    The copy appears whole or not at all. Raises DeskError when the target is no empty desk, or when a table
    differs afterwards.
    """
    source = desk.connect(source_url, ask=ask)
    try:
        desk.check_schema(desk.applied_in(source))
        with snapshot(source) as side:
            if is_sqlite(target_url):
                path = sqlite_path(target_url)
                refuse_desk_with_rows(path)
                return fill_file(side, path, progress, replace=True)
            return _copy_to_server(side, target_url, ask, progress)
    finally:
        source.close()


def fill_file(side: Side, path: str, progress: Progress, *, replace: bool) -> Copied:
    """Write a desk's rows into a new SQLite file at `path`, which appears complete and synced."""
    partial = partial_path(path)
    target = make_database(sqlite_url(partial))
    with no_leftovers(partial):
        desk.make_private_file(partial)
        try:
            target.connect()
            desk.migrate_desk(target)
            connection: sqlite3.Connection = target.connection()
            # Nobody sees this file before it is finished, so it needs no journal until then.
            for pragma in ("journal_mode = delete", "synchronous = off", "foreign_keys = 0"):
                connection.execute(f"PRAGMA {pragma}")
            connection.execute("PRAGMA journal_mode = off")
            connection.execute("BEGIN")
            copied = copy_rows(side, target, SqliteSide(connection), progress)
            connection.execute("COMMIT")
            connection.execute("PRAGMA journal_mode = delete")
        finally:
            if not target.is_closed():
                target.close()
        finish(partial, path, replace=replace)
    return copied


def refuse_desk_with_rows(path: str) -> None:
    """Refuse to replace a SQLite file that holds anything but an empty desk, or that somebody has open."""
    if not os.path.exists(path) or os.path.getsize(path) == 0:
        return
    opened = desk.connect(sqlite_url(path))
    try:
        if not desk.applied_in(opened):
            raise DeskError(f"{path} exists and is no desk: name a file that does not exist yet.")
        with snapshot(opened) as side:
            if not is_empty(side):
                raise DeskError(f"There is a desk with content at {path} already: name a file that does not exist yet.")
        take_alone(opened)
    finally:
        opened.close()


def _copy_to_server(side: Side, url: str, ask: desk.Ask | None, progress: Progress) -> Copied:
    target = desk.connect(url, ask=ask)
    try:
        desk.migrate_desk(target)
        with one_transaction(target) as filled:
            if not is_empty(filled):
                raise DeskError(f"There is a desk with content at {redacted(url)} already: name an empty database.")
            return copy_rows(side, target, filled, progress)
    finally:
        target.close()


@contextmanager
def one_transaction(target: Database) -> Iterator[Side]:
    """Hold a PostgreSQL desk for ourselves while it is filled; everything is undone if that fails."""
    connection = target.connection()
    with connection.transaction():
        connection.execute(f"LOCK TABLE {', '.join(shape.name for shape in SHAPES)} IN ACCESS EXCLUSIVE MODE")
        yield PostgresSide(connection)
    connection.execute("ANALYZE")


def copy_rows(source: Side, target_database: Database, target: Side, progress: Progress) -> Copied:
    """Fill every table and compare it with what was read; raises DeskError when one differs."""
    totals: dict[str, Total] = {}
    with without_indexes(target_database):
        for shape in SHAPES:
            tally = Tally()
            batches = _reported(tally.through(source.rows(shape)), shape, source.count(shape), progress)
            target.load(shape, batches)
            totals[shape.name] = tally.total
        progress("indexes", 0, 1)
    set_sequences(target_database)
    for shape in SHAPES:
        found = Tally()
        checked = _reported(target.rows(shape), shape, totals[shape.name].rows, progress, "comparing ")
        for batch in checked:
            found.add(batch)
        if found.total != totals[shape.name]:
            raise DeskError(
                f"The table {shape.name} differs after copying ({totals[shape.name].rows} rows read, "
                f"{found.total.rows} written): nothing was kept; check both disks and try again."
            )
    # The index follows from the tables, and each engine has its own.
    rebuild(target_database, progress)
    return Copied(totals)


def _reported(
    batches: Iterable[Batch], shape: Shape, total: int, progress: Progress, prefix: str = ""
) -> Iterator[Batch]:
    done = 0
    for batch in batches:
        yield batch
        done += len(batch)
        progress(prefix + shape.name, done, total)
