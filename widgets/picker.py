"""Choosing from a list by typing a part of it: the body of most dialogs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message
from textual.strip import Strip
from textual.widgets import Input

from services.records import Choice
from services.text import cell_width, fit, row
from widgets.lines import cut, make_strip, on_top
from widgets.row_list import RowList


class ChoiceList(RowList, can_focus=False):
    """The choices that match; it stays without focus, because the filter has it."""

    COMPONENT_CLASSES = {
        "choice-list--choice",
        "choice-list--detail",
        "choice-list--cursor",
        "choice-list--marked",
        "choice-list--empty",
    }
    DEFAULT_CSS = """
    ChoiceList {
        & > .choice-list--detail { color: $text-muted; }
        & > .choice-list--marked { color: $text-accent; text-style: bold; }
        & > .choice-list--empty { color: $text-muted; }
        & > .choice-list--cursor {
            background: $block-cursor-background;
            color: $block-cursor-foreground;
            text-style: $block-cursor-text-style;
        }
        &:nocolor > .choice-list--cursor { text-style: reverse; }
    }
    """

    class Clicked(Message):
        """Somebody clicked on the choice under the cursor."""

    def __init__(self, *, multiple: bool) -> None:
        super().__init__()
        self.multiple = multiple
        self.choices: list[Choice] = []
        self.marked: set[int] = set()

    @property
    def cursor_choice(self) -> Choice | None:
        """The choice under the cursor."""
        return self.choices[self.cursor_index] if self.choices else None

    def set_choices(self, choices: Sequence[Choice], cursor_id: int | None) -> None:
        """Show other choices, the cursor on the one with the id or on the first."""
        self.choices = list(choices)
        places = [index for index, choice in enumerate(self.choices) if choice.id == cursor_id]
        self.set_count(len(self.choices), places[0] if places else 0)

    def toggle(self) -> None:
        """Mark or unmark the choice under the cursor."""
        choice = self.cursor_choice
        if choice is not None:
            self.marked ^= {choice.id}
            self.refresh_index(self.cursor_index)

    def row_chosen(self) -> None:
        """A click chooses, or marks where several can be chosen."""
        if self.multiple:
            self.toggle()
        else:
            self.post_message(self.Clicked())

    def draw_row(self, index: int, has_cursor: bool) -> Strip:
        """Label and detail, with a box before them where several can be chosen."""
        choice, width = self.choices[index], self.content_size.width
        marked = choice.id in self.marked
        base = self.look(f"choice-list--{'marked' if marked else 'choice'}")
        detail_style = self.look("choice-list--detail")
        if has_cursor:
            base = self.look("choice-list--cursor")
            detail_style = on_top(base, detail_style)
        sign = ">" if has_cursor else " "
        if self.multiple:
            sign += "[x] " if marked else "[ ] "
        label = cut(sign + row(choice.label), width)
        detail = fit("  " + row(choice.detail), width - cell_width(label))
        return make_strip([(label, base), (detail, detail_style)], width)

    def draw_blank(self, y: int) -> Strip:
        """Nothing, or in an empty list a word about it."""
        width = self.content_size.width
        style = self.look("choice-list--empty")
        return make_strip([(fit("" if self.choices or y else " nothing matches", width), style)], width)


class FilterInput(Input):
    """The line to type into; keys that belong to the list go there."""

    LIST_KEYS: ClassVar[dict[str, tuple[str, int]]] = {
        "up": ("move", -1),
        "down": ("move", 1),
        "pageup": ("page", -1),
        "pagedown": ("page", 1),
    }

    MARK_KEYS: ClassVar[dict[str, tuple[str, int]]] = {"space": ("toggle", 0)}
    """Where several can be picked, a filter is one word, and space is for marking."""

    class ListKey(Message):
        """A key for the list."""

        def __init__(self, method: str, delta: int) -> None:
            super().__init__()
            self.method = method
            self.delta = delta

    def __init__(self, *, placeholder: str, multiple: bool) -> None:
        super().__init__(placeholder=placeholder, select_on_focus=False, compact=True)
        self.cursor_blink = False
        self._list_keys = {**self.LIST_KEYS, **(self.MARK_KEYS if multiple else {})}

    async def _on_key(self, event: events.Key) -> None:
        if event.key in self._list_keys:
            event.stop()
            event.prevent_default()
            self.post_message(self.ListKey(*self._list_keys[event.key]))


class Picker(Vertical):
    """A filter and the choices that match it; Enter picks, space marks where several can be picked.

    With `external` the owner filters: it hears `FilterChanged` and answers with `set_choices`.
    """

    DEFAULT_CSS = """
    Picker {
        height: 1fr;
        & > FilterInput { padding: 0 1; }
    }
    """

    class Picked(Message):
        """Somebody picked; `ids` in the order of the list."""

        def __init__(self, picker: Picker, ids: tuple[int, ...]) -> None:
            super().__init__()
            self.picker = picker
            self.ids = ids

        @property
        def control(self) -> Picker:
            """The picker."""
            return self.picker

    class FilterChanged(Message):
        """Somebody typed another filter."""

        def __init__(self, picker: Picker, text: str) -> None:
            super().__init__()
            self.picker = picker
            self.text = text

        @property
        def control(self) -> Picker:
            """The picker."""
            return self.picker

    def __init__(
        self,
        choices: Sequence[Choice] = (),
        *,
        multiple: bool = False,
        chosen: Iterable[int] = (),
        placeholder: str = "Type to filter",
        external: bool = False,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self.multiple = multiple
        self.external = external
        self._choices = list(choices)
        self._input = FilterInput(placeholder=row(placeholder), multiple=multiple)
        self._list = ChoiceList(multiple=multiple)
        self._list.marked = set(chosen) if multiple else set()
        self._first = next(iter(chosen), None)

    def compose(self) -> ComposeResult:
        """The filter above its list."""
        yield self._input
        yield self._list

    def on_mount(self) -> None:
        """Show the choices that were given."""
        self._show_matching(self._first)

    def focus(self, scroll_visible: bool = True) -> Picker:
        """Typing goes to the filter."""
        self._input.focus(scroll_visible)
        return self

    @property
    def chosen_ids(self) -> tuple[int, ...]:
        """What Enter would pick: the marked choices, or else the one under the cursor."""
        if self._list.marked:
            known = [choice.id for choice in self._choices if choice.id in self._list.marked]
            return (*known, *sorted(self._list.marked.difference(known)))
        cursor = self._list.cursor_choice
        return () if cursor is None else (cursor.id,)

    def set_choices(self, choices: Sequence[Choice]) -> None:
        """Offer other choices; the cursor stays on its choice, marks stay."""
        cursor = self._list.cursor_choice
        self._choices = list(choices)
        self._show_matching(None if cursor is None else cursor.id)

    def set_filter(self, text: str) -> None:
        """Type for the user."""
        self._input.value = row(text)

    @on(Input.Changed)
    def _filter_changed(self, event: Input.Changed) -> None:
        event.stop()
        if self.external:
            self.post_message(self.FilterChanged(self, event.value))
        else:
            self._show_matching(None)

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self._pick()

    @on(ChoiceList.Clicked)
    def _clicked(self, event: ChoiceList.Clicked) -> None:
        event.stop()
        self._pick()

    @on(FilterInput.ListKey)
    def _list_key(self, event: FilterInput.ListKey) -> None:
        event.stop()
        if event.method == "toggle":
            self._list.toggle()
        else:
            getattr(self._list, event.method)(event.delta)

    def _pick(self) -> None:
        ids = self.chosen_ids
        if ids:
            self.post_message(self.Picked(self, ids))

    def _show_matching(self, cursor_id: int | None) -> None:
        words = [] if self.external else self._input.value.casefold().split()
        matching = [choice for choice in self._choices if _matches(choice, words)]
        self._list.set_choices(matching, cursor_id)


def _matches(choice: Choice, words: Sequence[str]) -> bool:
    """Tell whether every word is somewhere in the choice."""
    text = f"{choice.label} {choice.detail}".casefold()
    return all(word in text for word in words)
