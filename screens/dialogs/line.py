"""One line of text."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from textual.widget import Widget
from textual.widgets import Static

from screens.dialogs.base import Dialog
from services.errors import DeskError
from services.text import row
from widgets.safe import content
from widgets.text_prompt import TextPrompt

_LONGEST_HINT = 400


class LineDialog(Dialog[str]):
    """Is dismissed with what was typed, after `check` has accepted it.

    `check` runs in the database thread; when it raises DeskError the sentence stands under the line, and the
    text stays.
    """

    def __init__(
        self,
        title: str,
        label: str,
        value: str = "",
        *,
        check: Callable[[str], object] | None = None,
        hint: str = "",
        password: bool = False,
    ) -> None:
        super().__init__(title)
        self._label = label
        self._value = value
        self._check = check
        self._hint = hint
        self._password = password

    def body(self) -> Iterable[Widget]:
        """Return the line, and the hint below it."""
        yield TextPrompt(self._label, self._value, password=self._password, id="line")
        if self._hint:
            yield Static(content(row(self._hint, _LONGEST_HINT)), classes="label")

    def on_mount(self) -> None:
        """Start in the line."""
        super().on_mount()
        self.query_one(TextPrompt).focus()

    def do_accept(self) -> None:
        """Check what was typed and take it."""
        value = self.query_one(TextPrompt).value
        if self.busy:
            return
        if self._check is None:
            self.dismiss(value)
            return
        self.busy = True
        self.run_db(self._check, value, then=lambda _: self.dismiss(value))

    def show_fault(self, fault: DeskError) -> None:
        """Show the sentence under the line."""
        self.busy = False
        self.query_one(TextPrompt).set_error(fault.sentence)

    def on_text_prompt_submitted(self, event: TextPrompt.Submitted) -> None:
        """Enter in the line accepts it."""
        event.stop()
        self.do_accept()
