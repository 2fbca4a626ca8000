"""Mail that is on no ticket: in quarantine, under review, set aside; seen by people, who say what becomes of it."""

from __future__ import annotations

from typing import NamedTuple

from services import journal, originals, tickets
from services.errors import Conflict, Invalid, NotFound
from services.originals import ASIDE, DUPLICATE, FILED, QUARANTINED, RECEIVED, REVIEW
from services.session import Session
from services.sql import execute, fetch, first, marks

QUEUES = (QUARANTINED, REVIEW, ASIDE)
"""What people look at: mail that could not be filed, that may belong to several tickets, that needs no ticket."""

NEW_TICKET = 0
PAGE = 200


class QueuedMail(NamedTuple):
    """A mail that is on no ticket: which queue, why, by whom, and how it came; `received_at` is microseconds UTC."""

    id: int
    state: str
    reason: str
    sender: str
    subject: str
    source: str
    size: int
    received_at: int


class Counts(NamedTuple):
    """How many mails wait for the desk or for people, and when the last one came, in microseconds UTC."""

    waiting: int
    quarantined: int
    review: int
    aside: int
    last_received_at: int | None


def listed(session: Session, state: str, *, limit: int = PAGE) -> list[QueuedMail]:
    """Return the mails of a queue, newest first. Needs the privilege `import_mail`."""
    session.require("import_mail")
    if state not in QUEUES:
        raise Invalid(f"There is no queue “{state}”; they are {', '.join(QUEUES)}.", "state")
    rows = fetch(
        "SELECT m.id, m.state, m.reason, m.sender, m.subject, m.source, b.size, m.received_at FROM mail_original m"
        " JOIN blob b ON b.sha256 = m.blob_id WHERE m.state = ? ORDER BY m.id DESC LIMIT ?",
        state,
        limit,
    )
    return [QueuedMail(*row) for row in rows]


def counts() -> Counts:
    """Return how many mails are in each queue."""
    states = (RECEIVED, *QUEUES)
    found = dict(
        fetch(f"SELECT state, COUNT(*) FROM mail_original WHERE state IN ({marks(states)}) GROUP BY state", *states)
    )
    newest = first("SELECT received_at FROM mail_original ORDER BY id DESC LIMIT 1")
    return Counts._make((*(int(found.get(state, 0)) for state in states), newest[0] if newest else None))


def raw(session: Session, original_id: int) -> bytes:
    """Return the bytes of a mail of a queue as they arrived. Needs the privilege `import_mail`."""
    session.require("import_mail")
    _known(original_id)
    return originals.raw(original_id)


def retry(session: Session, original_id: int) -> None:
    """Let the connector try again to file a mail in quarantine. Needs the privilege `import_mail`."""
    _send_back(session, "retry-mail", original_id, (QUARANTINED,), None)


def decide(session: Session, original_id: int, ticket_id: int | None) -> None:
    """Say where a mail under review or set aside belongs: on a ticket, or None for a new one of its own.

    The connector files it there with its next step. Needs the privilege `import_mail`.
    """
    session.require("import_mail")
    if ticket_id is not None:
        ticket_id = tickets.get(session, ticket_id).id
    _send_back(session, "decide-mail", original_id, (REVIEW, ASIDE), NEW_TICKET if ticket_id is None else ticket_id)


def set_aside(session: Session, original_id: int) -> None:
    """Say that a mail in quarantine or under review needs no ticket; it stays kept. Needs `import_mail`."""
    session.require("import_mail")
    with journal.operation(session, "set-aside-mail") as op:
        original = _known(original_id)
        _expect(original, (QUARANTINED, REVIEW))
        op.change("mail_original", original_id, "state", original.state, ASIDE)
        _write(original, ASIDE, f"Set aside by {session.name}. {original.reason}".strip(), None, original.tries)


def _send_back(session: Session, action: str, original_id: int, states: tuple[str, ...], decision: int | None) -> None:
    session.require("import_mail")
    with journal.operation(session, action) as op:
        original = _known(original_id)
        _expect(original, states)
        op.change("mail_original", original_id, "state", original.state, RECEIVED)
        op.change("mail_original", original_id, "decision", original.decision, decision)
        # One try behind it, so that it is not taken for one that another process is about to file.
        _write(original, RECEIVED, original.reason, decision, 1)


def _write(original: originals.Original, state: str, reason: str, decision: int | None, tries: int) -> None:
    changed = execute(
        "UPDATE mail_original SET state = ?, reason = ?, decision = ?, tries = ? WHERE id = ? AND state = ?",
        state,
        reason[:500],
        decision,
        tries,
        original.id,
        original.state,
    )
    if not changed:
        _expect(_known(original.id), ())


def _expect(original: originals.Original, states: tuple[str, ...]) -> None:
    if original.state in states:
        return
    where = {
        RECEIVED: "waits to be filed already",
        FILED: "was filed meanwhile",
        DUPLICATE: "was recognised as a copy meanwhile",
        QUARANTINED: "is in quarantine; try again to file it",
        REVIEW: "is under review; say where it belongs",
        ASIDE: "is set aside",
    }
    sentence = f"This mail {where.get(original.state, 'has changed')}; nothing was done."
    raise Conflict(sentence, {"state": (", ".join(states), original.state, "")})


def _known(original_id: int) -> originals.Original:
    found = originals.several([original_id])
    if not found:
        raise NotFound("This mail is not in the desk.")
    return found[0]
