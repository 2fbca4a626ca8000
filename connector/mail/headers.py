"""Header blocks as they really come: found, unfolded and decoded without ever failing."""

from __future__ import annotations

import re

from connector.mail import charsets, deadline, transfer
from services.patterns import late
from services.text import clean

MAX_LINES = 250_000
MAX_BLOCK = 4_000_000
MAX_VALUE = 1_100_000
_MAX_REPEATS = 100
_MAX_TEXT = 100_000
_MAX_WORD = 4_000
_LOOK = 4_095

_BLOCK_END = late(rb"\n[ \t]*\r?\n")
_FIELD = late(rb"([!-9;-~]+)[ \t]*:")
# A field with the lines that continue it, as nearly all come.
_WHOLE_FIELD = late(rb"(?!--)([!-9;-~]+)[ \t]*:([^\n]*\n(?:[ \t]+[^\s][^\n]*\n)*+)")
_MOST_FIELDS = 2_000
_LINE_ENDS = late(rb"[\r\n]+")
_WORD = late(r"=\?([^?\s]{1,60})\?([bBqQ])\?")
# A line of rubbish among headers is passed over only if one of these follows; a body would hardly say so.
_KNOWN = late(
    rb"(?:from|to|cc|subject|date|message-id|received|mime-version|content-type|content-transfer-encoding"
    rb"|reply-to|references|in-reply-to|return-path|delivered-to|sender|x-[a-z-]+)[ \t]*:",
    re.IGNORECASE,
)
_RUBBISH_LINES = 5
_BASE64_OF_URLS = bytes.maketrans(b"-_", b"+/")


class Headers:
    """The fields of one header block in order; `get` and `all` take lower-case names and give raw bytes."""

    __slots__ = ("_fields", "cut", "names")

    def __init__(self) -> None:
        self._fields: dict[str, list[bytes]] = {}
        self.names: list[str] = []
        self.cut = False

    def add(self, name: str, value: bytes) -> None:
        """Append a field."""
        self.names.append(name)
        self._fields.setdefault(name, []).append(value)

    def get(self, name: str) -> bytes:
        """Return the first field of a name (a forged second one never wins), unfolded, or nothing."""
        values = self._fields.get(name)
        return unfold(values[0][:MAX_VALUE]) if values else b""

    def folded(self, name: str) -> bytes:
        """Return the first field of a name as it stands in the mail, with its folds, or nothing."""
        values = self._fields.get(name)
        return values[0][:MAX_VALUE] if values else b""

    def all(self, name: str) -> list[bytes]:
        """Return every field of a name, unfolded."""
        return [unfold(value[:MAX_VALUE]) for value in self._fields.get(name, ())[:_MAX_REPEATS]]

    def raw(self, name: str) -> bytes:
        """Return the first field of a name as it was written, with its folds, or nothing."""
        values = self._fields.get(name)
        return values[0][:MAX_VALUE] if values else b""

    def __contains__(self, name: str) -> bool:
        return name in self._fields


def split(raw: bytes, start: int, *, patient: bool = False) -> tuple[Headers, int]:
    """Return the headers that begin at `start` and where the body begins.

    A patient reading passes over a few lines of rubbish when headers go on behind them.
    """
    usual = _split_usual(raw, start)
    if usual is not None:
        return usual
    headers = Headers()
    name, first, pos, lines = "", start, start, 0

    def finish(end: int) -> None:
        if name:
            headers.add(name, raw[first:end])

    size = len(raw)
    limit = min(size, start + MAX_BLOCK)
    while pos < limit and lines < MAX_LINES:
        if lines & _LOOK == _LOOK and deadline.passed():
            break
        newline = raw.find(b"\n", pos)
        after = size if newline < 0 else newline + 1
        lines += 1
        lead = raw[pos : pos + 2]
        if lead[:1] in (b" ", b"\t"):
            if not raw[pos : min(after, pos + 1000)].strip() and after - pos < 1000 and _is_end(raw, after):
                finish(pos)
                return headers, after
            pos = after
            continue
        if lead[:1] in (b"\n", b"") or lead == b"\r\n" or (lead == b"\r\r" and not raw[pos:after].strip()):
            finish(pos)
            return headers, after
        match = None if lead == b"--" else _FIELD.match(raw, pos, after)
        if match:
            finish(pos)
            name, first = match[1].decode("ascii").lower(), match.end()
        elif patient and raw.startswith((b"From ", b">From "), pos) and headers_go_on(raw, after):
            finish(pos)  # an envelope line that a mailbox file left behind
            name = ""
        elif not (patient and headers_go_on(raw, after)):
            finish(pos)
            return headers, pos
        pos = after
    finish(pos)
    if patient and pos < size:
        headers.cut = True
        end = _BLOCK_END.search(raw, max(pos - 1, 0))
        return headers, end.end() if end else size
    return headers, pos


