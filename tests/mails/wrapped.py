"""Mails in winmail.dat, invitations, and mails that are signed or encrypted."""

from __future__ import annotations

import struct
from base64 import encodebytes

from tests.mails import TEXT, Case, mail, multipart, nested, part
from tests.mails.files import tnef_attribute, tnef_property, winmail

_EMBEDDED = bytes.fromhex("0703020000000000c000000000000046")


def _properties(*properties: bytes) -> bytes:
    return struct.pack("<I", len(properties)) + b"".join(properties)


def _message(*properties: bytes) -> bytes:
    return tnef_attribute(0x9003, _properties(*properties), 1)


def _rich(data: bytes) -> bytes:
    return tnef_property(0x1009, 0x102, data)


def _attached(name: str, data: bytes, *properties: bytes) -> bytes:
    return (
        tnef_attribute(0x9002, bytes(14))
        + tnef_attribute(0x8010, name.encode("cp1252") + b"\0")
        + tnef_attribute(0x800F, data)
        + (tnef_attribute(0x9005, _properties(*properties)) if properties else b"")
    )


def rich(source: bytes) -> bytes:
    """Rich text in the form of its compression that compresses nothing: literals only."""
    out = bytearray()
    for at in range(0, len(source), 8):
        out += b"\0" + source[at : at + 8]
    return struct.pack("<II4sI", len(out) + 12, len(source), b"LZFu", 0) + bytes(out)


def _wrapped(name: str, data: bytes, *others: bytes, **expected: object) -> Case:
    wrapped = part(
        "Content-Type: application/ms-tnef; name=winmail.dat\nContent-Transfer-Encoding: base64", encodebytes(data)
    )
    return Case(f"winmail: {name}", multipart(*others, wrapped), dict(expected))


_UNICODE_NAME = tnef_property(0x3707, 0x1F, "Ein langer Name für Grüße.pdf\0".encode("utf-16-le"))
_TYPE = tnef_property(0x370E, 0x1E, b"application/pdf\0")
_CODEPAGE = tnef_attribute(0x9007, struct.pack("<II", 1252, 0), 1)
_HTML = tnef_property(0x1013, 0x102, "<p>Grüße <b>aus</b> Linz".encode("cp1252"))
_RTF = (
    b"{\\rtf1\\ansi\\ansicpg1252{\\fonttbl{\\f0 Arial;}}"
    b"\\pard Gr\\'fc\\'dfe, \\u1055?\\u1072? {\\b fett}\\par zweite\\tab Zeile\\par}"
)
_FROM_HTML = (
    b"{\\rtf1\\ansi\\ansicpg1252\\fromhtml1 {\\*\\htmltag64 <p>}\\htmlrtf \\par \\htmlrtf0 Gr\\'fc\\'dfe "
    b"{\\*\\htmltag84 <b>}\\htmlrtf {\\b \\htmlrtf0 "
    b"aus{\\*\\htmltag92 </b>}\\htmlrtf }\\htmlrtf0  Linz{\\*\\htmltag72 </p>}}"
)
_INNER = winmail(_CODEPAGE, _message(tnef_property(0x1000, 0x1E, b"Inner text\0")), _attached("inner.txt", b"inner"))

_UNCOMPRESSED = struct.pack("<II4sI", 28, 16, b"MELA", 0) + b"{\\rtf1 Hello\\par}"
_EMOJI = b"{\\rtf1\\uc1 fire \\u-10179?\\u-8923?!}"
# A short text as the specification of the format compresses it.
COMPRESSED = bytes.fromhex(
    "2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c090020627705b06c647d0a800fa0"
)

