"""The files of a mail: every part that is not its text, each under a name that can be saved."""

from __future__ import annotations

import re

from connector.mail import body, deadline, headers, marks, structure
from connector.mail.headers import decode, one_line, raw_text
from connector.mail.message import Attachment
from connector.mail.structure import Part
from services.named import NamedTuple
from services.patterns import late
from services.text import filename

MAX_ATTACHMENTS = 1_000
_MAX_HEAD = 200_000
_EXTENSIONS = {
    "application/pdf": "pdf",
    "application/zip": "zip",
    "application/json": "json",
    "application/rtf": "rtf",
    "application/msword": "doc",
    "application/vnd.ms-excel": "xls",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": "pptx",
    "application/pgp-signature": "asc",
    "application/pgp-encrypted": "asc",
    "application/pgp-keys": "asc",
    "application/pkcs7-mime": "p7m",
    "application/x-pkcs7-mime": "p7m",
    "application/pkcs7-signature": "p7s",
    "application/x-pkcs7-signature": "p7s",
    "application/ms-tnef": "dat",
    "application/ics": "ics",
    "text/calendar": "ics",
    "text/plain": "txt",
    "text/html": "html",
    "text/csv": "csv",
    "text/vcard": "vcf",
    "text/x-vcard": "vcf",
    "text/directory": "vcf",
    "text/rtf": "rtf",
    "text/rfc822-headers": "txt",
    "text/x-patch": "patch",
    "text/x-diff": "diff",
    "image/jpeg": "jpg",
    "image/jpg": "jpg",
    "image/pjpeg": "jpg",
    "image/svg+xml": "svg",
    "image/tiff": "tif",
    "image/x-icon": "ico",
    "audio/mpeg": "mp3",
    "audio/x-wav": "wav",
    "video/quicktime": "mov",
    "message/rfc822": "eml",
    "message/global": "eml",
    "message/delivery-status": "txt",
    "message/disposition-notification": "txt",
    "message/feedback-report": "txt",
}
_SUBTYPE = late(r"[a-z0-9]{2,5}")
_FILE_NAME = late(r"[^\r\n]{1,150}\.[A-Za-z0-9]{1,5}")
_WINDOWS_PATH = late(r"(?:[A-Za-z]:\\|\\\\).*\\")
_TNEF_TYPES = ("application/ms-tnef", "application/vnd.ms-tnef")


class Files(NamedTuple):
    """The attachments, lines to add to the text, text for a mail that has none, and what went wrong."""

    attachments: tuple[Attachment, ...]
    notes: tuple[str, ...]
    text: str
    text_was_html: bool
    warnings: tuple[str, ...]


def collect(raw: bytes, parts: list[Part], text: body.Body, hint: str, cut_off: frozenset[int]) -> Files:
    """Return every part as a file but those that are the text or cut off; `hint` is for raw 8-bit names."""
    return _collected(raw, parts, text, hint, cut_off, inner=False)


def _collected(
    raw: bytes, parts: list[Part], text: body.Body, hint: str, cut_off: frozenset[int], *, inner: bool
) -> Files:
    collector = _Collector(raw, parts, hint, inner=inner)
    skip = text.used | text.repeated | cut_off
    for name, data in text.inside:
        collector.add(one_line(name), "application/octet-stream", data, "", inline=False)
    for index, part in enumerate(parts):
        if index not in skip and not part.multipart:
            if len(collector.found) >= MAX_ATTACHMENTS:
                collector.warnings.append(
                    f"The mail has more than {MAX_ATTACHMENTS} attachments: the rest is only in the original."
                )
                break
            if not collector.take(part):
                break
    return collector.files()


