"""Mails in tickets: their heads as rows, and finding the ticket that an earlier mail was filed on."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import NamedTuple

from services import journal
from services.sql import fetch, insert, marks

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


def tickets_of(message_ids: Sequence[str]) -> dict[str, int]:
    """Return the ticket on which each of these Message-IDs was filed first; unknown ones are left out."""
    if not message_ids:
        return {}
    found: dict[str, int] = {}
    known = f"SELECT message_id, ticket_id FROM mail WHERE message_id IN ({marks(message_ids)}) ORDER BY id"
    for message_id, ticket_id in fetch(known, *message_ids):
        found.setdefault(message_id, ticket_id)
    return found


def _stored(addresses: Addresses) -> str:
    return _json([[name, address] for name, address in addresses])


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
