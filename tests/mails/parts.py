"""Mails whose parts, boundaries and transfer encodings are broken, and those that hold other mails and files."""

from __future__ import annotations

import binascii
from base64 import b64encode, encodebytes

from tests.mails import TEXT, Case, mail, multipart, nested, part

PDF = "Content-Type: application/pdf; name=a.pdf\nContent-Disposition: attachment\n"
DATA = bytes(range(256)) * 4


def _file(name: str, headers: str, body: bytes, data: bytes) -> Case:
    return Case(
        f"file: {name}",
        multipart(TEXT, part(PDF + headers, body)),
        {"files": ("a.pdf",), "data": (data,), "text": "Hello"},
    )


def _text(name: str, headers: str, body: bytes, text: str, **more: object) -> Case:
    return Case(f"text: {name}", mail(headers, body), {"text": text, **more})


_UU = b"".join(binascii.b2a_uu(DATA[at : at + 45]) for at in range(0, len(DATA), 45))

ENCODINGS = [
    _file("base64", "Content-Transfer-Encoding: base64", encodebytes(DATA), DATA),
    _file("base64 on one line", "Content-Transfer-Encoding: base64", b64encode(DATA), DATA),
    _file("base64 without padding", "Content-Transfer-Encoding: base64", b64encode(DATA).rstrip(b"="), DATA),
    _file(
        "base64 with rubbish between",
        "Content-Transfer-Encoding: base64",
        b64encode(DATA)[:400] + b"!*\r\n~" + b64encode(DATA)[400:],
        DATA,
    ),
    _file(
        "base64 with blanks before each line",
        "Content-Transfer-Encoding: base64",
        encodebytes(DATA).replace(b"\n", b"\r\n  "),
        DATA,
    ),
    _file(
        "base64 with empty lines",
        "Content-Transfer-Encoding: base64",
        encodebytes(DATA).replace(b"\n", b"\r\n\r\n"),
        DATA,
    ),
    _file(
        "base64 that begins with a line end", "Content-Transfer-Encoding: base64", b"\r\n\r\n" + encodebytes(DATA), DATA
    ),
    _file("base64 cut within a group", "Content-Transfer-Encoding: base64", b64encode(DATA[:300])[:-2], DATA[:298]),
    _file(
        "base64 with a footer",
        "Content-Transfer-Encoding: base64",
        encodebytes(DATA[:300] + b"x") + b"\r\n-- \r\nScanned by example\r\n",
        DATA[:300] + b"x",
    ),
    _file(
        "base64 with quoted ends",
        "Content-Transfer-Encoding: base64",
        encodebytes(DATA).replace(b"\n", b"\r\r\n"),
        DATA,
    ),
    _file("base64 in other letters", "CONTENT-TRANSFER-ENCODING: BASE-64", encodebytes(DATA), DATA),
    _file("base64 with a comment", "Content-Transfer-Encoding: base64 (mine)", encodebytes(DATA), DATA),
    _file("base64 with a semicolon", "Content-Transfer-Encoding: base64;", encodebytes(DATA), DATA),
    _file("base64 in quotes", 'Content-Transfer-Encoding: "base64"', encodebytes(DATA), DATA),
    _file(
        "the encoding said twice",
        "Content-Transfer-Encoding: base64\nContent-Transfer-Encoding: 7bit",
        encodebytes(DATA),
        DATA,
    ),
    _file("quoted-printable", "Content-Transfer-Encoding: quoted-printable", binascii.b2a_qp(DATA, istext=False), DATA),
    _file("binary", "Content-Transfer-Encoding: binary", DATA, DATA),
    _file("8bit", "Content-Transfer-Encoding: 8bit", b"a\xff\x80b", b"a\xff\x80b"),
    _file("7bit with 8 bits", "Content-Transfer-Encoding: 7bit", b"a\xff\x80b", b"a\xff\x80b"),
    _file("nothing", "", b"a\xff\0b", b"a\xff\0b"),
    _file("uuencode", "Content-Transfer-Encoding: x-uuencode", b"begin 644 a.pdf\n" + _UU + b"`\nend\n", DATA),
    _file("uuencode without an end", "Content-Transfer-Encoding: uuencode", b"begin 644 a.pdf\n" + _UU, DATA),
    _file(
        "uuencode with text before it",
        "Content-Transfer-Encoding: x-uue",
        b"Here it is\n\nbegin 644 a.pdf\n" + _UU + b"end\n",
        DATA,
    ),
    _file(
        "yEnc stays what it is",
        "Content-Transfer-Encoding: x-yenc",
        b"=ybegin line=128 size=3 name=a\r\n***\r\n=yend size=3",
        b"=ybegin line=128 size=3 name=a\r\n***\r\n=yend size=3",
    ),
    _file("an encoding from the future", "Content-Transfer-Encoding: base85", b"9jqo^", b"9jqo^"),
    _file("an empty one", "", b"", b""),
    _text(
        "quoted-printable with soft breaks",
        "Content-Transfer-Encoding: quoted-printable",
        b"A long li=\r\nne and=20\r\nmore=",
        "A long line and \nmore",
    ),
    _text(
        "quoted-printable with blanks behind =",
        "Content-Transfer-Encoding: quoted-printable",
        b"one= \t\r\ntwo",
        "onetwo",
    ),
    _text(
        "quoted-printable that is not", "Content-Transfer-Encoding: quoted-printable", b"a=b, 5=6, x=", "a=b, 5=6, x"
    ),
    _text(
        "quoted-printable in small letters", "Content-Transfer-Encoding: quoted-printable", b"Gr=c3=bc=c3=9fe", "Grüße"
    ),
    _text(
        "quoted-printable with raw letters",
        "Content-Transfer-Encoding: quoted-printable",
        "Grüße=20aus".encode(),
        "Grüße aus",
    ),
    _text("quoted-printable with a NUL", "Content-Transfer-Encoding: quoted-printable", b"a=00b", "a\ufffdb"),
    _text(
        "quoted-printable in utf-16",
        "Content-Type: text/plain; charset=utf-16le\nContent-Transfer-Encoding: quoted-printable",
        b"G=00r=00=FC=00",
        "Grü",
    ),
    _text(
        "base64 that is text",
        "Content-Transfer-Encoding: base64",
        b"Please help me with the printer.\r\n",
        "Please help me with the printer.",
    ),
    _text("base64 that is short text", "Content-Transfer-Encoding: base64", b"Hello you\r\n", "Hello you"),
    _text("base64 of a text with CRLF", "Content-Transfer-Encoding: base64", b64encode(b"one\r\ntwo\r\n"), "one\ntwo"),
    _text("8bit that is utf-8", "Content-Transfer-Encoding: 8bit", "Grüße".encode(), "Grüße"),
    _text(
        "a mail of binary rubbish",
        "Content-Type: text/plain",
        bytes(range(1, 32)),
        "\ufffd" * 8 + "    \n\n\n\n" + "\ufffd" * 18,
    ),
]

