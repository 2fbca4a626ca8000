"""Merging duplicates: the other ticket stays as a tombstone that leads to the one where work goes on."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator

from models import Ticket
from services import bulk, catalogue, history_kinds, journal, recipients, tickets
from services.bulk import BulkResult
from services.errors import DeskError, Invalid
from services.numbers import number_of
from services.progress import Progress, Stopped
from services.records import TicketDetail
from services.session import Session
from services.ticket_changes import apply
from services.ticket_writes import touch
from services.visibility import unknown_ticket

_FEW = 20
"""Tickets between two looks at whether the person wants it stopped: each of them takes about ten statements."""


def merge(session: Session, duplicate_ids: Iterable[int], target_id: int) -> TicketDetail:
    """Merge tickets into another one, all of them or none; returns that one."""
    merge_many(session, duplicate_ids, target_id, strict=True)
    return tickets.get(session, target_id)


def merge_many(
    session: Session,
    duplicate_ids: Iterable[int],
    target_id: int,
    *,
    progress: Progress | None = None,
    uid: str | None = None,
    strict: bool = False,
) -> BulkResult:
    """Merge tickets into another one: they are cancelled and lead there, and their recipients follow it.

    What was written stays in the History of the ticket it was written to; both sides get an entry. Those that refuse
    are left and reported, but the only one, and with `strict` the first one, raises its refusal. `progress` and `uid`
    are as for `bulk.run`.
    """
    session.require_employee()
    session.require("merge")
    chosen = sorted(set(duplicate_ids) | {target_id})
    if len(chosen) == 1:
        raise Invalid("A ticket cannot be merged into itself; give another number.", "target")
    try:
        with journal.operation(session, "merge-tickets", uid=uid) as op:
            return _merge_all(op, chosen, target_id, progress, strict or len(chosen) == 2)
    except journal.AlreadyDone:
        found = bulk.earlier(str(uid))
        return found._replace(done=array("q", (key for key in found.done if key != target_id)))


def _merge_all(
    op: journal.Recorder, chosen: list[int], target_id: int, progress: Progress | None, raising: bool
) -> BulkResult:
    # In the order of their ids, so that two people who merge at once wait for each other instead of locking up.
    locked = {ticket_id: ticket for chunk in _chunks(chosen) for ticket_id, ticket in _locked(op.session, chunk)}
    target = locked.pop(target_id, None)
    if target is None:
        raise unknown_ticket(number_of(target_id))
    tickets.refuse_merged(target, "merge into that ticket")
    result = BulkResult(op.id, array("q"), 0, [])
    for looked_at, ticket_id in enumerate((key for key in chosen if key != target_id), 1):
        try:
            if ticket_id not in locked:
                raise unknown_ticket(number_of(ticket_id))
            _merge_one(op, locked[ticket_id], target)
        except DeskError as refusal:
            if raising:
                raise
            result.refused.append((ticket_id, refusal.sentence))
        else:
            result.done.append(ticket_id)
        if not looked_at % _FEW:
            op.write_changes()
            if progress is not None and not progress(looked_at, len(chosen) - 1):
                raise Stopped("Stopped. Nothing was changed.")
    if not result.done:
        return result._replace(operation_id=None)
    touch(op, target, updated_at=op.at)
    return result


def _chunks(ids: list[int]) -> Iterator[list[int]]:
    return (ids[start : start + bulk.CHUNK] for start in range(0, len(ids), bulk.CHUNK))


def _locked(session: Session, ticket_ids: list[int]) -> list[tuple[int, TicketDetail]]:
    return [(ticket.id, ticket) for ticket in tickets.lock_many(session, ticket_ids)]


def _merge_one(op: journal.Recorder, duplicate: TicketDetail, target: TicketDetail) -> None:
    if duplicate.merged_into:
        raise Invalid(f"{duplicate.number} was merged into {duplicate.merged_into} already.", "target")
    text = f"Merged into {target.number}"
    cancelled = catalogue.names().status_by_role("cancelled").code
    apply(op, duplicate, {"status": cancelled, "in_inbox": 0}, kind=history_kinds.MERGE, text=text)
    op.change("ticket", duplicate.id, "merged_into", None, target.id, duplicate.id)
    Ticket.update(merged_into=target.id).where(Ticket.id == duplicate.id).execute()
    op.entry(target.id, history_kinds.MERGE, f"{duplicate.number} merged into this ticket: {duplicate.subject}")
    known = {row.address for row in recipients.external(op.session, target.id)}
    for row in recipients.external(op.session, duplicate.id):
        if row.address not in known:
            recipients.place_external(op, target.id, row.address, row.name, row.kind, row.contact_id)
    for follower in recipients.employees(op.session, duplicate.id):
        recipients.follow(op, target.id, follower.employee_id, follower.level)
