"""The waiting-for-dispatching flag: who marks a ticket for the Dispatcher and who takes it off."""

from __future__ import annotations

from services import history_kinds
from services.bulk import Act
from services.change_rights import check_may_change
from services.records import TicketDetail
from services.session import Session
from services.ticket_writes import Entry, Writing


def flagging(session: Session, waiting: bool) -> Act:
    """Return the act of putting tickets on the dispatch board, or of taking them off, which needs a privilege."""
    session.require_employee()
    if not waiting:
        session.require("dispatch")
    fields = {"waiting_for_dispatch": int(waiting)}
    entry = Entry(history_kinds.DISPATCH, "Waiting for dispatching" if waiting else "Taken off the dispatch board")

    def decide(session: Session, ticket: TicketDetail) -> Writing | None:
        if ticket.waiting_for_dispatch == waiting:
            return None
        check_may_change(session, ticket, fields)
        return Writing(ticket, fields, (entry,))

    return Act("wait-for-dispatch" if waiting else "clear-dispatch", decide)
