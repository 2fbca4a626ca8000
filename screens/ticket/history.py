"""The tab History: every kind of entry in one stream."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.widget import Widget

from screens.mail import viewing
from screens.ticket import files
from screens.ticket.entries import HistoryLook
from screens.ticket.page import MORE_ENTRIES, HistoryPage, TicketPage, load_history
from screens.ticket.tab import TicketTab
from services.history_kinds import MAIL_OUT, NOTE, TRANSFER
from services.records import HistoryEntry
from widgets.log_view import LogBlock, LogView
from widgets.log_view.messages import AttachmentClicked, BlockMoved, BlockSelected
from widgets.status_line import StatusLine

_OFFERS = ("fold", "save", "view", "original", "show-mail")
_WRITTEN = frozenset({NOTE, TRANSFER, MAIL_OUT})
_NEAR = 20
"""Entries before the oldest one that is known at which older ones are read."""


class HistoryTab(TicketTab):
    """The log of a ticket with the cursor on the newest entry; older ones are read when somebody goes there."""

    OFFERS = frozenset({*_OFFERS, "filter", "reverse", "quotes", "fold-all", "scroll-up", "scroll-down"})

    IS_HISTORY = True

    def __init__(self) -> None:
        super().__init__()
        self.look = HistoryLook()
        self._entries: dict[int, HistoryEntry] = {}
        self._blocks: list[LogBlock] = []
        self._has_older = False
        self._reading = False
        self._all_folded = False
        self._new_look = True
        self._matching = False
        self._newest = 0

    def compose(self) -> ComposeResult:
        """Put the log below the line that says what is shown."""
        yield StatusLine(id="shown")
        log = LogView(id="log")
        log.set_empty_text("No such entries.")
        yield log

    def panes(self) -> list[Widget]:
        """Return the log."""
        return [self._log]

    @property
    def _log(self) -> LogView:
        return self.query_one("#log", LogView)

    @property
    def count(self) -> int:
        """How many entries are known, so that as many are read again."""
        return len(self._blocks)

    def take(self, page: TicketPage) -> None:
        """Keep the newest entries."""
        super().take(page)
        self._keep(page.history)

    def _keep(self, history: HistoryPage) -> None:
        self._blocks = history.blocks
        self._entries = {entry.id: entry for entry in history.entries}
        self._has_older = history.has_older

    def show_page(self) -> None:
        """Show the entries; the cursor stays on its entry, or goes to the newest when nothing was shown yet.

        Whoever writes something sees it: the cursor goes there.
        """
        self._log.set_marker(self.window.marker)
        ordered = self._blocks[::-1] if self.look.newest_first else self._blocks
        if self._new_look:
            self._new_look = False
            self._log.show(ordered, cursor=self._blocks[-1].id if self._blocks else None)
        else:
            self._log.replace(ordered, newest_first=self.look.newest_first)
            self._go_to_what_was_written()
        self._newest = self._blocks[-1].id if self._blocks else 0
        self._say()

    def _go_to_what_was_written(self) -> None:
        """Show what the person has just written, with all that came along with it."""
        own = self.window.session.name
        fresh = (entry for key, entry in self._entries.items() if key > self._newest)
        written = [entry.id for entry in fresh if entry.kind in _WRITTEN and entry.actor == own]
        if written:
            (self._log.first if self.look.newest_first else self._log.last)()
            self._log.to_id(written[-1])

    def _say(self) -> None:
        shown = self.query_one("#shown", StatusLine)
        order = "newest first" if self.look.newest_first else "oldest first"
        shown.set_left(f"{self.look.label}, {order}")
        more = " and older ones" if self._has_older else ""
        shown.set_right(f"{len(self._blocks):,} entries{more}" if len(self._blocks) != 1 else f"1 entry{more}")

    # Older entries

    def on_log_view_block_moved(self, event: BlockMoved) -> None:
        """Read older entries when the cursor comes near the oldest one that is known."""
        event.stop()
        self.window.show_hints()
        if self._has_older and not self._reading:
            oldest = {block.id for block in self._blocks[:_NEAR]}
            if event.block_id in oldest:
                self._read_older()

    def _read_older(self) -> None:
        self._reading = True
        window = self.window
        window.run_db(
            load_history,
            *(window.session, window.ticket_id, self.look, MORE_ENTRIES, self._blocks[0].id),
            then=self._add_older,
            group="older",
        )

    def _add_older(self, history: HistoryPage) -> None:
        self._reading = False
        self._blocks = [*history.blocks, *self._blocks]
        self._entries |= {entry.id: entry for entry in history.entries}
        self._has_older = history.has_older
        self.show_page()
        if self._matching:
            self._matching = False
            self.window.do_next_match()

    # What a search has found

    def next_match(self) -> bool:
        """Go to the next place, reading older entries for it; after the last one begin again."""
        if self._log.next_match():
            return True
        if self._has_older:
            self._matching = True
            if not self._reading:
                self._read_older()
            return True
        self._log.forget_match()
        return self._log.next_match()

    # What can be done

    def edit(self) -> None:
        """Fold or unfold the entry under the cursor."""
        self._log.toggle_block()

    fold = edit

    def on_log_view_block_selected(self, event: BlockSelected) -> None:
        """A double click folds as well."""
        event.stop()
        self._log.toggle_block()

    def on_log_view_attachment_clicked(self, event: AttachmentClicked) -> None:
        """A click on an attachment saves it."""
        event.stop()
        entry = self._entries.get(event.block_id)
        for file in entry.attachments if entry else ():
            if file.id == event.attachment_id:
                files.save(self.window, file)

    def quotes(self) -> None:
        """Show or hide what the mail quotes."""
        self._log.toggle_quotes()

    def fold_all(self) -> None:
        """Fold all entries, or unfold them all."""
        self._all_folded = not self._all_folded
        if self._all_folded:
            self._log.collapse_all()
        else:
            self._log.expand_all()

    def filter(self) -> None:
        """Show the next kind of entries."""
        self._change_look(self.look.next())

    def reverse(self) -> None:
        """Turn the order round; the cursor goes to the newest entry again."""
        self.look = self.look._replace(newest_first=not self.look.newest_first)
        self._new_look = True
        self.show_page()

    def _change_look(self, look: HistoryLook) -> None:
        self.look = look
        self._reading = False
        window = self.window

        def show(history: HistoryPage) -> None:
            self._keep(history)
            self._new_look = True
            self.show_page()

        window.run_db(load_history, window.session, window.ticket_id, look, MORE_ENTRIES, then=show, group="older")

    def scroll_text(self, lines: int) -> None:
        """Scroll by lines."""
        self._log.scroll_lines(lines)

    # Files

    @property
    def _entry(self) -> HistoryEntry | None:
        cursor = self._log.cursor_id
        return None if cursor is None else self._entries.get(cursor)

    @property
    def mail_id(self) -> int | None:
        """The mail under the cursor."""
        entry = self._entry
        return entry.mail.id if entry is not None and entry.mail is not None else None

    def refusal(self, name: str) -> str | None:
        """Files come with mails only."""
        entry = self._entry
        if name in ("save", "view") and not (entry and entry.attachments):
            return "This entry has no attachment; go to one that names files."
        if name == "view":
            return viewing.refusal(self.window)
        if name in ("original", "show-mail"):
            if entry is None or entry.mail is None:
                return "This entry is no mail; go to one that is."
            if name == "original" and entry.mail.original_id is None:
                return "This mail was written here; there is no original that came from outside."
        return None

    def save(self) -> None:
        """Save an attachment of the mail under the cursor."""
        if self._entry is not None:
            files.save_one_of(self.window, self._entry.attachments)

    def view(self) -> None:
        """Open an attachment of the mail under the cursor."""
        if self._entry is not None:
            files.open_one_of(self.window, self._entry.attachments)

    def original(self) -> None:
        """Open or save the mail under the cursor as it arrived."""
        if self._entry is not None and self._entry.mail is not None:
            files.original(self.window, self._entry.mail)
