"""The mails by which taking mail in is measured: made anew from a seed, always the same, by nothing but the standard
library.

A mail has 2 to 40 kB, evenly spread, a head with the traces of a few servers counted in. Of ten mails four answer an
earlier one of the last hundred and quote its beginning, and one has a file. All of the text is text/plain: no half of
it stands there a second time as HTML, so an index gets as much as a mail of its size can have.

The texts are sentences over a vocabulary of 30,000 words, of which each comes up as often as its rank says: Zipf's
law with Mandelbrot's correction, (rank + 2.7) to the power of -1.1, as it is in what people write. So the hundred
commonest words make half of a text, and two fifths of a text's words are different ones. In a third of the mails, and
where those are quoted, one word in twelve has letters beyond ASCII. Each mail has a few words of its own besides: a
name, an order's number, a telephone, a serial number. With `strange` nearly every word is letters by chance instead,
which no customer writes: an index over those holds almost as many words as the mails have.
"""

from __future__ import annotations

import base64
import binascii
import random
from functools import cache
from itertools import accumulate
from typing import NamedTuple

SUPPORT_ADDRESS = "support@desk.example"
"""To whom all of them are written."""

WORDS = 30_000
_SMALLEST, _LARGEST = 2_000, 40_000
_THREADS = 100
_FIRST_DATE = 1_700_000_000
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_BEGINNINGS = ("b", "br", "c", "ch", "d", "f", "fl", "g", "gr", "h", "k", "l", "m", "n", "p", "pl", "r", "s", "st", "t",
               "tr", "v", "w", "z", "")  # fmt: skip
_MIDDLES = ("a", "e", "i", "o", "u", "a", "e", "i", "o", "u", "ea", "ou")
_ENDS = ("", "", "", "", "n", "r", "s", "t", "l", "ng", "ck")
_FOREIGN = str.maketrans("aou", "äöü")


def corpus(seed: int, count: int, *, strange: bool = False) -> list[bytes]:
    """Return so many mails in the order in which they were written."""
    chance = random.Random(f"{seed} {strange}")
    mails: list[bytes] = []
    written: list[_Written] = []
    for at in range(count):
        earlier = chance.choice(written[-_THREADS:]) if (at * 7 + 5) % 10 < 4 else None
        raw, one = _mail(chance, seed, at, earlier, with_file=at % 10 == 5, strange=strange)
        mails.append(raw)
        written.append(one)
    return mails


class _Written(NamedTuple):
    """A mail that later ones answer."""

    person: tuple[str, str]
    subject: str
    message_id: str
    references: tuple[str, ...]
    text: str


