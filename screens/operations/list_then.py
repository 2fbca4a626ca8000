"""A list of tickets as it was at a moment."""

from __future__ import annotations

from textual.app import ComposeResult

from screens.actions import Action
from screens.operations.moment import MANY, PastScreen
from screens.pane_keys import Pane, PaneKeys
from services import as_it_was, clock, priorities
from services.as_it_was import DeskThen
from services.lists import ListQuery
from services.moments import when
from widgets.dates import ShortDates
from widgets.hint_bar import HintBar
from widgets.status_line import StatusLine
from widgets.table import Table, TableColumn, TableRow, Titles

_COLUMNS = (
    TableColumn("Number", 9),
    TableColumn("Status", 11),
    TableColumn("Priority", 8),
    TableColumn("Manager", 12),
    TableColumn("Subject"),
    TableColumn("Updated", 10),
)


class ListThenScreen(PaneKeys, PastScreen):
    """The first rows of a list of another day, in its order."""

    def __init__(self, query: ListQuery, title: str, at: int) -> None:
        super().__init__(at)
        self._query = query
        self._title = title

    def compose(self) -> ComposeResult:
        """Put the table below the line that tells the moment."""
        yield StatusLine(id="head")
        table = Table(_COLUMNS, "There was no ticket here then.", id="tickets")
        yield Titles(table)
        yield table
        yield HintBar(id="hints")

    def on_mount(self) -> None:
        """Read the list."""
        self.table = self.query_one(Table)
        self.table.focus()
        self.do_refresh()
        self.show_keys()

    def do_refresh(self) -> None:
        """Read the list of that moment."""
        self.query_one("#head", StatusLine).set_left(f"{self._title}, as it was {when(self.at)}")
        query, at = self._query, self.at
        self.run_db(
            lambda session: as_it_was.listed(session, query, at, limit=MANY),
            self.session,
            then=self._show,
            group="then",
            lane="slow",
        )

    def _show(self, then: DeskThen) -> None:
        dates = ShortDates(clock.now)
        self.table.show(
            [
                TableRow(
                    str(row.id),
                    (
                        row.number,
                        row.status + (f"/{row.extension}" if row.extension else ""),
                        priorities.label(row.priority),
                        row.manager,
                        row.subject,
                        dates.short(row.updated_at),
                    ),
                )
                for row in then.rows
            ]
        )
        total = f"{then.total:,}"
        shown = f"first {len(then.rows):,} of {total}" if len(then.rows) < then.total else total
        self.query_one("#head", StatusLine).set_right(f"read only · {shown}")
        self.show_keys()

    def on_table_moved(self, event: Table.Moved) -> None:
        """The hints are the same for every row."""
        event.stop()

    def on_table_opened(self, event: Table.Opened) -> None:
        """A double click opens the ticket as it was."""
        event.stop()
        self.action_run("then.open")

    @property
    def _ticket_id(self) -> int | None:
        key = self.table.cursor_key
        return None if key is None else int(key)

    def refusal(self, action: Action) -> str | None:
        """Nothing opens from an empty list."""
        if action.id in ("then.open", "then.today") and self._ticket_id is None:
            return "There was no ticket here then."
        return super().refusal(action)

    def do_open(self) -> None:
        """Show the ticket as it was."""
        from screens.operations.ticket_then import TicketThenScreen

        if (ticket_id := self._ticket_id) is not None:
            self.app.push_screen(TicketThenScreen(ticket_id, self.at))

    def do_today(self) -> None:
        """Open the ticket as it is."""
        if (ticket_id := self._ticket_id) is not None:
            self.desk.open_ticket(ticket_id)

    @property
    def moved_pane(self) -> Pane:
        """The table."""
        return self.table
