"""Message-IDs and addresses that name a ticket, signed so that nobody but this desk can make them."""

from __future__ import annotations

import json
import os
import re

from services import mail_settings
from services.numbers import id_of, number_of
from services.patterns import late
from services.sql import execute, first

_KEY = "_mail_key"
_MESSAGE_ID = late(r"<?dw\.([0-9]{4}-[0-9]{4})\.([a-z2-7]{16})\.([a-z2-7]{16})@[^<>@\s]{1,255}>?", re.ASCII)
_PLUS = late(r"[^@]{1,64}\+([0-9]{4}-[0-9]{4})-([a-z2-7]{16})@[^@\s]{1,255}", re.ASCII)
_NO_DOMAIN = "desk.invalid"


def new_message_id(ticket_id: int | None) -> str:
    """Return an id for a mail that leaves, `<dw.0500-1000.…@domain>`; an answer to it finds its ticket by it.

    A mail without a ticket (a test) gets an id that names none.
    """
    token = _text(os.urandom(10))
    if ticket_id is None:
        return f"<dw.{token}@{_domain()}>"
    number = number_of(ticket_id)
    return f"<dw.{number}.{token}.{_signature(f'{number}.{token}')}@{_domain()}>"


def ticket_of(message_id: str) -> int | None:
    """Return the ticket of a Message-ID that this desk made, in brackets or not; None for every other one."""
    match = _MESSAGE_ID.fullmatch(message_id.strip().lower())
    return _ticket(match[1], f"{match[1]}.{match[2]}", match[3]) if match else None


def plus_address(ticket_id: int) -> str:
    """Return the support address with the ticket in it, `support+0500-1000-…@domain`; empty without an address."""
    local, at, domain = _support().rpartition("@")
    number = number_of(ticket_id)
    return f"{local}+{number}-{_signature('plus.' + number)}@{domain}" if at else ""


def ticket_of_address(address: str) -> int | None:
    """Return the ticket that a plus address of this desk names; None for every other address."""
    match = _PLUS.fullmatch(address.strip().lower())
    return _ticket(match[1], "plus." + match[1], match[2]) if match else None


def _ticket(number: str, signed: str, signature: str) -> int | None:
    import hmac

    return id_of(number) if hmac.compare_digest(_signature(signed), signature) else None


def _signature(text: str) -> str:
    import hmac

    return _text(hmac.digest(_key(), text.encode("ascii"), "sha256")[:10])


def _text(data: bytes) -> str:
    """Return bytes in letters that survive whatever mail programs do to the case of addresses."""
    import base64

    return base64.b32encode(data).decode("ascii").lower()


_kept: tuple[object, bytes] | None = None


def _key() -> bytes:
    """Return the desk's key. It is made once, and is no setting: nobody reads it, and the journal does not hold it."""
    global _kept
    settings = mail_settings.current()
    if _kept is not None and _kept[0] is settings:
        return _kept[1]
    find = "SELECT value FROM desk_setting WHERE name = ?"
    row = first(find, _KEY)
    is_new = row is None
    if row is None:
        made = json.dumps(os.urandom(32).hex())
        # Of two that make one at once the second waits here for the first, and then reads that one's.
        execute("INSERT INTO desk_setting (name, value) VALUES (?, ?) ON CONFLICT DO NOTHING", _KEY, made)
        row = first(find, _KEY)
    assert row is not None
    key = bytes.fromhex(json.loads(row[0]))
    # One that was made just now may still be rolled back.
    _kept = None if is_new else (settings, key)
    return key


def _support() -> str:
    return mail_settings.current().support_address


def _domain() -> str:
    return _support().rpartition("@")[2] or _NO_DOMAIN
