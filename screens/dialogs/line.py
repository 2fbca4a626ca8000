"""One line of text."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from textual.widget import Widget
from textual.widgets import Static

from screens.dialogs.base import Dialog
from screens.drafting import Drafted, Where
from screens.runner import Lane
from services.errors import DeskError
from services.text import row
from widgets.safe import content
from widgets.text_prompt import TextPrompt

if TYPE_CHECKING:
    from services.drafts import Fields

_LONGEST_HINT = 400


class LineDialog(Dialog[str], Drafted[str]):
    """Is dismissed with what was typed, after `check` has accepted it.

    `check` runs in the database thread of `lane`; when it raises DeskError the sentence stands under the line, and the
    text stays. `typed` stands there instead of `value` and is not saved yet. With `draft` it is kept as a draft
    there; a password never is. With `replace` typing takes the place of what stands there.
    """

    def __init__(
        self,
        title: str,
        label: str,
        value: str = "",
        *,
        typed: str | None = None,
        check: Callable[[str], object] | None = None,
        hint: str = "",
        password: bool = False,
        replace: bool = False,
        draft: Where | None = None,
        lane: Lane = "quick",
    ) -> None:
        super().__init__(title)
        self._label = label
        self._value = value
        self._typed = value if typed is None else typed
        self._check = check
        self._hint = hint
        self._password = password
        self._replace = replace
        self._draft_at = None if password else draft
        self._lane: Lane = lane

    def body(self) -> Iterable[Widget]:
        """Return the line, and the hint below it."""
        yield TextPrompt(self._label, self._typed, password=self._password, replace=self._replace, id="line")
        if self._hint:
            yield Static(content(row(self._hint, _LONGEST_HINT)), classes="label")

    def on_mount(self) -> None:
        """Start in the line."""
        super().on_mount()
        self.query_one(TextPrompt).focus()
        self.begin_draft(self._draft_at)

    @property
    def unsaved(self) -> str:
        """The line, as long as it differs from what was given and is worth a draft."""
        typed = self.is_drafted and self.query_one(TextPrompt).value != row(self._value)
        return "what you typed" if typed else ""

    def draft_fields(self) -> Fields:
        """Return the line."""
        return {"text": self.query_one(TextPrompt).value}

    def take_draft(self, fields: Fields) -> None:
        """Put a text into the line."""
        if isinstance(text := fields.get("text"), str):
            self.query_one(TextPrompt).value = text

    def do_cancel(self) -> None:
        """Close; a line that is kept as a draft is not lost without a question."""
        self.leave_unanswered()

    def do_accept(self) -> None:
        """Check what was typed and take it."""
        value = self.query_one(TextPrompt).value
        if self.busy:
            return
        if self._check is None:
            self.dismiss(value)
            return
        self.busy = True
        self.run_db(self._check, value, then=lambda _: self.dismiss(value), lane=self._lane)

    def show_fault(self, fault: DeskError) -> None:
        """Show the sentence under the line."""
        self.busy = False
        self.query_one(TextPrompt).set_error(fault.sentence)

    def on_text_prompt_submitted(self, event: TextPrompt.Submitted) -> None:
        """Enter in the line accepts it."""
        event.stop()
        self.do_accept()
