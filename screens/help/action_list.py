"""Actions one below the other: key, name, and what they do or why they cannot be done now."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from textual.message import Message
from textual.strip import Strip

from services.text import cell_width, fit, row
from widgets.lines import make_strip, on_top
from widgets.row_list import RowList

_WIDEST_KEYS = 20
_LABEL_WIDTH = 20


class Entry(NamedTuple):
    """A line: an action, or a heading when `action_id` is empty; `reason` says why it is greyed."""

    label: str
    action_id: str = ""
    keys: str = ""
    detail: str = ""
    reason: str = ""

    def matches(self, words: Sequence[str]) -> bool:
        """Tell whether every word is somewhere in the line; a single letter means a key as well."""
        text = f"{self.label} {self.detail} {self.action_id}".casefold()
        return all(word in text or word == self.keys.casefold() for word in words)


class ActionList(RowList, can_focus=False):
    """Draws entries; it stays without focus, because the filter above it has it."""

    COMPONENT_CLASSES = {
        "action-list--action",
        "action-list--keys",
        "action-list--heading",
        "action-list--refused",
        "action-list--cursor",
    }
    DEFAULT_CSS = """
    ActionList {
        & > .action-list--keys { text-style: bold; color: $text-accent; }
        & > .action-list--heading { text-style: bold underline; }
        & > .action-list--refused { color: $text-disabled; text-style: italic; }
        & > .action-list--cursor {
            background: $block-cursor-background;
            color: $block-cursor-foreground;
            text-style: $block-cursor-text-style;
        }
        &:nocolor > .action-list--cursor { text-style: reverse; }
    }
    """

    class Clicked(Message):
        """Somebody clicked on the entry under the cursor."""

    class Moved(Message):
        """The cursor is on another entry."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.entries: Sequence[Entry] = ()
        self._keys_width = 0

    @property
    def cursor_entry(self) -> Entry | None:
        """The entry under the cursor; None when nothing matches."""
        return self.entries[self.cursor_index] if self.entries else None

    def set_entries(self, entries: Sequence[Entry]) -> None:
        """Show other entries, the cursor on the first that is no heading."""
        self.entries = entries
        widest = max((cell_width(entry.keys) for entry in entries), default=0)
        self._keys_width = min(widest, _WIDEST_KEYS) + 2
        self.set_count(len(entries))
        self.cursor_moved()

    def can_stand_on(self, index: int) -> bool:
        """Headings are passed over."""
        return bool(self.entries[index].action_id)

    def cursor_moved(self) -> None:
        """Tell the screen, which describes the entry in full."""
        self.post_message(self.Moved())

    def row_chosen(self) -> None:
        """A click chooses."""
        self.post_message(self.Clicked())

    def draw_row(self, index: int, has_cursor: bool) -> Strip:
        """Keys, name, and what it does; a refused action stands in parentheses, for screens without grey."""
        entry, width = self.entries[index], self.content_size.width
        if not entry.action_id:
            return make_strip([(fit(row(entry.label), width), self.look("action-list--heading"))], width)
        base = self.look("action-list--cursor" if has_cursor else "action-list--action")
        keys_style, rest_style = self.look("action-list--keys"), base
        if entry.reason:
            rest_style = self.look("action-list--refused")
        if has_cursor:
            keys_style, rest_style = on_top(base, keys_style), on_top(base, rest_style)
        sign = ">" if has_cursor else " "
        keys = fit(f"{sign}{row(entry.keys)}", self._keys_width - 1) + " "
        label = f"({entry.label})" if entry.reason else entry.label
        rest = f"{fit(row(label), _LABEL_WIDTH)} {row(entry.reason or entry.detail)}"
        return make_strip([(keys, keys_style), (fit(rest, width - cell_width(keys)), rest_style)], width)

    def draw_blank(self, y: int) -> Strip:
        """Nothing, or in an empty list a word about it."""
        text = "" if self.entries or y else " No action matches."
        width = self.content_size.width
        return make_strip([(fit(text, width), self.look("action-list--action"))], width)
