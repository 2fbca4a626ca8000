"""The waiting-for-dispatching flag: who marks a ticket for the Dispatcher and who takes it off."""

from __future__ import annotations

from collections.abc import Iterable

from services import history_kinds, journal, tickets
from services.session import Session
from services.ticket_changes import check_may_change, touch


def set_waiting(session: Session, ticket_ids: Iterable[int], waiting: bool) -> int:
    """Set or clear the flag of tickets; clearing needs the dispatch privilege. Returns how many changed."""
    session.require_employee()
    if not waiting:
        session.require("dispatch")
    changed = 0
    with journal.operation(session, "wait-for-dispatch" if waiting else "clear-dispatch") as op:
        for ticket in tickets.locked(session, ticket_ids):
            if ticket.waiting_for_dispatch == waiting:
                continue
            check_may_change(session, ticket, {"waiting_for_dispatch": int(waiting)})
            touch(op, ticket, waiting_for_dispatch=int(waiting), updated_at=op.at)
            text = "Waiting for dispatching" if waiting else "Taken off the dispatch board"
            op.entry(ticket.id, history_kinds.DISPATCH, text)
            changed += 1
    return changed
