"""What help screen and palette share: a filter above a list of actions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from textual.widget import Widget
from textual.widgets import Input, Static

from screens.actions import Action
from screens.desk_screen import DeskScreen
from screens.dialogs.base import Dialog
from screens.help.action_list import ActionList, Entry
from widgets.picker import FilterInput
from widgets.safe import content


class ActionListing(Dialog[str]):
    """Lists actions of the screen below and filters them while one types."""

    def __init__(self, title: str, below: DeskScreen[Any]) -> None:
        super().__init__(title)
        self.below = below

    def body(self) -> Iterable[Widget]:
        """Return the filter and the list."""
        yield FilterInput(placeholder="Type to filter", multiple=False)
        yield ActionList()
        yield Static("", id="about")

    def on_mount(self) -> None:
        """Fill the list and start in the filter."""
        super().on_mount()
        self.query_one("#box").add_class("wide")
        self.query_one(FilterInput).focus()
        self.show_matching()

    def entries(self) -> Sequence[Entry]:
        """Return everything that may be listed."""
        raise NotImplementedError

    def entry_of(self, owner: DeskScreen[Any] | None, action: Action) -> Entry:
        """Return an action's line; without an owner it is only described."""
        reason = owner.refusal(action) if owner is not None else None
        keys = ", ".join(self.desk.shown_keys(action.id))
        return Entry(action.label, action.id, keys, action.explained, reason or "")

    def show_matching(self) -> None:
        """Show what the filter lets through; headings without a match go too."""
        words = self.query_one(FilterInput).value.casefold().split()
        shown: list[Entry] = []
        for entry in self.entries():
            if not entry.action_id:
                if shown and not shown[-1].action_id:
                    shown.pop()
                shown.append(entry)
            elif entry.matches(words):
                shown.append(entry)
        if shown and not shown[-1].action_id:
            shown.pop()
        self.query_one(ActionList).set_entries(shown)

    def do_up(self) -> None:
        """Go to the action above."""
        self.query_one(ActionList).move(-1)

    def do_down(self) -> None:
        """Go to the action below."""
        self.query_one(ActionList).move(1)

    def do_page_up(self) -> None:
        """Go up a page."""
        self.query_one(ActionList).page(-1)

    def do_page_down(self) -> None:
        """Go down a page."""
        self.query_one(ActionList).page(1)

    def on_filter_input_list_key(self, event: FilterInput.ListKey) -> None:
        """The arrows belong to the list, whatever is being typed."""
        event.stop()
        getattr(self.query_one(ActionList), event.method)(event.delta)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Filter while typing."""
        event.stop()
        self.show_matching()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter accepts."""
        event.stop()
        self.action_run("form.accept")

    def on_action_list_moved(self, event: ActionList.Moved) -> None:
        """Describe the action under the cursor in full, since its line may be cut."""
        event.stop()
        entry = self.query_one(ActionList).cursor_entry
        about = "" if entry is None else f"{entry.detail}." + (f" Not now: {entry.reason}" if entry.reason else "")
        self.query_one("#about", Static).update(content(about))

    def on_action_list_clicked(self, event: ActionList.Clicked) -> None:
        """A click is Enter."""
        event.stop()
        self.action_run("form.accept")
