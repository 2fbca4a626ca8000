"""Random keys through the real program on a desk of hostile texts: no crash, no way in without a way out, no orders."""

from __future__ import annotations

import random
import re
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from screens.actions import all_actions
from tests.hostile import FORBIDDEN_BYTES
from tests.support.databases import Databases
from tests.support.hostile_desk import build_hostile
from tests.support.keys import NAMED, encode
from tests.support.person import PATIENCE, desk_command
from tests.support.terminal import Terminal, TerminalTimeout

# Textual's names of the signs that terminals send as they are.
_SIGNS = {
    "question_mark": "?", "colon": ":", "number_sign": "#", "less_than_sign": "<", "greater_than_sign": ">",
    "plus": "+", "minus": "-", "left_square_bracket": "[", "right_square_bracket": "]", "equals_sign": "=",
    "slash": "/", "at": "@", "full_stop": ".", "comma": ",", "semicolon": ";", "left_parenthesis": "(",
    "right_parenthesis": ")", "left_curly_bracket": "{", "right_curly_bracket": "}", "space": " ",
}  # fmt: skip
_TYPED = (
    "status:open",
    'manager:me "',
    "(",
    "toner",
    "0500-1003",
    "tomorrow",
    "x" * 300,
    "ü€日本",
    "[/x]",
    "-a or b",
    "%",
)
_LEAVING = ("desk.quit", "desk.log-out")
# The one sequence that a person asks for, to have something on the clipboard; what hostile texts carry is never it.
_COPIED = re.compile(rb"\x1b\]52;c;(?!cm0gLXJmIH4=)[A-Za-z0-9+/=]*(?:\x07|\x1b\\)")
_ASKS = re.compile("│.*Throw away")
_ROUND = 25
"""Sequences between two looks at whether one gets out of wherever they led."""


def known_keys() -> list[bytes]:
    """Return what terminals send for the keys of all actions but those that leave, and for the keys of editors."""
    keys = {key for action in all_actions().values() if action.id not in _LEAVING for key in action.keys}
    return sorted({encode(_SIGNS.get(key, key)) for key in keys} | {text.encode() for text in NAMED.values()})


class Monkey:
    """Presses keys without sense; `seed` makes them the same ones every time."""

    def __init__(self, start: Callable[[], Terminal], seed: int, state: Path) -> None:
        self._start = start
        self._state = state
        self._random = random.Random(seed)
        self._keys = known_keys()
        self._last: list[bytes] = []
        self._begin()

    def _begin(self) -> None:
        self.terminal = self._start()
        self.terminal.wait_for(lambda shown: "Help" in shown.screen_text(), PATIENCE)
        self.terminal.quiet(60, PATIENCE)
        self._looked_at = self.terminal.byte_count
        self._last.clear()

    def plays(self) -> None:
        """Send one sequence of keys and read what comes of it."""
        r = self._random
        keys = [
            r.choice(_TYPED).encode() if r.random() < 0.08 else r.choice(self._keys) for _ in range(r.randint(1, 12))
        ]
        self._last.append(b" ".join(keys))
        try:
            self.terminal.write(b"".join(keys))
        except TerminalTimeout:
            # One of them may have ended the program.
            self.terminal.wait_for_exit(PATIENCE)
        while self.terminal.read(0.03):
            pass
        self._begins_again()

    def _begins_again(self) -> bool:
        """Start the program anew if it has ended, which it must have done in good order."""
        # It may be away for an editor as well.
        self.terminal.wait_for(lambda shown: self._is_drawing() or shown.exited is not None, PATIENCE)
        if self.terminal.exited is None:
            return False
        # The key that closes the main window ends the program as well.
        self._is_sound()
        assert self.terminal.exited == 0, self._story()
        self._begin()
        return True

    def _is_drawing(self) -> bool:
        raw = self.terminal.raw
        return raw.rfind(b"\x1b[?1049h") > raw.rfind(b"\x1b[?1049l")

    def gets_out(self) -> None:
        """Go back until the main window shows, where help answers."""
        # By the clock: of keys that change nothing on the screen, a busy machine may have hundreds still to take.
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            self.terminal.quiet(150, PATIENCE)
            if self._begins_again():
                continue
            shown = self.terminal.screen_text()
            if "┌" not in shown and "Enter Open" in shown:
                break
            self.terminal.write(b"y" if _ASKS.search(shown) else b"\x1b")
            self.terminal.read(0.3)
        else:
            raise AssertionError(f"There is no way out.\n{self._story()}")
        self.terminal.write(b"\x1bOP")
        try:
            self.terminal.wait_for("what the keys do here", PATIENCE)
        except TerminalTimeout as late:
            raise AssertionError(f"There is no help.\n{self._story()}") from late
        self._is_sound()
        self.terminal.write(b"\x1b")
        self._last.clear()

    def _is_sound(self) -> None:
        drawn = _COPIED.sub(b"", bytes(self.terminal.raw[self._looked_at :]))
        self._looked_at = self.terminal.byte_count
        assert b"Traceback" not in drawn and b"met a fault" not in drawn, self._story()
        found = FORBIDDEN_BYTES.search(drawn)
        assert found is None, (drawn[max(0, found.start() - 80) : found.end() + 80], self._story())

    def _story(self) -> str:
        pressed = "\n".join(map(repr, self._last))
        reports = "\n".join(path.read_text("utf-8") for path in sorted(self._state.rglob("crash-*.txt")))
        return f"{self.terminal.screen_text()}\nafter the keys\n{pressed}\n{reports}"


@pytest.fixture
def start(databases: Callable[[str], Databases], tmp_path: Path) -> Iterator[Callable[[], Terminal]]:
    """Return what starts the program on one hostile desk, at one size or the other in turns."""
    url = databases("sqlite").create("hostile", build_hostile)
    started: list[Terminal] = []

    def begin() -> Terminal:
        for old in started:
            old.close()
        size = ((80, 24), (160, 45))[len(started) % 2]
        home = {"HOME": str(tmp_path), "XDG_STATE_HOME": str(tmp_path / "state")}
        environment = {**home, "EDITOR": "true", "VISUAL": "true", "PAGER": "cat", "BROWSER": "true"}
        started.append(Terminal(*desk_command(url), size=size, env=environment, cwd=tmp_path))
        return started[-1]

    yield begin
    for each in started:
        each.close()


@pytest.mark.timeout(5400)
@pytest.mark.parametrize("seed", range(4))
def test_random_keys(start: Callable[[], Terminal], full: bool, seed: int, tmp_path: Path) -> None:
    monkey = Monkey(start, seed, tmp_path / "state")
    for played in range(0, 5_000 if full else 50, _ROUND):
        for _ in range(_ROUND):
            monkey.plays()
        monkey.gets_out()
        if full and not (played + _ROUND) % 500:
            print(f"seed {seed}: {played + _ROUND} sequences", flush=True)
    monkey.terminal.signal(signal.SIGTERM)
    monkey.terminal.wait_for_exit(PATIENCE)
