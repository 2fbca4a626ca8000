"""Address headers: groups, comments, missing quotes and brackets, encoded words, raw 8-bit names."""

from __future__ import annotations

import re

from connector.mail.headers import decode_words, one_line, raw_text
from connector.mail.message import Address
from services.patterns import late

MAX_TEXT = 150_000
_MAX_EMAIL = 1_000
_ENCODED = late(r"=\?[^?\s]{1,60}\?[bBqQ]\?[^?]{0,4000}\?=")
_QUOTED = late(r'"((?:[^"\\]++|\\.)*+)"', re.DOTALL)
_ANGLE = late(r"<([^<>]*)>")
_OPEN_ANGLE = late(r"<([^<>,;\s]*)")
_ATOM = late(r"[^\s\",;:<>()=]+|=")
_BRACKETS = late(r"\\.|[()]", re.DOTALL)
_BLANK = late(r"\s+")
_ESCAPE = late(r"\\(.)", re.DOTALL)
_LOCAL = late(r'(?:"[^"@]{1,64}"|[^\s"@<>()\[\]]{1,500})\s{0,5}$')
_DOMAIN = late(r'@\s{0,5}(?:\[[^\s\[\]]{1,100}\]|[^\s"@<>()\[\]]{1,500})')
_QUOTED_LOCAL = late(r'"[^"]{1,64}"@[^\s"@<>()\[\]]{1,500}')
_IN_NAME = late(r"([^<>]*)<([^<>\s@]{1,500}@[^<>\s@]{1,500})>")


def parse(value: bytes, limit: int, hint: str = "") -> tuple[list[Address], bool]:
    """Return the addresses of a header in order and whether some beyond the limit were left out."""
    reader = _Reader(raw_text(value[:MAX_TEXT], hint), limit)
    return reader.read(), reader.full or len(value) > MAX_TEXT


class _Entry:
    """What stands between two commas, while it is being read."""

    __slots__ = ("angle", "bare", "comments", "name", "quoted")

    def __init__(self) -> None:
        self.name: list[str] = []  # as a person reads it, quotes undone
        self.bare: list[str] = []  # as written, to find an address without brackets in it
        self.comments: list[str] = []
        self.angle: str | None = None
        self.quoted = False

    def add(self, text: str, written: str) -> None:
        self.name.append(text)
        self.bare.append(written)


