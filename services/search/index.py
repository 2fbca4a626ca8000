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
from services.session import Session
from services.sql import fetch, run
from services.visibility import ticket_scope

NEWEST = 1_000
"""Matches that are ranked: beyond that many, age says more than any rank."""

_SHORTEST_PREFIX = 2
# What a word counts in the subject, in public and in internal text.
_WEIGHTS = (1.0, 0.25, 0.1)
# Characters of a ticket's text in which matches are counted for its rank.
_RANKED_TEXT = 50_000


class TextTerm(NamedTuple):
    """What one term looks for: a word or a phrase, as `words` gives it; `prefix` lets its last word go on."""

    words: tuple[str, ...]
    prefix: bool = False

    @property
    def is_open(self) -> bool:
        """Whether the last word may go on: one letter alone would match nearly all tickets, so it stands for itself."""
        return self.prefix and len(self.words[-1]) >= _SHORTEST_PREFIX


class Ranked(NamedTuple):
    """The best tickets first; `more` tells that older ones match as well."""

    ids: array[int]
    more: bool


def matching(session: Session, terms: Sequence[TextTerm]) -> tuple[str, tuple[Any, ...]]:
    """Return the condition, on ticket `t`, that all terms are found in what this person may see of its text.

    One look into the index, however many terms. Terms without a word are left out; without any term nothing matches.
    """
    terms = [term for term in terms if term.words]
    if not terms:
        return "1 = 0", ()
    if engine_of() == "postgresql":
        condition, params = _on_postgres(session, terms)
        return f"t.id IN (SELECT w.ticket_id FROM ticket_words w WHERE {condition})", params
    # The plus keeps SQLite from asking the index once for every ticket of another condition.
    sql = "+t.id IN (SELECT rowid FROM ticket_words WHERE ticket_words MATCH ?)"
    return sql, (_fts_query(session, terms),)


def best(
    session: Session, terms: Sequence[TextTerm], where: str = "", params: tuple[Any, ...] = (), limit: int = NEWEST
) -> Ranked:
    """Return the newest `limit` tickets that match, the best of them first.

    `where`, with `?` for its `params`, is a further condition on ticket `t`; what the person may not see is left out
    in any case. A word in the subject counts more than in public text, and that more than in internal text; of two
    equal ones the newer comes first.
    """
    terms = [term for term in terms if term.words]
    if not terms:
        return Ranked(array("q"), False)
    conditions = [f"({each})" for each in (where, ticket_scope(session)) if each]
    if engine_of() == "postgresql":
        rows, more = _best_on_postgres(session, terms, conditions, params, limit)
    else:
        rows, more = _best_on_sqlite(session, terms, conditions, params, limit)
    rows.sort(key=lambda row: (-row[1], -row[0]))
    return Ranked(array("q", (row[0] for row in rows)), more)


def by_rank(session: Session, terms: Sequence[TextTerm], ids: Sequence[int]) -> array[int]:
    """Return some tickets by how well they match any of the terms, those that match none at the end."""
    terms = [term for term in terms if term.words]
    if not ids or not terms:
        return array("q", ids)
    chosen = ", ".join(str(int(key)) for key in ids)
    if engine_of() == "postgresql":
        rank, params = _rank_on_postgres(session, terms, "w.words")
        ranks = dict(fetch(f"SELECT w.ticket_id, {rank} FROM ticket_words w WHERE w.ticket_id IN ({chosen})", *params))
    else:
        ranks = dict(_ranks_on_sqlite(session, terms, chosen))
    return array("q", sorted(ids, key=lambda key: (-ranks.get(key, 0.0), -key)))


