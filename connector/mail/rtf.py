"""The text of Outlook's rich text: what winmail.dat has where the sender wrote in no other format."""

from __future__ import annotations

import re
import struct
from itertools import count, islice

from connector.mail import charsets, deadline
from services.patterns import late

_MAX_OUTPUT = 4_000_000
_MAX_TEXT = 1_000_000
_COMPRESSED, _PLAIN = b"LZFu", b"MELA"
_DICTIONARY = (
    b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor "
    b"MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par \\pard\\plain\\f0\\fs20"
    b"\\b\\i\\u\\tab\\tx"
)
_WINDOW = 4096
_LOOK = 1_023
_TOKEN = late(
    r"\\([a-z]{1,32})(-?\d{1,10})?[ ]?|\\'([0-9a-fA-F]{2})|\\([^a-z])|([{}])|[\r\n]+|([^\\{}\r\n]+)|\\", re.IGNORECASE
)
_SURROGATE = late("[\ud800-\udfff]")
# Groups that hold no text of the mail.
_SKIPPED = frozenset(
    (
        "fonttbl",
        "colortbl",
        "stylesheet",
        "info",
        "pict",
        "object",
        "header",
        "footer",
        "listtable",
        "themedata",
        "xmlnstbl",
    )
)
_WORDS = {
    **{"par": "\n", "line": "\n", "sect": "\n", "page": "\n", "row": "\n", "cell": "  ", "tab": "\t", "emdash": "—"},
    **{"endash": "–", "bullet": "•", "lquote": "‘", "rquote": "’", "ldblquote": "“", "rdblquote": "”", "emspace": " "},
}


class Damaged(ValueError):
    """The data is no compressed rich text."""


def decompress(data: bytes) -> bytes:
    """Return rich text out of its compression (MS-OXRTFCP); raises Damaged for anything else."""
    if len(data) < 16 or data[8:12] not in (_COMPRESSED, _PLAIN):
        raise Damaged("no compressed rich text")
    size = min(struct.unpack_from("<I", data, 4)[0], _MAX_OUTPUT)
    if data[8:12] == _PLAIN:
        return data[16 : 16 + size]
    window = bytearray(_DICTIONARY) + bytearray(_WINDOW - len(_DICTIONARY))
    write, pos = len(_DICTIONARY), 16
    out = bytearray()
    for step in count():
        if pos >= len(data) or len(out) >= size or (step & _LOOK == _LOOK and deadline.passed()):
            break
        control = data[pos]
        pos += 1
        for bit in range(8):
            if not control >> bit & 1:
                if pos >= len(data):
                    return bytes(out)
                window[write] = data[pos]
                out.append(data[pos])
                write, pos = (write + 1) % _WINDOW, pos + 1
                continue
            if pos + 2 > len(data):
                return bytes(out)
            offset, length = data[pos] << 4 | data[pos + 1] >> 4, (data[pos + 1] & 15) + 2
            pos += 2
            if offset == write:
                return bytes(out[:size])
            for step in range(length):
                byte = window[(offset + step) % _WINDOW]
                window[write] = byte
                out.append(byte)
                write = (write + 1) % _WINDOW
    return bytes(out[:size])


def html_or_text(data: bytes) -> tuple[str, str]:
    """Return the HTML that rich text was made from, and its plain text where it was made from none."""
    source = data.decode("latin-1")
    from_html = "\\fromhtml" in source[:400]
    text = _Reader(source, html=from_html).read()
    return (text, "") if from_html else ("", text.strip("\n"))


class _Reader:
    """Reads rich text once from left to right; groups may be nested as deep as they like."""

    def __init__(self, source: str, *, html: bool) -> None:
        self._source = source
        self._html = html
        self._codepage = "cp1252"
        self._out: list[str] = []
        self._bytes = bytearray()
        self._skipped = False
        self._plain = False  # \htmlrtf: rich text that only those see who cannot read HTML
        self._stack: list[tuple[bool, bool, int]] = []
        self._behind_unicode = 1
        self._ignore = 0
        self._starred = False

    def read(self) -> str:
        for step, match in enumerate(islice(_TOKEN.finditer(self._source), _MAX_TEXT)):
            if step & _LOOK == _LOOK and deadline.passed():
                break
            word, number, octet, symbol, brace, text = match.groups()
            if brace:
                self._group(brace)
            elif word:
                self._word(word.lower(), number)
            elif octet:
                self._octet(int(octet, 16))
            elif symbol:
                self._symbol(symbol)
            elif text:
                self._text(text)
        self._flush()
        text = "".join(self._out)
        if _SURROGATE.search(text):  # letters beyond 16 bits come as two numbers
            text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
        return text

    def _group(self, brace: str) -> None:
        self._flush()
        self._starred = False
        if brace == "{":
            self._stack.append((self._skipped, self._plain, self._behind_unicode))
        elif self._stack:
            self._skipped, self._plain, self._behind_unicode = self._stack.pop()

    def _word(self, word: str, number: str | None) -> None:
        starred, self._starred = self._starred, False
        if word == "u" and number is not None:
            self._unicode(int(number))
            return
        self._flush()
        if word == "ansicpg" and number:
            self._codepage = f"cp{number}"
        elif word == "uc" and number is not None:
            self._behind_unicode = max(0, min(int(number), 10))
        elif word == "htmlrtf":
            self._plain = number != "0"
        elif word == "htmltag":
            self._skipped = False
        elif word in _SKIPPED or starred:
            self._skipped = True
        elif word in _WORDS and not self._hidden:
            self._out.append(_WORDS[word])

    def _symbol(self, symbol: str) -> None:
        if symbol == "*":
            self._starred = True
        elif symbol in "\\{}":
            self._text(symbol)
        elif symbol == "~":
            self._text("\xa0")
        elif symbol in "\r\n":
            self._text("\n")

    def _unicode(self, code: int) -> None:
        self._flush()
        if not self._hidden:
            self._out.append(chr(code % 0x10000))
        self._ignore = self._behind_unicode

    def _octet(self, byte: int) -> None:
        if self._ignore:
            self._ignore -= 1
        elif not self._hidden:
            self._bytes.append(byte)

    def _text(self, text: str) -> None:
        self._flush()
        dropped = min(self._ignore, len(text))
        self._ignore -= dropped
        if not self._hidden:
            self._out.append(_decoded_eight_bit(text[dropped:], self._codepage))

    @property
    def _hidden(self) -> bool:
        return self._skipped or (self._html and self._plain)

    def _flush(self) -> None:
        if self._bytes:
            self._out.append(charsets.decode(bytes(self._bytes), self._codepage))
            self._bytes.clear()


def _decoded_eight_bit(text: str, codepage: str) -> str:
    return text if text.isascii() else charsets.decode(text.encode("latin-1", "replace"), codepage)
