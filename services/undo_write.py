"""Writing an undo: the steps of some hundred tickets in a few statements, and their journal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import closing
from typing import Any

from models import database
from services import catalogue, journal
from services.sql import execute, fetch, insert, marks
from services.undo_changes import EMPLOYEE, EXTERNAL, TICKET
from services.undo_plan import Step
from services.undo_present import TABLES, column_of


def write(op: journal.Recorder, steps: Sequence[Step]) -> None:
    """Take the steps; tickets count their version up, and are open or closed as their status says."""
    alike: dict[tuple[str, tuple[str, ...]], list[list[Any]]] = {}
    for step in steps:
        if step.way == "update":
            values = {column_of(step.entity, field): then for field, (_, then) in step.values.items()}
            if step.entity == TICKET and "status" in values:
                is_open = catalogue.names().statuses[values["status"]].status_class == "open"
                values["is_open"] = int(is_open)
            alike.setdefault((step.entity, tuple(values)), []).append([*values.values(), step.key])
            _journal(op, step, step.key)
    for (entity, columns), rows in alike.items():
        _update(entity, columns, rows)
    for entity in (EXTERNAL, EMPLOYEE):
        _delete(op, entity, [step for step in steps if step.way == "delete" and step.entity == entity])
        _insert(op, entity, [step for step in steps if step.way == "insert" and step.entity == entity])


def _journal(op: journal.Recorder, step: Step, key: int) -> None:
    for field, (now, then) in step.values.items():
        op.change(step.entity, key, field, now, then, step.ticket_id)


def _update(entity: str, columns: tuple[str, ...], rows: list[list[Any]]) -> None:
    fields = TABLES[entity]._meta.fields
    names = [f"{fields[column].column_name} = {database.param}" for column in columns]
    if "version" in fields:
        names.append("version = version + 1")
    sql = f"UPDATE {entity} SET {', '.join(names)} WHERE id = {database.param}"
    # In one go: each ticket gets its own time of the last update back.
    with closing(database.connection().cursor()) as cursor:
        cursor.executemany(sql, rows)


def _delete(op: journal.Recorder, entity: str, steps: list[Step]) -> None:
    for step in steps:
        _journal(op, step, step.key)
    if steps:
        keys = [step.key for step in steps]
        execute(f"DELETE FROM {entity} WHERE id IN ({marks(keys)})", *keys)


def _insert(op: journal.Recorder, entity: str, steps: list[Step]) -> None:
    taken = _taken(entity, (step.key for step in steps))
    fields = TABLES[entity]._meta.fields
    for step in steps:
        values = {fields[name].column_name: then for name, (_, then) in step.values.items()}
        values = {"ticket_id": step.ticket_id, **({"name": ""} if entity == EXTERNAL else {}), **values}
        # The key that it had, so that recipients stand in the order in which they stood.
        key = insert(entity, values if step.key in taken else {"id": step.key, **values})
        _journal(op, step, key)


def _taken(entity: str, keys: Iterable[int]) -> set[int]:
    asked = list(keys)
    return (
        {row[0] for row in fetch(f"SELECT id FROM {entity} WHERE id IN ({marks(asked)})", *asked)} if asked else set()
    )
