"""Binding the tables to a database: a SQLite file or PostgreSQL, one per process."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import unquote, urlsplit

from peewee import Database, PostgresqlDatabase, SqliteDatabase

from models.base import database

SQLITE_PRAGMAS = {
    "journal_mode": "wal",
    "synchronous": "full",  # what is acknowledged survives a power cut
    "foreign_keys": 1,
    "cache_size": -16_000,
    "temp_store": "memory",
    "mmap_size": 0,
}
LOCK_WAIT_SECONDS = 30


def is_sqlite(url: str) -> bool:
    """Tell whether the address names a local SQLite file."""
    return url.startswith("sqlite:")


def sqlite_path(url: str) -> str:
    """Return the file of a `sqlite:///PATH` address; as elsewhere, an absolute path makes a fourth slash.

    `sqlite:////var/desk.db` and, because people type it, `sqlite:///~/desk.db` are understood;
    `sqlite:///desk.db` is relative to the working directory.
    """
    return os.path.expanduser(unquote(url.removeprefix("sqlite:").removeprefix("///")))


def make_database(url: str, password: str | None = None) -> Database:
    """Return an unconnected database for `sqlite:///PATH`, `postgresql://…` or `service=NAME`.

    PostgreSQL addresses go to libpq whole, so several hosts and target_session_attrs work.
    Raises ValueError for an address of another kind.
    """
    if is_sqlite(url):
        return SqliteDatabase(
            sqlite_path(url),
            lock_type="IMMEDIATE",
            timeout=LOCK_WAIT_SECONDS,
            pragmas=SQLITE_PRAGMAS,
            autoconnect=False,
        )
    if url.startswith("postgres://"):
        url = "postgresql://" + url.removeprefix("postgres://")
    options: dict[str, Any] = {
        "autoconnect": False,
        "prefer_psycopg3": True,
        "application_name": "deskwire",
        "connect_timeout": 10,
    }
    if password is not None:
        options["password"] = password
    if url.startswith("postgresql://"):
        return PostgresqlDatabase(url, **options)
    if url.startswith("service="):
        return PostgresqlDatabase("postgresql://", service=url.removeprefix("service=").strip(), **options)
    raise ValueError(url)


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
    """Hold a connection for this thread while the block runs; nested blocks share the outer one."""
    if not database.is_closed():
        yield
        return
    database.connect()
    try:
        yield
    finally:
        if database.obj is not None and not database.is_closed():
            database.close()


def engine_of(bound: Any = database) -> str:
    """Return `sqlite` or `postgresql` for a database, or for the one that is bound."""
    target = getattr(bound, "obj", bound)
    return "sqlite" if isinstance(target, SqliteDatabase) else "postgresql"


def redacted(url: str) -> str:
    """Return the address without its password, fit to be shown."""
    if is_sqlite(url):
        return url
    parts = urlsplit(url)
    if "@" not in parts.netloc:
        return url
    account, _, hosts = parts.netloc.rpartition("@")
    return parts._replace(netloc=f"{account.partition(':')[0]}@{hosts}").geturl()
