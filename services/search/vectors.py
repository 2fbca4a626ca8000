"""A ticket's words as a tsvector of PostgreSQL, within its limits.

A tsvector holds a megabyte, positions up to 16,383 and 255 of them for a word. Here a word has at most so many
positions in each class (subject A, public B, internal C) as fit for all classes together; what lies beyond the last
position shares it; and one piece of text takes at most half of the room that is left, so that a huge log leaves some
for the notes about it. All of that depends only on the order of the pieces, so that adding at the end gives the same
as starting over. `cut` tells that something was left out, and that phrases may not be found by their positions.
"""

from __future__ import annotations

from functools import cache

from services.search.texts import Document
from services.search.words import words

SUBJECT, PUBLIC, INTERNAL = "A", "B", "C"
_LAST_POSITION = 16_383
_MOST_PLACES = 80
_MOST_BYTES = 1_000_000
# Of a word beside its letters: its number of positions and what aligning takes.
_WORD_BYTES = 4
_PLACE_BYTES = 2
# Characters that so many places take at least.
_SHORT = 3 * _MOST_PLACES
_MANY = 500


class Vector:
    """Words with their places as PostgreSQL writes them, a comma before each (,12B); `length` counts positions used.

    Long mails have thousands of words, so that nothing here is done for each place that can be done for each word.
    """

    def __init__(self, length: int = 0, size: int = 0, cut: bool = False, stored: dict[str, str] | None = None) -> None:
        """Go on from what is stored: words with their places as they stand there (12B,15B), without a first comma."""
        self.length = length
        self.size = size
        self.cut = cut
        self.places: dict[str, str] = {}
        self._stored = stored or {}

    def add(self, text: str, rank: str) -> None:
        """Add a piece of text; a position stays free behind it, so that no phrase goes on in the next one."""
        found = words(text)
        if not found:
            return
        if self._stored:
            for word in self._stored.keys() & found:
                self.places[word] = f",{self._stored.pop(word)}"
        room = (_MOST_BYTES - self.size) // 2
        # What the words take at most: each of them new, with one place.
        letters = len(text) if text.isascii() else 4 * sum(map(len, found))
        if self.length + len(found) >= _LAST_POSITION or len(found) * (_WORD_BYTES + _PLACE_BYTES) + letters > room:
            self._add_with_care(found, rank, self.size + room)
        else:
            self._add(found, rank)
        self.length += len(found) + 1

    def _add(self, found: list[str], rank: str) -> None:
        own: dict[str, str] = {}
        for word, place in zip(found, _places(self.length + 1, len(found), rank), strict=True):
            own[word] = own[word] + place if word in own else place
        places = self.places
        new = "".join([word for word in own if word not in places])
        self.size += (len(new) if new.isascii() else len(new.encode())) + _PLACE_BYTES * len(found)
        before = len(places)
        for word, more in own.items():
            known = places.get(word, "")
            # Most words are far from having many.
            places[word] = known + more if len(known) + len(more) <= _SHORT else self._fitting(known, more, rank)
        self.size += _WORD_BYTES * (len(places) - before)

    def _fitting(self, known: str, more: str, rank: str) -> str:
        """Return places with as many more as a word may have in their class."""
        count = known.count(",") + more.count(",")
        most = max(_MOST_PLACES, known.count(",") + _MOST_PLACES - known.count(rank))
        if count <= most:
            return known + more
        self.cut = True
        self.size -= _PLACE_BYTES * (count - most)
        return ",".join((known + more).split(",")[: most + 1])

    def _add_with_care(self, found: list[str], rank: str, most: int) -> None:
        last = f",{_LAST_POSITION}"
        for position, word in enumerate(found, self.length + 1):
            place = f",{min(position, _LAST_POSITION)}{rank}"
            known = self.places.get(word, "")
            cost = _PLACE_BYTES if known else _PLACE_BYTES + _WORD_BYTES + len(word.encode())
            if known[:-1].endswith(last):
                # One place holds one class; the one that more people see wins.
                self.places[word] = known[:-1] + min(known[-1], rank)
                self.cut = True
            elif self.size + cost > most or (known.count(",") >= _MOST_PLACES and known.count(rank) >= _MOST_PLACES):
                self.cut = True
            else:
                self.places[word] = known + place
                self.size += cost
        self.cut = self.cut or self.length + len(found) > _LAST_POSITION

    def literal(self) -> str:
        """Return the words as PostgreSQL reads a tsvector; they are letters and digits only."""
        untouched = [f"{word}:{places}" for word, places in self._stored.items()]
        return " ".join(untouched + [f"{word}:{places[1:]}" for word, places in self.places.items()])


def _places(first: int, count: int, rank: str) -> list[str]:
    if count < _MANY:
        return [f",{at}{rank}" for at in range(first, first + count)]
    return _all_places(rank)[first : first + count]


@cache
def _all_places(rank: str) -> list[str]:
    """Return all places of a class, a megabyte; whoever only writes notes never needs it."""
    return [f",{at}{rank}" for at in range(_LAST_POSITION + 1)]


def vector_of(document: Document) -> Vector:
    """Return the words of a whole ticket."""
    vector = Vector()
    vector.add(document.subject, SUBJECT)
    for public, text in document.pieces:
        vector.add(text, PUBLIC if public else INTERNAL)
    return vector
