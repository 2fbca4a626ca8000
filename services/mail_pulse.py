"""What moves in the Email Connector without an operation: connectors, mailboxes, mail that waits or is being sent."""

from __future__ import annotations

from services import clock
from services.connector_runs import SILENT
from services.freshness import Select

_MOST = 1_000
"""Rows of a queue that are looked at: where more wait, the journal tells of each that is done."""


def read(select: Select) -> tuple[object, ...]:
    """Return something that is another one when any of it has moved; a few lookups in small or partial indexes.

    Beats of a connector that is known to run change nothing, nor does a mailbox that is looked into again within
    the minute: no screen shows more of them.
    """
    runs = select("SELECT id, stopped_at, seen_at FROM connector_run ORDER BY id DESC LIMIT 50")
    silent = clock.now() - SILENT
    minute = clock.MINUTE
    mailboxes = select(
        f"SELECT mailbox_id, fetched, missing, last_success_at / {minute}, last_error_at / {minute}, last_error,"
        " claimed_by FROM mailbox_state ORDER BY mailbox_id"
    )
    kept = select("SELECT max(id) FROM mail_original")
    waiting = select(
        f"SELECT count(*), sum(tries) FROM (SELECT tries FROM mail_original WHERE state = 'received' LIMIT {_MOST}) m"
    )
    # As the partial index says it.
    leaving = select(
        "SELECT count(*), sum(tries), sum(CASE state WHEN 'sending' THEN 1 ELSE 0 END) FROM (SELECT tries, state"
        f" FROM delivery WHERE state IN ('waiting', 'sending', 'unknown') ORDER BY next_at, id LIMIT {_MOST}) d"
    )
    running = [(key, stopped, stopped is None and seen > silent) for key, stopped, seen in runs]
    found = (running, mailboxes, kept, waiting, leaving)
    return tuple(tuple(tuple(row) for row in rows) for rows in found)
