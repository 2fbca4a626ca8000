"""Mails in tickets: their heads as rows, and finding the ticket that an earlier mail was filed on."""

from __future__ import annotations

import json
from collections.abc import Sequence

from services import journal
from services.named import NamedTuple
from services.sql import fetch, first, insert, marks

_MOST_MERGES = 50
LEAVES = "EXISTS (SELECT 1 FROM delivery d WHERE d.outgoing_id = o.id AND d.state <> 'withdrawn')"
"""Whether anybody gets the outgoing mail `o`, as SQL."""

Addresses = Sequence[tuple[str, str]]
"""Pairs of (name, address)."""


class NewMail(NamedTuple):
    """The head of a mail that is filed; `sent_at` is microseconds UTC, `warnings` are sentences for the reader.

    `protection` says by what the mail is signed or encrypted, unchecked; `forwarded` is who wrote what it forwards.
    """

    original_id: int | None
    direction: str
    message_id: str
    in_reply_to: str
    sender: tuple[str, str]
    to: Addresses
    cc: Addresses
    bcc: Addresses
    subject: str
    sent_at: int | None
    automatic: bool
    warnings: Sequence[str]
    protection: str = ""
    forwarded: tuple[str, str] = ("", "")


def add(op: journal.Recorder, ticket_id: int, mail: NewMail) -> int:
    """File the head of a mail on a ticket and return its id; the journal names the original, which says the rest."""
    mail_id = insert(
        "mail",
        {
            "original_id": mail.original_id,
            "ticket_id": ticket_id,
            "direction": mail.direction,
            "message_id": mail.message_id,
            "in_reply_to": mail.in_reply_to,
            "sender_name": mail.sender[0],
            "sender_email": mail.sender[1],
            "to_addresses": _stored(mail.to),
            "cc_addresses": _stored(mail.cc),
            "bcc_addresses": _stored(mail.bcc),
            "subject": mail.subject,
            "sent_at": mail.sent_at,
            "automatic": int(mail.automatic),
            "warnings": _json(list(mail.warnings)),
            "protection": mail.protection,
            "forwarded_name": mail.forwarded[0],
            "forwarded_email": mail.forwarded[1],
        },
    )
    values = {"original": mail.original_id, "direction": mail.direction, "message_id": mail.message_id}
    op.created("mail", mail_id, values, ticket_id)
    return mail_id


class Known(NamedTuple):
    """A mail of a ticket, found by its Message-ID; `mail_id` is None for one that left and stands in no History."""

    ticket_id: int
    mail_id: int | None = None
    original_id: int | None = None
    sender_email: str = ""
    ours: bool = False


def known(message_ids: Sequence[str]) -> dict[str, Known]:
    """Return the mails that were filed first under these Message-IDs, or that left under them; others are left out."""
    if not message_ids:
        return {}
    listed = marks(message_ids)
    rows = fetch(
        f"SELECT message_id, ticket_id, id, original_id, sender_email, 0 FROM mail WHERE message_id IN ({listed})"
        " UNION ALL SELECT message_id, ticket_id, mail_id, NULL, '', 1 FROM outgoing_mail"
        f" WHERE ticket_id IS NOT NULL AND message_id IN ({listed}) ORDER BY 6, 3",
        *message_ids,
        *message_ids,
    )
    found: dict[str, Known] = {}
    for message_id, *rest in rows:
        found.setdefault(message_id, Known._make((*rest[:4], bool(rest[4]))))
    return found


def sent_as(mail_ids: Sequence[int]) -> dict[int, str]:
    """Return the Message-ID under which each of these mails left the desk, the newest of several.

    What was withdrawn from everybody has none: nobody knows a mail of that name.
    """
    if not mail_ids:
        return {}
    chosen = f"o.mail_id IN ({marks(mail_ids)}) AND {LEAVES}"
    return dict(fetch(f"SELECT o.mail_id, o.message_id FROM outgoing_mail o WHERE {chosen} ORDER BY o.id", *mail_ids))


def newest(ticket_id: int, most: int, where: str = "1 = 1", *params: object) -> list[str]:
    """Return the Message-IDs of a ticket's mails, the newest first, without those that were withdrawn."""
    rows = fetch(
        f"SELECT m.message_id FROM mail m WHERE m.ticket_id = ? AND {where} AND (m.direction = 'in' OR NOT EXISTS"
        f" (SELECT 1 FROM outgoing_mail o WHERE o.mail_id = m.id AND NOT {LEAVES})) ORDER BY m.id DESC LIMIT ?",
        ticket_id,
        *params,
        most,
    )
    return [row[0] for row in rows]


def merge_target(ticket_id: int) -> int | None:
    """Return the ticket that a merged one ended in, or the ticket itself; None if there is no such ticket."""
    target = None
    for _ in range(_MOST_MERGES):
        row = first("SELECT merged_into_id FROM ticket WHERE id = ?", ticket_id)
        if row is None:
            break
        target = ticket_id
        if row[0] is None:
            break
        ticket_id = int(row[0])
    return target


def _stored(addresses: Addresses) -> str:
    return _json([[name, address] for name, address in addresses])


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
