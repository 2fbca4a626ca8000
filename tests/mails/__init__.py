"""Hand-written mails that go wrong in ways that real ones do, with what has to be read from each."""

from __future__ import annotations

from typing import NamedTuple


class Case(NamedTuple):
    """A mail and the fields of its ParsedMail that it is there for."""

    name: str
    raw: bytes
    expected: dict[str, object]


def mail(headers: str = "", body: bytes = b"Hello\n", *, charset: str = "utf-8") -> bytes:
    """A mail from Ada to the desk with these headers added, in lines that end as on the wire."""
    head = f"From: Ada <ada@example.org>\nTo: desk@example.com\n{headers.strip(chr(10))}\n"
    return head.replace("\n\n", "\n").replace("\n", "\r\n").encode(charset) + b"\r\n" + body


def multipart(*parts: bytes, kind: str = "mixed", headers: str = "", boundary: str = "frontier") -> bytes:
    """A multipart mail; each part is its own headers, an empty line, and its body."""
    joined = b"".join(b"--" + boundary.encode() + b"\r\n" + part + b"\r\n" for part in parts)
    body = joined + b"--" + boundary.encode() + b"--\r\n"
    return mail(f'{headers}\nContent-Type: multipart/{kind}; boundary="{boundary}"', body)


def part(headers: str, body: bytes = b"data") -> bytes:
    """A part of a multipart mail."""
    return headers.strip("\n").replace("\n", "\r\n").encode() + b"\r\n\r\n" + body


TEXT = part("Content-Type: text/plain; charset=utf-8", b"Hello")
