"""The group of searches in the navigation pane: which ones there are, and how many tickets they find."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

from services import finding, searches
from services.errors import DeskError
from services.finding import EVERYWHERE
from services.searches import SavedSearchRow
from services.session import Session
from widgets.nav_tree import Count, NavEntry

if TYPE_CHECKING:
    from screens.main.finding_screen import FindingScreen

_PREFIX = "search:"
_MOST_COUNTED = 1_000
_COUNT_SECONDS = 0.5
"""How long one search may be counted: many slow ones must not keep the thread for themselves."""

_COUNTING = float("inf")
_REST = 20
"""Counting takes a twentieth of the time at most, however slow the searches are."""


def entry_id(search_id: int) -> str:
    """Return the pane's entry for a search."""
    return f"{_PREFIX}{search_id}"


def is_search(entry: str | None) -> bool:
    """Tell whether an entry is a search and no view."""
    return entry is not None and entry.startswith(_PREFIX)


def counted(session: Session, row: SavedSearchRow, managers: tuple[int, ...]) -> Count:
    """Count what a search finds; a question mark stands for one that takes too long or is not understood any more."""
    base = EVERYWHERE._replace(managers=managers)
    try:
        number = finding.count(session, base, row.query, _MOST_COUNTED, _COUNT_SECONDS)
    except DeskError:
        return "?"
    return number if number <= _MOST_COUNTED else f"{_MOST_COUNTED:,}+"


class SavedPane:
    """Reads the searches after the first frame and counts them one by one, so that other work comes in between."""

    def __init__(self, screen: FindingScreen) -> None:
        self._screen = screen
        self._rows: dict[str, SavedSearchRow] = {}
        self._counts: dict[str, Count] = {}
        self._not_before = 0.0
        self._again = False
        self._later: asyncio.TimerHandle | None = None

    def row(self, entry: str | None) -> SavedSearchRow | None:
        """Return the search behind an entry; None for a view, or for one that is gone."""
        return self._rows.get(entry or "")

    def entries(self) -> list[NavEntry]:
        """Return the group, nothing without any search; what others share stands below one's own."""
        if not self._rows:
            return []
        listed = [
            NavEntry(entry, row.name, count=self._counts.get(entry), tone="" if row.mine else "dim")
            for entry, row in self._rows.items()
        ]
        return [NavEntry("searches", "Searches", heading=True), *listed]

    def read(self) -> None:
        """Read which searches there are, and count them."""

        def arrived(rows: list[SavedSearchRow]) -> None:
            found = {entry_id(row.id): row for row in rows}
            if found != self._rows:
                self._rows = found
                self._screen.show_entries()
            self._not_before = 0.0
            self.count()

        screen = self._screen
        screen.run_db(
            *(searches.visible, screen.session),
            then=arrived,
            failed=screen.read_failed,
            group="searches",
            lane="slow",
        )

    def count(self, *, anew: bool = False) -> None:
        """Count the searches again, after a rest; `anew` at once, because whose tickets are shown changed."""
        if anew:
            self._not_before = 0.0
        self._forget_timer()
        wait = self._not_before - time.monotonic()
        if not self._rows or self._screen.search_bar.is_open:
            return
        if wait <= 0:
            self._not_before, self._again = _COUNTING, False
            self._count(list(self._rows.items()), time.monotonic())
        elif self._not_before == _COUNTING:
            self._again = True
        else:
            self._later = asyncio.get_running_loop().call_later(wait, self._screen.call_later, self.count)

    def stop(self) -> None:
        """Let a search that somebody types have the thread; counting begins again afterwards."""
        screen = self._screen
        screen.desk.runner.cancel(f"{id(screen)}:saved-count")
        self._not_before = 0.0
        self._forget_timer()

    def _forget_timer(self) -> None:
        if self._later is not None:
            self._later.cancel()
            self._later = None

    def _count(self, rows: list[tuple[str, SavedSearchRow]], began: float) -> None:
        screen = self._screen
        if not rows:
            now = time.monotonic()
            self._not_before = now + max(2.0, (now - began) * _REST)
            if self._again:
                self.count()
            return
        (entry, row), *rest = rows

        def arrived(count: Count) -> None:
            self._counts[entry] = count
            screen.views.set_counts({entry: count})
            self._count(rest, began)

        screen.run_db(
            counted,
            *(screen.session, row, screen.list_query.managers),
            then=arrived,
            group="saved-count",
            lane="slow",
            interruptible=True,
        )
