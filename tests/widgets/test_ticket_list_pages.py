"""A million tickets of which a few pages are at hand: what is asked for, waited for, and shown meanwhile."""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence

from services.records import TicketRow
from tests.widgets.support import NOW, ids_of, showing, ticket
from widgets.ticket_list import TicketList, rank_of
from widgets.ticket_list.pages import PAGE, PAGES_KEPT, Pages

MILLION = 1_000_000
BUDGET_KEPT = 40_000_000


def everything() -> array[int]:
    return array("q", range(1, MILLION + 1))


def wanted_pages(messages: Sequence[TicketList.PageWanted]) -> list[int]:
    return [message.page_index for message in messages]


async def test_the_first_rows_stand_there_before_the_order_is_known() -> None:
    tickets = TicketList(clock=lambda: NOW)
    async with showing(tickets, size=(120, 40)) as (app, pilot):
        rows = [ticket(number) for number in range(1, 129)]
        tickets.show(ids_of(rows), rows, total=MILLION)
        await pilot.settle()
        assert tickets.position_text == "1 / 1,000,000"
        assert not app.all_heard(TicketList.PageWanted)
        app.taken()
        tickets.replace_snapshot(everything())
        await pilot.settle()
        assert app.taken() == 0
        assert tickets.position_text == "1 / 1,000,000"


async def test_the_end_is_gone_to_as_soon_as_it_is_known() -> None:
    tickets = TicketList(clock=lambda: NOW)
    async with showing(tickets) as (_app, _pilot):
        rows = [ticket(number) for number in range(1, 129)]
        tickets.show(ids_of(rows), rows, total=MILLION)
        tickets.last()
        assert tickets.cursor_id == 128
        tickets.replace_snapshot(everything())
        assert tickets.cursor_id == MILLION
        tickets.first()
        tickets.replace_snapshot(everything())
        assert tickets.cursor_id == 1


async def test_missing_rows_are_asked_for_once_and_shown_as_dots_until_they_come() -> None:
    tickets = TicketList(clock=lambda: NOW)
    async with showing(tickets, size=(120, 40)) as (app, pilot):
        tickets.show(everything(), [])
        await pilot.settle()
        asked = app.all_heard(TicketList.PageWanted)
        assert wanted_pages(asked) == [0, 1]
        assert pilot.lines()[1].startswith("> ···")
        tickets.move(1)
        tickets.move(-1)
        await pilot.settle()
        assert len(app.all_heard(TicketList.PageWanted)) == 2
        tickets.put_rows([ticket(number) for number in asked[0].ids], asked=asked[0].ids)
        await pilot.settle()
        assert "···" not in pilot.text() and "Printer 39" in pilot.text()


async def test_the_next_page_is_fetched_in_the_direction_of_travel() -> None:
    tickets = TicketList(clock=lambda: NOW)
    async with showing(tickets, size=(120, 40)) as (app, pilot):
        tickets.show(everything(), [])
        tickets.to_id(PAGE * 100 + 1)
        await pilot.settle()
        app.heard.clear()
        tickets.page(1)
        tickets.page(1)
        await pilot.settle()
        assert max(wanted_pages(app.all_heard(TicketList.PageWanted))) == 102
        app.heard.clear()
        for _ in range(4):
            tickets.page(-1)
        await pilot.settle()
        assert 98 in wanted_pages(app.all_heard(TicketList.PageWanted))


async def test_a_movement_takes_rows_that_come_in_time_and_goes_on_without_the_others() -> None:
    fetched: list[Sequence[int]] = []
    in_time = True

    def fetch(ids: Sequence[int]) -> Mapping[int, TicketRow] | None:
        fetched.append(ids)
        return {number: ticket(number) for number in ids} if in_time else None

    tickets = TicketList(clock=lambda: NOW, fetch=fetch)
    async with showing(tickets, size=(120, 40)) as (app, pilot):
        tickets.show(everything(), [])
        await pilot.settle()
        assert "···" not in pilot.text()
        assert len(fetched) == 1 and len(fetched[0]) == PAGE
        tickets.move(1)
        tickets.move(1)
        assert len(fetched) == 1
        in_time = False
        app.heard.clear()
        tickets.last()
        await pilot.settle()
        assert "···" in pilot.text()
        assert wanted_pages(app.all_heard(TicketList.PageWanted))[0] == (MILLION - 1) // PAGE