WINMAILS = [
    _wrapped(
        "a file under its long name",
        winmail(_CODEPAGE, _attached("EINLAN~1.PDF", b"%PDF", _UNICODE_NAME, _TYPE)),
        TEXT,
        files=("winmail.dat", "Ein langer Name für Grüße.pdf"),
        text="Hello",
        warnings=(),
    ),
    _wrapped(
        "two files",
        winmail(_attached("a.txt", b"a"), _attached("b.txt", b"")),
        TEXT,
        files=("winmail.dat", "a.txt", "b.txt"),
    ),
    _wrapped(
        "two files of one name",
        winmail(_attached("a.txt", b"a"), _attached("A.TXT", b"b")),
        TEXT,
        files=("winmail.dat", "a.txt", "A (2).TXT"),
    ),
    _wrapped("a hostile name", winmail(_attached("..\\..\\x\x1b.exe", b"a")), TEXT, files=("winmail.dat", "x_.exe")),
    _wrapped(
        "a text",
        winmail(_CODEPAGE, _message(tnef_property(0x1000, 0x1E, "Grüße\0".encode("cp1252")))),
        text="Grüße",
        html_only=False,
    ),
    _wrapped("a text in HTML", winmail(_CODEPAGE, _message(_HTML)), text="Grüße aus Linz", html_only=True),
    _wrapped(
        "a text in rich text",
        winmail(_CODEPAGE, _message(_rich(rich(_RTF)))),
        text="Grüße, Па fett\nzweite    Zeile",
        html_only=False,
    ),
    _wrapped(
        "HTML in rich text",
        winmail(_CODEPAGE, _message(_rich(rich(_FROM_HTML)))),
        text="Grüße aus Linz",
        html_only=True,
    ),
    _wrapped("compressed rich text", winmail(_message(_rich(COMPRESSED))), text="hello world"),
    _wrapped("rich text, not compressed", winmail(_message(_rich(_UNCOMPRESSED))), text="Hello"),
    _wrapped("an emoji in rich text", winmail(_message(_rich(rich(_EMOJI)))), text="fire 🔥!"),
    _wrapped("damaged rich text", winmail(_message(_rich(b"rubbish"))), TEXT, text="Hello", warnings=()),
    _wrapped("rich text that ends too soon", winmail(_message(_rich(rich(_RTF)[:60]))), **{"text has": ""}),
    _wrapped(
        "a mail in it",
        winmail(
            _attached(
                "x", b"", tnef_property(0x3001, 0x1E, b"A mail\0"), tnef_property(0x3701, 0x0D, _EMBEDDED + _INNER)
            )
        ),
        TEXT,
        files=("winmail.dat", "A mail.txt", "inner.txt"),
    ),
    _wrapped(
        "an attribute cut off",
        winmail(_attached("a.txt", b"abc"))[:-5],
        TEXT,
        files=("winmail.dat",),
        warnings=("The winmail.dat could not be unpacked: it is attached as it came.",),
    ),
    _wrapped(
        "no winmail at all",
        b"rubbish",
        TEXT,
        files=("winmail.dat",),
        text="Hello",
        warnings=("The winmail.dat could not be unpacked: it is attached as it came.",),
    ),
    _wrapped("nothing", b"", TEXT, files=("winmail.dat",), text="Hello"),
    Case(
        "winmail: under a common type",
        multipart(
            TEXT, part("Content-Type: application/octet-stream; name=WINMAIL.DAT", winmail(_attached("a.txt", b"a")))
        ),
        {"files": ("WINMAIL.DAT", "a.txt")},
    ),
    Case(
        "winmail: the whole mail",
        mail(
            "Content-Type: application/ms-tnef; name=winmail.dat",
            winmail(_message(tnef_property(0x1000, 0x1E, b"Hi\0")), _attached("a.txt", b"a")),
        ),
        {"files": ("winmail.dat", "a.txt"), "text": "Hi"},
    ),
]


def _calendar(name: str, text: str, summary: str, method: str = "REQUEST") -> Case:
    head = f"Content-Type: text/calendar; charset=utf-8; method={method}"
    body = f"BEGIN:VCALENDAR\n{text}\nEND:VCALENDAR\n".replace("\n", "\r\n").encode()
    return Case(
        f"calendar: {name}",
        multipart(TEXT, part(head, body), kind="alternative"),
        {"text": f"Hello\n\n[{summary}]", "files": ("invitation.ics",)},
    )


