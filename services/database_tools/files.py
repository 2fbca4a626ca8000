"""Files that appear complete under their name, or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from models.driver import Database, OperationalError
from services.errors import DeskError, TryAgain


def partial_path(path: str) -> str:
    """Return the name under which a file is written until it is complete, in the same directory."""
    return f"{path}.{os.getpid()}.partial"


@contextmanager
def no_leftovers(path: str) -> Iterator[None]:
    """Remove an unfinished SQLite file and its companions when the block ends without `finish`."""
    try:
        yield
    finally:
        for name in (path, f"{path}-wal", f"{path}-shm", f"{path}-journal"):
            if os.path.exists(name):
                os.unlink(name)


def finish(partial: str, path: str, *, replace: bool) -> None:
    """Sync an unfinished file and give it its name; without `replace` an existing file is refused."""
    sync(partial)
    if replace:
        os.replace(partial, path)
    else:
        try:
            # A link, unlike a rename, fails when the name was taken meanwhile.
            os.link(partial, path)
        except FileExistsError:
            raise exists_already(path) from None
        os.unlink(partial)
    sync(os.path.dirname(os.path.abspath(path)))


def exists_already(path: str) -> DeskError:
    """Return the refusal to overwrite a file."""
    return DeskError(f"{path} exists already: choose another name, or add --force to replace it.")


def sync(path: str) -> None:
    """Wait until a file or directory has reached the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def take_alone(opened: Database) -> None:
    """Fold a SQLite desk into its one file, which succeeds only when nobody else has it open.

    A log left beside a file that is replaced would be played into the new one.
    """
    opened.connection().execute("PRAGMA busy_timeout = 1000")
    try:
        mode = opened.execute_sql("PRAGMA journal_mode = delete").fetchone()[0]
    except OperationalError:
        mode = "locked"
    if mode != "delete":
        raise TryAgain(f"Somebody has the desk {opened.database} open: close it everywhere, then try again.")