async def test_a_page_that_failed_is_asked_for_again() -> None:
    tickets = TicketList(clock=lambda: NOW)
    async with showing(tickets, size=(120, 40)) as (app, pilot):
        tickets.show(everything(), [])
        tickets.page_failed(0)
        app.heard.clear()
        tickets.page(1)
        await pilot.settle()
        assert 0 in wanted_pages(app.all_heard(TicketList.PageWanted))


async def test_a_ticket_that_was_deleted_meanwhile_is_named_as_gone() -> None:
    tickets = TicketList(clock=lambda: NOW)
    async with showing(tickets, size=(80, 10)) as (app, pilot):
        tickets.show(array("q", [1, 2, 3]), [])
        tickets.put_rows([ticket(1), ticket(3)], asked=[1, 2, 3])
        await pilot.settle()
        assert "no longer here" in pilot.lines()[2]
        app.heard.clear()
        tickets.move(1)
        tickets.replace_snapshot(array("q", [3, 2]))
        await pilot.settle()
        assert tickets.cursor_row is None


async def test_rows_that_may_have_changed_are_asked_for_again_when_they_are_needed() -> None:
    tickets = TicketList(clock=lambda: NOW)
    async with showing(tickets, size=(80, 24)) as (app, pilot):
        rows = [ticket(number) for number in range(1, 129)]
        tickets.show(ids_of(rows), rows)
        tickets.forget_hidden_rows()
        await pilot.settle()
        assert "···" not in pilot.text() and not app.all_heard(TicketList.PageWanted)
        tickets.page(1)
        await pilot.settle()
        asked = app.all_heard(TicketList.PageWanted)
        assert asked[0].ids == tuple(range(24, 65))


async def test_an_answer_to_an_older_question_does_no_harm() -> None:
    tickets = TicketList(clock=lambda: NOW)
    async with showing(tickets, size=(80, 10)) as (_app, pilot):
        tickets.show(array("q", range(1, 65)), [])
        generation = tickets.generation
        tickets.show(array("q", [900]), [ticket(900)])
        assert tickets.generation > generation
        tickets.put_rows([ticket(number) for number in range(1, 65)], asked=range(1, 65))
        await pilot.settle()
        assert "Printer 900" in pilot.lines()[1] and pilot.lines()[2] == ""


def test_only_so_many_rows_are_kept() -> None:
    pages = Pages()
    for first in range(0, 10_000, PAGE):
        pages.put([ticket(number) for number in range(first + 1, first + PAGE + 1)])
        pages.get(1)
    assert len(pages) == PAGE * PAGES_KEPT
    assert pages.get(1) is not None and pages.get(2) is None


def test_a_place_is_found_near_and_far_and_not_between_two_neighbours() -> None:
    ids = everything()
    assert rank_of(ids, 1) == 0
    assert rank_of(ids, MILLION) == MILLION - 1
    assert rank_of(ids, 500_000, near=499_990) == 499_999
    assert rank_of(ids, MILLION + 1) is None
    assert rank_of(array("q", [256, 1]), 1) == 1
    assert rank_of(array("q", [1 << 40, 1 << 32]), 1 << 8) is None
    assert rank_of(array("q"), 1) is None


async def test_a_million_tickets_fit_into_little_memory() -> None:
    import tracemalloc

    tickets = TicketList(clock=lambda: NOW, fetch=lambda ids: {number: ticket(number) for number in ids})
    async with showing(tickets, size=(120, 40)) as (_app, pilot):
        order = everything()
        tracemalloc.start()
        try:
            tickets.show(order[:], [])
            tickets.replace_snapshot(order[:])
            tickets.mark_all()
            for _ in range(60):
                tickets.page(1)
                await pilot.settle()
            tickets.last()
            await pilot.settle()
            kept, _ = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert kept < BUDGET_KEPT
