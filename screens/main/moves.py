"""The keys of the main window that move, show and hide; what they act on hangs on where the focus is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from screens.main import employee_filter
from screens.quick_screen import QuickEdits
from widgets.safe import notify

if TYPE_CHECKING:
    from textual.containers import Vertical
    from textual.widget import Widget

    from screens.actions import Action
    from screens.main.list_controller import ListController
    from screens.main.main_screen import MainScreen
    from screens.main.preview import Preview
    from screens.main.state import MainState
    from services.lists import ListQuery, View
    from widgets.log_view import LogView
    from widgets.nav_tree import NavPane
    from widgets.ticket_list import TicketList


class Moves(QuickEdits):
    """What `MainScreen` does with the keys that are not about a ticket."""

    VIEW_KEYS = {
        "list.summary": "summary",
        "list.inbox": "inbox",
        "list.dispatcher": "dispatcher",
        "list.assigned": "assigned_open",
        "list.created": "created_open",
        "list.all": "all",
        "list.all-open": "open",
        "list.all-closed": "closed",
        "list.archived": "archived",
    }

    if TYPE_CHECKING:
        tickets: TicketList
        views: NavPane
        employees: NavPane
        log_view: LogView
        sidebar: Vertical
        work: Vertical
        controller: ListController
        preview: Preview
        state: MainState

        @property
        def list_query(self) -> ListQuery:
            """What the list shows."""

        def show_view(self, entry: str) -> None:
            """Show a view."""

        def show_related(self, view: View, title: str) -> None:
            """Show the tickets of an account, a contact or a category."""

        def filter_by(self, managers: tuple[int, ...]) -> None:
            """Show only what these people manage."""

        def remember(self, **changes: Any) -> None:
            """Change the state of the window."""

        def recount(self) -> None:
            """Count anew."""

        def _show_title(self) -> None: ...

    def complain(self, sentence: str) -> None:
        """Say why something does not happen."""
        notify(self, sentence, severity="warning")

    # Panes

    @property
    def pane(self) -> Any:
        """The part of the window that has the focus; the tickets when none has."""
        return self.focused if self.focused in self._panes() else self.tickets

    def _panes(self) -> list[Widget]:
        panes: list[Widget] = []
        if self.state.pane:
            panes.append(self.views)
            if self.employees.display:
                panes.append(self.employees)
        panes.append(self.tickets)
        if self.state.preview != "off":
            panes.append(self.log_view)
        return panes

    def _go_pane(self, delta: int) -> None:
        panes = self._panes()
        panes[(panes.index(self.pane) + delta) % len(panes)].focus()

    def do_next_pane(self) -> None:
        """Give the focus to the next part."""
        self._go_pane(1)

    def do_previous_pane(self) -> None:
        """Give the focus to the part before."""
        self._go_pane(-1)

    def do_left(self) -> None:
        """Go to the views, or back from the preview."""
        if self.pane is self.log_view:
            self.tickets.focus()
        elif self.pane is self.tickets and self.state.pane:
            self.views.focus()

    def do_right(self) -> None:
        """Go to the tickets, or on to the preview."""
        if self.pane is self.tickets:
            if self.state.preview != "off":
                self.log_view.focus()
        else:
            self.tickets.focus()

    def do_go_back(self) -> None:
        """Unmark, or come back to the tickets."""
        if self.pane is not self.tickets:
            self.tickets.focus()
        else:
            self.tickets.clear_marks()

    def _desk_refusal(self, action: Action) -> str | None:
        """There may be no screen before the list, but there is something to come back from."""
        if action.method == "do_go_back" and (self.pane is not self.tickets or self.tickets.marked_count):
            return None
        return super()._desk_refusal(action)

    def do_pane(self) -> None:
        """Show or hide the views."""
        self.remember(pane=not self.state.pane)
        self.sidebar.set_class(not self.state.pane, "hidden")
        if not self.state.pane:
            self.tickets.focus()

    # Moving

    def do_up(self) -> None:
        """Go up a line."""
        self._move(-1)

    def do_down(self) -> None:
        """Go down a line."""
        self._move(1)

    def _move(self, delta: int) -> None:
        pane = self.pane
        if pane is self.log_view:
            self.log_view.scroll_lines(delta)
        else:
            pane.move(delta)

    def do_page_up(self) -> None:
        """Go up a page."""
        self.pane.page(-1)

    def do_page_down(self) -> None:
        """Go down a page."""
        self.pane.page(1)

    def do_half_up(self) -> None:
        """Go up half a page."""
        self._half(-1)

    def do_half_down(self) -> None:
        """Go down half a page."""
        self._half(1)

    def _half(self, delta: int) -> None:
        pane = self.pane
        if pane in (self.tickets, self.log_view):
            pane.half_page(delta)
        else:
            pane.page(delta)

    def do_first(self) -> None:
        """Go to the first line."""
        self.pane.first()

    def do_last(self) -> None:
        """Go to the last line."""
        self.pane.last()

    def do_preview_up(self) -> None:
        """Scroll the preview up."""
        self.log_view.scroll_lines(-1)

    def do_preview_down(self) -> None:
        """Scroll the preview down."""
        self.log_view.scroll_lines(1)

    # Opening

    def do_open(self) -> None:
        """Open the ticket, or show the view under the cursor."""
        pane = self.pane
        if pane in (self.views, self.employees):
            pane.choose_cursor()
        else:
            self.tickets.open_cursor()

    def do_new(self) -> None:
        """Enter a new ticket."""
        from screens.new_ticket import NewTicketScreen

        def entered(ticket_id: int | None) -> None:
            if ticket_id is not None:
                self.controller.go_to(ticket_id)
                self.recount()

        self.app.push_screen(NewTicketScreen(), entered)

    def do_refresh(self) -> None:
        """Read everything on the screen again."""
        self.controller.refresh()
        self.recount()
        self.preview.show_again()

    # Marks

    def do_mark(self) -> None:
        """Mark the ticket."""
        self.tickets.mark_toggle()

    def do_mark_range(self) -> None:
        """Mark up to here."""
        self.tickets.mark_range()

    def do_mark_all(self) -> None:
        """Mark everything; of the best matches of a search, tell that there are more."""
        self.tickets.mark_all()
        if self.tickets.more:
            self._tell_of_more()

    def _tell_of_more(self) -> None:
        keys = self.desk.shown_keys("list.sort")
        way = f"; {keys[0]} sorts them by a column and lists all" if keys else ""
        notify(self, f"The {self.tickets.marked_count:,} best matches are marked. More tickets match{way}.")

    def do_mark_invert(self) -> None:
        """Turn the marks over."""
        self.tickets.mark_invert()

    # Order and columns

    def sort_by(self, column: str, descending: bool | None = None) -> None:
        """Sort by a column and remember it, or say why not."""
        query = self.controller.sort(column, descending)
        if query is not None:
            self.remember(sort=query.sort, descending=query.descending)

    def do_sort(self) -> None:
        """Sort by the underlined column."""
        self.tickets.sort_by_current()

    def do_reverse(self) -> None:
        """Turn the order round."""
        self.sort_by(self.list_query.sort, not self.list_query.descending)

    def do_next_column(self) -> None:
        """Underline the next column."""
        self.tickets.choose_column(1)

    def do_previous_column(self) -> None:
        """Underline the column before."""
        self.tickets.choose_column(-1)

    def do_grow_column(self) -> None:
        """Make the column wider."""
        self.tickets.grow_column()

    def do_shrink_column(self) -> None:
        """Make the column narrower."""
        self.tickets.shrink_column()

    def do_columns_right(self) -> None:
        """Scroll to columns on the right."""
        self.tickets.columns_right()

    def do_columns_left(self) -> None:
        """Scroll back to the left."""
        self.tickets.columns_left()

    def do_columns(self) -> None:
        """Choose the columns."""
        from screens.main.columns import ColumnsDialog

        rows = [self.tickets.row_for(key) for key in self.tickets.ids[:64]]

        def chosen(columns: list[tuple[str, int]] | None) -> None:
            if columns is not None:
                self.tickets.set_columns(columns)
                self.remember(columns=tuple(columns))
                self._show_title()

        dialog = ColumnsDialog(self.tickets.columns, [row for row in rows if row is not None])
        self.app.push_screen(dialog, chosen)

    # Views

    def do_filter(self) -> None:
        """Choose employees."""
        employee_filter.ask(self, self.list_query.managers, self.filter_by)

    def do_related(self) -> None:
        """Choose what the tickets have in common with the one under the cursor."""
        from screens.related import choose_related

        if self.tickets.cursor_id is not None:
            choose_related(self, self.tickets.cursor_id, self.show_related)

    def do_browse(self) -> None:
        """Choose an account, a contact or a category to look through."""
        from screens.related import browse

        browse(self, self.show_related)

    def do_export(self) -> None:
        """Write the list to a file."""
        from screens.exporting import export_list

        export_list(cast("MainScreen", self))

    def do_connector(self) -> None:
        """Look after mail."""
        from screens.connector import ConnectorScreen

        self.app.push_screen(ConnectorScreen())

    def do_summary(self) -> None:
        """Show the Summary page."""
        self.show_view("summary")

    def do_inbox(self) -> None:
        """Show the Inbox."""
        self.show_view("inbox")

    def do_dispatcher(self) -> None:
        """Show what waits for dispatching."""
        self.show_view("dispatcher")

    def do_assigned(self) -> None:
        """Show what is assigned to me."""
        self.show_view("assigned_open")

    def do_created(self) -> None:
        """Show what I entered."""
        self.show_view("created_open")

    def do_all(self) -> None:
        """Show all tickets."""
        self.show_view("all")

    def do_all_open(self) -> None:
        """Show the open tickets."""
        self.show_view("open")

    def do_all_closed(self) -> None:
        """Show the closed tickets."""
        self.show_view("closed")

    def do_archived(self) -> None:
        """Show the archived tickets."""
        self.show_view("archived")