class _Reader:
    """Reads one header from left to right, once: no input makes it look at a character many times."""

    def __init__(self, text: str, limit: int) -> None:
        self._text = text
        self._limit = limit
        self._pos = 0
        self._entry = _Entry()
        self._found: list[Address] = []
        self._surname: str | None = None
        self._quotes = self._comments = True
        self.full = False

    def read(self) -> list[Address]:
        text = self._text
        while self._pos < len(text) and not self.full:
            char = text[self._pos]
            if char in ",;":
                self._pos += 1
                self._flush(comma=char == ",")
            elif char == ":":
                self._colon()
            elif char == "<":
                self._angle()
            elif char == "(" and self._comments:
                self._comment()
            else:
                self._word(char)
        if not self.full:
            self._flush(comma=False)
        return self._found

    def _word(self, char: str) -> None:
        match = _QUOTED.match(self._text, self._pos) if char == '"' and self._quotes else None
        if match:
            self._entry.add(_ESCAPE.sub(r"\1", match[1]), match[0])
            self._entry.quoted = True
        else:
            if char == '"':
                self._quotes = False  # no second one follows: from here on quotes are rubbish
            match = _ENCODED.match(self._text, self._pos) if char == "=" else None
            match = match or _BLANK.match(self._text, self._pos) or _ATOM.match(self._text, self._pos)
            if match:
                piece = " " if match[0].isspace() else match[0]
                self._entry.add(piece, piece)
        self._pos = match.end() if match else self._pos + 1

    def _angle(self) -> None:
        if self._entry.angle:
            self._flush(comma=False)  # "A <a@x> B <b@x>": the comma was forgotten
        match = _ANGLE.match(self._text, self._pos) or _OPEN_ANGLE.match(self._text, self._pos)
        assert match is not None  # the second pattern needs no more than the bracket
        self._pos = match.end()
        if match[1] or self._entry.angle is None:
            self._entry.angle = match[1]

    def _colon(self) -> None:
        """A colon ends the name of a group, which is no address; "mailto:" goes the same way."""
        self._pos += 1
        entry = self._entry
        if entry.angle is None and not any("@" in piece for piece in entry.bare):
            self._entry, self._surname = _Entry(), None
        else:
            entry.add(":", ":")

    def _comment(self) -> None:
        depth = 0
        for bracket in _BRACKETS.finditer(self._text, self._pos):
            depth += (bracket[0] == "(") - (bracket[0] == ")")
            if depth == 0:
                comment = self._text[self._pos + 1 : bracket.start()]
                self._entry.comments.append(_ESCAPE.sub(r"\1", comment))
                self._pos = bracket.end()
                return
        self._comments = False  # unbalanced: read the rest as words
        self._pos += 1

    def _flush(self, *, comma: bool) -> None:
        entry, self._entry = self._entry, _Entry()
        surname, self._surname = self._surname, None
        name = _tidy("".join(entry.name))
        email = _email(entry.angle) if entry.angle else ""
        if not entry.angle:
            written = _bare_address("".join(entry.bare))
            if written:
                email = _email(written)
                bare = "".join(entry.bare)
                name = _tidy(bare.replace(f"[{written}]" if f"[{written}]" in bare else written, "", 1))
            elif name and "=?" in "".join(entry.bare):
                name, email = _whole_encoded(name)
        if not name and entry.comments:
            name = _tidy(" ".join(entry.comments))
        if surname is not None:
            if email and name and entry.angle:
                name = f"{surname}, {name}"  # "Doe, John <john@x>" without its quotes
            else:
                self._add(_nameless(surname))
        if not email and name and entry.angle is None and comma and not entry.quoted:
            self._surname = name if any(map(str.isalnum, name)) else None
        elif email:
            self._add(Address("" if name == email else name, email))
        elif name:
            self._add(_nameless(name) if entry.angle is None else Address(name, ""))

    def _add(self, address: Address) -> None:
        if len(self._found) >= self._limit:
            self.full = True
        else:
            self._found.append(address)


def _whole_encoded(name: str) -> tuple[str, str]:
    """Take apart a name that was encoded together with its address, which some mailers do."""
    inside = _IN_NAME.fullmatch(name)
    if inside:
        return _tidy(inside[1]), _email(inside[2])
    return ("", _email(name)) if _bare_address(name) == name else (name, "")


def _bare_address(text: str) -> str:
    """Return the first address in text that stands without brackets, as it is written there, or nothing."""
    if '"@' in text and (quoted := _QUOTED_LOCAL.search(text)):
        return quoted[0]
    at = text.find("@")
    for _ in range(5):
        if at < 0:
            break
        local, domain = _LOCAL.search(text[max(0, at - 600) : at]), _DOMAIN.match(text, at)
        if local and domain:
            return local[0] + domain[0]
        at = text.find("@", at + 1)
    return ""


def _nameless(word: str) -> Address:
    """One word without "@" is a mailbox on some system's own host ("root"); several are a person's name."""
    return Address(word, "") if " " in word else Address("", word)


def _tidy(name: str) -> str:
    name = one_line(decode_words(name.strip()))
    while len(name) > 1 and name[0] == name[-1] and name[0] in "'\"":
        name = name[1:-1].strip()
    return " ".join(part for part in name.split(" ") if part)


def _email(text: str) -> str:
    """Return an address without routes, blanks and stray quotes, its domain in lower case."""
    text = "".join(one_line(decode_words(text)).split())
    if text.lower().startswith("mailto:"):
        text = text[7:]
    if text.startswith("@") and ":" in text:
        text = text.rpartition(":")[2]
    text = text.strip("'<>").rstrip(".,;")
    local, at, domain = text.rpartition("@")
    return f"{local}@{domain.lower()}"[:_MAX_EMAIL] if at else text[:_MAX_EMAIL]
