"""The three lines that say whom a mail goes to, with what could stand there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual.widgets import Input

from screens.mail.suggesting import STANDINGS, Part, matching, part_at, put, taken_in
from services.reply_people import Known
from services.text import cell_width, row
from widgets.completions import Completions, Suggested
from widgets.text_prompt import TextPrompt

if TYPE_CHECKING:
    from screens.mail.mail_form import MailForm

FIELDS = ("to", "cc", "bcc")


class Addressing:
    """Offers people below the line where somebody types; Tab, Enter and the arrows come from the screen's actions."""

    def __init__(self, screen: MailForm, offers: Completions, known: Sequence[Known]) -> None:
        self._screen = screen
        self._offers = offers
        self._known = known
        self._part = Part(0, 0, "")
        self._found: dict[str, Known] = {}

    def prompt(self, name: str) -> TextPrompt:
        """Return one of the lines."""
        return self._screen.query_one(f"#{name}", TextPrompt)

    @property
    def _line(self) -> TextPrompt | None:
        """The line where somebody types now."""
        return next((prompt for prompt in map(self.prompt, FIELDS) if prompt.has_focus_within), None)

    def follow(self, *, all_of_them: bool = False) -> bool:
        """Offer who can be meant by what is typed, or in an empty place everybody; False when there is nobody."""
        line = self._line
        if line is None:
            return False
        typed = line.query_one(Input)
        self._part = part_at(typed.value, typed.cursor_position)
        if not (self._part.text or all_of_them):
            self._offers.close()
            return False
        others = [self.prompt(name).value for name in FIELDS if self.prompt(name) is not line]
        rest = typed.value[: self._part.start] + "," + typed.value[self._part.end :]
        found = matching(self._known, self._part.text, taken_in(*others, rest))
        self._found = {one.address: one for one in found}
        entries = [Suggested(one.address, one.name or one.address, _about(one)) for one in found]
        x = typed.content_region.x - typed.scroll_offset.x + cell_width(row(typed.value[: self._part.start]))
        self._offers.show(entries, x - 1, line.region.bottom, self._screen.size.width)
        return bool(entries)

    def take(self, suggested: Suggested | None) -> bool:
        """Put somebody into the line; False when nobody was offered."""
        line = self._line
        if suggested is None or line is None:
            return False
        typed = line.query_one(Input)
        value, cursor = put(typed.value, self._part, self._found[suggested.text])
        self._offers.close()
        # The line itself would drop the blank at the end.
        typed.value, typed.cursor_position = value, cursor
        return True

    def enter(self) -> bool:
        """Take whom somebody went to, or the first where what is typed is no address yet."""
        offered = self._offers.chosen if "@" in self._part.text or not self._part.text else self._offers.offered
        return self._offers.is_open and self.take(offered)

    def tab(self) -> bool:
        """Take whom somebody went to, or the first who fits what was typed."""
        return self._offers.is_open and self.take(self._offers.offered if self._part.text else self._offers.chosen)

    def move(self, delta: int) -> bool:
        """Go through those who are offered; Down in a line offers them. False when the key is meant for the form."""
        if self._offers.is_open:
            self._offers.move(delta)
            return True
        if delta < 0 or not self.follow(all_of_them=True):
            return False
        self._offers.move(1)
        return True

    def close(self) -> bool:
        """Offer nobody any more; False when nobody was offered."""
        was_open = self._offers.is_open
        if was_open:
            self._offers.close()
        return was_open


def _about(one: Known) -> str:
    """Return the address, where a name stands before it, and how somebody stands to the ticket."""
    return f"{one.address}, {STANDINGS[one.standing]}" if one.name else STANDINGS[one.standing]
