"""From the bytes of a mail to a ParsedMail, whatever the bytes are."""

from __future__ import annotations

import hashlib
import re
import time
from typing import TYPE_CHECKING

from connector.mail import (
    addresses,
    attachments,
    body,
    charsets,
    checks,
    dates,
    deadline,
    headers,
    identity,
    marks,
    origins,
    structure,
)
from connector.mail.headers import Headers, one_line
from connector.mail.message import Address, ParsedMail
from connector.mail.structure import Part
from services.patterns import late
from services.text import clean

if TYPE_CHECKING:
    from connector.mail.reports import Report

MAX_RECIPIENTS = 500
MAX_MAIL = 50_000_000
"""Bytes of a mail that are read at most; a file that reaches beyond them is only in the original."""

_MAX_SUBJECT = 2_000
_UNREADABLE_TEXT = 100_000
_UNREAD_TEXT = 20_000
_BARE_CR_WINDOW = 4_000
_HINT_WINDOW = 20_000
_WORD_CHARSET = late(rb"=\?([A-Za-z0-9_.:-]{2,40})(?:\*[A-Za-z-]{1,20})?\?[bBqQ]\?")
_ENVELOPE = late(rb"(?:>?From [^\r\n]{0,1000}\r?\n)+")
_MEGABYTE = 1_000_000
_CUT_STRUCTURE = "The mail has too many parts: some are only in the original."
_CUT_HEADERS = "The header of the mail is very long: the rest of it is only in the original."
_CUT_TEXT = "The text of the mail is very long: the rest is only in the original."
_CUT_RECIPIENTS = f"A header of the mail names more than {MAX_RECIPIENTS} addresses: the rest is only in the original."
_LATE = "Reading the mail took too long and was broken off: what is missing here is in the original."
_UNREADABLE = "The mail could not be taken apart: its beginning is shown as it came, all of it is in the original."


def parse(raw: bytes, limit: int = MAX_MAIL) -> ParsedMail:
    """Return what the desk needs of a mail; never raises, and looks at every byte only a few times.

    Of a mail with more bytes than `limit` only what these hold is read, and a warning says so.
    """
    try:
        return read(raw, limit=limit)
    except Exception:
        return _unreadable(raw)


def read(
    raw: bytes, seconds: float | None = None, clock: deadline.Clock = time.monotonic, *, limit: int = MAX_MAIL
) -> ParsedMail:
    """Do what `parse` does without its net, so that tests see a fault where it happens.

    Once `seconds` have passed, by default those of `deadline`, what is not read yet is left to the original, and a
    warning says so. Who wrote the mail, what it answers and its subject are read whatever happens.
    """
    used = time.thread_time if clock is time.monotonic else clock
    deadline.begin(deadline.SECONDS if seconds is None else seconds, clock, used)
    try:
        mail = _read(raw, limit)
    finally:
        broken_off = deadline.end()
    return mail._replace(warnings=(*mail.warnings, _LATE)) if broken_off else mail


def _read(raw: bytes, limit: int) -> ParsedMail:
    whole = normal_start(raw)
    raw = whole if len(whole) <= limit else whole[:limit]
    too_large = raw is not whole
    parts, cut = structure.split(raw)
    top = parts[0]
    found = top.headers
    hint = _charset_hint(raw, parts)
    people = _People(found, hint)
    key = identity.body_key(found, whole, top.start)
    own_id = identity.own_id(found)
    signed, encrypted = marks.protection(raw, parts)
    text = body.read(raw, parts)
    files = attachments.collect(raw, parts, text, hint, _cut_off(raw, parts) if too_large else frozenset())
    main_text, html_only = text.text, text.html_only
    if not main_text and files.text:
        main_text, html_only = clean(files.text, limit=body.MAX_TEXT).strip("\n"), files.text_was_html
    if not main_text and deadline.passed():
        main_text = clean(charsets.decode(raw[top.start : top.start + _UNREAD_TEXT])).strip("\n")
    subject = headers.decode(found.get("subject"), hint)[:_MAX_SUBJECT]
    sender = people.writer
    reasons = marks.auto_reasons(found, top, subject, sender)
    is_bounce = marks.is_bounce(found, parts, subject, sender)
    report = _report(raw, parts, main_text) if is_bounce else None
    flags = (
        *((too_large, _cut_mail(limit)), (cut, _CUT_STRUCTURE), (found.cut, _CUT_HEADERS)),
        *((text.cut and not too_large, _CUT_TEXT), (people.cut, _CUT_RECIPIENTS)),
    )
    return ParsedMail(
        message_id=own_id or identity.made_id(key),
        message_id_made=not own_id,
        in_reply_to=identity.message_ids(found.all("in-reply-to")),
        references=identity.message_ids(found.all("references")),
        sender=people.sender,
        reply_to=people.reply_to,
        to=people.to,
        cc=people.cc,
        bcc=people.bcc,
        subject=subject,
        date_at=dates.parse(headers.decode(found.get("date"))),
        text="\n\n".join(filter(None, (main_text, "\n".join(files.notes)))),
        html_only=html_only,
        attachments=files.attachments,
        body_key=key,
        auto_submitted=bool(reasons),
        auto_reasons=reasons,
        is_bounce=is_bounce,
        signed=signed,
        encrypted=encrypted,
        warnings=tuple(sentence for is_set, sentence in flags if is_set) + files.warnings,
        returned=report.recipients if report else (),
        returned_message_id=report.message_id if report else "",
        returned_references=report.references if report else (),
        forwarded=None if is_bounce else origins.forwarded(raw, parts, subject, main_text),
        authentication=checks.authentication(found),
        delivered_to=origins.delivered_to(found),
    )


