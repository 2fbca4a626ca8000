"""Files that lie on a ticket go along with an answer, chosen by key from a list, and survive the program as a draft."""

from __future__ import annotations

from pathlib import Path

import pytest

from screens.mail.compose_screen import ComposeScreen
from screens.ticket import TicketScreen
from services import documents, recipients
from services.records import TicketDetail
from tests.hostile import marked
from tests.support.company import Company
from tests.support.composing import TEXT, composer, open_ticket, review, window
from tests.support.five_tickets import until_told
from tests.support.letters import letter
from tests.support.pilot import FastPilot
from tests.support.post import deliver, sent


@pytest.fixture
def ticket(company: Company) -> TicketDetail:
    """A ticket with two files that were added and one that came by mail."""
    ticket = open_ticket(company)
    deliver(
        company.desk, letter(f"[{ticket.number}]", sender="Cleo <cleo@cleo.example>", files=[("plan.pdf", b"%PDF")])
    )
    ann = company.session("Ann")
    documents.attach_bytes(ann, ticket.id, "log.txt", b"x" * 2048)
    documents.attach_bytes(ann, ticket.id, "photo.png", b"PNG")
    return ticket


async def files_of_the_ticket(pilot: FastPilot) -> None:
    await pilot.press("ctrl+f")
    await pilot.until_shows("Files of the ticket")
    await pilot.press("down", "enter")
    await pilot.until_shows("Attach which files of the ticket?")


async def with_the_log(pilot: FastPilot) -> ComposeScreen:
    """Begin a mail that one of the ticket's files goes along with."""
    form = await composer(pilot)
    await pilot.paste(TEXT)
    await files_of_the_ticket(pilot)
    await pilot.type("log")
    await pilot.press("enter")
    await pilot.until_shows("log.txt (2 kB)")
    return form


def attached() -> dict[str, bytes]:
    parts = sent("reply")[-1].message.iter_attachments()
    return {part.get_filename() or "": part.get_payload(decode=True) for part in parts}  # type: ignore[misc]


async def test_several_are_ticked_and_leave_with_the_mail_as_they_are(
    company: Company, ticket: TicketDetail, tmp_path: Path
) -> None:
    (tmp_path / "own.txt").write_bytes(b"mine")
    async with window(company, ticket) as pilot:
        form = await composer(pilot)
        await pilot.paste(TEXT)
        await files_of_the_ticket(pilot)
        text = pilot.text()
        assert "photo.png" in text and "3 B, 12:00, Ann" in text and "2 kB, 12:00, Ann" in text and "plan.pdf" in text
        await pilot.press("space", "down", "space", "enter")
        await pilot.until_shows("photo.png (3 B), log.txt (2 kB)")
        form.set_files((*form.files, tmp_path / "own.txt"))
        await files_of_the_ticket(pilot)
        assert "photo.png" not in "\n".join(pilot.lines()[8:]) and "plan.pdf" in pilot.text()
        await pilot.press("escape")
        text = await review(pilot)
        assert "photo.png (3 B), log.txt (2 kB), own.txt (4 B)" in text and "!" not in text
        await pilot.press("y")
        await until_told(pilot, "Goes out")
    assert attached() == {"photo.png": b"PNG", "log.txt": b"x" * 2048, "own.txt": b"mine"}


async def test_they_are_taken_off_again_and_come_back_with_the_draft(company: Company, ticket: TicketDetail) -> None:
    async with window(company, ticket) as pilot:
        before = (await with_the_log(pilot)).typed()
    async with window(company, ticket) as pilot:
        form = await composer(pilot)
        assert form.typed() == before and "log.txt (2 kB)" in pilot.text() and "Draft from" in pilot.text()
        await pilot.press("ctrl+f")
        await pilot.until_shows("Take off log.txt")
        await pilot.type("take off")
        await pilot.press("enter")
        await pilot.until(lambda: form.files == ())
        await pilot.until_shows("none; Enter attaches one")


async def test_one_that_was_removed_meanwhile_is_refused_at_its_field(company: Company, ticket: TicketDetail) -> None:
    async with window(company, ticket) as pilot:
        form = await with_the_log(pilot)
        log = next(row for row in documents.listed(company.admin, ticket.id) if row.name == "log.txt")
        documents.remove(company.session("Ann"), log.id)
        await pilot.press("ctrl+s")
        await pilot.until_shows("“log.txt” is not on the ticket any more; take it off.")
        assert form.typed().text == TEXT and form.query_one("#files").has_focus
        await pilot.press("delete")
        await review(pilot)


async def test_what_came_inside_the_desk_stands_out_before_it_goes_to_a_customer(
    company: Company, ticket: TicketDetail
) -> None:
    files = [("margin.pdf", b"%PDF")]
    deliver(
        company.desk, letter(f"[{ticket.number}]", sender="Ben <ben@desk.example>", to="x@else.example", files=files)
    )
    async with window(company, ticket) as pilot:
        await composer(pilot)
        await pilot.paste(TEXT)
        await files_of_the_ticket(pilot)
        await pilot.type("margin")
        await pilot.until_shows("internal")
        await pilot.press("enter")
        await pilot.until_shows("margin.pdf (")
        text = " ".join((await review(pilot)).split())
        assert "! “margin.pdf” came with mail that the customer does not see." in text
        await pilot.press("enter")
        await pilot.until(lambda: "Subject" in pilot.text() and "Write on" not in pilot.text())
        assert sent("reply") == []


async def test_names_of_files_from_outside_stay_text(company: Company, ticket: TicketDetail) -> None:
    for _, text in marked():
        documents.attach_bytes(company.admin, ticket.id, text, b"x")
    recipients.add_external(company.session("Ann"), ticket.id, "x@cleo.example", "x")
    async with window(company, ticket) as pilot:
        form = await composer(pilot)
        await files_of_the_ticket(pilot)
        for _ in range(4):
            await pilot.press("pagedown", "space")
            assert "\x1b" not in pilot.text() and "\u202e" not in pilot.text()
        await pilot.press("enter")
        await pilot.until(lambda: len(form.files) == 4)
        assert "\x1b" not in pilot.text() and "\u202e" not in pilot.text()
        await pilot.press("escape")
        await pilot.until_shows("Throw away")
        await pilot.press("y")
        await pilot.until(lambda: isinstance(pilot.app.screen, TicketScreen))
