"""What the widgets write to the terminal: budgets of a line that somebody pays by the byte."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from textual.widget import Widget

from tests.widgets.support import DAY, NOW, Bench, ids_of, showing, ticket
from widgets.field_list import FieldLine, FieldList
from widgets.hint_bar import Hint, HintBar
from widgets.log_view import LogBlock, LogView
from widgets.nav_tree import NavEntry, NavPane
from widgets.picker import Picker
from widgets.status_line import StatusLine
from widgets.text_prompt import TextPrompt
from widgets.ticket_list import TicketList

PANE = 24
MOVE, HELD, PAGE, FOCUS = 400, 1_000, 6_000, 1_000


def busy_list(count: int = 2_000) -> TicketList:
    """Tickets of which some are unread, overdue, urgent or waiting, beside a navigation pane as on the desk."""
    tickets = TicketList(clock=lambda: NOW)
    rows = [
        ticket(
            number,
            mark=number % 3,
            mine=number % 4 == 0,
            priority=4 if number % 9 == 0 else 2,
            status_code=3 if number % 7 == 0 else 1,
            due_at=NOW - DAY if number % 11 == 0 else None,
        )
        for number in range(1, count + 1)
    ]
    tickets.set_hold_codes({3})
    tickets.show(ids_of(rows), rows)
    tickets.styles.width = 120 - PANE
    return tickets


async def test_a_cursor_move_a_held_key_and_a_page() -> None:
    tickets = busy_list()
    async with showing(tickets, size=(120, 40)) as (app, pilot):
        moves: list[int] = []
        for _ in range(300):
            tickets.move(1)
            await pilot.settle()
            moves.append(app.taken())
        moves.sort()
        assert moves[len(moves) * 9 // 10] <= MOVE
        assert sum(moves) / len(moves) <= HELD
        pages: list[int] = []
        for _ in range(20):
            tickets.page(1)
            await pilot.settle()
            pages.append(app.taken())
        assert max(pages) <= PAGE


async def test_marking_repaints_two_lines() -> None:
    tickets = busy_list()
    async with showing(tickets, size=(120, 40)) as (app, pilot):
        tickets.mark_toggle()
        await pilot.settle()
        assert 0 < app.taken() <= MOVE


def log() -> LogView:
    view = LogView()
    view.show([LogBlock(n, (("Note", ""), (" Mia Berg", "dim")), "text\n" * 5) for n in range(50)])
    return view


WIDGETS: list[Callable[[], Widget]] = [
    busy_list,
    log,
    lambda: NavPane([NavEntry(str(n), f"View {n}", 0, n) for n in range(20)]),
    lambda: FieldList([FieldLine(str(n), f"Field {n}", "value") for n in range(20)]),
    lambda: HintBar([Hint("n", "New"), Hint("q", "Quit")]),
    lambda: StatusLine("Inbox"),
    lambda: Picker(multiple=True),
    lambda: TextPrompt("Due", placeholder="tomorrow"),
]


@pytest.mark.parametrize("make", WIDGETS)
async def test_focus_comes_and_goes_for_little(make: Callable[[], Widget]) -> None:
    widget, other = make(), NavPane([NavEntry("a", "A")])
    async with showing(widget, other, size=(120, 40)) as (app, pilot):
        other.focus()
        await pilot.settle()
        assert app.taken() <= FOCUS
        widget.focus()
        await pilot.settle()
        assert app.taken() <= FOCUS


@pytest.mark.parametrize("make", WIDGETS)
async def test_an_idle_widget_writes_nothing(make: Callable[[], Widget]) -> None:
    widget = make()
    async with showing(widget, size=(120, 40)) as (app, _pilot):
        await silence(app, widget)
        assert app.taken() == 0


async def silence(app: Bench, widget: Widget) -> None:
    """No timer may be waiting to repaint: a blinking cursor would be one."""
    from textual.widgets import Input

    for node in [widget, *widget.query("*")]:
        if isinstance(node, Input):
            assert not node.cursor_blink and node._blink_timer is not None
            assert not node._blink_timer._active.is_set()
        else:
            assert not node._timers
    widget.refresh(repaint=False)


async def test_setting_what_is_there_already_writes_nothing() -> None:
    pane = NavPane([NavEntry("a", "A", 0, 1), NavEntry("b", "B", 0, 2)])
    bar, status = HintBar([Hint("n", "New")]), StatusLine("Inbox")
    fields = FieldList([FieldLine("s", "Subject", "Printer")])
    async with showing(pane, bar, status, fields) as (app, pilot):
        pane.set_counts({"a": 1, "b": 2})
        bar.set_hints([Hint("n", "New")])
        status.set_left("Inbox")
        fields.set_fields([FieldLine("s", "Subject", "Printer")])
        await pilot.settle()
        assert app.taken() == 0
        pane.set_counts({"b": 3})
        status.set_right("2 / 9")
        # The position's room grows, which lays the line out once more.
        await pilot.settle()
        await pilot.settle()
        app.taken()
        status.set_right("3 / 9")
        await pilot.settle()
        assert 0 < app.taken() < 80
