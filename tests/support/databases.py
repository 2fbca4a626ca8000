"""Fresh databases in a few milliseconds: each kind is built once as a template and copied for every test."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Protocol

from psycopg import sql

from tests.support.postgres import Server, locked

Builder = Callable[[str], None]
"""Fills the empty database behind a URL and closes every connection to it."""


class Databases(Protocol):
    """Where an engine's databases for tests come from."""

    def create(self, template: str, build: Builder) -> str:
        """Return the URL of a new copy of the template, which is built when nobody has yet."""

    def drop(self, url: str) -> None:
        """Take a database away, whoever is still connected."""


class SqliteDatabases:
    """Copies of a file."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._numbers = count(1)

    def create(self, template: str, build: Builder) -> str:
        source = self._directory / f"template-{template}.db"
        if not source.exists():
            fresh = source.with_suffix(".building")
            build(f"sqlite:///{fresh}")
            connection = sqlite3.connect(fresh)
            # Only then does the one file hold everything.
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            connection.close()
            fresh.rename(source)
        copy = self._directory / f"desk-{next(self._numbers)}.db"
        shutil.copyfile(source, copy)
        return f"sqlite:///{copy}"

    def drop(self, url: str) -> None:
        name = url.removeprefix("sqlite:///")
        for suffix in ("", "-wal", "-shm"):
            Path(name + suffix).unlink(missing_ok=True)


class PostgresDatabases:
    """Clones of a template database on the run's server."""

    def __init__(self, server: Server, run: Path, worker: str) -> None:
        self._server = server
        self._run = run
        self._worker = worker
        self._numbers = count(1)

    def create(self, template: str, build: Builder) -> str:
        source = f"template_{template}"
        with locked(self._run / f"{source}.lock"):
            built = self._run / f"{source}.built"
            if not built.exists():
                self._build(source, build)
                built.touch()
        name = f"desk_{self._worker}_{next(self._numbers)}"
        self._server.administer(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY").format(
                sql.Identifier(name), sql.Identifier(source)
            )
        )
        return self._server.url(name)

    def drop(self, url: str) -> None:
        name = url.removeprefix("postgresql:///").partition("?")[0]
        self._server.administer(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def _build(self, source: str, build: Builder) -> None:
        name = sql.Identifier(source)
        self._server.administer(
            sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name),
            sql.SQL("CREATE DATABASE {}").format(name),
        )
        build(self._server.url(source))
        # A database with a connection cannot be cloned; this makes sure that nobody opens one.
        self._server.administer(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS false").format(name))
