"""The line that a search is typed into: plain editing, and what is not understood marked where it stands."""

from __future__ import annotations

from rich.highlighter import Highlighter
from rich.style import Style
from rich.text import Text
from textual import events
from textual.widgets import Input

from services.text import one_line, row

LONGEST = 1_000
"""Characters of a search; more is a text that somebody pasted."""


class _Marker(Highlighter):
    """Draws one part of the text differently."""

    def __init__(self) -> None:
        self.place: tuple[int, int] | None = None
        self.style = Style.null()

    def highlight(self, text: Text) -> None:
        """Mark the part, if there is one."""
        if self.place is not None:
            text.stylize(self.style, *self.place)


class QueryPrompt(Input, inherit_bindings=False):
    """Takes letters and the keys that edit; Enter, Esc, Tab and the arrows up and down are the screen's."""

    BINDINGS = [each for each in Input.BINDINGS if not (isinstance(each, tuple) or each.key == "enter")]
    COMPONENT_CLASSES = {"query-prompt--fault"}
    DEFAULT_CSS = """
    QueryPrompt {
        width: 1fr;
        background: $boost;
        & > .query-prompt--fault { color: $text-error; text-style: bold underline; }
        &:nocolor > .query-prompt--fault { text-style: bold underline; }
    }
    """

    def __init__(self, *, placeholder: str = "", id: str | None = None, classes: str | None = None) -> None:
        self._marker = _Marker()
        super().__init__(
            placeholder=row(placeholder),
            highlighter=self._marker,
            compact=True,
            select_on_focus=False,
            max_length=LONGEST,
            id=id,
            classes=classes,
        )
        self.cursor_blink = False

    def put(self, text: str) -> None:
        """Let something else stand in the line, the cursor after it; nobody is told."""
        self.clear_fault()
        with self.prevent(Input.Changed):
            self.value = row(text, LONGEST)
        self.cursor_position = len(self.value)

    def put_between(self, start: int, end: int, text: str) -> None:
        """Replace a part of the line and stand behind it; whoever listens hears of it as of typing."""
        self.replace(one_line(text, limit=LONGEST) + (" " if text.endswith(" ") else ""), start, end)

    def mark_fault(self, start: int, end: int) -> None:
        """Mark the characters that are not understood."""
        place = (start, max(end, start + 1))
        if self._marker.place != place:
            self._marker.place = place
            self._marker.style = self.get_component_rich_style("query-prompt--fault")
            self.refresh()

    def clear_fault(self) -> None:
        """Mark nothing any more."""
        if self._marker.place is not None:
            self._marker.place = None
            self.refresh()

    def _on_paste(self, event: events.Paste) -> None:
        # All of its lines, as one.
        event.stop()
        event.prevent_default()
        self.replace(one_line(event.text, limit=LONGEST), *sorted(self.selection))
