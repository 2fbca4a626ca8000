"""A desk of five tickets, and what people wait for on its screens."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from models.binding import connection, open_database
from services import clock, preferences
from tests.support.pilot import FastPilot
from tests.support.small_desk import COMPLETED, NEW, NOON, SmallDesk


@contextmanager
def five_tickets(url: str) -> Iterator[SmallDesk]:
    """Open a small desk with four open tickets, two of them unread, and a closed one."""
    open_database(url)
    with connection(), clock.frozen(NOON):
        desk = SmallDesk()
        desk.ticket("Printer on fire", manager="New Tickets", status=NEW, in_inbox=1, mark=1)
        desk.ticket("Mail is slow", in_inbox=1, description="Since Monday.")
        desk.ticket("New laptop")
        desk.ticket("Old story", status=COMPLETED, resolution="Solved")
        desk.ticket("Bob's router", manager="Bob", mark=1)
        yield desk


def start_at(desk: SmallDesk, name: str, entry: str) -> None:
    """Let a person find the desk as if left at a view."""
    preferences.put(desk.session(name), "main", {"start": entry})


async def shows_ticket(pilot: FastPilot, subject: str) -> None:
    """Wait for the window of a ticket."""
    await pilot.until(lambda: subject in pilot.text().partition("\n")[0] and "1 General" in pilot.text())


async def shows_list(pilot: FastPilot, title: str) -> None:
    """Wait for the main window with a view."""
    await pilot.until(lambda: pilot.text().startswith(f" {title}"))


async def until_told(pilot: FastPilot, sentence: str) -> None:
    """Wait until the corner of the screen says so."""
    await pilot.until(lambda: any(sentence in each.message for each in pilot.app._notifications))
