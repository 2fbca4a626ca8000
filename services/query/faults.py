"""What is wrong with a typed query, and where."""

from __future__ import annotations

from services.errors import Invalid
from services.text import clean

_SHOWN = 60


class QueryFault(Invalid):
    """A query that is not understood: characters `start` to `end` of what was typed are what the sentence is about.

    `unfinished` ones lack an end, and are no mistake as long as somebody types.
    """

    def __init__(self, sentence: str, start: int, end: int, *, unfinished: bool = False) -> None:
        super().__init__(sentence, "query")
        self.start = start
        self.end = end
        self.unfinished = unfinished


def shown(text: str) -> str:
    """Return typed text as a sentence can quote it: safe to show, and not too long."""
    text = clean(text, limit=_SHOWN + 1).replace("\n", " ")
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"
