"""The Summary page's four lists: what waits for me, and what I gave to others."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from models.binding import connection, open_database
from services import catalogue
from services.records import TicketRow
from services.summary import summary
from tests.support.small_desk import COMPLETED, SmallDesk, counted_queries


@pytest.fixture
def desk(desk_url: str) -> Iterator[SmallDesk]:
    open_database(desk_url)
    with connection():
        yield SmallDesk()


def subjects(rows: tuple[TicketRow, ...]) -> list[str]:
    return [row.subject for row in rows]


def test_shows_the_five_newest_and_the_five_oldest_that_wait_for_me(desk: SmallDesk) -> None:
    for number in range(1, 8):
        desk.ticket(f"Mine {number}")
    desk.ticket("Mine but done", status=COMPLETED)
    desk.ticket("Bob's own", manager="Bob")

    found = summary(desk.session("Ada"))

    assert subjects(found.own_recent) == ["Mine 7", "Mine 6", "Mine 5", "Mine 4", "Mine 3"]
    assert subjects(found.own_oldest) == ["Mine 1", "Mine 2", "Mine 3", "Mine 4", "Mine 5"]
    assert found.others_recent == ()


def test_shows_what_i_entered_and_others_work_on(desk: SmallDesk) -> None:
    ada = desk.users["Ada"]
    for number in range(1, 8):
        desk.ticket(f"For Bob {number}", manager="Bob", created_by=ada)
    desk.ticket("For myself", created_by=ada)
    desk.ticket("Bob's own", manager="Bob", created_by=desk.users["Bob"])

    found = summary(desk.session("Ada"))

    assert subjects(found.others_recent) == [f"For Bob {number}" for number in (7, 6, 5, 4, 3)]
    assert subjects(found.others_oldest) == [f"For Bob {number}" for number in (1, 2, 3, 4, 5)]


def test_shows_a_client_its_own_requests_and_its_colleagues(desk: SmallDesk) -> None:
    desk.ticket("My printer", created_by=desk.users["Cleo"])
    desk.ticket("My call to the desk", created_by=desk.users["Bob"], contact=desk.contacts["Cleo"])
    desk.ticket("A colleague's phone", created_by=desk.users["Bob"])
    desk.ticket("A mail from us", created_by=None)
    desk.ticket("Another company", account=desk.globex)

    found = summary(desk.session("Cleo"))

    assert subjects(found.own_recent) == ["My call to the desk", "My printer"]
    assert subjects(found.others_recent) == ["A mail from us", "A colleague's phone"]


def test_costs_four_queries(desk: SmallDesk) -> None:
    desk.ticket("One")
    catalogue.names()
    with counted_queries() as queries:
        summary(desk.session("Ada"))
    assert len(queries) == 4
