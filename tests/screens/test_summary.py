"""The Summary page: four short lists, one cursor, and the way on to the ticket list."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from models import database
from models.binding import connection, open_database
from services import clock, preferences
from services.search.rebuild import rebuild
from tests.support.desk_app import desk_app
from tests.support.small_desk import NOON, SmallDesk


@pytest.fixture
def desk(desk_url: str) -> Iterator[SmallDesk]:
    open_database(desk_url)
    with connection(), clock.frozen(NOON):
        desk = SmallDesk()
        for number in range(1, 8):
            desk.ticket(f"Mine {number}")
            desk.ticket(f"For Bob {number}", manager="Bob", created_by=desk.users["Ada"])
        yield desk


async def test_greets_with_the_four_lists_in_one_screen(desk: SmallDesk) -> None:
    async with desk_app(desk.session("Ada")) as pilot:
        await pilot.until_shows("Assigned to me: newest")
        lines = pilot.lines()
        assert lines[0].startswith(" Summary")
        assert ["Mine 7" in lines[2], "Mine 3" in lines[6], "Mine 1" in lines[8]] == [True] * 3
        assert "For Bob 7" in lines[14]
        await pilot.press("G")
        await pilot.until_shows("For Bob 5")


async def test_goes_through_the_lists_and_opens_the_ticket_under_the_cursor(
    desk: SmallDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[int] = []
    monkeypatch.setattr("tui.app.DeskApp.open_ticket", lambda app, ticket_id, *_: opened.append(ticket_id))
    async with desk_app(desk.session("Ada")) as pilot:
        await pilot.until_shows("Assigned to me: newest")
        await pilot.press("tab", "tab", "j", "enter")
        assert "For Bob 6" in next(line for line in pilot.lines() if line.startswith(" >"))
        await pilot.until(lambda: opened)
        await pilot.press("shift+tab", "shift+tab", "enter")
        assert "Mine 7" in next(line for line in pilot.lines() if line.startswith(" >"))
        assert len(opened) == 2


async def test_leads_to_the_email_connector_whoever_may_look_after_mail(desk: SmallDesk) -> None:
    async with desk_app(desk.session("Dora")) as pilot:
        await pilot.until_shows("Assigned to me: newest")
        await pilot.press("O")
        await pilot.until_shows("how mail does just now")
        await pilot.press("q")
        await pilot.until_shows("Assigned to me: newest")


async def test_leads_on_to_a_view_and_is_not_shown_again_after_that(desk: SmallDesk) -> None:
    ada = desk.session("Ada")
    async with desk_app(ada) as pilot:
        await pilot.until_shows("Assigned to me: newest")
        await pilot.press("4")
        await pilot.until(lambda: pilot.lines()[0].startswith(" Created by me"))
    assert preferences.get(ada, "main")["start"] == "created_open"
    async with desk_app(ada) as pilot:
        await pilot.until(lambda: pilot.lines()[0].startswith(" Created by me"))
        await pilot.press("0")
        await pilot.until_shows("Assigned to me: newest")
    assert preferences.get(ada, "main")["start"] == "summary"


async def test_says_so_when_nothing_waits(desk: SmallDesk) -> None:
    async with desk_app(desk.session("Dora")) as pilot:
        await pilot.until_shows("Nothing is assigned to you.")
        await pilot.press("enter", "tab", "down")
        await pilot.until_shows("Nothing that you entered is with somebody else.")


async def test_shows_a_client_its_requests(desk: SmallDesk) -> None:
    desk.ticket("My printer", created_by=desk.users["Cleo"])
    async with desk_app(desk.session("Cleo")) as pilot:
        await pilot.until_shows("My requests: newest")
        assert "My printer" in pilot.text()
        await pilot.press("1")
        await pilot.until(lambda: any("Only employees" in each.message for each in pilot.app._notifications))


async def test_enters_a_ticket_and_shows_it_at_once(desk: SmallDesk) -> None:
    async with desk_app(desk.session("Cleo")) as pilot:
        await pilot.until_shows("You have no open request.")
        await pilot.press("n")
        await pilot.until_shows("New ticket")
        await pilot.type("My phone\n")
        await pilot.press("enter")
        await pilot.until_shows("Category: it decides")
        await pilot.press("enter", "ctrl+s")
        await pilot.until(lambda: "My requests" in pilot.text() and "My phone" in pilot.text())


async def test_searches_all_tickets_from_its_box(desk: SmallDesk) -> None:
    rebuild(database.obj)
    async with desk_app(desk.session("Ada"), (100, 30)) as pilot:
        await pilot.until_shows("Assigned to me: newest")
        assert "/ searches all tickets" in pilot.lines()[0]
        await pilot.type("/bob stat")
        assert pilot.lines()[0].startswith(" Search all / bob stat")
        await pilot.until_shows(" status: ")
        await pilot.press("escape")
        await pilot.press(*["backspace"] * 5)
        await pilot.press("enter")
        await pilot.until(lambda: pilot.lines()[0].startswith(" Search all / bob") and "Keep" not in pilot.text())
        await pilot.until(lambda: pilot.lines()[0].endswith("1 / 7"))
        assert "For Bob 7" in pilot.text() and "Mine 7" not in pilot.text()


async def test_a_fault_in_the_box_keeps_what_was_typed(desk: SmallDesk) -> None:
    async with desk_app(desk.session("Ada"), (100, 30)) as pilot:
        await pilot.until_shows("Assigned to me: newest")
        await pilot.press("f3")
        await pilot.type("colour:red\n")
        await pilot.until_shows("! “colour” is no field")
        assert pilot.lines()[0].startswith(" Search all / colour:red")
        await pilot.press("escape")
        await pilot.until(lambda: pilot.lines()[0].startswith(" Summary"))
        await pilot.press("down", "enter")
        await pilot.until_shows("1 General")
