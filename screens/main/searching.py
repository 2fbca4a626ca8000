"""Searching the ticket list while somebody types: what was there before, what has been found, and going back."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING, NamedTuple

from screens.main.prefetch import FIRST_ROWS
from services import finding
from services.errors import DeskError
from services.finding import EVERYWHERE, Found
from services.lists import RELEVANCE, ListQuery
from services.searches import SavedSearchRow
from widgets.matches import Marker

if TYPE_CHECKING:
    from screens.main.finding_screen import FindingScreen
    from services.query import Condition

_MOST_KNOWN = 300


class Searched(NamedTuple):
    """What a list was searched for: the text as typed, the list without the search, and what marks the words.

    `saved` is the saved search that it began with; `name` is empty once the text is another one.
    """

    text: str
    base: ListQuery
    marker: Marker | None = None
    saved: SavedSearchRow | None = None

    @property
    def everywhere(self) -> bool:
        """Whether it is about all tickets and not about a view."""
        return self.base.sort == RELEVANCE

    @property
    def name(self) -> str:
        """What it is called, while it is what was saved under that name."""
        return self.saved.name if self.saved is not None and self.saved.query == self.text else ""


class _Before(NamedTuple):
    """The list as it was when somebody began to type; without `ids` it had not been read yet."""

    query: ListQuery
    ids: array[int] | None
    total: int
    more: bool
    cursor: int | None


class Searching:
    """Puts what a search finds into the list; the newest request stops the one before it."""

    def __init__(self, screen: FindingScreen) -> None:
        self._screen = screen
        self._known: dict[tuple[str, tuple[object, ...]], Searched] = {}
        self._before: _Before | None = None
        self._base = EVERYWHERE
        self._saved: SavedSearchRow | None = None
        self._asked: str | None = ""
        self._failed = False

    @property
    def present(self) -> Searched | None:
        """What the list was searched for, wherever that came from: typed, saved, or gone back to."""
        return self.behind(self._screen.list_query)

    def behind(self, query: ListQuery) -> Searched | None:
        """Return what a query was made from."""
        return self._known.get((query.where, query.params)) if query.where else None

    @property
    def base(self) -> ListQuery:
        """What is being searched."""
        return self._base

    @property
    def is_everywhere(self) -> bool:
        """Whether what is being typed is about all tickets."""
        return self._base.sort == RELEVANCE

    def know(self, query: ListQuery, searched: Searched) -> None:
        """Note what a query was made from, so that whoever comes back to it finds that too."""
        self._known.pop((query.where, query.params), None)
        self._known[(query.where, query.params)] = searched
        while len(self._known) > _MOST_KNOWN:
            del self._known[next(iter(self._known))]

    # While somebody types

    def begin(self, everywhere: bool) -> str:
        """Remember what is there, and return the text to begin with: what the list was searched for, if anything."""
        screen = self._screen
        tickets, coming = screen.tickets, screen.controller.coming
        query = coming or screen.list_query
        present = self.behind(query)
        # Who types faster than lists are read means the list that was asked for last.
        screen.desk.runner.cancel(f"{id(screen)}:rows")
        screen.controller.coming = None
        ids = tickets.ids if coming is None else None
        self._before = _Before(query, ids, tickets.total, tickets.more, tickets.cursor_id)
        text = ""
        self._failed, self._saved = False, None
        if present is not None and (present.everywhere or not everywhere):
            self._base = present.base._replace(managers=query.managers)
            self._saved, text = present.saved, present.text
        elif everywhere:
            self._base = EVERYWHERE
        else:
            self._base = query.without_search()
        self._asked = text if coming is None else None
        return text

    def look(self, text: str) -> None:
        """Show what a text finds; without one the list as it was, or without its filter."""
        screen, text = self._screen, text.strip()
        if text == self._asked:
            return
        self._asked, self._failed = text, False
        screen.saved_pane.stop()
        if not text and self.is_everywhere:
            screen.desk.runner.cancel(f"{id(screen)}:search")
            self._put_back()
        else:
            self._find(text, self._base, self._saved)

    def stop(self) -> None:
        """Want no answer any more."""
        self._screen.desk.runner.cancel(f"{id(self._screen)}:search")
        self._screen.controller.go_on()

    def _find(self, text: str, base: ListQuery, saved: SavedSearchRow | None) -> None:
        def arrived(found: Found) -> None:
            self._take(found, Searched(text, base, marker_of(found.condition), saved))

        def failed(fault: DeskError) -> None:
            self._failed = True
            self._screen.controller.go_on()
            self._screen.search_failed(fault)
            if self._screen.search_bar.is_open:
                self._find_so_far(text, base, saved, fault)

        self._screen.controller.hold()
        self._screen.run_db(
            finding.first_found,
            *(self._screen.session, base, text, FIRST_ROWS),
            then=arrived,
            failed=failed,
            group="search",
            lane="slow",
            interruptible=True,
        )

    def _find_so_far(self, text: str, base: ListQuery, saved: SavedSearchRow | None, fault: DeskError) -> None:
        """Let the list follow what stands before a field or phrase that is still being typed."""

        def arrived(so_far: tuple[str, Found] | None) -> None:
            if so_far is not None and self._failed:
                rest, found = so_far
                self._put(found, Searched(rest, base, marker_of(found.condition), saved))
                self._screen.show_search()

        self._screen.run_db(
            finding.found_so_far,
            *(self._screen.session, base, text, fault, FIRST_ROWS),
            then=arrived,
            failed=lambda _: None,
            group="search",
            lane="slow",
            interruptible=True,
        )

    def _take(self, found: Found, searched: Searched) -> None:
        """Show what was found, and that nothing is wrong with what was typed."""
        self._put(found, searched)
        self._screen.search_found()

    def _put(self, found: Found, searched: Searched) -> None:
        """Show what was found, unless the list shows that already."""
        screen = self._screen
        if found.query.where:
            self.know(found.query, searched)
        if found.query != screen.list_query:
            screen.controller.show_found(found)
        else:
            screen.controller.go_on()

    def keep(self, text: str) -> bool:
        """Go on with what was found; False while what was typed is not understood."""
        if self._failed and text.strip():
            return False
        self._before = None
        return True

    def drop(self) -> None:
        """Show again what was there before."""
        self._screen.desk.runner.cancel(f"{id(self._screen)}:search")
        self._put_back()
        self._before = None

    def _put_back(self) -> None:
        before, screen = self._before, self._screen
        if before is None or before.query == screen.list_query:
            screen.controller.go_on()
            return
        if before.ids is None:
            screen.controller.show(before.query)
            return
        screen.controller.query = before.query
        screen.tickets.set_sort(before.query.sort, before.query.descending)
        screen.tickets.show(before.ids, (), before.total, more=before.more)
        if before.cursor is not None:
            screen.tickets.to_id(before.cursor)
        screen.controller.refresh()
        screen.show_search()

    # Without a line to type into

    def run(self, text: str, saved: SavedSearchRow | None = None) -> None:
        """Search all tickets for a text, on top of whose tickets are shown when it is a saved one."""
        managers = self._screen.chosen_managers if saved is not None else ()
        self._find(text.strip(), EVERYWHERE._replace(managers=managers), saved)


def marker_of(condition: Condition) -> Marker | None:
    """Return what marks the words of a search in a text; None for one that looks for no words."""
    from services.query.highlight import marks

    terms = condition.terms
    return (lambda text: marks(text, terms)) if terms else None
