"""Statements that take too long are stopped with a sentence, on both engines, and leave everything as it was."""

from __future__ import annotations

import contextlib
import threading
import time

import pytest

from models import database
from services.errors import DeskError
from services.sql import fetch
from services.time_limit import Interrupted, TooSlow, check, limited, stoppable
from tests.support.desks import Desk

_ENDLESS = {
    "sqlite": "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n",
    "postgresql": "SELECT pg_sleep(60)",
}
_SENTENCE = "This search takes too long; add a word or a field that narrows it."


def limit_of(engine: str) -> object:
    """What the server stops statements after; SQLite has nothing of the kind."""
    return fetch("SHOW statement_timeout") if engine == "postgresql" else None


def test_a_statement_that_takes_too_long_ends_in_a_sentence(desk: Desk, engine: str) -> None:
    before = limit_of(engine)
    started = time.monotonic()
    with pytest.raises(TooSlow) as stopped, limited(0.2):
        fetch(_ENDLESS[engine])
    assert time.monotonic() - started < 5
    assert str(stopped.value) == _SENTENCE
    assert isinstance(stopped.value, DeskError)
    assert limit_of(engine) == before
    assert fetch("SELECT 1") == [(1,)]


def test_a_limit_inside_a_transaction_leaves_it_usable(desk: Desk, engine: str) -> None:
    before = limit_of(engine)
    with database.atomic():
        fetch("SELECT count(*) FROM ticket")
        database.execute_sql("UPDATE desk_setting SET value = value")
        with pytest.raises(TooSlow), limited(0.2):
            fetch(_ENDLESS[engine])
        assert limit_of(engine) == before
        with limited(5):
            fetch("SELECT 1")
        assert limit_of(engine) == before
        database.execute_sql("INSERT INTO product (name, active, version) VALUES ('kept', 1, 1)")
    assert fetch("SELECT name FROM product WHERE name = 'kept'") == [("kept",)]


def test_the_tighter_of_two_limits_holds_and_the_outer_one_comes_back(desk: Desk, engine: str) -> None:
    before = limit_of(engine)
    started = time.monotonic()
    with pytest.raises(TooSlow), limited(0.3), limited(60):
        fetch(_ENDLESS[engine])
    assert time.monotonic() - started < 5
    with pytest.raises(TooSlow), limited(0.3):
        with limited(60):
            fetch("SELECT 1")
        fetch(_ENDLESS[engine])
    assert limit_of(engine) == before


def test_what_is_quick_is_let_alone_and_other_faults_stay_what_they_are(desk: Desk, engine: str) -> None:
    with limited(30):
        assert fetch("SELECT 1") == [(1,)]
    with pytest.raises(ZeroDivisionError), limited(30):
        raise ZeroDivisionError
    with pytest.raises(DeskError, match="other"), limited(30):
        raise DeskError("other")


def test_another_thread_stops_what_nobody_waits_for(desk: Desk, engine: str) -> None:
    with pytest.raises(Interrupted), stoppable() as handle, limited(60):
        threading.Timer(0.2, handle.stop).start()
        fetch(_ENDLESS[engine])
    handle.stop()
    assert fetch("SELECT 1") == [(1,)]


def test_a_handle_that_is_used_too_late_stops_nothing(desk: Desk, engine: str) -> None:
    with stoppable() as handle:
        fetch("SELECT 1")
    handle.stop()
    assert not handle.stopped
    assert fetch("SELECT 1") == [(1,)]


def test_what_was_stopped_is_no_answer_even_when_no_statement_said_so(desk: Desk, engine: str) -> None:
    with pytest.raises(Interrupted), stoppable() as handle:
        stopper = threading.Thread(target=handle.stop)
        stopper.start()
        while not handle.stopped:
            with contextlib.suppress(Exception):
                fetch("SELECT 1")
    stopper.join(20)
    assert fetch("SELECT 1") == [(1,)]


def test_many_short_statements_are_stopped_together(desk: Desk, engine: str) -> None:
    before = limit_of(engine)
    short = {"sqlite": "SELECT count(*) FROM ticket a, ticket b", "postgresql": "SELECT pg_sleep(0.15)"}[engine]
    started = time.monotonic()
    with pytest.raises(TooSlow), limited(0.4):
        for _ in range(20):
            check()
            fetch(short)
        fetch(_ENDLESS[engine])
    assert time.monotonic() - started < 2
    assert limit_of(engine) == before
    check()
