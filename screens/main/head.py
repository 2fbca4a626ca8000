"""What the first line of the main window says: the view, what it was searched for, and what else holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from screens.main import employee_filter, views
from services.lists import OWN_VIEWS, RELEVANCE, ListQuery
from widgets.ticket_list import COLUMNS

if TYPE_CHECKING:
    from screens.main.main_screen import MainScreen


def view_title(screen: MainScreen, query: ListQuery) -> str:
    """Return what the view of a list is called, whatever it was searched for."""
    return views.title(query.view, screen.statuses) or screen.related_title


def left(screen: MainScreen) -> str:
    """Return where one is: the saved search, a search of everything, or the view."""
    present = screen.searching.present
    if present is not None and (present.name or present.everywhere):
        return present.name or "Search all"
    return view_title(screen, screen.list_query)


def middle(screen: MainScreen, marked: int) -> str:
    """Return what was searched for, whose tickets are shown, an order that no column shows, marks, and what came in."""
    query, present = screen.list_query, screen.searching.present
    filtering = () if query.view.kind in OWN_VIEWS else query.managers
    parts = [
        f"/ {present.text}" if present is not None else "",
        employee_filter.described(screen.session, filtering, screen.managers),
    ]
    if query.sort != RELEVANCE and query.sort not in dict(screen.tickets.columns):
        parts.append(f"by {COLUMNS[query.sort].title}")
    if marked:
        parts.append(f"{marked:,} marked")
    if screen.tickets.above:
        keys = screen.desk.shown_keys("list.first")
        parts.append(f"{screen.tickets.above:,} new above{f', {keys[0]} shows them' if keys else ''}")
    return " · ".join(part for part in parts if part)
