"""The views of the main window: which ones there are for whom, and what they are called."""

from __future__ import annotations

from collections.abc import Mapping

from services.lists import ARCHIVE_REFUSAL, View
from services.records import StatusRow
from services.session import Session

Statuses = Mapping[int, StatusRow]

SUMMARY = "summary"
_TITLES = {
    "inbox": "Inbox",
    "dispatcher": "Dispatcher",
    "assigned_open": "Assigned to me, pending",
    "assigned_closed": "Assigned to me, closed",
    "created_open": "Created by me, pending",
    "created_closed": "Created by me, closed",
    "all": "All tickets",
    "open": "Open",
    "closed": "Closed",
    "archived": "Archived",
}
_EMPLOYEES_ONLY = frozenset({"inbox", "dispatcher", "assigned_open", "assigned_closed"})


def entry_id(view: View) -> str:
    """Return the pane's entry for a view, which is also how the view is remembered."""
    return f"{view.kind}:{view.value}" if view.value or view.kind == "status" else view.kind


def view_of(entry: str) -> View:
    """Return the view behind an entry."""
    kind, _, value = entry.partition(":")
    return View(kind, int(value)) if value.isdigit() else View(kind)


def refusal(session: Session, statuses: Statuses, entry: str) -> str | None:
    """Return why a person cannot have a view, or None; a remembered one may be gone."""
    view = view_of(entry)
    if session.is_client and view.kind in _EMPLOYEES_ONLY:
        return "Only employees of the desk have this view; Created by me shows what you asked for."
    if view.kind == "archived" and not session.has("archive"):
        return ARCHIVE_REFUSAL
    if (view.kind == "status" and view.value not in statuses) or view.kind not in (*_TITLES, SUMMARY, "status"):
        return "This view is no longer there; choose another."
    return None


def title(view: View, statuses: Statuses) -> str:
    """Return what the head of the window calls a view of the pane; others bring their name along."""
    if view.kind == "status":
        return f"Status {statuses[view.value].label}"
    return _TITLES.get(view.kind, "")


def below_summary(session: Session) -> str:
    """Return the entry of the view that lies below the Summary page: one's own work."""
    return "open" if session.is_client else "inbox"
