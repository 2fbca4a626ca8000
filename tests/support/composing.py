"""Writing a mail in the program, headless: the steps that stories about it have in common."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from screens.mail.compose_screen import ComposeScreen
from screens.mail.review_screen import ReviewScreen
from screens.ticket import TicketScreen
from services import recipients
from services.records import TicketDetail
from tests.support.company import Company
from tests.support.desk_app import desk_app
from tests.support.five_tickets import until_told
from tests.support.pilot import FastPilot
from tests.support.post import open_the_way_out
from tui.app import DeskApp

TEXT = "It works again.\nPlease try."


def open_ticket(company: Company) -> TicketDetail:
    """Open a ticket of Ann's for Cleo, which Ben follows, on a desk that mail can leave."""
    open_the_way_out(company.desk)
    ticket = company.open_ticket("Ann", description="It smokes.", requester_name="Cleo")
    recipients.add_employee(company.session("Ann"), ticket.id, company.employees["Ben"])
    return ticket


@asynccontextmanager
async def window(
    company: Company, ticket: TicketDetail, name: str = "Ann", size: tuple[int, int] = (80, 24)
) -> AsyncIterator[FastPilot]:
    """Show the ticket to somebody, until the program is lost: what is open then is never closed."""
    async with desk_app(company.session(name), size) as pilot:
        pilot.app.push_screen(TicketScreen(ticket.id))
        await pilot.until(lambda: "1 General" in pilot.text() and ticket.number in pilot.lines()[0])
        yield pilot
        for screen in pilot.app.screen_stack:
            if isinstance(screen, ComposeScreen):
                screen.keep_draft()
        assert isinstance(pilot.app, DeskApp)
        pilot.app.drafts.wait()


async def composer(pilot: FastPilot, key: str = "Y") -> ComposeScreen:
    """Begin a mail."""
    await pilot.press(key)
    await pilot.until(lambda: isinstance(pilot.app.screen, ComposeScreen) and "Subject" in pilot.text())
    screen = pilot.app.screen
    assert isinstance(screen, ComposeScreen)
    return screen


async def review(pilot: FastPilot) -> str:
    """Look at the mail before it leaves, and return what one sees."""
    await pilot.press("ctrl+s")
    await pilot.until(lambda: isinstance(pilot.app.screen, ReviewScreen) and "Write on" in pilot.text())
    return pilot.text()


async def answered(pilot: FastPilot, text: str = TEXT, key: str = "ctrl+s") -> None:
    """Write an answer and send it."""
    await composer(pilot)
    await pilot.paste(text)
    await review(pilot)
    await pilot.press(key)
    await until_told(pilot, "Goes out in 10 seconds")
    await pilot.until(lambda: isinstance(pilot.app.screen, TicketScreen))
