"""The journal: every write is one transaction that ends in an operation, its changes and history entries."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from models import Operation, database
from services import clock
from services.announcing import announced
from services.search.upkeep import Upkeep
from services.session import Session
from services.sql import insert, insert_many

_CHANGE_COLUMNS = ("operation_id", "ticket_id", "entity", "entity_id", "field", "before", "after")
_ENTRY_COLUMNS = ("ticket_id", "operation_id", "kind", "public", "text")
_ROWS = 100
"""Rows in one statement."""


class AlreadyDone(Exception):
    """The uid of an operation stands for one that was done before: a retry after a lost answer."""


class Recorder:
    """Collects what one operation did; written at the end of its transaction. `at` is microseconds UTC."""

    def __init__(self, session: Session, operation_id: int, at: int) -> None:
        self.session = session
        self.id = operation_id
        self.at = at
        self._changes: list[tuple[Any, ...]] = []
        self.is_empty = True
        self._texts = Upkeep()

    def change(
        self, entity: str, entity_id: object, field: str, before: object, after: object, ticket_id: int | None = None
    ) -> None:
        """Note that a field went from `before` to `after` (plain JSON values); equal values are no change."""
        if before == after:
            return
        self.is_empty = False
        self._texts.changed(entity, entity_id, field, ticket_id)
        self._changes.append(
            (self.id, ticket_id, entity, str(entity_id), field, _dump(before), _dump(after)),
        )

    def created(self, entity: str, entity_id: object, values: dict[str, Any], ticket_id: int | None = None) -> None:
        """Note that a row came to be, field by field, so that the journal alone can rebuild it."""
        self._texts.created(entity, entity_id, ticket_id)
        for field, value in values.items():
            if value is not None and value != "":
                self.change(entity, entity_id, field, None, value, ticket_id)

    def entry(
        self, ticket_id: int, kind: str, text: str = "", *, public: bool = False, subject_id: int | None = None
    ) -> int:
        """Add an entry to a ticket's History and return its id."""
        self.is_empty = False
        self._texts.entry(ticket_id, kind, subject_id)
        return insert(
            "history",
            {
                "ticket_id": ticket_id,
                "operation_id": self.id,
                "kind": kind,
                "public": int(public),
                "text": text,
                "subject_id": subject_id,
            },
        )

    def entries(self, rows: Iterable[tuple[int, str, str, bool]]) -> None:
        """Add entries to the History of many tickets at once, each as (ticket, kind, text, public)."""
        made = [(ticket_id, self.id, kind, int(public), text) for ticket_id, kind, text, public in rows]
        for ticket_id, _, kind, *_ in made:
            self._texts.entry(ticket_id, kind, None)
        if made:
            self.is_empty = False
        for start in range(0, len(made), _ROWS):
            insert_many("history", _ENTRY_COLUMNS, made[start : start + _ROWS])

    def write_changes(self) -> None:
        """Write the changes collected so far, inside the transaction; long operations call it now and then."""
        for start in range(0, len(self._changes), _ROWS):
            insert_many("change", _CHANGE_COLUMNS, self._changes[start : start + _ROWS])
        self._changes.clear()

    def taken_back(self, operation_id: int) -> None:
        """Note that an operation counts no more, or counts again: clients do not find what it wrote meanwhile."""
        self._texts.undone(operation_id)

    def write_texts(self) -> None:
        """Bring the full-text index up to date with what was recorded since the last call, inside the transaction.

        Acts on many tickets call it in between: once all that they write of a ticket has been recorded.
        """
        self._texts.write(self.id)


@contextmanager
def operation(session: Session, action: str, *, uid: str | None = None) -> Iterator[Recorder]:
    """Run the block as one transaction of `session` and write what it recorded.

    `uid` is made by the caller once per intended act: raises AlreadyDone, also while the first try still runs on
    another connection, when it stands for an operation already. A block that records nothing leaves nothing.
    """
    with announced() as announce, database.atomic():
        at = clock.now()
        row = Operation.insert(
            uid=uid,
            at=at,
            user=session.user_id,
            actor=session.name,
            os_account=session.os_account,
            channel=session.channel,
            action=action,
        )
        key: int = row.execute() if uid is None else _insert_once(row, uid)
        recorder = Recorder(session, key, at)
        yield recorder
        recorder.write_changes()
        recorder.write_texts()
        if recorder.is_empty and uid is None:
            Operation.delete().where(Operation.id == key).execute()
        else:
            announce(key)


def _insert_once(row: Any, uid: str) -> int:
    # Whoever comes second waits here for the first to commit, and then finds its row.
    if not row.on_conflict_ignore().as_rowcount().execute():
        raise AlreadyDone(uid)
    key = earlier(uid)
    assert key is not None
    return key


def earlier(uid: str) -> int | None:
    """Return the operation that a uid already stands for, so that a retry does not act twice."""
    found = Operation.select(Operation.id).where(Operation.uid == uid).tuples().first()
    return found[0] if found else None


def _dump(value: object) -> str | None:
    return None if value is None else json.dumps(value, ensure_ascii=False, separators=(",", ":"))
