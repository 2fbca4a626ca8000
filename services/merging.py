"""Merging duplicates: the other ticket stays as a tombstone that leads to the one where work goes on."""

from __future__ import annotations

from collections.abc import Iterable

from models import Ticket
from services import catalogue, history_kinds, journal, recipients, tickets
from services.errors import Invalid
from services.records import TicketDetail
from services.session import Session
from services.ticket_changes import apply
from services.ticket_writes import touch


def merge(session: Session, duplicate_ids: Iterable[int], target_id: int) -> TicketDetail:
    """Merge tickets into another one: they are cancelled and lead there, and their recipients follow it.

    What was written stays in the History of the ticket it was written to; both sides get an entry.
    """
    session.require_employee()
    session.require("merge")
    with journal.operation(session, "merge-tickets") as op:
        # In the order of their ids, so that two people who merge at once wait for each other instead of locking up.
        chosen = sorted(set(duplicate_ids) | {target_id})
        locked = {ticket_id: tickets.get(session, ticket_id, lock=True) for ticket_id in chosen}
        target = locked.pop(target_id)
        tickets.refuse_merged(target, "merge into that ticket")
        if not locked:
            raise Invalid("A ticket cannot be merged into itself; give another number.", "target")
        for duplicate in locked.values():
            _merge_one(op, duplicate, target)
        touch(op, target, updated_at=op.at)
    return tickets.get(session, target_id)


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