FLOWED = "Content-Type: text/plain; charset=utf-8; format=flowed"
FLOWS = [
    _text(
        "flowed",
        FLOWED,
        b"This is one \r\nparagraph of \r\nthree lines.\r\n\r\nAnd another.",
        "This is one paragraph of three lines.\n\nAnd another.",
    ),
    _text("flowed with delsp", FLOWED + "; delsp=yes", "打印 \r\n机着火 \r\n了".encode(), "打印机着火了"),
    _text("flowed and stuffed", FLOWED, b" From here \r\nto there.\r\n >no quote", "From here to there.\n>no quote"),
    _text(
        "flowed quotes",
        FLOWED,
        b"Yes.\r\n> Is it \r\n> on or \r\n> off?\r\n>> Never \r\n>> mind.",
        "Yes.\n> Is it on or off?\n>> Never mind.",
    ),
    _text("flowed, and another depth ends it", FLOWED, b"> Is it \r\nYes.", "> Is it\nYes."),
    _text("flowed and signed", FLOWED, b"Hello \r\n-- \r\nAda", "Hello\n-- \nAda"),
    _text("flowed, the last line too", FLOWED, b"Hello \r\nyou ", "Hello you"),
    _text("flowed in capitals", "Content-Type: TEXT/PLAIN; FORMAT=Flowed", b"one \r\ntwo", "one two"),
    _text(
        "flowed in quoted-printable",
        FLOWED + "\nContent-Transfer-Encoding: quoted-printable",
        b"one=20\r\ntwo",
        "one two",
    ),
    _text("fixed", "Content-Type: text/plain; format=fixed", b"one \r\ntwo", "one \ntwo"),
]