_EVENT = "BEGIN:VEVENT\nUID:1\nSUMMARY:Review\n{}\nEND:VEVENT"
_ZONE = "BEGIN:VTIMEZONE\nTZID:Europe/Vienna\nBEGIN:STANDARD\nDTSTART:16011028T030000\nEND:STANDARD\nEND:VTIMEZONE\n"

CALENDARS = [
    _calendar(
        "an invitation",
        "METHOD:REQUEST\n" + _EVENT.format("DTSTART:20270503T100000Z\nDTEND:20270503T110000Z\nLOCATION:Room 3"),
        "Invitation: Review, 2027-05-03 10:00 to 11:00 UTC, Room 3",
    ),
    _calendar(
        "a zone before the event",
        "METHOD:REQUEST\n"
        + _ZONE
        + _EVENT.format("DTSTART;TZID=Europe/Vienna:20270503T100000\nDTEND;TZID=Europe/Vienna:20270503T113000"),
        "Invitation: Review, 2027-05-03 10:00 to 11:30 Europe/Vienna",
    ),
    _calendar(
        "over midnight",
        "METHOD:REQUEST\n" + _EVENT.format("DTSTART:20270503T230000Z\nDTEND:20270504T010000Z"),
        "Invitation: Review, 2027-05-03 23:00 to 2027-05-04 01:00 UTC",
    ),
    _calendar(
        "a whole day",
        "METHOD:REQUEST\n" + _EVENT.format("DTSTART;VALUE=DATE:20270503\nDTEND;VALUE=DATE:20270504"),
        "Invitation: Review, 2027-05-03",
    ),
    _calendar(
        "several whole days",
        "METHOD:REQUEST\n" + _EVENT.format("DTSTART;VALUE=DATE:20270503\nDTEND;VALUE=DATE:20270506"),
        "Invitation: Review, 2027-05-03 to 2027-05-05",
    ),
    _calendar(
        "a duration",
        "METHOD:REQUEST\n" + _EVENT.format("DTSTART:20270503T100000Z\nDURATION:PT1H30M"),
        "Invitation: Review, 2027-05-03 10:00 to 11:30 UTC",
    ),
    _calendar(
        "every week",
        "METHOD:REQUEST\n" + _EVENT.format("DTSTART:20270503T100000Z\nRRULE:FREQ=WEEKLY;BYDAY=MO"),
        "Invitation: Review, 2027-05-03 10:00 UTC, weekly",
    ),
    _calendar(
        "every second day",
        "METHOD:REQUEST\n" + _EVENT.format("DTSTART:20270503T100000Z\nRRULE:FREQ=DAILY;INTERVAL=2"),
        "Invitation: Review, 2027-05-03 10:00 UTC, repeated",
    ),
    _calendar(
        "cancelled",
        "METHOD:CANCEL\n" + _EVENT.format("DTSTART:20270503T100000Z"),
        "Cancelled appointment: Review, 2027-05-03 10:00 UTC",
        "CANCEL",
    ),
    _calendar(
        "accepted",
        "METHOD:REPLY\n"
        + _EVENT.format("DTSTART:20270503T100000Z\nATTENDEE;PARTSTAT=ACCEPTED;CN=Ada:mailto:ada@example.org"),
        "Invitation accepted: Review, 2027-05-03 10:00 UTC",
        "REPLY",
    ),
    _calendar(
        "declined",
        "METHOD:REPLY\n"
        + _EVENT.format('DTSTART:20270503T100000Z\nATTENDEE;CN="Ada; L:";PARTSTAT=DECLINED:mailto:ada@example.org'),
        "Invitation declined: Review, 2027-05-03 10:00 UTC",
        "REPLY",
    ),
    _calendar(
        "perhaps",
        "METHOD:REPLY\n" + _EVENT.format("ATTENDEE;PARTSTAT=TENTATIVE:mailto:ada@example.org"),
        "Invitation tentatively accepted: Review",
        "REPLY",
    ),
    _calendar(
        "answered somehow",
        "METHOD:REPLY\n" + _EVENT.format("DTSTART:20270503T100000Z"),
        "Answer to an invitation: Review, 2027-05-03 10:00 UTC",
        "REPLY",
    ),
    _calendar(
        "another time",
        "METHOD:COUNTER\n" + _EVENT.format("DTSTART:20270503T100000Z"),
        "Other time proposed: Review, 2027-05-03 10:00 UTC",
        "COUNTER",
    ),
    _calendar(
        "the method only in the header",
        _EVENT.format("DTSTART:20270503T100000Z"),
        "Invitation: Review, 2027-05-03 10:00 UTC",
    ),
    _calendar(
        "folded and escaped",
        "METHOD:REQUEST\nBEGIN:VEVENT\nSUMMARY:Printers\\, lamps\\; and\n  more\\nlines\nEND:VEVENT",
        "Invitation: Printers, lamps; and more lines",
    ),
    _calendar(
        "a language",
        "METHOD:REQUEST\nBEGIN:VEVENT\nSUMMARY;LANGUAGE=de-AT:Besprechung über Drucker\nEND:VEVENT",
        "Invitation: Besprechung über Drucker",
    ),
    _calendar("small letters", "method:request\nbegin:vevent\nsummary:Review\nend:vevent", "Invitation: Review"),
    _calendar(
        "an alarm of its own",
        "METHOD:REQUEST\nBEGIN:VEVENT\nBEGIN:VALARM\nSUMMARY:Alarm\nTRIGGER:-PT15M\nEND:VALARM\nSUMMARY:Review\nEND:VEVENT",
        "Invitation: Review",
    ),
    _calendar(
        "no title",
        "METHOD:REQUEST\nBEGIN:VEVENT\nDTSTART:20270503T100000Z\nEND:VEVENT",
        "Invitation: without a title, 2027-05-03 10:00 UTC",
    ),
    _calendar(
        "an impossible day", "METHOD:REQUEST\n" + _EVENT.format("DTSTART:20279999T999999Z"), "Invitation: Review"
    ),
    _calendar(
        "escape sequences", "METHOD:REQUEST\nBEGIN:VEVENT\nSUMMARY:a\x1b[2Jb\nEND:VEVENT", "Invitation: a\ufffd[2Jb"
    ),
    _calendar("a task", "METHOD:REQUEST\nBEGIN:VTODO\nSUMMARY:Repair\nEND:VTODO", "Invitation: Repair"),
    Case(
        "calendar: as a file",
        multipart(
            TEXT, part("Content-Type: application/ics; name=a.ics", b"BEGIN:VEVENT\r\nSUMMARY:Review\r\nEND:VEVENT")
        ),
        {"text": "Hello\n\n[Appointment: Review]", "files": ("a.ics",)},
    ),
    Case(
        "calendar: as both",
        multipart(
            nested(
                TEXT,
                part(
                    "Content-Type: text/calendar; method=REQUEST",
                    b"METHOD:REQUEST\r\nBEGIN:VEVENT\r\nSUMMARY:Review\r\nEND:VEVENT",
                ),
                kind="alternative",
            ),
            part(
                "Content-Type: application/ics; name=invite.ics",
                b"METHOD:REQUEST\r\nBEGIN:VEVENT\r\nSUMMARY:Review\r\nEND:VEVENT",
            ),
        ),
        {"text": "Hello\n\n[Invitation: Review]", "files": ("invitation.ics", "invite.ics")},
    ),
    Case(
        "calendar: by its name only",
        multipart(
            TEXT,
            part("Content-Type: application/octet-stream; name=a.ics", b"BEGIN:VEVENT\r\nSUMMARY:Review\r\nEND:VEVENT"),
        ),
        {"text": "Hello\n\n[Appointment: Review]", "files": ("a.ics",)},
    ),
    Case(
        "calendar: none in it",
        multipart(TEXT, part("Content-Type: text/calendar", b"BEGIN:VCALENDAR\r\nEND:VCALENDAR")),
        {"text": "Hello"},
    ),
]

