"""The screen of the Email Connector: pages with numbers, each a table above a text about the line under the cursor."""

from __future__ import annotations

import time
from functools import partial
from pathlib import Path
from typing import Any

from textual.app import ComposeResult

from screens.actions import Action, bindings
from screens.connector.mailboxes import MailboxesPage
from screens.connector.outbox import OutboxPage
from screens.connector.overview import OverviewPage
from screens.connector.page import PAGE_ACTIONS, Page
from screens.connector.queues import AsidePage, QuarantinePage, ReviewPage
from screens.connector.settings import SettingsPage
from screens.connector.testing import ask_and_send
from screens.desk_screen import DeskScreen
from screens.pane_keys import Pane, PaneKeys
from screens.throttle import Throttle
from screens.ticket.tab_bar import TabBar
from services import clock, mail_pulse
from services.freshness import Change
from widgets.dates import ShortDates
from widgets.hint_bar import HintBar
from widgets.log_view import LogBlock, LogView
from widgets.safe import hush
from widgets.status_line import StatusLine
from widgets.table import Table, TableColumn, Titles

_PAGES: tuple[type[Page[Any]], ...] = (
    OverviewPage,
    MailboxesPage,
    OutboxPage,
    QuarantinePage,
    ReviewPage,
    AsidePage,
    SettingsPage,
)
OVERVIEW, MAILBOXES, OUTBOX, QUARANTINE, REVIEW, ASIDE, SETTINGS = range(len(_PAGES))

_LEAST_PAUSE = 1.0
"""Seconds between two readings that others cause."""

_LOOK_SECONDS = 30.0
"""How often it is read what the time alone changes: a connector that nothing is heard of, mail that counts no more."""


