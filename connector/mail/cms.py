"""The mail inside an S/MIME signature that wraps it, opened to be read, with no claim about the signature."""

from __future__ import annotations

_SIGNED_DATA = bytes.fromhex("2a864886f70d010702")
_DATA = bytes.fromhex("2a864886f70d010701")
_MAX_PIECES = 100_000
_SEQUENCE, _SET, _OID, _OCTETS = 0x30, 0x31, 0x06, 0x04
_EXPLICIT, _CONSTRUCTED_OCTETS = 0xA0, 0x24


class _Damaged(ValueError):
    """The data is not what its tags and lengths say."""


def signed_content(data: bytes) -> bytes:
    """Return the content of CMS SignedData (RFC 5652), or nothing if it holds none or is damaged."""
    try:
        return _content(data)
    except (_Damaged, IndexError):
        return b""


def is_signed(begin: bytes) -> bool:
    """Tell by its first bytes whether CMS data is signed, rather than encrypted or anything else."""
    return begin[:1] == b"\x30" and _SIGNED_DATA in begin[:30]


def _content(data: bytes) -> bytes:
    pos, _ = _into(data, 0, _SEQUENCE)
    pos = _expect_oid(data, pos, _SIGNED_DATA)
    pos, _ = _into(data, pos, _EXPLICIT)
    pos, _ = _into(data, pos, _SEQUENCE)
    pos = _after(data, pos, 0x02)  # the version
    pos = _after(data, pos, _SET)  # the digest algorithms
    pos, _ = _into(data, pos, _SEQUENCE)
    pos = _expect_oid(data, pos, _DATA)
    pos, _ = _into(data, pos, _EXPLICIT)
    return _octets(data, pos)


def _header(data: bytes, pos: int) -> tuple[int, int, int]:
    """Return tag, where the value begins, and where it ends: -1 if only a mark behind it says so."""
    tag, first = data[pos], data[pos + 1]
    if first < 0x80:
        start, length = pos + 2, first
    elif first == 0x80:
        return tag, pos + 2, -1
    else:
        count = first & 0x7F
        if count > 5:
            raise _Damaged("a length beyond any mail")
        start, length = pos + 2 + count, int.from_bytes(data[pos + 2 : pos + 2 + count], "big")
    if start + length > len(data):
        raise _Damaged("cut off")
    return tag, start, start + length


def _into(data: bytes, pos: int, wanted: int) -> tuple[int, int]:
    tag, start, end = _header(data, pos)
    if tag != wanted:
        raise _Damaged("something else")
    return start, end


def _after(data: bytes, pos: int, wanted: int) -> int:
    """Return where what follows an element begins; only the sets in question come without a length in practice."""
    start, end = _into(data, pos, wanted)
    if end >= 0:
        return end
    for _ in range(_MAX_PIECES):
        if data[start : start + 2] == b"\0\0":
            return start + 2
        _, _, start = _header(data, start)
        if start < 0:
            raise _Damaged("an element without a length in another one")
    raise _Damaged("no end")


def _expect_oid(data: bytes, pos: int, wanted: bytes) -> int:
    start, end = _into(data, pos, _OID)
    if data[start:end] != wanted:
        raise _Damaged("another kind")
    return end


def _octets(data: bytes, pos: int) -> bytes:
    """Return an octet string, which may come in pieces."""
    tag, start, end = _header(data, pos)
    if tag == _OCTETS and end >= 0:
        return data[start:end]
    if tag != _CONSTRUCTED_OCTETS:
        raise _Damaged("no octets")
    pieces: list[bytes] = []
    while len(pieces) < _MAX_PIECES:
        if start == end or (end < 0 and data[start : start + 2] == b"\0\0"):
            return b"".join(pieces)
        tag, inner, start = _header(data, start)
        if tag != _OCTETS or start < 0:
            raise _Damaged("pieces within pieces")
        pieces.append(data[inner:start])
    raise _Damaged("too many pieces")