def _split_usual(raw: bytes, start: int) -> tuple[Headers, int] | None:
    """Do what `split` does for headers that are as they should be, a field at a time; None for any others."""
    headers = Headers()
    pos, limit = start, start + MAX_BLOCK
    for _ in range(_MOST_FIELDS):
        field = _WHOLE_FIELD.match(raw, pos)
        if field is None or pos >= limit:
            break
        headers.add(field[1].decode("ascii").lower(), field[2])
        pos = field.end()
    if raw.startswith(b"\r\n", pos):
        return headers, pos + 2
    return (headers, pos + 1) if raw.startswith(b"\n", pos) else None


def _is_end(raw: bytes, after: int) -> bool:
    """Tell whether a line of blanks was meant as the empty line: no field and no fold follows it."""
    following = raw[after : after + 200]
    return not (following[:1] in (b" ", b"\t") or _FIELD.match(following))


def headers_go_on(raw: bytes, pos: int) -> bool:
    """Tell whether a well-known field follows within a few lines and before an empty one."""
    for _ in range(_RUBBISH_LINES):
        if raw[pos : pos + 1] in (b"", b"\n", b"\r"):
            return False
        if _KNOWN.match(raw, pos):
            return True
        newline = raw.find(b"\n", pos, pos + 2000)
        if newline < 0:
            return False
        pos = newline + 1
    return False


def starts_with_field(raw: bytes) -> bool:
    """Tell whether bytes begin like a header block."""
    return _FIELD.match(raw) is not None


def unfold(value: bytes) -> bytes:
    """Join folded lines, bare CR and LF included, with one blank each."""
    value = value.strip(b" \t\r\n")
    if b"\n" not in value and b"\r" not in value:
        return value
    return b" ".join(filter(None, (piece.strip(b" \t") for piece in _LINE_ENDS.split(value))))


def raw_text(value: bytes, hint: str = "") -> str:
    """Return a header's characters before any encoded words; `hint` is the charset of the mail's body."""
    if value.isascii():
        if b"\x1b$" in value or b"\x1b(" in value:
            return charsets.decode(value, "iso-2022-jp")
        return value.decode("ascii")
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return charsets.decode(value, hint)


def decode(value: bytes, hint: str = "") -> str:
    """Return a header as one clean line of text with its encoded words read."""
    return one_line(decode_words(raw_text(value[:_MAX_TEXT], hint)))


def one_line(text: str) -> str:
    """Return clean text without line breaks."""
    if text.isascii() and text.isprintable():
        return text.strip()
    return clean(text.replace("\t", " ").replace("\r\n", " ").replace("\r", " ").replace("\n", " ")).strip()


def decode_words(text: str) -> str:
    """Read RFC 2047 encoded words wherever they stand, joining characters that were split between two."""
    if "=?" not in text:
        return text
    out: list[str] = []
    words: list[tuple[str, str, str]] = []
    pos = 0
    while True:
        start = text.find("=?", pos)
        match = _WORD.match(text, start) if start >= 0 else None
        end = text.find("?=", match.end(), match.end() + _MAX_WORD) if match else -1
        if start >= 0 and (match is None or end < 0):
            gap = text[pos : start + 2]
        else:
            gap = text[pos:start] if start >= 0 else text[pos:]
        if gap.strip(" \t") or start < 0:
            out.append(_join(words))
            words = []
            out.append(gap)
        elif gap and not words:
            out.append(gap)
        if start < 0:
            return "".join(out)
        if match is None or end < 0:
            pos = start + 2
            continue
        words.append((match[1].partition("*")[0].lower(), match[2].lower(), text[match.end() : end]))
        pos = end + 2


def _join(words: list[tuple[str, str, str]]) -> str:
    """Decode neighbouring words, as one run of bytes while the charset stays the same."""
    runs: list[tuple[str, list[tuple[str, str]]]] = []
    for charset, kind, payload in words:
        if runs and runs[-1][0] == charset:
            pieces = runs[-1][1]
            cut_base64 = pieces[-1][0] == kind == "b" and len(pieces[-1][1]) % 4 and not pieces[-1][1].endswith("=")
            if cut_base64:
                pieces[-1] = (kind, pieces[-1][1] + payload)
            else:
                pieces.append((kind, payload))
        else:
            runs.append((charset, [(kind, payload)]))
    return "".join(
        charsets.decode(b"".join(_word_bytes(*piece) for piece in pieces), charset) for charset, pieces in runs
    )


def _word_bytes(kind: str, payload: str) -> bytes:
    data = payload.encode("utf-8", "replace")
    if kind == "q":
        return transfer.quoted_printable(data.replace(b"_", b" "))
    return transfer.base64(data.translate(_BASE64_OF_URLS, b" "))