_UU_TEXT = b"See the file.\r\n\r\nbegin 644 log.txt\r\n" + _UU.replace(b"\n", b"\r\n") + b"`\r\nend\r\n\r\nBye\r\n"

INSIDE = [
    Case(
        "inside: a uuencoded file in the text",
        mail("", _UU_TEXT),
        {"text": "See the file.\n\n[log.txt]\n\nBye", "files": ("log.txt",), "data": (DATA,)},
    ),
    Case(
        "inside: two of them",
        mail("", _UU_TEXT + _UU_TEXT),
        {
            "files": ("log.txt", "log (2).txt"),
            "text": "See the file.\n\n[log.txt]\n\nBye\nSee the file.\n\n[log.txt]\n\nBye",
        },
    ),
    Case(
        "inside: a word that begins",
        mail("", b"We\nbegin 644 times\nand never end"),
        {"text": "We\nbegin 644 times\nand never end", "files": ()},
    ),
    Case(
        "inside: yEnc in the text stays",
        mail("", b"=ybegin line=128 size=3 name=a\r\nabc\r\n=yend size=3"),
        {"text": "=ybegin line=128 size=3 name=a\nabc\n=yend size=3", "files": ()},
    ),
    Case(
        "inside: a mail in a mail",
        multipart(TEXT, part("Content-Type: message/rfc822", mail("Subject: Inner", b"secret"))),
        {"text": "Hello", "files": ("Inner.eml",), "data": (mail("Subject: Inner", b"secret"),)},
    ),
    Case(
        "inside: a mail that is only a mail",
        mail("Content-Type: message/rfc822", mail("Subject: Inner", b"secret")),
        {"files": ("Inner.eml",), "text": ""},
    ),
    Case(
        "inside: a mail in base64",
        multipart(
            TEXT,
            part(
                "Content-Type: message/rfc822\nContent-Transfer-Encoding: base64", encodebytes(mail("Subject: Inner"))
            ),
        ),
        {"files": ("Inner.eml",), "data": (mail("Subject: Inner"),)},
    ),
    Case(
        "inside: a digest",
        multipart(part("", b"Subject: one\r\n\r\nHi"), part("", b"Subject: two\r\n\r\nHo"), kind="digest"),
        {"files": ("one.eml", "two.eml")},
    ),
    Case(
        "inside: a part of a mail",
        mail("Content-Type: message/partial; id=x; number=1; total=2", b"half"),
        {"files": ("attachment.bin",), "text": ""},
    ),
    Case(
        "inside: a body that lies elsewhere",
        multipart(TEXT, part('Content-Type: message/external-body; access-type=URL; URL="https://x.example"', b"")),
        {"text": "Hello"},
    ),
    Case(
        "inside: the mail is a PDF",
        mail("Content-Type: application/pdf\nContent-Transfer-Encoding: base64", b"JVBERi0="),
        {"files": ("attachment.pdf",), "data": (b"%PDF-",), "text": ""},
    ),
    Case(
        "inside: the mail is a picture",
        mail("Content-Type: image/jpeg; name=photo.jpg", b"\xff\xd8"),
        {"files": ("photo.jpg",), "text": ""},
    ),
    Case(
        "inside: the mail is an attached text",
        mail("Content-Disposition: attachment; filename=log.txt", b"boot"),
        {"files": ("log.txt",)},
    ),
    Case(
        "inside: parts without names",
        multipart(TEXT, part("Content-Type: image/png"), part("Content-Type: image/png"), part("Content-Type: x/y")),
        {"files": ("image.png", "image (2).png", "attachment.bin")},
    ),
    Case(
        "inside: a type that is none",
        multipart(TEXT, part("Content-Type: foo\nContent-Disposition: attachment")),
        {"files": ("attachment.bin",)},
    ),
    Case(
        "inside: no type, a name",
        multipart(TEXT, part("Content-Disposition: attachment; filename=a.bin", b"\0\1")),
        {"files": ("a.bin",), "data": (b"\0\1",)},
    ),
    Case(
        "inside: a visiting card",
        multipart(TEXT, part("Content-Type: text/x-vcard", b"BEGIN:VCARD")),
        {"files": ("attachment.vcf",), "text": "Hello"},
    ),
    Case(
        "inside: a CSV",
        multipart(TEXT, part("Content-Type: text/csv; name=a.csv", b"1;2")),
        {"files": ("a.csv",), "text": "Hello"},
    ),
    Case(
        "inside: a content id in brackets and quotes",
        multipart(part('Content-Type: image/png; name=a.png\nContent-ID: <"a b"@x>\nContent-Disposition: inline')),
        {"inline": ("a.png",)},
    ),
    Case(
        "inside: many pictures of one name",
        multipart(TEXT, *[part("Content-Type: image/png; name=image001.png")] * 3),
        {"files": ("image001.png", "image001 (2).png", "image001 (3).png")},
    ),
    Case(
        "inside: Apple's text in pieces",
        multipart(
            part("Content-Type: text/plain", b"One"),
            part("Content-Type: image/png; name=a.png\nContent-Disposition: inline"),
            part("Content-Type: text/plain", b"Two"),
        ),
        {"text": "One\n\nTwo", "files": ("a.png",)},
    ),
    Case(
        "inside: AppleDouble",
        multipart(TEXT, nested(part("Content-Type: application/applefile; name=a.pdf"), part(PDF), kind="appledouble")),
        {"files": ("a.pdf", "a (2).pdf"), "text": "Hello"},
    ),
]


