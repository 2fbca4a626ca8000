"""An answer taken back in another program than the one that sent it: what was written is a draft there."""

from __future__ import annotations

from pathlib import Path

import pytest

from services import operations, undo
from services.records import TicketDetail
from tests.support.company import Company
from tests.support.composing import TEXT, answered, composer, open_ticket, review, window
from tests.support.five_tickets import until_told
from tests.support.outbox import states
from tests.support.pilot import FastPilot
from tests.support.post import sent
from tui.cli.ticket_undo import draft_of


@pytest.fixture
def ticket(company: Company) -> TicketDetail:
    return open_ticket(company)


async def with_file(pilot: FastPilot, path: Path) -> None:
    """Answer with a file."""
    path.write_bytes(b"x" * 2048)
    form = await composer(pilot)
    await pilot.paste(TEXT)
    form.set_files((path,))
    await review(pilot)
    await pilot.press("y")
    await until_told(pilot, "Goes out in 10 seconds")


async def test_another_program_has_the_text_and_the_files(
    company: Company, ticket: TicketDetail, tmp_path: Path
) -> None:
    async with window(company, ticket) as pilot:
        await with_file(pilot, tmp_path / "log.txt")
    async with window(company, ticket) as pilot:
        await pilot.press("ctrl+z")
        await until_told(pilot, "What you wrote is a draft again;")
        assert set(states().values()) == {"withdrawn"}
        form = await composer(pilot)
        assert form.typed().text == TEXT and form.files == (tmp_path / "log.txt",)
        await review(pilot)
        await pilot.press("y")
        await pilot.until(lambda: len(sent("reply")) == 2)


async def test_sent_after_all_in_a_third_one_it_is_no_draft(company: Company, ticket: TicketDetail) -> None:
    async with window(company, ticket) as pilot:
        await answered(pilot)
    async with window(company, ticket) as pilot:
        await pilot.press("ctrl+z")
        await until_told(pilot, "What you wrote is a draft again")
    async with window(company, ticket) as pilot:
        await pilot.press("ctrl+y")
        await pilot.until(lambda: set(states().values()) == {"waiting"})
        await until_told(pilot, "takes it back")
        form = await composer(pilot)
        assert form.typed().text == "" and "Draft from" not in pilot.text()


async def test_on_another_machine_the_desk_has_the_text_and_says_that_files_are_missing(
    company: Company, ticket: TicketDetail, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with window(company, ticket) as pilot:
        await with_file(pilot, tmp_path / "log.txt")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "elsewhere"))
    async with window(company, ticket) as pilot:
        await pilot.press("ctrl+z")
        await until_told(pilot, "What you wrote is a draft again without its files")
        form = await composer(pilot)
        typed = form.typed()
        assert (typed.text, typed.to, typed.files) == (TEXT, "Cleo <cleo@cleo.example>", ())
        assert typed.subject == f"Re: [{ticket.number}] Printer offline"


async def test_whoever_takes_back_what_another_one_wrote_gets_no_draft_of_it(
    company: Company, ticket: TicketDetail
) -> None:
    async with window(company, ticket) as pilot:
        await answered(pilot)
    undo.undo(company.admin, operations.last_on(company.admin, ticket.id))
    async with window(company, ticket, "Dora") as pilot:
        form = await composer(pilot)
        assert form.typed().text == ""


async def test_taken_back_on_the_command_line_it_is_a_draft_too(company: Company, ticket: TicketDetail) -> None:
    async with window(company, ticket) as pilot:
        await answered(pilot)
    ann = company.session("Ann", "cli")
    undone = undo.undo(ann, operations.last_on(ann, ticket.id))
    assert draft_of(ann, undone) == ("What was written is a draft again, which the ticket offers.",)
    async with window(company, ticket) as pilot:
        form = await composer(pilot)
        assert form.typed().text == TEXT and "Draft from" in pilot.text()
