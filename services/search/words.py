"""Taking text apart into words, the same for both engines, for what is stored and for what is typed.

A word is a run of letters and digits without case and diacritics: "Größe" and "GROSSE" are one word. What is written
without spaces between words (Chinese, Japanese, Thai and others) becomes a word per character, so that a part of a
sentence is found as a phrase.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from functools import cache
from unicodedata import category, normalize

from services.patterns import late

LONGEST = 64
"""Characters of a word that count: what is longer was made by a machine, and is found by its beginning."""

# Letters that Unicode does not take apart but people type without their stroke or ligature.
_PLAIN = {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "ŧ": "t", "æ": "ae", "œ": "oe", "þ": "th"}
# Inside a word without being a part of it: the soft hyphen, joiners, marks of direction, and the byte order mark.
_INVISIBLE = frozenset("\u00ad\u034f\u061c\u200c\u200d\u200e\u200f\u2060\ufeff")
_UNSPACED = (
    (0x0E00, 0x0EFF),  # Thai, Lao
    (0x1000, 0x109F),  # Burmese
    (0x1780, 0x17FF),  # Khmer
    (0x2E80, 0x312F),  # radicals, Hiragana, Katakana, Bopomofo
    (0x31F0, 0x31FF),
    (0x3400, 0x4DBF),
    (0x4E00, 0x9FFF),
    (0xF900, 0xFAFF),
    (0x1B000, 0x1B16F),
    (0x20000, 0x323AF),
)
_ASCII = bytes(ord(chr(code).lower()) if code < 128 and chr(code).isalnum() else 32 for code in range(256))
_ASCII_WORD = late("[0-9A-Za-z]+")


class _Folding(dict[int, str]):
    """What each character becomes, worked out once each: letters and digits, a space, or nothing.

    Character by character, because Unicode's own normalizing takes quadratic time on a flood of combining marks.
    """

    def __missing__(self, code: int) -> str:
        folded = self[code] = _fold(chr(code))
        return folded


def _fold(character: str) -> str:
    if character in _INVISIBLE:
        return ""
    # Folding the case can bring up letters that have parts of their own.
    letters = normalize("NFKD", normalize("NFKD", character).casefold())
    return "".join(map(_piece, letters))


def _piece(letter: str) -> str:
    letter = _PLAIN.get(letter, letter)
    if category(letter[0]).startswith("M"):
        return ""
    if not letter.isalnum():
        return " "
    return f" {letter} " if any(first <= ord(letter[0]) <= last for first, last in _UNSPACED) else letter


_FOLDING = _Folding()


@cache
def _western() -> tuple[bytes, dict[str, str]]:
    """Return what the bytes of cp1252 become, and what its characters become that are no single letter then.

    A tenth of the time of asking for each character: nearly all letters of most desks are among these.
    """
    table, longer = bytearray(_ASCII), {}
    for code in range(128, 256):
        character = bytes([code]).decode("cp1252", "replace")
        folded = _FOLDING[ord(character)]
        if len(folded) == 1 and folded.isascii():
            table[code] = ord(folded)
        else:
            longer[character] = folded
    codecs.register_error(_OTHERS, _fold_others)
    return bytes(table), longer


_OTHERS = "deskwire.folded"


def _fold_others(error: UnicodeError) -> tuple[str, int]:
    """Stand for characters that are not in cp1252, such as a smiley; fails for letters of other scripts."""
    assert isinstance(error, UnicodeEncodeError)
    folded = error.object[error.start : error.end].translate(_FOLDING)
    if folded.isascii():
        return folded, error.end
    raise error


def _fold_western(text: str) -> str | None:
    """Return a text folded, or None if it holds letters that stay beyond ASCII."""
    table, longer = _western()
    for character, folded in longer.items():
        if character in text:
            if not folded.isascii():
                return None
            text = text.replace(character, folded)
    try:
        return text.encode("cp1252", _OTHERS).translate(table).decode("ascii")
    except UnicodeEncodeError:
        return None


def words(text: str) -> list[str]:
    """Return the words of a text in their order."""
    if text.isascii():
        found = text.encode("ascii").translate(_ASCII).decode("ascii").split()
    else:
        folded = _fold_western(text)
        found = (text.translate(_FOLDING) if folded is None else folded).split()
    if len(text) > LONGEST and max(map(len, found), default=0) > LONGEST:
        return [word[:LONGEST] for word in found]
    return found


def spans(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield the words of a text with the place in it that each was read from, as (start, end, word).

    The words are those of `words`; marks that follow a letter belong to its place, so that it can be shown whole.
    """
    if text.isascii():
        for match in _ASCII_WORD.finditer(text):
            yield match.start(), match.end(), match[0].lower()[:LONGEST]
        return
    start, end, word = 0, 0, ""
    for place, character in enumerate(text):
        folded = _FOLDING[ord(character)]
        if not folded:
            end = place + 1 if word else end
            continue
        head, *rest = folded.split(" ")
        if head:
            start = start if word else place
            word, end = word + head, place + 1
        for piece in rest:
            if word:
                yield start, end, word[:LONGEST]
            start, end, word = place, place + 1, piece
    if word:
        yield start, end, word[:LONGEST]
