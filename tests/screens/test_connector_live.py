"""The screen of the Email Connector while others work: what moves shows without a key, and the cursor stays."""

from __future__ import annotations

import pytest

from screens.connector import screen
from services import clock, connector_runs, journal, mail_overview, mailboxes, originals, outbox_sending
from services.canned_texts import CANNED_TEXTS
from services.originals import ASIDE, QUARANTINED, REVIEW
from services.sql import execute
from tests.support.company import Company
from tests.support.connector_screen import MAIL, add_mailbox, connector, fresh_settings, line_with, put
from tests.support.outbox import queue

__all__ = ["fresh_settings"]


async def test_the_screen_follows_what_others_do(company: Company) -> None:
    async with connector(company.admin) as pilot:
        await pilot.press("4")
        await pilot.until_shows("Every mail could be filed.")
        put(company, QUARANTINED, "It broke.")
        await pilot.until_shows("It broke.")


async def test_connectors_and_mailboxes_show_how_they_do_without_a_key(company: Company) -> None:
    key = add_mailbox(company)
    async with connector(company.admin) as pilot:
        await pilot.until_shows("was never looked into")
        await pilot.press("down", "down")
        mailboxes.note_error(key, "127.0.0.1 does not answer.")
        await pilot.until(lambda: line_with(pilot, "Mailbox Support").startswith(">!"))
        assert "127.0.0.1 does not answer." in line_with(pilot, "Mailbox Support")
        mailboxes.note_success(key)
        await pilot.until(lambda: "looked into" in line_with(pilot, "Mailbox Support"))
        run = connector_runs.begin("desk:1")
        await pilot.until(lambda: "runs since" in line_with(pilot, "Connector  "))
        connector_runs.end(run)
        await pilot.until_shows("none is running")
        assert line_with(pilot, "Mailbox Support").startswith("> ")


async def test_a_connector_of_which_nothing_is_heard_is_told_when_its_time_is_over(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(screen, "_LOOK_SECONDS", 0.05)
    connector_runs.begin("desk:1")
    async with connector(company.admin) as pilot:
        await pilot.until_shows("runs since")
        with clock.frozen(clock.now() + connector_runs.SILENT):
            await pilot.until_shows("silent since")


async def test_the_cursor_stays_on_its_mail_while_others_come_go_and_leave(company: Company) -> None:
    ticket = company.open_ticket("Ann")
    queue(company.admin, ticket.id, "a@x.example", "b@x.example", "c@x.example")
    async with connector(company.admin, size=(120, 30)) as pilot:
        await pilot.press("3", "down")
        await pilot.until(lambda: "b@x.example" in line_with(pilot, ">"))
        queue(company.admin, ticket.id, "d@x.example")
        await pilot.until_shows("d@x.example")
        assert "b@x.example" in line_with(pilot, ">")
        (mail,) = (each for each in outbox_sending.claim("other", 10) if len(each.recipients) == 3)
        outbox_sending.begin("other", mail)
        await pilot.until(lambda: "sending" in line_with(pilot, "a@x.example"))
        outcomes = [outbox_sending.Outcome(due.id, "sent") for due in mail.recipients if due.address[0] != "b"]
        outbox_sending.settle(company.admin, "other", mail, outcomes)
        await pilot.until(lambda: "a@x.example" not in pilot.text())
        assert "sending" in line_with(pilot, "b@x.example") and line_with(pilot, "b@x.example").startswith(">")


async def test_mail_that_waits_for_a_decision_comes_to_its_page_below_a_dialog(company: Company) -> None:
    put(company, REVIEW, "Two tickets.")
    async with connector(company.admin) as pilot:
        await pilot.press("5", "p")
        await pilot.until_shows("Where does this mail belong?")
        other = put(company, REVIEW, "Three tickets.", MAIL.replace(b"smoke", b"fire"))
        await pilot.press("escape")
        await pilot.until_shows("Three tickets.")
        assert "Two tickets." in line_with(pilot, ">")
        with journal.operation(company.admin, "review-mail") as op:
            execute("UPDATE mail_original SET state = 'received' WHERE id = ?", other)
            originals.settle(op, other, QUARANTINED, reason="It broke.")
        await pilot.until(lambda: "Three tickets." not in pilot.text())


async def test_what_others_do_asks_for_no_password_again(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    monkeypatch.setattr(mail_overview, "password_told", lambda mailbox: asked.append(mailbox) or "It is found.")
    key = add_mailbox(company)
    async with connector(company.admin) as pilot:
        await pilot.press("2")
        await pilot.until_shows("It is found.")
        before = len(asked)
        mailboxes.note_error(key, "127.0.0.1 does not answer.")
        await pilot.until_shows("127.0.0.1 does not answer.")
        assert len(asked) == before
        assert "It is found." in pilot.text()


async def test_hostile_text_stays_text_on_every_page(company: Company) -> None:
    evil = "[/x][@click=app.quit]boo[/] \x1b]52;c;AAAA\x07 \u202e\u2066" + "名" * 200 + "N" * 10_000
    for state in (QUARANTINED, REVIEW, ASIDE):
        put(company, state, evil, MAIL.replace(b"smoke", state.encode()))
    execute("UPDATE mail_original SET reason = ?, sender = ?, subject = ?, source = ?", evil, evil, evil, evil)
    queue(company.admin, company.open_ticket("Ann").id, "a@x.example")
    execute("UPDATE delivery SET state = 'failed', name = ?, reply = ?", evil, evil)
    key = add_mailbox(company)
    mailboxes.note_error(key, "It broke.")
    execute("UPDATE mailbox_state SET last_error = ?, claimed_by = ?, claimed_until = ?", evil, evil, 2**62)
    execute("UPDATE mailbox SET username = ?, folder = ?", evil, evil)
    CANNED_TEXTS.add(company.admin, name="Greeting", text="Hello")
    execute("UPDATE canned_text SET name = ?, text = ?", evil, evil)
    execute("UPDATE connector_run SET name = ? WHERE id = ?", evil, connector_runs.begin("desk:1"))
    async with connector(company.admin) as pilot:
        for keys in ("1", "2", "3f", "4", "5", "6", "7G"):
            await pilot.press(*keys)
            await pilot.until_shows("[@click=app.quit]")
            assert not {"\x1b", "\x07", "\u202e", "\u2066"} & set(pilot.text())
            assert len(pilot.lines()) == 30 and "q Close" in pilot.lines()[-1]
