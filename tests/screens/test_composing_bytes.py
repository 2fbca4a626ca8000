"""What the composer writes to a real terminal: little for a key, and nothing while nobody types."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.support.command import deskwire
from tests.support.terminal import DESKWIRE, Terminal

OPENING, KEY, OFFER, REVIEW = 25_000, 1_500, 8_000, 25_000


def test_stays_within_the_budgets(terminal: Callable[..., Terminal], tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/demo.db"
    assert deskwire("--db", url, "demo", "--tickets", "100", "--no-open").returncode == 0
    settings = ("support_address=support@desk.example", "smtp_host=smtp.desk.example")
    assert deskwire("--db", url, "admin", "setting", "set", *settings).returncode == 0
    env = {"HOME": str(tmp_path), "XDG_STATE_HOME": str(tmp_path / "state")}
    desk = terminal(*DESKWIRE, "--db", url, size=(120, 40), env=env)
    desk.wait_for("? Help", timeout=60)
    desk.quiet(500)
    desk.cost("5")
    assert desk.cost("Y") <= OPENING
    desk.wait_for("Ctrl+S Send")
    desk.quiet(500)
    assert max(desk.cost(letter) for letter in "Hello.") <= KEY
    # Longer than it takes until the draft is written.
    desk.quiet(1_500, timeout=30)
    assert desk.read(2) == b""
    desk.cost("shift+tab")
    assert max(desk.cost("shift+tab") for _ in range(3)) <= KEY
    assert desk.cost("a") <= OFFER
    desk.cost("escape")
    assert desk.cost("ctrl+s") <= REVIEW
    desk.quiet(1_500, timeout=30)
    assert desk.read(2) == b""
