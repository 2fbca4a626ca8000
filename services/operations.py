"""What people did lately: their operations, what each changed, and whether it can be taken back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from services import tickets
from services.action_names import DELIVERED, FINAL, LOOKED, UNDO, UNNOTICED
from services.deed_names import name_of
from services.errors import DeskError
from services.history import resolver
from services.journal import load
from services.numbers import number_of
from services.records import FieldChange
from services.session import Session
from services.sql import fetch, key_list
from services.ticket_fields import label_of, readable
from services.undo_changes import DEED_COLUMNS, Deed, root_of
from services.undo_rules import refusal, taken_back
from services.visibility import ticket_scope

PAGE = 50
_NAMED = 3
_LOOKED_AT = 500
"""How many operations back the last one that can be taken back is looked for."""


class OperationRow(NamedTuple):
    """An operation as lists show it: when, who, what, on how many tickets and which.

    `undone` is who took it back and when, `undone_by` with which operation; `refusal` why this person cannot take it
    back, None when they can. `again` tells that it took something back, so that taking it back does that again.
    """

    id: int
    at: int
    actor: str
    channel: str
    action: str
    label: str
    total: int
    numbers: tuple[str, ...]
    undone: tuple[str, int] | None
    undone_by: int | None
    refusal: str | None
    again: bool


class TicketChange(NamedTuple):
    """What an operation did to one ticket, as people read it; `texts` are what it wrote to the History."""

    ticket_id: int
    number: str
    subject: str
    changes: tuple[FieldChange, ...]
    texts: tuple[str, ...]


def recent(
    session: Session,
    *,
    whose: str = "own",
    ticket_id: int | None = None,
    before: int | None = None,
    limit: int = PAGE,
) -> list[OperationRow]:
    """Return the newest operations, newest first: one's `own`, or `all` with the privilege to take others' back.

    `ticket_id` leaves those on one ticket, whoever did them; `before` is an operation to page back from.
    """
    session.require_employee()
    # Nobody did anything by looking, nor when mail left.
    conditions, params = [f"o.action NOT IN ('{LOOKED}', '{DELIVERED}')", _DID_SOMETHING], []
    if ticket_id is not None:
        tickets.get(session, ticket_id)
        conditions.append(_ON_TICKET)
        params += [ticket_id, ticket_id]
    elif whose == "all":
        session.require("undo_others")
        session.require("view_others")
    else:
        conditions.append("o.user_id = ?")
        params.append(session.user_id or 0)
    if before is not None:
        conditions.append("o.id < ?")
        params.append(before)
    where = f"WHERE {' AND '.join(conditions)}"
    found = fetch(f"SELECT {DEED_COLUMNS} FROM operation o {where} ORDER BY o.id DESC LIMIT {int(limit)}", *params)
    return [_row(session, Deed(*row)) for row in found]


# What a retry would find although the first try changed nothing is kept as an operation, but is none for people.
_DID_SOMETHING = (
    "(o.uid IS NULL OR EXISTS (SELECT 1 FROM history h WHERE h.operation_id = o.id)"
    " OR EXISTS (SELECT 1 FROM change c WHERE c.operation_id = o.id))"
)
_ON_TICKET = (
    "o.id IN (SELECT operation_id FROM history WHERE ticket_id = ? UNION"
    " SELECT operation_id FROM change WHERE ticket_id = ?)"
)


def _row(session: Session, one: Deed) -> OperationRow:
    root = root_of(one)
    undone = taken_back(one, root)
    count, numbers = _tickets(session, one.id)
    return OperationRow(
        one.id,
        one.at,
        one.actor,
        one.channel,
        one.action,
        _label(one, root),
        count,
        numbers,
        (undone.actor, undone.at) if undone else None,
        undone.id if undone else None,
        refusal(session, one, root),
        one.undoes == root.id,
    )


def _label(one: Deed, root: Deed) -> str:
    if one.action != UNDO:
        return name_of(one)
    return f"{'Taken back' if one.undoes == root.id else 'Done again'}: {name_of(root)}"


def _tickets(session: Session, operation_id: int) -> tuple[int, tuple[str, ...]]:
    """Return how many tickets that the person may see an operation touched, and the numbers of the first of them."""
    found = _touched(session, operation_id, _NAMED + 1)
    total = len(found)
    if total > _NAMED:
        ((total,),) = _asked(session, "count(DISTINCT ticket_id)", operation_id)
    return total, tuple(number_of(key) for key in found[:_NAMED])


def _touched(session: Session, operation_id: int, limit: int) -> list[int]:
    """Return the first tickets that the person may see of those that an operation touched."""
    found = _asked(session, "DISTINCT ticket_id", operation_id, f" ORDER BY 1 LIMIT {int(limit)}")
    return [row[0] for row in found]


def _asked(session: Session, what: str, operation_id: int, ending: str = "") -> list[tuple[Any, ...]]:
    """Ask the History, or where it says nothing the changes, about the tickets of an operation."""
    scope = ticket_scope(session)
    seen = f" AND ticket_id IN (SELECT t.id FROM ticket t WHERE {scope})" if scope else ""
    found: list[tuple[Any, ...]] = []
    for table in ("history", "change"):
        asked = f"SELECT {what} FROM {table} WHERE operation_id = ? AND ticket_id IS NOT NULL{seen}{ending}"
        found = fetch(asked, operation_id)
        if found and found[0][0]:
            break
    return found


def last_own(session: Session) -> int:
    """Return the operation that undo takes back next: one's last that stands. Says why when there is none."""
    session.require_employee()
    for one in _own(session):
        if one.action in UNNOTICED or one.undone_by is not None:
            continue
        root = root_of(one)
        if one.undoes == root.id or taken_back(one, root) is not None:
            continue
        why = refusal(session, one, root)
        if why is None:
            return one.id
        raise DeskError(f"The last thing you did was “{name_of(root)}”. {why}")
    raise DeskError("There is nothing that you did and could take back.")


