"""Two people at one desk: what one does the other sees, and nothing that the other looks at or types moves."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from models import Status, Ticket
from models.binding import connection, open_database
from screens.main import MainScreen
from services import clock, preferences
from services.notes import add_note
from services.session import desk_session
from services.ticket_changes import change
from tests.support import acts
from tests.support.desk_app import desk_app
from tests.support.pilot import FastPilot
from tests.support.small_desk import HOUR, IN_HOUSE, NOON, SmallDesk
from widgets.ticket_list import live


@pytest.fixture
def desk(desk_url: str) -> Iterator[SmallDesk]:
    open_database(desk_url)
    with connection(), clock.frozen(NOON):
        desk = SmallDesk()
        desk.ticket("Printer on fire", in_inbox=1, mark=1)
        desk.ticket("Mail is slow", in_inbox=1, description="Since Monday.")
        desk.ticket("New laptop", manager="Bob", in_inbox=1)
        yield desk


def start_at(desk: SmallDesk, name: str, entry: str, **state: object) -> None:
    preferences.put(desk.session(name), "main", {"start": entry, "sort": "number", "descending": False, **state})


def of(subject: str) -> int:
    return int(Ticket.get(Ticket.subject == subject).id)


async def until_watched(pilot: FastPilot) -> None:
    """Wait until the program watches the desk."""
    live_desk = pilot.app.live  # type: ignore[attr-defined]
    await pilot.until(lambda: live_desk._watch is not None and live_desk._watch.ready.is_set())


def line_of(pilot: FastPilot, text: str) -> int:
    return next(index for index, line in enumerate(pilot.lines()) if text in line)


def main_of(pilot: FastPilot) -> MainScreen:
    return next(screen for screen in pilot.app.screen_stack if isinstance(screen, MainScreen))


def pane(pilot: FastPilot, entry: str) -> str:
    line = next(line for line in pilot.lines() if line.lstrip(" >").startswith(entry))
    return line.split("▕")[0].split()[-1]


async def test_a_change_shows_in_the_row_which_is_marked_for_a_moment(
    desk: SmallDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    start_at(desk, "Ada", "inbox")
    monkeypatch.setattr(live, "FRESH_SECONDS", 0.4)
    async with desk_app(desk.session("Ada"), (120, 30)) as pilot:
        await pilot.until_shows("New laptop")
        await until_watched(pilot)
        change(desk.session("Bob"), of("New laptop"), {"priority": 4})
        await pilot.until_shows("~0500-1002 !")
        await pilot.until_shows(" 0500-1002 !")


async def test_a_ticket_that_comes_and_one_that_goes_move_neither_cursor_nor_line(desk: SmallDesk) -> None:
    desk.tickets(40, in_inbox=1)
    start_at(desk, "Ada", "inbox", sort="updated", descending=True)
    async with desk_app(desk.session("Ada"), (100, 24)) as pilot:
        await pilot.until_shows("Ticket 1")
        await until_watched(pilot)
        await pilot.press(*["j"] * 15)
        tickets = main_of(pilot).tickets
        held, line = tickets.cursor_id, line_of(pilot, "Ticket 16 ")
        change(desk.session("Bob"), of("New laptop"), {"priority": 4})
        acts.from_inbox(desk.session("Dora"), [of("Ticket 3")])
        await pilot.until(lambda: tickets.total == 42 and tickets.ids[0] == of("New laptop"))
        assert tickets.cursor_id == held and line_of(pilot, "Ticket 16 ") == line
        await pilot.until(lambda: pane(pilot, "Inbox") == "42")


async def test_what_comes_in_while_one_waits_on_the_first_line_is_seen_at_once(desk: SmallDesk) -> None:
    desk.tickets(40, in_inbox=1)
    start_at(desk, "Ada", "inbox", sort="updated", descending=True)
    async with desk_app(desk.session("Ada"), (80, 24)) as pilot:
        await pilot.until_shows("Ticket 1")
        await until_watched(pilot)
        tickets = main_of(pilot).tickets
        held, first = tickets.cursor_id, line_of(pilot, "Ticket 1 ")
        for place, subject in enumerate(("Printer on fire", "Mail is slow", "New laptop"), 1):
            change(desk.session("Bob"), of(subject), {"priority": 4})
            await pilot.until(lambda subject=subject: subject in pilot.lines()[first])  # type: ignore[misc]
            assert tickets.cursor_id == held and line_of(pilot, "Ticket 1 ") == first + place
        assert "new above" not in pilot.lines()[0]


async def test_what_comes_in_while_one_marks_or_searches_moves_no_line(desk: SmallDesk) -> None:
    desk.tickets(40, in_inbox=1)
    start_at(desk, "Ada", "inbox", sort="updated", descending=True)
    async with desk_app(desk.session("Ada"), (80, 24)) as pilot:
        await pilot.until_shows("Ticket 1")
        await until_watched(pilot)
        tickets = main_of(pilot).tickets
        first = line_of(pilot, "Ticket 1 ")
        await pilot.press("space", "k")
        change(desk.session("Bob"), of("Mail is slow"), {"priority": 4})
        await pilot.until_shows("1 new above")
        assert line_of(pilot, "Ticket 1 ") == first
        await pilot.press("space", "g", "/")
        held = tickets.cursor_id
        change(desk.session("Bob"), of("New laptop"), {"priority": 4})
        await pilot.until(lambda: tickets.ids[0] == of("New laptop"))
        assert tickets.cursor_id == held and tickets.above == 1


async def test_who_works_in_the_first_lines_of_a_list_is_told_of_what_came_in_above(desk: SmallDesk) -> None:
    desk.tickets(40, in_inbox=1)
    start_at(desk, "Ada", "inbox", sort="updated", descending=True)
    async with desk_app(desk.session("Ada"), (80, 24)) as pilot:
        await pilot.until_shows("Ticket 1")
        await until_watched(pilot)
        await pilot.press("j")
        change(desk.session("Bob"), of("New laptop"), {"priority": 4})
        await pilot.until_shows("1 new above, Home shows them")
        change(desk.session("Bob"), of("Mail is slow"), {"priority": 4})
        await pilot.until_shows("2 new above")
        assert "Mail is slow" not in pilot.text()
        await pilot.press("g")
        await pilot.until(lambda: "new above" not in pilot.lines()[0])
        assert "Mail is slow" in pilot.lines()[3]
        await pilot.press(*["j"] * 30)
        change(desk.session("Bob"), of("New laptop"), {"priority": 3})
        await pilot.until(lambda: main_of(pilot).tickets.ids[0] == of("New laptop"))
        assert "new above" not in pilot.lines()[0], "who reads further down does not wait for what comes"


async def test_a_new_ticket_from_another_program_appears(desk: SmallDesk) -> None:
    from services.ticket_creation import NewTicket, create

    start_at(desk, "Ada", "inbox")
    async with desk_app(desk.session("Ada")) as pilot:
        await pilot.until_shows("Mail is slow")
        await until_watched(pilot)
        create(desk_session("email", name="Cleo"), NewTicket(subject="The door is stuck"))
        await pilot.until_shows("The door is stuck")
        assert main_of(pilot).tickets.cursor_row.subject == "Printer on fire"  # type: ignore[union-attr]


async def test_the_ticket_under_the_cursor_leaves_and_a_key_still_means_it(
    desk: SmallDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    start_at(desk, "Ada", "inbox")
    monkeypatch.setattr(live, "GRACE_SECONDS", 60)
    async with desk_app(desk.session("Ada")) as pilot:
        await pilot.until_shows("Mail is slow")
        await until_watched(pilot)
        await pilot.press("j")
        tickets = main_of(pilot).tickets
        line = line_of(pilot, "Mail is slow")
        acts.from_inbox(desk.session("Bob"), [of("Mail is slow")])
        await pilot.until(lambda: tickets.total == 2)
        assert line_of(pilot, "New laptop") == line, "the neighbour stands on the line of the cursor"
        assert tickets.targets() == [of("Mail is slow")], "what was shown when the key was pressed"
        await pilot.press("k", "j")
        assert tickets.targets() == [of("New laptop")]


async def test_marks_and_the_typed_text_of_a_dialog_stay(desk: SmallDesk) -> None:
    start_at(desk, "Ada", "inbox")
    async with desk_app(desk.session("Ada")) as pilot:
        await pilot.until_shows("Mail is slow")
        await until_watched(pilot)
        await pilot.press("space", "space")
        assert main_of(pilot).tickets.marked_count == 2
        await pilot.press("a")
        await pilot.until_shows("Note on 2 tickets")
        await pilot.type("We are on")
        acts.from_inbox(desk.session("Bob"), [of("New laptop")])
        await pilot.until(lambda: main_of(pilot)._missed)
        await pilot.type(" our way")
        assert "We are on our way" in pilot.text()
        await pilot.press("ctrl+s")
        await pilot.until(lambda: main_of(pilot).tickets.total == 2)
        assert main_of(pilot).tickets.marked_count == 2


async def test_the_preview_follows(desk: SmallDesk) -> None:
    start_at(desk, "Ada", "inbox")
    async with desk_app(desk.session("Ada"), (120, 40)) as pilot:
        await pilot.until_shows("Mail is slow")
        await until_watched(pilot)
        await pilot.press("j")
        await pilot.until_shows("Since Monday.")
        add_note(desk.session("Bob"), of("Mail is slow"), "The provider knows.")
        await pilot.until_shows("The provider knows.")


async def test_a_ticket_that_others_take_out_of_sight_goes_without_a_word(desk: SmallDesk) -> None:
    start_at(desk, "Ada", "inbox")
    ada = desk.session("Ada")
    ada = ada._replace(privileges=ada.privileges - {"view_others"})
    async with desk_app(ada, (120, 40)) as pilot:
        await pilot.until_shows("Mail is slow")
        await until_watched(pilot)
        await pilot.press("j")
        await pilot.until_shows("Since Monday.")
        change(desk.session("Bob"), of("Mail is slow"), {"manager": desk.managers["Bob"]})
        await pilot.until(lambda: "Mail is slow" not in pilot.text())
        assert not list(pilot.app._notifications)


async def test_two_programs_see_each_other(desk: SmallDesk) -> None:
    start_at(desk, "Ada", "inbox")
    start_at(desk, "Bob", "inbox")
    async with desk_app(desk.session("Ada")) as ada, desk_app(desk.session("Bob")) as bob:
        for each in (ada, bob):
            await each.until_shows("Mail is slow")
            await until_watched(each)
        move = ada.app.runner.submit(  # type: ignore[attr-defined]
            acts.from_inbox, desk.session("Ada"), [of("Mail is slow"), of("New laptop")], lane="slow"
        )[0]
        move.result(10)
        await bob.until(lambda: main_of(bob).tickets.total == 1)
        assert "Printer on fire" in bob.text()


async def test_a_status_that_is_renamed_is_called_so_everywhere(desk: SmallDesk) -> None:
    from services import journal

    start_at(desk, "Ada", "inbox")
    async with desk_app(desk.session("Ada"), (120, 30)) as pilot:
        await pilot.until_shows("In House")
        await until_watched(pilot)
        with journal.operation(desk.session("Dora"), "rename-status") as op:
            Status.update(label="At work").where(Status.code == IN_HOUSE).execute()
            op.change("status", IN_HOUSE, "label", "In House", "At work")
        await pilot.until(lambda: pilot.text().count("At work") >= 4 and "In House" not in pilot.text())


async def test_what_was_done_before_the_first_look_is_not_shown_as_new(desk: SmallDesk) -> None:
    change(desk.session("Bob"), of("New laptop"), {"priority": 4})
    start_at(desk, "Ada", "inbox")
    async with desk_app(desk.session("Ada"), (120, 30)) as pilot:
        await pilot.until_shows("New laptop")
        await until_watched(pilot)
        await pilot.settle()
        assert "~" not in pilot.text()


# In the window of a ticket


async def open_ticket(pilot: FastPilot, subject: str) -> None:
    pilot.app.open_ticket(of(subject))  # type: ignore[attr-defined]
    await pilot.until_shows("[1 General]")
    await pilot.until(lambda: subject in pilot.lines()[0])


async def test_the_ticket_window_shows_what_somebody_changed_and_says_who(desk: SmallDesk) -> None:
    async with desk_app(desk.session("Ada"), (120, 30)) as pilot:
        await pilot.settle()
        await until_watched(pilot)
        await open_ticket(pilot, "Mail is slow")
        await pilot.press("j", "j")
        before = pilot.app.focused.cursor_field  # type: ignore[union-attr]
        change(desk.session("Bob"), of("Mail is slow"), {"priority": 4})
        await pilot.until_shows("Bob changed Priority")
        await pilot.until_shows("Urgent")
        assert pilot.app.focused.cursor_field == before  # type: ignore[union-attr]
        await pilot.press("3")
        await pilot.until_shows("Everything, ")
        add_note(desk.session("Dora"), of("Mail is slow"), "The provider knows.")
        await pilot.until_shows("Dora wrote a note")
        await pilot.until_shows("The provider knows.")


async def test_a_client_sees_what_is_public_and_hears_of_nothing_else(desk: SmallDesk) -> None:
    async with desk_app(desk.session("Cleo"), (120, 30)) as pilot:
        await pilot.settle()
        await until_watched(pilot)
        await open_ticket(pilot, "Mail is slow")
        head = pilot.lines()[0]
        add_note(desk.session("Bob"), of("Mail is slow"), "They did not pay.")
        await pilot.press("3")
        # What is public comes after what is not, and is there: so the other one was not waited for too short.
        add_note(desk.session("Bob"), of("Mail is slow"), "We are looking at it.", public=True)
        await pilot.until_shows("We are looking at it.")
        assert pilot.lines()[0] == head and "did not pay" not in pilot.text()


DIALOGS = (
    ("t", "Status of", {"status": 10}, "New"),
    ("p", "Priority of", {"priority": 1}, "Low"),
    ("m", "Manager of", {"manager": "Dora"}, "Dora"),
    ("d", "Due", {"due": NOON + 48 * HOUR}, "2026-11-27"),
)


@pytest.mark.parametrize(("key", "title", "theirs", "shown"), DIALOGS)
async def test_a_dialog_that_was_open_before_the_change_shows_both_values(
    desk: SmallDesk, key: str, title: str, theirs: dict[str, Any], shown: str
) -> None:
    theirs = {name: desk.managers.get(value, value) for name, value in theirs.items()}
    async with desk_app(desk.session("Ada"), (100, 30)) as pilot:
        await pilot.settle()
        await until_watched(pilot)
        await open_ticket(pilot, "Mail is slow")
        await pilot.press(key)
        await pilot.until_shows(title)
        change(desk.session("Bob", plus=("change_others",)), of("Mail is slow"), theirs)
        window = pilot.app.screen_stack[-2]
        await pilot.until(lambda: window._missed)  # type: ignore[attr-defined]
        await pilot.type({"t": "Internal", "p": "High", "m": "Bob", "d": "tomorrow"}[key])
        await pilot.press("enter")
        await pilot.until_shows("meanwhile")
        assert "Keep theirs" in pilot.text() and shown in pilot.text()


async def test_different_fields_merge_without_a_word(desk: SmallDesk) -> None:
    async with desk_app(desk.session("Ada"), (100, 30)) as pilot:
        await pilot.settle()
        await until_watched(pilot)
        await open_ticket(pilot, "Mail is slow")
        await pilot.press("p")
        await pilot.until_shows("Priority of")
        change(desk.session("Bob"), of("Mail is slow"), {"type": desk.types["Fault"]})
        await pilot.type("High")
        await pilot.press("enter")
        await pilot.until(lambda: Ticket.get_by_id(of("Mail is slow")).priority == 3)
        assert Ticket.get_by_id(of("Mail is slow")).type_id == desk.types["Fault"]
        assert "meanwhile" not in pilot.text()


async def test_the_summary_follows_and_its_cursor_stays_on_its_ticket(desk: SmallDesk) -> None:
    async with desk_app(desk.session("Ada"), (100, 30)) as pilot:
        await pilot.until_shows("Assigned to me: newest")
        await until_watched(pilot)
        blocks = pilot.app.screen.lists  # type: ignore[attr-defined]
        before = blocks.cursor_ticket.id
        change(desk.session("Bob"), of("New laptop"), {"manager": desk.managers["Ada"]})
        await pilot.until(lambda: pilot.text().count("New laptop") == 2)
        assert blocks.cursor_ticket.id == before
