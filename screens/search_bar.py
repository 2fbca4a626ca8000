"""Typing a search: the line, what could be typed next, what is wrong, and what one searched for before."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from services import preferences
from services.errors import DeskError
from services.text import cell_width, row

if TYPE_CHECKING:
    from screens.desk_screen import DeskScreen
    from services.query.completion import Completion
    from widgets.completions import Completions, Suggested
    from widgets.query_prompt import QueryPrompt
    from widgets.remark import Remark
    from widgets.status_line import StatusLine

PREFERENCE = "searches"
"""Under this name a person's last searches stand among their preferences, newest first."""

_MOST_KEPT = 50
_PAUSE_SECONDS = 0.4
"""How long the keys must rest before somebody is told what is wrong: half a word is no mistake."""

_PLACEHOLDER = "words, or status:hold manager:me updated:<7d"


class SearchBar:
    """Stands in the first line of a screen while somebody types; the screen says with `typed` what that does.

    Keys arrive here from the screen's actions, because Tab, Esc and the arrows are the screen's.
    """

    def __init__(self, screen: DeskScreen[Any], line: StatusLine, typed: Callable[[str], object]) -> None:
        self._screen = screen
        self._line = line
        self._typed = typed
        self._prompt: QueryPrompt | None = None
        self._offers: Completions
        self._remark: Remark
        self._between = (0, 0)
        self._earlier: list[str] | None = None
        self._at = -1
        self._sentence = ""
        self._place: tuple[int, int] | None = None
        self._pause: asyncio.TimerHandle | None = None
        self.is_open = False

    @property
    def text(self) -> str:
        """What stands in the line."""
        return self._prompt.value if self._prompt is not None else ""

    @property
    def has_focus(self) -> bool:
        """Whether somebody types here now."""
        return self.is_open and self._screen.focused is self._prompt

    async def open(self, label: str, text: str = "") -> None:
        """Let somebody type after a label; made when it is needed first, because a start has no time for it."""
        prompt = self._prompt or await self._make()
        prompt.put(text)
        self._at = -1
        self.is_open = True
        self._line.lend(label, prompt)
        self._screen.set_focus(prompt, scroll_visible=False)
        if self._earlier is None:
            self._screen.run_db(preferences.get, self._screen.session, PREFERENCE, then=self._know_earlier)

    async def _make(self) -> QueryPrompt:
        from widgets.completions import Completions
        from widgets.query_prompt import QueryPrompt
        from widgets.remark import Remark

        self._prompt = QueryPrompt(placeholder=_PLACEHOLDER, id="query")
        self._offers, self._remark = Completions(id="completions"), Remark(id="remark")
        await self._line.take_in(self._prompt)
        await self._screen.mount(self._remark, self._offers)
        return self._prompt

    def close(self) -> None:
        """Give the line back."""
        if self.is_open:
            self.is_open = False
            self._stop()
            self._offers.close()
            self.clear_fault()
            self._screen.desk.runner.cancel(f"{id(self._screen)}:complete")
            self._line.give_back()

    # Typing

    def changed(self) -> None:
        """Follow what was typed."""
        if not self.is_open:
            return
        text = self.text
        if self._at >= 0 and text != self._earlier_at:
            self._at = -1
        self._stop()
        self.clear_fault()
        self._typed(text)
        if text.strip():
            self._ask()
        else:
            self._offers.close()

    def _ask(self) -> None:
        from services.query.completion import complete

        prompt = self._prompt
        assert prompt is not None
        text, cursor = prompt.value, prompt.cursor_position

        def arrived(found: Completion) -> None:
            if not self.is_open or (prompt.value, prompt.cursor_position) != (text, cursor):
                return
            if prompt.region:
                self._offer(found)
            else:
                # All was typed in one burst, and the line has no place on the screen yet to offer anything below.
                prompt.call_after_refresh(arrived, found)

        # What cannot be completed is no mistake; the search itself says what is wrong.
        self._screen.run_db(
            complete, self._screen.session, text, cursor, then=arrived, failed=lambda _: None, group="complete"
        )

    def _offer(self, found: Completion) -> None:
        from widgets.completions import Suggested

        prompt = self._prompt
        assert prompt is not None
        self._between = (found.start, found.end)
        there = prompt.value[found.start : found.end]
        entries = [Suggested(each.text, each.label, each.note) for each in found.suggestions if each.text != there]
        x = prompt.content_region.x - prompt.scroll_offset.x + cell_width(row(prompt.value[: found.start]))
        if entries:
            self._remark.say("", 0, 0)
        self._offers.show(entries, x - 1, self._below, self._screen.size.width)

    @property
    def _below(self) -> int:
        """The line of the screen below the one to type into."""
        return self._prompt.region.bottom if self._prompt is not None else 1

    def take(self, suggested: Suggested | None) -> bool:
        """Put a suggestion into the line; False when there is none."""
        if suggested is None or self._prompt is None:
            return False
        self._offers.close()
        self._prompt.put_between(*self._between, suggested.text)
        return True

    # Keys

    def enter(self) -> bool:
        """Take what somebody went to with the arrows; False when Enter is meant for the search."""
        return self.take(self._offers.chosen)

    def complete(self) -> None:
        """Take the suggestion that was chosen, or else the first; without any, ask what there is."""
        if not self.take(self._offers.offered):
            self._ask()

    def escape(self) -> bool:
        """Close the suggestions; False when there are none and Esc is meant for the search."""
        was_open = self._offers.is_open
        self._offers.close()
        return was_open

    def up(self) -> bool:
        """Go up in the suggestions, or back to an earlier search; False when there is nothing above."""
        if self._offers.is_open:
            self._offers.move(-1)
            return True
        return self._go_earlier(1) if self._at >= 0 or not self.text.strip() else False

    def down(self) -> bool:
        """Go down in the suggestions, or forward to a later search; False when Down is meant for the list."""
        if self._offers.is_open:
            self._offers.move(1)
            return True
        return self._go_earlier(-1) if self._at >= 0 else False

    # What one searched for before

    @property
    def _earlier_at(self) -> str:
        return self._earlier[self._at] if self._earlier is not None and 0 <= self._at < len(self._earlier) else ""

    def _know_earlier(self, stored: Any) -> None:
        kept = stored if isinstance(stored, list) else []
        self._earlier = [row(each) for each in kept if isinstance(each, str) and each.strip()][:_MOST_KEPT]

    def _go_earlier(self, delta: int) -> bool:
        if not self._earlier or self._prompt is None:
            return False
        self._at = max(-1, min(self._at + delta, len(self._earlier) - 1))
        self._prompt.put(self._earlier_at)
        self._stop()
        self._typed(self.text)
        return True

    def remember(self, text: str) -> None:
        """Keep a search among the last ones."""
        text = text.strip()
        if text and self._earlier is not None and self._earlier[:1] != [text]:
            self._earlier = [text, *(each for each in self._earlier if each != text)][:_MOST_KEPT]
            # Nobody waits for this and a failure costs a habit, not work: it goes unsaid.
            runner, session = self._screen.desk.runner, self._screen.session
            runner.submit(preferences.put, session, PREFERENCE, list(self._earlier), lane="slow")

    # What is wrong

    def show_fault(self, fault: DeskError) -> None:
        """Mark at once what is not understood, and say why when the keys rest; say at once that it takes too long.

        What only lacks its end is neither marked nor said before somebody wants to go on.
        """
        if not self.is_open or self._prompt is None:
            return
        self._stop()
        self._sentence = fault.sentence
        start = getattr(fault, "start", None)
        if start is None:
            # No half word, and waited for already.
            self.insist()
            return
        self._place = (start, getattr(fault, "end", start))
        if getattr(fault, "unfinished", False):
            return
        self._prompt.mark_fault(*self._place)
        self._pause = asyncio.get_running_loop().call_later(
            _PAUSE_SECONDS, self._screen.call_later, self._say, fault.sentence
        )

    def insist(self) -> None:
        """Say at once what is wrong, because somebody wants to go on."""
        if self._sentence and self._prompt is not None:
            if self._place is not None:
                self._prompt.mark_fault(*self._place)
            self._offers.close()
            self._stop()
            self._say(self._sentence)

    def _say(self, sentence: str) -> None:
        if self.is_open and not self._offers.is_open:
            self._remark.say(sentence, self._below, self._screen.size.width)

    def clear_fault(self) -> None:
        """Nothing is wrong any more."""
        self._sentence, self._place = "", None
        if self._prompt is not None:
            self._stop()
            self._prompt.clear_fault()
            self._remark.say("", 0, 0)

    def _stop(self) -> None:
        if self._pause is not None:
            self._pause.cancel()
            self._pause = None
