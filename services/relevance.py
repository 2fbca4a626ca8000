"""Lists with the best matches first."""

from __future__ import annotations

from array import array

from services.lists import ListQuery, where_of
from services.search.index import NEWEST, Ranked, best, by_rank
from services.session import Session
from services.sql import run


def ranked(session: Session, query: ListQuery) -> Ranked:
    """Return the newest matches of a search, the best of them first."""
    if query.required:
        # The index is asked for these terms already: asked again by the condition, it would list all their tickets.
        where, params = query.beside
        return best(session, query.required, where_of(session, query._replace(where=where)), params)
    where = where_of(session, query)
    # Where a ticket may match without the words (printer or is:overdue), age decides which tickets are ranked.
    sql = f"SELECT t.id FROM ticket t WHERE {where} ORDER BY t.id DESC LIMIT {NEWEST + 1}"
    found = array("q", (row[0] for row in run(sql, query.params)))
    return Ranked(by_rank(session, query.terms, found[:NEWEST]), len(found) > NEWEST)
