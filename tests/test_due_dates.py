"""Due dates the way people say them, in their own time zone, and a sentence for whatever is no date."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterator

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from services import clock
from services.due_dates import describe, parse_due
from services.errors import Invalid
from tests.hostile import HOSTILE
from tests.support.company import NOON


@pytest.fixture(autouse=True)
def in_berlin(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Wednesday 25 November 2026, 13:00 in Berlin."""
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    with clock.frozen(NOON):
        yield
    monkeypatch.undo()
    time.tzset()


def due(typed: str) -> str | None:
    at = parse_due(typed)
    return None if at is None else dt.datetime.fromtimestamp(at / 1_000_000).strftime("%Y-%m-%d %H:%M")


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("today", "2026-11-25 17:00"),
        ("tomorrow", "2026-11-26 17:00"),
        ("Tomorrow 9am", "2026-11-26 09:00"),
        ("tomorrow at 14:30", "2026-11-26 14:30"),
        ("tmr noon", "2026-11-26 12:00"),
        ("+3d", "2026-11-28 13:00"),
        ("+3d 9am", "2026-11-28 09:00"),
        ("+90m", "2026-11-25 14:30"),
        ("in 2 weeks", "2026-12-09 13:00"),
        ("in 1 month 8:00", "2026-12-25 08:00"),
        ("+1y", "2027-11-25 13:00"),
        ("friday", "2026-11-27 17:00"),
        ("wed", "2026-12-02 17:00"),
        ("next monday 8.30am", "2026-11-30 08:30"),
        ("next monday 8:30", "2026-11-30 08:30"),
        ("next week", "2026-12-02 13:00"),
        ("14:30", "2026-11-25 14:30"),
        ("9am", "2026-11-26 09:00"),
        ("12am", "2026-11-26 00:00"),
        ("2026-12-31", "2026-12-31 17:00"),
        ("2026-12-31 14:00", "2026-12-31 14:00"),
        ("31.12.2026", "2026-12-31 17:00"),
        ("1 Dec 14:30", "2026-12-01 14:30"),
        ("3 March", "2027-03-03 17:00"),
        ("2026-12-31T12:00Z", "2026-12-31 13:00"),
    ],
)
def test_a_due_date_as_people_type_it(typed: str, expected: str) -> None:
    assert due(typed) == expected


@pytest.mark.parametrize("typed", ["", " ", "none", "Never", "-"])
def test_a_due_date_is_cleared(typed: str) -> None:
    assert parse_due(typed) is None


@pytest.mark.parametrize(
    "typed", ["soon", "13:99", "25 o'clock", "32.12.2026", "next", "in", "+d", "tomorrow 27:00", "1", "99999999999999"]
)
def test_what_is_no_date_is_refused_with_an_example(typed: str) -> None:
    with pytest.raises(Invalid, match="try tomorrow 9am"):
        parse_due(typed)


@pytest.mark.parametrize("typed", ["+9999y", "+9999mo", "2300-01-01", "in 9999 years 9am"])
def test_a_date_too_far_away_is_refused(typed: str) -> None:
    with pytest.raises(Invalid, match="too far away"):
        parse_due(typed)


def test_nine_stays_nine_when_the_clocks_change() -> None:
    with clock.frozen(int(dt.datetime(2026, 10, 24, 9).timestamp()) * clock.SECOND):
        assert due("+1d") == "2026-10-25 09:00"
        assert (parse_due("+1d") or 0) - clock.now() == 25 * clock.HOUR


def test_the_leap_day_of_a_leap_year_that_passed() -> None:
    with clock.frozen(int(dt.datetime(2028, 5, 1, 9).timestamp()) * clock.SECOND):
        assert due("29 Feb") == "2029-02-28 17:00"


def test_what_was_understood_is_shown_in_full() -> None:
    assert describe(parse_due("tomorrow 9am") or 0) == "Thu 26 Nov 2026 09:00"


@given(st.one_of(st.text(max_size=70), st.from_regex(r"[+0-9:./ apmdwyTZ-]{1,20}"), st.sampled_from(HOSTILE)))
@example("+9999y")
@example("0000-00-00")
@example("1 1 1 1 1 1 1")
@example("10am 10am")
def test_any_text_is_a_moment_or_a_sentence(typed: str) -> None:
    try:
        at = parse_due(typed)
    except Invalid as refused:
        assert str(refused)
    else:
        assert at is None or at > 0
