"""Screens on each other: each closes once and by itself, and a dialog that is there is not shown again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from screens.dialogs.choose import ChooseDialog
from screens.dialogs.confirm import ConfirmDialog
from screens.dialogs.line import LineDialog
from screens.runner import Runner
from services.records import Choice
from tests.screens.test_frame_dialogs import Empty
from tests.support.pilot import running
from tui.app import DeskApp
from tui.config import Settings


@pytest.fixture
def runner() -> Iterator[Runner]:
    made = Runner()
    yield made
    made.close()


async def test_what_closes_twice_takes_nothing_else_away(runner: Runner) -> None:
    answers: list[Any] = []
    async with running(DeskApp(Settings(""), runner, Empty)) as pilot:
        below, above = LineDialog("Where to?", "Place"), ConfirmDialog("Sure?")
        pilot.app.push_screen(below, answers.append)
        pilot.app.push_screen(above, answers.append)
        await pilot.settle()
        above.dismiss(True)
        above.dismiss(False)
        await pilot.settle()
        assert answers == [True] and pilot.app.screen is below


async def test_what_closes_below_another_waits_until_that_has_gone(runner: Runner) -> None:
    answers: list[Any] = []
    async with running(DeskApp(Settings(""), runner, Empty)) as pilot:
        below = LineDialog("Where to?", "Place")
        pilot.app.push_screen(below, answers.append)
        pilot.app.push_screen(ConfirmDialog("Sure?"))
        await pilot.settle()
        below.dismiss("saved meanwhile")
        await pilot.settle()
        assert "Sure?" in pilot.text() and answers == []
        await pilot.press("escape")
        await pilot.until(lambda: answers)
        assert answers == ["saved meanwhile"] and isinstance(pilot.app.screen, Empty)


async def test_a_key_that_is_held_down_opens_one_dialog(runner: Runner) -> None:
    async with running(DeskApp(Settings(""), runner, Empty)) as pilot:
        for _ in range(300):
            pilot.app.push_screen(LineDialog("Extension of 0500-1063", "Extension"))
        await pilot.settle()
        assert "Extension of 0500-1063" in pilot.text()
        await pilot.press("escape")
        assert isinstance(pilot.app.screen, Empty)


async def test_keys_before_a_dialog_is_there_and_after_it_has_gone(runner: Runner) -> None:
    answers: list[Any] = []
    async with running(DeskApp(Settings(""), runner, Empty)) as pilot:
        dialog = ChooseDialog("Which?", [Choice(1, "One"), Choice(2, "Two")])
        pilot.app.push_screen(dialog, answers.append)
        dialog.action_run("form.accept")
        await pilot.until(lambda: answers)
        dialog.action_run("form.accept")
        await pilot.settle()
        assert answers == [[1]] and isinstance(pilot.app.screen, Empty)
