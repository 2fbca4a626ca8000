"""What leaves the desk for the person's own machine: texts to the clipboard, links to the browser."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.desk_app import desk_app
from tests.support.five_tickets import five_tickets, shows_list, shows_ticket, start_at, until_told
from tests.support.pilot import FastPilot
from tests.support.small_desk import SmallDesk


@pytest.fixture
def desk(desk_url: str) -> Iterator[SmallDesk]:
    with five_tickets(desk_url) as desk:
        yield desk


async def copied(pilot: FastPilot, monkeypatch: pytest.MonkeyPatch, choice: str) -> str:
    """Copy one of the things on offer, and return what the terminal would have got."""
    written: list[str] = []
    monkeypatch.setattr("tui.clipboard.sequence", lambda text, environment: written.append(text) or "")
    await pilot.press("y")
    await pilot.until(lambda: " Copy " in pilot.text())
    await pilot.type(choice)
    await pilot.press("enter")
    await pilot.until(lambda: written)
    return written[0]


@pytest.mark.parametrize(
    ("choice", "text"),
    [
        ("and subject", "0500-1001 Mail is slow"),
        ("email", "cleo@acme.example"),
        ("whole row", "0500-1001"),
        ("URL", "https://wiki.example/mail"),
    ],
)
async def test_copies_from_the_list(desk: SmallDesk, monkeypatch: pytest.MonkeyPatch, choice: str, text: str) -> None:
    from models import Ticket

    Ticket.update(requester_email="cleo@acme.example", url="https://wiki.example/mail").execute()
    start_at(desk, "Ada", "inbox")
    async with desk_app(desk.session("Ada"), (120, 30)) as pilot:
        await shows_list(pilot, "Inbox")
        found = await copied(pilot, monkeypatch, choice)
        assert found == text or found.startswith(f"{text}\t")
        await until_told(pilot, "Copied the ")


async def test_copies_the_numbers_of_all_marked_tickets(desk: SmallDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    start_at(desk, "Ada", "open")
    async with desk_app(desk.session("Ada")) as pilot:
        await shows_list(pilot, "Open")
        await pilot.press("space", "space")
        assert await copied(pilot, monkeypatch, "numbers of") == "0500-1004\n0500-1002"


async def test_copies_a_field_and_an_entry_of_a_ticket(desk: SmallDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.entry(2, "note", "Look at https://status.example/mail first.")
    start_at(desk, "Ada", "inbox")
    async with desk_app(desk.session("Ada")) as pilot:
        await shows_list(pilot, "Inbox")
        await pilot.press("enter")
        await shows_ticket(pilot, "Mail is slow")
        assert await copied(pilot, monkeypatch, "field") == "Mail is slow"
        await pilot.press("3")
        await pilot.until_shows("status.example")
        assert "Look at https://status.example/mail first." in await copied(pilot, monkeypatch, "text under")


async def test_a_terminal_without_clipboard_shows_the_text(desk: SmallDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "linux")
    start_at(desk, "Ada", "inbox")
    async with desk_app(desk.session("Ada")) as pilot:
        await shows_list(pilot, "Inbox")
        await pilot.press("y", "enter")
        await pilot.until_shows("has no clipboard")
        assert "0500-1001" in pilot.text()
        await pilot.press("escape")
        await shows_list(pilot, "Inbox")


async def test_shows_where_links_lead_before_one_is_opened(desk: SmallDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    from models import Ticket

    text = "Log in at https://paypal.com@evil.example/x or http://www.p\u0430ypal.com. No javascript:alert(1)."
    Ticket.update(description=text, url="wiki.example/mail").where(Ticket.id == 2).execute()
    opened: list[list[str]] = []
    monkeypatch.setattr("tui.browser.command", lambda configured, environment: ["browser"])
    monkeypatch.setattr("tui.browser.start", lambda words, url, failed: opened.append([*words, url]))
    start_at(desk, "Ada", "inbox")
    async with desk_app(desk.session("Ada")) as pilot:
        await shows_list(pilot, "Inbox")
        await pilot.press("enter")
        await shows_ticket(pilot, "Mail is slow")
        await pilot.press("L")
        await pilot.until_shows("where they lead")
        for host in ("evil.example", "www.xn--pypal-4ve.com", "wiki.example"):
            assert host in pilot.text()
        await pilot.type("evil")
        await pilot.press("enter")
        await pilot.until_shows("Leads to:  evil.example")
        assert "only a user name" in pilot.text()
        await pilot.press("enter")
        await shows_ticket(pilot, "Mail is slow")
        assert not opened, "Enter alone opens nothing"
        await pilot.press("L")
        await pilot.until_shows("where they lead")
        await pilot.type("xn--")
        await pilot.press("enter")
        await pilot.until_shows("mixes Cyrillic and Latin")
        await pilot.press("tab", "tab", "enter")
        await until_told(pilot, "Opening www.xn--pypal-4ve.com")
        assert opened == [["browser", "http://www.xn--pypal-4ve.com"]]


async def test_without_a_browser_a_link_can_be_copied(desk: SmallDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    from models import Ticket

    Ticket.update(url="javascript:alert(1)").where(Ticket.id == 2).execute()
    written: list[str] = []
    monkeypatch.setattr("tui.clipboard.sequence", lambda text, environment: written.append(text) or "")
    monkeypatch.setattr("tui.browser.command", lambda configured, environment: None)
    start_at(desk, "Ada", "inbox")
    async with desk_app(desk.session("Ada")) as pilot:
        await shows_list(pilot, "Inbox")
        await pilot.press("enter")
        await shows_ticket(pilot, "Mail is slow")
        await pilot.press("L")
        await pilot.until_shows("Only web pages and mail addresses are opened")
        await pilot.press("y")
        await pilot.until(lambda: written)
        assert written == ["javascript:alert(1)"]
