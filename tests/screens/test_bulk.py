"""Many tickets at once on the screen: the question, the progress, stopping, and the list of what refused."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg
import pytest

from models import History, Operation, Ticket
from models.binding import connection, is_sqlite, open_database, sqlite_path
from screens.many.progress import ProgressDialog
from screens.many.refused import RefusedDialog
from screens.ticket import TicketScreen
from services import clock, preferences
from services.numbers import number_of
from services.ticket_changes import change
from tests.support.desk_app import desk_app
from tests.support.pilot import FastPilot
from tests.support.small_desk import COMPLETED, IN_HOUSE, NOON, SmallDesk

SIZE = (120, 30)
MANY = 300


@pytest.fixture
def desk(desk_url: str) -> Iterator[SmallDesk]:
    open_database(desk_url)
    with connection(), clock.frozen(NOON):
        yield SmallDesk()


@contextmanager
def held(url: str) -> Iterator[Callable[[], None]]:
    """Keep a writer of the desk waiting until the block calls the function, or ends."""
    other: sqlite3.Connection | psycopg.Connection
    if is_sqlite(url):
        other = sqlite3.connect(sqlite_path(url), isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
    else:
        other = psycopg.connect(url)
        other.execute("SELECT 1 FROM ticket FOR UPDATE")
    try:
        yield other.rollback
    finally:
        other.close()


def said(pilot: FastPilot, sentence: str) -> bool:
    return any(sentence in each.message for each in pilot.app._notifications)


def start(desk: SmallDesk, name: str = "Ada", entry: str = "open") -> None:
    preferences.put(desk.session(name), "main", {"start": entry})


def of(subject: str) -> Ticket:
    found: Ticket = Ticket.get(Ticket.subject == subject)
    return found


async def test_forty_alerts_are_closed_in_one_operation(desk: SmallDesk) -> None:
    desk.tickets(40)
    start(desk)
    async with desk_app(desk.session("Ada"), SIZE) as pilot:
        await pilot.until(lambda: pilot.lines()[0].endswith("/ 40"))
        await pilot.press("ctrl+a", "c")
        await pilot.until_shows("Resolution of 40 tickets")
        await pilot.type("Switched off the sensor")
        await pilot.press("ctrl+s")
        await pilot.until(lambda: said(pilot, "40 tickets: Status Completed."))
        assert said(pilot, "Ctrl+Z takes it back.")
        await pilot.until_shows("No tickets here.")
        assert Ticket.select().where(Ticket.status == COMPLETED).count() == 40
        assert Operation.select().where(Operation.action == "change-ticket").count() == 1
        assert History.select().count() == 40


async def test_category_and_type_have_keys_of_their_own(desk: SmallDesk) -> None:
    desk.tickets(3)
    start(desk)
    async with desk_app(desk.session("Ada"), SIZE) as pilot:
        await pilot.until(lambda: pilot.lines()[0].endswith("/ 3"))
        await pilot.press("space", "space", "W")
        await pilot.until_shows("Category of 2 tickets")
        await pilot.type("Netw")
        await pilot.press("enter")
        await pilot.until(lambda: said(pilot, "2 tickets: Category Network."))
        await pilot.press("X")
        await pilot.until_shows("Type of 2 tickets")
        await pilot.type("Fau")
        await pilot.press("enter")
        await pilot.until(lambda: said(pilot, "2 tickets: Type Fault."))
        await pilot.press("W", "enter")
        await pilot.until(lambda: said(pilot, "2 tickets: Category none."))
        found = Ticket.select(Ticket.category, Ticket.type).order_by(Ticket.subject).tuples()
        assert list(found) == [(None, desk.types["Fault"]), (None, desk.types["Fault"]), (None, None)]


async def test_a_long_one_shows_how_far_it_is_and_esc_takes_it_back(desk: SmallDesk, desk_url: str) -> None:
    desk.tickets(MANY)
    start(desk)
    async with desk_app(desk.session("Ada"), SIZE) as pilot:
        await pilot.until(lambda: pilot.lines()[0].endswith(f"/ {MANY}"))
        await pilot.press("ctrl+a", "p", "enter")
        await pilot.until_shows(f"Priority Urgent: {MANY} tickets?")
        with held(desk_url) as release:
            await pilot.press("y")
            await pilot.until_shows(f"] 0 of {MANY}")
            # Nothing but stopping it can be done meanwhile, and the screen answers.
            await pilot.press("q", "n", "question_mark", "ctrl+q")
            await pilot.until_shows("Stopping")
            release()
            await pilot.until(lambda: said(pilot, "Stopped. Nothing was changed."))
        await pilot.until_shows(f"{MANY} marked")
        assert Ticket.select().where(Ticket.priority == 4).count() == 0
        assert Operation.select().count() == 0
        await pilot.press("p", "enter", "y")
        await pilot.until(lambda: said(pilot, f"{MANY} tickets: Priority Urgent."))
        assert Ticket.select().where(Ticket.priority == 4).count() == MANY


async def test_what_somebody_did_to_one_of_many_while_the_question_stood_is_left(desk: SmallDesk) -> None:
    desk.tickets(MANY)
    start(desk)
    async with desk_app(desk.session("Ada"), SIZE) as pilot:
        live = pilot.app.live  # type: ignore[attr-defined]
        await pilot.until(lambda: live.shown_until is not None and pilot.lines()[0].endswith(f"/ {MANY}"))
        await pilot.press("ctrl+a", "p", "enter")
        await pilot.until_shows(f"Priority Urgent: {MANY} tickets?")
        change(desk.session("Bob"), of("Ticket 150").id, {"priority": 0})
        await pilot.press("y")
        await pilot.until_shows(f"{MANY - 1} of {MANY} tickets: Priority Urgent. 1 refused.")
        assert "Bob changed Priority of" in pilot.text()
        assert of("Ticket 150").priority == 0


async def test_a_note_that_is_stopped_keeps_its_text(desk: SmallDesk, desk_url: str) -> None:
    desk.tickets(MANY)
    start(desk)
    async with desk_app(desk.session("Ada"), SIZE) as pilot:
        await pilot.until(lambda: pilot.lines()[0].endswith(f"/ {MANY}"))
        await pilot.press("ctrl+a", "a")
        await pilot.until_shows(f"Note on {MANY} tickets")
        await pilot.type("Known outage")
        with held(desk_url) as release:
            await pilot.press("ctrl+s")
            await pilot.until_shows(f"] 0 of {MANY}")
            await pilot.press("escape")
            release()
            await pilot.until_shows("Stopped. Nothing was changed.")
        assert "Known outage" in pilot.text()
        await pilot.press("ctrl+s")
        await pilot.until(lambda: said(pilot, f"{MANY} tickets: Internal note added."))
        assert History.select().where(History.text == "Known outage").count() == MANY


async def test_many_alerts_are_merged_with_progress_and_can_be_stopped(desk: SmallDesk, desk_url: str) -> None:
    into = desk.ticket("Where work goes on", manager="Bob")
    desk.tickets(MANY)
    start(desk)
    async with desk_app(desk.session("Ada", plus=("merge",)), SIZE) as pilot:
        await pilot.until(lambda: pilot.lines()[0].endswith(f"/ {MANY + 1}"))
        await pilot.press("ctrl+a", "M")
        await pilot.until_shows(f"Merge {MANY + 1} tickets")
        await pilot.type(number_of(into))
        with held(desk_url) as release:
            await pilot.press("enter")
            await pilot.until_shows(f"] 0 of {MANY + 1}")
            await pilot.press("escape")
            release()
            await pilot.until_shows("Stopped. Nothing was changed.")
        assert Ticket.select().where(Ticket.merged_into == into).count() == 0
        await pilot.press("enter")
        await pilot.until(lambda: said(pilot, f"{MANY} tickets: Merged."), 60)
        assert Ticket.select().where(Ticket.merged_into == into).count() == MANY


async def test_what_refused_is_listed_opened_and_copied(desk: SmallDesk) -> None:
    for subject, manager in (("Mine", "Ada"), ("Of Bob", "Bob"), ("Of Dora", "Dora")):
        desk.ticket(subject, manager=manager)
    start(desk)
    async with desk_app(desk.session("Ada", without=("change_others",)), SIZE) as pilot:
        await pilot.until_shows("Of Dora")
        await pilot.press("ctrl+a", "p", "enter")
        await pilot.until_shows("1 of 3 tickets: Priority Urgent. 2 refused.")
        dialog = pilot.app.screen
        assert isinstance(dialog, RefusedDialog)
        assert "is managed by Bob" in pilot.text()
        await pilot.press("down")
        assert any(line.lstrip("│ ").startswith(">") and "managed by Dora" in line for line in pilot.lines())
        await pilot.press("y")
        await pilot.until(lambda: said(pilot, "Copied"))
        await pilot.press("enter")
        await pilot.until(lambda: isinstance(pilot.app.screen, TicketScreen))
        await pilot.until_shows("Of Dora")
        await pilot.press("escape")
        await pilot.until(lambda: pilot.app.screen is dialog)
        await pilot.press("escape")
        await pilot.until_shows("2 marked")


async def test_what_somebody_changed_while_one_chose_is_refused(desk: SmallDesk) -> None:
    first, second = desk.ticket("First"), desk.ticket("Second")
    start(desk)
    async with desk_app(desk.session("Ada"), SIZE) as pilot:
        await pilot.until_shows("Second")
        await pilot.press("ctrl+a", "p")
        await pilot.until_shows("Priority of 2 tickets")
        change(desk.session("Dora"), first, {"priority": 1})
        await pilot.press("enter")
        await pilot.until_shows("Dora changed Priority of")
        assert (of("First").priority, of("Second").priority) == (1, 4)
        assert of("Second").id == second


async def test_marking_with_ranges_all_and_the_other_way_round(desk: SmallDesk) -> None:
    desk.tickets(10)
    start(desk)
    async with desk_app(desk.session("Ada"), SIZE) as pilot:
        await pilot.until(lambda: pilot.lines()[0].endswith("/ 10"))
        await pilot.press("space", "down", "down", "v")
        await pilot.until_shows("4 marked")
        await pilot.press("V")
        await pilot.until_shows("6 marked")
        await pilot.press("p", "enter")
        await pilot.until(lambda: said(pilot, "6 tickets: Priority Urgent."))
        await pilot.until_shows("6 marked")
        assert Ticket.select().where(Ticket.priority == 4).count() == 6
        assert Ticket.select().where(Ticket.status == IN_HOUSE).count() == 10


async def test_an_act_may_be_further_than_the_dialog_that_shows_it(desk: SmallDesk) -> None:
    start(desk)
    async with desk_app(desk.session("Ada"), SIZE) as pilot:
        dialog = ProgressDialog("Changing tickets", 10, lambda: None)
        pilot.app.push_screen(dialog)
        dialog.show_done(5)
        await pilot.until_shows("0 of 10")
        dialog.show_done(6)
        await pilot.until_shows("6 of 10")
