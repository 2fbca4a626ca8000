"""Keeping the full-text index right in the transaction that writes: what an operation changes of tickets' texts.

Light on purpose, because every operation has one: the index itself is loaded only when there is something to write.
"""

from __future__ import annotations

from collections.abc import Sequence

from models import database
from services.history_kinds import CHARGE, DOCUMENT
from services.search.texts import FIELDS, KINDS, added, documents, with_entries_of

_CHARGED = frozenset({"label", "note", "billable", "removed"})
_FILED = frozenset({"name", "removed"})
_MANY = 500


class Upkeep:
    """Notes whose texts an operation touches, and writes them to the index."""

    def __init__(self) -> None:
        self._whole: set[int] = set()
        self._added: set[int] = set()
        self._undone: set[int] = set()
        self._new: set[tuple[str, str]] = set()

    def created(self, entity: str, entity_id: object, ticket_id: int | None) -> None:
        """Note a new row, before its fields are noted as changes."""
        if entity == "ticket" and ticket_id is not None:
            self._whole.add(ticket_id)
        elif entity in ("charge", "document"):
            self._new.add((entity, str(entity_id)))

    def changed(self, entity: str, entity_id: object, field: str, ticket_id: int | None) -> None:
        """Note a changed field."""
        if ticket_id is None or ticket_id in self._whole:
            return
        if entity == "ticket":
            found = field in FIELDS
        elif entity in ("charge", "document"):
            found = field in (_CHARGED if entity == "charge" else _FILED) and (entity, str(entity_id)) not in self._new
        else:
            return
        if found:
            self._whole.add(ticket_id)

    def entry(self, ticket_id: int, kind: str, subject_id: int | None) -> None:
        """Note an entry of the History; one about a charge or file that was there before changes what was read."""
        if kind not in KINDS:
            return
        if kind in (CHARGE, DOCUMENT) and (kind, str(subject_id)) not in self._new:
            self._whole.add(ticket_id)
        else:
            self._added.add(ticket_id)

    def undone(self, operation_id: int) -> None:
        """Note an operation that was taken back, or is in force again: who sees its entries has changed."""
        self._undone.add(operation_id)

    def write(self, operation_ids: Sequence[int]) -> None:
        """Bring the index up to date with what was noted of some operations since the last call, in their transaction.

        A ticket comes in one call only: what these operations add to it is added to the index as a whole.
        """
        if not (self._whole or self._added or self._undone):
            return
        from services.search.store import store_of

        store = store_of(database)
        whole = self._whole | with_entries_of(database, self._undone)
        for chosen in _parts(self._added - whole):
            store.lock(chosen)
            whole.update(store.append(added(database, chosen, operation_ids)))
        for chosen in _parts(whole):
            store.lock(chosen)
            store.replace(documents(database, chosen))
        for noted in (self._whole, self._added, self._undone):
            noted.clear()


def _parts(ticket_ids: set[int]) -> list[list[int]]:
    ordered = sorted(ticket_ids)
    return [ordered[start : start + _MANY] for start in range(0, len(ordered), _MANY)]
