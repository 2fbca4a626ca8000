"""A question before something that cannot be undone."""

from __future__ import annotations

from collections.abc import Iterable

from textual.widget import Widget
from textual.widgets import Static

from screens.dialogs.base import Dialog
from screens.dialogs.buttons import ButtonRow
from services.text import row
from widgets.hint_bar import Hint
from widgets.safe import content

_CANCEL, _YES = 0, 1
_LONGEST_DETAIL = 600


class ConfirmDialog(Dialog[bool]):
    """Asks, names how many things it is about, and is dismissed with True only for the button `yes`."""

    def __init__(self, question: str, detail: str = "", yes: str = "Archive", count: int = 1) -> None:
        super().__init__(question)
        self._detail = detail
        self._yes = f"{yes} {count:,}" if count > 1 else yes

    def body(self) -> Iterable[Widget]:
        """Return the detail and the buttons; the harmless one has the focus."""
        if self._detail:
            yield Static(content(row(self._detail, _LONGEST_DETAIL)))
        yield ButtonRow(["Cancel", self._yes], _CANCEL, id="buttons")

    def hints(self) -> list[Hint]:
        """Name the key that answers yes at once."""
        return self.with_answers(super().hints(), yes=self._yes)

    def do_other(self) -> None:
        """Go to the other button."""
        self.query_one(ButtonRow).choose_other()

    def do_accept(self) -> None:
        """Press the chosen button."""
        self.dismiss(self.query_one(ButtonRow).chosen == _YES)

    def do_yes(self) -> None:
        """Answer yes at once."""
        self.dismiss(True)

    def do_cancel(self) -> None:
        """Answer no."""
        self.dismiss(False)

    def on_button_row_pressed(self, event: ButtonRow.Pressed) -> None:
        """A click answers as well."""
        self.dismiss(event.index == _YES)
