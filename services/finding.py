"""From what a person typed to a list of tickets: which ones, in which order, and the first of them."""

from __future__ import annotations

from array import array
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, NamedTuple

from services import lists
from services.errors import DeskError
from services.lists import RELEVANCE, ListQuery
from services.records import TicketRow
from services.session import Session
from services.sql import run
from services.time_limit import limited

if TYPE_CHECKING:
    from services.query import Condition

EVERYWHERE = ListQuery(lists.ALL, sort=RELEVANCE)
"""What a search is about that no view narrows: every ticket, the best matches first.

Archived ones are among them only when the search asks for those.
"""


_MOST_UNFINISHED = 8
"""So many parts of a query that is being typed can lack their end, such as parentheses in one another."""


class Found(NamedTuple):
    """The list that a search makes, what it looked for, and the first rows.

    `order` is there when it was needed for them anyway; `more` tells that further tickets match that were not ranked.
    """

    query: ListQuery
    condition: Condition
    rows: list[TicketRow]
    order: array[int] | None = None
    more: bool = False


def narrowed(session: Session, base: ListQuery, text: str) -> tuple[ListQuery, Condition]:
    """Return the part of a list that fits a typed search; all of it when nothing was typed.

    Without words to look for there is no relevance, and the newest come first.
    """
    # The window that searches opens before anybody does.
    from services.query import compile_query

    condition = compile_query(session, text)
    found = base._replace(
        where=condition.sql,
        params=condition.params,
        terms=condition.terms,
        required=condition.required,
        beside=condition.rest,
        by_person=condition.by_person,
        is_open=condition.is_open,
    )
    if base.view == lists.ALL and condition.in_archive:
        found = found._replace(view=lists.ARCHIVED)
    if found.sort == RELEVANCE and not found.terms:
        found = found._replace(sort="updated", descending=True)
    return found, condition


def first_found(session: Session, base: ListQuery, text: str, limit: int) -> Found:
    """Return the first rows of a search; one that takes too long is stopped with a sentence."""
    with limited():
        wanted, condition = narrowed(session, base, text)
        if wanted.sort != RELEVANCE:
            return Found(wanted, condition, lists.first_rows(session, wanted, limit))
        order, more = lists.snapshot(session, wanted)
        rows = lists.rows(session, order[:limit])
        return Found(wanted, condition, [rows[key] for key in order[:limit] if key in rows], order, more)


def found_so_far(
    session: Session, base: ListQuery, text: str, fault: DeskError, limit: int
) -> tuple[str, Found] | None:
    """Return what a search finds without what is still being typed at its end, and the search without that.

    None where `fault`, which the whole text was refused with, is not about its end.
    """
    from services.query import QueryFault
    from services.query.unfinished import finished

    for _ in range(_MOST_UNFINISHED):
        rest = finished(text, fault) if isinstance(fault, QueryFault) else None
        if rest is None:
            return None
        try:
            return rest.strip(), first_found(session, base, rest, limit)
        except QueryFault as other:
            text, fault = rest, other
    return None


def guarded(query: ListQuery) -> AbstractContextManager[None]:
    """Return what stops the reading of a list after two seconds if somebody typed what it looks for."""
    return limited() if query.where else nullcontext()


def count(session: Session, base: ListQuery, text: str, most: int, seconds: float) -> int:
    """Return how many tickets fit a search, counted no further than one more than `most`, nor longer than that."""
    with limited(seconds):
        wanted, _ = narrowed(session, base, text)
        where = lists.where_of(session, wanted)
        some = f"SELECT 1 AS one FROM ticket t WHERE {where} LIMIT {int(most) + 1}"
        return int(run(f"SELECT count(*) FROM ({some}) s", wanted.params).fetchone()[0])
