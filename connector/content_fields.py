"""The fields of a mail's head that a copy of it keeps: what describes its content, and how urgent it is.

They stay as they were written, because the content is nothing without them. Only what no mail server would take, and
what names a person or a place, is taken out of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from connector.mail.headers import Headers, raw_text
from services.mail_writing import Field
from services.patterns import late

# In the order in which they are written, with what alone may stand in them; where the content needs one to be read,
# with what it counts as that nobody understands.
_WORDS = late(r"[A-Za-z]{1,20}(?:-[A-Za-z]{1,20}){0,2}")
_KEPT: tuple[tuple[str, re.Pattern[str] | str], ...] = (
    ("Content-Type", "text/plain"),
    ("Content-Transfer-Encoding", "8bit"),
    ("Content-Disposition", "attachment"),
    ("Content-Language", late(r"[A-Za-z0-9, -]{1,200}")),
    ("Content-Class", late(r"[A-Za-z0-9:._-]{1,200}")),
    ("Importance", _WORDS),
    ("Priority", _WORDS),
    ("X-Priority", late(r"[1-5](?: ?\([A-Za-z ]{1,20}\))?")),
    ("X-MSMail-Priority", _WORDS),
    ("Thread-Index", late(r"[A-Za-z0-9+/= ]{1,900}")),
)
_LINE_ENDS = late(rb"[\r\n]+[ \t]*")
_LONGEST = 900
"""Bytes of a line that every server takes, with the name of the field."""
_READ = 20_000
"""Bytes of a field that has to be made tidy; of a longer one the desk itself reads no more either."""

# As far as the next semicolon, or a quote that never ends.
_PIECE = late(r'(?:"(?:[^"\\]|\\.)*+"|[^;"])*+')
_KIND = late(r"([A-Za-z0-9!#$&^_.+/-]{1,200})(?:\s*\([^()]*\))?")
_NAME = late(r"\s*([A-Za-z0-9_-]+)")
# What the content cannot be read without, or what says no more of its writer than the content does.
_NEEDED = ("boundary", "charset", "start", "type", "protocol", "micalg", "name", "filename", "report-type")
_EIGHT_BIT = late(
    r'"([^"\\\x80-\xff]*+[\x80-\xff][^"\\]*+)"|(?<![^\s";=])[^\s";=\x80-\xff]*+[\x80-\xff][^\s";=]*', re.ASCII
)


def kept(found: Headers) -> Iterator[Field]:
    """Yield the fields of a mail's head that its copy has too; 8-bit characters stand for bytes (latin-1)."""
    # What stands behind the version in brackets names the mail program.
    yield "MIME-Version", "1.0" if "mime-version" in found else ""
    for name, pattern in _KEPT:
        value = _as_it_was(found.folded(name.lower()))
        if isinstance(pattern, str):
            yield name, _tidy(value, pattern) if value else ""
        elif value and pattern.fullmatch(" ".join(value.split())) and _fits(value):
            yield name, value


def _as_it_was(value: bytes) -> str:
    """Return a field with its folds, but such that nothing in it begins another field; NUL no database keeps."""
    lines = [line.strip(b" \t") for line in _LINE_ENDS.split(value.replace(b"\0", b""))]
    return "\r\n ".join(line.decode("latin-1") for line in lines if line)


def _tidy(value: str, instead: str) -> str:
    """Return a type or disposition without parameters that name an address or would be too long for a line.

    Names in 8 bits are encoded, as mail servers want it; a boundary has to stay as it stands in the content.
    """
    if value.isascii() and "@" not in value and _fits(value):
        return value
    pieces = [_encoded(piece.strip()) for piece in _pieces(value.replace("\r\n", "")[:_READ]) if piece]
    kind = _KIND.fullmatch(pieces[0]) if pieces else None
    return ";\r\n ".join([kind[1] if kind else instead, *filter(_stays, pieces[1:])])


def _pieces(value: str) -> list[str]:
    """Return what stands between semicolons outside of quotes; a quote without its end quotes nothing."""
    pieces: list[str] = []
    at = 0
    while at <= len(value) and (found := _PIECE.match(value, at)):
        end = found.end()
        if value[end : end + 1] == '"':
            rest, *others = value[end:].split(";")
            return [*pieces, value[at:end] + rest, *others]
        pieces.append(found[0])
        at = end + 1
    return pieces


def _stays(parameter: str) -> bool:
    name = _NAME.match(parameter)
    needed = name is not None and name[1].lower() in _NEEDED
    return bool(parameter) and _fits(parameter) and ("@" not in parameter or needed)


def _encoded(piece: str) -> str:
    if piece.isascii() or piece.lower().startswith("boundary"):
        return piece
    return _EIGHT_BIT.sub(_word, piece)


def _word(found: re.Match[str]) -> str:
    # Few mails need it, and it takes a while to load.
    from email.header import Header

    text = raw_text((found[1] or found[0]).encode("latin-1"))[:_LONGEST]
    words = Header(text, "utf-8", maxlinelen=_LONGEST // 12).encode(linesep="\r\n")
    return f'"{words}"' if found[1] else words


def _fits(value: str) -> bool:
    return max(map(len, value.split("\r\n"))) <= _LONGEST