_PGP = b"-----BEGIN PGP MESSAGE-----\r\n\r\nhQEMA\r\n-----END PGP MESSAGE-----\r\n"
_SIGNED = (
    b"-----BEGIN PGP SIGNED MESSAGE-----\r\nHash: SHA256\r\n\r\nHello\r\n- -- \r\nAda\r\n"
    b"-----BEGIN PGP SIGNATURE-----\r\n\r\niQEz\r\n-----END PGP SIGNATURE-----\r\n"
)
_P7S = part("Content-Type: application/pkcs7-signature; name=smime.p7s\nContent-Transfer-Encoding: base64", b"MIIB")


def _der(tag: int, *values: bytes) -> bytes:
    value = b"".join(values)
    length = len(value).to_bytes(4, "big")
    return bytes((tag, 0x84)) + length + value


def _endless(tag: int, *values: bytes) -> bytes:
    """An element whose end only a mark shows, as those write who sign while they send."""
    return bytes((tag, 0x80)) + b"".join(values) + b"\0\0"


_SIGNED_OID, _DATA_OID = (bytes.fromhex(f"06092a864886f70d0107{last}") for last in ("02", "01"))
_SIGNED_MAIL = multipart(TEXT, part("Content-Type: application/pdf; name=a.pdf", b"%PDF")).partition(
    b"desk@example.com\r\n"
)[2]
_ALGORITHMS = _der(0x31, _der(0x30, bytes.fromhex("0609608648016503040201")))
_OPAQUE = _der(
    0x30,
    _SIGNED_OID,
    _der(
        0xA0,
        _der(
            0x30, b"\x02\x01\x01", _ALGORITHMS, _der(0x30, _DATA_OID, _der(0xA0, _der(0x04, _SIGNED_MAIL))), _der(0x31)
        ),
    ),
)
_STREAMED = _endless(
    0x30,
    _SIGNED_OID,
    _endless(
        0xA0,
        _endless(
            0x30,
            b"\x02\x01\x01",
            _ALGORITHMS,
            _endless(
                0x30,
                _DATA_OID,
                _endless(0xA0, _endless(0x24, _der(0x04, _SIGNED_MAIL[:50]), _der(0x04, _SIGNED_MAIL[50:]))),
            ),
            _der(0x31),
        ),
    ),
)


