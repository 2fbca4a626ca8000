"""Mails in the ticket window: their whole head, their files in one's own programs, and who really asked."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from models import Mail
from screens.mail.viewing import OpenDialog
from screens.ticket import TicketScreen
from services import documents, outbox_rows, recipients, tickets
from services.records import TicketDetail
from services.risky_files import open_refusal
from tests.support.company import Company
from tests.support.composing import answered, open_ticket, window
from tests.support.five_tickets import until_told
from tests.support.letters import letter
from tests.support.pilot import FastPilot
from tests.support.post import deliver, open_the_way_out

FORWARD = """Please help her.

-----Original Message-----
From: Otto <otto@cleo.example>
Sent: Monday, November 23, 2026 9:00 AM
To: Ann
Subject: Scanner

It scans nothing.
"""


@pytest.fixture
def ticket(company: Company) -> TicketDetail:
    return open_ticket(company)


async def to_mail(pilot: FastPilot) -> None:
    """Go to the newest mail of the History."""
    await pilot.press("3")
    await pilot.until(lambda: "[3 History]" in pilot.text())
    for _ in range(20):
        if any(line.startswith(">") and "Mail" in line for line in pilot.lines()):
            return
        await pilot.press("down")
    raise AssertionError(f"There is no mail:\n{pilot.text()}")


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """Have files opened by nobody, and know which."""
    found: list[list[str]] = []
    monkeypatch.setattr("tui.browser.command", lambda configured, environment, what="browser": ["viewer"])

    def start(words: list[str], path: str, failed: Callable[[str], object], what: str = "browser") -> None:
        found.append([*words, path])

    monkeypatch.setattr("tui.browser.start", start)
    return found


async def test_a_mail_is_shown_with_its_whole_head_and_opened_as_it_arrived(
    company: Company,
    ticket: TicketDetail,
    opened: list[list[str]],
) -> None:
    raw = letter(f"[{ticket.number}] Log", "See it", sender="Otto <otto@cleo.example>", files=[("log.txt", b"one")])
    raw = b"X-Odd: [/x] yes\n" + raw
    deliver(company.desk, raw)
    async with window(company, ticket, size=(100, 40)) as pilot:
        await to_mail(pilot)
        await pilot.press("v")
        await pilot.until_shows("Head as it arrived")
        for shown in ("otto@cleo.example", "log.txt, 3 B", "X-Odd: [/x] yes", "See it"):
            assert shown in pilot.text()
        await pilot.press("escape")
        await pilot.until(lambda: isinstance(pilot.app.screen, TicketScreen))
        await pilot.press("o")
        await pilot.until(lambda: isinstance(pilot.app.screen, OpenDialog) and "Cancel" in pilot.text())
        await pilot.press("enter")
        await until_told(pilot, "Opening")
        await pilot.press("V")
        await pilot.until_shows("Open log.txt?")
        await pilot.press("y")
        await pilot.until(lambda: len(opened) == 2)
    mail, file = (Path(words[-1]) for words in opened)
    assert mail.read_bytes() == raw and mail.suffix == ".eml"
    assert file.read_bytes() == b"one" and file.stat().st_mode & 0o777 == 0o400
    assert file.parent.stat().st_mode & 0o077 == 0


async def test_what_could_run_is_only_saved(
    company: Company,
    ticket: TicketDetail,
    opened: list[list[str]],
) -> None:
    documents.attach_bytes(company.session("Ann"), ticket.id, "Invoice.pdf.desktop", b"[Desktop Entry]")
    async with window(company, ticket) as pilot:
        await pilot.press("6")
        await pilot.until_shows("Invoice.pdf.desktop")
        await pilot.press("V")
        await until_told(pilot, "can only be saved")
        await pilot.until_shows("Save Invoice.pdf.desktop")
    assert opened == []


@pytest.mark.parametrize(
    ("name", "opens"), [("a.pdf", True), ("a.PNG", True), ("a.exe", False), ("a.pdf.LNK", False), ("README", False)]
)
def test_only_files_that_are_shown_are_opened(name: str, opens: bool) -> None:
    assert (open_refusal(name) is None) is opens


async def test_without_a_display_it_says_that_files_can_be_saved(
    company: Company,
    ticket: TicketDetail,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("tui.browser.command", lambda configured, environment, what="browser": None)
    deliver(company.desk, letter(f"[{ticket.number}]", sender="Otto <otto@cleo.example>", files=[("a.txt", b"a")]))
    async with window(company, ticket) as pilot:
        await to_mail(pilot)
        await pilot.press("V")
        await until_told(pilot, "There is no program on this side that opens files")
        await pilot.press("o")
        await pilot.until_shows("Save the original mail")


async def test_who_wrote_a_forwarded_mail_becomes_the_requester_and_no_longer(company: Company) -> None:
    open_the_way_out(company.desk)
    deliver(company.desk, letter("FW: Scanner", FORWARD, sender="Ann <ann@desk.example>"))
    ticket = tickets.get(company.admin, Mail.get(Mail.direction == "in").ticket_id)
    async with window(company, ticket) as pilot:
        await pilot.press("P")
        await until_told(pilot, "Otto <otto@cleo.example> is the requester")
        assert tickets.get(company.admin, ticket.id).requester_email == "otto@cleo.example"
        await pilot.press("ctrl+z")
        await until_told(pilot, "Taken back")
        assert tickets.get(company.admin, ticket.id).requester_email != "otto@cleo.example"


async def test_the_history_follows_what_becomes_of_a_mail(company: Company, ticket: TicketDetail) -> None:
    async with window(company, ticket) as pilot:
        await answered(pilot)
        await pilot.press("3")
        await pilot.until_shows("goes out at")
        rows = outbox_rows.of_ticket(company.admin, ticket.id)
        outbox_rows.withdraw(company.session("Ben"), [row.id for row in rows if row.kind == "reply"])
        await pilot.until(lambda: "(withdrawn)" in pilot.text() and "goes out" not in pilot.text())


async def test_recipients_are_added_by_contact_and_account(company: Company, ticket: TicketDetail) -> None:
    from models import Account

    Account.update(email="office@globex.example").where(Account.name == "Globex").execute()
    async with window(company, ticket) as pilot:
        await pilot.press("4")
        await pilot.until_shows("cleo@cleo.example")
        for choice, who, kind in (("A contact,", "Gus", "Bcc"), ("An account,", "Globex", "Cc")):
            await pilot.press("n")
            await pilot.until_shows("Add a recipient")
            await pilot.type(f"{choice}\n")
            await pilot.until_shows("Which")
            await pilot.type(f"{who}\n")
            await pilot.until_shows("gets mail as")
            await pilot.type(f"{kind}\n")
            await pilot.until_shows(f"{kind.ljust(4)} {who}")
    found = [(each.kind, each.address, each.contact_id) for each in recipients.external(company.admin, ticket.id)]
    assert found[1:] == [("cc", "office@globex.example", None), ("bcc", "gus@gus.example", company.contacts["Gus"])]
