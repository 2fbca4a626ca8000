"""A newcomer takes the tour of the sample desk and learns ten keys by pressing them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from models.binding import connection, open_database
from screens.actions import all_actions
from screens.tour.steps import STEPS
from screens.tour.tour import _KEY, END, PREFERENCE
from services import clock, preferences
from tests.support.desk_app import desk_app
from tests.support.small_desk import NOON, SmallDesk
from tui.config import Settings

DEMO = Settings("", tour=True)


@pytest.fixture
def desk(desk_url: str) -> Iterator[SmallDesk]:
    open_database(desk_url)
    with connection(), clock.frozen(NOON):
        desk = SmallDesk()
        for subject in ("Printer on fire", "Mail is slow", "Phone is dead", "New laptop"):
            desk.ticket(subject)
        preferences.put(desk.session("Dora"), "main", {"start": "all"})
        yield desk


async def test_ten_keys_in_five_minutes(desk: SmallDesk) -> None:
    dora = desk.session("Dora")
    async with desk_app(dora, settings=DEMO) as pilot:
        await pilot.until_shows("1/10")
        await pilot.press("down")
        await pilot.until_shows("2 to go")
        await pilot.press("j", "down")
        await pilot.until_shows("2/10")
        await pilot.press("enter")
        await pilot.until_shows("3/10")
        await pilot.press("3")
        await pilot.until_shows("4/10")
        await pilot.press("a")
        await pilot.until_shows("Nothing typed is lost")
        await pilot.type("It burns.")
        await pilot.press("ctrl+s")
        await pilot.until_shows("5/10")
        await pilot.press("q")
        await pilot.until_shows("6/10")
        await pilot.press("space", "space")
        await pilot.until_shows("7/10")
        await pilot.press("t")
        await pilot.until_shows("Choose Internal")
        await pilot.type("int\n")
        await pilot.until_shows("8/10")
        await pilot.press("ctrl+z")
        await pilot.until_shows("9/10")
        await pilot.press("/")
        await pilot.until_shows("Half a word is enough")
        await pilot.type("print\n")
        await pilot.until_shows("10/10")
        await pilot.press("?")
        await pilot.until_shows("These keys work where you came from")
        await pilot.press("escape")
        await pilot.until_shows("You know the ten keys that matter")
        await pilot.press("down")
        await pilot.until(lambda: "ten keys" not in pilot.text())
    assert preferences.get(dora, PREFERENCE) == len(STEPS)


async def test_the_tour_can_be_put_away_and_goes_on_where_it_was(desk: SmallDesk) -> None:
    dora = desk.session("Dora")
    async with desk_app(dora, settings=DEMO) as pilot:
        await pilot.until_shows("1/10")
        await pilot.press("f12")
        await pilot.until(lambda: "1/10" not in pilot.text())
        await pilot.press("f12", "down", "down", "down")
        await pilot.until_shows("2/10")
    async with desk_app(dora, settings=DEMO) as pilot:
        await pilot.until_shows("2/10")


async def test_whoever_is_ahead_of_the_tour_is_not_held_up(desk: SmallDesk) -> None:
    async with desk_app(desk.session("Dora"), settings=DEMO) as pilot:
        await pilot.until_shows("Go down three times, with ↓ or j.")
        await pilot.press("enter")
        await pilot.until_shows("3/10")


async def test_a_real_desk_has_no_tour(desk: SmallDesk) -> None:
    async with desk_app(desk.session("Dora")) as pilot:
        await pilot.until_shows("Printer on fire")
        await pilot.press("f12")
        assert "1/10" not in pilot.text()
        await pilot.press(":")
        await pilot.type("tour")
        assert "Show the tour" not in pilot.text()


def test_the_steps_name_actions_that_there_are() -> None:
    named = {action for step in STEPS for action in step.actions}
    named |= {key for step in STEPS for key, _ in _KEY.findall(step.text + step.then)}
    named |= {key for key, _ in _KEY.findall(END)}
    assert named <= set(all_actions())
