"""What the ticket window and the new ticket form write to a real terminal of 120 by 40."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.support.command import deskwire
from tests.support.terminal import DESKWIRE, Terminal

OPENING, TAB, DIALOG, MOVE = 25_000, 6_000, 25_000, 1_000


def test_stays_within_the_budgets(terminal: Callable[..., Terminal], tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/demo.db"
    assert deskwire("--db", url, "demo", "--tickets", "400", "--no-open").returncode == 0
    desk = terminal(*DESKWIRE, "--db", url, size=(120, 40))
    desk.wait_for("? Help", timeout=60)
    desk.quiet(500)
    desk.cost("5")
    assert desk.cost("enter") <= OPENING
    desk.wait_for("[1 General]")
    # Longer than it takes until a ticket counts as read, which may show once.
    desk.quiet(4_000, timeout=30)
    costs = {key: desk.cost(key) for key in "234561"}
    assert max(costs.values()) <= TAB, costs
    assert desk.cost("down") <= MOVE
    assert desk.cost("p") <= DIALOG
    desk.send("escape")
    desk.wait_for("[1 General]")
    desk.quiet(500)
    assert desk.read(2) == b""
    desk.cost("q")
    desk.wait_for("? Help")
    assert desk.cost("n") <= DIALOG
    desk.wait_for("On behalf of")
    assert max(desk.cost("tab") for _ in range(8)) <= MOVE
    assert desk.read(2) == b""
