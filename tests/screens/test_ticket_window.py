"""The ticket window as people work with it: reading, editing in place, conflicts, files, charges, recipients."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from models import Mail, MailOriginal
from models.binding import connection, open_database
from screens.ticket import TicketScreen
from services import blobs, charges, clock, documents, mail_files, recipients, tickets
from services.charges import NewCharge
from services.errors import NotFound
from services.ticket_changes import change
from tests.support.desk_app import desk_app
from tests.support.pilot import FastPilot
from tests.support.small_desk import NOON, SmallDesk, counted_queries


@pytest.fixture
def desk(desk_url: str) -> Iterator[SmallDesk]:
    open_database(desk_url)
    with connection(), clock.frozen(NOON):
        yield SmallDesk()


@pytest.fixture
def ticket(desk: SmallDesk) -> int:
    return desk.ticket("Printer on fire", description="It burns.\nPlease help.", contact=desk.contacts["Cleo"])


@asynccontextmanager
async def window(
    desk: SmallDesk, ticket: int, name: str = "Ada", size: tuple[int, int] = (80, 24), **options: tuple[str, ...]
) -> AsyncIterator[FastPilot]:
    session = desk.session(name, **options)
    async with desk_app(session, size) as pilot:
        pilot.app.push_screen(TicketScreen(ticket))
        await pilot.until(lambda: isinstance(pilot.app.screen, TicketScreen))
        await pilot.until_shows(tickets.get(session, ticket).number)
        yield pilot


def field(pilot: FastPilot, label: str) -> str:
    """What the line of a field shows after its label."""
    # The head may tell by the same word that somebody else changed the field.
    line = next((line for line in pilot.lines()[1:] if line.lstrip(" >").startswith(label)), None)
    assert line is not None, f"There is no {label}:\n{pilot.text()}"
    return line.partition(label)[2].strip()


def told(pilot: FastPilot) -> str:
    """What the corner of the screen says; a headless app keeps it without showing it."""
    return " ".join(notification.message for notification in pilot.app._notifications)


async def go_to(pilot: FastPilot, label: str) -> None:
    """Move the cursor down to a field or row."""
    for _ in range(40):
        if any(line.startswith(">") and label in line for line in pilot.lines()):
            return
        await pilot.press("down")
    raise AssertionError(f"There is no {label}:\n{pilot.text()}")


async def test_the_tabs_show_what_there_is_to_know(desk: SmallDesk, ticket: int) -> None:
    desk.entry(ticket, "note", "Pulled the plug", actor="Bob")
    async with window(desk, ticket) as pilot:
        assert pilot.lines()[0].startswith(" 0500-1000  Printer on fire")
        assert pilot.lines()[0].endswith("In House · Ada")
        assert field(pilot, "Contact's email") == "cleo@acme.example"
        assert "Please help." in pilot.text()
        await pilot.press("2")
        await pilot.until_shows("Time to resolution")
        assert field(pilot, "Time to resolution").startswith("open for")
        await pilot.press("right_square_bracket")
        await pilot.until_shows("Pulled the plug")
        assert "Note (internal) Bob" in pilot.text()
        await pilot.press("left_square_bracket", "left_square_bracket")
        assert "Please help." in pilot.text()


async def test_two_columns_where_there_is_room(desk: SmallDesk, ticket: int) -> None:
    async with window(desk, ticket, size=(120, 40)) as pilot:
        line = next(line for line in pilot.lines() if "Subject" in line)
        assert "Account" in line
        await pilot.press("right", "down")
        assert any(">Contact" in line for line in pilot.lines())
        await pilot.press("left")
        assert isinstance(pilot.app.screen, TicketScreen)


async def test_a_subject_is_edited_in_place_and_a_refused_one_stays_typed(desk: SmallDesk, ticket: int) -> None:
    async with window(desk, ticket) as pilot:
        await pilot.press("enter")
        await pilot.until_shows("Subject of 0500-1000")
        await pilot.press("ctrl+u", "enter")
        await pilot.until_shows("! A ticket needs a subject")
        await pilot.type("Printer put out\n")
        await pilot.until_shows("0500-1000  Printer put out")
        assert tickets.get(desk.session("Ada"), ticket).subject == "Printer put out"
        assert "Subject" in next(line for line in pilot.lines() if line.startswith(">"))


async def test_a_due_date_is_typed_the_way_people_say_it(desk: SmallDesk, ticket: int) -> None:
    async with window(desk, ticket) as pilot:
        await go_to(pilot, "Due")
        await pilot.press("enter")
        await pilot.type("tomorrow 9am\n")
        await pilot.until(lambda: field(pilot, "Due") == "2026-11-26 09:00")
        # Typing takes the place of the date that stands there.
        await pilot.press("enter")
        await pilot.type("friday 14:00\n")
        await pilot.until(lambda: field(pilot, "Due") == "2026-11-27 14:00")


async def test_links_are_chosen_from_lists(desk: SmallDesk, ticket: int) -> None:
    async with window(desk, ticket) as pilot:
        await go_to(pilot, "Category")
        await pilot.press("enter")
        await pilot.until_shows("Category of 0500-1000")
        await pilot.type("netw\n")
        await pilot.until(lambda: field(pilot, "Category") == "Network")
        await go_to(pilot, "Account")
        await pilot.press("enter")
        await pilot.until_shows("Globex")
        await pilot.type("glob\n")
        await pilot.until(lambda: field(pilot, "Account ") == "Globex")
        assert tickets.get(desk.session("Ada"), ticket).contact == ""


@pytest.mark.parametrize("mine", [True, False])
async def test_a_collision_shows_both_values_and_lets_the_person_choose(
    desk: SmallDesk, ticket: int, mine: bool
) -> None:
    async with window(desk, ticket) as pilot:
        await pilot.press("enter")
        await pilot.until_shows("Subject of")
        change(desk.session("Bob"), ticket, {"subject": "Bob was here"})
        await pilot.press("ctrl+u")
        await pilot.type("Ada was here\n")
        await pilot.until_shows("Somebody else changed Subject")
        assert "Bob was here" in pilot.text() and "Ada was here" in pilot.text()
        await pilot.type("use mine\n" if mine else "keep\n")
        await pilot.until_shows(f"0500-1000  {'Ada' if mine else 'Bob'} was here")


async def test_esc_in_a_collision_brings_the_typed_text_back(desk: SmallDesk, ticket: int) -> None:
    async with window(desk, ticket) as pilot:
        await pilot.press("enter")
        await pilot.until_shows("Subject of")
        change(desk.session("Bob"), ticket, {"subject": "Bob was here"})
        await pilot.press("ctrl+u")
        await pilot.type("Ada was here\n")
        await pilot.until_shows("Somebody else changed")
        await pilot.press("escape")
        await pilot.until_shows("Subject of 0500-1000")
        assert "Ada was here" in pilot.text()


async def test_a_collision_of_a_quick_edit_is_settled_the_same_way(desk: SmallDesk, ticket: int) -> None:
    async with window(desk, ticket) as pilot:
        await pilot.press("p")
        await pilot.until_shows("Priority of 0500-1000")
        change(desk.session("Bob"), ticket, {"priority": 4})
        await pilot.type("low\n")
        await pilot.until_shows("Somebody else changed Priority")
        assert "Urgent" in pilot.text() and "Low" in pilot.text()
        await pilot.type("mine\n")
        await pilot.until(lambda: field(pilot, "Priority") == "Low")


async def test_a_resolution_is_written_in_the_details(desk: SmallDesk, ticket: int) -> None:
    async with window(desk, ticket) as pilot:
        await pilot.press("2", "G", "enter")
        await pilot.until_shows("Resolution of 0500-1000")
        await pilot.type("Bought a new one.")
        await pilot.press("ctrl+s")
        await pilot.until(lambda: field(pilot, "Resolution") == "Bought a new one.")


async def test_what_one_may_not_change_says_why(desk: SmallDesk) -> None:
    ticket = desk.ticket("Bob's router", manager="Bob")
    async with window(desk, ticket, without=("change_others",)) as pilot:
        await pilot.press("enter")
        await pilot.until(lambda: "managed by Bob" in told(pilot))


async def test_history_filters_reverses_and_folds(desk: SmallDesk, ticket: int) -> None:
    desk.entry(ticket, "note", "First note")
    desk.entry(ticket, "charge", "Work: 1 h")
    desk.entry(ticket, "note", "Last note")
    async with window(desk, ticket) as pilot:
        await pilot.press("3")
        await pilot.until_shows("Last note")
        text = pilot.text()
        assert text.index("Last note") < text.index("Work: 1 h") < text.index("First note")
        await pilot.press("O")
        text = pilot.text()
        assert text.index("First note") < text.index("Last note")
        assert pilot.lines()[-4].startswith(">") or "Last note" in pilot.text()
        await pilot.press("f", "f", "f")
        await pilot.until_shows("Notes, oldest first")
        assert "Work: 1 h" not in pilot.text()
        await pilot.press("enter")
        assert "Last note" not in pilot.text()


async def test_older_entries_come_when_somebody_goes_there(desk: SmallDesk, ticket: int) -> None:
    for number in range(150):
        desk.entry(ticket, "note", f"Note number {number}.")
    async with window(desk, ticket) as pilot:
        await pilot.press("3")
        await pilot.until_shows("Note number 149.")
        assert "60 entries and older ones" in pilot.lines()[2]
        await pilot.press("G")
        await pilot.until_shows("150 entries")
        await pilot.press("G")
        await pilot.until_shows("Note number 0.")


async def test_opening_asks_the_database_a_handful_of_questions(desk: SmallDesk, ticket: int) -> None:
    change(desk.session("Bob"), ticket, {"priority": 4, "category": desk.categories["Network"]})
    for number in range(500):
        desk.entry(ticket, "note", f"Note number {number}.")
    async with desk_app(desk.session("Ada")) as pilot:
        await pilot.settle()
        with counted_queries() as asked:
            pilot.app.push_screen(TicketScreen(ticket))
            await pilot.until_shows("0500-1000  Printer on fire")
            assert len([sql for sql in asked if sql.lstrip().startswith("SELECT")]) <= 10, asked


def file_mail(desk: SmallDesk, ticket: int, public: bool = True) -> bytes:
    """File a mail with an attachment, a signature and a quote on a ticket, and return its raw bytes."""
    from services import journal

    raw = b"From: cleo@acme.example\r\nSubject: Re: fire\r\n\r\nIt still burns\xff\r\n"
    with journal.operation(desk.session("Dora"), "file-mail") as op:
        original = MailOriginal.insert(blob=blobs.store(raw), state="filed", received_at=NOON).execute()
        mail = Mail.insert(
            original=original,
            ticket=ticket,
            direction="in",
            message_id="<1@acme.example>",
            sender_name="Cleo",
            sender_email="cleo@acme.example",
            to='[["Support", "support@desk.example"]]',
            cc='[["", "boss@acme.example"]]',
            subject="Re: fire",
        ).execute()
        documents.attach_within(op, ticket, "smoke.png", "image/png", b"png", mail_id=mail)
        body = "It still burns\n\n-- \nCleo\nMarsh Hall 1\n\n> one\n> two\n> three\n> four"
        op.entry(ticket, "mail_in", body, public=public, subject_id=mail)
    return raw


async def test_a_mail_reads_inline_and_its_files_and_original_are_saved(
    desk: SmallDesk, ticket: int, tmp_path: Path
) -> None:
    raw = file_mail(desk, ticket)
    async with window(desk, ticket, size=(120, 30)) as pilot:
        await pilot.press("3")
        await pilot.until_shows("It still burns")
        assert "Cleo to Support: Re: fire" in pilot.text()
        assert "From: Cleo <cleo@acme.example>" in pilot.text()
        assert "Cc: boss@acme.example" in pilot.text() and "smoke.png, 3 B" in pilot.text()
        assert "4 quoted lines" in pilot.text()
        assert "… 3 lines of a signature" in pilot.text() and "Marsh Hall 1" not in pilot.text()
        await pilot.press("z")
        await pilot.until_shows("> three")
        assert "Marsh Hall 1" in pilot.text()
        await pilot.press("s")
        await pilot.until_shows("Save smoke.png")
        await pilot.press("ctrl+u")
        await pilot.type(f"{tmp_path}/smoke.png\n")
        await pilot.until(lambda: (tmp_path / "smoke.png").exists())
        assert (tmp_path / "smoke.png").read_bytes() == b"png"
        await pilot.press("o")
        await pilot.until_shows("Save the original mail")
        await pilot.press("ctrl+u")
        await pilot.type(f"{tmp_path}/mail.eml\n")
        await pilot.until(lambda: (tmp_path / "mail.eml").exists())
        assert (tmp_path / "mail.eml").read_bytes() == raw


async def test_recipients_are_added_changed_and_removed(desk: SmallDesk, ticket: int) -> None:
    session = desk.session("Ada")
    async with window(desk, ticket) as pilot:
        await pilot.press("4", "n")
        await pilot.until_shows("Add a recipient")
        await pilot.type("cleo\n")
        await pilot.until_shows("cleo@acme.example")
        assert [(each.kind, each.address) for each in recipients.external(session, ticket)] == [
            ("to", "cleo@acme.example")
        ]
        await pilot.press("n")
        await pilot.type("another\n")
        await pilot.type("nonsense\n")
        await pilot.until_shows("is no mail address")
        await pilot.press("ctrl+u")
        await pilot.type("Boss <boss@acme.example>\n")
        await pilot.until_shows("gets mail as")
        await pilot.type("bcc\n")
        await pilot.until_shows("boss@acme.example")
        assert recipients.external(session, ticket)[1].kind == "bcc"
        await pilot.press("n")
        await pilot.type("ticket manager\n")
        await pilot.until_shows("every mail")
        await pilot.press("S")
        await pilot.until(lambda: not recipients.employees(session, ticket))
        await pilot.press("S")
        await pilot.until(lambda: [each.name for each in recipients.employees(session, ticket)] == ["Ada"])
        await pilot.press("g", "D")
        await pilot.until(lambda: len(recipients.external(session, ticket)) == 1)


async def test_work_is_charged_corrected_and_removed(desk: SmallDesk, ticket: int) -> None:
    session = desk.session("Ada")
    async with window(desk, ticket, size=(100, 30)) as pilot:
        await pilot.press("5", "n")
        await pilot.until_shows("Charge on 0500-1000")
        await pilot.type("other work\n")
        await pilot.until_shows("Add work on 0500-1000")
        await pilot.type("On site\n")
        await pilot.press("ctrl+u")
        await pilot.type("an hour\n85\n")
        await pilot.press("ctrl+s")
        await pilot.until_shows("is no quantity")
        assert "an hour" in pilot.text() and "On site" in pilot.text()
        await pilot.press("ctrl+u")
        await pilot.type("1:30\n")
        await pilot.press("ctrl+s")
        await pilot.until_shows("Billable total: 127.50 USD")
        await pilot.press("enter")
        await pilot.until_shows("Correct work")
        await pilot.press("f3", "ctrl+s")
        await pilot.until_shows("Billable total: nothing")
        assert not charges.listed(session, ticket)[0].billable
        await pilot.press("D")
        await pilot.until_shows("Remove On site, 127.50 USD?")
        await pilot.press("y")
        await pilot.until_shows("Nothing has been charged")


async def test_files_are_uploaded_and_never_overwrite_unasked(desk: SmallDesk, ticket: int, tmp_path: Path) -> None:
    (tmp_path / "plan.txt").write_text("the plan")
    session = desk.session("Ada")
    async with window(desk, ticket) as pilot:
        await pilot.press("6", "n")
        await pilot.until_shows("Upload a file")
        await pilot.type(f"{tmp_path}/plan.txt\n")
        await pilot.until(lambda: documents.listed(session, ticket))
        await pilot.until_shows("plan.txt")
        (tmp_path / "plan.txt").write_text("another plan")
        await pilot.press("s")
        await pilot.until_shows("Save plan.txt")
        await pilot.press("ctrl+u")
        await pilot.type(f"{tmp_path}/plan.txt\n")
        await pilot.until_shows("Overwrite plan.txt?")
        await pilot.press("enter")
        assert (tmp_path / "plan.txt").read_text() == "another plan"
        await pilot.press("escape", "D", "y")
        await pilot.until_shows("There are no files")


async def test_a_client_reads_the_public_part_only(desk: SmallDesk, ticket: int) -> None:
    desk.entry(ticket, "note", "Internal gossip", actor="Bob")
    desk.entry(ticket, "note", "We are on it", actor="Bob", public=True)
    async with window(desk, ticket, "Cleo") as pilot:
        await pilot.press("3")
        await pilot.until_shows("We are on it")
        assert "gossip" not in pilot.text()
        await pilot.press("1", "enter")
        await pilot.until(lambda: "Only employees of the desk change this" in told(pilot))
        await go_to(pilot, "URL")
        await pilot.press("enter")
        await pilot.type("https://acme.example\n")
        await pilot.until(lambda: field(pilot, "URL") == "https://acme.example")


async def test_hostile_text_stays_text_on_every_tab(desk: SmallDesk) -> None:
    evil = "[/x][@click=app.quit]boo[/]\x1b]52;c;AAAA\x07\u202e"
    ticket = desk.ticket(evil, description=evil, requester_name=evil, url=evil, resolution=evil)
    desk.entry(ticket, "note", evil, actor=evil)
    session = desk.session("Ada")
    # Before the program began, or it would be told as news where the subject stands.
    with clock.frozen(clock.now() - clock.HOUR):
        recipients.add_external(session, ticket, "x@acme.example", evil)
        charges.add(session, ticket, NewCharge("work", evil, 1000, 100, note=evil))
        documents.attach_bytes(session, ticket, evil, b"x")
    async with window(desk, ticket) as pilot:
        for key in "123456":
            await pilot.press(key)
            await pilot.until_shows("[@click=app.quit]")
            assert "\x1b" not in pilot.text() and "\u202e" not in pilot.text()


async def test_a_ticket_that_is_not_there_closes_its_window_with_a_sentence(desk: SmallDesk) -> None:
    async with desk_app(desk.session("Ada")) as pilot:
        pilot.app.push_screen(TicketScreen(999))
        await pilot.until(lambda: "There is no ticket" in told(pilot))
        assert not isinstance(pilot.app.screen, TicketScreen)


async def test_looking_for_a_few_seconds_opens_the_managers_envelope(
    desk: SmallDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("screens.ticket.ticket_screen.READ_AFTER_SECONDS", 0)
    ticket = desk.ticket("Unread", in_inbox=1, mark=1)
    async with window(desk, ticket, "Bob"):
        pass
    assert tickets.get(desk.session("Ada"), ticket).mark == 1
    async with window(desk, ticket) as pilot:
        await pilot.until(lambda: tickets.get(desk.session("Ada"), ticket).mark == 2)
        await pilot.press("3")
        await pilot.until_shows("Read by the manager")


async def test_leaving_goes_back_to_where_one_came_from(desk: SmallDesk, ticket: int) -> None:
    for key in ("q", "left", "backspace", "escape"):
        async with window(desk, ticket) as pilot:
            await pilot.press(key)
            await pilot.until(lambda: not isinstance(pilot.app.screen, TicketScreen))


async def test_a_note_is_internal_until_one_says_otherwise_and_warns_who_reads_it(desk: SmallDesk, ticket: int) -> None:
    async with window(desk, ticket) as pilot:
        await pilot.press("a")
        await pilot.until_shows("Clients can read public notes: no passwords")
        await pilot.type("Look behind the rack")
        await pilot.press("ctrl+s")
        await pilot.until(lambda: isinstance(pilot.app.screen, TicketScreen))
        await pilot.press("3")
        await pilot.until_shows("Note (internal) Ada")
        await pilot.until_shows("Look behind the rack")


def test_clients_get_the_originals_of_public_mails_only(desk: SmallDesk, ticket: int) -> None:
    raw = file_mail(desk, ticket, public=False)
    mail = Mail.select().get().id
    assert mail_files.content(desk.session("Ada"), mail) == ("0500-1000 Re_ fire.eml", raw)
    with pytest.raises(NotFound):
        mail_files.content(desk.session("Cleo"), mail)
    with pytest.raises(NotFound):
        mail_files.content(desk.session("Ada"), mail + 1)


async def test_a_transfer_to_another_account_needs_a_note(desk: SmallDesk, ticket: int) -> None:
    async with window(desk, ticket) as pilot:
        await pilot.press("T")
        await pilot.until_shows("Transfer 0500-1000")
        await pilot.press("ctrl+s")
        await pilot.until_shows("Say to whom the ticket goes")
        await pilot.press("down", "enter")
        await pilot.until_shows("Globex")
        await pilot.type("globex\n")
        await pilot.press("ctrl+s")
        await pilot.until_shows("Add a note")
        await pilot.type("It is Globex's printer")
        await pilot.press("ctrl+s")
        await pilot.until(lambda: isinstance(pilot.app.screen, TicketScreen) and field(pilot, "Account") == "Globex")
        await pilot.press("3")
        await pilot.until_shows("It is Globex's printer")


async def test_a_merged_ticket_says_where_work_goes_on_and_leads_there(desk: SmallDesk, ticket: int) -> None:
    duplicate = desk.ticket("Printer burns", merged_into=ticket)
    async with window(desk, duplicate) as pilot:
        await pilot.until_shows("merged into 0500-1000")
        await pilot.press("2")
        await pilot.until_shows("In the Inbox")
        await go_to(pilot, "Merged into")
        await pilot.press("enter")
        await pilot.until_shows("Printer on fire")


async def test_without_the_privilege_no_dialog_ends_in_a_refusal(desk: SmallDesk, ticket: int) -> None:
    async with window(desk, ticket, "Bob", without=("change_others",)) as pilot:
        for key in "txpmdTc":
            await pilot.press(key)
            await pilot.until(lambda: "0500-1000 is managed by Ada, and you lack the privilege" in told(pilot))
            assert isinstance(pilot.app.screen, TicketScreen), key
        await pilot.press("a")
        await pilot.until_shows("Note on 0500-1000")


async def test_a_client_proposes_a_date_for_any_ticket_of_the_company(desk: SmallDesk, ticket: int) -> None:
    async with window(desk, ticket, "Cleo") as pilot:
        await pilot.press("T")
        await pilot.until(lambda: "Only employees of the desk can do this" in told(pilot))
        await pilot.press("d")
        await pilot.until_shows("Due date of 0500-1000")
