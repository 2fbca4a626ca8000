"""The ticket list as somebody works with it: moving, marking, columns, mouse, and changes from elsewhere."""

from __future__ import annotations

from array import array
from typing import Any

import pytest
from textual import events

from services.records import TicketRow
from tests.support.pilot import FastPilot
from tests.widgets.support import DAY, MINUTE, NOW, Bench, check_golden, ids_of, showing, ticket
from widgets.status_line import StatusLine
from widgets.ticket_list import COLUMNS, DEFAULT_COLUMNS, LEGEND, MarkSet, TicketList


def make_list(**options: Any) -> TicketList:
    return TicketList(clock=lambda: NOW, **options)


def fill(tickets: TicketList, count: int = 200, **fields: Any) -> list[TicketRow]:
    rows = [ticket(number, **fields) for number in range(1, count + 1)]
    tickets.show(ids_of(rows), rows)
    return rows


async def click(app: Bench, pilot: FastPilot, tickets: TicketList, x: int, y: int, chain: int = 1) -> None:
    event = events.Click(tickets, x, y, 0, 0, 1, False, False, False, x, y, None, chain)
    tickets.post_message(event)
    await pilot.settle()


def a_morning() -> list[TicketRow]:
    return [
        ticket(1, subject="Server room too warm", priority=4, mine=True, mark=1, due_at=NOW - 90 * MINUTE),
        ticket(2, subject="New laptop for Ms Lind", status="Hold", status_code=3, extension="WFC", priority=1),
        ticket(3, subject="VPN drops every hour", manager="Ole Dahl", mark=1, priority=3),
        ticket(4, subject="Mailbox full", mine=True, mark=2, updated_at=NOW - 40 * DAY),
        ticket(5, subject="漢字 in file names", manager="Ole Dahl", mark=2, updated_at=NOW - 400 * DAY),
        ticket(6, subject="Closed one", status="Closed", is_open=False, closed_at=NOW - DAY, priority=0),
    ]


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_a_morning_looks_like_this(size: tuple[int, int]) -> None:
    tickets, status = make_list(), StatusLine("Open")
    async with showing(tickets, status, size=size) as (_app, pilot):
        rows = a_morning()
        tickets.show(ids_of(rows), rows, total=1_000_000)
        tickets.set_sort("updated")
        tickets.mark_toggle()
        status.set_right(tickets.position_text)
        await pilot.settle()
        check_golden(f"ticket_list_{size[0]}x{size[1]}", pilot.text())


async def test_every_column_can_be_shown() -> None:
    tickets = make_list(columns=[(name, 0) for name in COLUMNS])
    async with showing(tickets, size=(240, 10)) as (_app, pilot):
        rows = a_morning()
        tickets.show(ids_of(rows), rows)
        await pilot.settle()
        check_golden("ticket_list_all_columns", pilot.text())


async def test_read_marks_differ_in_the_character_alone() -> None:
    tickets = make_list(columns=[("mark", 0), ("subject", 0)])
    async with showing(tickets, size=(40, 10)) as (_app, pilot):
        states = [(True, 1), (True, 2), (False, 1), (False, 2), (False, 0)]
        rows = [ticket(n, mine=mine, mark=mark) for n, (mine, mark) in enumerate(states, 1)]
        tickets.show(ids_of(rows), rows)
        await pilot.settle()
        shown = [line[1] for line in pilot.lines()[1:6]]
        assert shown == [sign for sign, _ in LEGEND] + [" "]


async def test_the_manager_is_bold_only_where_the_reader_has_something_to_read() -> None:
    tickets = make_list(columns=[("manager", 0), ("subject", 0)])
    async with showing(tickets, size=(60, 10)) as (_app, pilot):
        rows = [ticket(1), ticket(2, mine=True, mark=1), ticket(3, mark=1), ticket(4, mine=True, mark=2)]
        tickets.show(ids_of(rows), rows)
        await pilot.settle()
        bold = [
            any(seg.text.startswith("Mia") and seg.style and seg.style.bold for seg in tickets.render_line(y))
            for y in range(2, 5)
        ]
        assert bold == [True, False, False]


async def test_moving_pages_and_ends() -> None:
    tickets = make_list()
    async with showing(tickets, size=(80, 24)) as (app, pilot):
        fill(tickets)
        tickets.move(1)
        assert (tickets.cursor_id, tickets.position) == (2, (2, 200))
        tickets.page(1)
        assert tickets.cursor_id == 25
        tickets.last()
        assert tickets.position_text == "200 / 200"
        tickets.move(1)
        assert tickets.cursor_id == 200
        tickets.page(-1)
        assert tickets.cursor_id == 177
        tickets.first()
        assert tickets.to_id(90)
        assert not tickets.to_id(9000)
        await pilot.settle()
        moved = [message.ticket_id for message in app.all_heard(TicketList.CursorMoved)]
        assert moved == [1, 2, 25, 200, 177, 1, 90]
        assert any(line.startswith(">0500-1090") for line in pilot.lines())