def _bounds(name: str, raw: bytes, text: str = "Hello", **more: object) -> Case:
    return Case(f"boundary: {name}", raw, {"text": text, **more})


_BYE = part("Content-Type: text/plain", b"Bye")
BOUNDARIES = [
    _bounds(
        "one begins like the other",
        multipart(nested(TEXT, boundary="front"), _BYE, boundary="frontier"),
        "Hello\n\nBye",
    ),
    _bounds("the inner is longer", multipart(nested(TEXT, boundary="frontier-2"), _BYE), "Hello\n\nBye"),
    _bounds("the inner never closes", multipart(nested(TEXT).removesuffix(b"--inner--"), _BYE), "Hello\n\nBye"),
    _bounds(
        "none closes",
        multipart(nested(TEXT).removesuffix(b"--inner--"), _BYE).replace(b"--frontier--", b""),
        "Hello\n\nBye",
    ),
    _bounds("both are the same", multipart(nested(TEXT, boundary="frontier"), _BYE), "Hello\n\nBye"),
    _bounds("closed twice", multipart(TEXT) + b"--frontier--\r\n--frontier--\r\n"),
    _bounds("parts after the end", multipart(TEXT) + b"--frontier\r\nContent-Type: text/plain\r\n\r\nBye", "Hello"),
    Case(
        "boundary: empty",
        mail('Content-Type: multipart/mixed; boundary=""', b"--\r\n" + TEXT + b"\r\n----"),
        {"text has": "Hello", "files": ()},
    ),
    Case("boundary: empty, and no parts", mail('Content-Type: multipart/mixed; boundary=""'), {"text": "Hello"}),
    _bounds("very long", multipart(TEXT, boundary="x" * 300)),
    _bounds("with blanks", multipart(TEXT, boundary="a b c")),
    _bounds("with a blank at the end", multipart(TEXT, boundary="abc ").replace(b"--abc \r\n", b"--abc\r\n")),
    _bounds("with signs", multipart(TEXT, boundary="=_?+(a):/=.'")),
    _bounds("that are dashes", multipart(TEXT, boundary="----------")),
    _bounds(
        "folded",
        mail(
            'Content-Type: multipart/mixed;\n boundary="fron\n tier"', b"--fron tier\r\n" + TEXT + b"\r\n--fron tier--"
        ),
    ),
    _bounds("without quotes, with signs", multipart(TEXT, boundary="a=b").replace(b'"a=b"', b"a=b")),
    _bounds(
        "declared twice", multipart(TEXT).replace(b'boundary="frontier"', b'boundary="frontier"; boundary="other"')
    ),
    _bounds("by RFC 2231", multipart(TEXT).replace(b'boundary="frontier"', b"boundary*0=fron; boundary*1=tier")),
    _bounds("in capitals", multipart(TEXT).replace(b"boundary", b"BOUNDARY")),
    _bounds(
        "a line that looks like one",
        multipart(part("Content-Type: text/plain", b"Hello\r\n--frontiers\r\n-- frontier\r\n --frontier")),
        "Hello\n--frontiers\n-- frontier\n --frontier",
    ),
    _bounds("in LF", multipart(TEXT, _BYE).replace(b"\r\n", b"\n"), "Hello\n\nBye"),
    _bounds("in CR", multipart(TEXT, _BYE).replace(b"\r\n", b"\r"), "Hello\n\nBye"),
    _bounds("right behind the headers", multipart(TEXT).replace(b"\r\n\r\n--frontier", b"\r\n--frontier", 1)),
    _bounds("on the first line", b"--frontier\r\n" + TEXT + b"\r\n--frontier--\r\n", "Hello\n--frontier--"),
    _bounds("no parts at all", mail("Content-Type: multipart/mixed; boundary=b", b"--b--"), ""),
    _bounds("empty parts", multipart(b"\r\n", b"", TEXT)),
    _bounds("500 of them", multipart(*[TEXT] * 500), "\n\n".join(["Hello"] * 500)),
    _bounds("an unknown kind of multipart", multipart(TEXT, _BYE, kind="x-strange"), "Hello\n\nBye"),
    _bounds("a part cut in its headers", multipart(TEXT).partition(b"charset")[0], ""),
    _bounds(
        "NUL within a boundary line",
        multipart(TEXT, _BYE).replace(b"--frontier\r\nContent-Type: text/plain\r\n\r\nBye", b"--fron\0tier\r\n\r\nBye"),
        "Hello\n--fron\ufffdtier\n\nBye",
    ),
]

LIMITS = [
    Case(
        "limit: 10,000 parts",
        multipart(TEXT, *[part("", b"x")] * 10_500),
        {"warnings": ("The mail has too many parts: some are only in the original.",)},
    ),
    Case(
        "limit: 100,000 recipients",
        mail("Cc: " + ",\n ".join(f"p{n}@x.example" for n in range(100_000))),
        {
            "text": "Hello",
            "warnings": ("A header of the mail names more than 500 addresses: the rest is only in the original.",),
        },
    ),
    Case("limit: a hundred thousand headers", mail("X-A: b\n" * 100_000), {"sender": ("Ada", "ada@example.org")}),
]

CASES = ENCODINGS + FLOWS + INSIDE + BOUNDARIES + LIMITS
