"""The answer to a save is lost, the person saves again: it is done once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from models import Change, Charge, History, Operation, Ticket, database
from services.errors import TryAgain
from tests.support.desk_app import desk_app
from tests.support.five_tickets import five_tickets, shows_list, shows_ticket, start_at
from tests.support.pilot import FastPilot
from tests.support.small_desk import SmallDesk

SIZE = (100, 30)
_LOST = "lost"


@pytest.fixture
def desk(desk_url: str) -> Iterator[SmallDesk]:
    with five_tickets(desk_url) as desk:
        yield desk


@pytest.fixture
def lost(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Lose the answer to the next commit of the action that is put into the list."""
    bound, due = database.obj, list[str]()
    commit, rollback = bound.commit, bound.rollback

    def loses() -> None:
        commit()
        if due and _newest() == due[0]:
            due[0] = _LOST
            raise TryAgain("The database server cannot be reached: try again.")

    def nothing_is_open() -> None:
        if due == [_LOST]:
            due.clear()
        else:
            rollback()

    monkeypatch.setattr(bound, "commit", loses)
    monkeypatch.setattr(bound, "rollback", nothing_is_open)
    return due


def _newest() -> str:
    return str(Operation.select(Operation.action).order_by(Operation.id.desc()).limit(1).tuples().first()[0])


async def saves_twice(pilot: FastPilot, lost: list[str], action: str) -> None:
    """Save, see that it failed with the form still there, and save again."""
    lost.append(action)
    top = pilot.app.screen
    await pilot.press("ctrl+s")
    await pilot.until(lambda: not lost)
    await pilot.settle()
    assert pilot.app.screen is top
    await pilot.press("ctrl+s")
    await pilot.until(lambda: pilot.app.screen is not top)


def done(action: str) -> int:
    return Operation.select().where(Operation.action == action).count()


async def test_a_note_is_written_once(desk: SmallDesk, lost: list[str]) -> None:
    start_at(desk, "Ada", "open")
    async with desk_app(desk.session("Ada"), SIZE) as pilot:
        await shows_list(pilot, "Open")
        await pilot.press("a")
        await pilot.type("Called back")
        await saves_twice(pilot, lost, "add-note")
        assert History.select().where(History.text == "Called back").count() == done("add-note") == 1


async def test_a_note_on_many_that_was_changed_after_the_fault_is_another_one(desk: SmallDesk, lost: list[str]) -> None:
    start_at(desk, "Ada", "open")
    async with desk_app(desk.session("Ada"), SIZE) as pilot:
        await shows_list(pilot, "Open")
        await pilot.press("ctrl+a", "a")
        await pilot.type("On my way")
        lost.append("add-note")
        await pilot.press("ctrl+s")
        await pilot.until(lambda: not lost)
        await pilot.type("!")
        await pilot.press("ctrl+s")
        await shows_list(pilot, "Open")
        assert [entry.text for entry in History.select().order_by(History.id)] == ["On my way"] * 4 + ["On my way!"] * 4


async def test_tickets_are_completed_once_and_the_report_counts_them(desk: SmallDesk, lost: list[str]) -> None:
    start_at(desk, "Ada", "open")
    async with desk_app(desk.session("Ada"), SIZE) as pilot:
        await shows_list(pilot, "Open")
        await pilot.press("ctrl+a", "c")
        await pilot.until_shows("Resolution of")
        await pilot.type("Replaced the fuse")
        await saves_twice(pilot, lost, "change-ticket")
        assert done("change-ticket") == 1
        assert any("4 tickets: Status Completed." in each.message for each in pilot.app._notifications)


async def test_a_transfer_and_its_note_are_written_once(desk: SmallDesk, lost: list[str]) -> None:
    start_at(desk, "Ada", "open")
    async with desk_app(desk.session("Ada"), SIZE) as pilot:
        await shows_list(pilot, "Open")
        await pilot.press("T", "enter")
        await pilot.until_shows("bob")
        await pilot.type("bob")
        await pilot.press("enter")
        await pilot.type("Yours now")
        await saves_twice(pilot, lost, "transfer-ticket")
        assert History.select().where(History.text.contains("Yours now")).count() == 1


async def test_a_line_of_a_ticket_is_changed_once(desk: SmallDesk, lost: list[str]) -> None:
    start_at(desk, "Ada", "open")
    async with desk_app(desk.session("Ada"), SIZE) as pilot:
        await shows_list(pilot, "Open")
        await pilot.press("end", "enter")
        subject = Ticket.get_by_id(pilot.app.screen.ticket_id).subject  # type: ignore[attr-defined]
        await shows_ticket(pilot, subject)
        await pilot.press("enter")
        await pilot.until_shows("Subject of")
        await pilot.type(" again")
        lost.append("change-ticket")
        await pilot.press("enter")
        await pilot.until(lambda: not lost)
        await pilot.until_shows("Subject of")
        await pilot.press("enter")
        await shows_ticket(pilot, f"{subject} again")
        assert Change.select().where(Change.field == "subject").count() == 1


async def test_a_charge_is_added_once(desk: SmallDesk, lost: list[str]) -> None:
    start_at(desk, "Ada", "open")
    async with desk_app(desk.session("Ada"), SIZE) as pilot:
        await shows_list(pilot, "Open")
        await pilot.press("end", "enter")
        await pilot.until_shows("1 General")
        await pilot.press("5", "n")
        await pilot.until_shows("Charge on")
        await pilot.press("enter")
        await pilot.until_shows("Quantity")
        await pilot.type("Visit")
        await saves_twice(pilot, lost, "add-charge")
        assert Charge.select().count() == 1
