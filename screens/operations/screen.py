"""The list of what people did lately, with what the one under the cursor changed."""

from __future__ import annotations

from pathlib import Path

from textual.app import ComposeResult

from screens.actions import Action, bindings
from screens.desk_screen import DeskScreen
from screens.operations.undoing import take_back
from screens.pane_keys import Pane, PaneKeys
from services import clock, operations
from services.operations import OperationRow, TicketChange
from services.records import Choice
from services.session import PRIVILEGES, Session
from widgets.dates import ShortDates
from widgets.hint_bar import HintBar
from widgets.log_view import LogBlock, LogView
from widgets.safe import hush, notify
from widgets.status_line import StatusLine
from widgets.table import Table, TableColumn, TableRow, Titles

_COLUMNS = (
    TableColumn("When", 7),
    TableColumn("State", 10),
    TableColumn("Tickets", 20),
    TableColumn("What"),
)
_WHO = TableColumn("Who", 12)
_OWN, _TICKET, _ALL = "own", "ticket", "all"
_TITLES = {_OWN: "What you did", _TICKET: "What was done to the ticket", _ALL: "What everybody did"}
_MOST_SHOWN = 20


class OperationsScreen(PaneKeys, DeskScreen[None]):
    """Operations, the newest first: one's own, those on `ticket_id`, or everybody's."""

    AREA = "operations"
    BINDINGS = bindings("operations")
    CSS_PATH = Path(__file__).with_name("operations.tcss")

    def __init__(self, ticket_id: int | None = None) -> None:
        super().__init__()
        self._ticket_id = ticket_id
        self._whose = _OWN if ticket_id is None else _TICKET
        self._rows: dict[str, OperationRow] = {}
        self._has_older = False
        self._tickets: list[TicketChange] = []

    def compose(self) -> ComposeResult:
        """Put the table above the changes."""
        yield StatusLine(_TITLES[self._whose], id="head")
        table = Table(self._columns, "Nothing was done.", id="operations")
        yield Titles(table)
        yield table
        yield LogView(id="changes")
        yield HintBar(id="hints")

    def on_mount(self) -> None:
        """Read the newest operations."""
        hush(self)
        self.table = self.query_one(Table)
        self.table.focus()
        self._show_hints()

    def on_screen_resume(self) -> None:
        """Read again what may have changed meanwhile."""
        self.do_refresh()

    def do_refresh(self) -> None:
        """Read the operations again, as many as are shown."""
        self._read(None, max(operations.PAGE, len(self._rows)))

    def _read(self, before: int | None, limit: int = operations.PAGE) -> None:
        whose, ticket_id = self._whose, self._ticket_id if self._whose == _TICKET else None

        def read(session: Session) -> list[OperationRow]:
            return operations.recent(session, whose=whose, ticket_id=ticket_id, before=before, limit=limit)

        def found(rows: list[OperationRow]) -> None:
            self._has_older = len(rows) == limit
            known = {} if before is None else self._rows
            self._rows = known | {str(row.id): row for row in rows}
            self._show()

        self.run_db(read, self.session, then=found, group="operations")

    def _show(self) -> None:
        dates = ShortDates(clock.now)
        self.query_one("#head", StatusLine).set_left(_TITLES[self._whose])
        self.query_one("#head", StatusLine).set_right(f"{len(self._rows):,}{'+' if self._has_older else ''}")
        others = self._whose != _OWN
        self.table.set_columns(self._columns)
        self.query_one(Titles).refresh()
        self.table.show(
            [
                TableRow(
                    key,
                    (dates.short(row.at), _state(row), _where(row), row.label, *([row.actor] if others else [])),
                    dim=row.refusal is not None,
                )
                for key, row in self._rows.items()
            ]
        )
        self._show_changes()

    @property
    def _columns(self) -> tuple[TableColumn, ...]:
        """The columns; one's own name on every line would only take the room of what one did."""
        return _COLUMNS if self._whose == _OWN else (*_COLUMNS, _WHO)

    @property
    def current(self) -> OperationRow | None:
        """The operation under the cursor."""
        return self._rows.get(self.table.cursor_key or "")

    def _show_changes(self) -> None:
        row = self.current
        self._show_hints()
        if row is None:
            self._show_tickets(None, [])
            return

        def read(session: Session) -> list[TicketChange]:
            return operations.changes(session, row.id, limit=_MOST_SHOWN)

        self.run_db(read, self.session, then=lambda found: self._show_tickets(row, found), group="changes")

    def _show_tickets(self, row: OperationRow | None, found: list[TicketChange]) -> None:
        self._tickets = found
        self._show_hints()
        blocks = [
            LogBlock(one.ticket_id, ((f"{one.number} ", "strong"), (one.subject, "")), _told(one)) for one in found
        ]
        if row is not None and row.total > len(found):
            blocks.append(LogBlock(-1, ((f"and {row.total - len(found):,} more tickets", "dim"),)))
        if row is not None:
            at = ShortDates(clock.now).full(row.at)
            none = "" if found else "No ticket was changed, or none that you may see."
            why = "\n".join(line for line in (row.refusal, none) if line)
            blocks.insert(0, LogBlock(0, ((row.label, "strong"), (f", {at}, {row.actor}", "dim")), why))
        self.query_one("#changes", LogView).show(blocks)

    def _show_hints(self) -> None:
        self.query_one(HintBar).set_hints(self.hints())

    def on_table_moved(self, event: Table.Moved) -> None:
        """Show what the operation under the cursor changed; near the end, read older ones."""
        event.stop()
        self._show_changes()
        # While the operations of somebody else are read, there are none that others could be older than.
        if self._rows and self._has_older and self.table.cursor_index >= len(self._rows) - 2:
            self._has_older = False
            self._read(min(row.id for row in self._rows.values()))

    def on_table_opened(self, event: Table.Opened) -> None:
        """A double click opens the ticket: it must not take anything back by mistake."""
        event.stop()
        self.action_run("operations.open")

    # Doing

    def refusal(self, action: Action) -> str | None:
        """Say why the operation under the cursor cannot be taken back or done again."""
        row = self.current
        if action.id == "operations.take-back":
            return row.refusal if row is not None else "There is no operation here."
        if action.id == "operations.again":
            return None if row is not None and row.undone_by is not None else "This was not taken back."
        if action.id == "operations.open" and not self._tickets:
            return "There is no ticket to open here."
        return super().refusal(action)

    def do_take_back(self) -> None:
        """Take back the operation under the cursor."""
        if (row := self.current) is not None:
            take_back(self, row.id, row.total, lambda _: self.do_refresh(), again=row.again)

    def do_again(self) -> None:
        """Do again what was taken back."""
        row = self.current
        if row is not None and row.undone_by is not None:
            take_back(self, row.undone_by, row.total, lambda _: self.do_refresh(), again=not row.again)

    def do_open(self) -> None:
        """Open the ticket, or choose one of several."""
        if len(self._tickets) == 1:
            self.desk.open_ticket(self._tickets[0].ticket_id)
            return
        from screens.dialogs.choose import ChooseDialog

        def chosen(ids: list[int] | None) -> None:
            if ids:
                self.desk.open_ticket(ids[0])

        choices = [Choice(one.ticket_id, one.number, one.subject) for one in self._tickets]
        self.app.push_screen(ChooseDialog("Open which ticket?", choices), chosen)

    def do_filter(self) -> None:
        """Show somebody else's operations."""
        ways = [_OWN, *([_TICKET] if self._ticket_id is not None else [])]
        if self.session.has("undo_others") and self.session.has("view_others"):
            ways.append(_ALL)
        if len(ways) == 1:
            needed = PRIVILEGES["undo_others"]
            notify(self, f"You see what you did yourself; for more you need the privilege “{needed}”.")
            return
        self._whose = ways[(ways.index(self._whose) + 1) % len(ways)]
        self._rows = {}
        self.do_refresh()

    # Moving

    @property
    def moved_pane(self) -> Pane:
        """The table."""
        return self.table

    def do_scroll_up(self) -> None:
        """Scroll the changes up."""
        self.query_one("#changes", LogView).scroll_lines(-1)

    def do_scroll_down(self) -> None:
        """Scroll the changes down."""
        self.query_one("#changes", LogView).scroll_lines(1)


def _state(row: OperationRow) -> str:
    if row.undone is not None:
        return "taken back"
    return "" if row.refusal is None else "stays"


def _where(row: OperationRow) -> str:
    if row.total <= 1:
        return "".join(row.numbers)
    return f"{row.numbers[0]} and {row.total - 1:,} more"


def _told(one: TicketChange) -> str:
    lines = [f"{change.label}: {change.before or 'none'} → {change.after or 'none'}" for change in one.changes]
    return "\n".join([*lines, *one.texts])