def _opaque(data: bytes, kind: str = "; smime-type=signed-data") -> bytes:
    return mail(
        f"Content-Type: application/pkcs7-mime{kind}; name=smime.p7m\nContent-Transfer-Encoding: base64",
        encodebytes(data),
    )


def _protected(name: str, raw: bytes, signed: str, encrypted: str, **expected: object) -> Case:
    return Case(f"protected: {name}", raw, {"signed": signed, "encrypted": encrypted, **expected})


PROTECTED = [
    _protected(
        "S/MIME, detached",
        multipart(TEXT, _P7S, kind='signed; protocol="application/pkcs7-signature"; micalg=sha-256'),
        "S/MIME",
        "",
        text="Hello",
        files=("smime.p7s",),
    ),
    _protected(
        "S/MIME, detached, of long ago",
        multipart(TEXT, _P7S.replace(b"/pkcs7", b"/x-pkcs7"), kind='signed; protocol="application/x-pkcs7-signature"'),
        "S/MIME",
        "",
        text="Hello",
        files=("smime.p7s",),
    ),
    _protected(
        "S/MIME, encrypted",
        mail(
            "Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m\n"
            "Content-Transfer-Encoding: base64",
            b"MIIB",
        ),
        "",
        "S/MIME",
        text="",
        files=("smime.p7m",),
    ),
    _protected(
        "S/MIME, encrypted, another name",
        mail("Content-Type: application/x-pkcs7-mime; name=smime.p7m", b"\x30"),
        "",
        "S/MIME",
        files=("smime.p7m",),
    ),
    _protected(
        "S/MIME, encrypted and authenticated",
        mail("Content-Type: application/pkcs7-mime; smime-type=authEnveloped-data", b"\x30"),
        "",
        "S/MIME",
    ),
    _protected(
        "S/MIME, only certificates",
        mail("Content-Type: application/pkcs7-mime; smime-type=certs-only; name=a.p7c", b"\x30"),
        "",
        "",
        files=("a.p7c",),
    ),
    _protected(
        "S/MIME, wrapped", _opaque(_OPAQUE), "S/MIME", "", text="Hello", files=("smime.p7m", "a.pdf"), html_only=False
    ),
    _protected(
        "S/MIME, wrapped in pieces", _opaque(_STREAMED), "S/MIME", "", text="Hello", files=("smime.p7m", "a.pdf")
    ),
    _protected("S/MIME, wrapped, kind not said", _opaque(_OPAQUE, ""), "S/MIME", "", text="Hello"),
    _protected("S/MIME, wrapped and cut off", _opaque(_OPAQUE[:90]), "S/MIME", "", text="", files=("smime.p7m",)),
    _protected("S/MIME, wrapped in nothing", _opaque(_OPAQUE[:30]), "S/MIME", "", text=""),
    _protected("S/MIME, rubbish that says it is signed", _opaque(b"\x30\x80\xff"), "S/MIME", "", text=""),
    _protected(
        "PGP/MIME, signed",
        multipart(
            TEXT,
            part("Content-Type: application/pgp-signature; name=signature.asc", b"-----BEGIN PGP SIGNATURE-----"),
            kind='signed; protocol="application/pgp-signature"',
        ),
        "OpenPGP",
        "",
        text="Hello",
        files=("signature.asc",),
    ),
    _protected(
        "PGP/MIME, encrypted",
        multipart(
            part("Content-Type: application/pgp-encrypted", b"Version: 1"),
            part("Content-Type: application/octet-stream; name=encrypted.asc\nContent-Disposition: inline", _PGP),
            kind='encrypted; protocol="application/pgp-encrypted"',
        ),
        "",
        "OpenPGP",
        text="",
        files=("attachment.asc", "encrypted.asc"),
    ),
    _protected("PGP in the text", mail("", _PGP), "", "OpenPGP", **{"text has": "-----BEGIN PGP MESSAGE-----"}),
    _protected(
        "PGP-signed text", mail("", _SIGNED), "OpenPGP", "", **{"text has": ("Hello", "-----BEGIN PGP SIGNATURE-----")}
    ),
    _protected("PGP in the middle of a text is a quote", mail("", b"> " + _PGP.replace(b"\r\n", b"\r\n> ")), "", ""),
    _protected(
        "signed and encrypted",
        multipart(
            part("Content-Type: application/pkcs7-mime; smime-type=enveloped-data"),
            _P7S,
            kind='signed; protocol="application/pkcs7-signature"',
        ),
        "S/MIME",
        "S/MIME",
    ),
    _protected(
        "a list's footer around a signed mail",
        multipart(
            nested(TEXT, _P7S, kind='signed; protocol="application/pkcs7-signature"'),
            part("Content-Type: text/plain", b"the list"),
        ),
        "S/MIME",
        "",
        text="Hello\n\nthe list",
    ),
    _protected(
        "signed without a signature",
        multipart(TEXT, kind='signed; protocol="application/pgp-signature"'),
        "OpenPGP",
        "",
        text="Hello",
    ),
    _protected(
        "signed by something new",
        multipart(TEXT, part("Content-Type: application/x-new"), kind="signed; protocol=application/x-new"),
        "x-new",
        "",
        text="Hello",
    ),
    _protected("encrypted by nobody", multipart(part("Content-Type: a/b"), kind="encrypted"), "", "an unknown method"),
    _protected("a word about signatures", mail("", b"Please send me your -----BEGIN PGP MESSAGE-----"), "", ""),
]

CASES = WINMAILS + CALENDARS + PROTECTED
