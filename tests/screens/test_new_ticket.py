"""The form for a new ticket: for oneself, on behalf of a client, and what happens to faults and typed text."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from models import Ticket
from models.binding import connection, open_database
from screens.new_ticket import NewTicketScreen
from services import clock, documents, recipients, tickets
from services.records import TicketDetail
from tests.support.desk_app import desk_app
from tests.support.pilot import FastPilot
from tests.support.small_desk import NOON, SmallDesk


@pytest.fixture
def desk(desk_url: str) -> Iterator[SmallDesk]:
    open_database(desk_url)
    with connection(), clock.frozen(NOON):
        yield SmallDesk()


@asynccontextmanager
async def form(desk: SmallDesk, name: str = "Ada", size: tuple[int, int] = (80, 24)) -> AsyncIterator[FastPilot]:
    async with desk_app(desk.session(name), size) as pilot:
        screen = NewTicketScreen()
        pilot.app.push_screen(screen)
        await pilot.until(lambda: pilot.app.screen is screen and screen.options is not None)
        yield pilot


async def go_to(pilot: FastPilot, field: str) -> None:
    """Go to a field by its id, as Tab does."""
    for _ in range(40):
        focused = pilot.app.screen.focused
        if focused is not None and field in {each.id for each in focused.ancestors_with_self}:
            return
        await pilot.press("tab")
    raise AssertionError(f"There is no {field}:\n{pilot.text()}")


async def choose(pilot: FastPilot, field: str, typed: str) -> None:
    """Choose a value of a field from its list."""
    form = pilot.app.screen
    await go_to(pilot, field)
    await pilot.press("enter")
    await pilot.until(lambda: pilot.app.screen is not form)
    await pilot.type(f"{typed}\n")
    await pilot.until(lambda: pilot.app.screen is form)


def newest(desk: SmallDesk) -> TicketDetail:
    return tickets.get(desk.session("Ada"), Ticket.select().order_by(Ticket.id.desc()).get().id)


async def submit(pilot: FastPilot) -> None:
    before = Ticket.select().count()
    await pilot.press("ctrl+s")
    await pilot.until(lambda: Ticket.select().count() == before + 1)
    await pilot.until(lambda: not isinstance(pilot.app.screen, NewTicketScreen))


async def test_a_technician_enters_a_ticket_on_behalf_of_a_client(desk: SmallDesk, tmp_path: Path) -> None:
    (tmp_path / "log.txt").write_text("log")
    async with form(desk) as pilot:
        await choose(pilot, "contact", "cleo")
        await pilot.until_shows("Cleo, Acme")
        await pilot.until_shows("Cleo <cleo@acme.example>")
        assert "Acme" in pilot.text()
        await go_to(pilot, "subject")
        await pilot.type("No dial tone")
        await choose(pilot, "category", "network")
        await pilot.until_shows("New Tickets, by the category")
        await choose(pilot, "manager", "bob")
        await choose(pilot, "priority", "high")
        await go_to(pilot, "due")
        await pilot.type("tomorrow 9am")
        await choose(pilot, "carbon_copy", "dora")
        await choose(pilot, "files", f"{tmp_path}/log.txt")
        await go_to(pilot, "description")
        await pilot.type("Since this morning.\nAll rooms.")
        await submit(pilot)
    made = newest(desk)
    assert (made.subject, made.requester_name, made.requester_email) == ("No dial tone", "Cleo", "cleo@acme.example")
    assert (made.account, made.contact, made.manager, made.priority) == ("Acme", "Cleo", "Bob", 3)
    assert made.description == "Since this morning.\nAll rooms."
    assert made.due_at is not None
    ada = desk.session("Ada")
    assert [each.address for each in recipients.external(ada, made.id)] == ["cleo@acme.example"]
    assert {(each.name, each.level) for each in recipients.employees(ada, made.id)} == {
        ("Bob", "all"),
        ("Dora", "created"),
    }
    assert [file.name for file in documents.listed(ada, made.id)] == ["log.txt"]


async def test_what_was_entered_is_among_the_recent_tickets(desk: SmallDesk) -> None:
    async with form(desk) as pilot:
        await go_to(pilot, "subject")
        await pilot.type("No dial tone")
        await choose(pilot, "category", "network")
        await submit(pilot)
        await pilot.press("ctrl+t")
        await pilot.until_shows("Recent tickets")
        await pilot.until_shows("No dial tone")


async def test_a_fault_is_said_at_its_field_and_nothing_typed_is_lost(desk: SmallDesk) -> None:
    async with form(desk) as pilot:
        await go_to(pilot, "subject")
        await pilot.type("No dial tone")
        await pilot.press("ctrl+s")
        await pilot.until_shows("! Choose a category")
        await choose(pilot, "category", "network")
        assert "! Choose a category" not in pilot.text()
        await go_to(pilot, "due")
        await pilot.type("someday")
        await pilot.press("ctrl+s")
        await pilot.until_shows("is no date")
        assert "No dial tone" in pilot.text() and "someday" in pilot.text()
        await pilot.press("ctrl+u")
        await go_to(pilot, "external")
        await pilot.type("boss@acme.example, cc: nonsense")
        await pilot.press("ctrl+s")
        await pilot.until_shows("is no mail address")
        await pilot.type("@acme.example")
        await submit(pilot)
    made = newest(desk)
    assert [(each.kind, each.address) for each in recipients.external(desk.session("Ada"), made.id)] == [
        ("to", "boss@acme.example"),
        ("cc", "nonsense@acme.example"),
    ]


async def test_leaving_asks_only_when_something_was_typed(desk: SmallDesk) -> None:
    async with form(desk) as pilot:
        await pilot.press("escape")
        await pilot.until(lambda: not isinstance(pilot.app.screen, NewTicketScreen))
    async with form(desk) as pilot:
        await go_to(pilot, "subject")
        await pilot.type("No dial tone")
        await pilot.press("escape")
        await pilot.until_shows("Throw away the new ticket?")
        await pilot.press("enter")
        await pilot.until_shows("No dial tone")
        await pilot.press("escape", "y")
        await pilot.until(lambda: not isinstance(pilot.app.screen, NewTicketScreen))
    assert not Ticket.select().count()


async def test_an_upload_can_be_taken_back_before_submit(desk: SmallDesk, tmp_path: Path) -> None:
    (tmp_path / "log.txt").write_text("log")
    async with form(desk) as pilot:
        await choose(pilot, "files", f"{tmp_path}/log.txt")
        await pilot.until_shows("log.txt")
        await choose(pilot, "files", "remove")
        await pilot.until(lambda: "log.txt" not in pilot.text())


async def test_a_client_sees_the_warning_and_only_what_it_may_choose(desk: SmallDesk) -> None:
    async with form(desk, "Cleo") as pilot:
        assert "Clients can read this: no passwords" in pilot.text()
        assert "Manager" not in pilot.text() and "On behalf" not in pilot.text()
        await pilot.type("Help")
        await choose(pilot, "category", "network")
        await submit(pilot)
    assert newest(desk).account == "Acme" and newest(desk).in_inbox


async def test_the_warning_goes_with_a_category_that_clients_do_not_see(desk: SmallDesk) -> None:
    async with form(desk) as pilot:
        assert "no passwords" in pilot.text()
        await choose(pilot, "category", "internal")
        await pilot.until(lambda: "no passwords" not in pilot.text())


async def test_two_columns_where_there_is_room(desk: SmallDesk) -> None:
    async with form(desk, size=(120, 40)) as pilot:
        line = next(line for line in pilot.lines() if "Requested by" in line)
        assert "Type" in line
