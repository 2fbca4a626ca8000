"""How the Email Connector does: who works, what waits, what went wrong."""

from __future__ import annotations

from typing import NamedTuple

from services import connector_runs, mail_queues, mail_settings, mailboxes, outbox_rows
from services.connector_runs import Run
from services.mail_queues import Counts
from services.mailboxes import MailboxStatus
from services.session import Session, desk_session
from services.sql import fetch, first


class Outbox(NamedTuple):
    """Recipients whom mail has not reached, by the state of theirs, and when the last left, in microseconds UTC."""

    waiting: int
    unknown: int
    failed: int
    held: int
    bounced: int
    last_sent_at: int | None


class MailStatus(NamedTuple):
    """What monitoring and people want to know.

    `outgoing_refusal` is which settings are missing before mail can leave, `outgoing_error` why some waits that was to
    leave already: a server that is away, or a sign-in that has expired.
    """

    runs: tuple[Run, ...]
    mailboxes: tuple[MailboxStatus, ...]
    queues: Counts
    outbox: Outbox
    outgoing_refusal: str | None
    outgoing_error: str | None


def read(session: Session) -> MailStatus:
    """Return how mail does just now. Needs the privilege `import_mail`."""
    session.require("import_mail")
    lately = connector_runs.lately()
    return MailStatus(
        runs=tuple(run for run in lately if run.state != "stopped"),
        mailboxes=tuple(mailboxes.statuses(desk_session("email"))),
        queues=mail_queues.counts(),
        outbox=_outbox(session),
        outgoing_refusal=mail_settings.outgoing_refusal(),
        outgoing_error=_outgoing_error(),
    )


def _outbox(session: Session) -> Outbox:
    counts = outbox_rows.counts(session)
    bounced = fetch("SELECT COUNT(*) FROM delivery WHERE bounce <> ''")[0][0]
    # What left last is among the newest, but need not be the newest, for some was tried again. No index has the moment.
    row = first(
        "SELECT max(newest.sent_at) FROM"
        " (SELECT sent_at FROM delivery WHERE sent_at IS NOT NULL ORDER BY id DESC LIMIT 1000) newest"
    )
    last = row[0] if row else None
    return Outbox(counts.waiting, counts.unknown, counts.failed, counts.held, int(bounced), last)


def _outgoing_error() -> str | None:
    # A reply without a code is no server's word about one mail. The states are those of the partial index.
    row = first(
        "SELECT reply FROM delivery WHERE state IN ('waiting', 'sending', 'unknown') AND state = 'waiting'"
        " AND reply_code IS NULL AND reply <> '' ORDER BY next_at DESC, id DESC LIMIT 1"
    )
    return str(row[0]) if row else None
