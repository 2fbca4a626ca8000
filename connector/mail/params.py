"""Parameters of Content-Type and Content-Disposition: RFC 2231, RFC 2047 and what mailers make of both."""

from __future__ import annotations

import re

from connector.mail import charsets
from connector.mail.headers import decode_words, raw_text
from services.patterns import late

_MAX_PARAMETERS = 200
_MAX_VALUE = 20_000
_NAME = late(r"[\s;]*([^\s=;\"]+)\s*")
_QUOTED = late(r'"((?:[^"\\]++|\\.)*+)"', re.DOTALL)
_UNQUOTED = late(r"[^;]*")
_ESCAPE = late(r'\\(["\\])')
_EXTENDED = late(r"([^*]+)\*(?:(\d{1,4})(\*)?)?")
_CHARSET = late(r"([A-Za-z0-9_.:+-]*)'[^']*'(.*)", re.DOTALL)
_COMMENT = late(r"\([^()]*\)")
_WINDOWS_PATH = late(r"[A-Za-z]:\\|\\\\")


def parse(value: bytes, hint: str = "") -> tuple[str, dict[str, str]]:
    """Return a header's main value in lower case and its decoded parameters by lower-case name."""
    text = raw_text(value[:_MAX_VALUE], hint)
    main, _, rest = text.partition(";")
    if "=" in main:  # "Content-Type: charset=utf-8": the value itself is missing
        main, rest = "", text
    main = _COMMENT.sub("", main).strip().strip("\"'").lower()
    return main, _decoded(_pairs(rest))


def _pairs(text: str) -> list[tuple[str, str]]:
    pairs: list[tuple[str, str]] = []
    pos = 0
    while len(pairs) < _MAX_PARAMETERS:
        name = _NAME.match(text, pos)
        if name is None:
            pos = text.find(";", pos) + 1
            if pos == 0 or not text[pos:].strip("; \t"):
                break
            continue
        pos = name.end()
        if text[pos : pos + 1] != "=":
            continue
        pos += 1
        while text[pos : pos + 1] in (" ", "\t"):
            pos += 1
        value, pos = _value(text, pos)
        pairs.append((name[1].lower(), value))
    return pairs


def _value(text: str, pos: int) -> tuple[str, int]:
    quoted = _QUOTED.match(text, pos)
    if quoted:
        inner = quoted[1]
        return inner if _WINDOWS_PATH.match(inner) else _ESCAPE.sub(r"\1", inner), quoted.end()
    plain = _UNQUOTED.match(text, pos)
    value = plain[0] if plain else ""
    # An opening quote without its end: the value runs to the next parameter.
    return value.strip().removeprefix('"').strip(), pos + len(value)


def _decoded(pairs: list[tuple[str, str]]) -> dict[str, str]:
    plain: dict[str, str] = {}
    extended: dict[str, dict[int, tuple[str, bool]]] = {}
    for name, value in pairs:
        match = _EXTENDED.fullmatch(name)
        if match is None:
            plain.setdefault(name, decode_words(value))
        elif match[2] is None:
            extended.setdefault(match[1], {}).setdefault(0, (value, True))
        else:
            extended.setdefault(match[1], {}).setdefault(int(match[2]), (value, bool(match[3])))
    for name, pieces in extended.items():
        value = _joined([pieces[index] for index in sorted(pieces)])
        if value or name not in plain:
            plain[name] = value
    return plain


def _joined(pieces: list[tuple[str, bool]]) -> str:
    """Join the numbered pieces as bytes, because a character may be split between two of them."""
    charset, data = "", []
    for index, (value, encoded) in enumerate(pieces):
        if encoded and index == 0:
            match = _CHARSET.fullmatch(value)
            if match:
                charset, value = match[1], match[2]
        if encoded:
            from urllib.parse import unquote_to_bytes

            data.append(unquote_to_bytes(value))
        else:
            data.append(value.encode("utf-8", "replace"))
    return decode_words(charsets.decode(b"".join(data), charset))
