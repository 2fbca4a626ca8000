"""Somebody at a terminal with the desk in it, who asks for actions by their ids: remapped keys break no story."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from screens.actions import all_actions
from tests.support.terminal import DESKWIRE, Terminal

PATIENCE = 45.0
"""Seconds to wait for what is to come; a machine that runs many tests at once is slow."""


@cache
def key_of(action_id: str) -> str:
    """Return the first key of an action as terminals name it."""
    names = {"question_mark": "?", "colon": ":", "number_sign": "#", "less_than_sign": "<", "greater_than_sign": ">"}
    names |= {"plus": "+", "minus": "-", "left_square_bracket": "[", "right_square_bracket": "]"}
    names |= {"left_parenthesis": "(", "right_parenthesis": ")", "slash": "/", "at": "@"}
    key = all_actions()[action_id].keys[0]
    return names.get(key, key)


class Person:
    """Looks at the screen, presses keys and types."""

    def __init__(self, terminal: Terminal) -> None:
        self.terminal = terminal

    def sees(self, *wanted: str | Callable[[str], object]) -> None:
        """Wait until the screen shows each text, or until it fits each predicate on its text."""
        for each in wanted:
            self.terminal.wait_for(each if isinstance(each, str) else _on_screen(each), PATIENCE)

    def sees_no_more(self, text: str) -> None:
        """Wait until a text has left the screen."""
        self.sees(lambda shown: text not in shown)

    def does(self, action_id: str) -> None:
        """Press the key of an action and wait until the screen has changed."""
        self.presses(key_of(action_id))

    def presses(self, *keys: str) -> None:
        """Press keys one after the other and wait until the screen has changed."""
        before = self.terminal.byte_count
        self.terminal.send(*keys)
        self._rests(before)

    def types(self, text: str) -> None:
        """Type text letter by letter and wait until it shows."""
        before = self.terminal.byte_count
        self.terminal.type(text)
        self._rests(before)

    def answers(self, text: str) -> None:
        """Type into the line that has the focus and accept it."""
        self.types(text)
        self.does("form.accept")

    def retypes(self, text: str) -> None:
        """Replace what stands in the line that has the focus."""
        self.presses("end", "ctrl+u")
        self.types(text)

    def logs_in(self, username: str, password: str) -> None:
        """Type name and password into the login."""
        self.sees("Deskwire: log in", "Password")
        self.answers(username)
        self.answers(password)

    def _rests(self, before: int) -> None:
        self.terminal.wait_for(lambda shown: shown.byte_count > before, PATIENCE)
        self.terminal.quiet(60, PATIENCE)

    def quits(self) -> None:
        """Leave the program, which must end in good order."""
        self.terminal.send(key_of("desk.quit"))
        status = self.terminal.wait_for_exit(PATIENCE)
        assert status == 0, f"The program left with {status}.\n{self.terminal.screen_text()}"


def desk_command(url: str, *words: str) -> tuple[str, ...]:
    """Return the command line of the program on a desk."""
    return (*DESKWIRE, "--db", url, *words)


def _on_screen(fits: Callable[[str], object]) -> Callable[[Terminal], object]:
    """Make a predicate on a terminal of one on the text that it shows."""
    return lambda shown: fits(shown.screen_text())
