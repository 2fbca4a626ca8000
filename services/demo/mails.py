"""The mails of the sample tickets, with originals and attachments where the desk is small enough for them."""

from __future__ import annotations

import hashlib
import json
import zlib
from email.utils import formataddr, formatdate

from services.database_tools.shapes import Row
from services.numbers import number_of

_PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d494844520000000100000001080600000"
    "01f15c4890000000d49444154789c63f8cfc0f01f0005000200ff6b4f0e0000000049454e44ae426082"
)
_LOG = b"".join(b"2026-01-01T00:%02d:00Z spooler: job %d failed: timeout\n" % (n % 60, n) for n in range(400))
_FILES = (
    ("screenshot.png", "image/png", _PIXEL),
    ("spooler.log", "text/plain", _LOG),
    ("access-form.txt", "text/plain", b"Name: see the mail\nFrom: the first\nTo: the fourteenth\n"),
)
# The last columns of an original that came through no mailbox, and of a mail that is neither signed nor forwarded.
_NO_ENVELOPE = (None, "[]", None, None, "", "")
_PLAIN = ("", "", "")


class MailMaker:
    """Adds mails to the rows that the ticket maker collects."""

    def __init__(self, rows: dict[str, list[Row]], originals: bool) -> None:
        self._rows = rows
        self._originals = originals
        self._next_mail = 1
        self._next_original = 1
        self._next_document = 1
        self._known: set[str] = set()

    def add(
        self,
        ticket_id: int,
        way: str,
        at: int,
        sender_name: str,
        sender: str,
        to: list[tuple[str, str]],
        subject: str,
        text: str,
        attach: bool,
    ) -> int:
        """Add one mail and return its id."""
        key = self._next_mail
        self._next_mail += 1
        number = number_of(ticket_id)
        full_subject = f"Re: [{number}] {subject}"
        message_id = f"<{key}.{ticket_id}@{sender.partition('@')[2]}>"
        original = None
        if self._originals:
            raw = _raw(at, sender_name, sender, to, full_subject, message_id, text)
            original = self._next_original
            self._next_original += 1
            digest = self._blob(raw, at)
            body_key = hashlib.sha256(text.encode()).hexdigest()
            row = (original, digest, "demo", "filed", "", message_id, body_key, at, 1, *_NO_ENVELOPE)
            self._rows["mail_original"].append(row)
        self._rows["mail"].append(
            (
                key,
                original,
                ticket_id,
                way,
                message_id,
                "",
                sender_name,
                sender,
                json.dumps(to, ensure_ascii=False),
                "[]",
                "[]",
                full_subject,
                at,
                0,
                "[]",
                *_PLAIN,
            )
        )
        if attach:
            name, content_type, data = _FILES[key % len(_FILES)]
            self._rows["document"].append(
                (self._next_document, ticket_id, self._blob(data, at), name, content_type, key, 0, 0, at, 1)
            )
            self._next_document += 1
        return key

    def _blob(self, data: bytes, at: int) -> str:
        digest = hashlib.sha256(data).hexdigest()
        if digest not in self._known:
            self._known.add(digest)
            self._rows["blob"].append((digest, len(data), at))
            self._rows["blob_piece"].append((digest, 0, zlib.compress(data)))
        return digest


def _raw(at: int, name: str, sender: str, to: list[tuple[str, str]], subject: str, message_id: str, text: str) -> bytes:
    from email.header import Header

    head = (
        f"From: {formataddr((name, sender))}\n"
        f"To: {', '.join(formataddr(each) for each in to)}\n"
        f"Subject: {Header(subject).encode()}\n"
        f"Date: {formatdate(at / 1_000_000)}\n"
        f"Message-ID: {message_id}\n"
        "MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n"
    )
    return (head + text + "\n").encode()
