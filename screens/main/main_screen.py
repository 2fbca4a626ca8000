"""The main window: views and employees on the left, the tickets, and a preview of the one under the cursor."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical

from screens.actions import Action, bindings, find
from screens.main import employee_filter, head, nav, views
from screens.main.finding_screen import FindingScreen
from screens.main.fitting import WIDE, columns_for
from screens.main.list_controller import ListController
from screens.main.live_list import LiveList
from screens.main.prefetch import Prefetched, in_order
from screens.main.preview import Preview
from screens.main.remember import Memory
from screens.main.saved_pane import entry_id, is_search
from screens.many import Targets, list_targets
from screens.quick_actions import Seen
from screens.quick_edits import set_dispatch
from services import clock
from services.freshness import Change
from services.lists import DISPATCHER, ListQuery, View
from widgets.hint_bar import Hint, HintBar
from widgets.log_view import LogView
from widgets.nav_tree import NavPane
from widgets.status_line import StatusLine
from widgets.ticket_list import TicketList, messages


class MainScreen(FindingScreen):
    """Where people work: `prefetched` holds the first rows, so that the first frame shows them."""

    AREA = "list"
    BINDINGS = bindings("list")
    CSS_PATH = Path(__file__).with_name("main.tcss")
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (WIDE, "-wide")]

    def __init__(self, prefetched: Prefetched) -> None:
        super().__init__()
        self._first = prefetched
        self.statuses = prefetched.statuses
        self.managers = prefetched.managers
        self.state = prefetched.state
        self._counts: dict[str, int] = {}
        self._marked = 0
        self._in_dispatcher = prefetched.query.view == DISPATCHER
        self.related_title = ""
        self._under_dialog = True

    # Building it

    def compose(self) -> ComposeResult:
        """Put the parts together; what they show is there already."""
        session, state = self.session, self.state
        query = self._first.query
        self.title_line = StatusLine(id="title")
        self.views = NavPane(nav.entries(session, self.statuses), id="views")
        self.employees = NavPane(employee_filter.entries(query.managers, self.managers), id="employees")
        self.tickets = TicketList(clock=clock.now, columns=self._fitting_columns(), id="tickets")
        self.log_view = LogView(id="preview")
        self.hint_bar = HintBar(id="hints")
        self.sidebar = Vertical(self.views, self.employees, id="sidebar")
        self.work = Vertical(self.tickets, self.log_view, id="work", classes=state.preview)
        yield self.title_line
        yield Horizontal(self.sidebar, self.work, id="panes")
        yield self.hint_bar

    def on_mount(self) -> None:
        """Show what was read beforehand, and start to read the rest."""
        self.make_search()
        self.memory = Memory(self)
        self.controller = ListController(self, self.tickets, self._first.query, self._list_changed)
        self.live_list = LiveList(self)
        self.preview = Preview(self, self.log_view, rested=self.show_hints, read=self._mark_seen)
        self.employees.display = employee_filter.may_filter(self.session)
        self.sidebar.set_class(not self.state.pane, "hidden")
        self.tickets.set_hold_codes(code for code, status in self.statuses.items() if status.role == "hold")
        self.watch(self.tickets, "position", self._show_position, init=False)
        self.watch(self.tickets, "above", self._show_title, init=False)
        self.tickets.focus()
        self._choose_entries()
        self._show_title()
        self.show_hints()
        if self._first.summary is not None:
            self._push_summary()
            self.controller.show(self._first.query)
        else:
            self.controller.start(self._first.rows)
            self.recount()
            self.desk.trail.seen(self.place)
        self.saved_pane.read()

    def on_unmount(self) -> None:
        """Leave nothing ticking behind."""
        self.preview.stop()
        self.saved_pane.stop()
        self.live_list.stop()
        self.memory.flush()
        self.desk.recent.flush()

    def on_resize(self) -> None:
        """Let who has chosen no columns have those that fit."""
        self._fit_columns()
        self.size_preview()

    def _fit_columns(self) -> None:
        shown = self._shown_columns
        if not self.state.columns and self._fitting_columns() != shown:
            self.tickets.set_columns(self._shown_columns)

    def _fitting_columns(self) -> tuple[tuple[str, int], ...]:
        """Return the person's columns, or those for the width that the style sheet leaves to the list."""
        self._shown_columns = columns_for(self.app.size.width, self.state, self._in_dispatcher)
        return self._shown_columns

    # What is shown

    @property
    def list_query(self) -> ListQuery:
        """What the list shows."""
        return self.controller.query

    def show_view(self, entry: str) -> None:
        """Show the view or run the search of an entry, or say why this person does not have it."""
        if is_search(entry):
            self.show_saved(entry)
            return
        refusal = views.refusal(self.session, self.statuses, entry)
        if refusal:
            self.complain(refusal)
            return
        if entry == views.SUMMARY:
            self.views.choose(views.entry_id(self.list_query.view))
            self.state = self.state._replace(start=views.SUMMARY)
            self.memory.later()
            self._push_summary()
            return
        self.leave_search()
        self.remember(start=entry)
        self.controller.show(self._whole(views.view_of(entry)), self._counts.get(entry))

    def _whole(self, view: View) -> ListQuery:
        """Return a view without a search, of whom one wants to see and in the usual order."""
        return in_order(ListQuery(view, self.chosen_managers), self.state.sort, self.state.descending)

    @property
    def chosen_managers(self) -> tuple[int, ...]:
        """Whose tickets the person wants to see in the views; nobody means everybody."""
        return self.state.managers if employee_filter.may_filter(self.session) else ()

    def end_search(self) -> None:
        """Show the view without what it was searched for; what was all tickets goes back to the view before."""
        present = self.searching.present
        entry = views.below_summary(self.session) if self.state.start == views.SUMMARY else self.state.start
        view = views.view_of(entry) if present is None or present.everywhere else self.list_query.view
        self.controller.show(self._whole(view), cursor=self.tickets.cursor_id)

    def show_related(self, view: View, title: str) -> None:
        """Show the tickets of an account, a contact or a category; such a view is not in the pane."""
        self.leave_search()
        self.related_title = title
        self.controller.show(self._whole(view))

    def filter_by(self, managers: tuple[int, ...]) -> None:
        """Show only what these people manage, on top of the view; nobody means everybody."""
        self.remember(managers=managers)
        self._counts.clear()
        self.employees.set_entries(employee_filter.entries(managers, self.managers))
        self.controller.show(self.list_query._replace(managers=managers))
        self.saved_pane.count(anew=True)

    def remember(self, **changes: Any) -> None:
        """Change the state of the window, for the next time as well."""
        self.state = self.state._replace(**changes)
        self.memory.later()
        self._fit_columns()

    def _list_changed(self) -> None:
        self._marked = 0
        self._in_dispatcher = self.list_query.view == DISPATCHER
        self._fit_columns()
        self._choose_entries()
        self.show_search()
        self.arrived()
        self.recount()

    def _choose_entries(self) -> None:
        self.views.choose(self._active_entry)
        self.employees.choose(employee_filter.active(self.session, self.list_query.managers))

    @property
    def _active_entry(self) -> str:
        present = self.searching.present
        saved = present.saved if present is not None else None
        return entry_id(saved.id) if saved else views.entry_id(self.list_query.view)

    def _show_title(self) -> None:
        self.title_line.set_left(head.left(self))
        self.title_line.set_middle(head.middle(self, self._marked))

    @property
    def view_title(self) -> str:
        """What the view is called."""
        return head.view_title(self, self.list_query)

    def title_of(self, query: ListQuery) -> str:
        """Return what the view of another list is called."""
        return head.view_title(self, query)

    def _show_position(self) -> None:
        self.title_line.set_right(self.tickets.position_text)

    def hints(self) -> list[Hint]:
        """Return the hints; who looks at the dispatch board wants to take tickets off it before all."""
        found = super().hints()
        action = find("list.dispatch") if self._in_dispatcher else None
        if action is None or not self.desk.shown_keys(action.id):
            return found
        key = self.desk.shown_keys(action.id)[0]
        return [Hint(key, action.label, self.refusal(action) is None, action.id), *found]

    def show_hints(self) -> None:
        """Say which keys help here; called when the keys rest, because the reasons depend on the ticket."""
        if self.jump_labels is None:
            self.hint_bar.set_message(None)
        self.hint_bar.set_hints(self.hints())

    def recount(self) -> None:
        """Count what stands behind the views: the open ones at once, the closed ones when there is time."""
        self.live_list.recount()

    def desk_changed(self, change: Change) -> None:
        """Follow what others do; what this person did to the ticket under the cursor is shown already."""
        self.live_list.changed(change.without_own(self.tickets.cursor_id))

    def names_changed(self) -> None:
        """Call views and people by their present names."""
        self.show_entries()
        self.employees.set_entries(employee_filter.entries(self.list_query.managers, self.managers))
        self._choose_entries()
        self._show_title()

    def show_entries(self) -> None:
        """Show the views and the saved searches below them."""
        self.views.set_entries([*nav.entries(self.session, self.statuses), *self.saved_pane.entries()])
        self.views.set_counts(self._counts)
        if self.pane is not self.views or self.views.active != self._active_entry:
            self._choose_entries()

    def counted(self, counts: dict[str, int]) -> None:
        """Take counts by entry of the pane."""
        self._counts |= counts
        if "open" in self._counts and "closed" in self._counts:
            self._counts["all"] = self._counts["open"] + self._counts["closed"]
        self.views.set_counts(self._counts)

    def _push_summary(self) -> None:
        from screens.summary import SummaryScreen

        first = self._first.summary
        self._first = self._first._replace(summary=None)
        self.app.push_screen(SummaryScreen(first), self._left_summary)

    def _left_summary(self, entry: str | None) -> None:
        self.state = self.state._replace(start=entry or views.entry_id(self.list_query.view))
        self.memory.later()
        if entry:
            self.show_view(entry)
        else:
            self.desk.trail.seen(self.place)

    # The tickets that actions are about

    def edit_targets(self) -> Targets:
        """Return the marked tickets, or the one under the cursor."""
        return list_targets(self.tickets, self.session, self.list_query)

    def target_rows(self) -> list[Seen]:
        """Return the rows that are at hand for the targets; of many none, which would take long to look at."""
        rows = (self.tickets.row_for(ticket_id) for ticket_id in self.edit_targets().ids)
        return [row for row in rows if row is not None]

    def mark_only(self, ticket_ids: list[int]) -> None:
        """Leave marks on these tickets alone."""
        self.tickets.mark_only(ticket_ids)

    def do_as_it_was(self) -> None:
        """Show the list as it was at a moment."""
        from screens.operations.moment import show_list

        show_list(self, self.list_query, head.view_title(self, self.list_query))

    def edited(self, ticket_ids: list[int]) -> None:
        """Show changed tickets and counts anew; cursor and marks stay."""
        self.controller.refresh(ticket_ids)
        self.recount()
        self.preview.show_again()

    def refusal(self, action: Action) -> str | None:
        """Add the reasons that lie in the person and the list."""
        if action.id == "list.filter" and not employee_filter.may_filter(self.session):
            return "You see only your own tickets, so there is nobody to choose."
        entry = self.VIEW_KEYS.get(action.id)
        if reason := self.saved_refusal(action):
            return reason
        if entry:
            return views.refusal(self.session, self.statuses, entry)
        return super().refusal(action)

    def _mark_seen(self, ticket_id: int) -> None:
        from services import inbox

        row = self.tickets.row_for(ticket_id)
        if row is None or (not row.mine and not row.mark):
            return

        def opened(opens: bool) -> None:
            if opens:
                self.controller.refresh_rows([ticket_id])

        self.run_db(
            *(inbox.viewed, self.session, ticket_id),
            then=opened,
            failed=self.read_failed,
            lane="slow",
            group="viewed",
        )

    # What the parts tell

    def on_ticket_list_page_wanted(self, event: messages.PageWanted) -> None:
        """Read rows that came on the screen."""
        self.controller.page_wanted(event)

    def on_ticket_list_cursor_moved(self, event: messages.CursorMoved) -> None:
        """Let the preview follow."""
        self.preview.follow(event.ticket_id)

    def on_ticket_list_selected(self, event: messages.Selected) -> None:
        """Open a ticket."""
        self.desk.open_ticket(event.ticket_id, self.walk_from(event.ticket_id))

    def on_ticket_list_sort_wanted(self, event: messages.SortWanted) -> None:
        """Sort by the title that was clicked."""
        self.sort_by(event.column_id)

    def on_ticket_list_dispatch_clicked(self, event: messages.DispatchClicked) -> None:
        """Take the ticket off the dispatch board."""
        set_dispatch(self, Targets.of([event.ticket_id]), False, self.edited)

    def on_ticket_list_column_width_changed(self, event: messages.ColumnWidthChanged) -> None:
        """Remember the width."""
        self.remember(columns=tuple(self.tickets.columns))

    def on_ticket_list_marked(self, event: messages.Marked) -> None:
        """Say how many are marked."""
        begins_or_ends = bool(self._marked) != bool(event.count)
        self._marked = event.count
        if begins_or_ends:
            self.show_hints()
        self._show_title()

    def on_nav_pane_chosen(self, event: NavPane.Chosen) -> None:
        """Show another view, or other people's tickets."""
        event.stop()
        if event.pane is self.views:
            self.show_view(event.entry_id)
        elif event.entry_id == employee_filter.CHOSEN:
            self.do_filter()
        else:
            mine = self.session.manager_ids[:1] if event.entry_id == employee_filter.ME else ()
            self.filter_by(mine)

    def on_screen_suspend(self) -> None:
        """Take note of what covers the window: a dialog reports what it changed, another screen does not."""
        from screens.dialogs.base import Dialog

        self._under_dialog = isinstance(self.app.screen, Dialog)

    def on_screen_resume(self) -> None:
        """Look again at the ticket under the cursor after its window was open."""
        self.come_back()
        if not self._under_dialog and self.tickets.cursor_id is not None:
            self.edited([self.tickets.cursor_id])
        self._under_dialog = True
