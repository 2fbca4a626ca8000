"""What others did to tickets between the moment at which a person saw them and the act that they are chosen for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from services import journal
from services.errors import Conflict
from services.records import TicketDetail, TicketRow
from services.session import Session
from services.sql import fetch, first, marks
from services.ticket_fields import label_of
from services.ticket_writes import value_of

# What both a row of a list and a ticket in full say about a field, by the field's name.
_SHOWN = {
    "status": "status_code",
    "extension": "extension",
    "priority": "priority",
    "type": "type",
    "category": "category",
    "manager": "manager_id",
    "due": "due_at",
}

_OPERATIONS = 500
"""Operations that are asked about in one statement."""

Clashes = dict[str, tuple[Any, Any, Any]]


class Known(NamedTuple):
    """What a person knew when an act was chosen: `seen` tickets, and of all others what was there `until` an operation.

    Without `until` nothing is known of them, and nothing refused.
    """

    seen: Mapping[int, TicketRow | TicketDetail]
    until: int | None = None

    def check(
        self, op: journal.Recorder, found: Mapping[int, TicketDetail], asked: Mapping[str, Any]
    ) -> Callable[[TicketDetail], None]:
        """Return what raises Conflict for a locked ticket of which somebody else changed an `asked` field since."""
        unseen = [ticket_id for ticket_id in found if ticket_id not in self.seen]
        later = {} if self.until is None else _changed_since(op, unseen, self.until, asked)

        def refuse_stale(ticket: TicketDetail) -> None:
            if ticket.id in self.seen:
                _compare(op.session, ticket, self.seen[ticket.id], asked)
            elif ticket.id in later:
                now = {name: value_of(ticket, name) for name in later[ticket.id]}
                clashes = {name: (None, now[name], asked[name]) for name in now if now[name] != asked[name]}
                _raise(ticket, clashes, next((later[ticket.id][name] for name in clashes), ""))

        return refuse_stale


def _compare(session: Session, ticket: TicketDetail, seen: TicketRow | TicketDetail, asked: Mapping[str, Any]) -> None:
    if ticket.version == seen.version:
        return
    clashes: Clashes = {}
    actor = "Somebody else"
    for name, value in asked.items():
        shown = _SHOWN.get(name)
        if shown is None or getattr(seen, shown) == getattr(ticket, shown) or value_of(ticket, name) == value:
            continue
        who = _last_change(ticket.id, name)
        if who is None or who[0] != session.user_id:
            clashes[name] = (getattr(seen, shown), value_of(ticket, name), value)
            actor = who[1] if who else actor
    _raise(ticket, clashes, actor)


def _raise(ticket: TicketDetail, clashes: Clashes, actor: str) -> None:
    if clashes:
        labels = " and ".join(label_of(name) for name in clashes)
        raise Conflict(f"{actor} changed {labels} of {ticket.number} meanwhile; look at it again.", clashes)


def _last_change(ticket_id: int, field: str) -> tuple[Any, ...] | None:
    """Return the user and the name of who changed a field last: one's own change is no conflict."""
    return first(
        "SELECT o.user_id, o.actor FROM change c JOIN operation o ON o.id = c.operation_id"
        " WHERE c.ticket_id = ? AND c.entity = 'ticket' AND c.field = ?"
        " ORDER BY c.operation_id DESC, c.id DESC LIMIT 1",
        ticket_id,
        field,
    )


def _changed_since(
    op: journal.Recorder, ticket_ids: Iterable[int], until: int, asked: Mapping[str, Any]
) -> dict[int, dict[str, str]]:
    """Return, by ticket and asked field, who else changed it last in an operation after `until`.

    Mostly nobody did anything, which the first, small query tells; the tickets are locked, so that it stays true.
    """
    wanted = frozenset(ticket_ids)
    others: dict[int, str] = {}
    if wanted and asked:
        since = fetch("SELECT id, user_id, actor FROM operation WHERE id > ? AND id <> ?", until, op.id)
        others = {key: actor for key, user, actor in since if user is None or user != op.session.user_id}
    found: dict[int, dict[str, str]] = {}
    keys, fields = sorted(others), list(asked)
    for start in range(0, len(keys), _OPERATIONS):
        some = keys[start : start + _OPERATIONS]
        for operation_id, ticket_id, field in fetch(
            "SELECT operation_id, ticket_id, field FROM change"
            f" WHERE operation_id IN ({marks(some)}) AND entity = 'ticket' AND field IN ({marks(fields)}) ORDER BY id",
            *some,
            *fields,
        ):
            if ticket_id in wanted:
                found.setdefault(ticket_id, {})[field] = others[operation_id]
    return found
