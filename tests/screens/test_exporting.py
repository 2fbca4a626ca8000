"""Writing lists and tickets to disk from the screens."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from models.binding import connection, open_database
from services import clock, preferences
from tests.support.desk_app import desk_app
from tests.support.pilot import FastPilot
from tests.support.small_desk import NOON, SmallDesk


@pytest.fixture
def desk(desk_url: str) -> Iterator[SmallDesk]:
    open_database(desk_url)
    with connection(), clock.frozen(NOON):
        desk = SmallDesk()
        for subject in ("Printer on fire", "Mail is slow", "Nobody's ticket"):
            desk.ticket(subject)
        preferences.put(desk.session("Dora"), "main", {"start": "all"})
        yield desk


async def says(pilot: FastPilot, sentence: str) -> None:
    """Wait until the desk says something."""
    await pilot.until(lambda: any(sentence in each.message for each in pilot.app._notifications))


async def test_the_whole_list_or_what_is_marked_of_it(desk: SmallDesk, tmp_path: Path) -> None:
    async with desk_app(desk.session("Dora")) as pilot:
        await pilot.until_shows("Nobody's ticket")
        await pilot.press("ctrl+x")
        await pilot.until_shows("Export 3 tickets")
        await pilot.press("ctrl+u")
        await pilot.type(f"{tmp_path}/all.xls\n")
        await pilot.until_shows(".csv (CSV)")
        await pilot.press("ctrl+u")
        await pilot.type(f"{tmp_path}/all.csv\n")
        await says(pilot, "3 tickets written")
        assert len((tmp_path / "all.csv").read_text("utf-8").splitlines()) == 4
        await pilot.press("space", "ctrl+x")
        await pilot.until_shows("Export 0500-")
        await pilot.press("ctrl+u")
        await pilot.type(f"{tmp_path}/one.md\n")
        await says(pilot, "1 ticket written")
        assert len((tmp_path / "one.md").read_text("utf-8").splitlines()) == 3


async def test_a_ticket_with_everything(desk: SmallDesk, tmp_path: Path) -> None:
    async with desk_app(desk.session("Dora")) as pilot:
        await pilot.until_shows("Nobody's ticket")
        await pilot.press("end", "enter")
        await pilot.until_shows("1 General")
        await pilot.press("ctrl+x")
        await pilot.until_shows("Export the ticket to a new folder")
        await pilot.press("ctrl+u")
        await pilot.type(f"{tmp_path}/printer\n")
        await says(pilot, "Written to")
        assert "Printer on fire" in (tmp_path / "printer" / "ticket.txt").read_text("utf-8")
