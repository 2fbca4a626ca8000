"""What becomes of a text that nobody has saved: go on with it, keep it as a draft, or throw it away."""

from __future__ import annotations

from collections.abc import Iterable

from textual.widget import Widget
from textual.widgets import Static

from screens.dialogs.base import Dialog
from screens.dialogs.buttons import ButtonRow
from widgets.hint_bar import Hint
from widgets.safe import content

GO_ON, KEEP, THROW_AWAY = "go on", "keep", "throw away"
_ANSWERS = (GO_ON, KEEP, THROW_AWAY)


class LeaveDialog(Dialog[str]):
    """Is dismissed with KEEP or THROW_AWAY, or with GO_ON; the harmless button has the focus."""

    def __init__(self, question: str) -> None:
        super().__init__(question)

    def body(self) -> Iterable[Widget]:
        """Return the buttons and what keeping means."""
        yield Static(content("It has not been saved yet. A draft is offered again where you wrote it."))
        yield ButtonRow(["Go on", "Keep draft", "Throw away"], id="buttons")

    def hints(self) -> list[Hint]:
        """Name the keys that answer at once."""
        hints = self.with_answers(super().hints(), keep="Keep draft", yes="Throw away")
        return [hint._replace(label="Go on") if hint.action == "form.cancel" else hint for hint in hints]

    def do_other(self) -> None:
        """Go to the next button."""
        self.query_one(ButtonRow).choose_other()

    def do_accept(self) -> None:
        """Press the chosen button."""
        self.dismiss(_ANSWERS[self.query_one(ButtonRow).chosen])

    def do_keep(self) -> None:
        """Keep the draft at once."""
        self.dismiss(KEEP)

    def do_yes(self) -> None:
        """Throw it away at once."""
        self.dismiss(THROW_AWAY)

    def do_cancel(self) -> None:
        """Go on."""
        self.dismiss(GO_ON)

    def on_button_row_pressed(self, event: ButtonRow.Pressed) -> None:
        """A click answers as well."""
        self.dismiss(_ANSWERS[event.index])
