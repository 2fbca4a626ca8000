"""What ties a mail to others and to tickets: message ids, ticket numbers, and a key that no route changes."""

from __future__ import annotations

import hashlib

from connector.mail.headers import Headers, decode_words, raw_text
from services.patterns import late
from services.subjects import ticket_numbers as ticket_numbers

MAX_REFERENCES = 100
_MAX_ID = 500
_MAX_IDS_TEXT = 200_000
_ID = late(r"<([^<>]{1,2000})>")
_WORD = late(r"[^\s<>,;\"]+")
_CHUNK = 1 << 20

# Headers that stay the same whichever way a mail comes.
_LASTING = (
    "from",
    "sender",
    "reply-to",
    "to",
    "cc",
    "subject",
    "date",
    "message-id",
    "in-reply-to",
    "references",
    "content-type",
    "content-transfer-encoding",
    "content-disposition",
)


def message_ids(values: list[bytes]) -> tuple[str, ...]:
    """Return the ids in Message-ID, In-Reply-To or References fields as `<local@domain>`, in order.

    Of too many the first and the newest are kept: an answer names its thread's root and what it answers.
    """
    found: list[str] = []
    for value in values:
        text = raw_text(value[:_MAX_IDS_TEXT] if len(value) <= _MAX_IDS_TEXT else value[-_MAX_IDS_TEXT:])
        if "=?" in text:
            text = decode_words(text)  # some mailers encode long References
        ids = _ID.findall(text) or [word for word in _WORD.findall(text) if "@" in word[1:-1]]
        found += [_normal(one) for one in ids]
    unique = list(dict.fromkeys(one for one in found if one))
    return tuple(unique if len(unique) <= MAX_REFERENCES else unique[:1] + unique[1 - MAX_REFERENCES :])


def own_id(headers: Headers) -> str:
    """Return a mail's Message-ID, or nothing if it has none; an id without brackets or "@" counts."""
    ids = message_ids(headers.all("message-id"))
    if ids:
        return ids[0]
    return _normal(raw_text(headers.get("message-id")[:2000]).strip("<>"))


def made_id(body_key: str) -> str:
    """Return an id for a mail without one: the same for the same mail, whenever and however it comes."""
    return f"<{body_key[:40]}@without-message-id.invalid>"


def body_key(headers: Headers, raw: bytes, body: int) -> str:
    """Return a hash over content and lasting headers, the same for one mail over two routes."""
    digest = hashlib.sha256()
    for name in _LASTING:
        for value in headers.all(name):
            digest.update(name.encode() + b":" + b" ".join(value.split()) + b"\n")
    end = max(body, len(raw.rstrip(b"\r\n")))  # transports add and drop empty lines at the end
    digest.update(b"\n")
    pos = body
    while pos < end:
        newline = raw.rfind(b"\n", pos, min(pos + _CHUNK, end))
        stop = newline + 1 if newline >= 0 and pos + _CHUNK < end else min(pos + _CHUNK, end)
        digest.update(raw[pos:stop].replace(b"\r\n", b"\n").replace(b"\r", b"\n"))
        pos = stop
    return digest.hexdigest()


def _normal(text: str) -> str:
    """Return an id in brackets without blanks; one too long to index is replaced by its hash."""
    from services.text import clean

    inner = "".join(clean(text).split()).strip("<>")
    if not inner:
        return ""
    if len(inner) > _MAX_ID:
        return f"<{hashlib.sha256(inner.encode()).hexdigest()}@long-id.invalid>"
    return f"<{inner}>"
