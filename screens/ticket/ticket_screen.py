"""The window of one ticket: a header, tabs, and the keys that fit the tab."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from textual.app import ComposeResult
from textual.containers import Container
from textual.timer import Timer

from screens.actions import Action, bindings
from screens.edit_steps import Then
from screens.going.walk import Walk
from screens.going.walking import WALKING, Walking
from screens.mail.reading import Reading
from screens.many import Targets
from screens.ticket import editing, fields
from screens.ticket.entries import HistoryLook
from screens.ticket.following import Following
from screens.ticket.matching import Matching
from screens.ticket.moving import TABS
from screens.ticket.page import FIRST_ENTRIES, TicketPage, load
from screens.ticket.tab import TAB_ACTIONS, TicketTab
from screens.ticket.tab_bar import TabBar
from services.errors import DeskError
from services.numbers import id_of
from services.records import TicketDetail
from services.requesters import Offer
from widgets.field_list import FieldList
from widgets.hint_bar import HintBar
from widgets.safe import notify
from widgets.status_line import StatusLine

if TYPE_CHECKING:
    from screens.context import Hold

_HISTORY = 2
READ_AFTER_SECONDS = 3


def _make_tab(index: int) -> TicketTab:
    """Return a new tab; what a tab needs is imported when it is visited first."""
    if index == 0:
        from screens.ticket.general import GeneralTab

        return GeneralTab()
    if index == 1:
        from screens.ticket.details import DetailsTab

        return DetailsTab()
    if index == _HISTORY:
        from screens.ticket.history import HistoryTab

        return HistoryTab()
    if index == 3:
        from screens.ticket.recipients import RecipientsTab

        return RecipientsTab()
    if index == 4:
        from screens.ticket.charges import ChargesTab

        return ChargesTab()
    from screens.ticket.documents import DocumentsTab

    return DocumentsTab()


class TicketScreen(Walking, Matching, Following, Reading):
    """Shows a ticket and does everything that can be done with it; it is dismissed with None."""

    AREA = "ticket"
    BINDINGS = bindings("ticket")
    CSS_PATH = Path(__file__).with_name("ticket.tcss")

    def __init__(self, ticket_id: int, walk: Walk | None = None, tab: int = 0) -> None:
        super().__init__()
        self.ticket_id = self.operations_of = ticket_id
        self.walk = walk
        self._current = tab
        self._page: TicketPage | None = None
        self._wanted = tab
        self._tabs: dict[int, TicketTab] = {}
        self._looking: Timer | None = None
        self._until_read: Hold | None = None
        self.when_read: Callable[[], object] | None = None
        """What to do once the ticket is shown."""

    def compose(self) -> ComposeResult:
        """Put the tab below header and tabs; the others come when they are visited."""
        # The database thread reads while this one builds, so that the first paint shows the ticket.
        self.reload()
        self._until_read = self.desk.hold_keys(self, passes=self._walks)
        self._tabs[self._current] = _make_tab(self._current)
        yield StatusLine(id="head")
        yield TabBar(TABS, self._current, id="tabs")
        yield Container(self.tab, id="body")
        yield HintBar(id="hints")

    def on_mount(self) -> None:
        """Begin with the first field."""
        self.tab.panes()[0].focus()

    # The ticket

    @property
    def ticket(self) -> TicketDetail:
        """The ticket as it was read last."""
        assert self._page is not None, "The ticket has not been read yet."
        return self._page.ticket

    @property
    def offer(self) -> Offer | None:
        """Who wrote what an employee forwarded."""
        return self._page.offer if self._page is not None else None

    @property
    def tab(self) -> TicketTab:
        """The tab that is shown."""
        return self._tabs[self._current]

    def reload(self) -> None:
        """Read the ticket and its newest entries again; cursor and tab stay."""
        history = self._tabs.get(_HISTORY)
        look: HistoryLook = getattr(history, "look", HistoryLook())
        count = max(FIRST_ENTRIES, getattr(history, "count", 0))
        self.run_db(
            load, self.session, self.ticket_id, look, count, then=self._show, failed=self._failed, group="ticket"
        )

    def changed(self) -> None:
        """Show what an edit has changed."""
        self.reload()

    def _show(self, page: TicketPage) -> None:
        first = self._page is None
        self._page = page
        ticket = page.ticket
        head = self.query_one("#head", StatusLine)
        head.set_left(f"{ticket.number}  {ticket.subject}")
        merged = f"merged into {ticket.merged_into}" if ticket.merged_into else ""
        state = [merged, ticket.status, ticket.extension, ticket.manager, "archived" if ticket.archived else ""]
        shown = " · ".join(part for part in state if part)
        head.set_right(shown, self.walk.text if self.walk else "")
        for tab in self._tabs.values():
            tab.take(page)
        self.tab.visit()
        self.show_hints()
        if first:
            self.arrived()
            self._look()
            if self.when_read is not None:
                self.when_read()
            self._let_keys_go()

    def _failed(self, fault: DeskError) -> None:
        """Say why the ticket cannot be read; a window that never showed one closes."""
        if self._page is None:
            self.desk.trail.forget(self.place)
            notify(self.app, fault.sentence, severity="error")
            self.dismiss(None)
            self._let_keys_go()
        else:
            self.read_failed(fault)

    def _walks(self, key: str) -> bool:
        """Tell whether a key goes on to another ticket, which it may before this one is read."""
        bound = self.active_bindings.get(key)
        return bound is not None and any(f"ticket.{name}" in bound.binding.action for name in WALKING)

    def _let_keys_go(self) -> None:
        if self._until_read is not None:
            self._until_read.end()

    # Viewing for a few seconds counts as reading

    def _look(self) -> None:
        if self._looking is not None:
            self._looking.stop()
        seconds = self.desk.setting("read_after_seconds", READ_AFTER_SECONDS)
        # A timer of no time at all is none; the setting may say 0.
        self._looking = self.set_timer(max(seconds, 0.01), self._looked)

    def _looked(self) -> None:
        from services.inbox import viewed

        self._looking = None
        if self.is_current:
            self.run_db(
                *(viewed, self.session, self.ticket_id),
                then=self._envelope_opened,
                failed=self.read_failed,
                lane="slow",
            )

    def _envelope_opened(self, opened: bool) -> None:
        if opened:
            self.reload()

    # Tabs

    def show_tab(self, index: int) -> None:
        """Go to a tab."""
        if self._page is None:
            return
        self._wanted = index
        if index in self._tabs:
            self._switch(index)
        else:
            self.call_later(self._mount_tab, index)

    async def _mount_tab(self, index: int) -> None:
        """Make a tab and fill it while the one before is still shown, so that there is only one paint."""
        if index not in self._tabs and self._page is not None:
            new = _make_tab(index)
            new.display = False
            await self.query_one("#body").mount(new)
            if self not in self.app.screen_stack:
                # The window was closed meanwhile, and then nothing is put into the tab any more.
                return
            new.take(self._page)
            self._tabs[index] = new
        if index == self._wanted:
            self._switch(index)

    def _switch(self, index: int) -> None:
        if index == self._current:
            return
        before, self._current = self.tab, index
        self.tab.visit()
        before.display = False
        self.tab.display = True
        self.query_one("#tabs", TabBar).choose(index)
        self.tab.panes()[0].focus()
        self.show_hints()

    def on_tab_bar_chosen(self, event: TabBar.Chosen) -> None:
        """A click on a tab."""
        event.stop()
        self.show_tab(event.index)

    def show_hints(self) -> None:
        """Show the keys of the tab."""
        if self._page is not None:
            self.query_one("#hints", HintBar).set_hints(self.hints())

    def offers(self, action: Action) -> bool:
        """Leave out what the tab that is shown does not have."""
        name = action.id.partition(".")[2]
        if action.area == "ticket" and name in TAB_ACTIONS and name not in self.tab.OFFERS:
            return False
        return super().offers(action)

    def refusal(self, action: Action) -> str | None:
        """Add the reasons of the tab."""
        name = action.id.partition(".")[2]
        if name in WALKING:
            return self.going_refusal(name)
        if action.area == "ticket" and self._page is None:
            return "The ticket is still being read."
        reason = self.match_refusal(action) or super().refusal(action)
        return reason or (self.tab.refusal(name) if action.area == "ticket" else None)

    # Editing

    def edit_targets(self) -> Targets:
        """The actions are about this ticket."""
        return Targets.of([self.ticket_id])

    def target_rows(self) -> Sequence[TicketDetail]:
        """Return the ticket as it was read."""
        return [self.ticket] if self._page is not None else []

    def edited(self, ticket_ids: list[int]) -> None:
        """Show what has changed; whoever acts on a ticket goes on looking at it, which may be theirs only now."""
        self.changed()
        self._look()

    def change_one(self, changes: dict[str, Any], then: Then) -> bool:
        """Change fields of this ticket; when somebody else was quicker, let the person choose."""
        from screens.ticket.conflicts import change_fields

        change_fields(self, changes, lambda: then([self.ticket_id]), read=self.seen_when_editing)
        return True

    def on_field_list_edit_wanted(self, event: FieldList.EditWanted) -> None:
        """Open the dialog of a field."""
        event.stop()
        editing.edit(self, event.field_id)

    def on_field_list_refused(self, event: FieldList.Refused) -> None:
        """Go where a merged ticket leads; of any other field say why it cannot be changed."""
        event.stop()
        target = id_of(self.ticket.merged_into or "") if event.field_id == "merged_into" else None
        if target is not None:
            self.desk.open_ticket(target)
            return
        reason = fields.lock_reason(self.session, self.ticket, event.field_id)
        notify(self, reason or "This cannot be changed here.", severity="warning")

    def do_as_it_was(self) -> None:
        """Show the ticket as it was at a moment."""
        from screens.operations.moment import show_ticket

        show_ticket(self, self.ticket_id)

    def do_refresh(self) -> None:
        """Read the ticket again."""
        self.reload()

    # What only the tab can do

    def do_edit(self) -> None:
        """Change what is under the cursor."""
        self._tab_does("edit")

    def do_fold(self) -> None:
        """Fold the entry under the cursor."""
        self._tab_does("fold")

    def do_add(self) -> None:
        """Add something to the tab."""
        self._tab_does("add")

    def do_remove(self) -> None:
        """Remove what is under the cursor."""
        self._tab_does("remove_item")

    def do_save(self) -> None:
        """Save a file to disk."""
        self._tab_does("save")

    def do_original(self) -> None:
        """Save a mail as it arrived."""
        self._tab_does("original")

    def do_filter(self) -> None:
        """Show other entries."""
        self._tab_does("filter")

    def do_reverse(self) -> None:
        """Turn the order round."""
        self._tab_does("reverse")

    def do_quotes(self) -> None:
        """Show or hide quotes."""
        self._tab_does("quotes")

    def do_fold_all(self) -> None:
        """Fold or unfold everything."""
        self._tab_does("fold_all")

    def do_export(self) -> None:
        """Write the ticket to a folder."""
        from screens.exporting import export_ticket

        export_ticket(self)

    def do_related(self) -> None:
        """Choose what tickets have in common with this one, and see them in the list."""
        from screens.related import choose_related

        choose_related(self, self.ticket_id, self.desk.show_related)

    def do_subscribe(self) -> None:
        """Follow the ticket, or no longer."""
        self._tab_does("subscribe")

    def do_scroll_up(self) -> None:
        """Scroll the text of the tab up."""
        self._tab_does("scroll_text", -1)

    def do_scroll_down(self) -> None:
        """Scroll the text of the tab down."""
        self._tab_does("scroll_text", 1)

    def _tab_does(self, method: str, *arguments: Any) -> None:
        work: Callable[..., object] = getattr(self.tab, method)
        work(*arguments)
        self.show_hints()
