"""Mail that came back: which of its recipients it did not reach, and whether its server goes on trying."""

from __future__ import annotations

from collections.abc import Sequence

from models import database
from services import history_kinds, journal
from services.mail_writing import ascii_address
from services.named import NamedTuple
from services.outbox import SENT, UNKNOWN, subject_of
from services.session import Session
from services.sql import execute, fetch, first
from services.text import header

PERMANENT, TEMPORARY = "permanent", "temporary"

_MAX_REASON = 500


class Bounce(NamedTuple):
    """What a report says of one recipient: `kind` is permanent when no server tries any more, else temporary."""

    address: str
    kind: str
    reason: str


def note(session: Session, message_id: str, bounces: Sequence[Bounce]) -> int | None:
    """Mark the recipients whom a mail of ours did not reach, and return its ticket; None when it is no mail of ours.

    A report about a single recipient whom the mail does not name is about its only one: his server passed it on. What
    is marked already stays, so that the same news makes no second entry.
    """
    found = first("SELECT id, ticket_id, head FROM outgoing_mail WHERE message_id = ?", message_id)
    if found is None:
        return None
    outgoing_id, ticket_id, head = found
    with journal.operation(session, "bounce-mail") as op:
        lock = " FOR UPDATE" if database.for_update else ""
        rows = [
            _Row(*row)
            for row in fetch(
                f"SELECT id, address, state, bounce FROM delivery WHERE outgoing_id = ? ORDER BY id{lock}", outgoing_id
            )
        ]
        marked = [(row, bounce) for row, bounce in _matched(rows, bounces) if _is_news(row, bounce)]
        for row, bounce in marked:
            _mark(op, row, bounce, ticket_id)
        if ticket_id is not None and marked:
            op.entry(ticket_id, history_kinds.DELIVERY, _told(subject_of(head), marked))
    return None if ticket_id is None else int(ticket_id)


class _Row(NamedTuple):
    id: int
    address: str
    state: str
    bounce: str


def _matched(rows: Sequence[_Row], bounces: Sequence[Bounce]) -> list[tuple[_Row, Bounce]]:
    """Return the rows that bounces are about, each with the worst of them."""
    if len(rows) == 1 and bounces:
        return [(rows[0], min(bounces, key=lambda one: one.kind))]
    by_address: dict[str, Bounce] = {}
    for bounce in sorted(bounces, key=lambda one: one.kind, reverse=True):
        by_address[_same(bounce.address)] = bounce
    pairs = [(row, by_address.get(_same(row.address))) for row in rows]
    return [(row, bounce) for row, bounce in pairs if bounce is not None]


def _same(address: str) -> str:
    """Return what an address is compared by: its domain may come back in ASCII."""
    address = address.strip().lower()
    return ascii_address(address) or address


def _is_news(row: _Row, bounce: Bounce) -> bool:
    return row.bounce != PERMANENT and row.bounce != bounce.kind


def _mark(op: journal.Recorder, row: _Row, bounce: Bounce, ticket_id: int | None) -> None:
    # What came back had left: nothing is unknown about it any more, and it is not sent once more.
    state = SENT if row.state == UNKNOWN else row.state
    op.change("delivery", row.id, "state", row.state, state, ticket_id)
    op.change("delivery", row.id, "bounce", row.bounce, bounce.kind, ticket_id)
    execute(
        "UPDATE delivery SET state = ?, bounce = ?, bounced_at = ?, reply = ? WHERE id = ?",
        state,
        bounce.kind,
        op.at,
        header(bounce.reason, _MAX_REASON),
        row.id,
    )


def _told(subject: str, marked: Sequence[tuple[_Row, Bounce]]) -> str:
    lines = []
    for kind, heading in ((PERMANENT, "Came back"), (TEMPORARY, "Delayed, and still tried by its server")):
        some = [(row, bounce) for row, bounce in marked if bounce.kind == kind]
        if some:
            lines.append(f"{heading}: “{subject}”")
            lines += [
                f"{row.address}: {header(bounce.reason, _MAX_REASON) or 'no reason given'}" for row, bounce in some
            ]
    return "\n".join(lines)
