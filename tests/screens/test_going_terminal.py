"""What copying, links, labels and the way back write to a real terminal, of hostile texts too."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tests.hostile import FORBIDDEN, FORBIDDEN_BYTES
from tests.support.databases import Databases
from tests.support.hostile_desk import build_hostile
from tests.support.person import PATIENCE, Person, desk_command, key_of
from tests.support.terminal import Terminal

OpenTerminal = Callable[..., Terminal]
CLIPBOARD = re.compile(rb"\x1b\]52;c;([A-Za-z0-9+/=]*)\x07")
PASSED_ON = re.compile(rb"\x1bPtmux;\x1b(\x1b\]52;c;[A-Za-z0-9+/=]*\x07)\x1b\\")


@pytest.fixture
def hostile_url(databases: Callable[[str], Databases]) -> str:
    return databases("sqlite").create("hostile", build_hostile)


@pytest.fixture
def desk(hostile_url: str, terminal: OpenTerminal, tmp_path: Path) -> Callable[..., Person]:
    def start(env: Mapping[str, str | None] | None = None) -> Person:
        person = Person(terminal(*desk_command(hostile_url), env={"HOME": str(tmp_path), **(env or {})}, cwd=tmp_path))
        person.sees("Help")
        person.terminal.quiet(200, PATIENCE)
        person.terminal.send(key_of("list.all"))
        person.sees("All tickets")
        person.terminal.quiet(300, PATIENCE)
        return person

    return start


def copies(person: Person, *keys: str) -> str:
    """Copy something from the menu and return what stands in the terminal's clipboard."""
    person.terminal.quiet(150, PATIENCE)
    before = len(CLIPBOARD.findall(bytes(person.terminal.raw)))
    person.terminal.send("y")
    person.sees("└")
    person.terminal.quiet(100, PATIENCE)
    person.terminal.send(*keys, "enter")
    person.terminal.wait_for(lambda shown: len(CLIPBOARD.findall(bytes(shown.raw))) > before, PATIENCE)
    person.sees_no_more("└")
    return base64.b64decode(CLIPBOARD.findall(bytes(person.terminal.raw))[-1]).decode()


def test_hostile_texts_are_copied_clean_and_break_out_of_nothing(desk: Callable[..., Person]) -> None:
    person = desk()
    start = person.terminal.byte_count
    for down in range(6):
        text = copies(person, *["down"] * min(down, 2))
        assert text and FORBIDDEN.search(text) is None
        person.terminal.send("down")
    person.presses("enter")
    person.sees("[1 General]")
    for keys in (["down"], ["down", "down"], ["down", "down", "down"]):
        assert FORBIDDEN.search(copies(person, *keys)) is None
    for key in ("3", "f2", "escape", "L", "down", "enter", "escape", "escape", ".", ",", "(", ")", "ctrl+t", "down"):
        person.terminal.send(key)
        person.terminal.quiet(150, PATIENCE)
    written = CLIPBOARD.sub(b"", bytes(person.terminal.raw[start:]))
    found = FORBIDDEN_BYTES.search(written)
    assert found is None, written[max(0, found.start() - 80) : found.end() + 80]


@pytest.mark.parametrize(
    ("env", "wrapped"), [({}, False), ({"TMUX": "/tmp/tmux-1/default,1,0"}, True)], ids=["alone", "tmux"]
)
def test_the_clipboard_is_reached_directly_and_through_tmux(
    desk: Callable[..., Person], env: dict[str, str], wrapped: bool
) -> None:
    person = desk(env)
    number = copies(person)
    assert re.fullmatch(r"\d{4}-\d{4}", number)
    assert bool(PASSED_ON.search(bytes(person.terminal.raw))) is wrapped
    person.sees("Copied the number")


def test_the_kernel_s_console_has_no_clipboard_and_gets_no_sequence(desk: Callable[..., Person]) -> None:
    person = desk({"TERM": "linux"})
    person.terminal.send("y")
    person.sees("└")
    person.terminal.quiet(100, PATIENCE)
    person.terminal.send("enter")
    person.sees("has no clipboard")
    assert not CLIPBOARD.search(bytes(person.terminal.raw))
    person.presses("escape")
    person.quits()


def test_labels_cost_few_bytes_and_leave_nothing_behind(desk: Callable[..., Person]) -> None:
    person = desk()
    shown = person.terminal.screen_text()
    before = person.terminal.byte_count
    person.terminal.send("f2")
    person.sees("Type a label")
    person.terminal.quiet(150, PATIENCE)
    person.terminal.send("escape")
    person.sees_no_more("Type a label")
    person.terminal.quiet(200, PATIENCE)
    assert person.terminal.screen_text() == shown
    assert person.terminal.byte_count - before < 3_000
