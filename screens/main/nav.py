"""The entries of the navigation pane for a person, and their counts."""

from __future__ import annotations

from collections.abc import Iterable

from screens.main.views import SUMMARY, Statuses, refusal
from services import lists
from services.records import NavCounts, StatusRow
from services.session import Session
from widgets.nav_tree import NavEntry


def entries(session: Session, statuses: Statuses) -> list[NavEntry]:
    """Return the pane for a person; clients have no Inbox and manage nothing."""
    listed = [
        NavEntry(SUMMARY, "Summary"),
        NavEntry("inbox", "Inbox"),
        NavEntry("dispatcher", "Dispatcher"),
        NavEntry("mine", "My tickets", heading=True),
        NavEntry("assigned_open", "Assigned", indent=1),
        NavEntry("assigned_closed", "closed", indent=2, tone="dim"),
        NavEntry("created_open", "Created", indent=1),
        NavEntry("created_closed", "closed", indent=2, tone="dim"),
        NavEntry("tickets", "Tickets", heading=True),
        NavEntry("all", "All"),
        NavEntry("open", "Open"),
        *_of_class(statuses.values(), "open"),
        NavEntry("closed", "Closed"),
        *_of_class(statuses.values(), "closed"),
        NavEntry("archived", "Archived", tone="dim"),
    ]
    return [entry for entry in listed if entry.heading or refusal(session, statuses, entry.id) is None]


def _of_class(statuses: Iterable[StatusRow], status_class: str) -> list[NavEntry]:
    return [
        NavEntry(f"status:{status.code}", status.label, indent=1)
        for status in statuses
        if status.status_class == status_class
    ]


def open_counts(counts: NavCounts) -> dict[str, int]:
    """Return the counts that are there at once, by entry."""
    return {
        "inbox": counts.inbox,
        "dispatcher": counts.dispatcher,
        "assigned_open": counts.assigned_open,
        "created_open": counts.created_open,
        "open": counts.open,
        **{f"status:{code}": number for code, number in counts.by_status.items()},
    }


def closed_counts(session: Session, managers: tuple[int, ...]) -> dict[str, int]:
    """Count what takes longer, by entry: for the slow thread."""
    by_status = lists.closed_counts(session, managers)
    return {
        "closed": sum(by_status.values()),
        **{f"status:{code}": number for code, number in by_status.items()},
        **lists.more_counts(session, managers),
    }
