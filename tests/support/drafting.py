"""A desk on which people write what they do not save, and the steps that they take."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

from textual.notifications import Notification

from models import History
from models.binding import connection, open_database
from screens.drafting import Drafted
from screens.new_ticket import NewTicketScreen
from screens.ticket import TicketScreen
from services import clock, preferences
from services.places import state_directory
from tests.support.desk_app import desk_app
from tests.support.pilot import FastPilot
from tests.support.small_desk import NOON, SmallDesk
from tui.app import DeskApp

HALF = "The line drops whenever\nthe lift moves, half a sent"


@contextmanager
def two_tickets(url: str) -> Iterator[SmallDesk]:
    """Open a small desk with two unread tickets in the Inbox, where Ada and Dora begin."""
    open_database(url)
    with connection(), clock.frozen(NOON):
        desk = SmallDesk()
        desk.ticket("Lines drop", in_inbox=1, mark=1)
        desk.ticket("Lift stands still", in_inbox=1, mark=1)
        for name in ("Ada", "Dora"):
            preferences.put(desk.session(name), "main", {"start": "inbox"})
        yield desk


def app_of(pilot: FastPilot) -> DeskApp:
    """Return the program itself."""
    assert isinstance(pilot.app, DeskApp)
    return pilot.app


@asynccontextmanager
async def program(desk: SmallDesk, name: str = "Ada") -> AsyncIterator[FastPilot]:
    """Run the program until it is lost: whatever is open at the end of the block is never closed."""
    async with desk_app(desk.session(name)) as pilot:
        await pilot.until_shows("Lift stands still")
        yield pilot
        for screen in pilot.app.screen_stack:
            if isinstance(screen, Drafted):
                screen.keep_draft()
        app_of(pilot).drafts.wait()


async def note(pilot: FastPilot) -> None:
    """Begin a note on the ticket under the cursor."""
    await pilot.press("a")
    await pilot.until_shows("Note on")


async def in_window(pilot: FastPilot, subject: str = "Lift stands still") -> TicketScreen:
    """Open the ticket under the cursor."""
    await pilot.press("enter")
    await pilot.until(lambda: isinstance(pilot.app.screen, TicketScreen) and subject in pilot.lines()[0])
    window = pilot.app.screen
    assert isinstance(window, TicketScreen)
    return window


def kept() -> list[str]:
    """Return the names of the drafts on disk."""
    return [
        name for _, _, names in os.walk(os.path.join(state_directory(), "drafts")) for name in names if "json" in name
    ]


def notes() -> list[str]:
    """Return the texts of all notes."""
    return [entry.text for entry in History.select().where(History.kind == "note")]


def told(pilot: FastPilot) -> list[Notification]:
    """Return what stands in the corner of the screen."""
    return list(pilot.app._notifications)


async def new_ticket(pilot: FastPilot) -> NewTicketScreen:
    """Begin a new ticket."""
    await pilot.press("n")
    await pilot.until_shows("On behalf of")
    form = pilot.app.screen
    assert isinstance(form, NewTicketScreen)
    return form


async def fill_in(pilot: FastPilot, form: NewTicketScreen, name: str, text: str) -> None:
    """Type into a line of the form."""
    form.query_one(f"#{name} Input").focus()
    await pilot.settle()
    await pilot.type(text)


async def transfer(pilot: FastPilot) -> None:
    """Begin to transfer the ticket under the cursor."""
    await pilot.press("T")
    await pilot.until_shows("Internal note")
    await pilot.settle()


async def charge(pilot: FastPilot) -> None:
    """Begin a charge of other work on the ticket under the cursor."""
    await in_window(pilot)
    await pilot.press("5")
    await pilot.until_shows("Nothing has been charged")
    await pilot.press("n")
    await pilot.until_shows("Other work")
    await pilot.type("Other work")
    await pilot.press("enter")
    await pilot.until_shows("Not billable")
