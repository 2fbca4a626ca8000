"""The first and the last line of a screen."""

from __future__ import annotations

from textual import events

from tests.widgets.support import showing
from widgets.hint_bar import Hint, HintBar
from widgets.status_line import StatusLine

HINTS = [Hint("n", "New", action="new"), Hint("e", "Edit", False, action="edit"), Hint("?", "Help", action="help")]


async def test_hints_fit_the_line_and_disabled_ones_are_told_apart_without_colour() -> None:
    bar = HintBar(HINTS)
    async with showing(bar, size=(40, 3)) as (_, pilot):
        assert pilot.lines()[0] == " n New  (e Edit)  ? Help"
        bar.set_hints([*HINTS, Hint("x", "A very long explanation of what this does")])
        await pilot.settle()
        assert pilot.lines()[0] == " n New  ? Help", "Disabled ones must make room first."
        bar.set_message("Ticket 0500-1000 is saved.")
        bar.set_hints(HINTS[:1])
        await pilot.settle()
        assert pilot.lines()[0] == " Ticket 0500-1000 is saved."
        bar.set_message(None)
        await pilot.settle()
        assert pilot.lines()[0] == " n New"


async def test_a_click_asks_for_the_action() -> None:
    bar = HintBar(HINTS)
    async with showing(bar, size=(40, 3)) as (app, pilot):
        for x in (2, 10, 20, 38):
            bar.post_message(events.Click(bar, x, 0, 0, 0, 1, False, False, False, x, 0, None))
        await pilot.settle()
        assert [message.action for message in app.all_heard(HintBar.Clicked)] == ["new", "help"]


async def test_the_position_is_never_cut() -> None:
    status = StatusLine("A title that is too long for this line")
    async with showing(status, size=(40, 3)) as (_, pilot):
        status.set_middle("3 marked")
        status.set_right("12,345 / 1,000,000")
        await pilot.settle()
        await pilot.settle()
        assert pilot.lines()[0] == " A title that is to… 12,345 / 1,000,000"
        status.set_left("Inbox")
        await pilot.settle()
        assert pilot.lines()[0] == " Inbox 3 marked      12,345 / 1,000,000"
        status.set_right("Assigned in House · Mara Lindqvist", "1 / 50")
        status.set_middle("")
        await pilot.settle()
        await pilot.settle()
        assert pilot.lines()[0] == " Inbox              Assigned i…  1 / 50"
