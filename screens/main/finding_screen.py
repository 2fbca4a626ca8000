"""The main window's search: the line above the list, what it found, and the saved searches."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from screens.going.list_goes import ListGoes
from screens.main.preview_pane import PreviewPane
from screens.main.saved_pane import SavedPane, is_search
from screens.main.searching import Searching
from screens.search_bar import SearchBar
from services import finding, searches
from services.errors import DeskError
from services.finding import Found
from widgets.hint_bar import Hint
from widgets.safe import notify

if TYPE_CHECKING:
    from screens.actions import Action
    from screens.going.walk import Walk
    from services.lists import ListQuery
    from services.searches import SavedSearchRow
    from widgets.completions import Completions
    from widgets.status_line import StatusLine

_NOTHING_FITS = "No ticket fits."
_NO_TICKETS = "No tickets here."


class FindingScreen(ListGoes, PreviewPane):
    """What `MainScreen` does about searching; while somebody types, the keys that do not edit come here."""

    search_bar: SearchBar
    searching: Searching
    saved_pane: SavedPane

    if TYPE_CHECKING:
        title_line: StatusLine

        def title_of(self, query: ListQuery) -> str:
            """Return what the head calls the view of a list."""

        @property
        def chosen_managers(self) -> tuple[int, ...]:
            """Whose tickets the person wants to see in the views."""

        def show_entries(self) -> None:
            """Show the entries of the pane anew."""

        def end_search(self) -> None:
            """Show the view without what it was searched for."""

        def show_hints(self) -> None:
            """Say which keys help here."""

        def _list_changed(self) -> None: ...

    def make_search(self) -> None:
        """Be ready to search; nothing of it is shown before somebody does."""
        self.searching = Searching(self)
        self.search_bar = SearchBar(self, self.title_line, self.searching.look)
        self.saved_pane = SavedPane(self)

    # Beginning and ending

    def do_search(self) -> None:
        """Search all tickets."""
        self._begin(everywhere=True)

    def do_find(self) -> None:
        """Search in the view, or go on typing what the list was searched for."""
        self._begin(everywhere=False)

    def search_for(self, text: str) -> None:
        """Search all tickets for something that was typed elsewhere, such as on the Summary page."""
        self.leave_search()
        self.searching.run(text)

    def _begin(self, everywhere: bool) -> None:
        if self.search_bar.is_open:
            if self.searching.is_everywhere or not everywhere:
                self.set_focus(self.query_one("#query"))
                return
            self._drop()
        self.call_later(self._open, everywhere)

    async def _open(self, everywhere: bool) -> None:
        text = self.searching.begin(everywhere)
        label = "Search all /" if self.searching.is_everywhere else f"{self.title_of(self.searching.base)} /"
        await self.search_bar.open(label, text)
        self.searching.look(self.search_bar.text)
        self.show_hints()
        self.tour_looks()

    def _keep(self) -> None:
        text = self.search_bar.text
        if not self.searching.keep(text):
            self.search_bar.insist()
            return
        self.search_bar.remember(text)
        self._close()
        self._list_changed()

    def _drop(self) -> None:
        self.searching.drop()
        self._close()

    def _close(self) -> None:
        self.search_bar.close()
        self.tickets.focus()
        self.show_hints()
        self.tour_looks()
        self.saved_pane.count()

    def leave_search(self) -> None:
        """Stop typing because another list is shown."""
        if self.search_bar.is_open:
            self.searching.keep("")
            self._close()
        self.searching.stop()

    # What was found

    def search_found(self) -> None:
        """Show what the list is about now; while somebody types it is on its way only."""
        if self.search_bar.is_open:
            self.search_bar.clear_fault()
            self.show_search()
        else:
            self._list_changed()

    def search_failed(self, fault: DeskError) -> None:
        """Say what is wrong where the person typed."""
        if self.search_bar.is_open:
            self.search_bar.show_fault(fault)
        else:
            self.show_fault(fault)

    def show_search(self) -> None:
        """Let head and list say what was searched for."""
        present = self.searching.present
        self.tickets.set_marker(present.marker if present else None)
        self.log_view.set_marker(present.marker if present else None)
        self.tickets.set_empty_text(_NOTHING_FITS if present else _NO_TICKETS)
        self._show_title()

    def walk_from(self, ticket_id: int) -> Walk:
        """Let the ticket's window mark what was searched for."""
        walk = super().walk_from(ticket_id)
        present = self.searching.present
        walk.marker = present.marker if present else None
        return walk

    def do_refresh(self) -> None:
        """Read everything again; what a search means by now may be something else, such as the last seven days."""
        present, query = self.searching.present, self.list_query
        self.saved_pane.read()
        if present is None:
            super().do_refresh()
            return

        def arrived(found: Found) -> None:
            if self.list_query == query:
                self.searching.know(found.query, present)
                self.controller.query = found.query._replace(sort=query.sort, descending=query.descending)
                super(FindingScreen, self).do_refresh()

        base = present.base._replace(managers=query.managers)
        self.run_db(finding.first_found, self.session, base, present.text, 1, then=arrived, group="anew", lane="slow")

    # Saved searches

    def show_saved(self, entry: str) -> None:
        """Run a search of the pane."""
        row = self.saved_pane.row(entry)
        if row is not None:
            self.leave_search()
            self.searching.run(row.query, row)

    def _saved_at_hand(self) -> SavedSearchRow | None:
        """Return the saved search that an action is about: under the cursor of the pane, or else the one shown."""
        if self.pane is self.views and is_search(self.views.cursor_entry):
            return self.saved_pane.row(self.views.cursor_entry)
        present = self.searching.present
        return None if self.pane is self.views or present is None else present.saved

    def do_save_search(self) -> None:
        """Ask for a name, or change the search that has one."""
        from screens.main import saved

        present, kept = self.searching.present, self._saved_at_hand()
        if kept is not None and not kept.mine:
            kept = None
        from_pane = self.pane is self.views and is_search(self.views.cursor_entry)
        text = kept.query if kept is not None and from_pane else present.text if present is not None else ""
        saved.ask(self, text, kept, self._kept)

    def _kept(self, row: SavedSearchRow) -> None:
        self.saved_pane.read()
        self.searching.run(row.query, row)

    def do_remove_search(self) -> None:
        """Take a search away, after asking."""
        from screens.main import saved

        kept = self._saved_at_hand()

        def removed(row: SavedSearchRow) -> None:
            notify(self, f"The search “{row.name}” is gone.")
            self.saved_pane.read()

        if kept is not None:
            saved.confirm_removal(self, kept, removed)

    def saved_refusal(self, action: Action) -> str | None:
        """Return why nothing can be saved or removed now, or None."""
        if action.id not in ("list.save-search", "list.remove-search"):
            return None
        kept = self._saved_at_hand()
        if action.id == "list.remove-search":
            if kept is None:
                return "There is no saved search here; choose one of those below the views."
            return searches.may_change(self.session, kept)
        if kept is None and self.searching.present is None:
            return "The list shows a whole view; search for something first, then save that."
        return None if self.searching.present is not None or kept is None else searches.may_change(self.session, kept)

    # Keys while somebody types

    def hints(self) -> list[Hint]:
        """Say what the keys do in the line; or else the way out of marks and of a search, which nothing else tells."""
        if not self.search_bar.is_open:
            found, keys = super().hints(), self._shown("desk.go-back")
            way_out = "Unmark" if self.tickets.marked_count else "End search" if self.searching.present else ""
            return [*found[:1], Hint(keys[0], way_out, True, "desk.go-back"), *found[1:]] if way_out and keys else found
        wanted = (
            ("list.open", "Keep", ""),
            ("desk.go-back", "As before", ""),
            ("list.next-pane", "Complete", ""),
            ("list.up", "Earlier searches", ""),
            ("list.down", "To the list", ""),
        )
        return [Hint(keys[0], label, True, what) for action, label, what in wanted if (keys := self._shown(action))]

    def _shown(self, action: str) -> tuple[str, ...]:
        return self.desk.shown_keys(action)

    def _desk_refusal(self, action: Action) -> str | None:
        if action.method == "do_go_back" and (self.search_bar.is_open or self.searching.present is not None):
            return None
        return super()._desk_refusal(action)

    def do_go_back(self) -> None:
        """Close the suggestions, then the line; otherwise come back to the list, unmark, and end the search."""
        if self.search_bar.is_open:
            # Who went elsewhere from what is not understood has left it open.
            if not (self.search_bar.has_focus and self.search_bar.escape()):
                self._drop()
        elif self.pane is self.tickets and not self.tickets.marked_count and self.searching.present is not None:
            self.end_search()
        else:
            super().do_go_back()

    def do_open(self) -> None:
        """Take a suggestion or keep the search; otherwise open what is under the cursor."""
        if not self.search_bar.has_focus:
            super().do_open()
        elif not self.search_bar.enter():
            self._keep()

    def do_next_pane(self) -> None:
        """Complete what is being typed, or go to the next part."""
        if self.search_bar.has_focus:
            self.search_bar.complete()
        else:
            super().do_next_pane()

    def do_up(self) -> None:
        """Go up in the suggestions or to an earlier search; otherwise go up a line."""
        if not self.search_bar.has_focus:
            super().do_up()
        elif not self.search_bar.up():
            self._keep()

    def do_down(self) -> None:
        """Go down in the suggestions, or from the line to the list; otherwise go down a line."""
        if not self.search_bar.has_focus:
            super().do_down()
        elif not self.search_bar.down():
            self._keep()

    def on_input_changed(self, event: Any) -> None:
        """Search for what is typed."""
        event.stop()
        self.search_bar.changed()

    def on_completions_taken(self, event: Completions.Taken) -> None:
        """A click on a suggestion."""
        event.stop()
        self.search_bar.take(event.suggested)

    def on_descendant_blur(self) -> None:
        """Somebody went to another part of the window: what was typed holds."""
        if self.search_bar.is_open and self.is_current and self.focused is not None and not self.search_bar.has_focus:
            self._keep()
