"""Finding an action by typing a part of its name, and running it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from screens.actions import Action
from screens.desk_screen import TYPED_NUMBER, DeskScreen
from screens.help.action_list import ActionList, Entry
from screens.help.listing import ActionListing
from services.jump import looks_like_number
from widgets.picker import FilterInput


class PaletteScreen(ActionListing):
    """Is dismissed with the id of the action to run; one that cannot be done now says why instead."""

    def __init__(self, below: DeskScreen[Any]) -> None:
        super().__init__("Actions", below)

    def entries(self) -> Sequence[Entry]:
        """Return what can be asked for on the screen below, what is possible now first."""
        found = [self.entry_of(owner, action) for owner, action in self.below.reachable_actions()]
        possible = sorted((entry for entry in found if entry.action_id != "desk.palette"), key=lambda e: bool(e.reason))
        return [*self._tickets(found), *possible]

    def _tickets(self, found: Sequence[Entry]) -> list[Entry]:
        """Return the ticket whose number is being typed, where one can go to tickets."""
        typed = self.query_one(FilterInput).value.strip()
        possible = any(entry.action_id == "desk.go-to-ticket" and not entry.reason for entry in found)
        if not possible or not looks_like_number(typed):
            return []
        return [Entry(f"Ticket {typed}", TYPED_NUMBER + typed, "", "Open the ticket with this number")]

    def offers(self, action: Action) -> bool:
        """Leave out the palette itself."""
        return action.id != "desk.palette" and super().offers(action)

    def do_accept(self) -> None:
        """Run the action under the cursor."""
        entry = self.query_one(ActionList).cursor_entry
        if entry is None:
            self.say("No action matches; delete some of what you typed.")
        elif entry.reason:
            self.say(entry.reason)
        else:
            self.dismiss(entry.action_id)
