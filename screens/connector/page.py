"""What the pages of the connector's screen have in common: lines of a table, with a text about the one chosen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, ClassVar, Generic, TypeVar

from services.session import Session
from widgets.dates import ShortDates
from widgets.log_view import LogBlock
from widgets.safe import hush, notify
from widgets.table import TableColumn, TableRow

if TYPE_CHECKING:
    from screens.connector.screen import ConnectorScreen

Item = TypeVar("Item")

PAGE_ACTIONS = frozenset(
    {
        *(
            "open",
            "retry",
            "retry-all",
            "release",
            "withdraw",
            "place",
            "save",
            "aside",
            "which",
            "add",
            "rename",
            "switch",
        ),
        *("quotes", "test-receive", "test-send"),
    }
)
"""Actions that only some of the pages have; the others belong to the whole screen."""


class Page(Generic[Item]):
    """One page; `items` is what was read last. Each name in `OFFERS` is an action that a method of the page does."""

    LABEL: ClassVar[str]
    TITLE: ClassVar[str]
    COLUMNS: ClassVar[tuple[TableColumn, ...]]
    EMPTY: ClassVar[str]
    OFFERS: ClassVar[frozenset[str]]

    def __init__(self, screen: ConnectorScreen) -> None:
        self.screen = screen
        self.items: dict[str, Item] = {}
        self.was_read = False

    def read(self, session: Session) -> Sequence[Item]:
        """Read the lines, in a database thread."""
        raise NotImplementedError

    def key(self, item: Item) -> str:
        """Return what tells an item from the others of the page."""
        raise NotImplementedError

    def row(self, item: Item, dates: ShortDates) -> TableRow:
        """Return the line of an item."""
        raise NotImplementedError

    def blocks(self, item: Item, dates: ShortDates) -> list[LogBlock]:
        """Return what there is to say about an item."""
        raise NotImplementedError

    def rows(self, dates: ShortDates) -> list[TableRow]:
        """Return all lines."""
        return [self.row(item, dates) for item in self.items.values()]

    def take(self, found: Sequence[Item]) -> None:
        """Keep what was read."""
        self.items = {self.key(item): item for item in found}
        self.was_read = True

    @property
    def title(self) -> str:
        """What stands in the first line."""
        return self.TITLE

    @property
    def empty(self) -> str:
        """What is said where there is no line."""
        return self.EMPTY

    @property
    def count(self) -> str:
        """How many lines there are."""
        return f"{len(self.items):,}" if self.was_read else ""

    @property
    def current(self) -> Item | None:
        """What is under the cursor."""
        return self.items.get(self.screen.table.cursor_key or "")

    def chosen(self, item: Item) -> None:
        """The cursor stands on an item; read here what takes longer."""

    def refusal(self, name: str) -> str | None:
        """Return why an action of the page cannot be done now, or None."""
        return "There is nothing here." if self.current is None else None

    def do(self, name: str) -> None:
        """Do an action of the page."""
        getattr(self, name.replace("-", "_"))()

    # For the pages

    def act(self, work: Callable[..., object], *args: object, said: str) -> None:
        """Do something to the desk in a database thread, say so, and read the page again."""

        def done(_: object) -> None:
            hush(self.screen)
            notify(self.screen, said)
            self.screen.do_refresh()

        self.screen.run_db(work, self.screen.session, *args, then=done, lane="slow")

    def confirm(self, question: str, detail: str, yes: str, then: Callable[[], object], count: int = 1) -> None:
        """Ask before something is done."""
        from screens.dialogs.confirm import ConfirmDialog

        def answered(sure: bool | None) -> None:
            if sure:
                then()

        self.screen.app.push_screen(ConfirmDialog(question, detail, yes, count), answered)
