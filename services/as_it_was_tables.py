"""Letting every service read the desk as it was: temporary tables, gone with their transaction, hide the real ones.

A name without a schema means a temporary table where there is one, on both engines. So lists, windows and rules
about who may see what need not know that they are asked about another day.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from typing import Any

from models import database
from models.binding import engine_of
from services import catalogue
from services.journal import load
from services.sql import execute, fetch, first, insert_many, key_list
from services.undo_changes import CHARGE, DOCUMENT, EMPLOYEE, EXTERNAL, TICKET, identity_of
from services.undo_present import MODELS, column_of

Key = tuple[str, int]
Row = dict[str, Any]
_CELLS = 2_000
"""Values in one statement."""


@contextmanager
def thrown_away() -> Iterator[None]:
    """Hold one state of the desk while the block runs, and forget everything that the block makes.

    Statements that were prepared before would go on reading the real tables, so none are used meanwhile.
    """
    is_server = engine_of() == "postgresql"
    # On SQLite without the writers' lock: only temporary tables are written.
    with database.atomic(*(() if is_server else ("DEFERRED",))) as transaction:
        connection = database.connection()
        prepared = getattr(connection, "prepare_threshold", None)
        if is_server:
            execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            connection.prepare_threshold = None
        try:
            yield
        finally:
            if is_server:
                connection.prepare_threshold = prepared
            transaction.rollback()


def real(table: str) -> str:
    """Return the full name of a real table."""
    if engine_of() == "sqlite":
        return f"main.{table}"
    schema = first("SELECT current_schema()")
    return f'"{schema[0] if schema else "public"}".{table}'


def hide_ticket(ticket_id: int, at: int) -> bool:
    """Hide one ticket, and all that hangs on it, behind what they were at a moment; False when it was not there."""
    rows: dict[Key, Row] = {}
    for entity, model in MODELS.items():
        column = "id" if entity == TICKET else "ticket"
        for row in model.select().where(getattr(model, column) == ticket_id).dicts():
            rows[entity, row["id"]] = row
    changes = fetch(
        "SELECT c.entity, c.entity_id, c.field, c.before FROM change c JOIN operation o ON o.id = c.operation_id"
        " WHERE c.ticket_id = ? AND o.at > ? ORDER BY c.id DESC",
        ticket_id,
        at,
    )
    roll_back(rows, changes, ticket_id)
    if (TICKET, ticket_id) not in rows or rows[TICKET, ticket_id]["created_at"] > at:
        return False
    _settle([rows[TICKET, ticket_id]], at)
    for entity in (TICKET, EXTERNAL, EMPLOYEE, CHARGE, DOCUMENT):
        then = [row for (name, _), row in sorted(rows.items()) if name == entity]
        _fill(entity, entity, then)
    source, operations = real("history"), real("operation")
    execute(
        f"CREATE TEMPORARY VIEW history AS SELECT h.* FROM {source} h JOIN {operations} o ON o.id = h.operation_id"
        f" WHERE h.ticket_id = {int(ticket_id)} AND o.at <= {int(at)}"
    )
    return True


def roll_back(rows: dict[Key, Row], changes: Sequence[Sequence[Any]], ticket_id: int) -> None:
    """Undo changes, newest first, in rows by table and key; rows that came to be go, and those that went come back."""
    for entity, entity_id, field, before in changes:
        if entity not in MODELS:
            continue
        key = (entity, int(entity_id))
        value = load(before)
        row = rows.setdefault(key, {**_blank(entity), "id": key[1], "ticket": ticket_id})
        row[column_of(entity, field)] = value if value is not None else _blank(entity).get(column_of(entity, field))
    for key in [key for key, row in rows.items() if row.get(identity_of(key[0])) is None]:
        del rows[key]


def _blank(entity: str) -> Row:
    """Return the defaults of a table's columns: the journal leaves out what is empty in a new row."""
    return {
        name: field.default if not callable(field.default) else None
        for name, field in MODELS[entity]._meta.fields.items()
    }


