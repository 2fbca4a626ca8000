"""What a bounce says: whom a mail did not reach, why, and which mail it was."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from connector.mail import addresses, headers, identity, report_words, transfer
from connector.mail.headers import Headers, decode
from connector.mail.marks import STATUS_TYPES
from connector.mail.message import Returned
from connector.mail.report_words import MAX_DIAGNOSTIC, STATUS
from connector.mail.structure import Part
from services.patterns import late

MAX_RECIPIENTS = 1_000
_MAX_REPORT = 2_000_000
_MAX_HEAD = 100_000

_RETURNED_TYPES = (
    *("message/rfc822", "message/global", "text/rfc822-headers", "message/rfc822-headers", "message/global-headers"),
    "text/rfc822",
)
_BLANK_LINE = late(rb"(?:\r?\n[ \t]*){2,}")
_ID_FIELD = late(r"^[ \t>]{0,8}message-id:\s{0,4}(<[^<>\n]{1,900}>)", re.IGNORECASE | re.MULTILINE)
_THREAD_FIELD = late(
    r"^[ \t>]{0,8}(?:references|in-reply-to):((?:\s{0,8}<[^<>\n]{1,900}>){1,100})", re.IGNORECASE | re.MULTILINE
)


class Report(NamedTuple):
    """The recipients that a mail did not reach, its Message-ID, and the ids that it answered."""

    recipients: tuple[Returned, ...]
    message_id: str
    references: tuple[str, ...]


def read(raw: bytes, parts: list[Part], text: str) -> Report:
    """Return what a bounce reports, from its machine-readable part or else from the words of its text."""
    recipients: dict[str, Returned] = {}
    for part in parts:
        if part.content_type in STATUS_TYPES and not part.multipart:
            for one in _machine_read(_content(raw, part, _MAX_REPORT)):
                recipients.setdefault(one.address.lower(), one)
    if not recipients and not any(part.content_type in STATUS_TYPES for part in parts):
        for one in _from_words(parts[0].headers, text):
            recipients.setdefault(one.address.lower(), one)
    message_id, references = _returned_ids(raw, parts, text)
    return Report(tuple(recipients.values())[:MAX_RECIPIENTS], message_id, references)


def _content(raw: bytes, part: Part, limit: int) -> bytes:
    return transfer.decode(raw[part.start : min(part.end, part.start + limit)], part.encoding)


def _machine_read(data: bytes) -> Iterator[Returned]:
    """Read the groups of fields of RFC 3464; those for the whole message name no recipient."""
    for group in _BLANK_LINE.split(data)[: MAX_RECIPIENTS + 1]:
        fields, _ = headers.split(group.strip(b"\r\n"), 0)
        address = _typed(fields, "original-recipient") or _typed(fields, "final-recipient")
        if not address:
            continue
        diagnostic = decode(fields.get("diagnostic-code"))
        status = STATUS.search(decode(fields.get("status")))
        # Exchange and others write 5.0.0 for the whole and the reason into the diagnostic.
        precise = STATUS.search(diagnostic) if status is None or status[0][1:] == ".0.0" else None
        code = (precise or status or _NOTHING)[0]
        action = decode(fields.get("action")).partition(" ")[0].lower()
        if action not in ("failed", "delayed", "delivered", "relayed", "expanded"):
            action = _action(code, diagnostic)
        if action in ("failed", "delayed"):
            kind, mark, rest = diagnostic.partition(";")
            said = rest.strip() if mark and " " not in kind.strip() else diagnostic
            yield Returned(address, action, code, said[:MAX_DIAGNOSTIC])


_NOTHING = ("",)


def _typed(fields: Headers, name: str) -> str:
    """Return the address of a field like "rfc822; ada@example.org", or nothing."""
    kind, mark, rest = decode(fields.get(name)).partition(";")
    found, _ = addresses.parse((rest if mark else kind).encode(), 1)
    return found[0].email if found and "@" in found[0].email else ""


def _action(code: str, diagnostic: str) -> str:
    return "delayed" if (code or diagnostic.lstrip())[:1] == "4" else "failed"


def _from_words(found: Headers, text: str) -> Iterator[Returned]:
    named = [one.email for value in found.all("x-failed-recipients") for one in addresses.parse(value, 100)[0]]
    return report_words.recipients(text, named)


def _returned_ids(raw: bytes, parts: list[Part], text: str) -> tuple[str, tuple[str, ...]]:
    """Return Message-ID and references of the mail that came back, or else of what the report says it answers."""
    for part in parts:
        if part.content_type in _RETURNED_TYPES and not part.multipart and part.parent >= 0:
            fields, _ = headers.split(_content(raw, part, _MAX_HEAD).lstrip(b"\r\n"), 0, patient=True)
            message_id = identity.own_id(fields)
            if message_id:
                return message_id, _thread(fields)
    own = _ID_FIELD.search(text)
    if own:
        thread = _THREAD_FIELD.search(text)
        ids = identity.message_ids([thread[1].encode("utf-8", "replace")]) if thread else ()
        return (identity.message_ids([own[1].encode("utf-8", "replace")]) or ("",))[0], ids
    answered = identity.message_ids(parts[0].headers.all("in-reply-to"))
    known = _thread(parts[0].headers)
    if answered or known:
        return (answered or known)[-1], known
    return "", ()


def _thread(fields: Headers) -> tuple[str, ...]:
    ids = identity.message_ids([*fields.all("references"), *fields.all("in-reply-to")])
    return tuple(dict.fromkeys(ids))
