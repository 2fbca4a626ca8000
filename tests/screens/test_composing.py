"""Writing mail at the screen: who gets it, the last look, ten seconds to take it back, and no text lost on the way."""

from __future__ import annotations

from pathlib import Path

import pytest

from screens.mail.compose_screen import ComposeScreen
from screens.ticket import TicketScreen
from services import clock, history, outbox_sending, preferences, recipients, tickets
from services.canned_texts import CANNED_TEXTS
from services.outbox_sending import Outcome
from services.records import HistoryEntry, TicketDetail
from tests.hostile import marked
from tests.support.company import NOON, Company
from tests.support.composing import TEXT, answered, composer, open_ticket, review, window
from tests.support.desk_app import desk_app
from tests.support.five_tickets import until_told
from tests.support.letters import letter
from tests.support.outbox import desk as the_desk
from tests.support.outbox import states
from tests.support.post import deliver, sent


@pytest.fixture
def ticket(company: Company) -> TicketDetail:
    return open_ticket(company)


def mails(company: Company, ticket: TicketDetail) -> list[HistoryEntry]:
    return [each for each in history.entries(company.admin, ticket.id) if each.kind == "mail_out"]


async def test_an_answer_is_looked_at_once_more_and_leaves_in_ten_seconds(
    company: Company, ticket: TicketDetail
) -> None:
    async with window(company, ticket) as pilot:
        form = await composer(pilot)
        assert form.typed().to == "Cleo <cleo@cleo.example>" and form.typed().text == ""
        # Keys that work while one writes, and the way out among them on the narrowest screen.
        assert "F1 Help" in pilot.lines()[-1] and "Esc Cancel" in pilot.lines()[-1]
        await pilot.paste(TEXT)
        text = await review(pilot)
        for shown in ("Ann <support@desk.example>", f"Re: [{ticket.number}] Printer offline", "cleo@cleo.example"):
            assert shown in text
        assert "ben@desk.example>, colleague, follows the ticket" in " ".join(text.split())
        assert "STRANGER" not in text and sent("reply") == []
        await pilot.press("enter")
        await until_told(pilot, "Goes out in 10 seconds; Ctrl+Z takes it back.")
        await pilot.press("3")
        await pilot.until(lambda: "goes out at" in pilot.text() and "Please try." in pilot.text())
    mail = sent("reply")[0]
    assert ("to", "cleo@cleo.example") in mail.to and ("bcc", "ben@desk.example") in mail.to
    assert mail.message.get_content().split() == TEXT.split()


async def test_taken_back_in_time_the_text_is_a_draft_again(company: Company, ticket: TicketDetail) -> None:
    async with window(company, ticket) as pilot:
        await answered(pilot)
        await pilot.press("ctrl+z")
        await until_told(pilot, "What you wrote is a draft again")
        assert set(states().values()) == {"withdrawn"}
        await pilot.press("3")
        await pilot.until_shows("taken back by Ann")
        form = await composer(pilot)
        assert form.typed().text == TEXT and "Draft from" in pilot.text()
        await review(pilot)
        await pilot.press("y")
        await pilot.until(lambda: len(sent("reply")) == 2)
    assert sent("reply")[1].states == ["waiting"] * 3


async def test_sent_after_all_it_is_no_draft_any_more(company: Company, ticket: TicketDetail) -> None:
    async with window(company, ticket) as pilot:
        await answered(pilot)
        await pilot.press("ctrl+z")
        await until_told(pilot, "What you wrote is a draft again")
        await pilot.press("ctrl+y")
        await pilot.until(lambda: set(states().values()) == {"waiting"})
        await until_told(pilot, "takes it back")
        form = await composer(pilot)
        assert form.typed().text == "" and "Draft from" not in pilot.text()
        await pilot.press("escape", "ctrl+z")
        await pilot.until(lambda: set(states().values()) == {"withdrawn"})
        await until_told(pilot, "What you wrote is a draft again")
        form = await composer(pilot)
        assert form.typed().text == TEXT


