"""Files and text out of winmail.dat, which Outlook sends when it takes everybody for Outlook.

Read here rather than by tnefparse, which strips the zero bytes that a file ends in and copies the whole rest
of the data for every attribute of it.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import NamedTuple

from connector.mail import charsets, deadline, rtf

_SIGNATURE = b"\x78\x9f\x3e\x22"
_MAX_ATTRIBUTES = 20_000
_MAX_PROPERTIES = 20_000
_MAX_VALUES = 1_000
_MAX_DEPTH = 5
_LOOK = 255
_LOOK_AT_ATTRIBUTES = 15

_ATT_BODY, _ATT_DATA, _ATT_TITLE = 0x800C, 0x800F, 0x8010
_ATT_RENDER, _ATT_PROPERTIES, _ATT_ATTACHMENT, _ATT_CODEPAGE = 0x9002, 0x9003, 0x9005, 0x9007
_PR_BODY, _PR_HTML, _PR_RTF, _PR_SUBJECT = 0x1000, 0x1013, 0x1009, 0x0037
_PR_NAME, _PR_SHORT_NAME, _PR_LONG_NAME = 0x3001, 0x3704, 0x3707
_PR_DATA, _PR_MIME, _PR_CONTENT_ID = 0x3701, 0x370E, 0x3712
_SIZES = {0x02: 4, 0x03: 4, 0x04: 4, 0x05: 8, 0x06: 8, 0x07: 8, 0x0A: 4, 0x0B: 4, 0x14: 8, 0x40: 8, 0x48: 16}
_VARIABLE = (0x0D, 0x1E, 0x1F, 0x102)
_OBJECT, _UNICODE, _STRING = 0x0D, 0x1F, 0x1E
_EMBEDDED_MESSAGE = bytes.fromhex("0703020000000000c000000000000046")


class File(NamedTuple):
    """One file from a winmail.dat."""

    name: str
    content_type: str
    data: bytes
    content_id: str


class Contents(NamedTuple):
    """What a winmail.dat holds; the text is for mails that have no other."""

    files: list[File]
    text: str
    html: str


class Damaged(ValueError):
    """The data is no TNEF, or ends in the middle of something."""


def unpack(data: bytes, depth: int = 0) -> Contents:
    """Return files and text; raises Damaged if nothing sensible can be read."""
    if data[:4] != _SIGNATURE:
        raise Damaged("no TNEF signature")
    reader = _Reader(depth)
    for ident, value in _attributes(data):
        reader.take(ident, value)
    return Contents(reader.files(), reader.text, reader.html)


class _Reader:
    def __init__(self, depth: int) -> None:
        self._depth = depth
        self._codepage = "cp1252"
        self._files: list[dict[int, bytes]] = []
        self._nested: list[File] = []
        self.text = self.html = ""

    def take(self, ident: int, value: bytes) -> None:
        if ident == _ATT_CODEPAGE and len(value) >= 4:
            self._codepage = f"cp{struct.unpack_from('<I', value)[0]}"
        elif ident == _ATT_BODY:
            self.text = self.text or self._string(value)
        elif ident == _ATT_PROPERTIES:
            self._message(value)
        elif ident == _ATT_RENDER:
            self._files.append({})
        elif ident in (_ATT_TITLE, _ATT_DATA, _ATT_ATTACHMENT):
            if not self._files:
                self._files.append({})
            self._attachment(ident, value, self._files[-1])

    def _message(self, value: bytes) -> None:
        for ident, kind, data in _properties(value):
            if ident == _PR_BODY and kind in (_STRING, _UNICODE):
                self.text = self._text(kind, data)
            elif ident == _PR_HTML:
                self.html = self._text(kind, data) if kind != 0x102 else charsets.decode(data, self._codepage)
            elif ident == _PR_RTF and kind == 0x102 and data:
                self._rich(data)

    def _rich(self, data: bytes) -> None:
        """Take the text of a mail in rich text; one that is damaged is no reason to lose its files."""
        try:
            html, text = rtf.html_or_text(rtf.decompress(data))
        except rtf.Damaged:
            return
        self.html, self.text = self.html or html, self.text or text

    def _attachment(self, ident: int, value: bytes, file: dict[int, bytes]) -> None:
        if ident == _ATT_TITLE:
            file.setdefault(_PR_SHORT_NAME, self._string(value).encode())
        elif ident == _ATT_DATA:
            file[_PR_DATA] = value
        else:
            for prop, kind, data in _properties(value):
                if kind == _OBJECT and prop == _PR_DATA:
                    self._object(data, file)
                elif kind in (_STRING, _UNICODE):
                    file[prop] = self._text(kind, data).encode("utf-8", "replace")
                elif prop == _PR_DATA and _PR_DATA not in file:
                    file[prop] = data

    def _object(self, data: bytes, file: dict[int, bytes]) -> None:
        """Take an embedded object: a message is unpacked too, anything else is kept as it is."""
        interface, content = data[:16], data[16:]
        file[_PR_DATA] = content
        if interface == _EMBEDDED_MESSAGE and self._depth < _MAX_DEPTH:
            try:
                inner = unpack(content, self._depth + 1)
            except Damaged:
                return
            self._nested.extend(inner.files)
            text = inner.text or inner.html
            file[_PR_DATA] = text.encode("utf-8", "replace")
            file[_PR_MIME] = b"text/plain" if inner.text else b"text/html"
            file[_PR_LONG_NAME] = file.get(_PR_NAME, b"message") + (b".txt" if inner.text else b".html")

    def files(self) -> list[File]:
        found = []
        for file in self._files:
            if _PR_DATA not in file:
                continue
            name = file.get(_PR_LONG_NAME) or file.get(_PR_SHORT_NAME) or file.get(_PR_NAME) or b""
            found.append(
                File(
                    name.decode("utf-8", "replace"),
                    file.get(_PR_MIME, b"").decode("ascii", "replace").lower(),
                    file[_PR_DATA],
                    file.get(_PR_CONTENT_ID, b"").decode("utf-8", "replace"),
                )
            )
        return found + self._nested

    def _string(self, value: bytes) -> str:
        return charsets.decode(value.rstrip(b"\0"), self._codepage)

    def _text(self, kind: int, data: bytes) -> str:
        if kind == _UNICODE:
            return data.decode("utf-16-le", "replace").rstrip("\0")
        return self._string(data)


def _attributes(data: bytes) -> Iterator[tuple[int, bytes]]:
    pos = 6
    for number in range(_MAX_ATTRIBUTES):
        if pos + 9 > len(data) or (number & _LOOK_AT_ATTRIBUTES == _LOOK_AT_ATTRIBUTES and deadline.passed()):
            return
        ident, _kind, length = struct.unpack_from("<HHI", data, pos + 1)
        pos += 9
        if pos + length > len(data):
            raise Damaged("an attribute is cut off")
        yield ident, data[pos : pos + length]
        pos += length + 2
    raise Damaged("too many attributes")


def _properties(data: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Yield id, type and value of MAPI properties; of several values the first."""
    try:
        (count,) = struct.unpack_from("<I", data)
        pos = 4
        for number in range(min(count, _MAX_PROPERTIES)):
            if number & _LOOK == _LOOK and deadline.passed():
                return
            kind, ident = struct.unpack_from("<HH", data, pos)
            pos = _after_name(data, pos + 4) if ident >= 0x8000 else pos + 4
            several, kind = kind & 0x1000, kind & 0x0FFF
            values, first = 1, b""
            if several or kind in _VARIABLE:
                (values,) = struct.unpack_from("<I", data, pos)
                pos += 4
            if values > _MAX_VALUES:
                raise Damaged("a property with too many values")
            if kind in _VARIABLE:
                for index in range(values):
                    (length,) = struct.unpack_from("<I", data, pos)
                    first = data[pos + 4 : pos + 4 + length] if index == 0 else first
                    pos += 4 + length + -length % 4
            elif kind in _SIZES:
                first = data[pos : pos + _SIZES[kind]]
                pos += _SIZES[kind] * values
            elif kind != 1:
                raise Damaged("a property of unknown type")
            yield ident, kind, first
    except struct.error as error:
        raise Damaged("a property is cut off") from error


def _after_name(data: bytes, pos: int) -> int:
    """Return where the value of a named property begins."""
    (by_name,) = struct.unpack_from("<I", data, pos + 16)
    pos += 20
    if by_name:
        (length,) = struct.unpack_from("<I", data, pos)
        return pos + 4 + int(length) + -int(length) % 4
    return pos + 4
