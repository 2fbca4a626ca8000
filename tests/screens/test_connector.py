"""The screen of the Email Connector: how mail does, the outbox, mail that is on no ticket, mailboxes, settings."""

from __future__ import annotations

from pathlib import Path

import pytest

from services import connector_runs, mailboxes
from services.canned_texts import CANNED_TEXTS
from services.mailboxes import MAILBOXES
from services.originals import ASIDE, QUARANTINED, REVIEW
from services.preferences import desk_setting
from services.sql import execute, fetch
from tests.support.company import Company
from tests.support.connector_screen import MAIL, add_mailbox, connector, fresh_settings, put, said, state_of
from tests.support.desk_app import desk_app
from tests.support.imap_server import PASSWORD, USER, LoopbackImap
from tests.support.outbox import queue, send_through, states
from tests.support.pilot import FastPilot
from tests.support.smtp_server import SmtpServer

__all__ = ["fresh_settings"]


async def choose(pilot: FastPilot, place: str) -> None:
    """Say where the mail belongs that is looked at."""
    await pilot.until_shows("Where does this mail belong?")
    await pilot.type(place)
    await pilot.press("enter")


async def test_the_overview_says_in_words_what_works_and_what_needs_somebody(company: Company) -> None:
    ticket = company.open_ticket("Ann")
    send_through(company.admin, 2525)
    queue(company.admin, ticket.id, "a@x.example", "b@x.example")
    execute("UPDATE delivery SET state = 'held' WHERE address = 'b@x.example'")
    put(company, QUARANTINED, "It broke.")
    key = add_mailbox(company)
    mailboxes.note_error(key, "127.0.0.1 refused the login of support: check the password.")
    async with connector(company.admin) as pilot:
        shown = pilot.text()
        assert "none is running" in shown and "Start “deskwire mail run”" in shown
        assert "1 waiting, 1 held\n" in shown
        assert "refused the login of support" in shown
        assert "0 of at most 500" in shown
        assert "4 to look at" in shown
        connector_runs.begin("desk:1")
        await pilot.press("f5")
        await pilot.until_shows("runs since 2")
        assert "3 to look at" in pilot.text()


async def test_enter_on_the_overview_leads_to_the_page_and_digits_to_any(company: Company) -> None:
    put(company, REVIEW, "Two tickets.")
    async with connector(company.admin) as pilot:
        await pilot.press("g")
        while not any(line.startswith(">! Review") for line in pilot.lines()):
            await pilot.press("down")
        await pilot.press("enter")
        await pilot.until_shows("Smoke in room 4")
        assert "[5 Review]" in pilot.text()
        for number, title in enumerate(("Overview", "Mailboxes", "Outbox", "Quarantine", "Review", "Aside"), 1):
            await pilot.press(str(number))
            assert f"[{number} {title}]" in pilot.text()
        await pilot.press("tab")
        assert "[7 Settings]" in pilot.text()
        await pilot.press("tab", "shift+tab")
        assert "[7 Settings]" in pilot.text()
        await pilot.press("escape")
        await pilot.until_shows("All tickets")


async def test_a_failed_mail_shows_the_server_s_words_and_is_tried_again(company: Company) -> None:
    ticket = company.open_ticket("Ann")
    queue(company.admin, ticket.id, "a@x.example")
    execute("UPDATE delivery SET state = 'failed', reply = '550 5.1.1 No such user', reply_code = 550, tries = 1")
    async with connector(company.admin) as pilot:
        await pilot.press("3")
        await pilot.until_shows("No mail waits or is on its way; f goes to other lists.")
        await pilot.press("f")
        await pilot.until_shows("The server said: 550 5.1.1 No such user")
        await pilot.press("l")
        await pilot.until(lambda: said(pilot, "Only mail that is held can be let go."))
        await pilot.press("r")
        await pilot.until(lambda: said(pilot, "is tried again at once"))
        assert states() == {"a@x.example": "waiting"}
        await pilot.until_shows("No mail is held, unknown or failed, and none came back")
        await pilot.press("f", "f")
        await pilot.until_shows(f"Printer [{ticket.number}]")
        await pilot.press("enter")
        await pilot.until_shows("Requested by")


