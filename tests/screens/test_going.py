"""Getting about as a technician does: back, forward, recent tickets, through a list from inside a ticket."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from typing import Any

import pytest

from services import recent
from services.numbers import number_of
from tests.support.desk_app import desk_app
from tests.support.five_tickets import five_tickets, shows_list, shows_ticket, start_at, until_told
from tests.support.small_desk import SmallDesk


@pytest.fixture
def desk(desk_url: str) -> Iterator[SmallDesk]:
    with five_tickets(desk_url) as desk:
        yield desk


async def test_goes_back_and_forward_through_lists_and_tickets(desk: SmallDesk) -> None:
    start_at(desk, "Ada", "open")
    async with desk_app(desk.session("Ada")) as pilot:
        await shows_list(pilot, "Open")
        await pilot.press("down", "enter")
        await shows_ticket(pilot, "New laptop")
        await pilot.press("escape")
        await shows_list(pilot, "Open")
        await pilot.press("7")
        await shows_list(pilot, "Closed")
        await pilot.press("enter")
        await shows_ticket(pilot, "Old story")
        await pilot.press("ctrl+left")
        await shows_list(pilot, "Closed")
        await pilot.press("(")
        await shows_ticket(pilot, "New laptop")
        await pilot.press("(")
        await shows_list(pilot, "Open")
        assert pilot.lines()[0].endswith("2 / 4"), "the cursor is where it was"
        await pilot.press("(")
        await until_told(pilot, "Nothing was seen before this")
        await pilot.press(")", ")")
        await shows_list(pilot, "Closed")
        await pilot.press("ctrl+right")
        await shows_ticket(pilot, "Old story")
        await pilot.press(")")
        await until_told(pilot, "Nothing was seen after this")


async def test_back_from_a_list_leads_to_the_ticket_that_was_just_closed(desk: SmallDesk) -> None:
    start_at(desk, "Ada", "open")
    async with desk_app(desk.session("Ada")) as pilot:
        await shows_list(pilot, "Open")
        await pilot.press("enter")
        await shows_ticket(pilot, "Bob's router")
        await pilot.press("3", "escape")
        await shows_list(pilot, "Open")
        await pilot.press("(")
        await shows_ticket(pilot, "Bob's router")


async def test_a_ticket_that_is_gone_is_dropped_from_the_way_back(desk: SmallDesk) -> None:
    start_at(desk, "Cleo", "open")
    async with desk_app(desk.session("Cleo")) as pilot:
        await pilot.until_shows("New laptop")
        await pilot.press("escape", "enter")
        await shows_ticket(pilot, "Bob's router")
        await pilot.press("escape")
        await shows_list(pilot, "Open")
        from models import Ticket

        Ticket.update(archived=1).where(Ticket.subject == "Bob's router").execute()
        await pilot.press("(")
        await until_told(pilot, "There is no ticket")
        await shows_list(pilot, "Open")


async def test_goes_back_to_a_search_with_what_was_typed(desk: SmallDesk) -> None:
    start_at(desk, "Ada", "open")
    async with desk_app(desk.session("Ada")) as pilot:
        await shows_list(pilot, "Open")
        await pilot.press("/")
        await pilot.type("manager:bob")
        await pilot.until(lambda: pilot.lines()[0].endswith("1 / 1"))
        await pilot.press("enter", "7")
        await shows_list(pilot, "Closed")
        await pilot.press("(")
        await pilot.until_shows("/ manager:bob")
        await pilot.until(lambda: pilot.lines()[0].endswith("1 / 1"))
        await pilot.press("(")
        await pilot.until(lambda: pilot.lines()[0].endswith("/ 4"))


async def test_goes_through_the_list_from_inside_a_ticket_and_comes_back_to_the_last_one(desk: SmallDesk) -> None:
    start_at(desk, "Ada", "open")
    async with desk_app(desk.session("Ada")) as pilot:
        await shows_list(pilot, "Open")
        await pilot.press("enter")
        await shows_ticket(pilot, "Bob's router")
        assert pilot.lines()[0].endswith("1 / 4")
        await pilot.press("2")
        await pilot.until_shows("[2 Details]")
        await pilot.press(".")
        await shows_ticket(pilot, "New laptop")
        assert "[2 Details]" in pilot.lines()[1]
        assert pilot.lines()[0].endswith("2 / 4")
        await pilot.press(".", ".")
        await shows_ticket(pilot, "Printer on fire")
        await pilot.press(".")
        await until_told(pilot, "This is the last ticket of the list")
        await pilot.press(",")
        await shows_ticket(pilot, "Mail is slow")
        await pilot.press("escape")
        await shows_list(pilot, "Open")
        assert pilot.lines()[0].endswith("3 / 4")


async def test_goes_to_the_next_unread_ticket_and_round_once(desk: SmallDesk) -> None:
    start_at(desk, "Ada", "open")
    async with desk_app(desk.session("Ada")) as pilot:
        await shows_list(pilot, "Open")
        await pilot.press("e")
        await pilot.until(lambda: pilot.lines()[0].endswith("4 / 4"))
        await pilot.press("e")
        await pilot.until(lambda: pilot.lines()[0].endswith("1 / 4"))
        await pilot.press("enter")
        await shows_ticket(pilot, "Bob's router")
        await pilot.press("N")
        await shows_ticket(pilot, "Printer on fire")
        await pilot.press("escape", "7")
        await shows_list(pilot, "Closed")
        await pilot.press("e")
        await until_told(pilot, "No other ticket of this list is unread")


async def test_recent_tickets_are_remembered_and_may_be_hidden_since(desk: SmallDesk) -> None:
    start_at(desk, "Ada", "open")
    ada = desk.session("Ada")
    async with desk_app(ada) as pilot:
        await shows_list(pilot, "Open")
        await pilot.press("ctrl+t")
        await until_told(pilot, "not looked at any other ticket")
        await pilot.press("enter")
        await shows_ticket(pilot, "Bob's router")
        await pilot.press(".")
        await shows_ticket(pilot, "New laptop")
    assert [row.subject for row in recent.listed(ada)] == ["New laptop", "Bob's router"]
    alone = desk.session("Ada", without=("view_others",))
    assert [row.subject for row in recent.listed(alone)] == ["New laptop"]
    async with desk_app(ada) as pilot:
        await shows_list(pilot, "Open")
        await pilot.press("ctrl+t")
        await pilot.until_shows("Recent tickets")
        await pilot.type("router")
        await pilot.press("enter")
        await shows_ticket(pilot, "Bob's router")


@pytest.mark.parametrize("typed", ["1001", "[0500-1001]", "0500-1001", "05001001", "Re: [0500-1001] Mail"])
async def test_finds_a_ticket_by_what_one_types_or_pastes_for_its_number(desk: SmallDesk, typed: str) -> None:
    start_at(desk, "Ada", "summary")
    async with desk_app(desk.session("Ada")) as pilot:
        await pilot.until_shows("Assigned to me")
        await pilot.press("#")
        await pilot.until_shows("Ticket number")
        await pilot.paste(typed)
        await pilot.press("enter")
        await shows_ticket(pilot, "Mail is slow")


async def test_a_new_ticket_gets_the_cursor(desk: SmallDesk) -> None:
    start_at(desk, "Ada", "open")
    async with desk_app(desk.session("Ada")) as pilot:
        await shows_list(pilot, "Open")
        await pilot.press("s", "down", "down", "n")
        await pilot.until_shows("New ticket")
        await pilot.press("tab", "tab", "tab")
        await pilot.type("Toner is empty")
        await pilot.press("tab", "enter")
        await pilot.until_shows("Category")
        await pilot.type("network")
        await pilot.press("enter")
        await pilot.press("ctrl+s")
        await shows_list(pilot, "Open")
        await pilot.until(lambda: pilot.app.screen.tickets.cursor_id == 6)  # type: ignore[attr-defined]
        assert number_of(6) in pilot.text()


async def test_the_palette_knows_a_ticket_by_its_number(desk: SmallDesk) -> None:
    start_at(desk, "Ada", "open")
    async with desk_app(desk.session("Ada")) as pilot:
        await shows_list(pilot, "Open")
        await pilot.press(":")
        await pilot.until_shows("Type to filter")
        await pilot.type("0500-1001")
        await pilot.until_shows("Ticket 0500-1001")
        await pilot.press("enter")
        await shows_ticket(pilot, "Mail is slow")
        await pilot.press(":")
        await pilot.until_shows("Type to filter")
        await pilot.type("9999")
        await pilot.press("enter")
        await until_told(pilot, "There is no ticket ending in 9999")


async def test_goes_through_a_long_list_whose_end_was_still_on_its_way(desk: SmallDesk) -> None:
    desk.tickets(700)
    start_at(desk, "Ada", "open")
    async with desk_app(desk.session("Ada")) as pilot:
        await shows_list(pilot, "Open")
        tickets = pilot.app.screen.tickets  # type: ignore[attr-defined]
        await pilot.until(lambda: len(tickets.ids) == 704)
        whole = tickets.ids
        tickets.replace_snapshot(whole[:128])
        tickets._total = 704
        await pilot.press("home", "enter")
        await pilot.until_shows("1 / 704")
        tickets.replace_snapshot(whole)
        walk = pilot.app.screen.walk  # type: ignore[attr-defined]
        walk.go_to(walk.rank + 126)
        await pilot.press(".", ".", ".")
        await pilot.until(lambda: walk.rank >= 129)
        assert walk.ids == whole
        await pilot.press("escape")
        await shows_list(pilot, "Open")
        await pilot.until(lambda: tickets.cursor_id == walk.ticket_id)


async def test_opens_a_ticket_of_a_list_that_was_emptied_meanwhile(desk: SmallDesk) -> None:
    start_at(desk, "Ada", "open")
    async with desk_app(desk.session("Ada")) as pilot:
        await shows_list(pilot, "Open")
        main: Any = pilot.app.screen
        main.tickets.replace_snapshot(array("q"))
        main.desk.open_ticket(1, main.walk_from(1))
        await pilot.until_shows("0500-1000")
        await pilot.press(".", ",", "escape")
        await shows_list(pilot, "Open")


async def test_a_ticket_whose_key_is_pressed_twice_is_opened_once(desk: SmallDesk) -> None:
    start_at(desk, "Ada", "open")
    async with desk_app(desk.session("Ada")) as pilot:
        await shows_list(pilot, "Open")
        main: Any = pilot.app.screen
        for _ in range(3):
            main.desk.open_ticket(1)
        await pilot.until_shows("0500-1000")
        await pilot.press("escape")
        await shows_list(pilot, "Open")


async def test_a_window_that_closes_while_a_tab_is_made(desk: SmallDesk) -> None:
    start_at(desk, "Ada", "open")
    async with desk_app(desk.session("Ada")) as pilot:
        await shows_list(pilot, "Open")
        await pilot.press("enter")
        await pilot.until_shows("1 General")
        window: Any = pilot.app.screen
        window.show_tab(1)
        window.dismiss(None)
        await shows_list(pilot, "Open")


async def test_goes_through_a_list_of_the_summary_page(desk: SmallDesk) -> None:
    start_at(desk, "Ada", "summary")
    async with desk_app(desk.session("Ada")) as pilot:
        await pilot.until_shows("New laptop")
        await pilot.press("enter")
        await shows_ticket(pilot, "New laptop")
        assert pilot.lines()[0].endswith("1 / 2")
        await pilot.press(".")
        await shows_ticket(pilot, "Mail is slow")
        await pilot.press("escape")
        await pilot.until_shows("Assigned to me: newest")
        await pilot.until(lambda: any(line.startswith(" >0500-1001") for line in pilot.lines()))
