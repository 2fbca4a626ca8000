"""A screen with a few lines to fill in, one below the other."""

from __future__ import annotations

from collections.abc import Iterable

from textual.widget import Widget
from textual.widgets import Static

from screens.dialogs.base import Dialog
from services.errors import DeskError, Invalid
from widgets.hint_bar import Hint
from widgets.safe import content
from widgets.text_prompt import TextPrompt

_LINES = "TextPrompt Input"


class FormScreen(Dialog[None]):
    """Enter goes to the next line and after the last one saves; subclasses save in `do_save`.

    A fault that names a field is shown at that field, another one below them all.
    """

    SAVES = "Save"
    """What saving is called in the line of keys."""

    def fields(self) -> list[TextPrompt]:
        """Return the lines to fill in, each with an id."""
        raise NotImplementedError

    def introduction(self) -> str:
        """Return what stands above the lines."""
        return ""

    def body(self) -> Iterable[Widget]:
        """Return the introduction and the lines."""
        if text := self.introduction():
            yield Static(content(text), classes="introduction")
        yield from self.fields()

    def hints(self) -> list[Hint]:
        """Say what Enter does in the line where somebody is."""
        labels = {"form.accept": self.SAVES if self._next_line() is None else "Next line", "form.save": self.SAVES}
        return [hint._replace(label=labels.get(hint.action, hint.label)) for hint in super().hints()]

    def on_descendant_focus(self) -> None:
        """Enter means something else in the last line."""
        self.show_keys()

    def field(self, name: str) -> TextPrompt:
        """Return a line by its id."""
        return self.query_one(f"#{name}", TextPrompt)

    def values(self, *names: str) -> list[str]:
        """Return what was typed, and take away what was said about it before."""
        for prompt in self.query(TextPrompt):
            prompt.clear_error()
        self.say("")
        return [self.field(name).value for name in names]

    def refuse(self, name: str, sentence: str) -> None:
        """Say at a line what is wrong with it, and go there."""
        self.busy = False
        prompt = self.field(name)
        prompt.set_error(sentence)
        prompt.focus()

    def show_fault(self, fault: DeskError) -> None:
        """Show a fault where the person typed."""
        name = fault.field if isinstance(fault, Invalid) else None
        if name and self.query(f"#{name}"):
            self.say("")
            self.refuse(name, fault.sentence)
        else:
            super().show_fault(fault)

    def do_save(self) -> None:
        """Take what was typed."""
        raise NotImplementedError

    def do_up(self) -> None:
        """Go to the line above."""
        self.focus_previous(_LINES)

    def do_down(self) -> None:
        """Go to the line below."""
        self.focus_next(_LINES)

    def do_accept(self) -> None:
        """Go to the next line, or save after the last one."""
        below = self._next_line()
        if below is not None:
            below.focus()
        else:
            self.do_save()

    def _next_line(self) -> TextPrompt | None:
        prompts = list(self.query(TextPrompt))
        current = next((index for index, prompt in enumerate(prompts) if prompt.has_focus_within), len(prompts) - 1)
        return prompts[current + 1] if current + 1 < len(prompts) else None

    def on_text_prompt_submitted(self, event: TextPrompt.Submitted) -> None:
        """Enter in a line."""
        event.stop()
        self.action_run("form.accept")

    def do_cancel(self) -> None:
        """Leave the program: there is no screen before a form that starts it."""
        if self._has_one_below():
            self.dismiss(None)
        else:
            self.desk.leave()
