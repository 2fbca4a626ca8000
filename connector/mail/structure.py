"""The parts of a MIME mail, found in one pass over its bytes.

The standard library's parser asks every enclosing part about every line and nests a generator for each: a
mail with 2,000 nested parts ends it in a RecursionError. Here a line that begins with two dashes is looked up
among the boundaries that are open, so depth costs nothing.
"""

from __future__ import annotations

import re

from connector.mail import deadline, headers, params
from connector.mail.headers import Headers
from services.patterns import late

MAX_PARTS = 10_000
_MAX_DASH_LINES = 500_000
_MAX_BOUNDARY = 1_000
_LOOK = 1_023
_LOOK_AT_PARTS = 15
_GUESS_WINDOW = 64_000
_GUESS = late(rb"^--([^\r\n]{1,200}?)[ \t]*\r?\nContent-[A-Za-z-]+:", re.MULTILINE | re.IGNORECASE)
_TYPE = late(r"[a-z0-9][a-z0-9!#$&^_.+-]*/[a-z0-9][a-z0-9!#$&^_.+*-]*")


class Part:
    """One part: its headers and where its body lies; parts of a multipart name it as their `parent`."""

    __slots__ = (
        "children",
        "content_type",
        "disposition",
        "end",
        "headers",
        "names",
        "params",
        "parent",
        "start",
    )

    def __init__(self, found: Headers, parent: int, default_type: str) -> None:
        self.headers = found
        self.parent = parent
        self.children: list[int] = []
        self.start = self.end = 0
        self.content_type, self.params = params.parse(found.get("content-type"))
        self.disposition, self.names = params.parse(found.get("content-disposition"))
        if not _TYPE.fullmatch(self.content_type):
            named = self.disposition == "attachment"
            self.content_type = "application/octet-stream" if named else default_type

    @property
    def multipart(self) -> bool:
        return bool(self.children)

    @property
    def filename(self) -> str:
        """The name the sender gave, decoded but not yet made safe."""
        return self.names.get("filename") or self.params.get("name") or self.names.get("name", "")

    @property
    def encoding(self) -> str:
        return self.headers.get("content-transfer-encoding").decode("ascii", "replace")


def split(raw: bytes) -> tuple[list[Part], bool]:
    """Return the parts in the order of the mail, itself first, and whether a limit cut the list short."""
    return _Splitter(raw).split()


class _Splitter:
    def __init__(self, raw: bytes) -> None:
        self._raw = raw
        self._parts: list[Part] = []
        self._open: list[tuple[int, bytes]] = []  # enclosing multiparts, outermost first: part and boundary
        self._levels: dict[bytes, list[int]] = {}  # boundary to its places in _open: inner parts reuse some
        self._dash_lines = 0
        self._cut = False

    def split(self) -> tuple[list[Part], bool]:
        pos = self._begin_part(0, -1)
        while self._open:
            if len(self._parts) & _LOOK_AT_PARTS == _LOOK_AT_PARTS and deadline.passed():
                break
            found = self._next_delimiter(pos)
            if found is None or len(self._parts) >= MAX_PARTS:
                self._cut = self._cut or found is not None
                break
            line_start, pos, level, closing = found
            self._end_parts(line_start, level if closing else level + 1)
            if not closing:
                pos = self._begin_part(pos, self._open[level][0])
        self._end_parts(len(self._raw), 0)
        for part in self._parts:
            if part.content_type.startswith("multipart/") and not part.multipart:
                part.content_type = "text/plain"  # it promised parts and has none: what is there is text
        return self._parts, self._cut

    def _begin_part(self, pos: int, parent: int) -> int:
        """Read a part's headers at `pos` and return where its body begins."""
        found, body = headers.split(self._raw, pos, patient=parent < 0)
        digest = parent >= 0 and self._parts[parent].content_type == "multipart/digest"
        part = Part(found, parent, "message/rfc822" if digest else "text/plain")
        index = len(self._parts)
        self._parts.append(part)
        if parent >= 0:
            self._parts[parent].children.append(index)
        part.start, part.end = body, -1
        if part.content_type.startswith("multipart/"):
            boundary = self._boundary(part, body)
            if boundary:
                self._levels.setdefault(boundary, []).append(len(self._open))
                self._open.append((index, boundary))
        return body

    def _boundary(self, part: Part, body: int) -> bytes:
        declared = part.params.get("boundary", "").encode("utf-8", "replace").rstrip()[:_MAX_BOUNDARY]
        if declared and (part.parent >= 0 or self._raw.find(b"--" + declared, body) >= 0):
            return declared
        guess = _GUESS.search(self._raw, body, body + _GUESS_WINDOW)
        return guess[1] if guess and guess[1] not in self._levels else declared

    def _end_parts(self, end: int, keep: int) -> None:
        """Close the part before a delimiter and the multiparts that the delimiter ends."""
        raw = self._raw
        end = end - 1 if end > 0 and raw[end - 1 : end] == b"\r" and end < len(raw) else end
        last = self._parts[-1]
        if last.end < 0:
            last.end = max(last.start, end)
        while len(self._open) > keep:
            index, boundary = self._open.pop()
            self._levels[boundary].pop()
            if not self._levels[boundary]:
                del self._levels[boundary]
            self._parts[index].end = max(self._parts[index].start, end)

    def _next_delimiter(self, pos: int) -> tuple[int, int, int, bool] | None:
        """Return where the next delimiter line begins and ends, whose it is, and whether it closes."""
        raw = self._raw
        newline = max(pos - 1, 0)
        while True:
            newline = raw.find(b"\n--", newline)
            if newline < 0:
                return None
            self._dash_lines += 1
            if self._dash_lines > _MAX_DASH_LINES:
                self._cut = True
                return None
            if not self._dash_lines & _LOOK and deadline.passed():
                return None
            after = raw.find(b"\n", newline + 3, newline + 3 + 2 * _MAX_BOUNDARY)
            stop = after if after >= 0 else min(len(raw), newline + 3 + 2 * _MAX_BOUNDARY)
            line = raw[newline + 3 : stop].rstrip(b" \t\r")
            closing = line not in self._levels and line[-2:] == b"--"
            places = self._levels.get(line[:-2].rstrip() if closing else line)
            if places:
                return newline, (after + 1 if after >= 0 else stop), places[-1], closing
            newline += 1
