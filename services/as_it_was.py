"""A ticket, or the desk's lists, as they were at a moment: rolled back from the journal, for reading only."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from services import catalogue, charges, clock, documents, history, lists, recipients, tickets
from services.as_it_was_tables import hide_all_but, hide_ticket, hide_tickets, make_then, stop_hiding, thrown_away
from services.errors import DeskError, NotFound
from services.journal import load
from services.moments import when
from services.numbers import number_of
from services.records import (
    ChargeRow,
    DocumentRow,
    EmployeeRecipientRow,
    ExternalRecipientRow,
    HistoryEntry,
    TicketDetail,
    TicketRow,
)
from services.session import Session
from services.sql import fetch, first
from services.time_limit import TooSlow, limited
from services.undo_present import column_of
from services.visibility import ticket_scope

SECONDS = 2.0
"""How long a person waits at most for the desk of another day."""

MOST_CHANGES = 150_000
"""Changes of tickets that are rolled back at most."""

TOO_FAR = "Too much has happened since {when} to show the whole desk; choose a later moment, or open a ticket."


class TicketThen(NamedTuple):
    """A ticket as it was `at` a moment, with everything on it and its newest entries, oldest first."""

    at: int
    ticket: TicketDetail
    external: tuple[ExternalRecipientRow, ...]
    employees: tuple[EmployeeRecipientRow, ...]
    charges: tuple[ChargeRow, ...]
    documents: tuple[DocumentRow, ...]
    history: tuple[HistoryEntry, ...]


class DeskThen(NamedTuple):
    """A list as it was `at` a moment: its first rows, and how many it had."""

    at: int
    rows: tuple[TicketRow, ...]
    total: int


def ticket(session: Session, ticket_id: int, at: int, *, entries: int = 500) -> TicketThen:
    """Return a ticket as it was at a moment, microseconds UTC, to an employee who may see it today."""
    with ticket_hidden(session, ticket_id, at) as then:
        return TicketThen(
            at,
            tickets.get(then, ticket_id),
            tuple(recipients.external(then, ticket_id)),
            tuple(recipients.employees(then, ticket_id)),
            tuple(charges.listed(then, ticket_id)),
            tuple(documents.listed(then, ticket_id)),
            tuple(history.entries(then, ticket_id, limit=entries)),
        )


def listed(session: Session, query: lists.ListQuery, at: int, *, limit: int = 500) -> DeskThen:
    """Return a list as it was at a moment, microseconds UTC; refuses what would take longer than SECONDS.

    Full-text words look in what the tickets say today.
    """
    with _then(session, at, SECONDS):
        # Most tickets are what they were: their indexes are read as today, and the few others are put among them.
        moved = "t.id IN (SELECT id FROM ticket_moved)"
        same = [row.id for row in lists.first_rows(session, _also(query, f"NOT {moved}"), limit)]
        total = lists.count(session, query) - lists.count(session, _also(query, moved))
        hide_all_but(())
        total += lists.count(_reader(session), query)
        stop_hiding()
        hide_all_but(same)
        return DeskThen(at, tuple(lists.first_rows(_reader(session), query, limit)), total)


def _reader(session: Session) -> Session:
    """Return the session that reads the tickets of another day.

    What a person may see today decides, and that has been left to them alone; whose they were then says nothing.
    """
    return session._replace(privileges=session.privileges | {"view_others"})


def _also(query: lists.ListQuery, condition: str) -> lists.ListQuery:
    # Without required terms every condition is asked as it stands, whatever the order.
    return query._replace(where=f"({query.where}) AND {condition}" if query.where else condition, required=())


@contextmanager
def ticket_hidden(session: Session, ticket_id: int, at: int) -> Iterator[Session]:
    """Let the block read one ticket as it was at a moment, with whatever service; it must not write.

    Yields the session to read it with, which may see the ticket whosever it was then.
    """
    session.require_employee()
    _refuse_future(at)
    tickets.get(session, ticket_id)
    # Read from the desk of today and kept.
    catalogue.names()
    with thrown_away():
        if not hide_ticket(ticket_id, at):
            raise NotFound(f"There was no ticket {number_of(ticket_id)} at {when(at)} yet{_opened(ticket_id)}.")
        yield _reader(session)


def _opened(ticket_id: int) -> str:
    sql = "SELECT min(o.at) FROM history h JOIN operation o ON o.id = h.operation_id WHERE h.ticket_id = ?"
    opened = first(sql, ticket_id)
    return f"; it was opened at {when(opened[0])}" if opened and opened[0] else ""


@contextmanager
def desk_hidden(session: Session, at: int, seconds: float = SECONDS) -> Iterator[Session]:
    """Let the block read the desk's lists as they were at a moment; it must not write, nor ask for too much.

    Yields the session to read them with: there are no tickets but those that the person may see today.
    """
    with _then(session, at, seconds):
        hide_tickets(at, _seen_today(session))
        yield _reader(session)


@contextmanager
def _then(session: Session, at: int, seconds: float) -> Iterator[None]:
    """Have the rows of another day at hand while the block runs, for so many seconds."""
    session.require_employee()
    _refuse_future(at)
    catalogue.names()
    try:
        with limited(seconds), thrown_away():
            make_then(_changed_since(at), at, _seen_today(session))
            yield
    except TooSlow as error:
        raise DeskError(TOO_FAR.format(when=when(at))) from error


def _seen_today(session: Session) -> str:
    """Return the predicate for the tickets whose past this person may look through, or "" for all of them."""
    parts = [ticket_scope(session), "" if session.has("archive") else "t.archived = 0"]
    return " AND ".join(part for part in parts if part)


def _changed_since(at: int) -> dict[int, dict[str, Any]]:
    """Return what tickets that changed since were, by id and column; those that came to be have no `created_at`."""
    found = fetch(
        "SELECT c.id, c.ticket_id, c.field, c.before FROM operation o CROSS JOIN change c"
        f" WHERE o.at > ? AND c.operation_id = o.id AND c.entity = 'ticket' LIMIT {MOST_CHANGES + 1}",
        at,
    )
    if len(found) > MOST_CHANGES:
        raise DeskError(TOO_FAR.format(when=when(at)))
    changed: dict[int, dict[str, Any]] = {}
    # A cross join, and sorted here: an engine might walk through all changes that there ever were.
    for _, ticket_id, field, before in sorted(found, key=lambda row: -row[0]):
        column = column_of("ticket", field)
        changed.setdefault(ticket_id, {})[column] = load(before)
    return changed


def _refuse_future(at: int) -> None:
    if at > clock.now():
        raise DeskError(f"{when(at)} is still to come; choose a moment of the past.")
