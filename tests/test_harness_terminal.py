"""The real terminal: keys go in, the screen that a person would see comes out, bytes are counted."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable
from textwrap import dedent

import pytest

from tests.support.keys import encode
from tests.support.terminal import Terminal, TerminalTimeout

OpenTerminal = Callable[..., Terminal]

APP = dedent("""
    from textual.app import App
    from textual.content import Content
    from textual.widgets import Label

    class Keys(App):
        AUTO_FOCUS = None
        def compose(self):
            yield Label("ready", id="what")
            yield Label("", id="size")
        def on_key(self, event):
            self.query_one("#what").update(Content(f"pressed {event.key}"))
            if event.key == "f2":
                self.exit(return_code=3)
        def on_resize(self, event):
            self.query_one("#size").update(Content(f"{event.size.width} by {event.size.height}"))

    app = Keys()
    app.run()
    raise SystemExit(app.return_code)
""")


@pytest.fixture
def app(terminal: OpenTerminal) -> Terminal:
    opened = terminal(sys.executable, "-c", APP)
    opened.wait_for("80 by 24")
    return opened


@pytest.mark.parametrize("key", ["down", "shift+tab", "ctrl+x", "f1", "f12", "pagedown", "enter", "g", "esc"])
def test_a_key_arrives_under_its_name(app: Terminal, key: str) -> None:
    app.send(key)
    name = {"esc": "escape"}.get(key, key)
    app.wait_for(f"pressed {name}\n")


def test_an_idle_screen_writes_nothing_and_a_key_little(app: Terminal) -> None:
    app.quiet()
    before = app.byte_count
    app.quiet(300)
    assert app.byte_count == before
    app.send("g")
    app.wait_for("pressed g")
    app.quiet()
    assert 0 < app.byte_count - before < 200


def test_the_program_follows_the_size_of_its_window(app: Terminal) -> None:
    app.resize(160, 45)
    app.wait_for("160 by 45")
    assert len(app.screen_lines()) == 45


def test_the_exit_status_is_the_programs_own(app: Terminal) -> None:
    app.send("f2")
    assert app.wait_for_exit() == 3


def test_waiting_in_vain_shows_the_screen(app: Terminal) -> None:
    with pytest.raises(TerminalTimeout, match="ready"):
        app.wait_for("never shown", timeout=0.2)


def test_a_program_that_ends_early_is_no_endless_wait(terminal: OpenTerminal) -> None:
    gone = terminal(sys.executable, "-c", "print('too early')")
    with pytest.raises(TerminalTimeout, match="too early"):
        gone.wait_for("never shown")
    assert gone.wait_for_exit() == 0


def test_raw_bytes_are_kept_as_written(terminal: OpenTerminal) -> None:
    writer = terminal("printf", r"\033]52;c;aGk=\007\033[1mbold\033[0m \344\270\255\346\226\207")
    assert writer.wait_for_exit() == 0
    assert b"\x1b]52;c;aGk=\x07" in writer.raw
    assert writer.screen_lines()[0].startswith("bold 中")


def test_closing_the_line_ends_a_program_as_a_lost_connection_does(terminal: OpenTerminal) -> None:
    sleeper = terminal("sh", "-c", "echo ready; exec sleep 60")
    # Only a program that has the line as its own hears that it is lost.
    sleeper.wait_for("ready")
    sleeper.hang_up()
    assert sleeper.wait_for_exit() == -signal.SIGHUP


def test_an_unknown_key_is_named() -> None:
    with pytest.raises(ValueError, match="hyper"):
        encode("hyper")
