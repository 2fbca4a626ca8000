"""Building the sample desk by bulk load, on either engine."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any, NamedTuple

from models import database
from models.driver import Database, SqliteDatabase
from services import auth, catalogue, preferences, setup
from services.database_tools.bulk import set_sequences, without_indexes
from services.database_tools.shapes import SHAPES, Row
from services.database_tools.sides import PostgresSide, Side, SqliteSide
from services.demo import cast, marking, words
from services.demo.tickets import TicketMaker
from services.errors import Invalid
from services.first_start import first_start_needed
from services.search.rebuild import fill as fill_index
from services.sql import fetch

DEFAULT_TICKETS = 400
_BATCH = 5_000
# Above this many tickets mails keep no original and the indexes are built at the end.
_SMALL = 5_000
_SHAPES = {shape.name: shape for shape in SHAPES}

Progress = Callable[[int, int], None]


class Built(NamedTuple):
    """What was built, and how to log in."""

    tickets: int
    history: int
    username: str
    password: str


def build(
    *, tickets: int = DEFAULT_TICKETS, seed: int = 1, os_account: str | None = None, progress: Progress | None = None
) -> Built:
    """Fill the bound, migrated and empty database with the sample company. Needs a connection.

    The same seed and clock give the same desk on both engines. `os_account` logs in as the operator.
    """
    if not first_start_needed():
        raise Invalid("This database holds a desk already; give a new one with --db, or delete the old file.")
    if not 10 <= tickets <= 20_000_000:
        raise Invalid("A sample desk has between 10 and 20 million tickets.")
    setup.create_desk(None, support_address=words.SUPPORT_ADDRESS)
    marking.mark()
    cast.hire(os_account)
    random = Random(seed)
    staff = cast.active_staff()
    customers = cast.customer_rows(random, cast.account_count(tickets), staff)
    opened: Database = database.obj
    fill = _fill_large if tickets > _SMALL else _fill_small
    history = fill(opened, random, customers, staff, tickets, progress)
    catalogue.forget()
    # A first look should meet the night's mail rather than an empty Summary.
    preferences.put(auth.session_for(staff[0].user_id, "import"), "main", {"start": "inbox"})
    return Built(tickets, history, words.OPERATOR, words.PASSWORD)


def _fill_small(opened: Database, *rest: Any) -> int:
    with opened.atomic():
        history = _fill(opened, *rest, originals=True)
        set_sequences(opened)
        fill_index(opened)
    return history


def _fill_large(opened: Database, *rest: Any) -> int:
    if isinstance(opened, SqliteDatabase):
        connection = opened.connection()
        # A desk that is being built is thrown away when building fails: no need to wait for the disk.
        connection.execute("PRAGMA foreign_keys = OFF")
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("PRAGMA cache_size = -400000")
    with opened.atomic():
        with without_indexes(opened):
            history = _fill(opened, *rest, originals=False)
            set_sequences(opened)
        # It reads each ticket's texts together, so it needs the other indexes.
        fill_index(opened)
    opened.execute_sql("ANALYZE")
    if isinstance(opened, SqliteDatabase):
        opened.execute_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        opened.close()
        opened.connect()
    return history


def _fill(
    opened: Database,
    random: Random,
    customers: dict[str, list[Row]],
    staff: tuple[cast.Person, ...],
    tickets: int,
    progress: Progress | None,
    *,
    originals: bool,
) -> int:
    side = _side(opened)
    for name, rows in customers.items():
        side.load(_SHAPES[name], [rows])
    company = cast.gather(customers, staff)
    maker = TicketMaker(random, company, tickets, first_operation=_after("operation"), originals=originals)
    maker.start_changes_at(_after("change"))
    history = 0
    for first in range(1, tickets + 1, _BATCH):
        last = min(first + _BATCH - 1, tickets)
        for ticket_id in range(first, last + 1):
            if ticket_id == tickets:
                maker.make_long(ticket_id, 500 if tickets > _SMALL else 60)
            else:
                maker.make(ticket_id)
        rows_by_table = maker.take()
        history += len(rows_by_table["history"])
        for name, rows in rows_by_table.items():
            if rows:
                side.load(_SHAPES[name], [rows])
        if progress is not None:
            progress(last, tickets)
    return history


def _side(opened: Database) -> Side:
    connection = opened.connection()
    return SqliteSide(connection) if isinstance(opened, SqliteDatabase) else PostgresSide(connection)


def _after(table: str) -> int:
    return int(fetch(f"SELECT COALESCE(max(id), 0) + 1 FROM {table}")[0][0])
