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
from services.sql import fetch, run
from services.visibility import ticket_scope

NEWEST = 1_000
"""Matches that are ranked: beyond that many, age says more than any rank."""

_SHORTEST_PREFIX = 2
# Matches up to which it is quicker to look at each of their tickets than to go through a list.
_FEW = 5_000
# Tickets that PostgreSQL looks at before it asks its index, and most that it looks at in one go: some 0.5 µs each.
_WALK = 20_000
_LONGEST_WALK = 150_000
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
    Asks the index once, to know whether few or many match: needs a connection.
    """
    terms = [term for term in terms if term.words]
    if not terms:
        return "1 = 0", ()
    sql, params = selecting(session, terms)
    if engine_of() == "postgresql":
        return f"t.id IN ({sql})", params
    # Few matches lead to their tickets. With many, the plus keeps SQLite from doing so: it goes through the list
    # in its order then, and stops as soon as it has what is shown.
    column = "t.id" if fetch(f"SELECT count(*) FROM ({sql} LIMIT {_FEW + 1})", *params)[0][0] <= _FEW else "+t.id"
    return f"{column} IN ({sql})", params


def selecting(session: Session, terms: Sequence[TextTerm]) -> tuple[str, tuple[Any, ...]]:
    """Return the statement that selects the ids of the tickets in which all terms, each with a word, are found."""
    if engine_of() == "postgresql":
        return f"SELECT w.ticket_id FROM ticket_words w WHERE {_on_postgres(session, terms)}", ()
    return "SELECT rowid FROM ticket_words WHERE ticket_words MATCH ?", (_fts_query(session, terms),)


def best(
    session: Session, terms: Sequence[TextTerm], where: str = "", params: tuple[Any, ...] = (), limit: int = NEWEST
) -> Ranked:
    """Return the newest `limit` tickets that match, the best of them first.

    `where`, with `?` for its `params`, is a further condition on ticket `t`; what the person may not see is left out
    in any case.
    """
    terms = [term for term in terms if term.words]
    if not terms:
        return Ranked(array("q"), False)
    conditions = [f"({each})" for each in (where, ticket_scope(session)) if each]
    newest = _newest_on_postgres if engine_of() == "postgresql" else _newest_on_sqlite
    found = newest(session, terms, conditions, params, limit + 1)
    return Ranked(by_rank(session, terms, found[:limit]), len(found) > limit)


def best_of(session: Session, terms: Sequence[TextTerm], where: str, params: tuple[Any, ...]) -> Ranked:
    """Return the newest tickets `t` of a list, those that fit the terms best first.

    For terms without which a ticket may fit as well (printer or is:overdue), so that age decides which are ranked.
    """
    sql = f"SELECT t.id FROM ticket t WHERE {where} ORDER BY t.id DESC LIMIT {NEWEST + 1}"
    found = array("q", (row[0] for row in run(sql, params)))
    return Ranked(by_rank(session, terms, found[:NEWEST]), len(found) > NEWEST)


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


def _newest_on_sqlite(
    session: Session, terms: Sequence[TextTerm], conditions: Sequence[str], params: tuple[Any, ...], limit: int
) -> list[int]:
    """Look at the tickets of the newest matches; where few of those fit, at the texts of the tickets that do."""
    asked = _fts_query(session, terms)
    matches = "SELECT rowid AS id FROM ticket_words WHERE ticket_words MATCH ? ORDER BY rowid DESC"
    if not conditions:
        return [row[0] for row in run(f"{matches} LIMIT {int(limit)}", (asked,)).fetchall()]
    where = " AND ".join(conditions)
    # A cross join is never turned round: the index is walked from its newest end, and each ticket looked at.
    joined = f"CROSS JOIN ticket t ON t.id = w.id WHERE {where} ORDER BY w.id DESC LIMIT {int(limit)}"
    sql = f"SELECT w.id FROM ({matches} LIMIT {_WALK}) w {joined}"
    found = [row[0] for row in run(sql, (asked, *params)).fetchall()]
    if len(found) >= limit or len(run(f"{matches} LIMIT {_WALK}, 1", (asked,)).fetchall()) == 0:
        return found
    fitting = run(f"SELECT t.id FROM ticket t WHERE {where} LIMIT {_FEW + 1}", params).fetchall()
    if len(fitting) <= _FEW:
        return _with_terms(session, terms, [row[0] for row in fitting])[:limit]
    return [row[0] for row in run(f"SELECT w.id FROM ({matches}) w {joined}", (asked, *params)).fetchall()]


def _with_terms(session: Session, terms: Sequence[TextTerm], ticket_ids: Sequence[int]) -> list[int]:
    """Return those of some tickets that hold all terms, the newest first, by their words rather than the index."""
    chosen = ", ".join(str(int(key)) for key in ticket_ids)
    columns = "subject, public" if session.is_client else "subject, public, internal"
    needles = [_needle(term) for term in terms]
    found = []
    for key, *texts in run(f"SELECT rowid, {columns} FROM ticket_words WHERE rowid IN ({chosen})", ()):
        padded = [f" {text} " for text in texts]
        if all(any(needle in text for text in padded) for needle in needles):
            found.append(key)
    return sorted(found, reverse=True)


def _newest_on_postgres(
    session: Session, terms: Sequence[TextTerm], conditions: Sequence[str], params: tuple[Any, ...], limit: int
) -> list[int]:
    """Walk through the newest tickets as long as matches are dense there, and else ask the index for all of them.

    Left to itself the planner takes words to be independent, and walks through a million tickets for two words that
    are never together.
    """
    join = " JOIN ticket t ON t.id = w.ticket_id" if conditions else ""
    sql = f"SELECT w.ticket_id FROM ticket_words w{join} WHERE "
    found: list[int] = []
    top = last = fetch("SELECT COALESCE(max(ticket_id), 0) FROM ticket_words")[0][0]
    span = _WALK
    while last > 0:
        part = f"w.ticket_id > {last - span} AND w.ticket_id <= {last}"
        where = " AND ".join([part, _on_postgres(session, terms, "ts_match_vq(w.words, {})"), *conditions])
        rows = run(f"{sql}{where} ORDER BY w.ticket_id DESC LIMIT {int(limit) - len(found)}", params).fetchall()
        found += [row[0] for row in rows]
        last -= span
        if len(found) >= limit or last <= 0:
            return found
        span = (limit - len(found)) * (top - last) // max(1, len(found)) * 3 // 2
        if span > _LONGEST_WALK:
            break
    # As an expression, so that the order is no reason to walk again.
    where = " AND ".join([_on_postgres(session, terms), *conditions])
    return [row[0] for row in run(f"{sql}{where} ORDER BY w.ticket_id + 0 DESC LIMIT {int(limit)}", params).fetchall()]


def _sqlite_ranks(session: Session, terms: Sequence[TextTerm], ticket_ids: Sequence[int]) -> dict[int, float]:
    chosen = ", ".join(str(int(key)) for key in ticket_ids)
    texts = run(
        f"SELECT rowid, subject, substr(public, 1, {_RANKED_TEXT}), substr(internal, 1, {_RANKED_TEXT})"
        f" FROM ticket_words WHERE rowid IN ({chosen})",
        (),
    )
    seen = 2 if session.is_client else 3
    needles = [_needle(term) for term in terms]
    return {row[0]: _rank(needles, row[1 : 1 + seen]) for row in texts}


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
    chosen = ", ".join(str(int(key)) for key in ticket_ids)
    weights = ", ".join(str(weight) for weight in (0, *reversed(_WEIGHTS)))
    any_term = " | ".join(_lexemes(term, _classes(session)) for term in terms)
    # A query's classes choose the tickets, but ranks count every place that a word has.
    seen = "ts_filter(words, '{a,b}')" if session.is_client else "words"
    rank = f"ts_rank('{{{weights}}}', {seen}, {_literal(any_term)})"
    return dict(fetch(f"SELECT ticket_id, {rank} FROM ticket_words WHERE ticket_id IN ({chosen})"))


def _on_postgres(session: Session, terms: Sequence[TextTerm], match: str = "w.words @@ {}") -> str:
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
