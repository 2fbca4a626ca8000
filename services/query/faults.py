"""What is wrong with a typed query, and where."""

from __future__ import annotations

from collections.abc import Iterable

from models.folding import fold
from services.errors import Invalid
from services.text import clean

_SHOWN = 60
_ALIKE = 0.6
"""How much of two names must be the same, from 0 to 1: one letter in three may be wrong or missing."""


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


def meant(typed: str, known: Iterable[str]) -> str:
    """Return what to ask between two sentences when one of the `known` names is almost what was typed.

    Who may not know a name must not be offered it: `known` are those that the person may use.
    """
    from difflib import get_close_matches

    names = {fold(name): name for name in known}
    nearest = get_close_matches(fold(typed[:_SHOWN]), names, 1, _ALIKE)
    return f" Did you mean “{shown(names[nearest[0]])}”?" if nearest else ""