async def test_an_empty_list_says_so_and_takes_any_key() -> None:
    tickets = make_list()
    async with showing(tickets, size=(80, 10)) as (app, pilot):
        tickets.show(array("q"), [])
        tickets.set_empty_text("The Inbox is empty.")
        for act in (tickets.first, tickets.last, tickets.open_cursor, tickets.mark_toggle, tickets.mark_range):
            act()
        tickets.mark_all()
        tickets.move(3)
        tickets.page(-1)
        await pilot.settle()
        assert "The Inbox is empty." in pilot.text()
        assert (tickets.cursor_id, tickets.position, tickets.targets()) == (None, (0, 0), [])
        assert not app.all_heard(TicketList.Selected)


async def test_marks_are_what_the_next_action_takes() -> None:
    tickets = make_list()
    async with showing(tickets) as (app, pilot):
        fill(tickets, 10)
        assert tickets.targets() == [1]
        tickets.mark_toggle()
        tickets.move(3)
        tickets.mark_range()
        assert tickets.marked_ids() == [1, 2, 3, 4, 5]
        tickets.mark_invert()
        assert tickets.targets() == [6, 7, 8, 9, 10]
        tickets.mark_all()
        assert tickets.marks == MarkSet(False, frozenset(range(1, 11)))
        tickets.first()
        tickets.mark_toggle()
        assert tickets.marks == MarkSet(False, frozenset(range(2, 11)))
        assert (tickets.marked_count, tickets.is_marked(1), tickets.is_marked(2)) == (9, False, True)
        tickets.clear_marks()
        await pilot.settle()
        assert [message.count for message in app.all_heard(TicketList.Marked)] == [1, 5, 5, 10, 9, 0]
        assert not any(line.startswith(("x", "X")) for line in pilot.lines())


async def test_all_of_a_view_is_what_it_holds_now_as_long_as_that_is_known() -> None:
    tickets = make_list()
    async with showing(tickets) as (_app, _pilot):
        fill(tickets, 10)
        tickets.mark_all()
        tickets.replace_snapshot(array("q", range(1, 12)))
        assert (tickets.marked_count, tickets.is_marked(11)) == (10, False)
        tickets.mark_only([3, 4])
        assert tickets.targets() == [3, 4]
        tickets.replace_snapshot(array("q", range(1, 1_000_001)))
        tickets.mark_all()
        assert tickets.marks == MarkSet(True, frozenset())
        tickets.mark_toggle()
        tickets.mark_invert()
        assert (tickets.marked_count, tickets.marks) == (1, MarkSet(False, frozenset({tickets.cursor_id - 1})))


async def test_marks_never_hold_what_left_the_view() -> None:
    tickets = make_list()
    async with showing(tickets) as (_app, _pilot):
        fill(tickets, 10)
        tickets.mark_toggle()
        tickets.mark_toggle()
        tickets.replace_snapshot(array("q", [2, 3, 4]))
        assert tickets.targets() == [2]


async def test_the_cursor_stays_on_its_ticket_and_line_when_the_order_changes() -> None:
    tickets = make_list()
    async with showing(tickets, size=(80, 24)) as (app, pilot):
        rows = fill(tickets, 100)
        tickets.to_id(60)
        await pilot.settle()
        line = next(i for i, text in enumerate(pilot.lines()) if text.startswith(">"))
        newer = [ticket(number) for number in range(101, 131)]
        tickets.put_rows(newer)
        tickets.replace_snapshot(ids_of([*newer, *rows]))
        await pilot.settle()
        assert tickets.position == (90, 130)
        assert pilot.lines()[line].startswith(">0500-1060")
        assert [message.ticket_id for message in app.all_heard(TicketList.CursorMoved)] == [1, 60]


async def test_when_the_cursors_ticket_leaves_the_next_one_is_taken() -> None:
    tickets = make_list()
    async with showing(tickets) as (_app, _pilot):
        rows = fill(tickets, 10)
        tickets.move(4)
        tickets.replace_snapshot(ids_of([row for row in rows if row.id != 5]))
        assert tickets.cursor_id == 6
        tickets.replace_snapshot(array("q", [1]))
        assert tickets.cursor_id == 1
        tickets.replace_snapshot(array("q"))
        assert tickets.cursor_id is None


async def test_a_row_that_changed_is_painted_and_no_other() -> None:
    tickets = make_list()
    async with showing(tickets) as (app, pilot):
        rows = fill(tickets)
        await pilot.settle()
        app.taken()
        tickets.put_rows(rows)
        await pilot.settle()
        assert app.taken() == 0
        tickets.put_rows([rows[3]._replace(subject="Another subject", mark=1)])
        await pilot.settle()
        assert "Another subject" in pilot.lines()[4]
        assert 0 < app.taken() < 250


