"""What one does in a ticket's window is seen there at once, and counts as having looked at it."""

from __future__ import annotations

import pytest

from services.notes import add_note
from services.records import READ, UNREAD, TicketDetail
from tests.support.company import Company
from tests.support.composing import TEXT, answered, open_ticket, window
from tests.support.pilot import FastPilot


@pytest.fixture
def ticket(company: Company) -> TicketDetail:
    """A ticket of Ann's with a long History."""
    opened = open_ticket(company)
    for number in range(30):
        add_note(company.session("Ben"), opened.id, f"Note number {number}.")
    return opened


@pytest.mark.parametrize("order", ["newest first", "oldest first"])
async def test_what_one_writes_is_seen_in_the_history(company: Company, ticket: TicketDetail, order: str) -> None:
    async with window(company, ticket) as pilot:
        await pilot.press("3")
        await pilot.until_shows("Note number 29.")
        if order == "oldest first":
            await pilot.press("O")
        await pilot.until_shows(order)
        await pilot.press("g", "j", "j", "j")
        await answered(pilot)
        await pilot.until_shows(TEXT.splitlines()[0])
        await pilot.press("g", "a")
        await pilot.until_shows("Note on")
        await pilot.type("Look behind the rack")
        await pilot.press("ctrl+s")
        await pilot.until_shows("Look behind the rack")


async def test_what_others_write_comes_in_where_one_rests_and_moves_nobody_who_reads(
    company: Company, ticket: TicketDetail
) -> None:
    def cursor(pilot: FastPilot) -> str:
        shown = pilot.text()
        return shown[shown.index("\n>") :].splitlines()[2]

    async with window(company, ticket) as pilot:
        await pilot.press("3")
        await pilot.until_shows("Note number 29.")
        add_note(company.session("Ben"), ticket.id, "Ben looks behind the rack.")
        await pilot.press("f5")
        await pilot.until_shows("Ben looks behind the rack.")
        assert "Note number 29." in cursor(pilot), "it went down with its entry"
        await pilot.press("J")
        lines = pilot.lines()[3:-1]
        add_note(company.session("Ben"), ticket.id, "Somebody has pulled it.")
        await pilot.press("f5")
        await pilot.until_shows("34 entries")
        assert pilot.lines()[3:-1] == lines
        await pilot.press("K", "K", "K", "g")
        await pilot.until_shows("Somebody has pulled it.")
        add_note(company.session("Ben"), ticket.id, "A long story.\n" * 30)
        await pilot.press("f5")
        await pilot.until_shows("35 entries")
        assert "Somebody has pulled it." in cursor(pilot), "it would have left the screen"


async def test_who_takes_a_ticket_while_looking_at_it_opens_its_envelope(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("screens.ticket.ticket_screen.READ_AFTER_SECONDS", 0)
    ticket = company.open_ticket("Cleo", category_id=company.categories["Network"])
    async with window(company, ticket) as pilot:
        await pilot.until(lambda: company.read(ticket).opened_at is not None)
        assert company.read(ticket).mark == UNREAD, "Ben has not seen it"
        await pilot.press("m")
        await pilot.until_shows("Manager of")
        await pilot.type("Ann")
        await pilot.press("enter")
        await pilot.until(lambda: company.read(ticket).mark == READ)
