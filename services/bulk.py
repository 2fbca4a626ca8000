"""Many at once: one act on any number of tickets is one operation in one transaction, and says who refused it."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from services import journal, tickets
from services.errors import Conflict, DeskError
from services.numbers import number_of
from services.progress import Progress, Stopped
from services.records import TicketDetail, TicketRow
from services.session import Session
from services.sql import fetch, first
from services.ticket_fields import label_of
from services.ticket_writes import Writing, value_of, write
from services.visibility import unknown_ticket

CHUNK = 200
"""Tickets that are read, decided and written together; so many are in memory, whatever the number asked for."""

MOST_REFUSED = 10_000
"""With more refusals than that, an act is not what the person meant, and none of it is done."""

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


class Act(NamedTuple):
    """Something that is done to tickets: `decide` says what becomes of a locked one, None that nothing does.

    It writes nothing, and refuses with a DeskError. `asked` are the fields whose values the person saw and replaces.
    """

    action: str
    decide: Callable[[Session, TicketDetail], Writing | None]
    asked: Mapping[str, Any] = {}


class BulkResult(NamedTuple):
    """What became of an act: the tickets it was done to, those that were so already, and each refused id with the
    sentence that says why. `operation_id` is None when nothing was written.
    """

    operation_id: int | None
    done: array[int]
    unchanged: int
    refused: list[tuple[int, str]]


def run(
    session: Session,
    act: Act,
    ticket_ids: Iterable[int],
    *,
    seen: Mapping[int, TicketRow | TicketDetail] | None = None,
    progress: Progress | None = None,
    uid: str | None = None,
) -> BulkResult:
    """Do an act to tickets as one operation; those that refuse it are left as they are, and reported.

    `seen` is what the person saw of some of them: where somebody else changed an asked field since, the ticket
    refuses. The only ticket of an act raises its refusal. `uid` is as for `journal.operation`: a retry returns what
    the first try did.
    """
    chosen = array("q", sorted(ticket_ids))
    result = BulkResult(None, array("q"), 0, [])
    raising = len(chosen) == 1
    try:
        with journal.operation(session, act.action, uid=uid) as op:
            looked_at = 0
            for chunk in _chunks(chosen):
                result = _do(op, act, chunk, seen or {}, result, raising)
                looked_at += len(chunk)
                if progress is not None and not progress(looked_at, len(chosen)):
                    raise Stopped("Stopped. Nothing was changed.")
            return result._replace(operation_id=op.id if result.done else None)
    except journal.AlreadyDone:
        return _earlier(str(uid))


def _chunks(ids: array[int]) -> Iterator[list[int]]:
    """Yield each id once, in ascending order, so that two acts at once never wait for each other in a circle."""
    for start in range(0, len(ids), CHUNK):
        chunk = list(dict.fromkeys(ids[start : start + CHUNK]))
        if start and chunk[0] == ids[start - 1]:
            del chunk[0]
        yield chunk


def _do(
    op: journal.Recorder,
    act: Act,
    chunk: list[int],
    seen: Mapping[int, TicketRow | TicketDetail],
    so_far: BulkResult,
    raising: bool,
) -> BulkResult:
    found = {ticket.id: ticket for ticket in tickets.lock_many(op.session, chunk)}
    writings: list[Writing] = []
    unchanged = 0
    for ticket_id in chunk:
        try:
            if ticket_id not in found:
                raise unknown_ticket(number_of(ticket_id))
            if ticket_id in seen:
                _refuse_stale(op.session, found[ticket_id], seen[ticket_id], act.asked)
            decided = act.decide(op.session, found[ticket_id])
        except DeskError as refusal:
            if raising:
                raise
            so_far.refused.append((ticket_id, refusal.sentence))
        else:
            if decided is None:
                unchanged += 1
            else:
                writings.append(decided)
    if len(so_far.refused) > MOST_REFUSED:
        raise DeskError(
            f"More than {MOST_REFUSED:,} of these tickets refuse this, so nothing was changed; "
            f"one of them says: {so_far.refused[0][1]}"
        )
    write(op, writings)
    # Not at the end, so that progress is true to the last ticket and memory bounded.
    op.write_changes()
    op.write_texts()
    so_far.done.extend(writing.ticket.id for writing in writings)
    return so_far._replace(unchanged=so_far.unchanged + unchanged)


def _refuse_stale(
    session: Session, ticket: TicketDetail, seen: TicketRow | TicketDetail, asked: Mapping[str, Any]
) -> None:
    if ticket.version == seen.version:
        return
    clashes, actor = {}, "Somebody else"
    for name, value in asked.items():
        shown = _SHOWN.get(name)
        if shown is None or getattr(seen, shown) == getattr(ticket, shown) or value_of(ticket, name) == value:
            continue
        who = _last_change(ticket.id, name)
        if who is None or who[0] != session.user_id:
            clashes[name] = (getattr(seen, shown), value_of(ticket, name), value)
            actor = who[1] if who else actor
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


def _earlier(uid: str) -> BulkResult:
    """Return what the operation of a uid did, which its first try was not heard to have done."""
    operation_id = journal.earlier(uid)
    rows = fetch(
        "SELECT ticket_id FROM history WHERE operation_id = ?"
        " UNION SELECT ticket_id FROM change WHERE operation_id = ? AND ticket_id IS NOT NULL ORDER BY 1",
        operation_id,
        operation_id,
    )
    return BulkResult(operation_id, array("q", (row[0] for row in rows)), 0, [])
