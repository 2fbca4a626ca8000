"""What has changed at the desk since somebody looked last, as the journal tells it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

from services.sql import key_list

Select = Callable[[str], Sequence[Sequence[Any]]]
"""Runs a statement on the connection that is held for this and returns its rows."""

MOST_TICKETS = 500
"""More changed tickets than that at once count as everything: reading all anew is cheaper than naming them."""

_MOST_OPERATIONS = 1_000
_MOST_LINES = 5_000
_MOST_GAPS = 500
_MARGIN = 30 * 1_000_000
"""An operation bears the time at which it began, by the clock of whoever wrote it: what seems so much older, in
microseconds, may have come after the first look. Telling again what is on the screen already changes nothing there."""

_GAP_SECONDS = 900.0
"""How long an operation may run and commit after later ones: as long as bulk work takes at most."""

NAMES = frozenset(
    {
        *("status", "extension", "ticket_type", "category", "product", "charge_type"),
        *("employee", "team", "team_member", "manager"),
    }
)
"""The tables behind the names that stand in many tickets, which screens keep."""


class Touch(NamedTuple):
    """What one operation did to one ticket: who, which fields, and which kinds of History entries it made."""

    ticket_id: int
    actor: str
    fields: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    is_own: bool = False


class Change(NamedTuple):
    """What has changed: the touched tickets, or everything, and which other tables of the desk."""

    touches: tuple[Touch, ...] = ()
    everything: bool = False
    entities: frozenset[str] = frozenset()

    @property
    def ticket_ids(self) -> frozenset[int]:
        """The tickets that changed; says nothing when `everything` may have."""
        return frozenset(touch.ticket_id for touch in self.touches)

    @property
    def names_changed(self) -> bool:
        """Whether a name may have changed that screens keep."""
        return self.everything or bool(self.entities & NAMES)

    def foreign(self) -> Change:
        """Return only what others did; the other tables are told in any case."""
        return self._replace(touches=tuple(touch for touch in self.touches if not touch.is_own))

    def without_own(self, ticket_id: int | None) -> Change:
        """Return the change without what this program itself did to one ticket."""
        touches = [touch for touch in self.touches if not (touch.is_own and touch.ticket_id == ticket_id)]
        return self._replace(touches=tuple(touches))

    def __bool__(self) -> bool:
        return bool(self.touches or self.everything or self.entities)

    def joined(self, later: Change) -> Change:
        """Return both as one."""
        touches = (*self.touches, *later.touches)
        if self.everything or later.everything or len(touches) > _MOST_LINES:
            return Change((), True, self.entities | later.entities)
        return Change(touches, False, self.entities | later.entities)


EVERYTHING = Change(everything=True)


class Since:
    """Remembers which operations were seen, and reads those that came since.

    On PostgreSQL an operation has its id before it commits, so a later one can be seen earlier: ids that are left
    out stay wanted until they come, or for a quarter of an hour. On SQLite they commit in order (`in_order`).
    """

    def __init__(self, select: Select, *, in_order: bool, clock: Callable[[], float] = time.monotonic) -> None:
        self.select = select
        self.last = 0
        self._in_order = in_order
        self._clock = clock
        self._gaps: dict[int, float] = {}

    def start(self, begun_at: int | None = None) -> None:
        """Take what there is as seen, or what surely was there at `begun_at` in microseconds UTC."""
        rows = self.select(f"SELECT id, at FROM operation ORDER BY id DESC LIMIT {_MOST_GAPS}")
        ids = [key for key, at in rows if begun_at is None or at <= begun_at - _MARGIN]
        self.last = max(ids, default=0 if begun_at is None else min((key for key, _ in rows), default=1) - 1)
        self._gaps.clear()
        if ids and not self._in_order:
            self._note_gaps(ids, min(ids))

    def read(self, own: set[int]) -> Change:
        """Return what has changed since; ids in `own` are taken out of it and their changes marked as one's own."""
        wanted = f"id > {self.last}"
        if self._gaps:
            wanted = f"({wanted} OR id IN ({key_list(self._gaps)}))"
        rows = self.select(f"SELECT id, actor FROM operation WHERE {wanted} ORDER BY id LIMIT {_MOST_OPERATIONS}")
        if not rows:
            return self._after_restore()
        actors = {row[0]: row[1] for row in rows}
        mine = own.intersection(actors)
        own -= mine
        if len(rows) == _MOST_OPERATIONS:
            self.start()
            return EVERYTHING
        self._seen(list(actors))
        return self._touched(actors, mine)

    def _after_restore(self) -> Change:
        """Start over when the journal ends before where it was read to: it is another desk, or an older state."""
        newest = self.select("SELECT max(id) FROM operation")[0][0] or 0
        if newest >= self.last:
            return Change()
        self.start()
        return EVERYTHING

    def _seen(self, ids: Sequence[int]) -> None:
        for operation_id in ids:
            self._gaps.pop(operation_id, None)
        if ids[-1] > self.last:
            before, self.last = self.last, ids[-1]
            if not self._in_order:
                self._note_gaps(ids, before)

    def _note_gaps(self, ids: Iterable[int], after: int) -> None:
        present = self._clock()
        self._gaps = {key: until for key, until in self._gaps.items() if until > present}
        missing = sorted(set(range(max(after + 1, self.last - _MOST_GAPS), self.last)).difference(ids))
        self._gaps |= dict.fromkeys(missing, present + _GAP_SECONDS)
        while len(self._gaps) > _MOST_GAPS:
            del self._gaps[min(self._gaps)]

    def _touched(self, actors: dict[int, str], mine: set[int]) -> Change:
        listed = key_list(actors)
        # The limit bounds what one bulk operation can cost everybody who watches.
        lines = self.select(
            "SELECT * FROM (SELECT operation_id, ticket_id, entity, field FROM change"
            f" WHERE operation_id IN ({listed}) LIMIT {_MOST_LINES}) c"
            " UNION ALL SELECT * FROM (SELECT operation_id, ticket_id, '' AS entity, kind FROM history"
            f" WHERE operation_id IN ({listed}) LIMIT {_MOST_LINES}) h"
        )
        if len(lines) >= _MOST_LINES:
            return EVERYTHING
        fields: dict[tuple[int, int], list[str]] = {}
        kinds: dict[tuple[int, int], list[str]] = {}
        entities = set()
        for operation_id, ticket_id, entity, name in lines:
            if ticket_id is None:
                entities.add(entity)
                continue
            key = (operation_id, ticket_id)
            fields.setdefault(key, [])
            if not entity:
                kinds.setdefault(key, []).append(name)
            elif entity == "ticket":
                fields[key].append(name)
        if len({ticket_id for _, ticket_id in fields}) > MOST_TICKETS:
            return Change((), True, frozenset(entities))
        touches = tuple(
            Touch(ticket_id, actors[operation_id], tuple(names), tuple(kinds.get((operation_id, ticket_id), ())),
                  operation_id in mine)
            for (operation_id, ticket_id), names in sorted(fields.items())
        )  # fmt: skip
        return Change(touches, False, frozenset(entities))