async def test_too_late_it_says_so_and_the_history_says_what_became_of_it(
    company: Company, ticket: TicketDetail
) -> None:
    async with window(company, ticket) as pilot:
        await answered(pilot)
        with clock.frozen(NOON + 11 * clock.SECOND):
            (mail,) = outbox_sending.claim("one", 9)
            assert outbox_sending.begin("one", mail)
            by_address = {due.address: due.id for due in mail.recipients}
            outcomes = [Outcome(by_address.pop("cleo@cleo.example"), "failed", 550, "550 No such \x1b[31m user")]
            outcomes += [Outcome(key, "sent", 250, "OK") for key in by_address.values()]
            outbox_sending.settle(the_desk(), "one", mail, outcomes)
            await pilot.press("3", "f5")
            await pilot.until(lambda: "1 of 3 failed" in pilot.text())
            assert "Failed (550 No such" in pilot.text() and "\x1b" not in pilot.text()
            await pilot.press("ctrl+z")
            await until_told(pilot, "nobody can call it back")
    assert len(mails(company, ticket)) == 1


async def test_send_and_close_completes_the_ticket(company: Company, ticket: TicketDetail) -> None:
    async with window(company, ticket) as pilot:
        await answered(pilot, key="c")
    closed = tickets.get(company.admin, ticket.id)
    assert not closed.is_open and closed.resolution == TEXT


async def test_strangers_stand_out_and_enter_alone_does_not_send_to_them(
    company: Company, ticket: TicketDetail
) -> None:
    async with window(company, ticket) as pilot:
        await composer(pilot)
        await pilot.paste("See the attached log.")
        await pilot.press("shift+tab", "shift+tab", "shift+tab", "shift+tab")
        await pilot.type("gus@gus.example")
        text = await review(pilot)
        assert "Send this mail to a stranger as well?" in text
        assert "! gus@gus.example, a STRANGER" in text and "! The text speaks of an attachment" in text
        await pilot.press("enter")
        await pilot.until(lambda: isinstance(pilot.app.screen, ComposeScreen))
        assert sent("reply") == [] and "See the attached log." in pilot.text()


async def test_however_many_they_are_the_buttons_stay_in_sight(company: Company, ticket: TicketDetail) -> None:
    async with window(company, ticket) as pilot:
        form = await composer(pilot)
        await pilot.paste("See the attached list.")
        form.query_one("#bcc").value = ", ".join(f"p{at}@else.example" for at in range(90))  # type: ignore[attr-defined]
        text = await review(pilot)
        assert "Send this mail to 90 strangers" in text and "speaks of an attachment" in text
        assert "[ Send and close ]" in text and "Esc Write on" in text
        for _ in range(40):
            await pilot.press("pagedown")
        assert "p89@else.example" in pilot.text() and "[ Send and close ]" in pilot.text()


async def test_people_are_offered_while_one_types(company: Company, ticket: TicketDetail) -> None:
    async with window(company, ticket) as pilot:
        form = await composer(pilot, "H")
        await pilot.until_shows("ben@desk.example, colleague")
        assert "ann@desk.example" not in pilot.text()
        await pilot.type("dor")
        await pilot.until_shows("dora@desk.example")
        await pilot.press("tab")
        assert form.typed().to == "Dora <dora@desk.example>, "
        await pilot.type("ott")
        await pilot.press("enter")
        assert form.typed().to == "Dora <dora@desk.example>, Otto <otto@cleo.example>, "
        await pilot.press("tab")
        await pilot.type("o")
        await pilot.until(lambda: form.addressing._found != {})
        assert "otto@cleo.example" not in form.addressing._found
        await pilot.press("escape")
        assert isinstance(pilot.app.screen, ComposeScreen)


async def test_a_note_with_mail_goes_to_colleagues_only(company: Company, ticket: TicketDetail) -> None:
    async with window(company, ticket) as pilot:
        form = await composer(pilot, "H")
        assert form.typed().to == ""
        await pilot.type("ben")
        await pilot.press("tab", "tab", "tab", "tab", "tab", "tab")
        await pilot.paste("Can you look?")
        assert "Only colleagues get this" in await review(pilot)
        await pilot.press("y")
        await until_told(pilot, "Goes out")
    assert not mails(company, ticket)[0].public and sent("reply")[0].to[0][1] != "cleo@cleo.example"


