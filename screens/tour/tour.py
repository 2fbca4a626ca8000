"""Follows what somebody does on the sample desk, and says what to try next."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from screens.tour.steps import END, STEPS
from services import preferences
from widgets.tour_bar import TourBar

if TYPE_CHECKING:
    from screens.desk_screen import DeskScreen

PREFERENCE = "tour"
"""Under this name it is remembered how many steps a person has done."""

_KEY = re.compile(r"\{([a-z.-]+)(?::(\d))?\}")


class Tour:
    """Where somebody is in the tour; shown on whatever screen is on top while it goes on."""

    def __init__(self, shown_keys: Callable[[str], tuple[str, ...]]) -> None:
        self._shown_keys = shown_keys
        self._at = 0
        self._tried = 0
        self._waited = False
        self._shown = False

    def begin(self, screen: DeskScreen[Any]) -> None:
        """Show the first step to who has not seen the tour to its end."""

        def known(done: int) -> None:
            if done < len(STEPS):
                self._at, self._shown = done, True
                self.look(screen)

        screen.run_db(preferences.get, screen.session, PREFERENCE, 0, then=known)

    def toggle(self, screen: DeskScreen[Any]) -> None:
        """Put the tour away, or show it again, from its beginning if it was over."""
        self._shown = not self._shown
        if self._shown and self._at >= len(STEPS):
            self._at = 0
        self.look(screen)

    def did(self, screen: DeskScreen[Any], action_id: str) -> None:
        """Take note of an action that was done."""
        if not self._shown:
            return
        if self._at >= len(STEPS):
            if action_id != "desk.tour" and not _waits(screen):
                self._shown = False
        elif action_id in STEPS[self._at].actions:
            self._tried += 1
        elif self._is_beyond(action_id):
            self._at, self._tried = self._at + 1, 1
        self.look(screen)

    def look(self, screen: DeskScreen[Any]) -> None:
        """Go on when the step was tried and nothing it opened waits any more; say on the screen what comes now."""
        if self._shown and self._is_done(screen):
            self._at, self._tried, self._waited = self._at + 1, 0, False
            screen.run_db(preferences.put, screen.session, PREFERENCE, self._at, lane="slow")
        bars = screen.query(TourBar)
        if not self._shown:
            bars.remove()
        elif bars:
            bars.first().say(self._text(screen))
        else:
            screen.mount(TourBar(self._text(screen)))

    def _is_beyond(self, action_id: str) -> bool:
        """Tell whether somebody who has to repeat a step knows it already and does the next one."""
        following = STEPS[self._at + 1 : self._at + 2]
        return STEPS[self._at].times > 1 and any(action_id in step.actions for step in following)

    def _is_done(self, screen: DeskScreen[Any]) -> bool:
        if self._at >= len(STEPS) or self._tried < STEPS[self._at].times:
            return False
        if _waits(screen):
            self._waited = True
            return False
        # What an action opens may come a moment later.
        return self._waited or not STEPS[self._at].then

    def _text(self, screen: DeskScreen[Any]) -> str:
        if self._at >= len(STEPS):
            return self._with_keys(END)
        step = STEPS[self._at]
        text = step.then if step.then and self._tried and _waits(screen) else step.text
        left = step.times - self._tried
        more = f" ({left} to go)" if step.times > 1 and self._tried else ""
        return f"{self._at + 1}/{len(STEPS)}  {self._with_keys(text)}{more}"

    def _with_keys(self, text: str) -> str:
        def shown(found: re.Match[str]) -> str:
            keys = self._shown_keys(found[1]) or ("—",)
            return keys[min(int(found[2] or 1), len(keys)) - 1]

        return _KEY.sub(shown, text)


def _waits(screen: DeskScreen[Any]) -> bool:
    """Tell whether a dialog, or a line that somebody types into, has to be answered first."""
    from screens.dialogs.base import Dialog
    from screens.help import HelpScreen

    bar = getattr(screen, "search_bar", None)
    return isinstance(screen, (Dialog, HelpScreen)) or (bar is not None and bar.is_open)
