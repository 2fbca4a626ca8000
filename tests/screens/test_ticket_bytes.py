"""What the ticket window and the new ticket form write to a real terminal of 120 by 40."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.support.command import deskwire
from tests.support.terminal import DESKWIRE, Terminal

OPENING, TAB, DIALOG, MOVE = 25_000, 6_000, 25_000, 1_000


def cost(terminal: Terminal, *keys: str) -> int:
    """The bytes that keys write until the screen is quiet."""
    before = terminal.byte_count
    terminal.send(*keys)
    terminal.quiet(300)
    return terminal.byte_count - before


def test_stays_within_the_budgets(terminal: Callable[..., Terminal], tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/demo.db"
    assert deskwire("--db", url, "demo", "--tickets", "400", "--no-open").returncode == 0
    desk = terminal(*DESKWIRE, "--db", url, size=(120, 40))
    desk.wait_for("? Help", timeout=60)
    desk.quiet(500)
    cost(desk, "5")
    assert cost(desk, "enter") <= OPENING
    desk.wait_for("[1 General]")
    # Longer than it takes until a ticket counts as read, which may show once.
    desk.quiet(4_000, timeout=30)
    costs = {key: cost(desk, key) for key in "234561"}
    assert max(costs.values()) <= TAB, costs
    assert cost(desk, "down") <= MOVE
    assert cost(desk, "p") <= DIALOG
    desk.send("escape")
    desk.wait_for("[1 General]")
    desk.quiet(500)
    assert desk.read(2) == b""
    cost(desk, "q")
    desk.wait_for("? Help")
    assert cost(desk, "n") <= DIALOG
    desk.wait_for("On behalf of")
    assert max(cost(desk, "tab") for _ in range(8)) <= MOVE
    assert desk.read(2) == b""
