"""The Summary page, the first thing that a person sees at the desk."""

from __future__ import annotations

from array import array
from pathlib import Path

from textual.app import ComposeResult

from screens.actions import Action, bindings
from screens.going.goes import Goes
from screens.going.trail import SUMMARY, Place
from screens.going.walk import Walk
from screens.summary.blocks import Block, TicketBlocks
from screens.summary.search import SummarySearch
from screens.throttle import Throttle
from services import clock
from services.freshness import Change
from services.summary import Summary, summary
from widgets.hint_bar import HintBar
from widgets.status_line import StatusLine

_EMPLOYEE = (
    ("Assigned to me: newest", "Nothing is assigned to you."),
    ("Assigned to me: oldest", "Nothing is assigned to you."),
    ("Given to others: newest", "Nothing that you entered is with somebody else."),
    ("Given to others: oldest", "Nothing that you entered is with somebody else."),
)
_CLIENT = (
    ("My requests: newest", "You have no open request."),
    ("My requests: oldest", "You have no open request."),
    ("My colleagues' requests: newest", "Your colleagues have no open request."),
    ("My colleagues' requests: oldest", "Your colleagues have no open request."),
)
_AGAIN_SECONDS = 2.0
_FOR_EMPLOYEES = frozenset({"summary.inbox", "summary.dispatcher", "summary.assigned"})


class SummaryScreen(Goes, SummarySearch):
    """Is dismissed with the view that somebody wants to go to, or None for the list as it was."""

    AREA = "summary"
    BINDINGS = bindings("summary")
    CSS_PATH = Path(__file__).with_name("summary.tcss")

    def __init__(self, found: Summary | None = None) -> None:
        super().__init__()
        self._found = found
        self._walk: Walk | None = None
        self._again = Throttle(self, _AGAIN_SECONDS, self.do_refresh)

    def compose(self) -> ComposeResult:
        """Put the parts together."""
        yield StatusLine("Summary", id="title")
        yield TicketBlocks(clock=clock.now, id="lists")
        yield HintBar(id="hints")

    def on_mount(self) -> None:
        """Show what was read beforehand, or read it now."""
        self.lists = self.query_one(TicketBlocks)
        self.lists.focus()
        self.query_one(StatusLine).set_right(self.session.name)
        self.make_search()
        if self._found is not None:
            self._show(self._found)
        self.show_hints()
        self.desk.trail.seen(self.place)

    @property
    def place(self) -> Place:
        """The page itself."""
        return Place(SUMMARY)

    def copy_ticket_id(self) -> int | None:
        """The ticket under the cursor."""
        ticket = self.lists.cursor_ticket
        return ticket.id if ticket is not None else None

    def on_screen_resume(self) -> None:
        """Read again what a ticket's window may have changed."""
        if self._walk is not None:
            self.lists.move_in_block(self._walk.rank)
            self._walk = None
        if self._found is None:
            self.do_refresh()
        self._found = None

    def _show(self, found: Summary) -> None:
        titles = _CLIENT if self.session.is_client else _EMPLOYEE
        self.lists.show([Block(title, empty, rows) for (title, empty), rows in zip(titles, found, strict=True)])
        self.show_hints()

    def refusal(self, action: Action) -> str | None:
        """Add that a client has no Inbox and that an empty page opens nothing."""
        if self.session.is_client and action.id in _FOR_EMPLOYEES:
            return "Only employees of the desk have this view."
        if self.typing_refusal(action):
            return None
        if action.id == "summary.open" and self.lists.cursor_ticket is None:
            return "There is no open ticket here."
        return super().refusal(action)

    def on_ticket_blocks_selected(self, event: TicketBlocks.Selected) -> None:
        """Open what was clicked; in its window one goes through the list that it stands in."""
        ids, place = self.lists.block_ids
        self._walk = Walk(array("q", ids), place)
        self.desk.open_ticket(event.ticket_id, self._walk)

    def do_refresh(self) -> None:
        """Read the four lists again."""
        self.run_db(summary, self.session, then=self._show, failed=self.read_failed, group="summary")

    def desk_changed(self, change: Change) -> None:
        """Read the lists again when tickets changed, but not too often; the cursor stays on its line."""
        if change.touches or change.everything:
            self._again.ask()

    def do_open(self) -> None:
        """Open the ticket."""
        if not self.search_open():
            self.lists.row_chosen()

    def do_new(self) -> None:
        """Enter a new ticket; coming back reads the lists again."""
        from screens.new_ticket import NewTicketScreen

        self.app.push_screen(NewTicketScreen())

    def do_connector(self) -> None:
        """Look after mail."""
        from screens.connector import ConnectorScreen

        self.app.push_screen(ConnectorScreen())

    def do_next_list(self) -> None:
        """Go to the next list."""
        if not self.search_key("complete"):
            self.lists.to_block(1)

    def do_previous_list(self) -> None:
        """Go to the list before."""
        self.lists.to_block(-1)

    def do_up(self) -> None:
        """Go up a line."""
        if not self.search_key("up"):
            self.lists.move(-1)

    def do_down(self) -> None:
        """Go down a line."""
        if not self.search_key("down"):
            self.lists.move(1)

    def do_page_up(self) -> None:
        """Go up a page."""
        self.lists.page(-1)

    def do_page_down(self) -> None:
        """Go down a page."""
        self.lists.page(1)

    def do_first(self) -> None:
        """Go to the first ticket."""
        self.lists.first()

    def do_last(self) -> None:
        """Go to the last ticket."""
        self.lists.last()

    def do_tickets(self) -> None:
        """Go to the ticket list."""
        self.dismiss(None)

    def do_inbox(self) -> None:
        """Go to the Inbox."""
        self.dismiss("inbox")

    def do_dispatcher(self) -> None:
        """Go to the Dispatcher."""
        self.dismiss("dispatcher")

    def do_assigned(self) -> None:
        """Go to what is assigned to me."""
        self.dismiss("assigned_open")

    def do_created(self) -> None:
        """Go to what I entered."""
        self.dismiss("created_open")

    def do_all(self) -> None:
        """Go to all tickets."""
        self.dismiss("all")

    def do_all_open(self) -> None:
        """Go to the open tickets."""
        self.dismiss("open")
