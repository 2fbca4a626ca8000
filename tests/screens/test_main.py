"""The main window as a technician meets it: views, counts, marks, quick edits, what is remembered."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from textual.screen import Screen

from models import Ticket
from models.binding import connection, open_database
from screens.main import MainScreen
from services import clock, preferences
from tests.support.desk_app import desk_app
from tests.support.pilot import FastPilot
from tests.support.small_desk import COMPLETED, HOLD, NEW, NOON, SmallDesk, counted_queries


@pytest.fixture
def desk(desk_url: str) -> Iterator[SmallDesk]:
    open_database(desk_url)
    with connection(), clock.frozen(NOON):
        desk = SmallDesk()
        desk.ticket("Printer on fire", manager="New Tickets", status=NEW, in_inbox=1, mark=1)
        desk.ticket("Mail is slow", in_inbox=1, mark=1, description="Since Monday.")
        desk.ticket("New laptop", status=HOLD, waiting_for_dispatch=1)
        desk.ticket("Old story", status=COMPLETED, resolution="Solved")
        desk.ticket("Bob's router", manager="Bob", waiting_for_dispatch=1)
        yield desk


def start_at(desk: SmallDesk, name: str, entry: str, **state: object) -> None:
    """Let a person find the desk as if left at a view."""
    preferences.put(desk.session(name), "main", {"start": entry, **state})


def of(subject: str) -> Ticket:
    found: Ticket = Ticket.get(Ticket.subject == subject)
    return found


def pane_counts(pilot: FastPilot) -> dict[str, int]:
    """The views on the left with their counts."""
    words = [line.split("▕")[0].removeprefix(">").split() for line in pilot.lines()]
    return {" ".join(each[:-1]): int(each[-1]) for each in words if each and each[-1].isdigit()}


async def until_told(pilot: FastPilot, sentence: str) -> None:
    """Wait until the corner of the screen says so; there it stands on several lines."""
    await pilot.until(lambda: any(sentence in each.message for each in pilot.app._notifications))


async def test_starts_on_the_summary_page_and_goes_on_to_the_inbox(desk: SmallDesk) -> None:
    async with desk_app(desk.session("Ada")) as pilot:
        await pilot.until_shows("Assigned to me: newest")
        await pilot.press("escape")
        await pilot.until_shows("Printer on fire")
        assert pilot.lines()[0].startswith(" Inbox")
        assert pilot.lines()[0].endswith("1 / 2")


async def test_shows_every_view_with_its_count(desk: SmallDesk) -> None:
    start_at(desk, "Dora", "inbox")
    async with desk_app(desk.session("Dora"), (80, 30)) as pilot:
        await pilot.until_shows("Archived")
        await pilot.until(lambda: pane_counts(pilot).get("All") == 5)
        counts = pane_counts(pilot)
        assert counts["Inbox"] == counts["Dispatcher"] == 2
        assert (counts["Hold"], counts["Completed"], counts["Closed"], counts["Open"]) == (1, 1, 1, 4)
        for key, title, subject in (
            ("2", " Dispatcher", "Bob's router"),
            ("5", " All tickets", "Old story"),
            ("6", " Open", "New laptop"),
            ("7", " Closed", "Old story"),
        ):
            await pilot.press(key)
            await pilot.until(lambda: pilot.lines()[0].startswith(title))  # noqa: B023
            assert subject in pilot.text()


async def test_chooses_a_status_from_the_pane_with_the_keys(desk: SmallDesk) -> None:
    start_at(desk, "Ada", "open")
    async with desk_app(desk.session("Ada")) as pilot:
        await pilot.until_shows("New laptop")
        await pilot.press("h", "j", "enter")
        await pilot.until(lambda: pilot.lines()[0].startswith(" Status New"))
        assert "Printer on fire" in pilot.text()
        assert "New laptop" not in pilot.text()


async def test_filters_by_employee_on_top_of_the_view(desk: SmallDesk) -> None:
    start_at(desk, "Ada", "open")
    async with desk_app(desk.session("Ada")) as pilot:
        await pilot.until_shows("New laptop")
        await pilot.press("f")
        await pilot.until_shows("Show the tickets of")
        await pilot.type("Bob")
        await pilot.press("enter")
        await pilot.until_shows("managed by Bob")
        await pilot.until(lambda: "New laptop" not in pilot.text())
        assert "Bob's router" in pilot.text()


async def test_hides_the_employee_filter_from_who_may_not_see_others(desk: SmallDesk) -> None:
    start_at(desk, "Bob", "open")
    async with desk_app(desk.session("Bob", without=("view_others",))) as pilot:
        await pilot.until_shows("Bob's router")
        assert "Managed by" not in pilot.text()
        assert "New laptop" not in pilot.text()
        await pilot.press("f")
        await until_told(pilot, "only your own tickets")


async def test_a_client_sees_its_company_and_nothing_of_the_desk(desk: SmallDesk) -> None:
    start_at(desk, "Cleo", "inbox")
    async with desk_app(desk.session("Cleo")) as pilot:
        await pilot.until_shows("requests: newest")
        await pilot.press("6")
        await pilot.until_shows("New laptop")
        for hidden in ("Inbox ", "Dispatcher", "Managed by", "Assigned"):
            assert hidden not in pilot.text()


async def test_marks_several_and_gives_all_of_them_a_priority(desk: SmallDesk) -> None:
    start_at(desk, "Ada", "open")
    async with desk_app(desk.session("Ada")) as pilot:
        await pilot.until_shows("New laptop")
        await pilot.press("space", "space")
        await pilot.until_shows("2 marked")
        await pilot.press("p")
        await pilot.until_shows("Priority of 2 tickets")
        await pilot.type("Urg")
        await pilot.press("enter")
        await pilot.until(lambda: of("Bob's router").priority == 4 and of("New laptop").priority == 4)
        assert of("Mail is slow").priority == 2
        await pilot.until_shows("2 marked")


async def test_asks_a_date_for_hold_and_keeps_what_it_does_not_understand(desk: SmallDesk) -> None:
    start_at(desk, "Ada", "inbox")
    async with desk_app(desk.session("Ada")) as pilot:
        await pilot.until_shows("Mail is slow")
        await pilot.press("t")
        await pilot.until_shows("Status of 0500-1001")
        await pilot.type("Hold")
        await pilot.press("enter")
        await pilot.until_shows("until")
        await pilot.type("someday")
        await pilot.press("enter")
        await pilot.until_shows("is no date")
        await pilot.press(*["backspace"] * 7)
        await pilot.type("+3d")
        await pilot.press("enter")
        await pilot.until(lambda: of("Mail is slow").status_id == HOLD)
        await pilot.until(lambda: "Mail is slow" not in "".join(pilot.lines()[1:12]))
        assert of("Mail is slow").due_at > NOON


async def test_asks_a_resolution_before_completing(desk: SmallDesk) -> None:
    start_at(desk, "Ada", "inbox")
    async with desk_app(desk.session("Ada")) as pilot:
        await pilot.until_shows("Mail is slow")
        await pilot.press("c")
        await pilot.until_shows("Resolution of 0500-1001")
        await pilot.press("ctrl+s")
        await pilot.until_shows("Write what solved it")
        await pilot.type("Bigger disk")
        await pilot.press("ctrl+s")
        await pilot.until(lambda: of("Mail is slow").resolution == "Bigger disk")
        assert of("Mail is slow").status_id == COMPLETED


async def test_takes_tickets_out_of_the_inbox_and_counts_again(desk: SmallDesk) -> None:
    start_at(desk, "Ada", "inbox")
    async with desk_app(desk.session("Ada")) as pilot:
        await pilot.until(lambda: pane_counts(pilot).get("Inbox") == 2)
        await pilot.press("I")
        await pilot.until(lambda: pane_counts(pilot).get("Inbox") == 1)
        await pilot.until(lambda: pilot.lines()[0].endswith("1 / 1"))
        assert of("Mail is slow").in_inbox == 0


async def test_says_why_others_cannot_be_marked(desk: SmallDesk) -> None:
    start_at(desk, "Bob", "inbox")
    async with desk_app(desk.session("Bob")) as pilot:
        await pilot.until_shows("Mail is slow")
        await pilot.press("r")
        await until_told(pilot, "lack the privilege")
        assert of("Mail is slow").mark == 1


async def test_lists_what_was_refused_of_many_and_keeps_it_marked(desk: SmallDesk) -> None:
    start_at(desk, "Bob", "open")
    async with desk_app(desk.session("Bob", without=("change_others",)), (120, 30)) as pilot:
        await pilot.until_shows("New laptop")
        await pilot.press("ctrl+a", "p")
        await pilot.until_shows("Priority of 4 tickets")
        await pilot.type("Low")
        await pilot.press("enter")
        await pilot.until_shows("1 of 4 tickets: Priority Low. 3 refused.")
        assert "is managed by Ada" in pilot.text()
        await pilot.press("escape")
        await pilot.until_shows("3 marked")
        assert of("Bob's router").priority == 1
        assert of("New laptop").priority == 2


async def test_archives_for_a_reason_and_without_one_not_at_all(desk: SmallDesk) -> None:
    start_at(desk, "Dora", "inbox")
    async with desk_app(desk.session("Dora")) as pilot:
        await pilot.until_shows("Mail is slow")
        await pilot.press("A")
        await pilot.until_shows("Archived tickets leave every view")
        await pilot.press("enter")
        await pilot.until_shows("Say why")
        await pilot.press("escape", "A")
        await pilot.until_shows("Archive 0500-")
        assert of("Mail is slow").archived == 0
        await pilot.type("twice")
        await pilot.press("enter")
        await pilot.until(lambda: of("Mail is slow").archived == 1)
        await pilot.press("8")
        await pilot.until(lambda: pilot.lines()[0].startswith(" Archived") and "Mail is slow" in pilot.text())


async def test_esc_unmarks_and_then_says_that_nothing_is_before_the_list(desk: SmallDesk) -> None:
    start_at(desk, "Dora", "all")
    async with desk_app(desk.session("Dora")) as pilot:
        await pilot.until_shows("Mail is slow")
        await pilot.press("space", "space")
        await pilot.until_shows("2 marked")
        await pilot.press("escape")
        await pilot.until(lambda: "marked" not in pilot.text())
        await pilot.press("left", "escape", "space")
        await pilot.until_shows("1 marked")


async def test_marks_that_left_the_view_are_counted_no_more(desk: SmallDesk) -> None:
    start_at(desk, "Dora", "inbox")
    async with desk_app(desk.session("Dora")) as pilot:
        await pilot.until_shows("Mail is slow")
        await pilot.press("ctrl+a")
        await pilot.until_shows(" marked")
        await pilot.press("I")
        await pilot.until_shows("No tickets here")
        await pilot.until(lambda: "marked" not in pilot.text())


async def test_previews_the_ticket_and_reads_it_after_a_while(desk: SmallDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.entry(of("Mail is slow").id, "note", "Rebooted the server.", actor="Bob")
    start_at(desk, "Ada", "inbox")
    monkeypatch.setattr("screens.main.preview.READ_AFTER_SECONDS", 0)
    async with desk_app(desk.session("Ada"), (80, 30)) as pilot:
        await pilot.until_shows("Rebooted the server.")
        assert "Since Monday." in pilot.text()
        await pilot.until(lambda: of("Mail is slow").mark == 2)
        await pilot.press("down")
        await pilot.until_shows("New · Normal")
        assert of("Printer on fire").mark == 1


async def test_does_not_read_what_a_hidden_preview_would_show(desk: SmallDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    start_at(desk, "Ada", "inbox", preview="off")
    monkeypatch.setattr("screens.main.preview.READ_AFTER_SECONDS", 0)
    async with desk_app(desk.session("Ada")) as pilot:
        await pilot.until_shows("Mail is slow")
        await pilot.press("down", "up")
        await pilot.until(lambda: pane_counts(pilot).get("Inbox") == 2)
        assert of("Mail is slow").mark == 1
        assert "Since Monday." not in pilot.text()


async def test_remembers_view_order_employees_and_panes(desk: SmallDesk) -> None:
    ada = desk.session("Ada")
    async with desk_app(ada) as pilot:
        await pilot.until_shows("Assigned to me: newest")
        await pilot.press("6")
        await pilot.until(lambda: pilot.lines()[0].startswith(" Open"))
        await pilot.press("greater_than_sign", "s")
        await pilot.press("b", "P", "P")
        await pilot.until(lambda: "Dispatcher" not in pilot.text())
    kept = preferences.get(ada, "main")
    assert (kept["start"], kept["sort"], kept["pane"], kept["preview"]) == ("open", "subject", False, "off")
    async with desk_app(ada) as pilot:
        await pilot.until_shows("Bob's router")
        assert "Dispatcher" not in pilot.text()
        assert pilot.lines()[0].startswith(" Open")


async def test_says_why_a_long_view_cannot_be_sorted_by_subject(desk: SmallDesk) -> None:
    start_at(desk, "Ada", "all")
    async with desk_app(desk.session("Ada")) as pilot:
        await pilot.until_shows("Old story")
        await pilot.press("greater_than_sign", "s")
        await until_told(pilot, "sorts only views of open")


async def test_chooses_columns_and_remembers_them(desk: SmallDesk) -> None:
    ada = desk.session("Ada")
    start_at(desk, "Ada", "open")
    async with desk_app(ada, (120, 40)) as pilot:
        await pilot.until_shows("New laptop")
        await pilot.press("C")
        await pilot.until_shows("Columns of the ticket list")
        await pilot.press("J", "plus", "plus", "down", "space", "enter")
        await pilot.until_shows("Dispatcher")
        columns = pilot.app.screen.tickets.columns  # type: ignore[attr-defined]
        assert [name for name, _ in columns][:2] != ["number", "priority"]
    assert preferences.get(ada, "main")["columns"] == [list(column) for column in columns]


async def test_clears_the_dispatch_flag_by_privilege_only(desk: SmallDesk) -> None:
    start_at(desk, "Bob", "dispatcher")
    async with desk_app(desk.session("Bob")) as pilot:
        await pilot.until_shows("Bob's router")
        await pilot.press("w")
        await until_told(pilot, "lack the privilege")
    start_at(desk, "Dora", "dispatcher")
    async with desk_app(desk.session("Dora")) as pilot:
        await pilot.until_shows("Bob's router")
        assert ">D 0500-" in pilot.text() and pilot.lines()[-1].startswith(" w Dispatch flag")
        await pilot.press("w")
        await pilot.until(lambda: of("Bob's router").waiting_for_dispatch == 0)
        await pilot.until(lambda: pilot.lines()[0].endswith("1 / 1"))
        await pilot.press("6")
        await pilot.until(lambda: pilot.lines()[0].startswith(" Open"))
        await pilot.until(lambda: not pilot.lines()[-1].startswith(" w ") and ">D 0500-" not in pilot.text())


@pytest.mark.parametrize("size", [(80, 24), (100, 30), (140, 40), (160, 45)])
async def test_leaves_the_subject_room_at_every_width(desk: SmallDesk, size: tuple[int, int]) -> None:
    subject = "Mail is slow"
    start_at(desk, "Ada", "all")
    async with desk_app(desk.session("Ada"), size) as pilot:
        main = pilot.app.screen
        assert isinstance(main, MainScreen)
        for _ in range(4):
            # The full preview is there instead of the list.
            await pilot.until(lambda: main.full_preview or any(subject in line for line in pilot.lines()[2:8]))
            await pilot.press("P")
        if main.full_preview:
            await pilot.press("P")
        await pilot.press("b")
        await pilot.until(lambda: any(subject in line for line in pilot.lines()[2:8]))


async def test_costs_few_queries(desk: SmallDesk) -> None:
    desk.tickets(300)
    start_at(desk, "Ada", "open")
    async with desk_app(desk.session("Ada"), (120, 40)) as pilot:
        await pilot.until(lambda: pane_counts(pilot).get("All") == 305 and pilot.lines()[0].endswith("1 / 304"))
        await pilot.until_shows("· Normal ·")
        with counted_queries() as moving:
            await pilot.press("down", "down", "up", "up", "pagedown", "pageup")
        assert [sql for sql in moving if "description" not in sql and "FROM history" not in sql] == []
        with counted_queries() as changing:
            await pilot.press("1")
            await pilot.until(lambda: pilot.lines()[0].endswith("1 / 2"))
        rows = [sql for sql in changing if "LIMIT 128" in sql]
        assert len(rows) == 1
        assert not any("SELECT t.id FROM" in sql for sql in changing)


async def test_jumps_to_the_end_of_a_long_list_and_waits_for_its_rows(desk: SmallDesk) -> None:
    desk.tickets(5000)
    start_at(desk, "Ada", "open")
    async with desk_app(desk.session("Ada"), (120, 40)) as pilot:
        await pilot.until_shows("Ticket 1")
        await pilot.press("G")
        await pilot.until(lambda: pilot.lines()[0].endswith("5,004 / 5,004"))
        await pilot.until_shows("Printer on fire")
        await pilot.press("g")
        await pilot.until(lambda: pilot.lines()[0].endswith("1 / 5,004"))


async def test_keeps_the_cursor_when_everything_is_read_again(desk: SmallDesk) -> None:
    start_at(desk, "Ada", "open")
    async with desk_app(desk.session("Ada")) as pilot:
        await pilot.until_shows("New laptop")
        await pilot.press("down")
        await pilot.until(lambda: pilot.lines()[0].endswith("2 / 4"))
        desk.ticket("Just came in", manager="Bob")
        Ticket.update(subject="Newer laptop").where(Ticket.subject == "New laptop").execute()
        await pilot.press("f5")
        await pilot.until(lambda: pilot.lines()[0].endswith("3 / 5"))
        await pilot.until_shows("Newer laptop")
        assert next(line for line in pilot.lines() if "Newer laptop" in line).split("▕")[1].startswith(">")


async def test_shows_what_the_tickets_window_changed(desk: SmallDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    def change_it(app: object, ticket_id: int, *_: object) -> None:
        Ticket.update(subject="Mail is fast", in_inbox=0).where(Ticket.id == ticket_id).execute()
        pilot.app.push_screen(Screen())

    monkeypatch.setattr("tui.app.DeskApp.open_ticket", change_it)
    start_at(desk, "Ada", "inbox")
    async with desk_app(desk.session("Ada")) as pilot:
        await pilot.until_shows("Mail is slow")
        await pilot.press("enter")
        await pilot.until(lambda: len(pilot.app.screen_stack) == 2)
        pilot.app.pop_screen()
        await pilot.until(lambda: pilot.lines()[0].endswith("1 / 1"))
        assert "Mail is slow" not in pilot.text()


async def test_asks_before_many_are_changed(desk: SmallDesk) -> None:
    desk.tickets(1_200)
    start_at(desk, "Ada", "open")
    async with desk_app(desk.session("Ada")) as pilot:
        await pilot.until(lambda: pilot.lines()[0].endswith("/ 1,204"))
        await pilot.press("ctrl+a", "p")
        await pilot.until_shows("Priority of 1,204 tickets")
        await pilot.press("enter")
        await pilot.until_shows("Priority Urgent: 1,204 tickets?")
        await pilot.press("enter")
        await pilot.until_shows("1,204 marked")
        assert Ticket.select().where(Ticket.priority == 4).count() == 0
        await pilot.press("p", "enter")
        await pilot.until_shows("Change 1,204 ]")
        await pilot.press("y")
        await until_told(pilot, "1,204 tickets: Priority Urgent.")
        assert Ticket.select().where(Ticket.priority == 4).count() == 1_204
