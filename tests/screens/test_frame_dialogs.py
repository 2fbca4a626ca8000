"""Help, palette and the shared dialogs, as somebody uses them, with hostile text in them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from screens.actions import bindings
from screens.desk_screen import DeskScreen
from screens.dialogs.choose import ChooseDialog
from screens.dialogs.confirm import ConfirmDialog
from screens.dialogs.file import FileDialog, complete
from screens.dialogs.line import LineDialog
from screens.dialogs.text import TextDialog
from screens.runner import Runner
from services.errors import DeskError
from services.records import Choice
from tests.hostile import FORBIDDEN, marked
from tests.support.pilot import FastPilot, running
from tui.app import DeskApp
from tui.config import Settings
from widgets.safe import notify


class Empty(DeskScreen[None]):
    """A first screen with nothing on it but the desk's own actions."""

    AREA = "form"
    BINDINGS = bindings("desk")


@pytest.fixture
def runner() -> Iterator[Runner]:
    made = Runner()
    yield made
    made.close()


@asynccontextmanager
async def showing(runner: Runner, dialog: DeskScreen[Any] | None = None) -> AsyncIterator[tuple[FastPilot, list[Any]]]:
    """Run the App with a dialog open; the list gets its answer."""
    answers: list[Any] = []
    async with running(DeskApp(Settings(""), runner, Empty)) as pilot:
        if dialog is not None:
            pilot.app.push_screen(dialog, answers.append)
            await pilot.settle()
        yield pilot, answers


async def test_a_question_starts_on_the_harmless_button(runner: Runner) -> None:
    dialog = ConfirmDialog("Archive them?", "They can be restored.", "Archive", 12)
    async with showing(runner, dialog) as (pilot, answers):
        assert "Enter Accept  y Archive 12  Esc Cancel" in pilot.text()
        assert "[ Archive 12 ]" in pilot.text() and "They can be restored." in pilot.text()
        await pilot.press("enter")
        assert answers == [False]
    async with showing(runner, ConfirmDialog("Archive them?", yes="Archive")) as (pilot, answers):
        await pilot.press("right", "enter")
        assert answers == [True]
    async with showing(runner, ConfirmDialog("Archive them?")) as (pilot, answers):
        await pilot.press("q")
        assert answers == [False]


async def test_one_of_many_is_chosen_by_typing(runner: Runner) -> None:
    choices = [Choice(number, f"Team {number}") for number in range(1, 60)]
    async with showing(runner, ChooseDialog("Manager", choices)) as (pilot, answers):
        await pilot.type("team 42\n")
        assert answers == [[42]]
    async with showing(runner, ChooseDialog("Manager", choices, chosen=[3], multiple=True)) as (pilot, answers):
        assert "Space Tick" in pilot.text()
        await pilot.press("down", "space", "enter")
        assert answers == [[3, 4]]


async def test_a_refused_line_stays_and_says_why(runner: Runner) -> None:
    def check(text: str) -> None:
        if text != "+3d":
            raise DeskError("That is no date; say “tomorrow 9am” or “+3d”.")

    async with showing(runner, LineDialog("Due", "Due date", "+3", check=check)) as (pilot, answers):
        await pilot.press("enter")
        await pilot.until_shows("That is no date")
        assert answers == [] and "+3" in pilot.text()
        await pilot.type("d\n")
        await pilot.until(lambda: answers)
        assert answers == ["+3d"]


async def test_a_text_survives_a_fault_and_esc(runner: Runner) -> None:
    saved: list[tuple[str, str | None]] = []

    def save(text: str, choice: str | None) -> str:
        if not saved:
            saved.append(("", None))
            raise DeskError("The desk's database is locked; try again.")
        saved.append((text, choice))
        return "done"

    choices = [("internal", "Internal"), ("public", "Public")]
    async with showing(runner, TextDialog("Note", choices=choices, save=save)) as (pilot, answers):
        await pilot.type("Called back.")
        await pilot.press("f3")
        assert "( ) Internal   (*) Public" in pilot.text()
        await pilot.press("ctrl+s")
        await pilot.until_shows("database is locked")
        assert "Called back." in pilot.text()
        await pilot.press("escape")
        assert "Throw away the text you typed?" in pilot.text()
        assert "Enter Accept  y Throw away  Esc Cancel" in pilot.text()
        await pilot.press("enter")
        assert "Called back." in pilot.text()
        await pilot.press("ctrl+q")
        assert "Quit and lose the text you typed?" in pilot.text()
        await pilot.press("escape", "ctrl+s")
        await pilot.until(lambda: answers)
        assert answers == ["done"] and saved[-1] == ("Called back.", "public")