async def test_columns_are_chosen_resized_and_scrolled() -> None:
    tickets = make_list()
    async with showing(tickets, size=(80, 10)) as (app, pilot):
        fill(tickets)
        tickets.set_columns([("status", 0), ("no_such", 5), ("subject", 0), ("number", 0), ("status", 3)])
        assert tickets.columns == [("status", 11), ("subject", 40), ("number", 9)]
        tickets.choose_column(-9)
        tickets.grow_column()
        tickets.shrink_column()
        for _ in range(20):
            tickets.shrink_column()
        assert tickets.columns[0] == ("status", 4)
        tickets.choose_column(1)
        tickets.grow_column()
        tickets.set_columns([(name, 0) for name in COLUMNS])
        tickets.columns_left()
        for _ in range(40):
            tickets.columns_right()
        await pilot.settle()
        assert pilot.lines()[0].startswith("<") and " Cha" in pilot.lines()[0]
        for _ in range(40):
            tickets.choose_column(-1)
        await pilot.settle()
        assert not pilot.lines()[0].startswith("<")
        for _ in range(40):
            tickets.choose_column(1)
        await pilot.settle()
        assert tickets.current_column == "channel" and " Cha" in pilot.lines()[0]
        tickets.set_columns([])
        assert [name for name, _ in tickets.columns] == [name for name, _ in DEFAULT_COLUMNS]
        widths = [message.width for message in app.all_heard(TicketList.ColumnWidthChanged)]
        assert widths == [12, 11, 10, 9, 8, 7, 6, 5, 4]


async def test_titles_flags_and_tickets_answer_the_mouse() -> None:
    tickets = make_list(columns=[("dispatch", 0), ("number", 0), ("subject", 0)])
    async with showing(tickets, size=(80, 24)) as (app, pilot):
        rows = [ticket(number, waiting_for_dispatch=number == 2) for number in range(1, 100)]
        tickets.show(ids_of(rows), rows)
        await pilot.settle()
        await click(app, pilot, tickets, 5, 0)
        await click(app, pilot, tickets, 1, 0)
        assert [message.column_id for message in app.all_heard(TicketList.SortWanted)] == ["number"]
        await click(app, pilot, tickets, 1, 2)
        assert [message.ticket_id for message in app.all_heard(TicketList.DispatchClicked)] == [2]
        await click(app, pilot, tickets, 30, 5)
        assert tickets.cursor_id == 5
        await click(app, pilot, tickets, 30, 5, chain=2)
        assert [message.ticket_id for message in app.all_heard(TicketList.Selected)] == [5]
        tickets.post_message(events.MouseScrollDown(tickets, 5, 5, 0, 0, 0, False, False, False, 5, 5, None))
        await pilot.settle()
        assert pilot.lines()[1].lstrip(" D>").startswith("0500-1004")
        assert tickets.cursor_id == 5
        tickets.wheel(3)
        assert tickets.cursor_id == 7


async def test_a_short_list_leaves_the_rest_blank_and_clicks_there_do_nothing() -> None:
    tickets = make_list()
    async with showing(tickets, size=(80, 24)) as (app, pilot):
        fill(tickets, 3)
        await pilot.settle()
        await click(app, pilot, tickets, 5, 15, chain=2)
        assert tickets.cursor_id == 1 and not app.all_heard(TicketList.Selected)
        assert pilot.lines()[4:] == [""] * 20


async def test_the_cursor_stays_visible_when_the_screen_shrinks() -> None:
    tickets = make_list()
    async with showing(tickets, size=(100, 40)) as (_app, pilot):
        fill(tickets)
        tickets.move(35)
        await pilot.settle()
        tickets.styles.height = 10
        await pilot.until(lambda: tickets.content_size.height == 10)
        assert any(line.startswith(">0500-1036") for line in pilot.lines())


async def test_times_go_stale_with_the_clock_and_are_made_anew() -> None:
    now = [NOW]
    tickets = TicketList(clock=lambda: now[0], columns=[("subject", 0), ("updated", 0), ("due", 0)])
    async with showing(tickets, size=(80, 10)) as (_app, pilot):
        rows = [ticket(number, updated_at=NOW, due_at=NOW + 30 * MINUTE) for number in (1, 2, 3)]
        tickets.show(ids_of(rows), rows)
        await pilot.settle()
        assert "14:00" in pilot.lines()[1] and "14:30" in pilot.lines()[1] and "!" not in pilot.lines()[1]
        now[0] += DAY
        tickets.move(1)
        await pilot.settle()
        assert "21 Nov !" in pilot.lines()[1] and "14:00" not in pilot.text()
