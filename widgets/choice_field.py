"""A field whose value is chosen in a dialog: label and value on one line, what is wrong below."""

from __future__ import annotations

from textual import events
from textual.message import Message
from textual.strip import Strip

from services.text import fit, row
from widgets.lines import LineWidget, make_strip

LABEL_CELLS = 17


class ChoiceField(LineWidget):
    """Shows what was chosen; Enter or a click asks the screen to open the dialog."""

    COMPONENT_CLASSES = {
        "choice-field--label",
        "choice-field--value",
        "choice-field--default",
        "choice-field--focus",
        "choice-field--error",
    }
    DEFAULT_CSS = """
    ChoiceField {
        height: 1;
        &.-wrong { height: 2; }
        & > .choice-field--label { text-style: bold; }
        & > .choice-field--value { background: $surface; }
        & > .choice-field--default { background: $surface; color: $text-muted; }
        & > .choice-field--focus {
            background: $block-cursor-background;
            color: $block-cursor-foreground;
            text-style: $block-cursor-text-style;
        }
        & > .choice-field--error { color: $text-error; text-style: bold; }
        &:nocolor > .choice-field--focus { text-style: reverse; }
    }
    """

    class Opened(Message):
        """Somebody clicked on the field."""

        def __init__(self, field: ChoiceField) -> None:
            self.field = field
            super().__init__()

    def __init__(self, label: str, *, id: str, label_cells: int = LABEL_CELLS) -> None:
        super().__init__(id=id)
        self._label_cells = label_cells
        self._label = row(label)
        self._value = ""
        self._is_default = True
        self._error = ""

    @property
    def value(self) -> str:
        """What the field shows."""
        return self._value

    def show(self, value: str, *, is_default: bool = False) -> None:
        """Show another value; one that nobody has chosen is dim."""
        if (row(value), is_default) != (self._value, self._is_default):
            self._value, self._is_default = row(value), is_default
            self.refresh()

    def set_error(self, text: str) -> None:
        """Say below the field what is wrong with it."""
        self._error = text
        self.add_class("-wrong")
        self.refresh()

    def clear_error(self) -> None:
        """Nothing is wrong any more."""
        if self._error:
            self._error = ""
            self.remove_class("-wrong")
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """Label and value, or the error."""
        width = self.content_size.width
        if y:
            return make_strip([(fit(f"! {row(self._error)}", width), self.look("choice-field--error"))], width)
        style = "choice-field--default" if self._is_default else "choice-field--value"
        if self.has_focus:
            style = "choice-field--focus"
        label = fit(self._label, min(self._label_cells, width))
        room = max(0, width - self._label_cells)
        return make_strip(
            [(label, self.look("choice-field--label")), (fit(self._value, room), self.look(style))], width
        )

    def on_click(self, event: events.Click) -> None:
        """A click goes there and opens it."""
        event.stop()
        self.focus()
        self.post_message(self.Opened(self))