async def test_an_untouched_text_closes_without_a_question(runner: Runner) -> None:
    dialog = TextDialog("Note", text="As it was", save=lambda text, choice: None)
    async with showing(runner, dialog) as (pilot, answers):
        await pilot.press("escape")
        assert answers == [None]


async def test_what_was_said_before_does_not_cover_a_dialog(runner: Runner) -> None:
    async with showing(runner) as (pilot, _):
        notify(pilot.app, "Said by the way.")
        notify(pilot.app, "This must be read.", severity="error")
        pilot.app.push_screen(LineDialog("Go to ticket", "Number"))
        await pilot.until_shows("Go to ticket")
        assert [each.message for each in pilot.app._notifications] == ["This must be read."]


async def test_messages_never_fill_the_screen(runner: Runner) -> None:
    async with showing(runner) as (pilot, _):
        notify(pilot.app, "This must be read.", severity="error")
        for sentence in ("One.", "Two.", "No.", "No.", "No.", "Three."):
            notify(pilot.app, sentence)
        await pilot.settle()
        said = [each.message for each in pilot.app._notifications]
        assert said == ["This must be read.", "Two.", "No.", "Three."]


async def test_a_file_is_found_by_completing_its_name(runner: Runner, tmp_path: Path) -> None:
    (tmp_path / "report-may.pdf").write_bytes(b"may")
    (tmp_path / "report-june.pdf").write_bytes(b"june")
    async with showing(runner, FileDialog("Upload", "open", f"{tmp_path}/re")) as (pilot, answers):
        await pilot.press("tab")
        assert "report-june.pdf  report-may.pdf" in pilot.text()
        await pilot.press("enter")
        await pilot.until_shows("There is no file")
        await pilot.type("m")
        await pilot.press("tab", "enter")
        assert answers == [tmp_path / "report-may.pdf"]
    assert complete(f"{tmp_path}/nothing") == (f"{tmp_path}/nothing", [])


async def test_a_file_is_overwritten_only_on_request(runner: Runner, tmp_path: Path) -> None:
    path = tmp_path / "here.txt"
    path.write_text("x")
    async with showing(runner, FileDialog("Save", "save", str(path))) as (pilot, answers):
        await pilot.press("enter")
        await pilot.until_shows("Overwrite here.txt?")
        await pilot.press("enter")
        assert answers == []
        await pilot.press("enter")
        await pilot.press("y")
        assert answers == [path]


async def test_help_lists_the_keys_and_why_some_do_nothing_now(runner: Runner) -> None:
    async with showing(runner) as (pilot, _):
        await pilot.press("?")
        assert "Everywhere" in pilot.text() and "Ctrl+Q" in pilot.text()
        await pilot.type("log out")
        assert "(Log out)" in pilot.text() and "Nobody has logged in yet." in pilot.text()
        await pilot.press("ctrl+u", "f7")
        assert "Ticket list" in pilot.text() or "Everywhere" in pilot.text()
        await pilot.type("preview")
        assert "Ticket list" in pilot.text()
        await pilot.press("escape")
        assert len(pilot.app.screen_stack) == 1


async def test_the_palette_runs_an_action_and_explains_a_refused_one(runner: Runner) -> None:
    async with showing(runner) as (pilot, _):
        await pilot.press(":")
        await pilot.type("log out\n")
        assert "Nobody has logged in yet." in pilot.text()
        await pilot.press("ctrl+u")
        await pilot.type("theme\n")
        await pilot.settle()
        assert type(pilot.app.screen) is ChooseDialog


async def test_hostile_text_is_shown_as_text_in_every_dialog(runner: Runner) -> None:
    every = list(marked())
    async with showing(runner) as (pilot, _):
        for marker, text in every:
            for dialog in (ConfirmDialog(text, text, text), LineDialog(text, text, text, hint=text)):
                pilot.app.push_screen(dialog)
                await pilot.settle()
                assert marker in pilot.text() and not FORBIDDEN.search("".join(pilot.lines())), (marker, dialog)
                pilot.app.pop_screen()
            pilot.app.push_screen(ChooseDialog(text, [Choice(1, text, text)]))
            await pilot.settle()
            assert pilot.text().count(marker) >= 2 and not FORBIDDEN.search("".join(pilot.lines())), marker
            pilot.app.pop_screen()
        everything = "\n".join(text for _, text in every)
        pilot.app.push_screen(TextDialog("Note", text=everything, choices=[("a", everything)], save=lambda *_: None))
        await pilot.settle()
        assert every[-1][0] in pilot.text() and not FORBIDDEN.search("".join(pilot.lines()))