async def test_the_mail_under_the_cursor_is_answered_and_quoted_below_the_text(
    company: Company, ticket: TicketDetail
) -> None:
    raw = letter(f"[{ticket.number}]", "Me too", sender="Otto <otto@cleo.example>", Cc="gus@gus.example")
    deliver(company.desk, raw)
    async with window(company, ticket, size=(140, 40)) as pilot:
        await pilot.press("3")
        await pilot.until_shows("Me too")
        while not any(line.startswith(">") and "Mail in" in line for line in pilot.lines()):
            await pilot.press("down")
        form = await composer(pilot)
        assert form.typed().to == "Otto <otto@cleo.example>"
        assert any("│" in line and "Me too" in line for line in pilot.lines())
        await pilot.type("Yes")
        await pilot.press("f3")
        assert form.typed().text.startswith("Yes\n\n") and form.typed().text.endswith("> Me too\n")
        await pilot.type("!")
        assert form.typed().text.startswith("Yes!\n")
        await pilot.press("f3")
        assert form.typed().text == "Yes!"
        await pilot.press("escape")
        await pilot.until_shows("Throw away")
        await pilot.press("y")
        await pilot.until(lambda: isinstance(pilot.app.screen, TicketScreen))
        form = await composer(pilot, "F")
        assert form.typed().to == "Otto <otto@cleo.example>, Cleo <cleo@cleo.example>"
        assert form.typed().cc == "gus@gus.example"


async def test_files_and_canned_texts_go_along_and_survive_the_program(
    company: Company, ticket: TicketDetail, tmp_path: Path
) -> None:
    CANNED_TEXTS.add(company.admin, name="Thanks", text="Dear {requester}, thank you. {employee}")
    (tmp_path / "log.txt").write_bytes(b"x" * 2048)
    async with window(company, ticket) as pilot:
        form = await composer(pilot)
        await pilot.press("ctrl+b")
        await pilot.until_shows("Insert which text?")
        await pilot.press("enter")
        await pilot.until(lambda: form.typed().text == "Dear Cleo, thank you. Ann")
        await pilot.press("ctrl+f")
        await pilot.until_shows("File to attach")
        await pilot.type(str(tmp_path / "log.txt"))
        await pilot.press("enter")
        await pilot.until_shows("log.txt (2 kB)")
        before = form.typed()
    async with window(company, ticket) as pilot:
        form = await composer(pilot)
        assert form.typed() == before and "Draft from" in pilot.text() and "log.txt (2 kB)" in pilot.text()
        assert form.area.cursor_location == form.area.document.end
        await pilot.press("ctrl+n")
        assert form.typed().text == "" and form.files == ()
        await pilot.press("ctrl+n")
        assert form.typed() == before
        (tmp_path / "log.txt").unlink()
        await pilot.press("ctrl+s")
        await pilot.until_shows("cannot be read")
        (tmp_path / "log.txt").write_bytes(b"y")
        assert "log.txt (1 B)" in await review(pilot)
        await pilot.press("y")
        await until_told(pilot, "Goes out")
    assert [part.get_payload(decode=True) for part in sent("reply")[0].message.iter_attachments()] == [b"y"]


async def test_sent_at_the_last_moment_it_is_not_sent_twice(company: Company, ticket: TicketDetail) -> None:
    async with window(company, ticket) as pilot:
        form = await composer(pilot)
        await pilot.paste(TEXT)
        form.keep_draft()
        form.end_draft = lambda *, keep=False: None  # type: ignore[method-assign]  # the program is lost right then
        await review(pilot)
        await pilot.press("y")
        await until_told(pilot, "Goes out")
    async with window(company, ticket) as pilot:
        await composer(pilot)
        assert "Draft from" in pilot.text()
        await review(pilot)
        await pilot.press("y")
        await pilot.until(lambda: isinstance(pilot.app.screen, TicketScreen))
    assert len(sent("reply")) == 1


