"""Getting about as a technician does: back, forward, recent tickets, through a list from inside a ticket."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from models.binding import connection, open_database
from services import clock, preferences, recent
from services.numbers import number_of
from tests.support.desk_app import desk_app
from tests.support.pilot import FastPilot
from tests.support.small_desk import COMPLETED, NEW, NOON, SmallDesk
from widgets.jump_labels import JumpLabel


@pytest.fixture
def desk(desk_url: str) -> Iterator[SmallDesk]:
    open_database(desk_url)
    with connection(), clock.frozen(NOON):
        desk = SmallDesk()
        desk.ticket("Printer on fire", manager="New Tickets", status=NEW, in_inbox=1, mark=1)
        desk.ticket("Mail is slow", in_inbox=1, description="Since Monday.")
        desk.ticket("New laptop")
        desk.ticket("Old story", status=COMPLETED, resolution="Solved")
        desk.ticket("Bob's router", manager="Bob", mark=1)
        yield desk


def start_at(desk: SmallDesk, name: str, entry: str) -> None:
    preferences.put(desk.session(name), "main", {"start": entry})


async def shows_ticket(pilot: FastPilot, subject: str) -> None:
    """Wait for the window of a ticket."""
    await pilot.until(lambda: subject in pilot.text().partition("\n")[0] and "1 General" in pilot.text())


async def shows_list(pilot: FastPilot, title: str) -> None:
    """Wait for the main window with a view."""
    await pilot.until(lambda: pilot.text().startswith(f" {title}"))


async def until_told(pilot: FastPilot, sentence: str) -> None:
    """Wait until the corner of the screen says so."""
    await pilot.until(lambda: any(sentence in each.message for each in pilot.app._notifications))


async def test_goes_back_and_forward_through_lists_and_tickets(desk: SmallDesk) -> None:
    start_at(desk, "Ada", "open")
    async with desk_app(desk.session("Ada")) as pilot:
        await shows_list(pilot, "Open")
        await pilot.press("down", "enter")
        await shows_ticket(pilot, "New laptop")
        await pilot.press("escape")
        await shows_list(pilot, "Open")
        await pilot.press("7")
        await shows_list(pilot, "Closed")
        await pilot.press("enter")
        await shows_ticket(pilot, "Old story")
        await pilot.press("ctrl+left")
        await shows_list(pilot, "Closed")
        await pilot.press("(")
        await shows_ticket(pilot, "New laptop")
        await pilot.press("(")
        await shows_list(pilot, "Open")
        assert pilot.lines()[0].endswith("2 / 4"), "the cursor is where it was"
        await pilot.press("(")
        await until_told(pilot, "Nothing was seen before this")
        await pilot.press(")", ")")
        await shows_list(pilot, "Closed")
        await pilot.press("ctrl+right")
        await shows_ticket(pilot, "Old story")
        await pilot.press(")")
        await until_told(pilot, "Nothing was seen after this")


async def test_back_from_a_list_leads_to_the_ticket_that_was_just_closed(desk: SmallDesk) -> None:
    start_at(desk, "Ada", "open")
    async with desk_app(desk.session("Ada")) as pilot:
        await shows_list(pilot, "Open")
        await pilot.press("enter")
        await shows_ticket(pilot, "Bob's router")
        await pilot.press("3", "escape")
        await shows_list(pilot, "Open")
        await pilot.press("(")
        await shows_ticket(pilot, "Bob's router")


async def test_a_ticket_that_is_gone_is_dropped_from_the_way_back(desk: SmallDesk) -> None:
    start_at(desk, "Cleo", "open")
    async with desk_app(desk.session("Cleo")) as pilot:
        await pilot.until_shows("New laptop")
        await pilot.press("escape", "enter")
        await shows_ticket(pilot, "Bob's router")
        await pilot.press("escape")
        await shows_list(pilot, "Open")
        from models import Ticket

        Ticket.update(archived=1).where(Ticket.subject == "Bob's router").execute()
        await pilot.press("(")
        await until_told(pilot, "There is no ticket")
        await shows_list(pilot, "Open")


async def test_goes_through_the_list_from_inside_a_ticket_and_comes_back_to_the_last_one(desk: SmallDesk) -> None:
    start_at(desk, "Ada", "open")
    async with desk_app(desk.session("Ada")) as pilot:
        await shows_list(pilot, "Open")
        await pilot.press("enter")
        await shows_ticket(pilot, "Bob's router")
        assert pilot.lines()[0].endswith("1 / 4")
        await pilot.press("2")
        await pilot.until_shows("[2 Details]")
        await pilot.press(".")
        await shows_ticket(pilot, "New laptop")
        assert "[2 Details]" in pilot.lines()[1]
        assert pilot.lines()[0].endswith("2 / 4")
        await pilot.press(".", ".")
        await shows_ticket(pilot, "Printer on fire")
        await pilot.press(".")
        await until_told(pilot, "This is the last ticket of the list")
        await pilot.press(",")
        await shows_ticket(pilot, "Mail is slow")
        await pilot.press("escape")
        await shows_list(pilot, "Open")
        assert pilot.lines()[0].endswith("3 / 4")


async def test_goes_to_the_next_unread_ticket_and_round_once(desk: SmallDesk) -> None:
    start_at(desk, "Ada", "open")
    async with desk_app(desk.session("Ada")) as pilot:
        await shows_list(pilot, "Open")
        await pilot.press("e")
        await pilot.until(lambda: pilot.lines()[0].endswith("4 / 4"))
        await pilot.press("e")
        await pilot.until(lambda: pilot.lines()[0].endswith("1 / 4"))
        await pilot.press("enter")
        await shows_ticket(pilot, "Bob's router")
        await pilot.press("N")
        await shows_ticket(pilot, "Printer on fire")
        await pilot.press("escape", "7")
        await shows_list(pilot, "Closed")
        await pilot.press("e")
        await until_told(pilot, "No other ticket of this list is unread")


async def test_recent_tickets_are_remembered_and_may_be_hidden_since(desk: SmallDesk) -> None:
    start_at(desk, "Ada", "open")
    ada = desk.session("Ada")
    async with desk_app(ada) as pilot:
        await shows_list(pilot, "Open")
        await pilot.press("ctrl+t")
        await until_told(pilot, "not looked at any other ticket")
        await pilot.press("enter")
        await shows_ticket(pilot, "Bob's router")
        await pilot.press(".")
        await shows_ticket(pilot, "New laptop")
    assert [row.subject for row in recent.listed(ada)] == ["New laptop", "Bob's router"]
    alone = desk.session("Ada", without=("view_others",))
    assert [row.subject for row in recent.listed(alone)] == ["New laptop"]
    async with desk_app(ada) as pilot:
        await shows_list(pilot, "Open")
        await pilot.press("ctrl+t")
        await pilot.until_shows("Recent tickets")
        await pilot.type("router")
        await pilot.press("enter")
        await shows_ticket(pilot, "Bob's router")


@pytest.mark.parametrize("typed", ["1001", "[0500-1001]", "0500-1001", "05001001", "Re: [0500-1001] Mail"])
async def test_finds_a_ticket_by_what_one_types_or_pastes_for_its_number(desk: SmallDesk, typed: str) -> None:
    start_at(desk, "Ada", "summary")
    async with desk_app(desk.session("Ada")) as pilot:
        await pilot.until_shows("Assigned to me")
        await pilot.press("#")
        await pilot.until_shows("Ticket number")
        await pilot.paste(typed)
        await pilot.press("enter")
        await shows_ticket(pilot, "Mail is slow")


async def test_a_new_ticket_gets_the_cursor(desk: SmallDesk) -> None:
    start_at(desk, "Ada", "open")
    async with desk_app(desk.session("Ada")) as pilot:
        await shows_list(pilot, "Open")
        await pilot.press("s", "down", "down", "n")
        await pilot.until_shows("New ticket")
        await pilot.press("tab", "tab", "tab")
        await pilot.type("Toner is empty")
        await pilot.press("tab", "enter")
        await pilot.until_shows("Category")
        await pilot.type("network")
        await pilot.press("enter")
        await pilot.press("ctrl+s")
        await shows_list(pilot, "Open")
        await pilot.until(lambda: pilot.app.screen.tickets.cursor_id == 6)  # type: ignore[attr-defined]
        assert number_of(6) in pilot.text()


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


def label_on(pilot: FastPilot, row: int, after: int = 0) -> str:
    """Return the first jump label on a row of the screen, from a column on."""
    labels = [each for each in pilot.app.screen.query(JumpLabel) if each.region.y == row and each.region.x >= after]
    assert labels, pilot.text()
    return min(labels, key=lambda each: each.region.x).letters


def row_with(pilot: FastPilot, text: str) -> int:
    return next(y for y, line in enumerate(pilot.lines()) if text in line)


async def test_labels_lead_to_every_part_of_a_screen(desk: SmallDesk) -> None:
    start_at(desk, "Ada", "open")
    async with desk_app(desk.session("Ada"), (100, 30)) as pilot:
        await shows_list(pilot, "Open")
        before = pilot.text()
        await pilot.press("f2")
        await pilot.until_shows("Type a label")
        await pilot.press(label_on(pilot, 1))
        await pilot.until(lambda: pilot.app.focused is not None and pilot.app.focused.id == "views")
        assert "Type a label" not in pilot.text()
        await pilot.press("f2", "escape")
        await pilot.until(lambda: "Type a label" not in pilot.text())
        assert pilot.app.focused is not None and pilot.app.focused.id == "views"
        await pilot.press("f2")
        await pilot.until_shows("Type a label")
        await pilot.press(label_on(pilot, 1, after=10))
        await pilot.until(lambda: pilot.app.focused is not None and pilot.app.focused.id == "tickets")
        assert pilot.text().splitlines()[1:4] == before.splitlines()[1:4]
        await pilot.press("f2", "down")
        await pilot.until(lambda: pilot.lines()[0].endswith("2 / 4"))
        assert "Type a label" not in pilot.text(), "any other key leaves the labels and does what it does"


async def test_labels_lead_to_tabs_and_fields_of_a_ticket(desk: SmallDesk) -> None:
    start_at(desk, "Ada", "inbox")
    async with desk_app(desk.session("Ada")) as pilot:
        await shows_list(pilot, "Inbox")
        await pilot.press("enter")
        await shows_ticket(pilot, "Mail is slow")
        row = row_with(pilot, "Category")
        await pilot.press("f2")
        await pilot.until_shows("Type a label")
        await pilot.press(label_on(pilot, row))
        await pilot.until(lambda: pilot.lines()[row].startswith(">Category"))
        await pilot.press("f2")
        await pilot.until_shows("Type a label")
        await pilot.press(label_on(pilot, 1, after=5))
        await pilot.until_shows("[2 Details]")


async def test_labels_are_not_in_the_way_of_typing(desk: SmallDesk) -> None:
    start_at(desk, "Ada", "open")
    async with desk_app(desk.session("Ada")) as pilot:
        await shows_list(pilot, "Open")
        await pilot.press("n")
        await pilot.until_shows("New ticket")
        row = row_with(pilot, "tell the manager")
        await pilot.press("tab", "tab", "tab")
        await pilot.type("Toner")
        await pilot.press("f2", "escape")
        await pilot.type(" is out")
        await pilot.until_shows("Toner is out")
        await pilot.press("f2")
        await pilot.until_shows("Type a label")
        await pilot.press(label_on(pilot, row))
        await pilot.until(lambda: pilot.app.focused is not None and pilot.app.focused.id == "send_confirmation")


def shape(pilot: FastPilot) -> tuple[int, int, int]:
    """The width and height of the preview, and the height of the list."""
    preview, tickets = pilot.app.screen.query_one("#preview"), pilot.app.screen.query_one("#tickets")
    return preview.outer_size.width, preview.outer_size.height, tickets.outer_size.height if tickets.display else 0


async def test_the_preview_takes_more_room_all_of_it_and_none_and_that_is_remembered(desk: SmallDesk) -> None:
    start_at(desk, "Ada", "open")
    ada = desk.session("Ada")
    async with desk_app(ada, (160, 40)) as pilot:
        await shows_list(pilot, "Open")
        assert shape(pilot)[0] == 55
        await pilot.press("}", "}")
        assert shape(pilot)[0] == 69
        await pilot.press("P")
        await pilot.until(lambda: shape(pilot)[2] == 0)
        assert shape(pilot)[:2] == (138, 38)
        await pilot.press(".")
        await pilot.until_shows("New laptop")
        await pilot.press("}", "}")
        await until_told(pilot, "P shows it")
        assert len(pilot.app._notifications) == 1, "what is said already is not said twice"
        await pilot.press("escape")
        await pilot.until(lambda: shape(pilot)[0] == 69)
        assert pilot.lines()[0].endswith("2 / 4")
        await pilot.press("P", "P", "P")
        await pilot.until(lambda: shape(pilot)[0] == 138)
        below = shape(pilot)[1]
        await pilot.press("}", "}")
        assert shape(pilot)[1] > below
        large = shape(pilot)
        await pilot.press(*["}"] * 20)
        assert shape(pilot)[2] > 4, "the list is always to be seen"
        await pilot.press(*["{"] * 20, *["}"] * 5)
        assert shape(pilot) == large
        await pilot.press("C")
        await pilot.until_shows("Columns of the ticket list")
        await pilot.press("space", "enter")
        await shows_list(pilot, "Open")
        titles = pilot.lines()[1]
        assert "Number" not in titles
    async with desk_app(ada, (160, 40)) as pilot:
        await shows_list(pilot, "Open")
        assert shape(pilot) == large
        assert pilot.lines()[1] == titles


async def test_the_palette_knows_a_ticket_by_its_number(desk: SmallDesk) -> None:
    start_at(desk, "Ada", "open")
    async with desk_app(desk.session("Ada")) as pilot:
        await shows_list(pilot, "Open")
        await pilot.press(":")
        await pilot.until_shows("Type to filter")
        await pilot.type("0500-1001")
        await pilot.until_shows("Ticket 0500-1001")
        await pilot.press("enter")
        await shows_ticket(pilot, "Mail is slow")
        await pilot.press(":")
        await pilot.until_shows("Type to filter")
        await pilot.type("9999")
        await pilot.press("enter")
        await until_told(pilot, "There is no ticket ending in 9999")


async def test_goes_through_a_long_list_whose_end_was_still_on_its_way(desk: SmallDesk) -> None:
    desk.tickets(700)
    start_at(desk, "Ada", "open")
    async with desk_app(desk.session("Ada")) as pilot:
        await shows_list(pilot, "Open")
        tickets = pilot.app.screen.tickets  # type: ignore[attr-defined]
        await pilot.until(lambda: len(tickets.ids) == 704)
        whole = tickets.ids
        tickets.replace_snapshot(whole[:128])
        tickets._total = 704
        await pilot.press("home", "enter")
        await pilot.until_shows("1 / 704")
        tickets.replace_snapshot(whole)
        walk = pilot.app.screen.walk  # type: ignore[attr-defined]
        walk.go_to(walk.rank + 126)
        await pilot.press(".", ".", ".")
        await pilot.until(lambda: walk.rank >= 129)
        assert walk.ids == whole
        await pilot.press("escape")
        await shows_list(pilot, "Open")
        await pilot.until(lambda: tickets.cursor_id == walk.ticket_id)


async def test_goes_through_a_list_of_the_summary_page(desk: SmallDesk) -> None:
    start_at(desk, "Ada", "summary")
    async with desk_app(desk.session("Ada")) as pilot:
        await pilot.until_shows("New laptop")
        await pilot.press("enter")
        await shows_ticket(pilot, "New laptop")
        assert pilot.lines()[0].endswith("1 / 2")
        await pilot.press(".")
        await shows_ticket(pilot, "Mail is slow")
        await pilot.press("escape")
        await pilot.until_shows("Assigned to me: newest")
        await pilot.until(lambda: any(line.startswith(" >0500-1001") for line in pilot.lines()))
