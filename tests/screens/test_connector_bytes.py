"""What the screen of the Email Connector writes to a real terminal: nothing while nobody presses a key."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.support.command import deskwire
from tests.support.terminal import DESKWIRE, Terminal

PAGE, MOVE = 6_000, 1_500


def test_stays_within_the_budgets_and_idles_in_silence(terminal: Callable[..., Terminal], tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/demo.db"
    assert deskwire("--db", url, "demo", "--tickets", "60", "--no-open").returncode == 0
    desk = terminal(*DESKWIRE, "--db", url, size=(120, 40))
    desk.wait_for("? Help", timeout=60)
    desk.quiet(500)
    desk.cost("5")
    desk.send("O")
    desk.wait_for("[1 Overview]")
    desk.wait_for("none is running")
    desk.quiet(500)
    costs = {key: desk.cost(key) for key in "234567"}
    assert max(costs.values()) <= PAGE, costs
    assert desk.cost("down") <= MOVE
    desk.quiet(2_500, timeout=30)
    assert desk.read(2) == b""
