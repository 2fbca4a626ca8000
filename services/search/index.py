"""Asking the full-text index: which tickets hold what was typed, and which of them come first.

The index holds what was written: subjects, descriptions, notes, mails, charges, names of files. It holds no names of
other tables (accounts, contacts, managers), which change without their tickets: a condition on the ticket's own
columns finds those.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from typing import Any, NamedTuple

from models.binding import engine_of
from models.words import LONGEST_PREFIX
from services.search.vocabulary import beginning
from services.session import Session
from services.sql import fetch, key_list, run

_SHORTEST_PREFIX = 2
# What a word counts in the subject, in public and in internal text.
_WEIGHTS = (1.0, 0.25, 0.1)
# Characters of a ticket's text in which matches are counted for its rank.
_RANKED_TEXT = 50_000


Piece = tuple[str, tuple[Any, ...]]
"""SQL with `?` for each of its params."""


class TextTerm(NamedTuple):
    """What one term looks for: a word or a phrase, as `words` gives it; `prefix` lets its last word go on.

    `customers` are conditions on ticket `t` that find it as well, because it belongs to somebody of that name.
    """

    words: tuple[str, ...]
    prefix: bool = False
    customers: tuple[Piece, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether the last word may go on: one letter alone would match nearly all tickets, so it stands for itself."""
        return self.prefix and len(self.words[-1]) >= _SHORTEST_PREFIX


def selecting(session: Session, terms: Sequence[TextTerm]) -> tuple[str, tuple[Any, ...]]:
    """Return the statement that selects the ids of the tickets in which all terms, each with a word, are found."""
    if engine_of() == "postgresql":
        return f"SELECT w.ticket_id FROM ticket_words w WHERE {on_postgres(session, terms)}", ()
    return "SELECT rowid FROM ticket_words WHERE ticket_words MATCH ?", (fts_query(session, terms),)


def by_rank(session: Session, terms: Sequence[TextTerm], ticket_ids: Sequence[int]) -> array[int]:
    """Return some tickets in the order in which they fit the terms, the best first.

    A word in the subject counts more than in public text, and that more than in internal text, which counts nothing
    for clients; of two equal ones the newer comes first.
    """
    terms = [term for term in terms if term.words]
    if not ticket_ids:
        return array("q")
    ranks = dict.fromkeys(ticket_ids, 0.0)
    if terms:
        rank = _postgres_ranks if engine_of() == "postgresql" else _sqlite_ranks
        ranks.update(rank(session, terms, ticket_ids))
    return array("q", sorted(ranks, key=lambda key: (-ranks[key], -key)))


def _sqlite_ranks(session: Session, terms: Sequence[TextTerm], ticket_ids: Sequence[int]) -> dict[int, float]:
    chosen = key_list(ticket_ids)
    texts = run(
        f"SELECT rowid, subject, substr(public, 1, {_RANKED_TEXT}), substr(internal, 1, {_RANKED_TEXT})"
        f" FROM ticket_words WHERE rowid IN ({chosen})",
        (),
    )
    seen = 2 if session.is_client else 3
    needles = [needle(term) for term in terms]
    return {row[0]: _rank(needles, row[1 : 1 + seen]) for row in texts}


def needle(term: TextTerm) -> str:
    """Return what a term looks like in a text of words that a space stands before and behind."""
    return " " + " ".join(term.words) + ("" if term.is_open else " ")


def _rank(needles: Sequence[str], texts: Sequence[str]) -> float:
    """Sum up, for each term, the weight of the best place it stands in and a little for every other one."""
    padded = [f" {text} " for text in texts]
    total = 0.0
    for needle in needles:
        counts = [text.count(needle) for text in padded]
        weights = [weight for weight, count in zip(_WEIGHTS, counts, strict=False) if count]
        total += max(weights, default=0.0) + 0.01 * min(sum(counts), 9)
    return total


def fts_query(session: Session, terms: Sequence[TextTerm]) -> str:
    """Return what FTS5 is asked for all terms. Needs a connection to a file."""
    asked = " AND ".join(map(_fts_term, terms))
    return f"{{subject public}} : ({asked})" if session.is_client else asked


def _fts_term(term: TextTerm) -> str:
    # Quoted words of ours, so that nothing that was typed can be read as an operator.
    *before, last = term.words
    whole = beginning(last) if term.is_open and len(last) > LONGEST_PREFIX else None
    if whole is None:
        return f'"{" ".join(term.words)}"' + (" *" if term.is_open else "")
    return "(" + " OR ".join(f'"{" ".join((*before, word))}"' for word in whole or [last]) + ")"


def _postgres_ranks(session: Session, terms: Sequence[TextTerm], ticket_ids: Sequence[int]) -> dict[int, float]:
    chosen = key_list(ticket_ids)
    weights = ", ".join(str(weight) for weight in (0, *reversed(_WEIGHTS)))
    any_term = " | ".join(_lexemes(term, _classes(session)) for term in terms)
    # A query's classes choose the tickets, but ranks count every place that a word has.
    seen = "ts_filter(words, '{a,b}')" if session.is_client else "words"
    rank = f"ts_rank('{{{weights}}}', {seen}, {_literal(any_term)})"
    return dict(fetch(f"SELECT ticket_id, {rank} FROM ticket_words WHERE ticket_id IN ({chosen})"))


def on_postgres(session: Session, terms: Sequence[TextTerm], match: str = "w.words @@ {}") -> str:
    """Return the condition on the words `w`; as the function behind the operator, `match` makes no use of the index."""
    classes = _classes(session)
    every_word = " & ".join(_lexemes(term, classes) for term in terms)
    phrases = [_lexemes(term, classes, "<->") for term in terms if len(term.words) > 1]
    if not phrases:
        return match.format(_literal(every_word))
    # The positions of long texts do not all fit; a phrase is then found by its words rather than not at all.
    in_order = match.format(_literal(" & ".join(phrases)))
    return f"{match.format(_literal(every_word))} AND (w.cut = 1 OR {in_order})"


def _literal(query: str) -> str:
    """Return a query of our words (letters and digits) as SQL.

    No parameter, because the planner has to see how common the words are: a plan for any words took a second more.
    """
    return "'" + query.replace("'", "''") + "'::tsquery"


def _lexemes(term: TextTerm, classes: str, joint: str = "&") -> str:
    marks = [classes] * (len(term.words) - 1) + [("*" if term.is_open else "") + classes]
    parts = [f"'{word}'" + (f":{mark}" if mark else "") for word, mark in zip(term.words, marks, strict=True)]
    return "(" + f" {joint} ".join(parts) + ")"


def _classes(session: Session) -> str:
    return "AB" if session.is_client else ""
