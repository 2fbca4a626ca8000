"""Mails with damage, each made from its number alone: flipped, cut, spliced, under other headers and charsets."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from random import Random

_HEADER = re.compile(rb"^[!-9;-~]+:[^\n]*(?:\n[ \t][^\n]*)*\n", re.MULTILINE)
_CHARSET = re.compile(rb"(charset\*?=\"?|=\?)[A-Za-z0-9_.:-]+", re.IGNORECASE)
_ENCODING = re.compile(rb"(Content-Transfer-Encoding:\s*)[A-Za-z0-9-]+", re.IGNORECASE)
_TYPE = re.compile(rb"(Content-Type:\s*)[a-z]+/[a-z0-9.+-]+", re.IGNORECASE)
_CHARSETS = (
    *(
        b"utf-8",
        b"us-ascii",
        b"iso-8859-1",
        b"koi8-r",
        b"gb2312",
        b"big5",
        b"shift_jis",
        b"iso-2022-jp",
        b"utf-16",
        b"utf-7",
    ),
    *(
        b"utf-32",
        b"hz",
        b"cp037",
        b"unicode",
        b"idna",
        b"punycode",
        b"unicode_escape",
        b"rot13",
        b"base64",
        b"x-none",
        b"",
    ),
)
_ENCODINGS = (b"base64", b"quoted-printable", b"uuencode", b"binary", b"8bit", b"x-none", b"")
_TYPES = (
    *(
        b"text/plain",
        b"text/html",
        b"text/enriched",
        b"multipart/mixed",
        b"multipart/alternative",
        b"multipart/related",
    ),
    *(b"multipart/signed", b"multipart/report", b"multipart/digest", b"message/rfc822", b"message/delivery-status"),
    *(b"text/calendar", b"application/ms-tnef", b"application/pdf", b"application/pkcs7-mime", b"text", b"/"),
)
_TOKENS = (
    *(
        b"\r",
        b"\n",
        b"\r\n\r\n",
        b"\0",
        b"\x1b[2J",
        b"\xff\xfe",
        b"\xef\xbb\xbf",
        b"\xed\xa0\x80",
        b"\xe2\x80\xae",
        b"\x85",
    ),
    *(
        b"=?utf-8?B?",
        b"?=",
        b"=?x?Q?=00?=",
        b"=\n",
        b"=",
        b"--",
        b"--frontier",
        b"--frontier--",
        b'"',
        b"<",
        b">",
        b"(",
        b")",
    ),
    *(
        b"\\",
        b":",
        b";",
        b",",
        b"@",
        b"&#0;",
        b"&#x110000;",
        b"<!--",
        b"<script>",
        b'<div style="display:none">',
        b"<a href='",
    ),
    *(
        b"\nbegin 644 x\nM\nend\n",
        b"\n> ",
        b"\n-- \n",
        b"\nOn 3 May 2027 a@b.c wrote:\n>",
        b"BEGIN:VEVENT\nDTSTART:99999999T999999\n",
    ),
    *(
        b"filename*0*=",
        b"filename*1=",
        b"charset=",
        b"boundary=",
        b"format=flowed; ",
        b"{\\rtf1\\u-1?",
        b"\x78\x9f\x3e\x22",
    ),
)


def mutation(number: int, mails: Sequence[bytes]) -> bytes:
    """Return the damaged mail of a number, always the same one: one of the mails with up to four faults."""
    random = Random(number)
    raw = random.choice(mails)
    for _ in range(random.randint(1, 4)):
        raw = random.choice(_FAULTS)(random, raw, mails)
    return raw


def _flip(random: Random, raw: bytes, mails: Sequence[bytes]) -> bytes:
    data = bytearray(raw)
    for _ in range(random.randint(1, 12)):
        if data:
            data[random.randrange(len(data))] = random.randrange(256)
    return bytes(data)


def _cut(random: Random, raw: bytes, mails: Sequence[bytes]) -> bytes:
    at = random.randrange(len(raw) + 1)
    return raw[:at] + raw[at + random.choice((1, 2, 10, 100, 1_000, len(raw))) :]


def _splice(random: Random, raw: bytes, mails: Sequence[bytes]) -> bytes:
    other = random.choice(mails)
    return raw[: random.randrange(len(raw) + 1)] + other[random.randrange(len(other) + 1) :]


def _repeat(random: Random, raw: bytes, mails: Sequence[bytes]) -> bytes:
    at = random.randrange(len(raw) + 1)
    block = raw[at : at + random.choice((1, 3, 20, 200, 2_000))]
    return raw[:at] + block * min(random.choice((2, 5, 50, 500)), 1 + 300_000 // (len(block) + 1)) + raw[at:]


def _insert(random: Random, raw: bytes, mails: Sequence[bytes]) -> bytes:
    for _ in range(random.randint(1, 5)):
        at = random.randrange(len(raw) + 1)
        raw = raw[:at] + random.choice(_TOKENS) + raw[at:]
    return raw


def _header(random: Random, raw: bytes, mails: Sequence[bytes]) -> bytes:
    """Put a header of another mail in the place of one of this, or beside it."""
    others = _HEADER.findall(random.choice(mails)[:20_000]) or [b"X: y\r\n"]
    own = list(_HEADER.finditer(raw[:20_000]))
    if not own:
        return random.choice(others) + raw
    place = random.choice(own)
    return raw[: place.start()] + random.choice(others) + raw[random.choice((place.start(), place.end())) :]


def _swap(pattern: re.Pattern[bytes], names: Sequence[bytes]) -> _Fault:
    def swap(random: Random, raw: bytes, mails: Sequence[bytes]) -> bytes:
        return pattern.sub(lambda match: match[1] + random.choice(names), raw, count=random.randint(0, 4))

    return swap


def _line_ends(random: Random, raw: bytes, mails: Sequence[bytes]) -> bytes:
    wanted = random.choice((b"\n", b"\r", b"\r\n", b"\n\r", b"\r\r\n", b"\x0b"))
    return raw.replace(b"\r\n", b"\n").replace(b"\n", wanted)


def _shuffle(random: Random, raw: bytes, mails: Sequence[bytes]) -> bytes:
    lines = raw.split(b"\n")
    if len(lines) < 5_000:
        for _ in range(3):
            one, two = random.randrange(len(lines)), random.randrange(len(lines))
            lines[one], lines[two] = lines[two], lines[one]
    return b"\n".join(lines)


_Fault = Callable[[Random, bytes, Sequence[bytes]], bytes]
_FAULTS: tuple[_Fault, ...] = (
    *(_flip, _cut, _splice, _repeat, _insert, _header, _line_ends, _shuffle),
    *(_swap(_CHARSET, _CHARSETS), _swap(_ENCODING, _ENCODINGS), _swap(_TYPE, _TYPES)),
)
