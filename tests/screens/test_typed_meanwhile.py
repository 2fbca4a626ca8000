"""What is typed while a dialog or a window is still being read goes there, and never to the screen below."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager

import psycopg
import pytest
from textual import events
from textual.widgets import TextArea

from models import History, Ticket
from models.binding import connection, open_database
from screens.dialogs.choose import ChooseDialog
from screens.dialogs.text import TextDialog
from screens.main import MainScreen
from screens.ticket import TicketScreen
from services.errors import DeskError
from services.session import desk_session
from services.ticket_creation import NewTicket, create
from tests.support import desks
from tests.support.desk_app import desk_app
from tests.support.five_tickets import five_tickets, shows_list, shows_ticket, start_at
from tests.support.person import PATIENCE, Person, desk_command
from tests.support.pilot import FastPilot, _name_and_character
from tests.support.small_desk import SmallDesk
from tests.support.terminal import Terminal
from tui import type_ahead
from tui.app import DeskApp
from widgets.picker import FilterInput


@pytest.fixture
def desk(desk_url: str) -> Iterator[SmallDesk]:
    with five_tickets(desk_url) as desk:
        yield desk


class SlowDesk:
    """The program on a desk whose quick thread is busy until `answers` is called."""

    def __init__(self, pilot: FastPilot) -> None:
        self.pilot = pilot
        assert isinstance(pilot.app, DeskApp)
        self.app = pilot.app
        self.block()

    def block(self) -> None:
        """Keep the quick thread busy."""
        self._free = threading.Event()
        self.app.runner.submit(self._free.wait)

    def free(self) -> None:
        """Let the quick thread go on, without waiting for what it does."""
        self._free.set()

    def types(self, *keys: str) -> None:
        """Press keys without waiting for what they do."""
        for key in keys:
            self.pilot._send(events.Key(*_name_and_character(key)))

    async def waits(self) -> None:
        """Wait until no key is on its way any more, but for those that wait for the desk."""
        await self.pilot._queues()
        await self.pilot._keys_arrive()
        await self.pilot._queues()

    async def answers(self) -> None:
        """Let the quick thread go on and wait for what comes of it."""
        self.free()
        await self.pilot.settle()


@asynccontextmanager
async def slow(desk: SmallDesk) -> AsyncIterator[SlowDesk]:
    start_at(desk, "Ada", "open")
    async with desk_app(desk.session("Ada"), (100, 30)) as pilot:
        await shows_list(pilot, "Open")
        slow_desk = SlowDesk(pilot)
        try:
            yield slow_desk
        finally:
            slow_desk.free()


async def test_letters_after_the_key_of_a_choice_filter_the_choice(desk: SmallDesk) -> None:
    async with slow(desk) as it:
        it.types("m", *"bob")
        await it.waits()
        assert isinstance(it.app.screen, MainScreen)
        await it.answers()
        await it.pilot.until(lambda: isinstance(it.app.screen, ChooseDialog))
        assert it.app.screen.query_one(FilterInput).value == "bob"


async def test_a_whole_change_can_be_typed_ahead(desk: SmallDesk) -> None:
    async with slow(desk) as it:
        ticket = it.app.screen.query_one("#tickets").cursor_id  # type: ignore[attr-defined]
        it.types("m", *"bob", "enter")
        await it.waits()
        await it.answers()
        await it.pilot.until(lambda: Ticket.get_by_id(ticket).manager_id == desk.managers["Bob"])
        assert isinstance(it.app.screen, MainScreen)


async def test_a_note_typed_before_the_ticket_is_read_is_a_note(desk: SmallDesk) -> None:
    async with slow(desk) as it:
        it.types("enter", "a", *"status is fine", "ctrl+s")
        await it.waits()
        await it.answers()
        await it.pilot.until(lambda: History.select().where(History.text == "status is fine").exists())
        assert isinstance(it.app.screen, TicketScreen)


async def test_a_note_typed_in_one_go_stands_in_its_dialog(desk: SmallDesk) -> None:
    async with slow(desk) as it:
        await it.answers()
        it.types("a", *"quit when done")
        await it.pilot.until(lambda: isinstance(it.app.screen, TextDialog))
        assert it.app.screen.query_one(TextArea).text == "quit when done"


async def test_escape_calls_off_what_is_being_read_and_what_was_typed(desk: SmallDesk) -> None:
    async with slow(desk) as it:
        it.types("m", *"bob", "escape", "down")
        await it.waits()
        assert it.app.screen.query_one("#tickets").position[0] == 2  # type: ignore[attr-defined]
        await it.answers()
        assert isinstance(it.app.screen, MainScreen)


async def test_escape_leaves_a_ticket_that_is_still_being_read(desk: SmallDesk) -> None:
    async with slow(desk) as it:
        it.types("enter", "a", *"text")
        await it.waits()
        assert isinstance(it.app.screen, TicketScreen)
        it.types("escape")
        await it.waits()
        assert isinstance(it.app.screen, MainScreen)
        await it.answers()
        assert isinstance(it.app.screen, MainScreen)


async def test_keys_go_on_where_they_were_typed_when_the_read_is_refused(desk: SmallDesk) -> None:
    def refuses() -> None:
        raise DeskError("Not today.")

    async with slow(desk) as it:
        screen = it.app.screen
        assert isinstance(screen, MainScreen)
        screen.run_db(refuses, then=lambda _: None, opens=True)
        it.types("down")
        await it.waits()
        assert screen.tickets.position[0] == 1
        await it.answers()
        assert screen.tickets.position[0] == 2
        assert any("Not today." in each.message for each in it.app._notifications)


async def test_what_waits_too_long_is_dropped_and_said(desk: SmallDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type_ahead, "LIMIT_SECONDS", 0.05)
    async with slow(desk) as it:
        it.types("m", *"bob")
        await it.waits()

        def said() -> bool:
            return any(type_ahead.TOO_LATE in each.message for each in it.app._notifications)

        while not said():
            await it.pilot._queues()
        it.types("A", "down")  # a letter is not taken, and moving about is
        await it.waits()
        assert it.app.screen.query_one("#tickets").position[0] == 2  # type: ignore[attr-defined]
        await it.answers()
        await it.pilot.until(lambda: isinstance(it.app.screen, ChooseDialog))
        assert it.app.screen.query_one(FilterInput).value == ""


@pytest.mark.parametrize("engine", ["postgresql"])
def test_a_note_typed_while_the_server_is_busy_lands_in_the_dialog(
    new_desk_url: str, terminal: Callable[..., Terminal]
) -> None:
    open_database(new_desk_url)
    with connection():
        create(desk_session("email", name="Cleo"), NewTicket(subject="Mail is slow"))
    ada = Person(terminal(*desk_command(new_desk_url), size=(100, 30)))
    ada.logs_in(desks.ADMINISTRATOR.username, desks.PASSWORD)
    ada.sees("Summary")
    ada.does("summary.all")
    ada.sees("Mail is slow", lambda shown: "1 / 1" in shown)
    ada.terminal.quiet(300, PATIENCE)
    with psycopg.connect(new_desk_url) as other:
        other.execute("LOCK TABLE ticket IN ACCESS EXCLUSIVE MODE")
        ada.terminal.type("\naMove it to the cellar")
        ada.sees("1 General")
        other.rollback()
    ada.sees("Note on", "Move it to the cellar")


async def test_a_ticket_that_was_closed_while_the_next_was_looked_for_replaces_no_other_screen(desk: SmallDesk) -> None:
    async with slow(desk) as it:
        await it.answers()
        main = it.app.screen
        await it.pilot.press("enter")
        window = it.app.screen
        assert isinstance(window, TicketScreen)
        await shows_ticket(it.pilot, window.ticket.subject)
        it.block()
        it.types("full_stop")
        await it.waits()
        it.free()
        # The window is closed in the moment in which the answer comes.
        it.app.runner.submit(int)[0].result()
        window.dismiss(None)
        await it.pilot.settle()
        assert it.app.screen_stack == [main]
