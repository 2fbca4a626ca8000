"""A ticket as it was at a moment, as one text with its History."""

from __future__ import annotations

from textual.app import ComposeResult

from screens.operations.moment import PastScreen
from screens.pane_keys import Pane, PaneKeys
from screens.ticket import entries
from screens.ticket.fields import Lines
from services import as_it_was, charges, clock
from services.as_it_was import TicketThen
from services.errors import DeskError
from services.moments import when
from services.session import Session
from widgets.dates import ShortDates
from widgets.hint_bar import HintBar
from widgets.log_view import LogBlock, LogView
from widgets.log_view.messages import AttachmentClicked
from widgets.status_line import StatusLine


class TicketThenScreen(PaneKeys, PastScreen):
    """Everything on a ticket of another day, for reading."""

    def __init__(self, ticket_id: int, at: int) -> None:
        super().__init__(at)
        self._ticket_id = ticket_id
        self._shown = False

    def compose(self) -> ComposeResult:
        """Put the text below the line that tells the moment."""
        yield StatusLine(id="head")
        yield LogView(id="ticket")
        yield HintBar(id="hints")

    def on_mount(self) -> None:
        """Read the ticket."""
        self.log_view = self.query_one(LogView)
        self.log_view.focus()
        self.do_refresh()
        self.show_keys()

    def do_refresh(self) -> None:
        """Read the ticket of that moment."""
        ticket_id, at = self._ticket_id, self.at
        self.run_db(
            lambda session: as_it_was.ticket(session, ticket_id, at),
            self.session,
            then=self._show,
            failed=self._failed,
            group="then",
            lane="slow",
        )

    def _failed(self, fault: DeskError) -> None:
        """Say why; a screen that never showed anything closes."""
        self.show_fault(fault)
        if not self._shown and self.is_current:
            self.dismiss(None)

    def _show(self, then: TicketThen) -> None:
        self._shown = True
        head = self.query_one("#head", StatusLine)
        head.set_left(f"{then.ticket.number}, as it was {when(then.at)}")
        head.set_right("read only")
        self.log_view.show(blocks(self.session, then))
        self.show_keys()

    def on_attachment_clicked(self, event: AttachmentClicked) -> None:
        """Files are saved from the ticket of today, which keeps them all."""
        event.stop()

    def do_today(self) -> None:
        """Open the ticket as it is."""
        self.desk.open_ticket(self._ticket_id)

    def do_fold(self) -> None:
        """Fold the part under the cursor."""
        self.log_view.toggle_block()

    @property
    def moved_pane(self) -> Pane:
        """The text."""
        return self.log_view

    def do_scroll_up(self) -> None:
        """Scroll up."""
        self.log_view.scroll_lines(-1)

    def do_scroll_down(self) -> None:
        """Scroll down."""
        self.log_view.scroll_lines(1)


def blocks(session: Session, then: TicketThen) -> list[LogBlock]:
    """Return a ticket as the blocks of a log: fields, texts, what hangs on it, and its History, oldest first."""
    ticket, dates = then.ticket, ShortDates(clock.now)
    lines = Lines(session, ticket, dates)
    parts = [(ticket.subject, _fields(lines)), ("Description", ticket.description)]
    people = [f"{row.kind.capitalize()}: {row.name} <{row.address}>" for row in then.external]
    people += [f"{row.name} ({'every mail' if row.level == 'all' else 'told once'})" for row in then.employees]
    parts.append(("Recipients", "\n".join(people)))
    work = (charges.NewCharge(*row[1:5], row.currency, row.billable, row.note) for row in then.charges)
    parts.append(("Charges", "\n".join(charges.describe(one) for one in work)))
    parts.append(("Files", "\n".join(entries.file_label(row) for row in then.documents)))
    shown = [
        LogBlock(-1 - place, ((title, "strong"),), text)
        for place, (title, text) in enumerate(parts)
        if text.strip() or not place
    ]
    return [*shown, LogBlock(-100, (("History", "strong"),)), *entries.blocks(then.history, dates)]


def _fields(lines: Lines) -> str:
    told = [line for line in (*lines.general(), *lines.details()) if line.value and not line.heading]
    return "\n".join(f"{line.label}: {line.value}" for line in told if line.id != "subject")
