"""Where in a text stands what was searched for."""

from __future__ import annotations

from collections.abc import Sequence

from services.search.index import TextTerm
from services.search.words import spans

Mark = tuple[int, int]
"""From which character to before which."""


def marks(text: str, terms: Sequence[TextTerm]) -> list[Mark]:
    """Return the places of a text that the terms of a query found, in order and without overlaps."""
    wanted = [term for term in terms if term.words]
    if not wanted:
        return []
    found: list[Mark] = []
    # Words of the text up to here, as many as the longest phrase has.
    longest = max(len(term.words) for term in wanted)
    past: list[tuple[int, int, str]] = []
    for span in spans(text):
        past.append(span)
        del past[:-longest]
        for term in wanted:
            length = len(term.words)
            if len(past) >= length and _fits(past[-length:], term):
                found.append((past[-length][0], span[1]))
    return _merged(found)


def _fits(stretch: list[tuple[int, int, str]], term: TextTerm) -> bool:
    *before, last = term.words
    if any(span[2] != word for span, word in zip(stretch[:-1], before, strict=True)):
        return False
    return stretch[-1][2].startswith(last) if term.is_open else stretch[-1][2] == last


def _merged(found: list[Mark]) -> list[Mark]:
    merged: list[Mark] = []
    for start, end in sorted(found):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
