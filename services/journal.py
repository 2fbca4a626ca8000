"""The journal: every write is one transaction that ends in an operation, its changes and history entries."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from models import database
from services import clock
from services.announcing import announced
from services.search.upkeep import Upkeep
from services.session import Session
from services.sql import execute, first, gathering, insert, insert_later, insert_many, marks

_CHANGE_COLUMNS = ("operation_id", "ticket_id", "entity", "entity_id", "field", "before", "after")
_ENTRY_COLUMNS = ("ticket_id", "operation_id", "kind", "public", "text")
_ROWS = 100
"""Rows in one statement."""


class AlreadyDone(Exception):
    """The uid of an operation stands for one that was done before: a retry after a lost answer."""


class Recorder:
    """Collects what one operation did; written at the end of its transaction. `at` is microseconds UTC."""

    def __init__(self, session: Session, operation_id: int, at: int, joint: _Joint | None = None) -> None:
        self.session = session
        self.id = operation_id
        self.at = at
        self._changes: list[tuple[Any, ...]] = [] if joint is None else joint.changes
        self.is_empty = True
        self._texts = Upkeep() if joint is None else joint.texts

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
    ) -> None:
        """Add an entry to a ticket's History."""
        self.is_empty = False
        self._texts.entry(ticket_id, kind, subject_id)
        insert_later(
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
        if len(made) == 1:
            insert_later("history", {**dict(zip(_ENTRY_COLUMNS, made[0], strict=True)), "subject_id": None})
            return
        for start in range(0, len(made), _ROWS):
            insert_many("history", _ENTRY_COLUMNS, made[start : start + _ROWS])

    def write_changes(self) -> None:
        """Write the changes collected so far, inside the transaction; long operations call it now and then."""
        _write_changes(self._changes)

    def taken_back(self, operation_id: int) -> None:
        """Note that an operation counts no more, or counts again: clients do not find what it wrote meanwhile."""
        self._texts.undone(operation_id)

    def write_texts(self) -> None:
        """Bring the full-text index up to date with what was recorded since the last call, inside the transaction.

        Acts on many tickets call it in between: once all that they write of a ticket has been recorded.
        """
        self._texts.write([self.id])


class _Joint:
    """What operations of one transaction share until its end."""

    def __init__(self, announce: Callable[[Sequence[int]], None]) -> None:
        self.changes: list[tuple[Any, ...]] = []
        self.texts = Upkeep()
        self.done: list[int] = []
        self._announce = announce

    def write(self) -> None:
        """Write the changes and texts of all the operations, and announce them."""
        _write_changes(self.changes)
        self.texts.write(self.done)
        self._announce(self.done)


_joint: ContextVar[_Joint | None] = ContextVar("joint", default=None)


@contextmanager
def together() -> Iterator[None]:
    """Run the operations of the block as one transaction that stays whole or not at all, for the sake of speed.

    What they change is in the tables at once, but in the journal and in the full-text index only at the block's end.
    """
    with announced() as announce, database.atomic():
        joint = _Joint(announce)
        token = _joint.set(joint)
        try:
            with gathering():
                yield
        finally:
            _joint.reset(token)
        joint.write()


@contextmanager
def operation(session: Session, action: str, *, uid: str | None = None) -> Iterator[Recorder]:
    """Run the block as one transaction of `session` and write what it recorded.

    `uid` is made by the caller once per intended act: raises AlreadyDone, also while the first try still runs on
    another connection, when it stands for an operation already. A block that records nothing leaves nothing.
    """
    joint = _joint.get()
    if joint is not None:
        recorder = _begun(session, action, uid, joint)
        yield recorder
        if recorder.is_empty and uid is None:
            _forget(recorder)
        else:
            joint.done.append(recorder.id)
        return
    with announced() as announce, database.atomic():
        recorder = _begun(session, action, uid)
        yield recorder
        recorder.write_changes()
        recorder.write_texts()
        if recorder.is_empty and uid is None:
            _forget(recorder)
        else:
            announce([recorder.id])


def _begun(session: Session, action: str, uid: str | None, joint: _Joint | None = None) -> Recorder:
    """Write the row of an operation, and return what collects the rest."""
    at = clock.now()
    values = {
        "uid": uid,
        "at": at,
        "user_id": session.user_id,
        "actor": session.name,
        "os_account": session.os_account,
        "channel": session.channel,
        "action": action,
    }
    key = insert("operation", values) if uid is None else _insert_once(values, uid)
    return Recorder(session, key, at, joint)


def _insert_once(values: Mapping[str, Any], uid: str) -> int:
    # Whoever comes second waits here for the first to commit, and then finds its row.
    new = f"INSERT INTO operation ({', '.join(values)}) VALUES ({marks(list(values))}) ON CONFLICT DO NOTHING"
    if not execute(new, *values.values()):
        raise AlreadyDone(uid)
    key = earlier(uid)
    assert key is not None
    return key


def _forget(recorder: Recorder) -> None:
    execute("DELETE FROM operation WHERE id = ?", recorder.id)


def earlier(uid: str) -> int | None:
    """Return the operation that a uid already stands for, so that a retry does not act twice."""
    found = first("SELECT id FROM operation WHERE uid = ?", uid)
    return int(found[0]) if found else None


def _write_changes(changes: list[tuple[Any, ...]]) -> None:
    for start in range(0, len(changes), _ROWS):
        insert_many("change", _CHANGE_COLUMNS, changes[start : start + _ROWS])
    changes.clear()


def load(stored: str | None) -> Any:
    """Return a value as it was handed to `Recorder.change`."""
    return None if stored is None else json.loads(stored)


# Made once, because each change has two values.
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def _dump(value: object) -> str | None:
    if value is None:
        return None
    return str(value) if type(value) is int else _encode(value)
