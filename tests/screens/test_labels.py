"""Labels that lead to every part of a screen, and a preview that takes as much room as one wants."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.desk_app import desk_app
from tests.support.five_tickets import five_tickets, shows_list, shows_ticket, start_at, until_told
from tests.support.pilot import FastPilot
from tests.support.small_desk import SmallDesk
from widgets.jump_labels import JumpLabel


@pytest.fixture
def desk(desk_url: str) -> Iterator[SmallDesk]:
    with five_tickets(desk_url) as desk:
        yield desk


def label_on(pilot: FastPilot, row: int, after: int = 0) -> str:
    """Return the first jump label on a row of the screen, from a column on."""
    labels = [each for each in pilot.app.screen.query(JumpLabel) if each.region.y == row and each.region.x >= after]
    assert labels, pilot.text()
    return min(labels, key=lambda each: each.region.x).letters


def row_with(pilot: FastPilot, text: str) -> int:
    return next(y for y, line in enumerate(pilot.lines()) if text in line)


async def test_labels_lead_to_every_part_of_a_screen(desk: SmallDesk) -> None:
    start_at(desk, "Ada", "open")
    async with desk_app(desk.session("Ada"), (100, 30)) as pilot:
        await shows_list(pilot, "Open")
        before = pilot.text()
        await pilot.press("f2")
        await pilot.until_shows("Type a label")
        await pilot.press(label_on(pilot, 1))
        await pilot.until(lambda: pilot.app.focused is not None and pilot.app.focused.id == "views")
        assert "Type a label" not in pilot.text()
        await pilot.press("f2", "escape")
        await pilot.until(lambda: "Type a label" not in pilot.text())
        assert pilot.app.focused is not None and pilot.app.focused.id == "views"
        await pilot.press("f2")
        await pilot.until_shows("Type a label")
        await pilot.press(label_on(pilot, 1, after=10))
        await pilot.until(lambda: pilot.app.focused is not None and pilot.app.focused.id == "tickets")
        assert pilot.text().splitlines()[1:4] == before.splitlines()[1:4]
        await pilot.press("f2", "down")
        await pilot.until(lambda: pilot.lines()[0].endswith("2 / 4"))
        assert "Type a label" not in pilot.text(), "any other key leaves the labels and does what it does"


async def test_labels_lead_to_tabs_and_fields_of_a_ticket(desk: SmallDesk) -> None:
    start_at(desk, "Ada", "inbox")
    async with desk_app(desk.session("Ada")) as pilot:
        await shows_list(pilot, "Inbox")
        await pilot.press("enter")
        await shows_ticket(pilot, "Mail is slow")
        row = row_with(pilot, "Category")
        await pilot.press("f2")
        await pilot.until_shows("Type a label")
        await pilot.press(label_on(pilot, row))
        await pilot.until(lambda: pilot.lines()[row].startswith(">Category"))
        await pilot.press("f2")
        await pilot.until_shows("Type a label")
        await pilot.press(label_on(pilot, 1, after=5))
        await pilot.until_shows("[2 Details]")


async def test_labels_are_not_in_the_way_of_typing(desk: SmallDesk) -> None:
    start_at(desk, "Ada", "open")
    async with desk_app(desk.session("Ada")) as pilot:
        await shows_list(pilot, "Open")
        await pilot.press("n")
        await pilot.until_shows("New ticket")
        row = row_with(pilot, "tell the manager")
        await pilot.press("tab", "tab", "tab")
        await pilot.type("Toner")
        await pilot.press("f2", "escape")
        await pilot.type(" is out")
        await pilot.until_shows("Toner is out")
        await pilot.press("f2")
        await pilot.until_shows("Type a label")
        await pilot.press(label_on(pilot, row))
        await pilot.until(lambda: pilot.app.focused is not None and pilot.app.focused.id == "send_confirmation")


def shape(pilot: FastPilot) -> tuple[int, int, int]:
    """The width and height of the preview, and the height of the list."""
    preview, tickets = pilot.app.screen.query_one("#preview"), pilot.app.screen.query_one("#tickets")
    return preview.outer_size.width, preview.outer_size.height, tickets.outer_size.height if tickets.display else 0


async def test_the_preview_takes_more_room_all_of_it_and_none_and_that_is_remembered(desk: SmallDesk) -> None:
    start_at(desk, "Ada", "open")
    ada = desk.session("Ada")
    async with desk_app(ada, (160, 40)) as pilot:
        await shows_list(pilot, "Open")
        assert shape(pilot)[0] == 55
        await pilot.press("}", "}")
        assert shape(pilot)[0] == 69
        await pilot.press("P")
        await pilot.until(lambda: shape(pilot)[2] == 0)
        assert shape(pilot)[:2] == (138, 38)
        await pilot.press(".")
        await pilot.until_shows("New laptop")
        await pilot.press("}", "}")
        await until_told(pilot, "P shows it")
        assert len(pilot.app._notifications) == 1, "what is said already is not said twice"
        await pilot.press("escape")
        await pilot.until(lambda: shape(pilot)[0] == 69)
        assert pilot.lines()[0].endswith("2 / 4")
        await pilot.press("P", "P", "P")
        await pilot.until(lambda: shape(pilot)[0] == 138)
        below = shape(pilot)[1]
        await pilot.press("}", "}")
        assert shape(pilot)[1] > below
        large = shape(pilot)
        await pilot.press(*["}"] * 20)
        assert shape(pilot)[2] > 4, "the list is always to be seen"
        await pilot.press(*["{"] * 20, *["}"] * 5)
        assert shape(pilot) == large
        await pilot.press("C")
        await pilot.until_shows("Columns of the ticket list")
        await pilot.press("space", "enter")
        await shows_list(pilot, "Open")
        titles = pilot.lines()[1]
        assert "Number" not in titles
    async with desk_app(ada, (160, 40)) as pilot:
        await shows_list(pilot, "Open")
        assert shape(pilot) == large
        assert pilot.lines()[1] == titles
