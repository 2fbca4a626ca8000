"""The outbox as the sender uses it: claiming what is due, and noting what became of it.

A claim is committed before anything is sent, so no transaction waits for a mail server, and two senders never have
the same row. When a sender dies, what it had claimed is due again once the lease is over. Only of what it was sending
nobody knows whether that left, so it counts as unknown.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from models import database
from services import clock, history_kinds, journal
from services.outbox import FAILED, NEVER, SENDING, SENT, UNKNOWN, WAITING, named, subject_of
from services.session import Session
from services.sql import execute, fetch, first, marks
from services.text import header

AWAY = "away"
"""An outcome: the server could not be reached or used at all; the rows wait, and not for long."""

LEASE_MINUTES = 10
"""How long a claim lasts; whoever sends for longer renews it."""

_LEASE = LEASE_MINUTES * clock.MINUTE
_WAITS = (1, 5, 15, 60)
_LONGEST_WAIT = 240
_AWAY_WAIT = 15
_REPEAT_MINUTES = 15
_GIVE_UP = 5 * clock.DAY
_FEWEST_TRIES = 10
_MAX_REPLY = 500
_BOTH_UNKNOWN = (UNKNOWN, UNKNOWN)
# As the partial index says it.
_ACTIVE = "state IN ('waiting', 'sending', 'unknown')"
_DUE = f"{_ACTIVE} AND state <> 'sending' AND next_at <= ?"


class Due(NamedTuple):
    """A recipient to whom a mail is to be sent now."""

    id: int
    address: str


class Claimed(NamedTuple):
    """A mail with those of its recipients that this sender alone sends it to."""

    recipients: tuple[Due, ...]
    outgoing_id: int
    ticket_id: int | None
    message_id: str
    envelope_sender: str
    head: str
    blob: str
    body_start: int


class Outcome(NamedTuple):
    """What became of one recipient: sent, waiting (not now), failed, unknown, or AWAY; what the server said."""

    delivery_id: int
    state: str
    code: int | None = None
    reply: str = ""


class Settled(NamedTuple):
    """Into which state a row came, and whether it is tried again by itself."""

    delivery_id: int
    address: str
    state: str
    reply: str
    again: bool


def next_due() -> int | None:
    """Return when the next row is to be looked at, microseconds UTC; None when nothing waits."""
    row = first(f"SELECT next_at FROM delivery WHERE {_ACTIVE} AND next_at < {NEVER} ORDER BY next_at LIMIT 1")
    return int(row[0]) if row else None


def claim(name: str, limit: int) -> list[Claimed]:
    """Claim up to `limit` rows that are due for the sender `name`; nobody else gets them until the lease is over.

    They go on waiting, and can be taken back, until the sender begins with them.
    """
    at = clock.now()
    with database.atomic():
        skip = " FOR UPDATE SKIP LOCKED" if database.for_update else ""
        found = fetch(f"SELECT id FROM delivery WHERE {_DUE} ORDER BY next_at, id LIMIT {int(limit)}{skip}", at)
        keys = [row[0] for row in found]
        if not keys:
            return []
        # The end of the lease is the next time that anybody looks at the row.
        execute(
            "UPDATE delivery SET claimed_by = ?, claimed_until = ?, next_at = ?"
            f" WHERE id IN ({marks(keys)}) AND {_DUE}",
            name,
            at + _LEASE,
            at + _LEASE,
            *keys,
            at,
        )
    return _claimed(keys)


def _claimed(keys: Sequence[int]) -> list[Claimed]:
    by_mail: dict[int, list[Due]] = {}
    for key, outgoing_id, address in fetch(
        f"SELECT id, outgoing_id, address FROM delivery WHERE id IN ({marks(keys)}) ORDER BY id", *keys
    ):
        by_mail.setdefault(outgoing_id, []).append(Due(key, address))
    found = fetch(
        "SELECT id, ticket_id, message_id, envelope_sender, head, blob_id, body_start FROM outgoing_mail"
        f" WHERE id IN ({marks(list(by_mail))}) ORDER BY id",
        *by_mail,
    )
    return [Claimed(tuple(by_mail[row[0]]), *row) for row in found]


def begin(name: str, mail: Claimed, others: Iterable[Claimed] = ()) -> Claimed | None:
    """Note that a claimed mail is sent now, and let the lease of all begin anew.

    Returns the mail with those of its recipients that are still this sender's: others were taken back meanwhile, or
    the lease was over. None when there are none left.
    """
    until = clock.now() + _LEASE
    ours = "claimed_by = ? AND state IN ('waiting', 'unknown')"
    keys = [due.id for due in mail.recipients]
    waiting = [due.id for one in others for due in one.recipients]
    with database.atomic():
        execute(
            "UPDATE delivery SET state = 'sending', tries = tries + 1, claimed_until = ?, next_at = ?"
            f" WHERE id IN ({marks(keys)}) AND {ours}",
            until,
            until,
            *keys,
            name,
        )
        if waiting:
            execute(
                f"UPDATE delivery SET claimed_until = ?, next_at = ? WHERE id IN ({marks(waiting)}) AND {ours}",
                until,
                until,
                *waiting,
                name,
            )
        mine = fetch(
            f"SELECT id FROM delivery WHERE id IN ({marks(keys)}) AND claimed_by = ? AND state = 'sending'", *keys, name
        )
    left = {row[0] for row in mine}
    recipients = tuple(due for due in mail.recipients if due.id in left)
    return mail._replace(recipients=recipients) if recipients else None


def give_back(name: str, mails: Iterable[Claimed]) -> None:
    """Let others have, in a minute, what this sender has claimed and not begun with."""
    keys = [due.id for mail in mails for due in mail.recipients]
    execute(
        "UPDATE delivery SET claimed_by = '', claimed_until = NULL, next_at = ?"
        f" WHERE id IN ({marks(keys)}) AND claimed_by = ? AND state IN ('waiting', 'unknown')",
        clock.now() + clock.MINUTE,
        *keys,
        name,
    )


def settle(session: Session, name: str, mail: Claimed, outcomes: Sequence[Outcome]) -> list[Settled]:
    """Note what became of a claimed mail, as an operation of its own; trouble shows in the ticket's History.

    Rows that somebody else has claimed meanwhile are left to them.
    """
    by_id = {one.delivery_id: one for one in outcomes}
    with journal.operation(session, "deliver-mail") as op:
        ours = f"id IN ({marks(list(by_id))}) AND claimed_by = ? AND {_ACTIVE}"
        rows = [(row, by_id[row.id]) for row in _locked(ours, *by_id, name)]
        # One whose lease was over counts as unknown already; what is known now is better.
        settled = [_note(op, row, outcome) for row, outcome in rows if (row.state, outcome.state) != _BOTH_UNKNOWN]
        _tell(op, mail.ticket_id, subject_of(mail.head), settled)
    return settled


def recover(session: Session) -> int:
    """Note as unknown what senders that died had claimed, and return how many rows that were."""
    at = clock.now()
    late = f"{_ACTIVE} AND state = 'sending' AND next_at <= ?"
    if first(f"SELECT 1 FROM delivery WHERE {late} LIMIT 1", at) is None:
        return 0
    with journal.operation(session, "deliver-mail") as op:
        rows = _locked(late, at)
        by_mail: dict[int, list[Settled]] = {}
        for row in rows:
            reply = "The program ended while it sent this mail."
            by_mail.setdefault(row.outgoing_id, []).append(_note(op, row, Outcome(row.id, UNKNOWN, None, reply)))
        for outgoing_id, settled in by_mail.items():
            found = first("SELECT ticket_id, head FROM outgoing_mail WHERE id = ?", outgoing_id)
            if found is not None:
                _tell(op, found[0], subject_of(found[1]), settled)
    return len(rows)


class _Row(NamedTuple):
    id: int
    outgoing_id: int
    ticket_id: int | None
    address: str
    state: str
    tries: int
    unknowns: int
    created_at: int


def _locked(where: str, *params: Any) -> list[_Row]:
    lock = " FOR UPDATE" if database.for_update else ""
    found = fetch(
        "SELECT id, outgoing_id, ticket_id, address, state, tries, unknowns, created_at FROM delivery"
        f" WHERE {where} ORDER BY id{lock}",
        *params,
    )
    return [_Row(*row) for row in found]


def _note(op: journal.Recorder, row: _Row, outcome: Outcome) -> Settled:
    """Write what became of one row."""
    # A server that is away was tried for all that was claimed.
    tries = row.tries + (outcome.state == AWAY and row.state != SENDING)
    state, wait = _next(row._replace(tries=tries), outcome, op.at)
    reply = header(outcome.reply, _MAX_REPLY)
    execute(
        "UPDATE delivery SET state = ?, next_at = ?, claimed_until = NULL, sent_at = ?, reply_code = ?, reply = ?,"
        " unknowns = ?, tries = ? WHERE id = ?",
        state,
        NEVER if wait is None else op.at + wait * clock.MINUTE,
        op.at if state == SENT else None,
        outcome.code,
        reply,
        row.unknowns + (outcome.state == UNKNOWN),
        tries,
        row.id,
    )
    if state != WAITING or row.unknowns:
        # Tries in between are nobody's history; the row itself counts them.
        op.change("delivery", row.id, "state", row.state, state, row.ticket_id)
    return Settled(row.id, row.address, state, reply, wait is not None)


def _next(row: _Row, outcome: Outcome, at: int) -> tuple[str, int | None]:
    """Return the state that follows, and after how many minutes it is tried again; None is never."""
    if outcome.state in (SENT, FAILED):
        return outcome.state, None
    if outcome.state == UNKNOWN:
        return UNKNOWN, None if row.unknowns else _REPEAT_MINUTES
    if at - row.created_at > _GIVE_UP and row.tries >= _FEWEST_TRIES:
        return FAILED, None
    wait = _WAITS[row.tries - 1] if row.tries <= len(_WAITS) else _LONGEST_WAIT
    return WAITING, min(wait, _AWAY_WAIT) if outcome.state == AWAY else wait


def _tell(op: journal.Recorder, ticket_id: int | None, subject: str, settled: Sequence[Settled]) -> None:
    """Tell on the ticket what did not go well."""
    if ticket_id is None:
        return
    what = f"“{subject}”" if subject else "a mail"
    failed = [one for one in settled if one.state == FAILED]
    if failed:
        lines = [f"{one.address}: {one.reply}" for one in failed]
        op.entry(ticket_id, history_kinds.DELIVERY, "\n".join([f"Not delivered: {what}", *lines]))
    for again, then in (
        (True, f"It is sent once more in {_REPEAT_MINUTES} minutes."),
        (False, "It is not sent again."),
    ):
        silent = [one.address for one in settled if one.state == UNKNOWN and one.again is again]
        if silent:
            told = f"It is not known whether {what} reached {named(silent)}: the mail server did not say. {then}"
            op.entry(ticket_id, history_kinds.DELIVERY, told)
