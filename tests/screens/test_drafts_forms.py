"""Each kind of form starts again with all that was typed and chosen in it when the program ended."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from models import Charge, Ticket
from screens.new_ticket import NewTicketScreen
from services import ticket_changes
from tests.support.drafting import (
    HALF,
    app_of,
    charge,
    fill_in,
    in_window,
    kept,
    new_ticket,
    program,
    transfer,
    two_tickets,
)
from tests.support.five_tickets import until_told
from tests.support.small_desk import SmallDesk


@pytest.fixture
def desk(desk_url: str) -> Iterator[SmallDesk]:
    with two_tickets(desk_url) as desk:
        yield desk


async def test_a_new_ticket_comes_back_with_all_that_was_chosen(desk: SmallDesk, tmp_path: Path) -> None:
    (tmp_path / "log.txt").write_text("log")
    async with program(desk) as pilot:
        form = await new_ticket(pilot)
        await fill_in(pilot, form, "subject", "Phone is dead")
        await fill_in(pilot, form, "due", "tomorrow 9am")
        form.query_one("#description").focus()
        await pilot.settle()
        await pilot.paste(HALF)
        form.set_values(
            contact=desk.contacts["Cleo"],
            account=desk.acme,
            category=desk.categories["Network"],
            priority=3,
            files=(tmp_path / "log.txt",),
            send_confirmation=False,
        )
        await pilot.settle()
        before = form.typed_values()
    async with program(desk) as pilot:
        form = await new_ticket(pilot)
        assert form.typed_values() == before and "Draft from" in pilot.text()
        assert "log.txt" in pilot.text() and "Acme" in pilot.text()
        await pilot.press("ctrl+s")
        await pilot.until(lambda: not isinstance(pilot.app.screen, NewTicketScreen))
    assert Ticket.select().where(Ticket.subject == "Phone is dead").count() == 1
    assert not kept()


async def test_a_ticket_that_was_entered_at_the_last_moment_is_not_entered_twice(desk: SmallDesk) -> None:
    async with program(desk) as pilot:
        form = await new_ticket(pilot)
        await fill_in(pilot, form, "subject", "Only once")
        form.set_values(category=desk.categories["Network"])
        values, uid = form.typed_values(), form._uid
    from screens.new_ticket.values import submit

    submit(desk.session("Ada"), values, uid)  # the program is lost before it hears of its success
    async with program(desk) as pilot:
        await new_ticket(pilot)
        await pilot.press("ctrl+s")
        await until_told(pilot, "was entered")
    assert Ticket.select().where(Ticket.subject == "Only once").count() == 1


async def test_what_is_gone_meanwhile_is_not_chosen_again(desk: SmallDesk) -> None:
    async with program(desk) as pilot:
        form = await new_ticket(pilot)
        await fill_in(pilot, form, "subject", "Old category")
        form.set_values(category=desk.categories["Network"], type=desk.types["Fault"])
    from models import TicketType

    TicketType.update(active=0).where(TicketType.id == desk.types["Fault"]).execute()
    from services import catalogue

    catalogue.forget()
    async with program(desk) as pilot:
        form = await new_ticket(pilot)
        await pilot.until(lambda: form.options is not None)
        assert form.typed_values().type is None and form.typed_values().category == desk.categories["Network"]


async def test_a_transfer_comes_back(desk: SmallDesk) -> None:
    async with program(desk) as pilot:
        await transfer(pilot)
        await pilot.press("enter")
        await pilot.until_shows("Transfer to")
        await pilot.type("Bob")
        await pilot.press("enter")
        await pilot.paste(HALF)
    async with program(desk) as pilot:
        await transfer(pilot)
        await pilot.until(lambda: "Bob" in pilot.text() and "half a sent" in pilot.text())
        await pilot.press("ctrl+s")
        await pilot.until(lambda: "Internal note" not in pilot.text())
    assert Ticket.get(Ticket.subject == "Lift stands still").manager_id == desk.managers["Bob"]


async def test_a_charge_comes_back(desk: SmallDesk) -> None:
    async with program(desk) as pilot:
        await charge(pilot)
        await pilot.type("Drive to the lift")
        await pilot.press("f3")
    async with program(desk) as pilot:
        await charge(pilot)
        assert "Drive to the lift" in pilot.text() and "(*) Not billable" in pilot.text()
        await pilot.press("ctrl+s")
        await pilot.until(lambda: "Billable   (" not in pilot.text())
    assert [row.label for row in Charge.select()] == ["Drive to the lift"]
    assert not kept()


async def test_a_line_comes_back(desk: SmallDesk) -> None:
    async with program(desk) as pilot:
        await in_window(pilot)
        await pilot.press("e")
        await pilot.until_shows("Subject of")
        await pilot.type(" between two floors")
    async with program(desk) as pilot:
        await in_window(pilot)
        await pilot.press("e")
        await pilot.until_shows("Lift stands still between two floors")
        await pilot.press("enter")
        await pilot.until(lambda: "Subject of" not in pilot.text())
    assert Ticket.select().where(Ticket.subject == "Lift stands still between two floors").count() == 1
    assert not kept()


async def test_a_resolution_survives_while_somebody_settles_a_conflict(desk: SmallDesk) -> None:
    async with program(desk) as pilot:
        window = await in_window(pilot)
        from screens.ticket import editing

        editing.edit_resolution(window)
        await pilot.until_shows("Resolution of")
        await pilot.paste(HALF)
        ticket_changes.change(desk.session("Bob"), window.ticket_id, {"resolution": "Theirs"})
        await pilot.press("ctrl+s")
        await pilot.until_shows("Somebody else changed")
        app_of(pilot).drafts.wait()
        assert len(kept()) == 1, "it is neither saved nor given up"
        await pilot.press("escape")
        await pilot.until(lambda: "half a sent" in pilot.text() and "Resolution of" in pilot.text())
        await pilot.press("ctrl+s")
        await pilot.until_shows("Somebody else changed")
        await pilot.type("mine")
        await pilot.press("enter")
        await pilot.until(lambda: "Somebody else changed" not in pilot.text())
        await pilot.until(lambda: Ticket.get_by_id(window.ticket_id).resolution == HALF)
        await pilot.until(lambda: not kept())
