"""A text of several lines, which is never lost: not by a fault, not by Esc."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from textual.widget import Widget
from textual.widgets import Static, TextArea

from screens.actions import Action
from screens.dialogs.base import Dialog
from screens.dialogs.editor import edit_in_terminal
from screens.drafting import Drafted, Where
from screens.runner import Lane
from services.text import row
from widgets.safe import content

if TYPE_CHECKING:
    from services.drafts import Fields


class TextDialog(Dialog[Any], Drafted[Any]):
    """Calls `save(text, choice)` in the database thread and is dismissed with what it returns.

    `text` is what stands there already, `typed` what somebody wants instead and has not saved.
    `choices` are (value, label) pairs to switch between, such as internal and public; the first one is chosen.
    `warning` is said above the text.
    When saving raises DeskError, its sentence is shown and the text stays. With `draft` it is kept as a draft there.
    `lane` is the thread that saves.
    """

    def __init__(
        self,
        title: str,
        *,
        text: str = "",
        typed: str | None = None,
        choices: Sequence[tuple[str, str]] = (),
        warning: str = "",
        save: Callable[[str, str | None], object],
        draft: Where | None = None,
        lane: Lane = "slow",
    ) -> None:
        super().__init__(title)
        self._given = text
        self._typed = text if typed is None else typed
        self._choices = choices
        self._chosen = 0
        self._warning = warning
        self._save = save
        self._draft_at = draft
        self._lane: Lane = lane

    def body(self) -> Iterable[Widget]:
        """Return the switch and the editor."""
        if self._choices:
            yield Static(content(self._switch_line()), id="choice")
        if self._warning:
            yield Static(content(self._warning), classes="warning")
        area = TextArea(self._typed, id="text", soft_wrap=True, tab_behavior="focus", compact=True)
        area.cursor_blink = False
        yield area

    def on_mount(self) -> None:
        """Start at the end of the text, with as much room as there is."""
        super().on_mount()
        self.query_one("#box").add_class("tall")
        area = self.query_one(TextArea)
        area.focus()
        area.move_cursor(area.document.end)
        self.begin_draft(self._draft_at)

    def draft_fields(self) -> Fields:
        """Return the text and what is switched to."""
        return {"text": self.text, "choice": self.choice}

    def take_draft(self, fields: Fields) -> None:
        """Put a text into the editor, and switch."""
        if isinstance(text := fields.get("text"), str):
            area = self.query_one(TextArea)
            area.load_text(text)
            area.move_cursor(area.document.end)
        values = [value for value, _ in self._choices]
        if (choice := fields.get("choice")) in values:
            self._chosen = values.index(choice)
            self._show_switch()

    @property
    def text(self) -> str:
        """What stands in the editor."""
        return self.query_one(TextArea).text

    @property
    def choice(self) -> str | None:
        """The value that is switched to; None when there is nothing to switch."""
        return self._choices[self._chosen][0] if self._choices else None

    @property
    def unsaved(self) -> str:
        """The text, as long as it differs from what was given."""
        return "the text you typed" if self.text.strip() != self._given.strip() else ""

    def offers(self, action: Action) -> bool:
        """Leave out the switch when there is nothing to switch."""
        return (action.id != "form.switch" or bool(self._choices)) and super().offers(action)

    def do_save(self) -> None:
        """Save and close; a second key press while saving does nothing."""
        if not self.busy:
            self.busy = True
            self.say("")
            self.run_db(self._save, self.text, self.choice, then=self.dismiss, lane=self._lane)

    def do_switch(self) -> None:
        """Go to the next of the choices."""
        self._chosen = (self._chosen + 1) % len(self._choices)
        self._show_switch()
        self.draft_changed()

    def _show_switch(self) -> None:
        self.query_one("#choice", Static).update(content(self._switch_line()))

    def do_editor(self) -> None:
        """Write on in the person's own editor."""
        self.keep_draft()
        changed = edit_in_terminal(self.app, self.text)
        if changed is not None and changed != self.text:
            area = self.query_one(TextArea)
            area.load_text(changed)
            area.move_cursor(area.document.end)

    def do_cancel(self) -> None:
        """Close, asking first only when text would be lost."""
        self.leave_unanswered()

    def _switch_line(self) -> str:
        marks = ("( )", "(*)")
        shown = (f"{marks[index == self._chosen]} {row(label)}" for index, (_, label) in enumerate(self._choices))
        return "   ".join(shown)
