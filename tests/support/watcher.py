"""Somebody who presses keys on a desk of hostile texts, and looks at every byte that the terminal is given."""

from __future__ import annotations

import base64
import re

from tests.hostile import FORBIDDEN, FORBIDDEN_BYTES
from tests.support.person import PATIENCE, Person, key_of
from tests.support.terminal import Terminal

BOX = "└"
"""The corner that only dialogs draw."""
MARKER = re.compile(r"mk\d{3}q")
COPIED = re.compile(rb"\x1b\]52;c;([^\x07]*)\x07")


class Watcher(Person):
    """Presses keys whatever happens, remembers which hostile texts were on the screen, and looks at every byte."""

    def __init__(self, terminal: Terminal) -> None:
        super().__init__(terminal)
        self.seen: set[str] = set()
        self.sees(lambda shown: "Help" in shown or "Enter Open" in shown)
        self._start = terminal.byte_count

    def tries(self, *keys: str) -> str:
        """Press keys, take what the screen makes of them, and return what it shows."""
        useless = ""
        for key in keys:
            if key == useless:
                continue
            before = self.terminal.byte_count
            self.terminal.send(key)
            # A key that does nothing here is no fault, but it will not do anything the next time either.
            self.terminal.read(0.25)
            if self.terminal.byte_count > before:
                self.terminal.quiet(60, PATIENCE)
                useless = ""
            else:
                useless = key
            self.seen |= set(MARKER.findall(self.terminal.screen_text()))
        return self.terminal.screen_text()

    def asks(self, action_id: str) -> str:
        """Press the key of an action and return what the screen shows."""
        return self.tries(key_of(action_id))

    def opens(self, action_id: str) -> None:
        """Ask for what opens a dialog, once the one before has gone for good, and wait for it."""
        self.terminal.quiet(250, PATIENCE)
        self.terminal.send(key_of(action_id))
        self.sees(BOX)
        self.tries("down", "pagedown")

    def goes_back(self) -> None:
        """Leave dialogs, one after the other; typed text is thrown away."""
        for _ in range(6):
            shown = self.terminal.screen_text()
            if BOX not in shown:
                return
            self.tries("y" if "Throw away" in shown else "escape")
        raise AssertionError(f"The dialog stays.\n{self.terminal.screen_text()}")

    def check(self, *, copied: bool = False) -> None:
        """Assert that the program still answers, and that the terminal was given no order but, where asked, to copy."""
        self.asks("desk.help")
        self.sees("what the keys do here")
        drawn = bytes(self.terminal.raw[self._start :])
        if copied:
            for data in COPIED.findall(drawn):
                assert FORBIDDEN.search(base64.b64decode(data, validate=True).decode()) is None
            drawn = COPIED.sub(b"", drawn)
        found = FORBIDDEN_BYTES.search(drawn)
        assert found is None, drawn[max(0, found.start() - 80) : found.end() + 80]
        assert set(re.findall(rb"\x1b\](\d+)", drawn)) <= {b"22"}, (
            "no title, link or clipboard: only the pointer's shape"
        )
        self.tries("escape")
        self.quits()
