"""One line to type into, with its label before it and what is wrong with it below."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message
from textual.widgets import Input, Static

from services.text import ROW_LIMIT, row
from widgets.safe import content


class TextPrompt(Vertical):
    """A labelled input; an error stands below it and leaves what was typed alone.

    `replace` is for short values that people type anew: they are selected when the line gets the focus. `longest` is
    how many characters of a value are shown; what people type is never cut.
    """

    DEFAULT_CSS = """
    TextPrompt {
        height: auto;
        & > .text-prompt--label { height: auto; text-style: bold; }
        & > Input { padding: 0 1; background: $surface; }
        & > Input:focus { background: $boost; text-style: underline; }
        & > .text-prompt--error { height: auto; color: $text-error; text-style: bold; display: none; }
        &.-wrong > .text-prompt--error { display: block; }
    }
    """

    class PromptMessage(Message):
        """A message of a prompt with what stands in it."""

        def __init__(self, prompt: TextPrompt, value: str) -> None:
            super().__init__()
            self.prompt = prompt
            self.value = value

        @property
        def control(self) -> TextPrompt:
            """The prompt."""
            return self.prompt

    class Changed(PromptMessage):
        """Somebody typed."""

    class Submitted(PromptMessage):
        """Somebody pressed Enter."""

    def __init__(
        self,
        label: str = "",
        value: str = "",
        *,
        placeholder: str = "",
        password: bool = False,
        replace: bool = False,
        longest: int = ROW_LIMIT,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self._label = Static(content(row(label)), classes="text-prompt--label")
        self._label.display = bool(label)
        self._input = Input(placeholder=row(placeholder), password=password, compact=True, select_on_focus=replace)
        self._input.cursor_blink = False
        self._longest = longest
        # An Input takes a value only while an app is running.
        self._given = row(value, longest)
        self._error = Static("", classes="text-prompt--error")
        self._error_text = ""

    def compose(self) -> ComposeResult:
        """Label, line, error."""
        yield self._label
        with self._input.prevent(Input.Changed):
            self._input.value = self._given
        yield self._input
        yield self._error

    @property
    def value(self) -> str:
        """What stands in the line."""
        return self._input.value if self._input.is_attached else self._given

    @value.setter
    def value(self, text: str) -> None:
        self._given = row(text, self._longest)
        if self._input.is_attached:
            self._input.value = self._given
            self._input.cursor_position = len(self._given)

    @property
    def error(self) -> str:
        """What is said to be wrong."""
        return self._error_text

    def set_error(self, text: str) -> None:
        """Say what is wrong with the line; the next key takes it away."""
        self._error_text = text
        # A sign beside the colour, for screens without one.
        self._error.update(content(f"! {text}"))
        self.add_class("-wrong")

    def clear_error(self) -> None:
        """Nothing is wrong any more."""
        if self._error_text:
            self._error_text = ""
            self.remove_class("-wrong")

    def focus(self, scroll_visible: bool = True) -> TextPrompt:
        """Typing goes into the line."""
        self._input.focus(scroll_visible)
        return self

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self.clear_error()
        self.post_message(self.Changed(self, event.value))

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        event.stop()
        self.post_message(self.Submitted(self, event.value))
