"""The outbox: mail that leaves the desk, a row per recipient, queued in the operation that it belongs to.

What becomes of the rows stands in `services.outbox_sending`, what people see of them and do in `services.outbox_rows`.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

from services import blobs, clock, history_kinds, journal, mail_rates
from services.errors import Invalid
from services.mail_rates import Rate
from services.named import NamedTuple
from services.sql import fetch, first, insert, insert_many
from services.text import header

WAITING, SENDING, SENT, UNKNOWN = "waiting", "sending", "sent", "unknown"
FAILED, HELD, WITHDRAWN = "failed", "held", "withdrawn"

SEND = "send-mail"
"""The operation by which a person sends a mail."""

DISTRIBUTION = "distribution"
"""The kind of mail that somebody wrote and the desk passes on."""

RESPONSE = "response"
"""The kind of mail that answers whoever opened a ticket."""

NOTIFICATION = "notification"
"""The kind of mail that tells employees of a new ticket."""

NEVER = 1 << 62
"""The next try of what is not tried again by itself."""

_MAX_ADDRESS = 1_000
_MAX_NAME = 200
_MAX_SUBJECT = 300
_NAMED = 5
_HELD_BACK = "Held back: "
_ROWS = 100
_COLUMNS = ("outgoing_id", "ticket_id", "role", "address", "name", "employee_id", "automatic", "state", "tries")
_MORE_COLUMNS = ("unknowns", "created_at", "next_at", "claimed_by", "reply", "bounce")


class Outgoing(NamedTuple):
    """A mail that is to leave; `kind` is reply, distribution, response, notification, copy or test.

    `head` has CRLF line ends, up to and with the empty line; its characters stand for bytes (latin-1), nearly all are
    ASCII. The content is the bytes of `content`, or of the blob with that key, from `body_start` on. `automatic` means
    that no person wrote it: rates count it, and of each ticket also what is passed on.
    """

    ticket_id: int | None
    kind: str
    message_id: str
    head: str
    content: bytes | str
    body_start: int = 0
    automatic: bool = False
    envelope_sender: str = ""
    mail_id: int | None = None


class Recipient(NamedTuple):
    """Who gets a mail, as to, cc or bcc; `employee_id` of those who work at the desk."""

    role: str
    address: str
    name: str = ""
    employee_id: int | None = None


def enqueue(
    op: journal.Recorder, outgoing: Outgoing, recipients: Sequence[Recipient], *, delay_seconds: int = 0
) -> int:
    """Queue a mail inside an open operation and return its id; it leaves `delay_seconds` after that is committed.

    What is beyond the rates is held until somebody lets it go, and the ticket says so once an hour. Addresses
    are taken as they are: one that no server could take fails when it is sent, and nothing else with it.
    """
    if not recipients:
        raise Invalid("This mail has no recipients; name at least one.", "to")
    outgoing_id = _store(op, outgoing)
    held, why = _held(outgoing, recipients, op.at)
    rows = []
    for one in recipients:
        address = _address(one)
        state = HELD if address in held else WAITING
        start = (outgoing_id, outgoing.ticket_id, one.role, address, header(one.name, _MAX_NAME), one.employee_id)
        due = op.at + delay_seconds * clock.SECOND
        rows.append((*start, int(outgoing.automatic), state, 0, 0, op.at, due, "", "", ""))
    for at in range(0, len(rows), _ROWS):
        insert_many("delivery", (*_COLUMNS, *_MORE_COLUMNS), rows[at : at + _ROWS])
    for key, address, role, state in _written(outgoing_id):
        values = {"outgoing": outgoing_id, "role": role, "address": address, "state": state}
        op.created("delivery", key, values, outgoing.ticket_id)
    if held and outgoing.ticket_id is not None:
        _alert(op, outgoing.ticket_id, held, why)
    return outgoing_id


def _store(op: journal.Recorder, outgoing: Outgoing) -> int:
    content = outgoing.content
    outgoing_id = insert(
        "outgoing_mail",
        {
            "ticket_id": outgoing.ticket_id,
            "operation_id": op.id,
            "mail_id": outgoing.mail_id,
            "kind": outgoing.kind,
            "message_id": outgoing.message_id,
            "envelope_sender": header(outgoing.envelope_sender, _MAX_ADDRESS),
            "head": outgoing.head,
            "blob_id": content if isinstance(content, str) else blobs.store(content),
            "body_start": outgoing.body_start,
            "automatic": int(outgoing.automatic),
            "created_at": op.at,
        },
    )
    values = {"kind": outgoing.kind, "message_id": outgoing.message_id}
    op.created("outgoing_mail", outgoing_id, values, outgoing.ticket_id)
    return outgoing_id


def _written(outgoing_id: int) -> list[tuple[int, str, str, str]]:
    found = fetch("SELECT id, address, role, state FROM delivery WHERE outgoing_id = ? ORDER BY id", outgoing_id)
    return [(row[0], row[1], row[2], row[3]) for row in found]


def _address(one: Recipient) -> str:
    # In lower case like everywhere at the desk, so that nobody gets around a rate by capitals.
    return header(one.address, _MAX_ADDRESS).lower()


def _held(outgoing: Outgoing, recipients: Sequence[Recipient], at: int) -> tuple[list[str], str]:
    """Return the addresses that have got enough by themselves, and why."""
    addresses = list(dict.fromkeys(map(_address, recipients)))
    if outgoing.kind == DISTRIBUTION:
        reached = mail_rates.reached_by_passing_on(outgoing.ticket_id, addresses, at)
    elif not outgoing.automatic:
        return [], ""
    elif rate := mail_rates.reached_in_all(at):
        return addresses, f"the desk has sent {rate.most:,} within {rate.time}"
    else:
        found = {address: _rate_of(outgoing, address, at) for address in addresses}
        reached = {address: rate for address, rate in found.items() if rate is not None}
    first_one = next(iter(reached.values()), None)
    return list(reached), f"there were {first_one.most:,} within {first_one.time}" if first_one else ""


def _rate_of(outgoing: Outgoing, address: str, at: int) -> Rate | None:
    if outgoing.kind == RESPONSE:
        return mail_rates.reached_by_answering(address, at)
    return mail_rates.reached_by(outgoing.ticket_id, address, at)


def _alert(op: journal.Recorder, ticket_id: int, held: Sequence[str], why: str) -> None:
    """Say on a ticket that mail is held back, once an hour: what is stopped must not fill its History instead."""
    last = first(
        "SELECT o.at FROM history h JOIN operation o ON o.id = h.operation_id"
        f" WHERE h.ticket_id = ? AND h.kind = ? AND h.text LIKE '{_HELD_BACK}%' ORDER BY h.id DESC LIMIT 1",
        ticket_id,
        history_kinds.DELIVERY,
    )
    if last is None or last[0] <= op.at - clock.HOUR:
        told = f"{_HELD_BACK}mail to {named(held)}, because {why}. The outbox lets it go or withdraws it."
        op.entry(ticket_id, history_kinds.DELIVERY, told)


def named(addresses: Sequence[str]) -> str:
    """Return the first few addresses and how many more there are, for a sentence."""
    shown = ", ".join(addresses[:_NAMED])
    return f"{shown} and {len(addresses) - _NAMED:,} others" if len(addresses) > _NAMED else shown


def subject_of(head: str) -> str:
    """Return the subject of a mail that leaves, as people read it."""
    lines = head.split("\r\n")
    start = next((at for at, line in enumerate(lines) if line[:8].lower() == "subject:"), None)
    if start is None:
        return ""
    value = lines[start][8:]
    for line in lines[start + 1 :]:
        if line[:1] not in (" ", "\t"):
            break
        value += line
    if "=?" in value:
        from email.errors import HeaderParseError
        from email.header import decode_header, make_header

        with suppress(HeaderParseError, LookupError, UnicodeError, ValueError):
            value = str(make_header(decode_header(value)))
    return header(value, _MAX_SUBJECT)