class ConnectorScreen(PaneKeys, DeskScreen[None]):
    """How mail does; the same for everybody who may import mail, what administrators set only for them."""

    AREA = "connector"
    BINDINGS = bindings("connector")
    CSS_PATH = Path(__file__).with_name("connector.tcss")

    def __init__(self) -> None:
        super().__init__()
        self.dates = ShortDates(clock.now)
        self.pages = [page(self) for page in _PAGES]
        self._cursors: dict[int, str | None] = {}
        self._about_key = ""

    def compose(self) -> ComposeResult:
        """Put the table above the text."""
        yield StatusLine("Email Connector", id="head")
        self.tabs = TabBar([page.LABEL for page in self.pages], id="tabs")
        yield self.tabs
        self.table = Table((TableColumn(""),), "", id="lines")
        yield Titles(self.table)
        yield self.table
        yield LogView(id="about")
        yield HintBar(id="hints")

    def on_mount(self) -> None:
        """Begin with the overview."""
        hush(self)
        self._again = Throttle(self, _LEAST_PAUSE, self._refresh_quietly)
        self.desk.live.follow(mail_pulse.read, self._moved)
        self.set_interval(_LOOK_SECONDS, self._moved)
        self.table.focus()
        self.show_page(OVERVIEW)

    def on_unmount(self) -> None:
        """Leave nothing ticking behind."""
        self._again.stop()
        self.desk.live.unfollow()

    def on_screen_resume(self) -> None:
        """Read again what a ticket's window on top may have changed."""
        self.do_refresh()

    def desk_changed(self, change: Change) -> None:
        """Read the page again: mail has come, left, or was decided about."""
        if change.everything:
            # The database was away meanwhile, and what is said below may not have been read.
            self._about_key = ""
        self._again.ask()

    def _moved(self) -> None:
        """A connector, a mailbox or a queue has moved without an operation; what is below a dialog waits for it."""
        if self.is_current:
            self._again.ask()

    # The pages

    @property
    def page(self) -> Page[Any]:
        """The page that is shown."""
        return self.pages[self.tabs.active]

    def show_page(self, index: int) -> None:
        """Show another page: at once what is known of it, then what is read."""
        self._cursors[self.tabs.active] = self.table.cursor_key
        self.tabs.choose(index)
        self.table.begin(self.page.COLUMNS, self.page.empty)
        self.query_one(Titles).refresh()
        self.show_blocks([], anew=True)
        self._show(self._cursors.get(index))
        self.do_refresh()

    def do_refresh(self) -> None:
        """Read the page again, and what is said of the line under the cursor."""
        self._about_key = ""
        self._refresh_quietly()

    def _refresh_quietly(self) -> None:
        """Read the page again because others did something."""
        page, begun = self.page, time.monotonic()
        self.run_db(
            *(page.read, self.session),
            then=partial(self._found, page, begun),
            failed=self.read_failed,
            group="page",
        )

    def _found(self, page: Page[Any], begun: float, items: list[Any]) -> None:
        self._again.took(time.monotonic() - begun)
        page.take(items)
        if page is self.page:
            self._show()

    def _show(self, cursor: str | None = None) -> None:
        self.dates.begin()
        head = self.query_one("#head", StatusLine)
        head.set_left(f"Email Connector: {self.page.title}")
        head.set_right(self.page.count)
        if self.page.was_read:
            self.table.show(self.page.rows(self.dates))
        if cursor is not None:
            self.table.to_key(cursor)
        self._show_about(anew=False)

    def _show_about(self, *, anew: bool) -> None:
        item = self.page.current
        self.show_blocks([] if item is None else self.page.blocks(item, self.dates), anew=anew)
        self.show_hints()
        before, self._about_key = self._about_key, "" if item is None else self.page.key(item)
        if item is not None and self._about_key != before:
            self.page.chosen(item)

    def show_blocks(self, blocks: list[LogBlock], *, anew: bool) -> None:
        """Show a text below the table, from its beginning, or where somebody reads already."""
        log = self.query_one("#about", LogView)
        (log.show if anew else log.replace)(blocks)

    def toggle_quotes(self, block_id: int) -> None:
        """Show or hide what a text below the table quotes."""
        log = self.query_one("#about", LogView)
        if log.to_id(block_id):
            log.toggle_quotes()

    def show_hints(self) -> None:
        """Write the last line anew."""
        self.query_one(HintBar).set_hints(self.hints())

    def on_table_moved(self, event: Table.Moved) -> None:
        """Say what there is to say about the line under the cursor."""
        event.stop()
        self._show_about(anew=True)

    def on_table_opened(self, event: Table.Opened) -> None:
        """A double click opens."""
        event.stop()
        self.action_run("connector.open")

    def on_tab_bar_chosen(self, event: TabBar.Chosen) -> None:
        """A click on a page shows it."""
        event.stop()
        self.show_page(event.index)

    # Doing

    def offers(self, action: Action) -> bool:
        """Leave out what the page does not have."""
        name = action.id.partition(".")[2]
        if action.area == "connector" and name in PAGE_ACTIONS and name not in self.page.OFFERS:
            return False
        return super().offers(action)

    def refusal(self, action: Action) -> str | None:
        """Add the reasons of the page."""
        reason = super().refusal(action)
        name = action.id.partition(".")[2]
        if reason is None and action.area == "connector" and name in PAGE_ACTIONS and name != "test-send":
            return self.page.refusal(name)
        return reason

    def do_open(self) -> None:
        """Open what is under the cursor."""
        self.page.do("open")

    def do_retry(self) -> None:
        """Try again."""
        self.page.do("retry")

    def do_retry_all(self) -> None:
        """Try all again."""
        self.page.do("retry-all")

    def do_release(self) -> None:
        """Let a held mail go."""
        self.page.do("release")

    def do_withdraw(self) -> None:
        """Give up sending."""
        self.page.do("withdraw")

    def do_place(self) -> None:
        """Say where a mail belongs."""
        self.page.do("place")

    def do_save(self) -> None:
        """Save a mail as it arrived."""
        self.page.do("save")

    def do_quotes(self) -> None:
        """Show or hide quotes."""
        self.page.do("quotes")

    def do_aside(self) -> None:
        """Set a mail aside."""
        self.page.do("aside")

    def do_which(self) -> None:
        """Show another list."""
        self.page.do("which")

    def do_add(self) -> None:
        """Add something."""
        self.page.do("add")

    def do_rename(self) -> None:
        """Give something another name."""
        self.page.do("rename")

    def do_switch(self) -> None:
        """Use something no more, or again."""
        self.page.do("switch")

    def do_test_receive(self) -> None:
        """Look into a mailbox."""
        self.page.do("test-receive")

    def do_test_send(self) -> None:
        """Send a test mail."""
        ask_and_send(self)

    # Moving

    @property
    def moved_pane(self) -> Pane:
        """The table."""
        return self.table

    def do_overview(self) -> None:
        """Show the overview."""
        self.show_page(OVERVIEW)

    def do_mailboxes(self) -> None:
        """Show the mailboxes."""
        self.show_page(MAILBOXES)

    def do_outbox(self) -> None:
        """Show the outbox."""
        self.show_page(OUTBOX)

    def do_quarantine(self) -> None:
        """Show the quarantine."""
        self.show_page(QUARANTINE)

    def do_review(self) -> None:
        """Show the mail under review."""
        self.show_page(REVIEW)

    def do_asides(self) -> None:
        """Show what was set aside."""
        self.show_page(ASIDE)

    def do_settings(self) -> None:
        """Show the settings."""
        self.show_page(SETTINGS)

    def do_next_page(self) -> None:
        """Show the next page, after the last one the first."""
        self.show_page((self.tabs.active + 1) % len(self.pages))

    def do_previous_page(self) -> None:
        """Show the page before."""
        self.show_page((self.tabs.active - 1) % len(self.pages))

    def do_scroll_up(self) -> None:
        """Scroll the text up."""
        self.query_one("#about", LogView).scroll_lines(-1)

    def do_scroll_down(self) -> None:
        """Scroll the text down."""
        self.query_one("#about", LogView).scroll_lines(1)
