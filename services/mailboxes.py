"""Mailboxes that the Email Connector fetches: what administrators set, and how far each of them is fetched."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from models import Mailbox
from services import announcing, checks, clock, mail_settings, oauth_providers
from services.errors import Invalid
from services.register import Field, Register, reference
from services.session import Session, desk_session
from services.sql import execute, fetch, first
from services.text import header

SECURITIES = ("tls", "starttls", "none")
AFTERWARDS = ("flag", "move", "delete")
LOCAL_HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})
LEASE = 2 * clock.MINUTE
"""How long one connector has a mailbox to itself unless it says again that it is at it; in microseconds."""

_MAX_ERROR = 500


class MailboxRow(NamedTuple):
    """A mailbox as administrators set it."""

    id: int
    name: str
    host: str
    port: int
    security: str
    username: str
    sign_in: str
    folder: str
    category_id: int | None
    category: str
    after: str
    move_to: str
    poll_seconds: int
    active: bool
    version: int


class Progress(NamedTuple):
    """How far a mailbox is fetched: up to `last_uid`, but for the uids that are `missing`."""

    uid_validity: int
    last_uid: int
    missing: tuple[int, ...]


class MailboxStatus(NamedTuple):
    """How fetching a mailbox goes; moments in microseconds UTC, `error` is empty since the last success."""

    id: int
    name: str
    active: bool
    fetched: int
    missing: int
    last_success_at: int | None
    last_error_at: int | None
    error: str
    fetched_by: str


class _Mailboxes(Register[MailboxRow]):
    def rules(self, key: int | None, row: Mapping[str, Any], wanted: Mapping[str, Any]) -> list[str]:
        if row.get("security") == "none" and str(row.get("host", "")) not in LOCAL_HOSTS:
            raise Invalid("Without TLS the password could be read on the way; choose tls or starttls.", "security")
        if row.get("after") == "move" and not row.get("move_to"):
            raise Invalid("Say with move_to to which folder the mails go.", "move_to")
        if row.get("after") == "move" and row.get("move_to") == row.get("folder", "INBOX"):
            raise Invalid("The mails are in this folder already; choose another one for move_to.", "move_to")
        missing = oauth_providers.lacking(str(row.get("sign_in", "")), mail_settings.current())
        return [missing] if missing else []


def _categories() -> Register[Any]:
    from services.catalogue_admin import CATEGORIES

    return CATEGORIES


MAILBOXES: Register[MailboxRow] = _Mailboxes(
    "mailbox",
    Mailbox,
    MailboxRow,
    {
        "name": Field(checks.name, required=True),
        "host": Field(checks.host, required=True),
        "port": Field(checks.whole_number(1, 65_535)),
        "security": Field(checks.one_of(SECURITIES)),
        "username": Field(checks.line, required=True),
        "sign_in": Field(checks.one_of(oauth_providers.SIGN_INS)),
        "folder": Field(checks.line),
        "category": Field(reference(_categories)),
        "after": Field(checks.one_of(AFTERWARDS)),
        "move_to": Field(checks.line),
        "poll_seconds": Field(checks.whole_number(10, 86_400)),
        "active": Field(checks.flag),
    },
    unique=("name",),
    columns={"category": "COALESCE(c.name, '')"},
    joins="LEFT JOIN category c ON c.id = r.category_id",
)


def active() -> list[MailboxRow]:
    """Return the mailboxes that are to be fetched."""
    return MAILBOXES.all(desk_session("email"), active=True)


def statuses(session: Session) -> list[MailboxStatus]:
    """Return how fetching each mailbox goes. Needs the privilege `administer`."""
    session.require("administer")
    rows = fetch(
        "SELECT m.id, m.name, m.active, COALESCE(s.fetched, 0), COALESCE(s.missing, '[]'), s.last_success_at,"
        " s.last_error_at, COALESCE(s.last_error, ''), COALESCE(s.claimed_by, ''), COALESCE(s.claimed_until, 0)"
        " FROM mailbox m LEFT JOIN mailbox_state s ON s.mailbox_id = m.id ORDER BY m.name"
    )
    present = clock.now()
    return [
        MailboxStatus(
            key,
            name,
            bool(is_active),
            fetched,
            len(json.loads(missing)),
            success_at,
            error_at,
            error,
            claimed_by if claimed_until > present else "",
        )
        for key, name, is_active, fetched, missing, success_at, error_at, error, claimed_by, claimed_until in rows
    ]


def claim(mailbox_id: int, holder: str) -> bool:
    """Have a mailbox to oneself for a while, or go on having it; tells whether nobody else has it."""
    _make_state(mailbox_id)
    present = clock.now()
    taken = execute(
        "UPDATE mailbox_state SET claimed_by = ?, claimed_until = ?"
        " WHERE mailbox_id = ? AND (claimed_by = ? OR claimed_until IS NULL OR claimed_until < ?)",
        holder,
        present + LEASE,
        mailbox_id,
        holder,
        present,
    )
    return taken == 1


def release(mailbox_id: int, holder: str) -> None:
    """Let others have a mailbox."""
    execute(
        "UPDATE mailbox_state SET claimed_by = '', claimed_until = NULL WHERE mailbox_id = ? AND claimed_by = ?",
        mailbox_id,
        holder,
    )


def progress(mailbox_id: int) -> Progress:
    """Return how far a mailbox is fetched."""
    row = first("SELECT uid_validity, last_uid, missing FROM mailbox_state WHERE mailbox_id = ?", mailbox_id)
    return Progress(row[0], row[1], tuple(json.loads(row[2]))) if row else Progress(0, 0, ())


def note_progress(mailbox_id: int, progress: Progress, fetched: int) -> None:
    """Note how far a mailbox is fetched and how many mails more; whatever stands there must be kept already."""
    execute(
        "UPDATE mailbox_state SET uid_validity = ?, last_uid = ?, missing = ?, fetched = fetched + ?"
        " WHERE mailbox_id = ?",
        progress.uid_validity,
        progress.last_uid,
        json.dumps(sorted(progress.missing)),
        fetched,
        mailbox_id,
    )


def note_success(mailbox_id: int) -> None:
    """Note that a mailbox was looked at without a fault."""
    _make_state(mailbox_id)
    present = clock.now()
    recovered = first("SELECT 1 FROM mailbox_state WHERE mailbox_id = ? AND last_error <> ''", mailbox_id) is not None
    execute("UPDATE mailbox_state SET last_success_at = ?, last_error = '' WHERE mailbox_id = ?", present, mailbox_id)
    if recovered:
        announcing.nudge()


def note_error(mailbox_id: int, sentence: str) -> None:
    """Note why a mailbox could not be fetched."""
    _make_state(mailbox_id)
    execute(
        "UPDATE mailbox_state SET last_error_at = ?, last_error = ? WHERE mailbox_id = ?",
        clock.now(),
        header(sentence, _MAX_ERROR),
        mailbox_id,
    )
    announcing.nudge()


def _make_state(mailbox_id: int) -> None:
    execute(
        "INSERT INTO mailbox_state (mailbox_id, uid_validity, last_uid, missing, fetched, last_error, claimed_by)"
        " VALUES (?, 0, 0, '[]', 0, '', '') ON CONFLICT DO NOTHING",
        mailbox_id,
    )
