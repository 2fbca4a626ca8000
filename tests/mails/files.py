"""Mails whose files have hostile, doubled, missing or oddly written names, or hide in other files."""

from __future__ import annotations

import struct
from typing import NamedTuple

from tests.mails import TEXT, Case, mail, multipart, part

NAMED = "Content-Type: application/pdf\nContent-Disposition: attachment; "
LONG_NAME = "n" * 400 + ".pdf"


class FileCase(NamedTuple):
    """A mail and the names of the files that it has to yield."""

    name: str
    raw: bytes
    names: tuple[str, ...]


def _name(name: str, parameter: str, *expected: str) -> FileCase:
    return FileCase(name, multipart(TEXT, part(NAMED + parameter)), expected)


def _typed(name: str, headers: str, expected: str, data: bytes = b"data") -> FileCase:
    return FileCase(name, multipart(TEXT, part(headers, data)), (expected,))


NAMES = [
    _name("a name", 'filename="report.pdf"', "report.pdf"),
    _name("without quotes", "filename=report.pdf", "report.pdf"),
    _name("without quotes, with blanks", "filename=my report.pdf; size=3", "my report.pdf"),
    _name("a quote that never closes", 'filename="report.pdf', "report.pdf"),
    _name("a semicolon in quotes", 'filename="a;b.pdf"', "a;b.pdf"),
    _name("RFC 2231", "filename*=utf-8''Gr%C3%BC%C3%9Fe.pdf", "Grüße.pdf"),
    _name("RFC 2231 in quotes", "filename*=\"utf-8''Gr%C3%BC%C3%9Fe.pdf\"", "Grüße.pdf"),
    _name("RFC 2231 with a language", "filename*=iso-8859-1'de'Gr%FC%DFe.pdf", "Grüße.pdf"),
    _name("RFC 2231 without its charset", "filename*=Gr%C3%BC%C3%9Fe.pdf", "Grüße.pdf"),
    _name("RFC 2231 in pieces", "filename*0*=utf-8''Gr%C3;\n filename*1*=%BC%C3%9F; filename*2=\"e.pdf\"", "Grüße.pdf"),
    _name("RFC 2231 in the wrong order", 'filename*1="b.pdf"; filename*0="a"', "ab.pdf"),
    _name("both forms", "filename=\"Gr.pdf\"; filename*=utf-8''Gr%C3%BC.pdf", "Grü.pdf"),
    _name("RFC 2047 in quotes", 'filename="=?utf-8?Q?Gr=C3=BC=C3=9Fe.pdf?="', "Grüße.pdf"),
    _name("RFC 2047 in two words", 'filename="=?utf-8?B?R3LD?=\n =?utf-8?B?vMOfZS5wZGY=?="', "Grüße.pdf"),
    _name("raw utf-8", 'filename="Grüße.pdf"', "Grüße.pdf"),
    _name("a path", 'filename="../../etc/passwd"', "etc_passwd"),
    _name("a path from Windows", r'filename="C:\Users\Ada\report.pdf"', "report.pdf"),
    _name("a name that would turn around", "filename*=utf-8''fdp.%E2%80%AEexe", "fdp._exe"),
    _name("escape sequences", "filename*=utf-8''a%1B%5B2Jb.pdf", "a_[2Jb.pdf"),
    _name("only dots", 'filename="..."', "attachment"),
    _name("none", "", "attachment.pdf"),
    FileCase(
        "one name three times",
        multipart(TEXT, part(NAMED + "filename=a.pdf"), part(NAMED + "filename=A.pdf"), part(NAMED + "filename=a.pdf")),
        ("a.pdf", "A (2).pdf", "a (3).pdf"),
    ),
]

