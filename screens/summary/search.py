"""The search box of the Summary page: typed there, shown in the list of the main window."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from screens.desk_screen import DeskScreen
from screens.search_bar import SearchBar
from services import finding
from services.errors import DeskError
from services.finding import EVERYWHERE
from widgets.hint_bar import Hint, HintBar
from widgets.status_line import StatusLine

if TYPE_CHECKING:
    from screens.actions import Action
    from screens.summary.blocks import TicketBlocks
    from widgets.completions import Completions


class SummarySearch(DeskScreen[str]):
    """While somebody types, the keys that do not edit come here first."""

    lists: TicketBlocks

    def make_search(self) -> None:
        """Say that there is a box, and be ready to open it."""
        line = self.query_one(StatusLine)
        keys = self.desk.shown_keys("summary.search")
        line.set_middle(f"{keys[0]} searches all tickets" if keys else "")
        self.search_bar = SearchBar(self, line, self._check)

    def do_search(self) -> None:
        """Type what to search all tickets for."""
        self.call_later(self._open)

    async def _open(self) -> None:
        await self.search_bar.open("Search all /", self.search_bar.text)
        self.show_hints()

    def _check(self, text: str) -> None:
        """Say what is not understood while it is typed; what it finds is shown in the list."""
        if text.strip():
            self.run_db(
                *(finding.narrowed, self.session, EVERYWHERE, text),
                failed=self._wrong,
                group="search",
                interruptible=True,
            )

    def _wrong(self, fault: DeskError) -> None:
        self.search_bar.show_fault(fault)

    def search_open(self) -> bool:
        """Take a suggestion, or search; False when nobody types."""
        bar = self.search_bar
        if not bar.has_focus:
            return False
        if not bar.enter():
            self._search(bar.text.strip())
        return True

    def _search(self, text: str) -> None:
        """Go to the list with what was found, or stay with what is not understood."""
        if not text:
            self.close_search()
            return

        def understood(_: object) -> None:
            self.search_bar.remember(text)
            self.close_search()
            self.desk.search(text)

        def refused(fault: DeskError) -> None:
            self._wrong(fault)
            self.search_bar.insist()

        self.run_db(finding.narrowed, self.session, EVERYWHERE, text, then=understood, failed=refused, group="search")

    def search_key(self, name: str) -> bool:
        """Let the line have one of up, down and complete; False when nobody types."""
        bar = self.search_bar
        if bar.has_focus:
            getattr(bar, name)()
            return True
        return False

    def close_search(self) -> None:
        """Go back to the lists."""
        self.search_bar.close()
        self.lists.focus()
        self.show_hints()

    def do_go_back(self) -> None:
        """Close the suggestions, then the line, then the page."""
        if not self.search_bar.has_focus:
            super().do_go_back()
        elif not self.search_bar.escape():
            self.close_search()

    def show_hints(self) -> None:
        """Say which keys help here."""
        self.query_one(HintBar).set_hints(self.hints())

    def hints(self) -> list[Hint]:
        """Say what the keys do in the line."""
        bar = getattr(self, "search_bar", None)
        if bar is None or not bar.is_open:
            return super().hints()
        wanted = (
            ("summary.open", "Search"),
            ("desk.go-back", "As before"),
            ("summary.next-list", "Complete"),
            ("summary.up", "Earlier searches"),
        )
        return [Hint(keys[0], label) for action, label in wanted if (keys := self.desk.shown_keys(action))]

    def typing_refusal(self, action: Action) -> bool:
        """Tell whether an action is about the line and not about the lists."""
        return action.id == "summary.open" and self.search_bar.has_focus

    def on_input_changed(self, event: Any) -> None:
        """Follow what is typed."""
        event.stop()
        self.search_bar.changed()

    def on_completions_taken(self, event: Completions.Taken) -> None:
        """A click on a suggestion."""
        event.stop()
        self.search_bar.take(event.suggested)

    def on_descendant_blur(self) -> None:
        """Somebody went to the lists: the line goes, what was typed stays for the next time."""
        if self.search_bar.is_open and self.is_current and self.focused is not None and not self.search_bar.has_focus:
            self.close_search()
