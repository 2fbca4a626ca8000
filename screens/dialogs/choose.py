"""A choice from a list that can be filtered by typing."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from textual.widget import Widget

from screens.dialogs.base import Dialog
from services.records import Choice
from widgets.hint_bar import Hint
from widgets.picker import Picker


class ChooseDialog(Dialog[list[int]]):
    """Is dismissed with the ids that were chosen; one of them unless `multiple`."""

    def __init__(
        self, title: str, choices: Sequence[Choice], *, chosen: Collection[int] = (), multiple: bool = False
    ) -> None:
        super().__init__(title)
        self._choices = choices
        self._chosen = chosen
        self._multiple = multiple

    def body(self) -> Iterable[Widget]:
        """Return the list with its filter."""
        yield Picker(self._choices, multiple=self._multiple, chosen=self._chosen, id="choices")

    def on_mount(self) -> None:
        """Give a long list all the room that there is."""
        super().on_mount()
        rows = len(self._choices) + 11
        self.query_one("#box").styles.height = min(rows, max(12, self.app.size.height - 2))
        self.query_one(Picker).focus()

    def hints(self) -> list[Hint]:
        """Name the key that ticks, which belongs to the list."""
        hints = super().hints()
        return [*hints[:1], Hint("Space", "Tick"), *hints[1:]] if self._multiple else hints

    def do_accept(self) -> None:
        """Take what is chosen; the list itself posts it on Enter."""
        self.dismiss(list(self.query_one(Picker).chosen_ids))

    def on_picker_picked(self, event: Picker.Picked) -> None:
        """Take what the list says was chosen."""
        event.stop()
        self.dismiss(list(event.ids))
