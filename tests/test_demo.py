"""The sample company: the same for a seed on both engines, complete enough to try everything, and true to the rules."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest

from models import Ticket
from models.binding import close_database, connection, open_database
from models.migrate import migrate
from services import (
    action_names,
    as_it_was,
    catalogue,
    charges,
    clock,
    documents,
    history,
    lists,
    operations,
    tickets,
    undo,
)
from services.auth import session_for
from services.database_tools.check import check_desk
from services.database_tools.shapes import SHAPES
from services.demo import words
from services.demo.build import Built, build
from services.errors import Invalid
from services.session import Session
from services.sql import fetch
from services.users import USERS
from tests.support.company import NOON
from tests.support.rebuilding import rebuilt

_TICKETS = 150
# Salted anew each time.
_SECRET = {"password_hash"}


@pytest.fixture
def demo(blank_url: str) -> Iterator[Built]:
    """A sample desk, bound and connected, built when the clock stood at noon."""
    opened = open_database(blank_url)
    with connection(), clock.frozen(NOON):
        migrate(opened)
        yield build(tickets=_TICKETS, seed=7)
    close_database()


def contents() -> dict[str, list[Any]]:
    """Every row of every table, but for what is secret."""
    found = {}
    for shape in SHAPES:
        columns = [name for name in shape.columns if name not in _SECRET]
        rows = fetch(f"SELECT {', '.join(columns)} FROM {shape.name}")
        found[shape.name] = sorted(
            [tuple(bytes(value) if isinstance(value, memoryview) else value for value in row) for row in rows], key=repr
        )
    return found


def operator() -> Session:
    return session_for(USERS.find(words.OPERATOR), "manual")


def test_a_seed_gives_the_same_desk_on_both_engines_and_every_time(
    engine: str, demo: Built, request: pytest.FixtureRequest
) -> None:
    own = contents()
    assert (len(own["ticket"]), len(own["history"])) == (demo.tickets, demo.history) == (_TICKETS, demo.history)
    databases = request.getfixturevalue("databases")("sqlite")
    close_database()
    other = databases.create("blank", lambda url: None)
    try:
        opened = open_database(other)
        with connection():
            migrate(opened)
            assert build(tickets=_TICKETS, seed=7) == demo
            again = contents()
        close_database()
    finally:
        databases.drop(other)
    for table, rows in own.items():
        assert rows == again[table], table


def test_the_demo_shows_everything_that_there_is_to_try(demo: Built) -> None:
    robin = operator()
    counts = lists.nav_counts(robin)
    assert counts.inbox and counts.dispatcher and counts.assigned_open
    assert all(lists.count(robin, lists.ListQuery(lists.View("status", code))) for code in catalogue.names().statuses)
    keys = list(lists.ids(robin, lists.ListQuery(lists.ALL)))
    rows = lists.rows(robin, keys).values()
    assert {row.mark for row in rows} == {0, 1, 2}
    kinds = {entry.kind for key in keys for entry in history.entries(robin, key)}
    assert {"created", "change", "note", "mail_in", "mail_out", "charge", "inbox"} <= kinds
    assert any(charges.listed(robin, key) for key in keys)
    files = [row for key in keys for row in documents.listed(robin, key)]
    assert files and documents.content(robin, files[0].id)[1]


def test_the_demo_keeps_the_rules_that_people_are_held_to(demo: Built) -> None:
    robin, hold = operator(), catalogue.names().status_by_role("hold").code
    for ticket in tickets.get_many(robin, list(lists.ids(robin, lists.ListQuery(lists.ALL)))):
        entries = history.entries(robin, ticket.id)
        assert ticket.created_at <= ticket.updated_at <= NOON, ticket.number
        assert [entry.at for entry in entries] == sorted(entry.at for entry in entries)
        assert ticket.updated_at == entries[-1].at
        assert ticket.is_open == (ticket.closed_at is None)
        assert ticket.status_code != hold or (ticket.due_at or 0) > NOON
        assert ticket.status != "Completed" or ticket.resolution
        assert (ticket.priority == 0) == (ticket.status in ("Hold", "Internal"))
        assert not ticket.in_inbox or ticket.is_open


def test_the_journal_of_the_demo_ends_in_what_its_tickets_show(demo: Built) -> None:
    told_somewhere: set[str] = set()
    for present in Ticket.select().dicts():
        told = rebuilt(present["id"])
        assert {"status", "manager", "priority"} <= told.keys()
        assert {column: value or None for column, value in told.items()} == {
            column: present[column] or None for column in told
        }
        assert all(column in told or not present[column] for column in ("extension", "in_inbox", "mark", "archived"))
        told_somewhere |= told.keys()
    assert {"closed_at", "archive_reason"} <= told_somewhere


def test_the_desk_can_be_seen_as_it_was_at_any_moment(demo: Built) -> None:
    robin, everything = operator(), lists.ListQuery(lists.ALL)
    for days in (0, 1, 30, 400):
        at = NOON - days * clock.DAY
        then = as_it_was.listed(robin, everything, at)
        archived = as_it_was.listed(robin, lists.ListQuery(lists.ARCHIVED), at)
        assert then.total + archived.total == Ticket.select().where(Ticket.created_at <= at).count()
        assert all(row.priority is not None and row.status for row in then.rows)


def test_what_was_done_on_the_desk_can_be_taken_back(demo: Built) -> None:
    robin = operator()
    assert {one.action for one in operations.recent(robin, whose="all", limit=1_000)} <= set(action_names.LABELS)
    newest = "SELECT max(id) FROM operation WHERE action = ?"
    for action, loses in (("add-note", 0), ("add-charge", 1)):
        [(operation_id,)] = fetch(newest, action)
        [(ticket_id,)] = fetch("SELECT ticket_id FROM history WHERE operation_id = ?", operation_id)
        before = charges.listed(robin, ticket_id)
        undo.undo(robin, operation_id)
        assert len(charges.listed(robin, ticket_id)) == len(before) - loses


def test_a_demo_passes_the_check_and_is_never_built_over_a_desk(demo: Built, blank_url: str) -> None:
    with pytest.raises(Invalid, match="holds a desk already"):
        build(tickets=20)
    assert [finding for finding in check_desk(blank_url) if not finding.ok] == []


def test_new_tickets_follow_those_of_the_demo(demo: Built) -> None:
    from services.ticket_creation import NewTicket, create

    made = create(operator(), NewTicket("One more", category_id=1))
    assert made.id == _TICKETS + 1
    assert dt.datetime.fromtimestamp(made.created_at / 1_000_000, dt.UTC).year == 2026