class _Collector:
    def __init__(self, raw: bytes, parts: list[Part], hint: str, *, inner: bool) -> None:
        self._inner = inner  # within a signature, where no other one is opened
        self._raw = raw
        self._parts = parts
        self._hint = hint
        self._names: dict[str, int] = {}
        self.found: list[Attachment] = []
        self.notes: list[str] = []
        self.warnings: list[str] = []
        self.text = ""
        self.text_was_html = False

    def files(self) -> Files:
        found, notes, warnings = tuple(self.found), tuple(self.notes), tuple(self.warnings)
        return Files(found, notes, self.text, self.text_was_html, warnings)

    def take(self, part: Part) -> bool:
        """Keep one part; False once the time is over."""
        data = body.content(self._raw, part)
        given = self._given_name(part)
        if deadline.passed():
            return False  # half a file is worse than none: the original has it whole
        if self._is_nothing(part, data, given):
            return True
        kind = part.content_type
        content_id = _content_id(part)
        related = part.parent >= 0 and self._parts[part.parent].content_type == "multipart/related"
        shown = related and bool(content_id) and part.disposition != "attachment"
        inline = shown or part.disposition == "inline"
        self.add(given or made_name(kind, data), kind, data, content_id, inline=inline)
        if kind in ("text/calendar", "application/ics") or given.lower().endswith(".ics"):
            from connector.mail import calendars

            note = calendars.summary(data, part.params.get("charset", ""), part.params.get("method", ""))
            if note and note not in self.notes:
                self.notes.append(note)
        elif kind in _TNEF_TYPES or given.lower() == "winmail.dat":
            self._unpack(data)
        elif kind in marks.SMIME_TYPES:
            self._open(data)
        return True

    def _is_nothing(self, part: Part, data: bytes, given: str) -> bool:
        """Tell whether a part is only the emptiness that a mailer leaves around others."""
        return (
            not given
            and not data.strip()
            and part.disposition != "attachment"
            and part.content_type
            in (
                "text/plain",
                "text/html",
            )
        )

    def _given_name(self, part: Part) -> str:
        name = part.filename
        if not name:
            for field in ("content-disposition", "content-type"):
                name = name or _loose_name(part.headers.get(field), self._hint)
        if not name and "content-description" in part.headers:
            described = decode(part.headers.get("content-description"), self._hint)
            name = described if _FILE_NAME.fullmatch(described) else ""
        return _WINDOWS_PATH.sub("", one_line(name)) if name.strip() else ""

    def _unpack(self, data: bytes) -> None:
        from connector.mail import html, tnef

        try:
            contents = tnef.unpack(data)
        except tnef.Damaged:
            self.warnings.append("The winmail.dat could not be unpacked: it is attached as it came.")
            return
        for file in contents.files[: MAX_ATTACHMENTS - len(self.found)]:
            kind = file.content_type or "application/octet-stream"
            self.add(one_line(file.name) or made_name(kind, file.data), kind, file.data, file.content_id, inline=False)
        self.text = self.text or contents.text or html.to_text(contents.html)
        self.text_was_html = bool(contents.html) and not contents.text

    def _open(self, data: bytes) -> None:
        """Take the mail out of the signature that wraps it; an encrypted one, and one within another, stays closed."""
        from connector.mail import cms

        content = cms.signed_content(data) if not self._inner else b""
        if not content:
            return
        parts, _ = structure.split(content)
        text = body.read(content, parts)
        inner = _collected(content, parts, text, self._hint, frozenset(), inner=True)
        for file in inner.attachments[: MAX_ATTACHMENTS - len(self.found)]:
            self.add(file.name, file.content_type, file.data, file.content_id, inline=file.inline)
        self.notes += inner.notes
        self.warnings += inner.warnings
        self.text, self.text_was_html = self.text or text.text, text.html_only

    def add(self, name: str, kind: str, data: bytes, content_id: str, *, inline: bool) -> None:
        """Keep a file under a name that can be saved."""
        self.found.append(Attachment(self._unique(filename(name)), kind, data, one_line(content_id), inline))

    def _unique(self, name: str) -> str:
        """Number a name that was used before, so that both files can be saved side by side."""
        stem, dot, extension = name.rpartition(".")
        if not dot or not stem:
            stem, extension = name, ""
        candidate = name
        while candidate.casefold() in self._names:
            count = self._names[name.casefold()] = self._names.get(name.casefold(), 1) + 1
            candidate = f"{stem} ({count}){dot if extension else ''}{extension}"
        self._names.setdefault(candidate.casefold(), 1)
        return candidate


def made_name(content_type: str, data: bytes) -> str:
    """Return a name for a part that came without one, from its type or, for a mail, from its subject."""
    main, _, subtype = content_type.partition("/")
    unknown = "txt" if main == "text" else subtype if _SUBTYPE.fullmatch(subtype) else "bin"
    extension = _EXTENSIONS.get(content_type, unknown)
    if extension == "eml":
        subject = decode(headers.split(data[:_MAX_HEAD].lstrip(b"\r\n"), 0)[0].get("subject"))[:80]
        return f"{subject or 'message'}.eml"
    if content_type == "text/calendar":
        return "invitation.ics"
    if extension in ("p7s", "p7m"):
        return f"smime.{extension}"
    if content_type == "application/pgp-signature":
        return "signature.asc"
    if content_type == "message/delivery-status":
        return "delivery-status.txt"
    if content_type == "text/rfc822-headers":
        return "headers.txt"
    return f"{main if main in ('image', 'audio', 'video') else 'attachment'}.{extension}"


def _loose_name(value: bytes, hint: str) -> str:
    """Find a name that stands outside any well-formed parameter."""
    text = raw_text(value[:2000], hint)
    match = re.search(r"\b(?:file)?name\s*[:=]\s*\"?([^\";]{1,200})", text, re.IGNORECASE)
    return match[1].strip() if match else ""


def _content_id(part: Part) -> str:
    return part.headers.get("content-id").decode("utf-8", "replace").strip("<> \t")[:500]
