"""What the main window writes to a real terminal of 120 by 40: budgets of a line that somebody pays by the byte."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from tests.support.command import deskwire
from tests.support.terminal import DESKWIRE, Terminal

FIRST_PAINT, MOVE, HELD, PAGE, FOCUS, DIALOG = 30_000, 400, 1_000, 6_000, 6_000, 25_000
BEFORE_THE_PREVIEW = 0.06


def cost_of_move(terminal: Terminal) -> int:
    """The bytes of a cursor move alone, before the preview follows."""
    before = terminal.byte_count
    terminal.send("down")
    end = time.monotonic() + BEFORE_THE_PREVIEW
    while (left := end - time.monotonic()) > 0:
        terminal.read(left)
    moved = terminal.byte_count - before
    terminal.quiet(300)
    return moved


def test_stays_within_the_budgets(terminal: Callable[..., Terminal], tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/demo.db"
    assert deskwire("--db", url, "demo", "--tickets", "600", "--no-open").returncode == 0
    desk = terminal(*DESKWIRE, "--db", url, size=(120, 40))
    desk.wait_for("Enter Open", timeout=60)
    desk.quiet(500)
    start = desk.byte_count
    assert start <= FIRST_PAINT
    desk.cost("6")
    assert desk.cost("5") <= FIRST_PAINT
    moves = sorted(cost_of_move(desk) for _ in range(12))
    assert moves[9] <= MOVE
    assert desk.cost(*["down"] * 40) / 40 <= HELD
    assert desk.cost("pagedown") <= PAGE
    assert max(desk.cost("tab") for _ in range(4)) <= FOCUS
    assert desk.cost("p") <= DIALOG
    desk.send("escape")
    desk.wait_for("Enter Open")
    desk.quiet(500)
    assert desk.cost("C") <= DIALOG
    desk.send("escape")
    desk.wait_for("Enter Open")
    desk.quiet(500)
    # Past the time after which the ticket counts as read, nothing is written.
    assert desk.read(5) == b""
