"""The list of drafts: the way back to each form, and the text of those that have none any more."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from screens.drafts import DraftsScreen
from screens.ticket import TicketScreen
from services.places import state_directory
from tests.support.drafting import (
    HALF,
    charge,
    kept,
    new_ticket,
    note,
    notes,
    program,
    told,
    transfer,
    two_tickets,
)
from tests.support.five_tickets import until_told
from tests.support.pilot import FastPilot
from tests.support.small_desk import SmallDesk


@pytest.fixture
def desk(desk_url: str) -> Iterator[SmallDesk]:
    with two_tickets(desk_url) as desk:
        yield desk


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
        await until_told(pilot, "cannot be opened any more")
        await pilot.press("s")
        await pilot.until_shows("Save the text as")
        await pilot.press("end", "ctrl+u")
        await pilot.type(str(tmp_path / "rescued.txt"))
        await pilot.press("enter")
        await pilot.until(lambda: (tmp_path / "rescued.txt").exists())
        assert (tmp_path / "rescued.txt").read_text() == HALF


async def test_the_list_copies_its_text_to_the_terminal(desk: SmallDesk) -> None:
    async with program(desk) as pilot:
        await note(pilot)
        await pilot.paste(HALF)
    async with program(desk) as pilot:
        await drafts(pilot)
        await pilot.press("y")
        await pilot.until(lambda: any("copied" in each.message or "clipboard" in each.message for each in told(pilot)))


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