async def test_a_held_mail_is_let_go_and_another_one_withdrawn_after_a_question(company: Company) -> None:
    queue(company.admin, company.open_ticket("Ann").id, "a@x.example", "b@x.example")
    execute("UPDATE delivery SET state = 'held'")
    async with connector(company.admin) as pilot:
        await pilot.press("3", "f")
        await pilot.until_shows("let it go or withdraw it")
        await pilot.press("l")
        await pilot.until(lambda: states() == {"a@x.example": "held", "b@x.example": "waiting"})
        await pilot.until_shows("1 ")
        await pilot.press("w")
        await pilot.until_shows("Withdraw the mail to a@x.example?")
        await pilot.press("escape", "w")
        await pilot.until_shows("Withdraw the mail to a@x.example?")
        await pilot.press("y")
        await pilot.until(lambda: states() == {"a@x.example": "withdrawn", "b@x.example": "waiting"})


async def test_a_mail_in_quarantine_is_read_saved_and_filed_with_one_key(company: Company, tmp_path: Path) -> None:
    key = put(company, QUARANTINED, "The disk was full.")
    async with connector(company.admin) as pilot:
        await pilot.press("4")
        await pilot.until_shows("It smells since noon.")
        assert "The disk was full." in pilot.text() and "From: Cleo <cleo@cleo.example>" in pilot.text()
        await pilot.press("s")
        await pilot.until_shows("Save the mail as it arrived")
        await pilot.press("ctrl+u")
        await pilot.paste(str(tmp_path / "smoke.eml"))
        await pilot.press("enter")
        await pilot.until(lambda: said(pilot, "Saved as"))
        assert (tmp_path / "smoke.eml").read_bytes() == MAIL
        await pilot.press("r")
        await pilot.until(lambda: said(pilot, "The mail was filed on 0500-10"))
        assert state_of(key) == "filed"
        await pilot.until_shows("Every mail could be filed.")


async def test_all_of_a_list_is_tried_again_after_a_question(company: Company) -> None:
    for word in (b"smoke", b"fire", b"water"):
        put(company, QUARANTINED, "The disk was full.", MAIL.replace(b"smoke", word))
    queue(company.admin, company.open_ticket("Ann").id, "a@x.example", "b@x.example", "c@x.example")
    execute("UPDATE delivery SET state = 'failed' WHERE address <> 'c@x.example'")
    async with connector(company.admin) as pilot:
        await pilot.press("4")
        await pilot.until_shows("The disk was full.")
        await pilot.press("R")
        await pilot.until_shows("Try again to file all of this mail?")
        await pilot.press("y")
        await pilot.until(lambda: said(pilot, "3 mails were tried again, and all of it was filed."))
        await pilot.until_shows("Every mail could be filed.")
        await pilot.press("3", "R")
        await pilot.until(lambda: said(pilot, "No mail of this list failed or is unknown."))
        await pilot.press("f")
        await pilot.until_shows("b@x.example")
        await pilot.press("R")
        await pilot.until_shows("Send all failed and unknown mail of this list again?")
        await pilot.press("y")
        await pilot.until(lambda: set(states().values()) == {"waiting"})


async def test_a_mail_under_review_goes_to_the_ticket_that_is_chosen(company: Company) -> None:
    first, second = company.open_ticket("Ann"), company.open_ticket("Ann", "Second")
    reason = f"The subject names {first.number} and {second.number}; choose the ticket that it belongs to."
    key = put(company, REVIEW, reason)
    async with connector(company.admin) as pilot:
        await pilot.press("5")
        await pilot.until_shows(reason[:30])
        await pilot.press("p")
        await choose(pilot, second.number)
        await pilot.until(lambda: said(pilot, f"The mail was filed on {second.number}."))
        assert state_of(key) == "filed"


async def test_a_mail_under_review_goes_to_another_number_or_makes_a_ticket(company: Company) -> None:
    ticket = company.open_ticket("Ann")
    put(company, REVIEW, "Two tickets.")
    put(company, REVIEW, "Two tickets.", MAIL.replace(b"smoke", b"fire"))
    async with connector(company.admin) as pilot:
        await pilot.press("5", "p")
        await choose(pilot, "another")
        await pilot.until_shows("On which ticket?")
        await pilot.type("9999-9999\n")
        await pilot.until_shows("! ")
        await pilot.press("ctrl+u")
        await pilot.type(f"{ticket.number}\n")
        await pilot.until(lambda: said(pilot, f"The mail was filed on {ticket.number}."))
        await pilot.press("enter")
        await choose(pilot, "new")
        await pilot.until_shows("No mail waits for somebody")
    assert fetch("SELECT COUNT(*) FROM ticket")[0][0] == 2


