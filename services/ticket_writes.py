"""Writing what was decided about tickets, one or thousands: the same few statements, the same journal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from services import catalogue, history_kinds, journal
from services.named import NamedTuple
from services.records import TicketDetail
from services.sql import update_rows
from services.ticket_fields import REFERENCES, column_of


class Entry(NamedTuple):
    """An entry that a ticket's History is to get."""

    kind: str
    text: str = ""
    public: bool = False


class Writing(NamedTuple):
    """What is to become of one locked ticket: new values by journal name, History entries, whether it counts as
    updated. Values that the ticket has already are no change.
    """

    ticket: TicketDetail
    fields: dict[str, Any]
    entries: tuple[Entry, ...] = (Entry(history_kinds.CHANGE),)
    updates: bool = True


def value_of(ticket: TicketDetail, name: str) -> Any:
    """Return the present value of a header field in the form that changes take."""
    if name == "status":
        return ticket.status_code
    if name == "manager" or name in REFERENCES:
        return getattr(ticket, f"{name}_id")
    value = getattr(ticket, column_of(name))
    return int(value) if isinstance(value, bool) else value


def write(op: journal.Recorder, writings: Sequence[Writing]) -> None:
    """Write tickets, journal and History; tickets that get the same values share a statement.

    Nobody reads between these statements, so a few hundred tickets cost about as many as one.
    """
    alike: dict[tuple[tuple[str, Any], ...], list[int]] = {}
    followed: dict[int, list[int]] = {}
    for writing in writings:
        alike.setdefault(tuple(_journaled(op, writing).items()), []).append(writing.ticket.id)
        if "manager" in writing.fields and writing.fields["manager"] != writing.ticket.manager_id:
            followed.setdefault(writing.fields["manager"], []).append(writing.ticket.id)
    for columns, ids in alike.items():
        update_rows("ticket", ids, dict(columns))
    if followed:
        # Who only reads a ticket needs none of it.
        from services.recipients import follow_as_manager

        for manager_id, ids in followed.items():
            follow_as_manager(op, ids, manager_id)
    op.entries(
        (writing.ticket.id, entry.kind, entry.text, entry.public) for writing in writings for entry in writing.entries
    )


def _journaled(op: journal.Recorder, writing: Writing) -> dict[str, Any]:
    """Journal the changes of a ticket and return its columns to write."""
    ticket, fields = writing.ticket, dict(writing.fields)
    columns: dict[str, Any] = {}
    if "status" in fields:
        is_open = catalogue.names().statuses[fields["status"]].status_class == "open"
        if is_open != ticket.is_open:
            columns["is_open"] = int(is_open)
            fields["closed_at"] = None if is_open else op.at
    if writing.updates:
        fields["updated_at"] = op.at
    for name, value in fields.items():
        before = value_of(ticket, name)
        if before != value:
            op.change("ticket", ticket.id, name, before, value, ticket.id)
            columns[column_of(name)] = value
    return columns


def touch(op: journal.Recorder, ticket: TicketDetail, **fields: Any) -> None:
    """Set flags of a ticket without an entry; `updated_at` moves only if it is given."""
    write(op, [Writing(ticket, fields, (), updates=False)])
