"""Asking for a moment of the past, and the frame of the screens that show it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from screens.actions import bindings
from screens.desk_screen import DeskScreen
from services.lists import ListQuery
from services.moments import parse_past
from widgets.hint_bar import HintBar

_HINT = "yesterday 9am, friday, 3d ago, 14:00 or 2026-11-20 14:00; a day alone means its end"
MANY = 500
"""Rows of a list that are shown."""


def ask(screen: DeskScreen[Any], title: str, chosen: Callable[[int], object]) -> None:
    """Ask an employee for a moment; `chosen` gets it in microseconds UTC."""
    screen.session.require_employee()
    from screens.dialogs.line import LineDialog

    found = [0]

    def check(typed: str) -> None:
        found[0] = parse_past(typed)

    def answered(typed: str | None) -> None:
        if typed is not None:
            chosen(found[0])

    screen.app.push_screen(LineDialog(title, "When", check=check, hint=_HINT), answered)


def show_ticket(screen: DeskScreen[Any], ticket_id: int) -> None:
    """Ask for a moment and show a ticket as it was then."""
    from screens.operations.ticket_then import TicketThenScreen

    ask(screen, "Show the ticket as it was", lambda at: screen.app.push_screen(TicketThenScreen(ticket_id, at)))


def show_list(screen: DeskScreen[Any], query: ListQuery, title: str) -> None:
    """Ask for a moment and show a list as it was then."""
    from screens.operations.list_then import ListThenScreen

    ask(screen, f"{title}, as it was when?", lambda at: screen.app.push_screen(ListThenScreen(query, title, at)))


class PastScreen(DeskScreen[None]):
    """Shows something of another day, for reading only."""

    AREA = "then"
    BINDINGS = bindings("then")
    CSS_PATH = Path(__file__).with_name("operations.tcss")

    def __init__(self, at: int) -> None:
        super().__init__()
        self.at = at

    def show_keys(self) -> None:
        """Write the hint line anew."""
        self.query_one(HintBar).set_hints(self.hints())

    def do_moment(self) -> None:
        """Choose another moment."""

        def chosen(at: int) -> None:
            self.at = at
            self.do_refresh()

        ask(self, "Show it as it was", chosen)

    def do_refresh(self) -> None:
        """Read it again."""
        raise NotImplementedError