async def test_what_is_wrong_is_said_where_it_stands_and_the_text_stays(company: Company, ticket: TicketDetail) -> None:
    async with window(company, ticket) as pilot:
        form = await composer(pilot)
        await pilot.press("ctrl+s")
        await pilot.until_shows("The mail is empty")
        await pilot.paste(TEXT)
        form.query_one("#cc Input").focus()
        await pilot.type("no address")
        await pilot.press("ctrl+s")
        await pilot.until_shows("is no mail address")
        assert form.typed().text == TEXT and form.query_one("#cc").has_focus_within


async def test_nobody_writes_where_nobody_can(company: Company, ticket: TicketDetail) -> None:
    preferences.set_desk_setting(company.admin, "smtp_host", "")
    async with window(company, ticket) as pilot:
        await pilot.press("Y")
        await until_told(pilot, "The desk knows no server for outgoing mail")
        assert isinstance(pilot.app.screen, TicketScreen)
    preferences.set_desk_setting(company.admin, "smtp_host", "smtp.desk.example")
    async with window(company, ticket, "Cleo") as pilot:
        await pilot.press("Y")
        await until_told(pilot, "Only employees")
        assert isinstance(pilot.app.screen, TicketScreen)


async def test_from_the_list_one_ticket_is_answered(company: Company, ticket: TicketDetail) -> None:
    other = company.open_ticket("Ann", "Second")
    preferences.put(company.session("Ann"), "main", {"start": "all"})
    async with desk_app(company.session("Ann")) as pilot:
        await pilot.until_shows("Second")
        await pilot.press("ctrl+a", "Y")
        await until_told(pilot, "2 tickets are marked; a mail is about one.")
        await pilot.press("escape", "g")
        form = await composer(pilot)
        assert form.ticket_id in (ticket.id, other.id)
        await pilot.paste(TEXT)
        await review(pilot)
        await pilot.press("y")
        await until_told(pilot, "Goes out")
        await pilot.until(lambda: not isinstance(pilot.app.screen, ComposeScreen))
    assert len(sent("reply")) == 1


async def test_hostile_text_stays_text_in_every_part_of_it(company: Company, ticket: TicketDetail) -> None:
    ann = company.session("Ann")
    evil = "[/x][@click=app.quit]boo[/]\x1b]52;c;AAAA\x07\u202e"
    recipients.add_external(ann, ticket.id, "x@cleo.example", evil)
    deliver(company.desk, letter(f"[{ticket.number}] {evil}", evil, sender="Otto <otto@cleo.example>"))
    async with window(company, ticket, size=(160, 45)) as pilot:
        form = await composer(pilot, "F")
        assert "[@click=app.quit]" in pilot.text()
        for name in ("to", "cc", "bcc", "subject"):
            form.query_one(f"#{name} Input").focus()
            await pilot.settle()
            for _, text in list(marked())[:8]:
                await pilot.paste(text)
        form.query_one("#text").focus()
        for _, text in marked():
            await pilot.paste(text)
        await pilot.press("f3", "ctrl+s")
        await pilot.settle()
        assert "\x1b" not in pilot.text() and "\u202e" not in pilot.text()
        for name in ("to", "cc", "bcc"):
            form.query_one(f"#{name}").value = ""  # type: ignore[attr-defined]
        form.query_one("#to").value = '"[@click=app.quit]x[/]" <cleo@cleo.example>'  # type: ignore[attr-defined]
        text = await review(pilot)
        assert "[@click=app.quit]x[/]" in text and "\x1b" not in text and "\u202e" not in text


async def test_however_long_subject_and_names_are_who_gets_the_mail_and_the_buttons_stay_in_sight(
    company: Company, ticket: TicketDetail
) -> None:
    async with window(company, ticket) as pilot:
        form = await composer(pilot)
        await pilot.paste(TEXT)
        form.query_one("#subject").value = "長い" * 500  # type: ignore[attr-defined]
        form.query_one("#to").value = f'"{"N" * 5_000}" <gus@gus.example>'  # type: ignore[attr-defined]
        text = await review(pilot)
        assert "<gus@gus.example>, a STRANGER" in " ".join(text.replace("│", "").split())
        assert "[ Send and close ]" in text and "ben@desk.example" in text and "Esc Write on" in text
