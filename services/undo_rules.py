"""Who may take an operation back, and which operations nobody can."""

from __future__ import annotations

from collections.abc import Sequence

from services import charges, inbox, outbox
from services.action_names import ADMINISTRATION, FINAL, UNDO
from services.change_rights import change_refusal
from services.moments import when
from services.records import TicketDetail
from services.session import EMPLOYEES_ONLY, Session
from services.sql import fetch, first
from services.undo_changes import CHARGE, DELIVERY, TICKET, Deed, RowChange, deed, foreign_entities, root_of

# What one needs for these actions, to take them back or to do them again.
_OF_ACTIONS = {
    "transfer-ticket": "transfer",
    "merge-tickets": "merge",
    "archive-ticket": "archive",
    "restore-ticket": "archive",
    "clear-dispatch": "dispatch",
    "add-charge": "charge",
    "change-charge": "charge",
    "remove-charge": "charge",
}
# What one needs for changes of these fields, as for the action that makes them.
_OF_FIELDS = {"archived": "archive", "merged_into": "merge"}
_SENDING = frozenset({"mail", "outgoing_mail", DELIVERY})
_GONE = "The mail has left the desk or came from outside; nobody can call it back."
_MARKS = frozenset({"mark", "in_inbox", "updated_at", "opened_at"})


def final(one: Deed, root: Deed) -> str | None:
    """Return why nobody can take an operation back, or None when it can be."""
    if root.action in FINAL:
        return FINAL[root.action]
    foreign = foreign_entities(root.id)
    if foreign - _SENDING:
        return _GONE if "mail_original" in foreign else ADMINISTRATION
    if foreign and (gone := _left(root.id)) is not None:
        return gone
    undone = taken_back(one, root)
    if undone is not None:
        what = "done again" if one.action == UNDO and one.undoes == root.id else "taken back"
        return f"This was {what} by {undone.actor} at {when(undone.at)}."
    return None


def _left(operation_id: int) -> str | None:
    """Return why mail cannot be called back, or None while all of it is still in the outbox."""
    found = fetch(
        "SELECT DISTINCT d.state FROM change c JOIN delivery d ON d.id = CAST(c.entity_id AS INTEGER)"
        " WHERE c.operation_id = ? AND c.entity = 'delivery'",
        operation_id,
    )
    states = {row[0] for row in found}
    if states and states <= {outbox.WAITING, outbox.HELD, outbox.WITHDRAWN}:
        return None
    if outbox.SENDING in states:
        return "The mail is leaving at this moment; nobody can call it back."
    if states and not states & {outbox.SENT, outbox.UNKNOWN}:
        return "The mail server has refused the mail already; see in the outbox why."
    return _GONE


def taken_back(one: Deed, root: Deed) -> Deed | None:
    """Return the operation that took one back and stands; a redo is taken back with what it did again."""
    is_redo = one.undoes is not None and one.undoes != root.id
    by = one.undone_by or (root.undone_by if is_redo else None)
    return deed(by) if by is not None else None


def refusal(session: Session, one: Deed, root: Deed | None = None) -> str | None:
    """Return why a person cannot take an operation back, as far as the operation alone tells it."""
    if session.is_client:
        return EMPLOYEES_ONLY
    if one.user_id is None or one.user_id != session.user_id:
        lacking = session.refusal("undo_others")
        if lacking is not None:
            return f"{one.actor} did this, and {lacking[0].lower()}{lacking[1:]}"
    root = root or root_of(one)
    needed = _OF_ACTIONS.get(root.action)
    return (session.refusal(needed) if needed else None) or final(one, root)


def ticket_refusal(
    session: Session, one: Deed, root: Deed, ticket: TicketDetail, changes: Sequence[RowChange]
) -> str | None:
    """Return why a person cannot take back what was done to one ticket: the rules of the action itself."""
    if root.action == "create-ticket":
        if root.user_id == session.user_id:
            return None
        # The ticket goes to the archive, or comes back from there.
        if lacking := session.refusal("archive"):
            return lacking
    fields = {field for change in changes if change.entity == TICKET for field in change.fields}
    for field, privilege in _OF_FIELDS.items():
        if field in fields and (lacking := session.refusal(privilege)):
            return lacking
    if _was_taken_off(one, root, changes) and (lacking := session.refusal("dispatch")):
        return lacking
    if any(change.entity == CHARGE for change in changes):
        return _charge_refusal(session, changes)
    about_marks = bool(fields - {"updated_at"}) and fields <= _MARKS
    if about_marks and root.action.startswith("mark-"):
        return inbox.mark_refusal(session, ticket)
    return change_refusal(session, ticket) if fields - {"updated_at"} else None


def _was_taken_off(one: Deed, root: Deed, changes: Sequence[RowChange]) -> bool:
    """Tell whether the act took the ticket off the dispatch board; what an undo changed is that backwards."""
    flags = [change.fields["waiting_for_dispatch"] for change in changes if "waiting_for_dispatch" in change.fields]
    before = int(one.undoes == root.id)
    return any(values[before] and not values[1 - before] for values in flags)


def _charge_refusal(session: Session, changes: Sequence[RowChange]) -> str | None:
    for change in changes:
        if change.entity == CHARGE:
            row = first("SELECT employee_id FROM charge WHERE id = ?", change.key)
            lacking = charges.change_refusal(session, row[0] if row else None)
            if lacking is not None:
                return lacking
    return None
