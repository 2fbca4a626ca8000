"""What the first frame of the main window shows, read before there is a window."""

from __future__ import annotations

from typing import NamedTuple

from screens.main import state, views
from screens.main.state import MainState
from services import catalogue, lists, preferences
from services.lists import ListQuery
from services.records import StatusRow, TicketRow
from services.session import Session
from services.summary import Summary, summary

FIRST_ROWS = 128


class Prefetched(NamedTuple):
    """The user's state, the desk's names, and the first rows of the list or the Summary page on top of it."""

    state: MainState
    query: ListQuery
    statuses: dict[int, StatusRow]
    managers: dict[int, str]
    rows: list[TicketRow]
    summary: Summary | None


def load(session: Session) -> Prefetched:
    """Read everything that the first frame needs: two queries, five with the Summary page, and the desk's names."""
    names = catalogue.names()
    remembered = state.read(preferences.get(session, state.PREFERENCE))
    if views.refusal(session, names.statuses, remembered.start):
        remembered = remembered._replace(start=views.SUMMARY)
    query = first_query(session, remembered)
    on_summary = remembered.start == views.SUMMARY
    return Prefetched(
        remembered,
        query,
        names.statuses,
        {manager.id: manager.name for manager in names.managers.values()},
        [] if on_summary else lists.first_rows(session, query, FIRST_ROWS),
        summary(session) if on_summary else None,
    )


def first_query(session: Session, remembered: MainState) -> ListQuery:
    """Return the list to begin with; below the Summary page that is one's own work."""
    entry = remembered.start
    if entry == views.SUMMARY:
        entry = views.below_summary(session)
    managers = remembered.managers if session.has("view_others") else ()
    return in_order(ListQuery(views.view_of(entry), managers), remembered.sort, remembered.descending)


def in_order(query: ListQuery, sort: str, descending: bool) -> ListQuery:
    """Return the query in the wanted order, or in the usual one where its view cannot have that."""
    if lists.sort_refusal(query.view, sort):
        return query._replace(sort="updated", descending=True)
    return query._replace(sort=sort, descending=descending)