def _best_on_sqlite(
    session: Session, terms: Sequence[TextTerm], conditions: list[str], params: tuple[Any, ...], limit: int
) -> tuple[list[tuple[int, float]], bool]:
    # A cross join is never turned round: the index is walked from its newest end, and each ticket looked at.
    join = " CROSS JOIN ticket t ON t.id = w.rowid" if conditions else ""
    where = " AND ".join(["w.ticket_words MATCH ?", *conditions])
    sql = f"SELECT w.rowid FROM ticket_words w{join} WHERE {where} ORDER BY w.rowid DESC LIMIT {int(limit) + 1}"
    found = [row[0] for row in run(sql, (_fts_query(session, terms), *params)).fetchall()]
    return _ranks_on_sqlite(session, terms, ", ".join(map(str, found[:limit]))), len(found) > limit


def _ranks_on_sqlite(session: Session, terms: Sequence[TextTerm], chosen: str) -> list[tuple[int, float]]:
    texts = run(
        f"SELECT rowid, subject, substr(public, 1, {_RANKED_TEXT}), substr(internal, 1, {_RANKED_TEXT})"
        f" FROM ticket_words WHERE rowid IN ({chosen})",
        (),
    )
    seen = 2 if session.is_client else 3
    needles = [_needle(term) for term in terms]
    return [(row[0], _rank(needles, row[1 : 1 + seen])) for row in texts]


def _needle(term: TextTerm) -> str:
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


def _fts_query(session: Session, terms: Sequence[TextTerm]) -> str:
    # Quoted words of ours, so that nothing that was typed can be read as an operator.
    asked = " AND ".join(f'"{" ".join(term.words)}"' + (" *" if term.is_open else "") for term in terms)
    return f"{{subject public}} : ({asked})" if session.is_client else asked


def _best_on_postgres(
    session: Session, terms: Sequence[TextTerm], conditions: list[str], params: tuple[Any, ...], limit: int
) -> tuple[list[tuple[int, float]], bool]:
    condition, asked = _on_postgres(session, terms)
    join = " JOIN ticket t ON t.id = w.ticket_id" if conditions else ""
    where = " AND ".join([condition, *conditions])
    newest = (
        f"SELECT w.ticket_id, w.words FROM ticket_words w{join} WHERE {where}"
        f" ORDER BY w.ticket_id DESC LIMIT {int(limit) + 1}"
    )
    rank, any_term = _rank_on_postgres(session, terms, "n.words")
    sql = f"SELECT n.ticket_id, {rank} FROM ({newest}) n"
    rows = fetch(sql, *any_term, *asked, *params)
    if len(rows) <= limit:
        return rows, False
    oldest = min(rows)
    return [row for row in rows if row is not oldest], True


def _rank_on_postgres(session: Session, terms: Sequence[TextTerm], column: str) -> tuple[str, tuple[str, ...]]:
    weights = ", ".join(map(str, (0, *reversed(_WEIGHTS))))
    return f"ts_rank('{{{weights}}}', {column}, ?::tsquery)", (
        " | ".join(_lexemes(term, _classes(session)) for term in terms),
    )


def _on_postgres(session: Session, terms: Sequence[TextTerm]) -> tuple[str, tuple[Any, ...]]:
    classes = _classes(session)
    every_word = " & ".join(_lexemes(term, classes) for term in terms)
    phrases = [_lexemes(term, classes, "<->") for term in terms if len(term.words) > 1]
    if not phrases:
        return "w.words @@ ?::tsquery", (every_word,)
    # The positions of long texts do not all fit; a phrase is then found by its words rather than not at all.
    return "w.words @@ ?::tsquery AND (w.cut = 1 OR w.words @@ ?::tsquery)", (every_word, " & ".join(phrases))


def _lexemes(term: TextTerm, classes: str, joint: str = "&") -> str:
    marks = [classes] * (len(term.words) - 1) + [("*" if term.is_open else "") + classes]
    parts = [f"'{word}'" + (f":{mark}" if mark else "") for word, mark in zip(term.words, marks, strict=True)]
    return "(" + f" {joint} ".join(parts) + ")"


def _classes(session: Session) -> str:
    return "AB" if session.is_client else ""
