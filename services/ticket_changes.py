"""Changing a ticket's header fields: who may, which rules follow from it, and what the journal keeps."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from services import catalogue, clock, history_kinds, inbox, journal, priorities, tickets
from services.change_rights import check_may_change
from services.errors import Conflict, Invalid, NotFound
from services.records import TicketDetail
from services.session import Session
from services.sql import first
from services.text import clean
from services.ticket_fields import FIELDS, OF_ACCOUNT
from services.ticket_writes import Entry, Writing, value_of, write

if TYPE_CHECKING:
    from services.bulk import Act

INTERNAL_EXTENSIONS = ("Product", "Quote")
"""Extensions of tickets that wait for something inside the desk."""


def change(
    session: Session,
    ticket_id: int,
    fields: dict[str, Any],
    *,
    read: TicketDetail | None = None,
    note: str = "",
    uid: str | None = None,
) -> TicketDetail:
    """Change several header fields as one operation, optionally with an internal note about it.

    `fields` maps names of `ticket_fields.FIELDS` to parsed values. `read` is the ticket as the person saw it:
    a field that somebody else changed since raises Conflict; changes to other fields merge without a word.
    """
    ticket = read
    with suppress(journal.AlreadyDone), journal.operation(session, "change-ticket", uid=uid) as op:
        ticket = tickets.get(session, ticket_id, lock=True)
        decided = changed(session, ticket, fields, read=read, note=note)
        if decided is not None:
            write(op, [decided])
    return _present_or(session, ticket_id, ticket)


def changed(
    session: Session, ticket: TicketDetail, fields: dict[str, Any], *, read: TicketDetail | None = None, note: str = ""
) -> Writing | None:
    """Decide what becomes of a locked ticket that is changed by itself; None where nothing does."""
    decided = decide(session, ticket, fields, read=read)
    body = clean(note).strip()
    if body:
        added = Entry(history_kinds.NOTE, body, session.is_client)
        decided = Writing(ticket, {}, ()) if decided is None else decided
        decided = decided._replace(entries=(*decided.entries, added))
    if decided is None:
        return None
    return inbox.told(session, decided, "An update")


def changing(fields: dict[str, Any], *, resolution: str = "") -> Act:
    """Return the act of setting fields of tickets; `resolution` goes to those that have none yet."""

    def decided(session: Session, ticket: TicketDetail) -> Writing | None:
        lacks_one = resolution and not ticket.resolution.strip()
        return changed(session, ticket, {**fields, "resolution": resolution} if lacks_one else fields)

    from services.bulk import Act

    return Act("change-ticket", decided, fields)


def _present_or(session: Session, ticket_id: int, before: TicketDetail | None) -> TicketDetail:
    """Return a changed ticket, or how it was before when it went to somebody whose tickets this person may not see."""
    try:
        return tickets.get(session, ticket_id)
    except NotFound:
        if before is None:
            raise
        return before


def apply(
    op: journal.Recorder,
    ticket: TicketDetail,
    fields: dict[str, Any],
    *,
    kind: str = history_kinds.CHANGE,
    text: str = "",
) -> bool:
    """Change a locked ticket inside an operation that is already open; tells whether anything changed."""
    decided = decide(op.session, ticket, fields, kind=kind, text=text)
    if decided is not None:
        write(op, [decided])
    return decided is not None


def decide(
    session: Session,
    ticket: TicketDetail,
    fields: dict[str, Any],
    *,
    read: TicketDetail | None = None,
    kind: str = history_kinds.CHANGE,
    text: str = "",
) -> Writing | None:
    """Decide by the rules what a change of a locked ticket comes to, and refuse what they forbid.

    Nothing is written. None stands for a ticket that has these values already, when there is no `text` either.
    """
    check_may_change(session, ticket, fields)
    if read is not None:
        _refuse_conflicts(ticket, read, fields)
    wanted = _with_consequences(ticket, fields)
    wanted = {name: value for name, value in wanted.items() if value != value_of(ticket, name)}
    if not wanted and not text:
        return None
    _check_rules(ticket, wanted)
    return Writing(ticket, wanted, (Entry(kind, text),))


def _with_consequences(ticket: TicketDetail, fields: dict[str, Any]) -> dict[str, Any]:
    """Add what follows from a change: the workflow's rules for managers, extensions and statuses.

    What the person set in the same change is never overruled.
    """
    wanted = dict(fields)
    names = catalogue.names()
    role = names.statuses[ticket.status_code].role
    taken = "manager" in wanted and names.managers[wanted["manager"]].team_role != "new_tickets"
    if taken and "status" not in wanted and role == "new":
        wanted["status"] = names.status_by_role("in_house").code
    extension = names.extensions.get(wanted.get("extension") or 0, "")
    if extension in INTERNAL_EXTENSIONS and "status" not in wanted:
        wanted["status"] = names.status_by_role("internal").code
    if ticket.account_id is None and "account" not in wanted:
        wanted |= _account_of(wanted)
    elif "account" in wanted and wanted["account"] != ticket.account_id:
        for dependent in OF_ACCOUNT:
            wanted.setdefault(dependent, None)
    if wanted.get("status", ticket.status_code) != ticket.status_code:
        # Moving a ticket to a status takes it out of the Inbox, for everyone.
        wanted.setdefault("in_inbox", 0)
        effect = names.statuses[wanted["status"]].priority_effect
        if effect == "none":
            wanted.setdefault("priority", priorities.NOT_APPLICABLE)
        elif effect == "lower":
            lower = max(priorities.LOW, ticket.priority - 1) if ticket.priority else priorities.LOW
            wanted.setdefault("priority", lower)
        elif ticket.priority == priorities.NOT_APPLICABLE:
            wanted.setdefault("priority", priorities.NORMAL)
    return wanted


def _account_of(wanted: dict[str, Any]) -> dict[str, Any]:
    """Return the account that a ticket without one gets together with its contact, asset or contract."""
    for name in OF_ACCOUNT:
        if wanted.get(name) is not None:
            row = first(f"SELECT account_id FROM {name} WHERE id = ?", wanted[name])
            return {"account": row[0]} if row else {}
    return {}


def _check_rules(ticket: TicketDetail, wanted: dict[str, Any]) -> None:
    state = {name: wanted.get(name, value_of(ticket, name)) for name in RULED}
    check_workflow(state, frozenset(wanted))


RULED = ("status", "extension", "due", "resolution", "account", "manager", *OF_ACCOUNT)
"""The fields that the workflow's rules look at."""


