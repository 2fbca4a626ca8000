"""Binding the tables to a database: a SQLite file or PostgreSQL, one per process."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from models.bound import database
from models.folding import fold_column

if TYPE_CHECKING:
    from peewee import Database

    from models.plain import PlainSqlite

SQLITE_PRAGMAS = {
    "journal_mode": "wal",
    "synchronous": "full",  # what is acknowledged survives a power cut
    "foreign_keys": 1,
    "cache_size": -4_000,  # each thread has its own; the system keeps the file in memory anyway
    "temp_store": "memory",
    "mmap_size": 0,
}
LOCK_WAIT_SECONDS = 30

# What a connection gets unless the address or the environment says otherwise: libpq's own defaults
# wait without end for a server that does not answer, and a quarter of an hour for one that went away.
_LIBPQ_DEFAULTS = (
    ("application_name", "PGAPPNAME", "deskwire"),
    ("connect_timeout", "PGCONNECT_TIMEOUT", 10),
    ("keepalives_idle", "", 30),
    ("keepalives_interval", "", 10),
    ("keepalives_count", "", 3),
    ("tcp_user_timeout", "", 30_000),
)
# Greedy, because people forget to write the / and @ of a password as %2F and %40.
_SECRET_IN_ACCOUNT = re.compile(r"(?<=://)([^/?#@:]*):[^?#]*@")
_SECRET_IN_QUERY = re.compile(r"([?&](?:password|sslpassword)=)[^&#]*")


def is_sqlite(url: str) -> bool:
    """Tell whether the address names a local SQLite file."""
    return url.startswith("sqlite:")


def sqlite_path(url: str) -> str:
    """Return the file of a `sqlite:///PATH` address, either way of writing an absolute path.

    `sqlite:////var/desk.db` has the absolute path after the third slash, and `sqlite:///~/desk.db` is understood;
    `sqlite:///desk.db` is relative to the working directory.
    """
    path = url.removeprefix("sqlite:").removeprefix("///")
    if "%" in path:
        from urllib.parse import unquote

        path = unquote(path)
    return os.path.expanduser(path)


def sqlite_url(path: str) -> str:
    """Return the address of a SQLite file, absolute, so that it means the same from every directory."""
    from urllib.parse import quote

    return "sqlite:///" + quote(os.path.abspath(os.path.expanduser(path)))


def make_database(url: str, password: str | None = None) -> Database:
    """Return an unconnected database for `sqlite:///PATH`, `postgresql://…` or `service=NAME`.

    PostgreSQL addresses go to libpq whole, so several hosts and target_session_attrs work.
    Raises ValueError for an address of another kind.
    """
    from models.driver import PostgresqlDatabase, SqliteDatabase, provide_psycopg

    if is_sqlite(url):
        local = SqliteDatabase(
            _path_of(url),
            lock_type="IMMEDIATE",
            timeout=LOCK_WAIT_SECONDS,
            pragmas=SQLITE_PRAGMAS,
            autoconnect=False,
        )
        local.register_function(fold_column, "fold", 1)
        return local
    if url.startswith("postgres://"):
        url = "postgresql://" + url.removeprefix("postgres://")
    options: dict[str, Any] = {"autoconnect": False, "prefer_psycopg3": True}
    if url.startswith("service="):
        options["service"] = url.removeprefix("service=").strip()
        url = "postgresql://"
    elif not url.startswith("postgresql://"):
        raise ValueError(url)
    for option, variable, value in _LIBPQ_DEFAULTS:
        if f"{option}=" not in url and not (variable and variable in os.environ):
            options[option] = value
    if password is not None:
        options["password"] = password
    provide_psycopg()
    return PostgresqlDatabase(url, **options)


def make_plain_database(url: str) -> PlainSqlite:
    """Return an unconnected database for `sqlite:///PATH` that does without Peewee; raises ValueError for others."""
    from models.plain import PlainSqlite

    return PlainSqlite(_path_of(url), LOCK_WAIT_SECONDS, SQLITE_PRAGMAS, {"fold": fold_column})


def _path_of(url: str) -> str:
    path = sqlite_path(url)
    if not path or not url.startswith("sqlite:///"):
        raise ValueError(url)
    return path


def open_database(url: str, password: str | None = None) -> Database:
    """Bind the tables to the database at `url`; threads then connect with `connection()`."""
    bound = make_database(url, password)
    database.initialize(bound)
    return bound


def close_database() -> None:
    """Close this thread's connection and unbind, so that another database can be opened."""
    if database.obj is not None:
        if not database.is_closed():
            database.close()
        database.initialize(None)


@contextmanager
def connection() -> Iterator[None]:
    """Hold a connection for this thread while the block runs; nested blocks share the outer one.

    A connection that the server ended meanwhile is replaced, unless a transaction was lost with it.
    """
    if not database.is_closed():
        if is_lost() and not database.in_transaction():
            database.close()
            database.connect()
        yield
        return
    database.connect()
    try:
        yield
    finally:
        if database.obj is not None and not database.is_closed():
            database.close()


def file_of() -> str | None:
    """Return the file of the bound database; None for a server."""
    bound = database.obj
    return str(bound.database) if engine_of(bound) == "sqlite" else None


def file_identity() -> tuple[int, int] | None:
    """Return what tells the desk's file from another one at its place; None where none is, or for a server."""
    path = file_of()
    if path is None:
        return None
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_dev, found.st_ino


def connection_apart() -> Any:
    """Return a driver's connection to the bound database that no thread shares: each statement is one transaction.

    It reads only, and makes no file where there is none.
    """
    path = file_of()
    if path is None:
        return database.obj._connect()
    import sqlite3
    from urllib.parse import quote

    apart = sqlite3.connect(f"file:{quote(path)}?mode=rw", uri=True, isolation_level=None, timeout=1)
    apart.execute("PRAGMA query_only = 1")
    return apart


def is_lost() -> bool:
    """Tell whether this thread's connection to a server is known to have ended."""
    return bool(engine_of() == "postgresql" and not database.is_closed() and database.connection().closed)


def engine_of(bound: Any = database) -> str:
    """Return `sqlite` or `postgresql` for a database, or for the one that is bound."""
    target = getattr(bound, "obj", bound)
    return "sqlite" if getattr(target, "param", "") == "?" else "postgresql"


def redacted(url: str) -> str:
    """Return the address without any password in it, fit to be shown."""
    if is_sqlite(url):
        return url
    return _SECRET_IN_QUERY.sub(r"\1…", _SECRET_IN_ACCOUNT.sub(r"\1@", url))
