"""Copying a number, a line, a field or an entry to the clipboard of the terminal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from textual.widget import Widget
from textual.widgets import TextArea

from screens.dialogs.base import Dialog
from services import clock
from services.errors import DeskError
from services.numbers import number_of
from services.records import Choice, TicketDetail, TicketRow
from services.session import Session
from services.text import one_line, row
from widgets.dates import ShortDates
from widgets.field_list import FieldList
from widgets.log_view import LogView
from widgets.safe import notify
from widgets.ticket_list.columns import COLUMNS, Sight

if TYPE_CHECKING:
    from screens.desk_screen import DeskScreen

_SHOWN = 60
_MOST_LINES = 1_000


class Copied(NamedTuple):
    """Something that can be copied: what it is called, and its text."""

    name: str
    text: str


def of_ticket(ticket: TicketDetail | TicketRow) -> list[Copied]:
    """Return what can be copied of every ticket."""
    return [
        Copied("number", ticket.number),
        Copied("number and subject", f"{ticket.number} {one_line(ticket.subject)}"),
    ]


def more_of_ticket(ticket: TicketDetail) -> list[Copied]:
    """Return what only the whole ticket has."""
    return [Copied("URL", ticket.url), Copied("requester's email", ticket.requester_email)]


def under_cursor(focused: Widget | None) -> list[Copied]:
    """Return what the part with the focus has under its cursor: an entry's text, a field, or the row of a table."""
    from widgets.table import Table

    if isinstance(focused, LogView) and focused.cursor_id is not None:
        return [Copied("text under the cursor", focused.text_of(focused.cursor_id))]
    if isinstance(focused, FieldList) and focused.cursor_line is not None:
        line = focused.cursor_line
        return [Copied(f"field “{line.label}”", line.value)]
    if isinstance(focused, Table):
        return [Copied("row under the cursor", "\t".join(focused.cursor_cells))]
    return []


def row_text(ticket: TicketRow, columns: Sequence[str]) -> str:
    """Return a row of the list as these columns show it, with a tab between them."""
    dates = ShortDates(clock.now)
    dates.begin()
    sight = Sight(dates, dates.now(), frozenset())
    return "\t".join(row(COLUMNS[name].getter(ticket, sight)).strip() for name in columns)


def of_many(session: Session, ticket_ids: Sequence[int]) -> list[Copied]:
    """Return what can be copied of marked tickets; runs in a thread."""
    from services import lists

    count = f"{len(ticket_ids):,} tickets"
    found = [Copied(f"numbers of {count}", "\n".join(number_of(key) for key in ticket_ids))]
    if len(ticket_ids) <= _MOST_LINES:
        rows = lists.rows(session, ticket_ids)
        lines = [f"{rows[key].number} {one_line(rows[key].subject)}" for key in ticket_ids if key in rows]
        found.append(Copied(f"numbers and subjects of {count}", "\n".join(lines)))
    return found


def choose(screen: DeskScreen[Any], offered: Sequence[Copied]) -> None:
    """Let a person choose what is copied; what is empty is not offered."""
    from screens.dialogs.choose import ChooseDialog

    filled = [each for each in offered if each.text.strip()]
    if not filled:
        notify(screen, "There is nothing to copy here.", severity="warning")
        return
    choices = [
        Choice(place, each.name[:1].upper() + each.name[1:], one_line(each.text, limit=_SHOWN))
        for place, each in enumerate(filled)
    ]

    def chosen(places: list[int] | None) -> None:
        if places:
            copy(screen, filled[places[0]])

    screen.app.push_screen(ChooseDialog("Copy", choices), chosen)


def copy(screen: DeskScreen[Any], what: Copied) -> None:
    """Put a text on the terminal's clipboard and say so; where there is none, show it to be selected."""
    try:
        sent = screen.desk.copy_text(what.text)
    except DeskError as fault:
        screen.show_fault(fault)
        return
    if sent:
        shown = one_line(what.text, limit=_SHOWN)
        notify(screen, f"Copied the {what.name}: {shown}{'…' if len(what.text) > _SHOWN else ''}")
    else:
        screen.app.push_screen(CopyDialog(what))


class CopyDialog(Dialog[None]):
    """Shows a text as it is, for terminals whose clipboard no program can reach."""

    CSS_PATH = Path(__file__).parents[1] / "dialogs" / "dialogs.tcss"

    def __init__(self, what: Copied) -> None:
        super().__init__("This terminal has no clipboard for programs; select the text with the mouse")
        self._what = what

    def body(self) -> Iterable[Widget]:
        """Return the text."""
        area = TextArea(self._what.text, id="text", read_only=True, soft_wrap=True, compact=True)
        area.cursor_blink = False
        yield area

    def on_mount(self) -> None:
        """Give the text all the room that there is."""
        super().on_mount()
        self.query_one("#box").add_class("tall")
        self.query_one(TextArea).focus()
