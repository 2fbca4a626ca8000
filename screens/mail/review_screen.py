"""The last look before a mail is sent: everybody who gets it, and whoever is a stranger in a way nobody overlooks."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Literal

from textual.containers import VerticalScroll
from textual.widget import Widget
from textual.widgets import Static

from screens.actions import Action, bindings
from screens.dialogs.base import Dialog
from screens.dialogs.buttons import ButtonRow
from screens.mail.suggesting import STANDINGS
from screens.ticket.entries import size
from services.reply_people import RECIPIENT, STRANGER
from services.reply_review import Addressed, Review
from services.text import row
from widgets.hint_bar import Hint
from widgets.lines import cut
from widgets.safe import content

_LONGEST = 1_000
_SUBJECT_CELLS, _NAME_CELLS, _FILES_CELLS = 160, 50, 250
"""Nothing that customers write, who gets the mail and the buttons must leave the screen for."""

Answer = Literal["send", "close"]
_ROLES = (("to", "To"), ("cc", "Cc"), ("bcc", "Bcc, whom nobody else sees"))
_BUTTONS: tuple[tuple[str, Answer | None], ...] = (("Write on", None), ("Send", "send"), ("Send and close", "close"))


class ReviewScreen(Dialog[Answer]):
    """Is dismissed with `send`, with `close` to complete the ticket along, or with None to write on."""

    AREA = "review"
    BINDINGS = bindings("review")
    CSS_PATH = [Path(__file__).parents[1] / "dialogs" / "dialogs.tcss", Path(__file__).with_name("mail.tcss")]

    def __init__(self, review: Review) -> None:
        strangers = review.strangers
        who = "a stranger" if strangers == 1 else f"{strangers} strangers"
        super().__init__(f"Send this mail to {who} as well?" if strangers else "Send this mail?")
        self._review = review
        self._buttons = _BUTTONS if review.is_open else _BUTTONS[:2]

    def body(self) -> Iterable[Widget]:
        """Return head, people, remarks and buttons."""
        review = self._review
        subject = cut(row(review.subject, _LONGEST), _SUBJECT_CELLS)
        yield Static(content(f"From     {review.sender}\nSubject  {subject}"), id="letter")
        yield VerticalScroll(*self._people(), id="recipients", can_focus=False)
        if review.files:
            files = ", ".join(f"{_short(name)} ({size(count)})" for name, count in review.files)
            yield Static(content(f"Files    {cut(files, _FILES_CELLS)}"))
        for remark in review.remarks:
            yield Static(content(f"! {remark}"), classes="remark")
        # Where something deserves a second look, Enter alone sends nothing.
        first = 0 if review.strangers or review.remarks else 1
        yield ButtonRow([label for label, _ in self._buttons], first, id="buttons")

    def _people(self) -> Iterable[Static]:
        for role, title in _ROLES:
            found = [one for one in self._review.people if one.role == role]
            if found:
                yield Static(content(title), classes="role")
            for one in found:
                yield Static(content(_line(one)), classes="stranger" if one.standing == STRANGER else "known")

    def offers(self, action: Action) -> bool:
        """Leave out closing what is closed."""
        return (action.id != "review.send-and-close" or self._review.is_open) and super().offers(action)

    def hints(self) -> list[Hint]:
        """Say which button Enter presses."""
        label = self._buttons[self.query_one(ButtonRow).chosen][0]
        return [hint._replace(label=label) if hint.action == "review.accept" else hint for hint in super().hints()]

    def do_accept(self) -> None:
        """Press the chosen button."""
        self._press(self.query_one(ButtonRow).chosen)

    def do_send(self) -> None:
        """Send."""
        self.dismiss("send")

    def do_send_and_close(self) -> None:
        """Send, and complete the ticket."""
        self.dismiss("close")

    def do_next(self) -> None:
        """Go to the next button."""
        self._choose(1)

    def do_previous(self) -> None:
        """Go to the button before."""
        self._choose(-1)

    def _choose(self, delta: int) -> None:
        buttons = self.query_one(ButtonRow)
        buttons.chosen = (buttons.chosen + delta) % len(self._buttons)
        buttons.refresh()
        self.show_keys()

    def do_up(self) -> None:
        """Scroll the people up."""
        self.query_one("#recipients").scroll_up(animate=False)

    def do_down(self) -> None:
        """Scroll the people down."""
        self.query_one("#recipients").scroll_down(animate=False)

    def do_page_up(self) -> None:
        """Scroll the people up by a page."""
        self.query_one("#recipients").scroll_page_up(animate=False)

    def do_page_down(self) -> None:
        """Scroll the people down by a page."""
        self.query_one("#recipients").scroll_page_down(animate=False)

    def on_button_row_pressed(self, event: ButtonRow.Pressed) -> None:
        """A click answers as well."""
        self._press(event.index)

    def _press(self, index: int) -> None:
        self.dismiss(self._buttons[index][1])


def _short(name: str) -> str:
    """A name that leaves room for what stands behind it, however long somebody made it."""
    return cut(row(name, _LONGEST), _NAME_CELLS)


def _line(one: Addressed) -> str:
    person = f"{_short(one.name)} <{one.address}>" if one.name else one.address
    if one.standing == STRANGER:
        return f"! {person}, a STRANGER to this ticket and its account"
    how = "colleague, follows the ticket" if one.unasked else STANDINGS[one.standing]
    return f"  {person}, {how}" if one.standing != RECIPIENT else f"  {person}"
