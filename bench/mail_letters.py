"""The mails that are measured with, and which of them belong together."""

from __future__ import annotations

import re
from collections.abc import Sequence
from email.parser import BytesHeaderParser
from email.utils import formatdate
from pathlib import Path
from typing import NamedTuple

from bench.mail_corpus import corpus

_DATE = re.compile(rb"^Date: [^\r\n]*", re.MULTILINE)
SENDER = "someone@else.example"


class Letter(NamedTuple):
    """A mail with its Message-ID, that which it answers (or nothing), and that with which its conversation began."""

    raw: bytes
    message_id: str
    answers: str
    begins: str


def letters(seed: int, count: int) -> list[Letter]:
    """Return so many mails, each after the one that it answers."""
    return read(corpus(seed, count))


def read(mails: Sequence[bytes]) -> list[Letter]:
    """Look which mail answers which."""
    known: dict[str, Letter] = {}
    parser = BytesHeaderParser()
    for raw in mails:
        head = parser.parsebytes(raw)
        key, answers = _plain(head["Message-ID"]), _plain(head["In-Reply-To"])
        begins = known[answers].begins if answers in known else key
        known[key] = Letter(raw, key, answers, begins)
    return list(known.values())


def of_today(mails: Sequence[Letter]) -> list[Letter]:
    """Return the mails as if they had been written just now: old ones are not answered."""
    date = f"Date: {formatdate()}".encode()
    return [letter._replace(raw=_DATE.sub(date, letter.raw, count=1)) for letter in mails]


def lanes(mails: Sequence[Letter], count: int) -> list[list[bytes]]:
    """Share mails among so many senders; a conversation stays with one, so that nothing comes before its cause."""
    found: list[list[bytes]] = [[] for _ in range(count)]
    of: dict[str, int] = {}
    for letter in mails:
        lane = of.setdefault(letter.begins, len(of) % count)
        found[lane].append(letter.raw)
    return found


def write_folder(path: Path, mails: Sequence[Letter]) -> Path:
    """Write mails as .eml files into a folder, in their order."""
    path.mkdir(parents=True)
    for at, letter in enumerate(mails):
        (path / f"{at:06}.eml").write_bytes(letter.raw)
    return path


def _plain(value: str | None) -> str:
    return (value or "").strip()
