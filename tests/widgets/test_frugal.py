"""Fewer bytes must draw the same screen: a terminal emulator reads both."""

from __future__ import annotations

import pyte
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.hostile import HOSTILE
from widgets.frugal import squeezed

CODES = [
    "1",
    "2",
    "1;2",
    "3",
    "4",
    "7",
    "9",
    "38;2;1;2;3",
    "48;2;9;8;7",
    "31;42",
    "97",
    "38;5;200",
    "1;3;38;5;7;48;5;9",
]


def screen_of(data: str) -> list[object]:
    screen = pyte.Screen(40, 5)
    pyte.Stream(screen).feed(data)
    return [screen.buffer[y][x] for y in range(5) for x in range(40)]


def drawn(parts: list[tuple[str, str]]) -> str:
    """Text as Textual writes it: every run between its codes and a reset."""
    return "".join(f"\x1b[{code}m{text}\x1b[0m" if code else text for code, text in parts)


@given(st.lists(st.tuples(st.sampled_from(["", *CODES]), st.sampled_from(["a", "bc ", "\x1b[2;3H", "\n", ""]))))
def test_it_draws_the_same(parts: list[tuple[str, str]]) -> None:
    data = drawn(parts)
    assert screen_of(squeezed(data)) == screen_of(data)
    assert len(squeezed(data)) <= len(data)


def test_equal_neighbours_need_one_sequence() -> None:
    data = drawn([("1;31", "one "), ("1;31", "two"), ("1;31", "\x1b[2;1H"), ("1;31", "three")])
    assert squeezed(data) == "\x1b[1;31mone two\x1b[2;1Hthree\x1b[0m"


@pytest.mark.parametrize("data", ["", "plain", "\x1b[?1049h\x1b[H", "\x1b[53mframed\x1b[0m", "\x1b[38;9mx\x1b[0m"])
def test_what_it_does_not_know_stays_as_it_is(data: str) -> None:
    assert squeezed(data) == data


@pytest.mark.parametrize("text", [text for text in HOSTILE if text.strip("\n") and "\x1b" not in text])
def test_text_comes_out_as_it_went_in(text: str) -> None:
    assert squeezed(f"\x1b[1m{text}\x1b[0m") == f"\x1b[1m{text}\x1b[0m"
