"""The newest tickets that a search finds, in the way that reads least on each engine; and the best of them first."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from models.binding import engine_of
from services.search.index import Piece, TextTerm, by_rank, fts_query, needle, on_postgres
from services.session import Session
from services.sql import fetch, key_list, run
from services.visibility import ticket_scope

NEWEST = 1_000
"""Matches that are ranked: beyond that many, age says more than any rank."""

# Tickets that are looked at first, and most that are looked at before an index is asked for all there are.
_WALK = 20_000
_LONGEST_WALK = 150_000
# Matches up to which it is quicker to look at each of their tickets than to go through a list.
_FEW = 5_000
# Tickets up to which PostgreSQL gathers a set of them rather than trying it on each ticket that the rest leaves.
_MOST_GATHERED = 100_000


class Ranked(NamedTuple):
    """The best tickets first; `more` tells that older ones match as well."""

    ids: array[int]
    more: bool


class Source(NamedTuple):
    """What one look into the index finds: the tickets that hold all terms, or belong to one of some customers."""

    terms: tuple[TextTerm, ...]
    customers: tuple[Piece, ...] = ()


class Search(NamedTuple):
    """What is searched for: every source, and the conditions on ticket `t` with their params."""

    session: Session
    sources: Sequence[Source]
    conditions: Sequence[str]
    params: tuple[Any, ...]

    @property
    def where(self) -> str:
        """The conditions as one."""
        return " AND ".join(self.conditions) or "1 = 1"


def best(
    session: Session, terms: Sequence[TextTerm], where: str = "", params: tuple[Any, ...] = (), limit: int = NEWEST
) -> Ranked:
    """Return the newest `limit` tickets that match all terms, the best of them first.

    `where`, with `?` for its `params`, is a further condition on ticket `t`; what the person may not see is left out
    in any case.
    """
    terms = [term for term in terms if term.words]
    if not terms:
        return Ranked(array("q"), False)
    conditions = [f"({each})" for each in (where, ticket_scope(session)) if each]
    found = _newest(session, terms, conditions, params, limit + 1)
    return Ranked(by_rank(session, terms, found[:limit]), len(found) > limit)


def best_of(session: Session, terms: Sequence[TextTerm], where: str, params: tuple[Any, ...]) -> Ranked:
    """Return the newest tickets `t` of a list, those that fit the terms best first.

    For terms without which a ticket may fit as well (printer or is:overdue), so that age decides which are ranked.
    """
    sql = f"SELECT t.id FROM ticket t WHERE {where} ORDER BY t.id DESC LIMIT {NEWEST + 1}"
    found = array("q", (row[0] for row in run(sql, params)))
    return Ranked(by_rank(session, terms, found[:NEWEST]), len(found) > NEWEST)


def _newest(
    session: Session, terms: Sequence[TextTerm], conditions: Sequence[str], params: tuple[Any, ...], limit: int
) -> list[int]:
    """Return the newest `limit` tickets that fit, the newest first.

    Where matches are dense the newest tickets are enough. Else something is asked that finds all of them.
    """
    together = tuple(term for term in terms if not term.customers)
    named = [Source((term,), term.customers) for term in terms if term.customers]
    sources = [Source(together), *named] if together else named
    search = Search(session, sources, conditions, params)
    on_server = engine_of() == "postgresql"
    walk: Callable[[Search, int, int, int], list[int]] = _walk_on_postgres if on_server else _walk_on_sqlite
    rest: Callable[[Search, int, int], list[int]] = _rest_on_postgres if on_server else _rest_on_sqlite
    top = last = fetch("SELECT COALESCE(max(id), 0) FROM ticket")[0][0]
    found: list[int] = []
    span = _WALK
    while span <= _LONGEST_WALK:
        found += walk(search, last - span, last, limit - len(found))
        last -= span
        if len(found) >= limit or last <= 0:
            return found
        span = (limit - len(found)) * (top - last) // max(1, len(found)) * 3 // 2
    return found + rest(search, last, limit - len(found))


# SQLite


def _walk_on_sqlite(search: Search, above: int, last: int, limit: int) -> list[int]:
    """Go through the matches of one source, the newest first, and look at the tickets of those that all others find."""
    between = f"BETWEEN {above + 1} AND {last}"
    walked, *others = (_gathered(search.session, source, between) for source in search.sources)
    sets = "".join(f" AND +w.id IN ({sql})" for sql, _ in others)
    once = "DISTINCT" if search.sources[0].customers else ""
    # A cross join is never turned round; the plus keeps SQLite from asking the index for one ticket after the other.
    sql = (
        f"SELECT {once} w.id FROM ({walked[0]}) w CROSS JOIN ticket t ON t.id = w.id"
        f" WHERE {search.where}{sets} ORDER BY w.id DESC LIMIT {int(limit)}"
    )
    values = (*walked[1], *search.params, *(value for _, some in others for value in some))
    return [row[0] for row in run(sql, values).fetchall()]


def _gathered(session: Session, source: Source, between: str) -> Piece:
    """Return the statement for what a source finds among some ids."""
    words = f"SELECT rowid AS id FROM ticket_words WHERE ticket_words MATCH ? AND rowid {between}"
    asked = (fts_query(session, source.terms),)
    if not source.customers:
        # In this order already, because FTS5 can read backwards.
        return f"{words} ORDER BY rowid DESC", asked
    named = (f" UNION ALL SELECT t.id FROM ticket t WHERE {sql} AND +t.id {between}" for sql, _ in source.customers)
    return f"{words}{''.join(named)}", (*asked, *(value for _, some in source.customers for value in some))


def _rest_on_sqlite(search: Search, last: int, limit: int) -> list[int]:
    """Look at the texts of few tickets, where one source or the conditions leave no more; else go through all."""
    sets = [_gathered(search.session, source, f"BETWEEN 1 AND {last}") for source in search.sources]
    fitting = (f"SELECT t.id FROM ticket t WHERE {search.where} AND t.id <= {last}", search.params)
    for sql, params in (*sets, fitting):
        found = [row[0] for row in run(f"SELECT id FROM ({sql}) LIMIT {_FEW + 1}", params).fetchall()]
        if len(found) <= _FEW:
            return _holding(search, found)[:limit]
    return _walk_on_sqlite(search, 0, last, limit)


def _holding(search: Search, ticket_ids: Sequence[int]) -> list[int]:
    """Return those of some tickets that fit, the newest first, by their words rather than the index."""
    chosen = key_list(ticket_ids)
    asked = f"SELECT t.id FROM ticket t WHERE t.id IN ({chosen}) AND "
    fitting = {row[0] for row in run(f"{asked}({search.where})", search.params).fetchall()}
    columns = "subject, public" if search.session.is_client else "subject, public, internal"
    texts = {
        key: [f" {text} " for text in found]
        for key, *found in run(f"SELECT rowid, {columns} FROM ticket_words WHERE rowid IN ({chosen})", ())
    }
    for source in search.sources:
        needles = [needle(term) for term in source.terms]
        holding = {key for key in fitting if all(any(each in text for text in texts.get(key, ())) for each in needles)}
        for sql, params in source.customers:
            holding |= fitting & {row[0] for row in run(f"{asked}({sql})", params).fetchall()}
        fitting = holding
    return sorted(fitting, reverse=True)


# PostgreSQL


def _walk_on_postgres(search: Search, above: int, last: int, limit: int) -> list[int]:
    """Try everything on each ticket.

    Left to itself the planner takes words to be independent, and walks through a million tickets for two words that
    are never together.
    """
    pieces = [_tried(search.session, source) for source in search.sources]
    return _on_postgres(search, f"BETWEEN {above + 1} AND {last}", pieces, "w.ticket_id", limit)


def _rest_on_postgres(search: Search, last: int, limit: int) -> list[int]:
    """Ask the indexes for what is rare, and try what is common on those tickets."""
    session = search.session
    sets = [_found(session, source) for source in search.sources]
    sizes = [_expected(session, source) for source in search.sources] if len(sets) > 1 else [0]
    pieces = [
        each if size <= max(_MOST_GATHERED, min(sizes)) else _tried(session, source)
        for each, size, source in zip(sets, sizes, search.sources, strict=True)
    ]
    # As an expression, so that the order is no reason to walk again.
    return _on_postgres(search, f"<= {last}", pieces, "w.ticket_id + 0", limit)


def _on_postgres(search: Search, ids: str, pieces: Sequence[Piece], order: str, limit: int) -> list[int]:
    # Said of both tables: the planner does not carry it over from one to the other.
    between = f"w.ticket_id {ids} AND t.id {ids}"
    where = " AND ".join(f"({sql})" for sql in (between, *(sql for sql, _ in pieces), search.where))
    sql = (
        "SELECT w.ticket_id FROM ticket_words w JOIN ticket t ON t.id = w.ticket_id"
        f" WHERE {where} ORDER BY {order} DESC LIMIT {int(limit)}"
    )
    values = (*(value for _, some in pieces for value in some), *search.params)
    return [row[0] for row in run(sql, values).fetchall()]


def _tried(session: Session, source: Source) -> Piece:
    """Return the condition that a source finds a ticket, so that no index is asked."""
    words = on_postgres(session, source.terms, "ts_match_vq(w.words, {})")
    pieces = ((words, ()), *source.customers)
    return " OR ".join(f"({sql})" for sql, _ in pieces), tuple(value for _, some in pieces for value in some)


def _found(session: Session, source: Source) -> Piece:
    """Return the condition that a source finds a ticket, so that the indexes are asked."""
    words = on_postgres(session, source.terms)
    if not source.customers:
        return words, ()
    named = "".join(f" UNION ALL SELECT t.id FROM ticket t WHERE {sql}" for sql, _ in source.customers)
    params = tuple(value for _, some in source.customers for value in some)
    return f"w.ticket_id IN (SELECT w.ticket_id FROM ticket_words w WHERE {words}{named})", params


def _expected(session: Session, source: Source) -> int:
    """Return how many tickets PostgreSQL expects a source to find."""
    words = f"SELECT w.ticket_id FROM ticket_words w WHERE {on_postgres(session, source.terms)}"
    named = "".join(f" UNION ALL SELECT t.id FROM ticket t WHERE {sql}" for sql, _ in source.customers)
    params = tuple(value for _, some in source.customers for value in some)
    ((plan,),) = fetch(f"EXPLAIN (FORMAT JSON) {words}{named}", *params)
    return int(plan[0]["Plan"]["Plan Rows"])
