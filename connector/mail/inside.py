"""Files that stand in the middle of a text, uuencoded, as mailers of before MIME and some logs still send them."""

from __future__ import annotations

import re

from connector.mail import deadline, transfer
from services.patterns import late

_BEGIN = late(r"^begin [0-7]{3,4} ([^\n]{1,200})$", re.MULTILINE)
_END = late(r"^end[ ]*$", re.MULTILINE)
_MAX_FILES = 100
_FULL = 45
"""Bytes on a full line; its first character says so."""


def take_out(text: str) -> tuple[str, list[tuple[str, bytes]]]:
    """Return the text with a name in place of each file, and the files; what does not end is left as it is."""
    files: list[tuple[str, bytes]] = []
    out: list[str] = []
    pos = 0
    for _ in range(_MAX_FILES):
        begin = _BEGIN.search(text, pos)
        end = _END.search(text, begin.end()) if begin else None
        if begin is None or end is None or deadline.passed():
            break
        if not _is_encoded(text, begin.end() + 1, end.start()):
            out.append(text[pos : begin.end()])
            pos = begin.end()
            continue
        name = begin[1].strip()
        encoded = text[begin.start() : end.end()].encode("ascii", "replace")
        files.append((name, transfer.uuencoded(encoded)))
        out.append(text[pos : begin.start()] + f"[{name}]")
        pos = end.end()
    return "".join(out) + text[pos:], files


def _is_encoded(text: str, start: int, end: int) -> bool:
    """Tell by the first lines whether their lengths are what their first characters say."""
    lines = text[start : min(end, start + 500)].split("\n")[:4]
    lines = [line for line in lines[: -1 if end - start > 500 else None] if line.strip() not in ("", "`")]
    return bool(lines) and all(_fits(line) for line in lines)


def _fits(line: str) -> bool:
    count = (ord(line[0]) - 32) & 63
    needed = 1 + (count + 2) // 3 * 4
    return count <= _FULL and line.isascii() and needed - 3 <= len(line.rstrip()) <= needed + 1