async def test_what_was_set_aside_becomes_a_ticket_after_all(company: Company) -> None:
    key = put(company, QUARANTINED, "It broke.")
    async with connector(company.admin) as pilot:
        await pilot.press("4")
        await pilot.until_shows("It broke.")
        await pilot.press("x")
        await pilot.until(lambda: state_of(key) == ASIDE)
        await pilot.press("6")
        await pilot.until_shows("Smoke in room 4")
        await pilot.press("enter")
        await choose(pilot, "new")
        await pilot.until(lambda: said(pilot, "The mail was filed on"))
    assert state_of(key) == "filed"


async def test_a_test_mail_says_what_the_server_answers(company: Company) -> None:
    with SmtpServer() as server:
        send_through(company.admin, server.port)
        server.answer("gone@x.example", "550 5.1.1 No such user")
        async with connector(company.admin) as pilot:
            await pilot.press("S")
            await pilot.until_shows("Send a test mail")
            await pilot.press("ctrl+u")
            await pilot.type("me@x.example\n")
            await pilot.until(lambda: said(pilot, "The mail server has taken the test mail to me@x.example."))
            assert [mail.recipients for mail in server.mails] == [("me@x.example",)]
            assert b"Auto-Submitted: auto-generated" in server.mails[0].data
            await pilot.press("S")
            await pilot.until_shows("Send a test mail")
            await pilot.press("ctrl+u")
            await pilot.type("gone@x.example\n")
            await pilot.until(lambda: said(pilot, "has refused the test mail to gone@x.example. The server said: 5"))


async def test_a_test_mail_without_a_server_is_refused_and_the_address_stays(company: Company) -> None:
    async with connector(company.admin) as pilot:
        await pilot.press("S")
        await pilot.until_shows("Send a test mail")
        await pilot.press("ctrl+u")
        await pilot.type("me@x.example\n")
        await pilot.until_shows("an administrator sets")
        assert "me@x.example" in pilot.text()


