"""Nothing typed is lost: each form starts again with what was typed into it when the program ended."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from textual.notifications import Notification

from models import Charge, History, Ticket
from models.binding import connection, open_database
from screens.drafting import Drafted
from screens.drafts import DraftsScreen
from screens.new_ticket import NewTicketScreen
from screens.ticket import TicketScreen
from services import clock, preferences, ticket_changes
from services.places import state_directory
from tests.support.desk_app import desk_app
from tests.support.pilot import FastPilot
from tests.support.small_desk import NOON, SmallDesk
from tui.app import DeskApp

HALF = "The line drops whenever\nthe lift moves, half a sent"


@pytest.fixture
def desk(desk_url: str) -> Iterator[SmallDesk]:
    open_database(desk_url)
    with connection(), clock.frozen(NOON):
        desk = SmallDesk()
        desk.ticket("Lines drop", in_inbox=1, mark=1)
        desk.ticket("Lift stands still", in_inbox=1, mark=1)
        for name in ("Ada", "Dora"):
            preferences.put(desk.session(name), "main", {"start": "inbox"})
        yield desk


def app_of(pilot: FastPilot) -> DeskApp:
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
    await pilot.press("a")
    await pilot.until_shows("Note on")


async def in_window(pilot: FastPilot, subject: str = "Lift stands still") -> TicketScreen:
    """Open the ticket under the cursor."""
    await pilot.press("enter")
    await pilot.until(lambda: isinstance(pilot.app.screen, TicketScreen) and subject in pilot.lines()[0])
    window = pilot.app.screen
    assert isinstance(window, TicketScreen)
    return window


async def is_told(pilot: FastPilot, sentence: str) -> None:
    """Wait for a notification, which headless programs do not draw."""
    await pilot.until(lambda: any(sentence in each.message for each in pilot.app._notifications))


def kept() -> list[str]:
    """Return the names of the drafts on disk."""
    return [
        name for _, _, names in os.walk(os.path.join(state_directory(), "drafts")) for name in names if "json" in name
    ]


def notes() -> list[str]:
    return [entry.text for entry in History.select().where(History.kind == "note")]


async def test_a_note_is_kept_while_somebody_types_and_offered_again(desk: SmallDesk) -> None:
    async with desk_app(desk.session("Ada")) as pilot:
        await pilot.until_shows("Lift stands still")
        await note(pilot)
        assert not kept()
        await pilot.paste(HALF)
        await pilot.until(kept)
        await pilot.press("f3")
        app_of(pilot).drafts.wait()
    async with program(desk) as pilot:
        await is_told(pilot, "You have a draft: Note on 0500-1001; F6 shows it.")
        await note(pilot)
        assert "half a sent" in pilot.text() and "Draft from 12:00 — Ctrl+N throws it away" in pilot.text()
        await pilot.type("ence.")
        await pilot.press("ctrl+s")
        await pilot.until(lambda: "Note on" not in pilot.text())
    assert notes() == [HALF + "ence."]
    assert not kept(), "what was saved is no draft any more"


async def test_a_form_that_keeps_drafts_looks_like_every_dialog(desk: SmallDesk) -> None:
    async with program(desk, "Dora") as pilot:
        for key, title in (("a", "Note on"), ("A", "Archive"), ("T", "Transfer")):
            await pilot.press(key)
            await pilot.until(lambda title=title: title in pilot.text() and "┐" in pilot.text())
            await pilot.press("escape")
            await pilot.until(lambda: "┐" not in pilot.text())


async def test_the_switch_between_internal_and_public_is_kept_too(desk: SmallDesk) -> None:
    async with program(desk) as pilot:
        await note(pilot)
        await pilot.paste(HALF)
        await pilot.press("f3")
    async with program(desk) as pilot:
        await note(pilot)
        assert "(*) Public" in pilot.text()


async def test_another_ticket_is_offered_nothing(desk: SmallDesk) -> None:
    async with program(desk) as pilot:
        await note(pilot)
        await pilot.paste(HALF)
    async with program(desk) as pilot:
        await pilot.press("j")
        await note(pilot)
        assert "half a sent" not in pilot.text() and "Draft from" not in pilot.text()


async def test_nobody_else_is_offered_it(desk: SmallDesk) -> None:
    async with program(desk) as pilot:
        await note(pilot)
        await pilot.paste(HALF)
    async with program(desk, "Dora") as pilot:
        await note(pilot)
        assert "half a sent" not in pilot.text()
        await pilot.press("escape", "f6")
        await pilot.until_shows("Everything that you typed has been saved")
    assert len(kept()) == 1


async def test_marked_tickets_are_offered_it_as_the_same_set(desk: SmallDesk) -> None:
    async with program(desk) as pilot:
        await pilot.press("space", "space")
        await note(pilot)
        await pilot.paste(HALF)
    async with program(desk) as pilot:
        await pilot.press("j", "space", "k", "space")
        await note(pilot)
        assert "2 tickets" in pilot.text() and "half a sent" in pilot.text()


async def test_thrown_away_and_brought_back(desk: SmallDesk) -> None:
    async with program(desk) as pilot:
        await note(pilot)
        await pilot.paste(HALF)
    async with program(desk) as pilot:
        await note(pilot)
        await pilot.press("ctrl+n")
        assert "half a sent" not in pilot.text() and "Ctrl+N brings it back" in pilot.text()
        await pilot.press("ctrl+n")
        assert "half a sent" in pilot.text()
        await pilot.press("ctrl+n", "escape")
        await pilot.until(lambda: "Note on" not in pilot.text())
        app_of(pilot).drafts.wait()
        assert not kept()


@pytest.mark.parametrize(("keys", "stays"), [(["y"], 0), (["k"], 1), (["right", "enter"], 1), (["right"] * 2, None)])
async def test_leaving_asks_whether_to_keep_it(desk: SmallDesk, keys: list[str], stays: int | None) -> None:
    async with program(desk) as pilot:
        await note(pilot)
        await pilot.paste(HALF)
        await pilot.press("escape")
        await pilot.until_shows("Throw away the text you typed?")
        assert "[ Keep draft ]" in pilot.text() and "k Keep draft  y Throw away  Esc Go on" in pilot.text()
        await pilot.press(*keys, *(["escape"] if stays is None else []))
        if stays is None:
            await pilot.until_shows("half a sent")
            return
        await pilot.until(lambda: "Note on" not in pilot.text())
        app_of(pilot).drafts.wait()
        assert len(kept()) == stays
        await note(pilot)
        assert ("half a sent" in pilot.text()) == bool(stays)


async def test_quitting_keeps_it(desk: SmallDesk) -> None:
    async with desk_app(desk.session("Ada")) as pilot:
        await pilot.until_shows("Lift stands still")
        await note(pilot)
        await pilot.paste(HALF)
        await pilot.press("ctrl+q")
        await pilot.until_shows("Quit without saving the text you typed?")
        await pilot.press("k")
        await pilot.until(lambda: not pilot.app.is_running or pilot.app._exit)
    assert len(kept()) == 1


async def test_two_programs_of_one_person_keep_both_texts(desk: SmallDesk) -> None:
    async with program(desk) as first:
        await note(first)
        await first.paste("From the first")
        assert isinstance(first.app.screen, Drafted)
        first.app.screen.keep_draft()
        app_of(first).drafts.wait()
        async with program(desk) as second:
            await note(second)
            assert "From the first" not in second.text()
            await second.paste("From the second")
    async with program(desk) as pilot:
        await pilot.press("f6")
        await pilot.until(lambda: "From the first" in pilot.text() and "From the second" in pilot.text())


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
        await is_told(pilot, "was entered")
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


# The list of drafts


async def drafts(pilot: FastPilot) -> DraftsScreen:
    await pilot.press("f6")
    await pilot.until(lambda: isinstance(pilot.app.screen, DraftsScreen) and "half a sent" in pilot.text())
    shown = pilot.app.screen
    assert isinstance(shown, DraftsScreen)
    return shown


async def test_the_list_leads_back_to_the_ticket_and_its_form(desk: SmallDesk) -> None:
    async with program(desk) as pilot:
        await note(pilot)
        await pilot.paste(HALF)
    async with program(desk) as pilot:
        await pilot.press("j")
        await drafts(pilot)
        assert "Note on" in pilot.text() and "12:00" in pilot.text()
        await pilot.press("enter")
        await pilot.until(lambda: "Note on" in pilot.text() and "Draft from" in pilot.text())
        assert isinstance(pilot.app.screen_stack[-2], TicketScreen)
        await pilot.press("ctrl+s")
        await pilot.until(lambda: isinstance(pilot.app.screen, TicketScreen))
    assert notes() == [HALF]


async def test_the_list_leads_back_to_every_kind_of_form(desk: SmallDesk) -> None:
    async with program(desk) as pilot:
        for opens in (transfer, charge, new_ticket):
            await opens(pilot)
            if opens is transfer:
                await pilot.press("tab", "tab", "tab")
                await pilot.paste(HALF)
            else:
                await pilot.press("tab")
                await pilot.paste("half a sent")
            await pilot.press("escape")
            await pilot.until_shows("Keep draft")
            await pilot.press("k")
            await pilot.until(lambda: "Keep draft" not in pilot.text())
            if isinstance(pilot.app.screen, TicketScreen):
                await pilot.press("escape")
                await pilot.until_shows("Lines drop")
        seen: set[str] = set()
        titles = {"New ticket", "Add work on", "Transfer 0500-1001"}
        for _ in titles:
            await drafts(pilot)
            await pilot.press("enter")
            await pilot.until_shows("Draft from")
            seen |= {title for title in titles if title in pilot.text()}
            await pilot.press("ctrl+n", "escape")
            await pilot.until(lambda: "Ctrl+N brings it back" not in pilot.text())
            if isinstance(pilot.app.screen, TicketScreen):
                await pilot.press("escape")
                await pilot.until_shows("Lines drop")
        assert seen == titles and not kept()


async def test_a_draft_is_thrown_away_only_after_a_question(desk: SmallDesk) -> None:
    async with program(desk) as pilot:
        await note(pilot)
        await pilot.paste(HALF)
    async with program(desk) as pilot:
        await drafts(pilot)
        await pilot.press("delete")
        await pilot.until_shows("Throw away the draft")
        await pilot.press("enter")
        await pilot.until_shows("Drafts: typed and not saved")
        assert len(kept()) == 1
        await pilot.press("delete")
        await pilot.until_shows("Throw away the draft")
        await pilot.press("y")
        await pilot.until_shows("Everything that you typed has been saved")
    assert not kept()


async def test_the_text_for_a_ticket_that_is_gone_can_be_saved(desk: SmallDesk, tmp_path: Path) -> None:
    async with program(desk) as pilot:
        await note(pilot)
        await pilot.paste(HALF)
    from services import drafts as records

    async with program(desk) as pilot:
        shown = await drafts(pilot)
        (draft,) = shown._drafts.values()
        held = draft._replace(place=records.Place.of("note", [999_999]))
        shown._drafts = {draft.name: held}
        await pilot.press("enter")
        await is_told(pilot, "cannot be opened any more")
        await pilot.press("s")
        await pilot.until_shows("Save the text as")
        await pilot.press("end", "ctrl+u")
        await pilot.type(str(tmp_path / "rescued.txt"))
        await pilot.press("enter")
        await pilot.until(lambda: (tmp_path / "rescued.txt").exists())
        assert (tmp_path / "rescued.txt").read_text() == HALF


# Steps


async def new_ticket(pilot: FastPilot) -> NewTicketScreen:
    await pilot.press("n")
    await pilot.until_shows("On behalf of")
    form = pilot.app.screen
    assert isinstance(form, NewTicketScreen)
    return form


async def fill_in(pilot: FastPilot, form: NewTicketScreen, name: str, text: str) -> None:
    form.query_one(f"#{name} Input").focus()
    await pilot.settle()
    await pilot.type(text)


async def transfer(pilot: FastPilot) -> None:
    await pilot.press("T")
    await pilot.until_shows("Internal note")
    await pilot.settle()


async def charge(pilot: FastPilot) -> None:
    await in_window(pilot)
    await pilot.press("5")
    await pilot.until_shows("Nothing has been charged")
    await pilot.press("n")
    await pilot.until_shows("Other work")
    await pilot.type("Other work")
    await pilot.press("enter")
    await pilot.until_shows("Not billable")


async def test_a_file_that_somebody_tampered_with_controls_no_terminal(desk: SmallDesk) -> None:
    async with program(desk) as pilot:
        await note(pilot)
        await pilot.paste(HALF)
    (path,) = (
        Path(folder, name) for folder, _, names in os.walk(state_directory()) for name in names if "json" in name
    )
    path.write_text(
        path.read_text().replace("half a sent", r"half a sent\u001b]0;owned\u0007[@click=app.quit]x[/]\ud800")
    )
    async with program(desk) as pilot:
        await drafts(pilot)
        assert "\x1b" not in pilot.text() and "[@click=app.quit]x[/]" in pilot.text()
        await pilot.press("enter")
        await pilot.until_shows("Draft from")
        assert "half a sent\ufffd]0;owned" in pilot.text() and "\x1b" not in pilot.text()


async def test_where_nothing_can_be_kept_people_are_told_once_and_type_on(
    desk: SmallDesk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "state").write_text("in the way")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    async with program(desk) as pilot:
        await note(pilot)
        await pilot.paste(HALF)
        await is_told(pilot, "No draft can be kept in")
        await pilot.type("ence.")
        assert isinstance(pilot.app.screen, Drafted)
        pilot.app.screen.keep_draft()
        app_of(pilot).drafts.wait()
        await pilot.settle()
        assert len(told(pilot)) == 1
        await pilot.press("ctrl+s")
        await pilot.until(lambda: "Note on" not in pilot.text())
    assert notes() == [HALF + "ence."]


async def test_the_list_copies_its_text_to_the_terminal(desk: SmallDesk) -> None:
    async with program(desk) as pilot:
        await note(pilot)
        await pilot.paste(HALF)
    async with program(desk) as pilot:
        await drafts(pilot)
        await pilot.press("y")
        await pilot.until(lambda: any("copied" in each.message or "clipboard" in each.message for each in told(pilot)))


def told(pilot: FastPilot) -> list[Notification]:
    return list(pilot.app._notifications)
