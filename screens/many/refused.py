"""The tickets that refused what was done to the others, each with its reason."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import Static

from screens.dialogs.base import Dialog
from services.numbers import number_of
from services.text import fit, row
from widgets.lines import make_strip
from widgets.row_list import RowList
from widgets.safe import content

_LONGEST_REASON = 600
_OUTSIDE_THE_LIST = 12

Refused = tuple[int, str]


class RefusedList(RowList):
    """Number and reason, one line a ticket."""

    COMPONENT_CLASSES = {"refused-list--ticket", "refused-list--cursor"}
    DEFAULT_CSS = """
    RefusedList {
        & > .refused-list--cursor {
            background: $block-cursor-background;
            color: $block-cursor-foreground;
            text-style: $block-cursor-text-style;
        }
        &:nocolor > .refused-list--cursor { text-style: reverse; }
    }
    """

    class Moved(Message):
        """The cursor is on another ticket."""

    class Chosen(Message):
        """Somebody clicked on the ticket under the cursor."""

    def __init__(self, refused: Sequence[Refused]) -> None:
        super().__init__(id="refused")
        self.refused = refused

    def on_mount(self) -> None:
        """Start with the first."""
        self.set_count(len(self.refused))

    def draw_row(self, index: int, has_cursor: bool) -> Strip:
        """The line of a ticket; its reason is said in full below the list."""
        ticket_id, reason = self.refused[index]
        sign = ">" if has_cursor else " "
        width = self.content_size.width
        look = self.look("refused-list--cursor" if has_cursor else "refused-list--ticket")
        return make_strip([(fit(f"{sign}{number_of(ticket_id)}  {row(reason)}", width), look)], width)

    def cursor_moved(self) -> None:
        """Tell the dialog."""
        self.post_message(self.Moved())

    def row_chosen(self) -> None:
        """A click opens."""
        self.post_message(self.Chosen())


class RefusedDialog(Dialog[None]):
    """Lists the tickets that an act left as they were, and why; Enter opens one of them."""

    def __init__(self, title: str, refused: Sequence[Refused]) -> None:
        super().__init__(title)
        self._refused = refused

    def body(self) -> Iterable[Widget]:
        """Return the list, and the reason of the ticket under the cursor in full."""
        yield RefusedList(self._refused)
        yield Static("", id="reason")

    def on_mount(self) -> None:
        """Start in the list, which gets the room that it needs."""
        super().on_mount()
        wanted = len(self._refused) + _OUTSIDE_THE_LIST
        self.query_one("#box").styles.height = min(wanted, max(_OUTSIDE_THE_LIST, self.app.size.height - 2))
        self._list.focus()
        self._explain()

    @property
    def _list(self) -> RefusedList:
        return self.query_one(RefusedList)

    def _explain(self) -> None:
        reason = self._refused[self._list.cursor_index][1]
        self.query_one("#reason", Static).update(content(row(reason, _LONGEST_REASON)))

    def do_up(self) -> None:
        """Go to the ticket above."""
        self._list.move(-1)

    def do_down(self) -> None:
        """Go to the ticket below."""
        self._list.move(1)

    def do_page_up(self) -> None:
        """Go up a page."""
        self._list.page(-1)

    def do_page_down(self) -> None:
        """Go down a page."""
        self._list.page(1)

    def do_accept(self) -> None:
        """Open the ticket under the cursor; this list is there again afterwards."""
        self.desk.open_ticket(self._refused[self._list.cursor_index][0])

    def do_copy(self) -> None:
        """Copy numbers and reasons, one line a ticket."""
        from screens.going.copying import Copied, copy

        lines = [f"{number_of(ticket_id)}\t{row(reason, _LONGEST_REASON)}" for ticket_id, reason in self._refused]
        copy(self, Copied(f"{len(lines):,} lines", "\n".join(lines) + "\n"))

    def on_refused_list_moved(self, event: RefusedList.Moved) -> None:
        """Say the reason in full."""
        event.stop()
        self._explain()

    def on_refused_list_chosen(self, event: RefusedList.Chosen) -> None:
        """A click is Enter."""
        event.stop()
        self.action_run("form.accept")
