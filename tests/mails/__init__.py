"""Hand-written mails that go wrong in ways that real ones do, with what has to be read from each."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from connector.mail.message import ParsedMail
from services.quotes import split_quotes


class Case(NamedTuple):
    """A mail and what it is there for: fields of its ParsedMail, or one of the questions of `answer`."""

    name: str
    raw: bytes
    expected: dict[str, object]


def answer(mail: ParsedMail, question: str) -> object:
    """Return what a case may ask beyond the fields: names of files, what is not folded away, and so on."""
    if question == "files":
        return tuple(file.name for file in mail.attachments)
    if question == "data":
        return tuple(file.data for file in mail.attachments)
    if question == "inline":
        return tuple(file.name for file in mail.attachments if file.inline)
    if question == "own text":
        return "\n".join(
            line for block in split_quotes(mail.text) if block.kind == "text" for line in block.lines
        ).strip()
    if question == "reasons":
        return tuple(reason.partition(":")[0] for reason in mail.auto_reasons)
    if question == "outcomes":
        return tuple((one.address, one.action, one.status) for one in mail.returned)
    if question == "authentication":
        return tuple((one.server, one.results) for one in mail.authentication)
    if question == "checks":
        return tuple((*one, each.sure) for each in mail.authentication for one in each.checks)
    return getattr(mail, question)


def faults(case: Case, mail: ParsedMail) -> Iterable[str]:
    """Yield what was read otherwise than expected; "text has" and "text lacks" name pieces of the text."""
    for question, expected in case.expected.items():
        if question in ("text has", "text lacks"):
            pieces = expected if isinstance(expected, tuple) else (expected,)
            for piece in pieces:
                if (str(piece) in mail.text) != (question == "text has"):
                    yield f"{question} {piece!r}: {mail.text[:2_000]!r}"
        elif (found := answer(mail, question)) != expected:
            yield f"{question}: {found!r} instead of {expected!r}"


def mail(headers: str = "", body: bytes = b"Hello\n", *, charset: str = "utf-8") -> bytes:
    """A mail from Ada to the desk with these headers added, in lines that end as on the wire."""
    head = f"From: Ada <ada@example.org>\nTo: desk@example.com\n{headers.strip(chr(10))}\n"
    return head.replace("\n\n", "\n").replace("\n", "\r\n").encode(charset) + b"\r\n" + body


def multipart(*parts: bytes, kind: str = "mixed", headers: str = "", boundary: str = "frontier") -> bytes:
    """A multipart mail; each part is its own headers, an empty line, and its body."""
    joined = b"".join(b"--" + boundary.encode() + b"\r\n" + part + b"\r\n" for part in parts)
    body = joined + b"--" + boundary.encode() + b"--\r\n"
    return mail(f'{headers}\nContent-Type: multipart/{kind}; boundary="{boundary}"', body)


def nested(*parts: bytes, kind: str = "mixed", boundary: str = "inner") -> bytes:
    """A part that is a multipart of its own."""
    joined = b"".join(b"--" + boundary.encode() + b"\r\n" + part + b"\r\n" for part in parts)
    head = f'Content-Type: multipart/{kind}; boundary="{boundary}"\r\n\r\n'.encode()
    return head + joined + b"--" + boundary.encode() + b"--"


def part(headers: str, body: bytes = b"data") -> bytes:
    """A part of a multipart mail."""
    return headers.strip("\n").replace("\n", "\r\n").encode() + b"\r\n\r\n" + body


def whole(text: str, charset: str = "utf-8") -> bytes:
    """A mail that is written out from its first header on."""
    return text.strip("\n").replace("\n", "\r\n").encode(charset) + b"\r\n"


TEXT = part("Content-Type: text/plain; charset=utf-8", b"Hello")
