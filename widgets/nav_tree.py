"""The navigation pane: views with their counts, narrow, and repainted only where a count changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from textual.message import Message
from textual.strip import Strip

from services.text import cell_width, fit, row
from widgets.lines import make_strip
from widgets.row_list import RowList

Count = int | str | None
_TONES = ("dim", "warning", "accent")


@dataclass(frozen=True, slots=True)
class NavEntry:
    """A view to choose, or a heading; `count` may be a text such as "1,000+", None while it is unknown."""

    id: str
    label: str
    indent: int = 0
    count: Count = None
    heading: bool = False
    tone: str = ""


class NavPane(RowList):
    """Entries one below the other; the chosen one keeps a sign while the cursor wanders."""

    COMPONENT_CLASSES = {
        "nav-pane--entry",
        "nav-pane--heading",
        "nav-pane--active",
        "nav-pane--cursor",
        *(f"nav-pane--{tone}" for tone in _TONES),
    }
    DEFAULT_CSS = """
    NavPane {
        width: 24;
        & > .nav-pane--heading { color: $text-muted; text-style: bold; }
        & > .nav-pane--active { color: $text-accent; text-style: bold; }
        & > .nav-pane--dim { color: $text-muted; }
        & > .nav-pane--warning { color: $text-warning; text-style: bold; }
        & > .nav-pane--accent { color: $text-accent; }
        & > .nav-pane--cursor {
            background: $block-cursor-background;
            color: $block-cursor-foreground;
            text-style: $block-cursor-text-style;
        }
        &:nocolor > .nav-pane--cursor { text-style: reverse; }
    }
    """

    class EntryMessage(Message):
        """A message about an entry."""

        def __init__(self, pane: NavPane, entry_id: str) -> None:
            super().__init__()
            self.pane = pane
            self.entry_id = entry_id

        @property
        def control(self) -> NavPane:
            """The pane of the entry."""
            return self.pane

    class Chosen(EntryMessage):
        """Somebody wants to see a view."""

    class Highlighted(EntryMessage):
        """The cursor is on another entry."""

    def __init__(self, entries: Sequence[NavEntry] = (), *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._entries = list(entries)
        self._active: str | None = None
        self._view.count = len(self._entries)
        self._view.rank = self._nearest(0, 1)

    @property
    def active(self) -> str | None:
        """The view that is being shown."""
        return self._active

    @property
    def cursor_entry(self) -> str | None:
        """The entry under the cursor."""
        return self._entries[self.cursor_index].id if self._entries else None

    def set_entries(self, entries: Sequence[NavEntry]) -> None:
        """Show other entries; the cursor stays on its entry if that is still there."""
        before, self._entries = self.cursor_entry, list(entries)
        places = [index for index, entry in enumerate(self._entries) if entry.id == before]
        self.set_count(len(self._entries), places[0] if places else 0)

    def set_counts(self, counts: Mapping[str, Count]) -> None:
        """Show other counts; entries that are not named keep theirs."""
        for index, entry in enumerate(self._entries):
            count = counts.get(entry.id, entry.count)
            if count != entry.count:
                self._entries[index] = replace(entry, count=count)
                self.refresh_index(index)

    def choose(self, entry_id: str, *, notify: bool = False) -> None:
        """Mark an entry as the one shown, and put the cursor there; unknown ids change nothing."""
        for index, entry in enumerate(self._entries):
            if entry.id == entry_id and not entry.heading:
                before, self._active = self._active, entry_id
                for place, other in enumerate(self._entries):
                    if other.id in (before, entry_id) and before != entry_id:
                        self.refresh_index(place)
                with self.prevent(self.Highlighted):
                    self._go(index, 1)
                if notify:
                    self.post_message(self.Chosen(self, entry_id))
                return

    def choose_cursor(self) -> None:
        """Choose the entry under the cursor."""
        if self._entries and self.can_stand_on(self.cursor_index):
            self.choose(self._entries[self.cursor_index].id, notify=True)

    def can_stand_on(self, index: int) -> bool:
        """Headings only stand between."""
        return not self._entries[index].heading

    def cursor_moved(self) -> None:
        """Tell the screen, which may show a view at once."""
        self.post_message(self.Highlighted(self, self._entries[self.cursor_index].id))

    def row_chosen(self) -> None:
        """A click chooses."""
        self.choose_cursor()

    def draw_row(self, index: int, has_cursor: bool) -> Strip:
        """Sign, label and, at the right edge, the count."""
        entry, width = self._entries[index], self.content_size.width
        active = entry.id == self._active
        if has_cursor and self.has_focus:
            style = self.look("nav-pane--cursor")
        elif entry.heading:
            style = self.look("nav-pane--heading")
        elif active:
            style = self.look("nav-pane--active")
        else:
            style = self.look(f"nav-pane--{entry.tone if entry.tone in _TONES else 'entry'}")
        count = f"{entry.count:,}" if isinstance(entry.count, int) else row(entry.count or "")
        sign = "" if entry.heading else ("> " if active else "  ")
        room = width - 1 - (cell_width(count) + 1 if count else 0)
        label = fit(sign + "  " * entry.indent + row(entry.label), room)
        text = f"{label} {count} " if count else label + " "
        return make_strip([(fit(text, width), style)], width)
