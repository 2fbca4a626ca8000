"""Undoing Content-Transfer-Encoding, forgiving what mailers, gateways and list software do to it."""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator

from connector.mail import deadline
from services.patterns import late

_BLANK_SOFT_ENDING = late(rb"=[ \t]+\r?\n")
_NOT_BASE64 = re.sub(rb"[A-Za-z0-9+/]", b"", bytes(range(256)))
_BASE64_LINE = late(rb"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?")
_FIRST_LINE = late(rb"(?:[A-Za-z0-9+/]{4})+(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?\r?(?:\n|$)")
_FOREIGN = late(rb"[^A-Za-z0-9+/=\s_-]")
_LINE = late(rb"[^\r\n]+")
_UU_BEGIN = late(rb"^begin [0-7]{3,4} [^\r\n]*\r?\n", re.MULTILINE)
_PROBE = 2_000
_MAX_UU_LINES = 1_000_000
_MAX_PADDING = 500_000
_LOOK = 4_095


def decode(data: bytes, encoding: str) -> bytes:
    """Return the bytes behind a transfer encoding; data that is not in it comes back as it is."""
    name = encoding.strip(" \t\r\n\"'").partition(";")[0].partition("(")[0].strip().lower()
    if name in ("base64", "base-64", "b64", "x-base64"):
        return base64(data)
    if name in ("quoted-printable", "quoted", "qp", "x-quoted-printable"):
        return quoted_printable(data)
    if name in ("uuencode", "x-uuencode", "uue", "x-uue"):
        return uuencoded(data)
    return data


def base64(data: bytes) -> bytes:
    """Decode base64 with missing or inner padding; plain text that only claims to be base64 stays itself."""
    if not _looks_base64(data[:_PROBE].strip()):
        return data
    padding = data.find(b"=")
    if padding < 0 or not data[padding:].strip(b"= \t\r\n"):
        return _base64_run(data)
    return data if data.count(b"=") > _MAX_PADDING else _base64_runs(data)


def _looks_base64(probe: bytes) -> bool:
    if _FIRST_LINE.match(probe):
        return True
    words = probe.split()
    foreign = len(_FOREIGN.findall(probe)) * 10 > len(probe)
    prose = b" " in probe and sum(map(len, words)) < 16 * len(words)
    return not foreign and not prose


def _base64_run(data: bytes) -> bytes:
    for padding in (b"", b"=="):
        try:
            return binascii.a2b_base64(data + padding if padding else data)
        except binascii.Error:
            continue
    digits = data.translate(None, _NOT_BASE64)
    if len(digits) % 4 == 1:
        digits = digits[:-1]  # one digit more than whole bytes need carries nothing
    return binascii.a2b_base64(digits + b"===")


def _base64_runs(data: bytes) -> bytes:
    """Decode runs that were padded one by one, and stop at text that list software added below."""
    out: list[bytes] = []
    run: list[bytes] = []
    for number, line in enumerate(data.splitlines()):
        if number & _LOOK == _LOOK and deadline.passed():
            break
        line = line.strip()
        if b"=" not in line:
            if out and not _BASE64_LINE.fullmatch(line):
                break
            run.append(line)
            continue
        for piece in re.findall(rb"[^=]+=*", line):
            run.append(piece)
            if piece.endswith(b"="):
                out.append(_base64_run(b"".join(run)))
                run = []
    if run and any(run):
        out.append(_base64_run(b"".join(run)))
    return b"".join(out)


def quoted_printable(data: bytes) -> bytes:
    """Decode quoted-printable; soft breaks are made equal first: a2b_qp drops text after a bare CR."""
    if b"\r" in data:
        data = data.replace(b"=\r\n", b"=\n").replace(b"=\r", b"=\n")
    if b"= " in data or b"=\t" in data:
        data = data.replace(b"= \n", b"=\n").replace(b"= \r\n", b"=\n")  # the pattern takes ten times as long
        data = _BLANK_SOFT_ENDING.sub(b"=\n", data)
    return binascii.a2b_qp(data)


def _lines(data: bytes, pos: int) -> Iterator[bytes]:
    """Yield the lines that are not empty, without holding all of them."""
    return (match[0] for match in _LINE.finditer(data, pos))


def uuencoded(data: bytes) -> bytes:
    """Decode one uuencoded file, leaving out lines that are damaged; too many lines stay as they are."""
    begin = _UU_BEGIN.search(data)
    if begin is None or data.count(b"\n") > _MAX_UU_LINES:
        return data
    out = bytearray()
    for number, line in enumerate(_lines(data, begin.end())):
        if number & _LOOK == _LOOK and deadline.passed():
            break
        if line.strip() in (b"end", b"`", b""):
            if line.strip() == b"end":
                break
            continue
        try:
            out += binascii.a2b_uu(line)
        except binascii.Error:
            # Some encoders write a length that the line does not have: take what its first byte promises.
            count = (((line[0] - 32) & 63) * 4 + 5) // 3
            try:
                out += binascii.a2b_uu(line[:count])
            except binascii.Error:
                continue
    return bytes(out)