def _report(raw: bytes, parts: list[Part], text: str) -> Report:
    from connector.mail import reports

    return reports.read(raw, parts, text)


def _cut_mail(limit: int) -> str:
    megabytes = limit / _MEGABYTE
    return (
        f"The mail is larger than the {megabytes:g} MB that are read: what stands beyond them is only in the original."
    )


def _cut_off(raw: bytes, parts: list[Part]) -> frozenset[int]:
    """Return the part that the limit of size cut off: half a file is worse than none."""
    return frozenset(index for index, part in enumerate(parts) if not part.multipart and part.end >= len(raw))


class _People:
    """The addresses in a mail's headers."""

    def __init__(self, found: Headers, hint: str) -> None:
        self._found = found
        self._hint = hint
        self.cut = False
        self.reply_to = self._all("reply-to")
        self.to = self._all("to")
        self.cc = self._all("cc")
        self.bcc = self._all("bcc")
        self.sender = self._first("from") or self._first("sender") or self._first("return-path")

    @property
    def writer(self) -> str:
        """The sender's address, or what stands in its place when a server has none ("MAILER-DAEMON <>")."""
        if self.sender is not None:
            return self.sender.email or self.sender.name
        return "<>" if "<>" in headers.raw_text(self._found.get("from")[:500]) else ""

    def _all(self, name: str) -> tuple[Address, ...]:
        people: dict[tuple[str, str], Address] = {}
        for value in self._found.all(name):
            if people and deadline.passed():
                break
            some, cut = addresses.parse(value, MAX_RECIPIENTS, self._hint)
            self.cut = self.cut or cut
            for address in some:
                people.setdefault((address.email, "" if address.email else address.name), address)
        self.cut = self.cut or len(people) > MAX_RECIPIENTS
        return tuple(people.values())[:MAX_RECIPIENTS]

    def _first(self, name: str) -> Address | None:
        some, _ = addresses.parse(self._found.get(name), 5, self._hint)
        return next((address for address in some if "@" in address.email), some[0] if some else None)


def normal_start(raw: bytes) -> bytes:
    """Drop what may stand before the headers, and give lines that end in bare CR their usual ends."""
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff") and b"\0" in raw[2:4]:
        raw = raw.decode("utf-16", "replace").encode("utf-8", "replace")
    if raw[:3] == b"\xef\xbb\xbf":
        raw = raw[3:]
    envelope = _ENVELOPE.match(raw) if raw.startswith((b"From ", b">From ")) else None
    if envelope:
        raw = raw[envelope.end() :]
    if raw[:1] in (b"\r", b"\n", b" ", b"\t"):
        bare = raw.lstrip(b"\r\n \t")
        raw = bare if headers.starts_with_field(bare) else raw
    first_end = raw.find(b"\r")
    if first_end >= 0 and b"\n" not in raw[: first_end + _BARE_CR_WINDOW]:
        raw = raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return raw


def _charset_hint(raw: bytes, parts: list[Part]) -> str:
    """Return the charset that raw 8-bit headers are likely in: the one declared for a text, for a name, or in HTML."""
    for part in parts[:20]:
        if part.content_type.startswith("text/"):
            declared = part.params.get("charset", "")
            if declared and charsets.codec(declared):
                return declared
    top = parts[0]
    head = raw[: min(top.start, _HINT_WINDOW)]
    if head.isascii():
        return ""
    word = _WORD_CHARSET.search(head)
    html = next((part for part in parts[:20] if part.content_type == "text/html"), None)
    said = word or (
        body.META_CHARSET.search(raw, html.start, min(html.end, html.start + _HINT_WINDOW)) if html else None
    )
    return said[1].decode("ascii") if said else ""


def _unreadable(raw: bytes) -> ParsedMail:
    """Return a mail of which nothing is known but its bytes."""
    digest = hashlib.sha256(raw).hexdigest()
    text = clean(charsets.decode(raw[:_UNREADABLE_TEXT]))
    subject = re.search(r"^Subject:(.{0,200})$", text, re.MULTILINE | re.IGNORECASE)
    return ParsedMail(
        message_id=identity.made_id(digest),
        message_id_made=True,
        in_reply_to=(),
        references=(),
        sender=None,
        reply_to=(),
        to=(),
        cc=(),
        bcc=(),
        subject=one_line(subject[1]) if subject else "",
        date_at=None,
        text=text,
        html_only=False,
        attachments=(),
        body_key=digest,
        auto_submitted=False,
        auto_reasons=(),
        is_bounce=False,
        signed="",
        encrypted="",
        warnings=(_UNREADABLE,),
    )
