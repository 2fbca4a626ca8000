"""Taking back from any screen, the list of operations, and tickets and lists as they were."""

from __future__ import annotations

from typing import Any

import pytest

from services import clock, notes, ticket_changes
from services.undo_plan import ENTERED_IN_ERROR
from tests.support import acts
from tests.support.company import NOON, Company
from tests.support.desk_app import desk_app
from tests.support.pilot import FastPilot
from widgets.table import Table


def said(pilot: FastPilot, text: str) -> bool:
    return any(text in each.message for each in pilot.app._notifications)


async def list_of(pilot: FastPilot) -> None:
    await pilot.until_shows("Summary")
    await pilot.press("4")
    await pilot.until_shows("Created by me")
    await pilot.press("6")
    await pilot.until_shows("Printer offline")


async def test_ctrl_z_takes_back_what_was_done_last_and_ctrl_y_does_it_again(company: Company) -> None:
    ann = company.session("Ann")
    ticket = company.open_ticket("Ann")
    ticket_changes.change(ann, ticket.id, {"priority": 4})
    async with desk_app(ann) as pilot:
        await list_of(pilot)
        await pilot.press("ctrl+z")
        await pilot.until(lambda: said(pilot, f"Taken back: Priority Urgent, {ticket.number}. Ctrl+Y does it again."))
        assert company.read(ticket).priority == ticket.priority
        await pilot.press("ctrl+y")
        await pilot.until(lambda: said(pilot, f"Done again: Priority Urgent, {ticket.number}. Ctrl+Z takes it back."))
        assert company.read(ticket).priority == 4
        await pilot.press("ctrl+y")
        await pilot.until(lambda: said(pilot, "There is nothing to do again"))
        await pilot.press("ctrl+z", "ctrl+z")
        await pilot.until(lambda: company.read(ticket).archived)
        assert company.read(ticket).archive_reason == ENTERED_IN_ERROR


async def test_what_somebody_changed_since_is_refused_by_name(company: Company) -> None:
    ann = company.session("Ann")
    ticket = company.open_ticket("Ann")
    ticket_changes.change(ann, ticket.id, {"priority": 4})
    ticket_changes.change(company.session("Ben"), ticket.id, {"priority": 1})
    async with desk_app(ann) as pilot:
        await list_of(pilot)
        await pilot.press("ctrl+z")
        sentence = f"{ticket.number}: Priority was changed to Low by Ben at"
        await pilot.until(lambda: said(pilot, sentence))
        assert company.read(ticket).priority == 1


async def test_the_list_of_operations_shows_changes_and_takes_any_of_them_back(company: Company) -> None:
    dora = company.session("Dora")
    pair = [company.open_ticket("Ann"), company.open_ticket("Ann", "Second")]
    acts.archive(dora, [each.id for each in pair], "old")
    notes.add_note(dora, pair[0].id, "A note")
    async with desk_app(dora) as pilot:
        await pilot.until_shows("Summary")
        await pilot.press("f10")
        await pilot.until_shows("A note")
        await pilot.until_shows("o Open ticket")
        assert "Who" not in pilot.lines()[1], "what one did oneself needs no name on each line"
        await pilot.press("j")
        await pilot.until_shows("Archived: no → yes")
        assert f"{pair[0].number} and 1 more" in pilot.text()
        await pilot.press("u")
        await pilot.until_shows("This was taken back by Dora at 12:00.")
        assert not company.read(pair[1]).archived
        await pilot.press("r")
        await pilot.until(lambda: company.read(pair[1]).archived)
        await pilot.press("f")
        await pilot.until_shows("What everybody did")
        await pilot.until_shows("New ticket")
        await pilot.press("escape")
        await pilot.until_shows("Summary")


async def test_where_some_tickets_have_moved_the_others_can_be_taken_back(company: Company) -> None:
    dora = company.session("Dora")
    pair = [company.open_ticket("Ann"), company.open_ticket("Ann", "Second")]
    acts.archive(dora, [each.id for each in pair], "old")
    acts.restore(company.admin, [pair[0].id])
    async with desk_app(dora) as pilot:
        await list_archived(pilot)
        await pilot.press("ctrl+z")
        await pilot.until_shows("1 of the tickets has changed since. Take back the others?")
        await pilot.press("y")
        await pilot.until(lambda: not company.read(pair[1]).archived)
        await pilot.until(lambda: said(pilot, "1 was left as it is."))


async def list_archived(pilot: FastPilot) -> None:
    await pilot.until_shows("Summary")
    await pilot.press("4")
    await pilot.until_shows("Created by me")
    await pilot.press("8")
    await pilot.until_shows("Second")