def check_workflow(state: dict[str, Any], changed: frozenset[str]) -> None:
    """Refuse a state of a ticket, the values of RULED by name, that what is changed would bring about."""
    names = catalogue.names()
    role = names.statuses[state["status"]].role
    if role == "hold" and ("status" in changed or ("due" in changed and state["due"] is None)):
        check_hold(state["due"])
    if role == "completed" and changed & {"status", "resolution"} and not state["resolution"].strip():
        sentence = "A completed ticket needs a resolution: write what solved it, then complete it."
        raise Invalid(sentence, "resolution")
    is_project = names.extensions.get(state["extension"] or 0) == "Project"
    if is_project and changed & {"extension", "contract"} and state["contract"] is None:
        raise Invalid("A project needs a contract: choose the ticket's contract first.", "contract")
    if "manager" in changed:
        manager = names.managers.get(state["manager"])
        if manager is None or not manager.usable:
            name = manager.name if manager else "This manager"
            raise Invalid(f"{name} takes no tickets at present; choose somebody else.", "manager")
    for name in OF_ACCOUNT:
        if name in changed and state[name] is not None:
            _check_belongs(name, state[name], state["account"])


def check_hold(due: int | None) -> None:
    """Refuse to put a ticket on hold until a moment that is no moment, or has passed."""
    if due is None or due <= clock.now():
        raise Invalid("A ticket on hold needs a due date to come: say when it is to be worked on again.", "due")


def _check_belongs(table: str, key: int, account_id: int | None) -> None:
    row = first(f"SELECT account_id FROM {table} WHERE id = ?", key)
    if row is None or row[0] != account_id:
        raise Invalid(f"This {table} belongs to another account; choose one of the ticket's account.", table)


def _refuse_conflicts(ticket: TicketDetail, read: TicketDetail, fields: dict[str, Any]) -> None:
    clashes = {}
    for name, asked in fields.items():
        before, present = value_of(read, name), value_of(ticket, name)
        if before != present and present != asked:
            clashes[name] = (before, present, asked)
    if clashes:
        labels = ", ".join(FIELDS[name].label for name in clashes)
        raise Conflict(
            f"Somebody else changed {labels} of {ticket.number} meanwhile; look at both values and choose.", clashes
        )
