"""Times as lists show them."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from tests.widgets.support import DAY, MINUTE, NOW
from widgets.dates import ShortDates, without_day


@pytest.fixture
def zone(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    yield monkeypatch
    monkeypatch.undo()
    time.tzset()


def test_the_nearer_the_shorter() -> None:
    dates = ShortDates(lambda: NOW)
    assert dates.short(NOW) == "14:00"
    assert dates.short(NOW - DAY) == "20 Nov"
    assert dates.short(NOW - 400 * DAY) == "2024-10-17"
    assert dates.short(NOW + 60 * DAY) == "2026-01-20"
    assert (dates.short(None), dates.full(None)) == ("", "")
    assert dates.full(NOW) == "2025-11-21 14:00"


def test_today_ends_at_midnight_where_the_reader_is(zone: pytest.MonkeyPatch) -> None:
    zone.setenv("TZ", "Pacific/Auckland")
    time.tzset()
    dates = ShortDates(lambda: NOW)
    assert dates.short(NOW) == "03:00"
    assert dates.short(NOW - 4 * 60 * MINUTE) == "21 Nov"


def test_another_day_makes_other_texts() -> None:
    now = [NOW]
    dates = ShortDates(lambda: now[0])
    assert dates.begin() and not dates.begin()
    assert dates.short(NOW) == "14:00"
    now[0] += DAY
    assert dates.begin()
    assert dates.short(NOW) == "21 Nov"


@pytest.mark.parametrize("at", [-(10**18), 10**24, -1, 0])
def test_impossible_times_are_no_crash(at: int) -> None:
    assert isinstance(ShortDates(lambda: NOW).short(at), str)


def test_the_machines_clock_is_the_usual_one() -> None:
    dates = ShortDates()
    assert len(dates.short(dates.now())) == 5


@pytest.mark.parametrize(
    ("text", "brief"), [("2025-11-03", "Nov'25"), ("2025-01-31 !", "Jan'25 !"), ("14:05", "14:05"), ("", "")]
)
def test_a_narrow_column_tells_month_and_year(text: str, brief: str) -> None:
    assert without_day(text) == brief
