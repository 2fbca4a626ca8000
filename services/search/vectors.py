"""A ticket's words as a tsvector of PostgreSQL, within its limits.

A tsvector holds a megabyte, positions up to 16,383 and 255 of them for a word. Here a word has at most so many
positions in each class (subject A, public B, internal C) as fit for all classes together; what lies beyond the last
position shares it; and one piece of text takes at most half of the room that is left, so that a huge log leaves some
for the notes about it. All of that depends only on the order of the pieces, so that adding at the end gives the same
as starting over. `cut` tells that something was left out, and that phrases may not be found by their positions.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from services.search.texts import Document
from services.search.words import words

SUBJECT, PUBLIC, INTERNAL = 3, 2, 1
_LETTERS = " CBA"
_LAST_POSITION = 16_383
_MOST_PLACES = 80
_MOST_BYTES = 1_000_000
# Of a word beside its letters: its number of positions and what aligning takes.
_WORD_BYTES = 4
_PLACE_BYTES = 2


class Vector:
    """Words with their places, each a position times four plus the class; `length` counts positions used so far."""

    def __init__(
        self, length: int = 0, size: int = 0, cut: bool = False, places: Mapping[str, list[int]] | None = None
    ) -> None:
        self.length = length
        self.size = size
        self.cut = cut
        self.places: dict[str, list[int]] = dict(places or {})

    def add(self, text: str, rank: int) -> None:
        """Add a piece of text; a position stays free behind it, so that no phrase goes on in the next one."""
        found = words(text)
        if not found:
            return
        room = (_MOST_BYTES - self.size) // 2
        # What the words take at most: each of them new, with one place.
        letters = len(text) if text.isascii() else 4 * sum(map(len, found))
        if self.length + len(found) >= _LAST_POSITION or len(found) * (_WORD_BYTES + _PLACE_BYTES) + letters > room:
            self._add_with_care(found, rank, self.size + room)
        else:
            self._add(found, rank)
        self.length += len(found) + 1

    def _add(self, found: list[str], rank: int) -> None:
        places, size = self.places, self.size
        place = (self.length << 2) + rank
        for word in found:
            place += 4
            known = places.get(word)
            if known is None:
                places[word] = [place]
                size += (len(word) if word.isascii() else len(word.encode())) + _WORD_BYTES + _PLACE_BYTES
            elif len(known) < _MOST_PLACES or sum(each & 3 == rank for each in known) < _MOST_PLACES:
                known.append(place)
                size += _PLACE_BYTES
            else:
                self.cut = True
        self.size = size

    def _add_with_care(self, found: list[str], rank: int, most: int) -> None:
        for position, word in enumerate(found, self.length + 1):
            place = (min(position, _LAST_POSITION) << 2) + rank
            known = self.places.get(word)
            cost = _PLACE_BYTES if known else _PLACE_BYTES + _WORD_BYTES + len(word.encode())
            if known and known[-1] >> 2 == _LAST_POSITION:
                # One place holds one class; the one that more people see wins.
                known[-1] = max(known[-1], place)
                self.cut = True
            elif self.size + cost > most or (
                known and len(known) >= _MOST_PLACES and sum(each & 3 == rank for each in known) >= _MOST_PLACES
            ):
                self.cut = True
            else:
                self.places.setdefault(word, []).append(place)
                self.size += cost
        self.cut = self.cut or self.length + len(found) > _LAST_POSITION

    def literal(self, chosen: Iterable[str] | None = None) -> str:
        """Return the words, or some of them, as PostgreSQL reads a tsvector; words are letters and digits only."""
        names = self.places if chosen is None else chosen
        places, letters = self.places, _LETTERS
        # In one go, because a long mail has thousands of places.
        return " ".join(
            [f"{word}:{','.join([f'{each >> 2}{letters[each & 3]}' for each in places[word]])}" for word in names]
        )


def vector_of(document: Document) -> Vector:
    """Return the words of a whole ticket."""
    vector = Vector()
    vector.add(document.subject, SUBJECT)
    for public, text in document.pieces:
        vector.add(text, PUBLIC if public else INTERNAL)
    return vector
