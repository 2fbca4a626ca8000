"""Many at once: one act on any number of tickets is one operation in one transaction, and says who refused it."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from services import journal, tickets
from services.errors import DeskError
from services.meanwhile import Known
from services.numbers import number_of
from services.progress import Progress, Stopped
from services.records import TicketDetail, TicketRow
from services.session import Session
from services.sql import fetch
from services.ticket_writes import Writing, write
from services.visibility import unknown_ticket

CHUNK = 200
"""Tickets that are read, decided and written together; so many are in memory, whatever the number asked for."""

MOST_REFUSED = 10_000
"""With more refusals than that, an act is not what the person meant, and none of it is done."""


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
    until: int | None = None,
    progress: Progress | None = None,
    uid: str | None = None,
) -> BulkResult:
    """Do an act to tickets as one operation; those that refuse it are left as they are, and reported.

    `seen` is what the person saw of some of them, and `until` the newest operation when the others were listed: where
    somebody else changed an asked field since, the ticket refuses. The only ticket of an act raises its refusal.
    `uid` is as for `journal.operation`: a retry returns what the first try did.
    """
    chosen, known = array("q", sorted(ticket_ids)), Known(seen or {}, until)
    result = BulkResult(None, array("q"), 0, [])
    raising = len(chosen) == 1
    try:
        with journal.operation(session, act.action, uid=uid) as op:
            looked_at = 0
            for chunk in _chunks(chosen):
                result = _do(op, act, chunk, known, result, raising)
                looked_at += len(chunk)
                if progress is not None and not progress(looked_at, len(chosen)):
                    raise Stopped("Stopped. Nothing was changed.")
            return result._replace(operation_id=op.id if result.done else None)
    except journal.AlreadyDone:
        return earlier(str(uid))


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
    known: Known,
    so_far: BulkResult,
    raising: bool,
) -> BulkResult:
    found = {ticket.id: ticket for ticket in tickets.lock_many(op.session, chunk)}
    refuse_stale = known.check(op, found, act.asked)
    writings: list[Writing] = []
    unchanged = 0
    for ticket_id in chunk:
        try:
            if ticket_id not in found:
                raise unknown_ticket(number_of(ticket_id))
            refuse_stale(found[ticket_id])
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


def earlier(uid: str) -> BulkResult:
    """Return what the operation of a uid did, which its first try was not heard to have done."""
    operation_id = journal.earlier(uid)
    rows = fetch(
        "SELECT ticket_id FROM history WHERE operation_id = ?"
        " UNION SELECT ticket_id FROM change WHERE operation_id = ? AND ticket_id IS NOT NULL ORDER BY 1",
        operation_id,
        operation_id,
    )
    return BulkResult(operation_id, array("q", (row[0] for row in rows)), 0, [])
