"""Mails in winmail.dat: files, texts in plain, HTML and rich text, and damage."""

from __future__ import annotations

import struct
from base64 import encodebytes

from tests.mails import TEXT, Case, mail, multipart, part
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

CASES = [
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