def _mail(
    chance: random.Random, seed: int, at: int, earlier: _Written | None, *, with_file: bool, strange: bool
) -> tuple[bytes, _Written]:
    person = earlier.person if earlier else _person(chance)
    subject = earlier.subject if earlier else _sentence(_words(chance, chance.randint(3, 8), strange)).rstrip(".")
    one = _Written(
        person,
        subject,
        f"<{seed}.{at}.{chance.getrandbits(48):x}@{person[1].partition('@')[2]}>",
        (*earlier.references, earlier.message_id)[-20:] if earlier else (),
        "",
    )
    head = _head(chance, at, one, earlier)
    room = chance.randint(_SMALLEST, _LARGEST) - len(head)
    # A file becomes longer by a third.
    data = chance.randbytes(min(room // 3, 15_000)) if with_file else b""
    one = one._replace(text=_text(chance, max(300, room - len(data) * 4 // 3), person[0], earlier, strange))
    return _whole(head, one.text, data, f"part.{at}"), one


def _head(chance: random.Random, at: int, one: _Written, earlier: _Written | None) -> str:
    date = _date(_FIRST_DATE + at * 600)
    domain = one.person[1].partition("@")[2]
    token = base64.b64encode(chance.randbytes(192)).decode()
    folded = "\r\n\t".join(token[start : start + 70] for start in range(0, len(token), 70))
    fields = [
        f"Return-Path: <{one.person[1]}>",
        f"Received: from out.{domain} (out.{domain} [192.0.2.{at % 250}])\r\n\tby mx.desk.example (Postfix) with ESMTPS"
        f" id {chance.getrandbits(40):X}\r\n\tfor <{SUPPORT_ADDRESS}>; {date}",
        f"Received: from client.{domain} by out.{domain} with ESMTPSA id {chance.getrandbits(40):x}; {date}",
        f"DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d={domain}; s=mail;\r\n\t"
        f"h=from:to:subject:date:message-id; b={folded}",
        f"From: {one.person[0]} <{one.person[1]}>",
        f"To: Support <{SUPPORT_ADDRESS}>",
        f"Subject: {'Re: ' if earlier else ''}{one.subject}",
        f"Date: {date}",
        f"Message-ID: {one.message_id}",
    ]
    if earlier:
        fields.append(f"In-Reply-To: {earlier.message_id}")
        fields.append("References: " + "\r\n ".join(one.references))
    return "\r\n".join((*fields, "User-Agent: Mail/1.0", "MIME-Version: 1.0", ""))


def _whole(head: str, text: str, data: bytes, boundary: str) -> bytes:
    if text.isascii():
        how, body = "7bit", text.replace("\n", "\r\n").encode()
    else:
        how = "quoted-printable"
        body = binascii.b2a_qp(text.encode(), istext=True).replace(b"\n", b"\r\n")
    part = f"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: {how}\r\n\r\n"
    if not data:
        return f"{head}{part}".encode() + body
    between = (
        f"\r\n--{boundary}\r\nContent-Type: application/pdf; name=report.pdf\r\nContent-Transfer-Encoding: base64\r\n"
        "Content-Disposition: attachment; filename=report.pdf\r\n\r\n"
    )
    mixed = f'{head}Content-Type: multipart/mixed; boundary="{boundary}"\r\n\r\n--{boundary}\r\n{part}'
    file = base64.encodebytes(data).replace(b"\n", b"\r\n")
    return mixed.encode() + body + between.encode() + file + f"--{boundary}--\r\n".encode()


def _text(chance: random.Random, size: int, name: str, earlier: _Written | None, strange: bool) -> str:
    """Write a text of about so many characters, its own words among it, and a third of it what it answers."""
    quoted = _quoted(earlier, size // 3) if earlier else ""
    own = size - len(quoted)
    foreign = chance.random() < 1 / 3
    if foreign:
        # Each such letter takes six bytes as quoted-printable.
        own = own * 9 // 10
    found = _words(chance, own // 5 + 10, strange, foreign=foreign)
    for word in _own_words(chance):
        found.insert(chance.randrange(len(found)), word)
    lines: list[str] = ["Hello,", ""]
    used = at = 0
    while used < own and at < len(found):
        length = chance.randint(5, 18)
        lines += _wrapped(_sentence(found[at : at + length]))
        used += sum(map(len, found[at : at + length])) + length + 2
        at += length
        if chance.random() < 0.2:
            lines.append("")
    return "\n".join((*lines, "", "Regards,", name, "", quoted))


def _quoted(earlier: _Written, size: int) -> str:
    lines = earlier.text[:size].splitlines()
    return "\n".join((f"{earlier.person[0]} wrote:", *(f"> {line}" for line in lines), ""))


def _wrapped(sentence: str) -> list[str]:
    lines, line = [], ""
    for word in sentence.split(" "):
        if len(line) + len(word) > 72:
            lines.append(line)
            line = ""
        line = f"{line} {word}" if line else word
    return [*lines, line]


def _sentence(found: list[str]) -> str:
    text = " ".join(found)
    return f"{text[:1].upper()}{text[1:]}."


def _words(chance: random.Random, count: int, strange: bool, *, foreign: bool = False) -> list[str]:
    if strange:
        return ["".join(chance.choices(_LETTERS, k=chance.randint(3, 10))) for _ in range(count)]
    known, weights = _vocabulary()
    chosen = chance.choices(range(WORDS), cum_weights=weights, k=count)
    return [known[rank].translate(_FOREIGN) if foreign and rank % 12 == 7 else known[rank] for rank in chosen]


def _own_words(chance: random.Random) -> list[str]:
    """Return what stands in this mail and hardly in another one."""
    return [
        f"{chance.randrange(10**7):07}",
        f"A-{chance.randrange(10**6):06}/{chance.randrange(100):02}",
        f"+49 {chance.randrange(10**9):09}",
        f"SN{chance.getrandbits(40):010X}",
        _person(chance)[0],
    ]


def _person(chance: random.Random) -> tuple[str, str]:
    known, _ = _vocabulary()
    first, last, house = (chance.choice(known[100:5_000]) for _ in range(3))
    return f"{first.title()} {last.title()}", f"{first}.{last}@{house}.example"


@cache
def _vocabulary() -> tuple[list[str], list[float]]:
    """Return all words, the commonest first, and the running sum of how common they are."""
    chance = random.Random(30_000)
    found: dict[str, None] = {}
    while len(found) < WORDS:
        # What is said often is short.
        syllables = 1 if len(found) < 150 else chance.choice((1, 2, 2) if len(found) < 3_000 else (2, 2, 3))
        parts = (chance.choice(_BEGINNINGS) + chance.choice(_MIDDLES) + chance.choice(_ENDS) for _ in range(syllables))
        found["".join(parts)] = None
    return list(found), list(accumulate((rank + 2.7) ** -1.1 for rank in range(WORDS)))


def _date(seconds: int) -> str:
    from email.utils import formatdate

    return formatdate(seconds)