async def test_a_mailbox_is_added_tested_and_switched_off(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    server = LoopbackImap()
    try:
        server.put(MAIL)
        async with connector(company.admin) as pilot:
            await pilot.press("2")
            await pilot.until_shows("No mailbox is fetched.")
            await pilot.press("n")
            await pilot.until_shows("New mailbox")
            await pilot.type("Support\n127.0.0.1\n")
            await pilot.press("ctrl+u")
            await pilot.type(f"{server.port}\n")
            await pilot.press("ctrl+u")
            await pilot.type(f"plain\n{USER}\n")
            await pilot.press("ctrl+s")
            await pilot.until_shows("! ")
            assert "127.0.0.1" in pilot.text()
            await pilot.press("ctrl+u")
            await pilot.type("none")
            await pilot.press("ctrl+s")
            await pilot.until_shows("was never looked into")
            await pilot.until_shows("There is no password for the mailbox “Support”")
            await pilot.press("t")
            await pilot.until(lambda: said(pilot, "Support: There is no password"))
            monkeypatch.setenv("DESKWIRE_IMAP_PASSWORD", PASSWORD)
            await pilot.press("t")
            await pilot.until(lambda: said(pilot, "the server let us in; 1 new mail."))
            await pilot.until_shows("1 mail so far")
            assert PASSWORD not in pilot.text()
            await pilot.press("a")
            await pilot.until(lambda: not MAILBOXES.all(company.admin)[0].active)
            await pilot.press("enter")
            await pilot.until_shows("Change the mailbox Support")
            await pilot.press("ctrl+u")
            await pilot.type("Help\n")
            await pilot.press("ctrl+s")
            await pilot.until(lambda: MAILBOXES.all(company.admin)[0].name == "Help")
    finally:
        server.close()


async def test_a_mailbox_that_is_signed_in_to_says_what_it_still_needs(company: Company) -> None:
    async with connector(company.admin) as pilot:
        await pilot.press("2", "n")
        await pilot.until_shows("New mailbox")
        await pilot.type("Support\noutlook.example\n\n\nsupport@desk.example\n")
        await pilot.press("ctrl+u")
        await pilot.type("office")
        await pilot.press("ctrl+s")
        await pilot.until_shows("choose one of password, microsoft")
        await pilot.press("ctrl+u")
        await pilot.type("microsoft")
        await pilot.press("ctrl+s")
        await pilot.until(lambda: said(pilot, "settings microsoft_client_id"))
        await pilot.until_shows("tls, sign-in microsoft")
        await pilot.until_shows("needs the desk's settings microsoft_client_id")


async def test_settings_are_changed_by_line_and_text_and_a_fault_keeps_what_was_typed(company: Company) -> None:
    async with connector(company.admin) as pilot:
        await pilot.press("7")
        await pilot.until_shows("support_name")
        while not any(line.startswith(">smtp_port") for line in pilot.lines()):
            await pilot.press("down")
        await pilot.press("enter")
        await pilot.until_shows("Its port")
        await pilot.press("ctrl+u")
        await pilot.type("many\n")
        await pilot.until_shows("! ")
        assert "many" in pilot.text()
        await pilot.press("ctrl+u")
        await pilot.type("2525\n")
        await pilot.until(lambda: desk_setting("smtp_port") == 2525)
        while not any(line.startswith(">response_text") for line in pilot.lines()):
            await pilot.press("down")
        await pilot.press("enter")
        await pilot.until_shows("Text of this answer")
        await pilot.type("{nobody}")
        await pilot.press("ctrl+s")
        await pilot.until_shows("nobody")
        assert "{nobody}" not in desk_setting("response_text")
        await pilot.press(*["backspace"] * 8)
        await pilot.type(" Bye.")
        await pilot.press("ctrl+s")
        await pilot.until(lambda: desk_setting("response_text").endswith(" Bye."))


async def test_a_canned_text_is_added_changed_renamed_and_switched_off(company: Company) -> None:
    def only() -> tuple[str, str, bool]:
        (row,) = CANNED_TEXTS.all(company.admin)
        return row.name, row.text, row.active

    async with connector(company.admin) as pilot:
        await pilot.press("7")
        await pilot.until_shows("support_name")
        await pilot.press("n")
        await pilot.until_shows("New canned text")
        await pilot.type("Greeting\n")
        await pilot.until_shows("Canned text: Greeting")
        await pilot.type("Hello {requester},")
        await pilot.press("ctrl+s")
        await pilot.until(lambda: fetch("SELECT COUNT(*) FROM canned_text")[0][0] == 1)
        assert only() == ("Greeting", "Hello {requester},", True)
        await pilot.press("G")
        await pilot.until(lambda: any(line.startswith(">Greeting") for line in pilot.lines()))
        await pilot.press("enter")
        await pilot.until_shows("Canned text: Greeting")
        await pilot.type(" hi")
        await pilot.press("ctrl+s")
        await pilot.until(lambda: only()[1] == "Hello {requester}, hi")
        await pilot.until(lambda: any(line.startswith(">Greeting") for line in pilot.lines()))
        await pilot.press("e")
        await pilot.until_shows("Rename the canned text")
        await pilot.press("ctrl+u")
        await pilot.type("Welcome\n")
        await pilot.until(lambda: any(line.startswith(">Welcome") for line in pilot.lines()))
        await pilot.press("a")
        await pilot.until(lambda: not only()[2])


async def test_dispatchers_look_after_queues_but_change_no_settings(company: Company) -> None:
    put(company, QUARANTINED, "It broke.")
    async with connector(company.session("Dora")) as pilot:
        await pilot.press("4")
        await pilot.until_shows("It broke.")
        await pilot.press("7")
        await pilot.until_shows("support_name")
        await pilot.press("enter")
        await pilot.until(lambda: said(pilot, "Manage people"))
    async with desk_app(company.session("Ann")) as pilot:
        await pilot.until_shows("Summary")
        await pilot.press("5", "O")
        await pilot.until(lambda: said(pilot, "Import mail into the desk"))


async def test_what_a_mail_quotes_is_folded_and_shown_with_a_key(company: Company) -> None:
    quoting = MAIL + b"".join(b"> line %d\r\n" % number for number in range(5))
    put(company, REVIEW, "Two tickets.", quoting)
    async with connector(company.admin) as pilot:
        await pilot.press("5")
        await pilot.until_shows("5 quoted lines")
        await pilot.press("z")
        await pilot.until_shows("> line 0")


@pytest.mark.parametrize("size", [(80, 24), (160, 45)])
async def test_every_page_fits_the_screen(company: Company, size: tuple[int, int]) -> None:
    put(company, QUARANTINED, "It broke.")
    async with connector(company.admin, size=size) as pilot:
        for key in "1234567":
            await pilot.press(key)
            assert "7 Settings" in pilot.text()
            assert len(pilot.lines()) == size[1]
        await pilot.press("2", "n")
        await pilot.until_shows("Look every")
        assert "Ctrl+S" in pilot.text()
