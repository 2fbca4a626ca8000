"""Nothing typed is lost: a form starts again with what was typed into it when the program ended."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from screens.drafting import Drafted
from tests.support.desk_app import desk_app
from tests.support.drafting import (
    HALF,
    app_of,
    kept,
    note,
    notes,
    program,
    told,
    two_tickets,
)
from tests.support.five_tickets import until_told
from tests.support.small_desk import SmallDesk


@pytest.fixture
def desk(desk_url: str) -> Iterator[SmallDesk]:
    with two_tickets(desk_url) as desk:
        yield desk


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
        await until_told(pilot, "You have a draft: Note on 0500-1001; F6 shows it.")
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


async def test_where_nothing_can_be_kept_people_are_told_once_and_type_on(
    desk: SmallDesk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "state").write_text("in the way")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    async with program(desk) as pilot:
        await note(pilot)
        await pilot.paste(HALF)
        await until_told(pilot, "No draft can be kept in")
        await pilot.type("ence.")
        assert isinstance(pilot.app.screen, Drafted)
        pilot.app.screen.keep_draft()
        app_of(pilot).drafts.wait()
        await pilot.settle()
        assert len(told(pilot)) == 1
        await pilot.press("ctrl+s")
        await pilot.until(lambda: "Note on" not in pilot.text())
    assert notes() == [HALF + "ence."]
