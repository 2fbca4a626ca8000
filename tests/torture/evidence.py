"""What must be true of a desk after any struggle: journal, tables and search index agree, and nothing is lost."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from models import Charge, History, Operation, Ticket
from models.binding import close_database, connection, open_database
from services.database_tools.check import check_desk
from services.journal import load
from services.sql import fetch
from services.undo_present import MODELS, column_of
from tests.support.rebuilding import rebuilt

# Follows from other columns, or only counts.
_DERIVED = ("id", "is_open", "version")


def acknowledged(logs: Iterable[Path]) -> list[dict[str, Any]]:
    """Return what the desk said was done; the last line of a killed program may be torn, and says nothing then."""
    lines = [line for log in logs if log.exists() for line in log.read_text("utf-8").splitlines(keepends=True)]
    return [json.loads(line) for line in lines if line.endswith("\n")]


def assert_sound(url: str, done: list[dict[str, Any]]) -> None:
    """Find every acknowledged operation whole, no other one in part, and a journal that leads to the present."""
    open_database(url)
    try:
        with connection():
            for each in done:
                _assert_whole(each)
            _assert_nothing_in_part()
            _assert_chained()
            _assert_undone()
            for ticket in Ticket.select().dicts():
                _assert_rebuilt(ticket)
    finally:
        close_database()
    assert [finding for finding in check_desk(url) if not finding.ok] == []


def _assert_whole(each: dict[str, Any]) -> None:
    operation = Operation.get_or_none(Operation.uid == each["uid"])
    assert operation is not None, f"Lost: {each}"
    if "tickets" in each:
        touched = fetch("SELECT DISTINCT ticket_id FROM history WHERE operation_id = ? ORDER BY 1", operation.id)
        assert [row[0] for row in touched] == sorted(each["tickets"]), each
        assert ("undoes" in each) == (operation.undoes_id is not None), each
        return
    entries = list(History.select().where(History.operation == operation.id, History.ticket == each["ticket"]))
    if "text" in each:
        assert [entry.text for entry in entries] == [each["text"]]
    if "charge" in each:
        assert Charge.select().where(Charge.label == each["charge"], Charge.ticket == each["ticket"]).count() == 1
    assert len(entries) <= 1 or "fields" not in each


def _assert_nothing_in_part() -> None:
    """An operation on a ticket leaves an entry and its changes, or nothing at all."""
    only_changes = fetch(
        "SELECT DISTINCT c.operation_id FROM change c JOIN operation o ON o.id = c.operation_id"
        " WHERE c.ticket_id IS NOT NULL AND o.action IN ('change-ticket', 'add-note', 'add-charge')"
        " AND NOT EXISTS (SELECT 1 FROM history h WHERE h.operation_id = c.operation_id AND h.ticket_id = c.ticket_id)"
    )
    only_entries = fetch(
        "SELECT h.id FROM history h JOIN operation o ON o.id = h.operation_id"
        " WHERE o.action = 'change-ticket' AND h.kind = 'change' AND NOT EXISTS"
        " (SELECT 1 FROM change c WHERE c.operation_id = h.operation_id AND c.ticket_id = h.ticket_id)"
    )
    halves = fetch(
        "SELECT o.id FROM operation o LEFT JOIN history h ON h.operation_id = o.id AND h.kind = 'merge'"
        " WHERE o.action = 'merge-tickets' GROUP BY o.id HAVING count(DISTINCT h.ticket_id) < 2"
    )
    assert (only_changes, only_entries, halves) == ([], [], [])


def _assert_chained() -> None:
    """Each change of a charge, file or recipient begins where the one before ended, up to the row as it is now."""
    told: dict[tuple[str, int], dict[str, Any]] = {}
    for entity, key, field, before, after in fetch(
        "SELECT entity, entity_id, field, before, after FROM change"
        " WHERE ticket_id IS NOT NULL AND entity NOT IN ('ticket', 'mail_original') ORDER BY id"
    ):
        row = told.setdefault((entity, int(key)), {})
        assert (row.get(field) or None) == (load(before) or None), (entity, key, field)
        row[field] = load(after)
    rows = {(entity, row["id"]): row for entity, model in MODELS.items() for row in model.select().dicts()}
    for (entity, number), fields in told.items():
        for field, value in fields.items() if entity in MODELS else ():
            present = rows.get((entity, number), {}).get(column_of(entity, field))
            assert (present or None) == (value or None), (entity, number, field)


def _assert_undone() -> None:
    """Undo and redo of one operation take turns, and the operation knows which of them came last."""
    undoes: dict[int, int | None] = {}
    undone_by: dict[int, int | None] = {}
    chains: dict[int, list[int]] = {}
    for key, before, after in fetch("SELECT id, undoes_id, undone_by_id FROM operation ORDER BY id"):
        undoes[key], undone_by[key] = before, after
        root = key
        while (earlier := undoes[root]) is not None:
            root = earlier
        chains.setdefault(root, []).append(key)
    for root, (_, *turns) in chains.items():
        assert undone_by[root] == (turns[-1] if len(turns) % 2 else None), (root, turns)
        # An undo names the operation itself, doing it again names the undo.
        assert all((undoes[key] == root) == (place % 2 == 0) for place, key in enumerate(turns)), (root, turns)


def _assert_rebuilt(present: dict[str, Any]) -> None:
    """A lost update would break the chain of before and after, or end it in another value."""
    told = rebuilt(present["id"])
    empty = {"archived": 0, "updated_at": present["created_at"]}
    for column, value in present.items():
        if column not in _DERIVED:
            assert (told.get(column, empty.get(column)) or None) == (value or None), (present["id"], column)
