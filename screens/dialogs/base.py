"""What every dialog is: a box on an empty screen with a title, a body, a line for faults and its keys."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import ClassVar, Generic

from textual._path import CSSPathType
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import ScreenResultType
from textual.widget import Widget
from textual.widgets import Static

from screens.actions import Action, bindings
from screens.desk_screen import DeskScreen
from services.errors import DeskError, TryAgain
from services.text import row
from widgets.hint_bar import Hint, HintBar
from widgets.safe import content, hush

# What would leave typed text behind, or mean nothing while a dialog waits for its answer.
_NOT_IN_DIALOGS = (
    "desk.go-to-ticket",
    "desk.password",
    "desk.log-out",
    "desk.refresh",
    "desk.close",
    "desk.drafts",
    "desk.search",
    "desk.undo",
    "desk.redo",
    "desk.operations",
)
_LONGEST_TITLE = 300  # a subject in a question must not push the buttons off the screen


class Dialog(DeskScreen[ScreenResultType], Generic[ScreenResultType]):
    """A screen that asks for something and is dismissed with the answer, or with None."""

    AREA = "form"
    BINDINGS = bindings("form")
    CSS_PATH: ClassVar[CSSPathType | None] = Path(__file__).with_name("dialogs.tcss")
    busy = False
    """Whether an answer is being checked or saved, so that a second Enter does nothing."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self._title = title

    @property
    def dialog_title(self) -> str:
        """What the dialog asks for."""
        return self._title

    def compose(self) -> ComposeResult:
        """Put the body into a box."""
        with Vertical(id="box"):
            yield Static(content(row(self._title, _LONGEST_TITLE)), id="title")
            yield from self.body()
            yield Static("", id="fault")
            yield HintBar(id="keys")

    def body(self) -> Iterable[Widget]:
        """Return what stands between the title and the keys."""
        return ()

    def on_mount(self) -> None:
        """Show the keys, which needs the program's key map."""
        hush(self)
        self.show_keys()

    def do_next(self) -> None:
        """Go to the next field or button."""
        self.focus_next()

    def do_previous(self) -> None:
        """Go to the field or button before."""
        self.focus_previous()

    def show_keys(self) -> None:
        """Write the hint line anew."""
        self.query_one("#keys", HintBar).set_hints(self.hints())

    def hints(self) -> list[Hint]:
        """Return the hints with keys that work while typing, where an action has one."""
        return self.hints_while_typing(super().hints())

    def with_answers(self, hints: list[Hint], **labels: str) -> list[Hint]:
        """Put the keys of answers after Enter, which presses the harmless button first; `labels` by action of forms."""
        keys = {name: self.desk.shown_keys(f"form.{name}") for name in labels}
        answers = [Hint(keys[name][0], label, action=f"form.{name}") for name, label in labels.items() if keys[name]]
        return [*hints[:1], *answers, *hints[1:]]

    def offers(self, action: Action) -> bool:
        """Leave out what does not belong into a dialog, and Tab where it completes a line."""
        if action.id in _NOT_IN_DIALOGS or (action.id == "form.next" and hasattr(self, "do_complete")):
            return False
        return super().offers(action)

    def show_fault(self, fault: DeskError) -> None:
        """Show the sentence in the dialog; what was typed stays."""
        self.busy = False
        kept = " What you typed is kept." if isinstance(fault, TryAgain) and self.unsaved else ""
        self.say(fault.sentence + kept)

    def say(self, sentence: str) -> None:
        """Show a sentence under the body; an empty one takes it away."""
        fault = self.query_one("#fault", Static)
        fault.update(content(sentence))
        fault.display = bool(sentence)

    def do_cancel(self) -> None:
        """Close without an answer."""
        self.dismiss(None)

    def do_go_back(self) -> None:
        """The other keys that go back mean the same."""
        self.do_cancel()
