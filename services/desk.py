"""Opening a desk: binding the tables, finding the password, and checking that its schema is ours."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from models.binding import close_database, is_sqlite, make_database, make_plain_database, redacted, sqlite_path
from models.bound import database
from models.migrate import HISTORY_TABLE, NewerSchema, known_migrations, migrate
from services import secrets
from services.errors import DeskError, NoDesk, SchemaTooNew, SchemaTooOld, UsageError
from services.faults import DatabaseLoginFailed, translated

if TYPE_CHECKING:
    from peewee import Database

Ask = Callable[[str], str | None]
"""Asks a person for the password of the address it is given; None when there is nobody to ask."""

_MOST_QUESTIONS = 3


def open_desk(url: str, password: str | None = None, ask: Ask | None = None, *, plain: bool = False) -> None:
    """Bind the tables to the desk at `url` and connect this thread, in one query.

    `plain` does without Peewee for a desk in a file, for a process of one thread that runs plain SQL and ends soon.
    Raises NoDesk, SchemaTooNew, SchemaTooOld, or what the database server says, and then leaves nothing open.
    """
    if plain and is_sqlite(url):
        opened = _connect_file(url, create=False, make=make_plain_database)
    else:
        opened = connect(url, password, ask)
    try:
        check_schema(applied_in(opened))
    except DeskError:
        opened.close()
        raise
    database.initialize(opened)


def connect(url: str, password: str | None = None, ask: Ask | None = None, *, create: bool = False) -> Database:
    """Return a database with this thread connected, not bound to the tables.

    A SQLite file that does not exist is NoDesk unless `create` makes it. Without `password` it is searched for
    in the order of services.secrets; `ask` is the last resort.
    """
    if is_sqlite(url):
        local: Database = _connect_file(url, create)
        return local
    found = secrets.find_password(url) if password is None else password
    try:
        return _connected(url, found)
    except DatabaseLoginFailed:
        if password is not None:
            raise
        if found is None and (stored := secrets.from_keyring(url)) is not None:
            try:
                return _connected(url, stored)
            except DatabaseLoginFailed:
                pass
        if ask is None:
            raise
        return _asked(url, ask)


def applied_in(opened: Database) -> tuple[str, ...]:
    """Return the migrations that a connected database records; empty when it holds no desk."""
    try:
        with translated():
            return tuple(name for (name,) in opened.execute_sql(f"SELECT name FROM {HISTORY_TABLE} ORDER BY name"))
    except NoDesk:
        return ()


def check_schema(applied: tuple[str, ...]) -> None:
    """Refuse a schema that is not this program's."""
    if not applied:
        raise NoDesk(
            "There is no desk at this address yet: run “deskwire” to create one, or “deskwire demo” for a sample."
        )
    if newer := sorted(set(applied) - set(known_migrations())):
        raise SchemaTooNew(
            f"This desk was written by a newer Deskwire (it has {newer[-1]}): upgrade this program to open it."
        )
    pending = len(set(known_migrations()) - set(applied))
    if pending:
        steps = "1 step" if pending == 1 else f"{pending} steps"
        raise SchemaTooOld(
            f"This desk is {steps} older than the program: make a backup, then run “deskwire db migrate”."
        )


def create_desk_tables(url: str, password: str | None = None, ask: Ask | None = None) -> list[str]:
    """Create a desk's tables at `url`, or bring them up to date; bind and connect; return what was applied.

    A SQLite file is made with its directory, readable by its owner alone.
    """
    opened = connect(url, password, ask, create=True)
    try:
        applied = migrate_desk(opened)
    except Exception:
        opened.close()
        raise
    database.initialize(opened)
    return applied


def migrate_desk(opened: Database) -> list[str]:
    """Apply what is pending to a connected database; raises SchemaTooNew."""
    from services.search.rebuild import fill

    try:
        with translated():
            return migrate(opened, fill)
    except NewerSchema as error:
        raise SchemaTooNew(
            f"This desk was written by a newer Deskwire (it has {error}): upgrade this program to open it."
        ) from error


def close_desk() -> None:
    """Close this thread's connection and let go of the desk."""
    close_database()


def _connect_file(url: str, create: bool, make: Callable[[str], Any] = make_database) -> Any:
    opened = _made(url, make)
    path = sqlite_path(url)
    if not os.path.exists(path):
        if not create:
            raise NoDesk(
                f"There is no desk at {path} yet: run “deskwire” to create one, or “deskwire demo” for a sample."
            )
        with translated():
            make_private_file(path)
    elif os.path.isdir(path):
        raise DeskError(f"{path} is a directory: name a file in it, such as {os.path.join(path, 'desk.db')}.")
    with translated():
        opened.connect()
    return opened


def make_private_file(path: str) -> None:
    """Make an empty file that only its owner can read, and the directories above it."""
    directory = os.path.dirname(os.path.abspath(path))
    os.makedirs(directory, mode=0o700, exist_ok=True)
    os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))


def _connected(url: str, password: str | None) -> Database:
    opened: Database = _made(url, lambda address: make_database(address, password))
    with translated():
        opened.connect()
    return opened


def _made(url: str, make: Callable[[str], Any]) -> Any:
    try:
        return make(url)
    except ValueError:
        raise UsageError(
            f"“{redacted(url)}” is no database address: use sqlite:///PATH, postgresql://USER@HOST/NAME "
            "or service=NAME."
        ) from None


def _asked(url: str, ask: Ask) -> Database:
    for attempt in range(1, _MOST_QUESTIONS + 1):
        answer = ask(redacted(url))
        if not answer:
            break
        try:
            return _connected(url, answer)
        except DatabaseLoginFailed:
            if attempt == _MOST_QUESTIONS:
                raise
    raise DatabaseLoginFailed(
        "The database server wants a password: give it in DESKWIRE_DB_PASSWORD, or store it with “deskwire db login”."
    )


__all__ = [
    "Ask",
    "applied_in",
    "check_schema",
    "close_desk",
    "connect",
    "create_desk_tables",
    "make_private_file",
    "migrate_desk",
    "open_desk",
]