TYPES = [
    _typed("an image without a name", "Content-Type: image/jpeg", "image.jpg"),
    _typed("anything without a name", "Content-Type: application/octet-stream", "attachment.bin"),
    _typed("a calendar", "Content-Type: text/calendar", "invitation.ics"),
    _typed(
        "an attached mail", "Content-Type: message/rfc822", "Printer on fire.eml", b"Subject: Printer on fire\n\nHi"
    ),
    _typed(
        "an attached mail without a subject", "Content-Type: message/rfc822", "message.eml", b"From: a@b.example\n\nHi"
    ),
    _typed("the name at the type", 'Content-Type: application/pdf; name="a.pdf"', "a.pdf"),
    _typed("a named text", "Content-Type: text/plain; name=a.log\nContent-Disposition: inline", "a.log"),
    _typed(
        "an attached text without a name", "Content-Type: text/plain\nContent-Disposition: attachment", "attachment.txt"
    ),
    FileCase(
        "a mail that is nothing but a file",
        mail("Content-Type: application/pdf; name=scan.pdf\nContent-Transfer-Encoding: base64", b"JVBERi0="),
        ("scan.pdf",),
    ),
    FileCase(
        "a file next to the html in an alternative",
        multipart(
            TEXT,
            part(
                "Content-Type: multipart/mixed; boundary=inner",
                b"--inner\r\nContent-Type: text/html\r\n\r\n<p>Hello\r\n--inner\r\n"
                b"Content-Type: application/pdf; name=a.pdf\r\n\r\ndata\r\n--inner--",
            ),
            kind="alternative",
        ),
        ("a.pdf",),
    ),
]

INVITATION = part(
    "Content-Type: text/calendar; charset=utf-8; method=REQUEST",
    b"BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nSUMMARY:Review\\, part t\r\n wo\r\n"
    b'DTSTART;TZID="Europe/Berlin":20270503T100000\r\nDTEND;TZID=Europe/Berlin:20270503T110000\r\n'
    b"LOCATION:Room 3\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
)

CALENDARS = [
    Case(
        "an invitation",
        multipart(TEXT, INVITATION, kind="alternative"),
        {"text": "Hello\n\n[Invitation: Review, part two, 2027-05-03 10:00 to 11:00 Europe/Berlin, Room 3]"},
    ),
    Case(
        "a whole day, cancelled",
        mail("Content-Type: text/calendar", b"METHOD:CANCEL\nBEGIN:VEVENT\nDTSTART;VALUE=DATE:20270503\nEND:VEVENT"),
        {"text": "[Cancelled appointment: without a title, 2027-05-03]"},
    ),
    Case("a calendar that is none", mail("Content-Type: text/calendar", b"rubbish"), {"text": ""}),
]


def tnef_attribute(ident: int, data: bytes, level: int = 2) -> bytes:
    """One attribute of a winmail.dat."""
    return struct.pack("<BHHI", level, ident, 6, len(data)) + data + struct.pack("<H", sum(data) & 0xFFFF)


def tnef_property(ident: int, kind: int, data: bytes) -> bytes:
    """One MAPI property of variable length."""
    return struct.pack("<HHII", kind, ident, 1, len(data)) + data + bytes(-len(data) % 4)


def winmail(*attributes: bytes) -> bytes:
    """A winmail.dat."""
    return b"\x78\x9f\x3e\x22\x01\x00" + b"".join(attributes)


_LONG_NAME = tnef_property(0x3707, 0x1F, "Grüße.pdf\0".encode("utf-16-le"))
_CONTENT_ID = tnef_property(0x3712, 0x1E, b"picture@x\0")
_NAMED_PROPERTY = struct.pack("<HH16sII", 0x0003, 0x8001, bytes(16), 0, 7) + struct.pack("<I", 9)
_BODY = tnef_property(0x1000, 0x1F, "Hello from Outlook\0".encode("utf-16-le"))

WINMAIL = winmail(
    tnef_attribute(0x9007, struct.pack("<II", 1252, 0), 1),
    tnef_attribute(0x9003, struct.pack("<I", 2) + _NAMED_PROPERTY + _BODY, 1),
    tnef_attribute(0x9002, bytes(14)),
    tnef_attribute(0x8010, b"GRE~1.PDF\0"),
    tnef_attribute(0x800F, b"%PDF-\0\0"),
    tnef_attribute(0x9005, struct.pack("<I", 2) + _LONG_NAME + _CONTENT_ID),
    tnef_attribute(0x9002, bytes(14)),
    tnef_attribute(0x8010, b"short.txt\0"),
    tnef_attribute(0x800F, b"text"),
)
