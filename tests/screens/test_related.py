"""From a ticket to everything that its account, contact or category has, and back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from models.binding import connection, open_database
from services import clock, preferences, related
from services.lists import View
from tests.support.desk_app import desk_app
from tests.support.small_desk import NOON, SmallDesk


@pytest.fixture
def desk(desk_url: str) -> Iterator[SmallDesk]:
    open_database(desk_url)
    with connection(), clock.frozen(NOON):
        desk = SmallDesk()
        desk.ticket("Printer on fire")
        desk.ticket("Mail is slow")
        desk.ticket("Nobody's ticket", account=None, contact=None)
        preferences.put(desk.session("Dora"), "main", {"start": "all"})
        yield desk


async def test_a_ticket_leads_to_the_others_of_its_account(desk: SmallDesk) -> None:
    async with desk_app(desk.session("Dora")) as pilot:
        await pilot.until_shows("Nobody's ticket")
        await pilot.press("end", "=")
        await pilot.until_shows("All tickets of")
        await pilot.press("enter")
        await pilot.until(lambda: pilot.lines()[0].startswith(" Account Acme"))
        await pilot.until(lambda: pilot.lines()[0].endswith("/ 2"))
        assert "Nobody's ticket" not in pilot.text()
        await pilot.press("5")
        await pilot.until_shows("Nobody's ticket")
        assert pilot.lines()[0].startswith(" All tickets")


async def test_the_ticket_window_goes_back_to_the_list_for_it(desk: SmallDesk) -> None:
    async with desk_app(desk.session("Dora")) as pilot:
        await pilot.until_shows("Nobody's ticket")
        await pilot.press("end", "enter")
        await pilot.until_shows("1 General")
        await pilot.press("=")
        await pilot.until_shows("All tickets of")
        await pilot.press("enter")
        await pilot.until(lambda: pilot.lines()[0].startswith(" Account Acme"))


async def test_an_account_is_found_by_typing_and_looked_through(desk: SmallDesk) -> None:
    async with desk_app(desk.session("Dora")) as pilot:
        await pilot.until_shows("Nobody's ticket")
        await pilot.press("B")
        await pilot.until_shows("Browse tickets by")
        await pilot.press("enter")
        await pilot.until_shows("Type to filter")
        await pilot.type("acm")
        await pilot.press("enter")
        await pilot.until(lambda: pilot.lines()[0].startswith(" Account Acme"))


def test_clients_are_offered_their_own_company_only(desk: SmallDesk) -> None:
    client = desk.session("Cleo")
    assert [choice.id for choice in related.choices(client, "account")] == [client.account_id]
    mine = related.of_ticket(client, 1)
    assert View("account", client.account_id or 0) in [each.view for each in mine]