def _settle(tickets: Sequence[Row], at: int) -> None:
    """Let follow what the journal does not tell."""
    statuses = catalogue.names().statuses
    for row in tickets:
        row.pop("ticket", None)
        row["is_open"] = int(statuses[row["status"]].status_class == "open")
        if row["updated_at"] is None or row["updated_at"] > at:
            row["updated_at"] = row["created_at"]


def make_then(changed: dict[int, dict[str, Any]], at: int, scope: str) -> None:
    """Make temporary tables: `ticket_moved` has the tickets that changed since a moment, `ticket_then` their rows then.

    `changed` has by id what they were in since, by column. `scope` is the predicate for the tickets `t` that the
    person may see today; of all others there are no rows.
    """
    execute("CREATE TEMPORARY TABLE ticket_moved (id INTEGER PRIMARY KEY)")
    ids = list(changed)
    for start in range(0, len(ids), _CELLS):
        insert_many("ticket_moved", ("id",), [(key,) for key in ids[start : start + _CELLS]])
    moved = "id IN (SELECT id FROM ticket_moved)"
    seen = f" AND {scope}" if scope else ""
    execute(f"CREATE TEMPORARY TABLE ticket_then AS SELECT t.* FROM {real('ticket')} t WHERE t.{moved}{seen}")
    execute("CREATE INDEX ticket_then_id ON ticket_then (id)")
    fields = MODELS[TICKET]._meta.fields
    alike: dict[tuple[str, ...], list[list[Any]]] = {}
    for key, values in changed.items():
        alike.setdefault(tuple(values), []).append([*values.values(), key])
    for columns, rows in alike.items():
        places = ", ".join(f"{fields[column].column_name} = {database.param}" for column in columns)
        with closing(database.connection().cursor()) as cursor:
            cursor.executemany(f"UPDATE ticket_then SET {places} WHERE id = {database.param}", rows)
    execute(f"DELETE FROM ticket_then WHERE created_at IS NULL OR created_at > {int(at)}")
    opened = [status.code for status in catalogue.names().statuses.values() if status.status_class == "open"]
    listed = key_list(opened) or "NULL"
    execute(f"UPDATE ticket_then SET is_open = CASE WHEN status_id IN ({listed}) THEN 1 ELSE 0 END")
    execute(f"UPDATE ticket_then SET updated_at = created_at WHERE updated_at IS NULL OR updated_at > {int(at)}")


def hide_tickets(at: int, scope: str) -> None:
    """Hide all tickets behind what those were that the person may see today, after `make_then` with that `scope`."""
    seen = f" AND {scope}" if scope else ""
    execute(
        f"CREATE TEMPORARY VIEW ticket AS SELECT t.* FROM {real('ticket')} t WHERE t.created_at <= {int(at)}{seen}"
        " AND t.id NOT IN (SELECT id FROM ticket_moved) UNION ALL SELECT * FROM ticket_then"
    )


def hide_all_but(ticket_ids: Sequence[int]) -> None:
    """Hide all tickets behind those that changed, as they were, and some that did not; after `make_then`."""
    source = real("ticket")
    chosen = key_list(ticket_ids) or "NULL"
    execute(
        f"CREATE TEMPORARY TABLE ticket AS SELECT * FROM ticket_then UNION ALL SELECT * FROM {source}"
        f" WHERE id IN ({chosen})"
    )


def stop_hiding() -> None:
    """Let the name mean the real tickets again, after `hide_all_but`; by its full name, so that none of them can go."""
    execute(f"DROP TABLE {'temp' if engine_of() == 'sqlite' else 'pg_temp'}.ticket")


def _fill(entity: str, name: str, rows: Sequence[Row]) -> None:
    source = real(entity)
    execute(f"CREATE TEMPORARY TABLE {name} AS SELECT * FROM {source} LIMIT 0")
    fields = MODELS[entity]._meta.sorted_fields
    columns = [field.column_name for field in fields]
    most = max(1, _CELLS // len(columns))
    for start in range(0, len(rows), most):
        values = [[row.get(field.name) for field in fields] for row in rows[start : start + most]]
        insert_many(name, columns, values)
