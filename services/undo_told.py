"""Who is told by mail of a new ticket: nobody, as far as the mail has not left, once its creation is taken back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from models import database
from services import clock, history_kinds, journal, mail_settings, outbox
from services.outbox import named
from services.sql import fetch, marks
from services.undo_changes import DELIVERY, Deed, changes_of
from services.undo_plan import Step
from services.undo_write import write

CREATION = "create-ticket"


def change(op: journal.Recorder, one: Deed, root: Deed, ticket_ids: Sequence[int]) -> None:
    """Withdraw what tells of tickets whose creation is taken back; doing that again lets it wait anew.

    What has left stands in nobody's way: those who got it find the ticket in the archive.
    """
    if root.action != CREATION or not ticket_ids:
        return
    again = one.undoes == root.id
    states = _withdrawn_by(one, ticket_ids) if again else {}
    addresses: dict[int, list[str]] = {}
    steps = []
    for key, ticket_id, address, state, next_at in _queued(ticket_ids):
        then = states.get(key, state) if again else outbox.WITHDRAWN
        if (state == outbox.WITHDRAWN) is not again or then == state:
            continue
        values: dict[str, tuple[Any, Any]] = {"state": (state, then)}
        if then == outbox.WAITING:
            delay = mail_settings.current().send_delay_seconds * clock.SECOND
            values["next_at"] = (next_at, op.at + delay)
        steps.append(Step("update", DELIVERY, key, ticket_id, values))
        addresses.setdefault(ticket_id, []).append(address)
    write(op, steps)
    for ticket_id, some in addresses.items():
        text = f"{'Told by mail after all' if again else 'Not told by mail any more'}: {named(some)}"
        op.entry(ticket_id, history_kinds.DELIVERY, text)


def _queued(ticket_ids: Sequence[int]) -> list[tuple[int, int, str, str, int]]:
    """Return what can still be withdrawn or was, locked so that no sender takes it meanwhile."""
    lock = " FOR UPDATE OF d" if database.for_update else ""
    states = (outbox.WAITING, outbox.HELD, outbox.WITHDRAWN)
    return fetch(
        "SELECT d.id, d.ticket_id, d.address, d.state, d.next_at FROM delivery d"
        " JOIN outgoing_mail m ON m.id = d.outgoing_id"
        f" WHERE m.ticket_id IN ({marks(ticket_ids)}) AND m.kind = ? AND d.state IN ({marks(states)})"
        f" ORDER BY d.id{lock}",
        *ticket_ids,
        outbox.NOTIFICATION,
        *states,
    )


def _withdrawn_by(one: Deed, ticket_ids: Sequence[int]) -> dict[int, str]:
    """Return the rows that an undo withdrew, each with its state before."""
    changed = [row for rows in changes_of(one.id, ticket_ids).values() for row in rows if row.entity == DELIVERY]
    return {row.key: row.fields["state"][0] for row in changed if "state" in row.fields}
