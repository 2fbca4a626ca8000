"""Desks that the real program brings mail into, made for one measurement each."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlsplit

import psycopg
from psycopg import sql

from connector.spool import Spool, folder_for
from models import User
from models.binding import close_database, connection, is_sqlite, open_database, sqlite_path
from services import auth, preferences
from services.setup import create_desk
from tests.support import desks
from tests.support.connector import Running
from tests.support.imap_server import PASSWORD
from tests.support.postgres import Server
from tests.support.terminal import DESKWIRE, ROOT

PATIENCE = 600.0
_numbers = count(1)


class WrongResult(Exception):
    """What was measured did not do what it should: its time says nothing."""


class Took(NamedTuple):
    """What a process took: seconds from its start to its end, and seconds of a processor."""

    seconds: float
    cpu: float


def took(command: Sequence[str], environment: Mapping[str, str], given: bytes = b"") -> Took:
    """Run a command to its end with something on its standard input."""
    with tempfile.TemporaryFile() as said:
        started = time.perf_counter()
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=said
        )
        assert process.stdin is not None
        with suppress(BrokenPipeError), process.stdin as pipe:
            pipe.write(given)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            said.seek(0)
            what = said.read().decode(errors="replace")[-500:]
            raise WrongResult(f"{' '.join(command)} ended with {process.returncode}: {what}")
    return Took(seconds, usage.ru_utime + usage.ru_stime)


class MailDesk:
    """A desk with a spool of its own; `since` are the newest rows that it had before any mail came."""

    def __init__(self, engine: str, url: str, folder: Path) -> None:
        self.engine, self.url, self.folder = engine, url, folder
        self.environment = {
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "DESKWIRE_SPOOL": str(folder / "spool"),
            "DESKWIRE_IMAP_PASSWORD": PASSWORD,
        }
        self._look: Any = sqlite3.connect(sqlite_path(url), timeout=60) if is_sqlite(url) else None
        if self._look is None:
            self._look = psycopg.connect(url, autocommit=True)
        self._mark = "?" if is_sqlite(url) else "%s"
        self.spool = Spool(folder_for(self.environment["DESKWIRE_SPOOL"], url))
        self.since = self._newest()

    def close(self) -> None:
        """Stop looking into the desk."""
        self._look.close()

    def command(self, *words: str) -> list[str]:
        """Return the program's command line as its installed command runs it."""
        return [*DESKWIRE, "--db", self.url, *words]

    def does(self, *words: str, given: bytes = b"") -> Took:
        """Run the program to its end."""
        return took(self.command(*words), self.environment, given)

    @contextmanager
    def working(self, *words: str, says: str) -> Iterator[Running]:
        """Run a part of the connector until the block ends; it begins once the program says something."""
        running = Running(self.command(*words), self.environment)
        try:
            self._begin(running, says)
            yield running
            if running.stop():
                raise WrongResult(f"deskwire {' '.join(words)} did not end well: {running.said[-3:]}")
        finally:
            running.kill()

    def _begin(self, running: Running, says: str) -> None:
        try:
            running.wait_for(says)
        except AssertionError as fault:
            raise WrongResult(f"The connector did not begin: {str(fault)[-500:]}") from fault

    def wait_for(self, mails: int) -> None:
        """Wait until so many mails are on tickets."""
        asked = f"SELECT count(*) FROM mail_original WHERE state = 'filed' AND id > {self.since['mail_original']}"
        self._wait(lambda: self._row(asked)[0] >= mails, 0.02, f"{mails} mails were not filed")

    def wait_for_ticket(self, message_id: str) -> None:
        """Wait until the ticket of a mail can be read."""
        asked = f"SELECT count(*) FROM mail m JOIN ticket t ON t.id = m.ticket_id WHERE m.message_id = {self._mark}"
        self._wait(lambda: self._row(asked, message_id)[0] > 0, 0.002, f"{message_id} was not filed")

    def _wait(self, holds: Callable[[], bool], pause: float, fault: str) -> None:
        until = time.monotonic() + PATIENCE
        while not holds():
            if time.monotonic() > until:
                raise WrongResult(f"After {PATIENCE:.0f} seconds {fault}.")
            time.sleep(pause)

    def _row(self, asked: str, *params: str) -> Any:
        return self._look.execute(asked, params).fetchone()

    def _newest(self) -> dict[str, int]:
        return {
            table: int(self._row(f"SELECT COALESCE(max(id), 0) FROM {table}")[0])
            for table in ("mail_original", "mail", "ticket", "history")
        }


@contextmanager
def new_desk(engine: str, server: str, folder: Path, **settings: object) -> Iterator[MailDesk]:
    """Make a desk without tickets beside the one at `server`, and take it away afterwards."""
    with _beside(engine, server, folder) as (url, place):
        desks.build_empty(url)
        open_database(url)
        try:
            with connection():
                create_desk(desks.ADMINISTRATOR._replace(os_account=auth.os_account()))
        finally:
            close_database()
        yield from _opened(engine, url, place, **settings)


@contextmanager
def sample_desk(engine: str, server: str, folder: Path, tickets: int) -> Iterator[MailDesk]:
    """Make a sample desk of so many tickets, which takes its time, and take it away afterwards."""
    with _beside(engine, server, folder) as (url, place):
        command = [*DESKWIRE, "--db", url, "demo", "--no-open", "--tickets", str(tickets)]
        took(command, {**os.environ, "PYTHONPATH": str(ROOT)})
        yield from _opened(engine, url, place)


@contextmanager
def copied_desk(engine: str, server: str, folder: Path) -> Iterator[MailDesk]:
    """Make a copy of the desk at `server`, so that it stays as it is, and take it away afterwards."""
    with _beside(engine, server, folder, copy=True) as (url, place):
        yield from _opened(engine, url, place)


def _opened(engine: str, url: str, place: Path, **settings: object) -> Iterator[MailDesk]:
    open_database(url)
    try:
        with connection():
            session = auth.session_for(User.get(User.role == "administrator").id, "manual")
            for name, value in {"support_address": desks.SUPPORT_ADDRESS, **settings}.items():
                preferences.set_desk_setting(session, name, value)
    finally:
        close_database()
    desk = MailDesk(engine, url, place)
    try:
        yield desk
    finally:
        desk.close()


@contextmanager
def _beside(engine: str, server: str, folder: Path, *, copy: bool = False) -> Iterator[tuple[str, Path]]:
    """Make an empty database beside another one, or a copy of that, and a folder for its spool."""
    with tempfile.TemporaryDirectory(prefix="mail-", dir=folder) as name:
        place = Path(name)
        if engine == "sqlite":
            path = place / "desk.db"
            if copy:
                _copy_file(Path(sqlite_path(server)), path)
            yield f"sqlite:///{path}", place
            return
        host = parse_qs(urlsplit(server).query)["host"][0]
        cluster, database = Server(Path(host), 0), sql.Identifier(f"mail_{next(_numbers)}")
        template = sql.Identifier("postgres" if copy else "template1")
        cluster.administer(
            sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(database),
            sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY").format(database, template),
        )
        try:
            yield cluster.url(database.as_string().strip('"')), place
        finally:
            cluster.administer(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(database))


def _copy_file(source: Path, copy: Path) -> None:
    there = sqlite3.connect(source)
    there.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    there.close()
    shutil.copyfile(source, copy)