def last_undone(session: Session) -> int:
    """Return the undo that redo takes back next: one's last, unless something new was done since."""
    session.require_employee()
    for one in _own(session):
        if one.action in UNNOTICED or one.undone_by is not None:
            continue
        root = root_of(one)
        if one.undoes == root.id:
            return one.id
        if one.undoes is None:
            break
    raise DeskError("There is nothing to do again: you took nothing back since you last did something.")


def last_on(session: Session, ticket_id: int) -> int:
    """Return the last operation on a ticket that stands and can be taken back by somebody."""
    session.require_employee()
    tickets.get(session, ticket_id)
    found = fetch(
        f"SELECT {DEED_COLUMNS} FROM operation o WHERE {_ON_TICKET} ORDER BY o.id DESC LIMIT {_LOOKED_AT}",
        ticket_id,
        ticket_id,
    )
    for one in (Deed(*row) for row in found):
        root = root_of(one)
        if root.action not in FINAL and one.undoes != root.id and taken_back(one, root) is None:
            return one.id
    raise DeskError(f"Nothing was done to {number_of(ticket_id)} that can be taken back.")


def _own(session: Session) -> list[Deed]:
    found = fetch(
        f"SELECT {DEED_COLUMNS} FROM operation o WHERE o.user_id = ? AND {_DID_SOMETHING}"
        f" ORDER BY o.id DESC LIMIT {_LOOKED_AT}",
        session.user_id or 0,
    )
    return [Deed(*row) for row in found]


def changes(
    session: Session, operation_id: int, *, limit: int = 20, time_of: Callable[[int], str] | None = None
) -> list[TicketChange]:
    """Return what an operation did, ticket by ticket, of the first tickets that the person may see.

    Whoever sees a ticket reads the same in its History.
    """
    session.require_employee()
    details = tickets.get_many(session, _touched(session, operation_id, limit))
    by_ticket = _fields(operation_id, [ticket.id for ticket in details], time_of)
    texts = _texts(operation_id, [ticket.id for ticket in details])
    return [
        TicketChange(
            ticket.id,
            ticket.number,
            ticket.subject,
            tuple(by_ticket.get(ticket.id, ())),
            tuple(texts.get(ticket.id, ())),
        )
        for ticket in details
    ]


def _fields(
    operation_id: int, ids: Sequence[int], time_of: Callable[[int], str] | None
) -> dict[int, list[FieldChange]]:
    if not ids:
        return {}
    chosen = key_list(ids)
    rows: list[tuple[Any, ...]] = fetch(
        "SELECT ticket_id, field, before, after FROM change WHERE operation_id = ? AND entity = 'ticket'"
        f" AND field NOT IN ('updated_at', 'created_at', 'confirm', 'created_by') AND ticket_id IN ({chosen})"
        " ORDER BY id",
        operation_id,
    )
    names_of = resolver(rows)
    found: dict[int, list[FieldChange]] = {}
    for ticket_id, field, before, after in rows:
        old, new = (readable(field, load(value), names_of, time_of) for value in (before, after))
        if old != new:
            found.setdefault(ticket_id, []).append(FieldChange(field, label_of(field), old, new))
    return found


def _texts(operation_id: int, ids: Sequence[int]) -> dict[int, list[str]]:
    if not ids:
        return {}
    found: dict[int, list[str]] = {}
    chosen = key_list(ids)
    for ticket_id, text in fetch(
        "SELECT ticket_id, substr(text, 1, 500) FROM history"
        f" WHERE operation_id = ? AND text <> '' AND ticket_id IN ({chosen}) ORDER BY id",
        operation_id,
    ):
        found.setdefault(ticket_id, []).append(text)
    return found
