"""Searching in a real terminal: keys in one burst, what they cost on the line, and that a search at rest is silent."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.support.command import deskwire
from tests.support.terminal import DESKWIRE, Terminal

OPENING, LETTER, BACK = 2_500, 9_000, 9_000


def test_costs_little_and_at_rest_nothing(terminal: Callable[..., Terminal], tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/demo.db"
    assert deskwire("--db", url, "demo", "--tickets", "300", "--no-open").returncode == 0
    desk = terminal(*DESKWIRE, "--db", url, size=(120, 40))
    desk.wait_for("Enter Open", timeout=60)
    desk.quiet(500)
    desk.cost("6")
    assert desk.cost("/") <= OPENING
    desk.wait_for("Enter Keep")
    assert desk.read(2) == b""
    assert desk.cost("p") <= LETTER
    assert desk.cost(*"rinter") <= 3 * LETTER
    # Suggestions, marked words and a blinking cursor would all be seen here.
    assert desk.read(3) == b""
    assert desk.cost("escape") <= BACK
    desk.wait_for("Enter Open")
    assert desk.read(2) == b""


def test_takes_a_search_that_comes_in_one_burst(terminal: Callable[..., Terminal], tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/demo.db"
    assert deskwire("--db", url, "demo", "--tickets", "300", "--no-open").returncode == 0
    desk = terminal(*DESKWIRE, "--db", url, size=(120, 40))
    desk.wait_for("Enter Open", timeout=60)
    desk.write(b"6/printer\r")
    desk.wait_for(" Open / printer")
    desk.wait_for("Enter Open")
    desk.write(b"\x1bORmail")
    desk.wait_for("Search all / mail")
    for _ in range(2):
        # One for the suggestions, one for the search; an Esc right behind another would be a key of its own.
        desk.quiet(250)
        desk.write(b"\x1b")
    desk.wait_for(" Open / printer")
    desk.wait_for("Enter Open")