async def test_a_client_takes_nothing_back(company: Company) -> None:
    company.open_ticket("Cleo")
    async with desk_app(company.session("Cleo")) as pilot:
        await pilot.until_shows("My requests")
        await pilot.press("ctrl+z")
        await pilot.until(lambda: said(pilot, "Only employees"))


async def test_a_list_and_its_tickets_are_shown_as_they_were(company: Company) -> None:
    dora = company.session("Dora")
    with clock.frozen(NOON - clock.DAY):
        ticket = company.open_ticket("Ann", description="It hums.")
        ticket_changes.change(dora, ticket.id, {"priority": 4})
    ticket_changes.change(dora, ticket.id, {"subject": "Quiet now", "priority": 1})
    notes.add_note(dora, ticket.id, "Done today")
    async with desk_app(dora, size=(100, 40)) as pilot:
        await pilot.until_shows("Summary")
        await pilot.press("4")
        await pilot.until_shows("Created by me")
        await pilot.press("5")
        await pilot.until_shows("Quiet now")
        await pilot.press("@")
        await pilot.until_shows("All tickets, as it was when?")
        await pilot.type("someday\n")
        await pilot.until_shows("is no moment")
        await pilot.press("ctrl+u")
        await pilot.type("yesterday 13:00\n")
        await pilot.until_shows("All tickets, as it was Tue 24 Nov 2026 13:00")
        await pilot.until_shows("Printer offline")
        assert "Urgent" in pilot.text() and "read only" in pilot.text()
        await pilot.press("enter")
        await pilot.until_shows(f"{ticket.number}, as it was Tue 24 Nov 2026 13:00")
        await pilot.until_shows("It hums.")
        assert "Priority: Normal → Urgent" in pilot.text() and "Done today" not in pilot.text()
        await pilot.press("@")
        await pilot.until_shows("Show it as it was")
        await pilot.type("3d ago\n")
        await pilot.until(lambda: said(pilot, f"There was no ticket {ticket.number} at"))
        await pilot.press("escape")
        await pilot.until_shows("All tickets, as it was")
        await pilot.press("t")
        await pilot.until_shows("Quiet now")
        await pilot.press("@")
        await pilot.until_shows("Show the ticket as it was")
        await pilot.type("yesterday\n")
        await pilot.until_shows(f"{ticket.number}, as it was Tue 24 Nov 2026 23:59")
        await pilot.press("escape", "escape", "escape")
        await pilot.until(lambda: pilot.lines()[0].startswith(" All "))


async def test_many_are_taken_back_in_the_thread_for_long_work(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    dora = company.session("Dora")
    pair = [company.open_ticket("Ann"), company.open_ticket("Ann", "Second")]
    acts.archive(dora, [each.id for each in pair], "old")
    monkeypatch.setattr("screens.operations.undoing.FEW", 1)
    monkeypatch.setattr("screens.many.long_act.SHOWN_AFTER_SECONDS", 0.0)
    async with desk_app(dora) as pilot:
        await list_archived(pilot)
        await pilot.press("ctrl+z")
        await pilot.until(lambda: said(pilot, "Taken back: Archive, 2 tickets."))
        await pilot.until_shows("Archived")
        assert not company.read(pair[0]).archived
        await pilot.until(lambda: pilot.lines()[0].startswith(" Archived"))


async def test_while_one_types_ctrl_z_belongs_to_the_text(company: Company) -> None:
    ann = company.session("Ann")
    ticket = company.open_ticket("Ann")
    ticket_changes.change(ann, ticket.id, {"priority": 4})
    async with desk_app(ann) as pilot:
        pilot.app.open_ticket(ticket.id)  # type: ignore[attr-defined]
        await pilot.until_shows(ticket.number)
        await pilot.press("a")
        await pilot.until_shows("Note")
        await pilot.type("Hello")
        await pilot.until_shows("Hello")
        await pilot.press("ctrl+z")
        await pilot.settle()
        assert "Hello" not in pilot.text()
        await pilot.press("escape")
        assert company.read(ticket).priority == 4


async def test_the_arrow_is_pressed_before_the_operations_of_the_others_are_there(company: Company) -> None:
    dora = company.session("Dora")
    for place in range(55):
        company.open_ticket("Dora", f"Ticket {place}")
    async with desk_app(dora) as pilot:
        await pilot.press("U")
        await pilot.until_shows("50+")
        screen: Any = pilot.app.screen
        screen.do_filter()
        screen.table.post_message(Table.Moved())
        await pilot.until_shows("50+")
