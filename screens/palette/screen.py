"""Finding an action by typing a part of its name, and running it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from screens.actions import Action
from screens.desk_screen import DeskScreen
from screens.help.action_list import ActionList, Entry
from screens.help.listing import ActionListing


class PaletteScreen(ActionListing):
    """Is dismissed with the id of the action to run; one that cannot be done now says why instead."""

    def __init__(self, below: DeskScreen[Any]) -> None:
        super().__init__("Actions", below)

    def entries(self) -> Sequence[Entry]:
        """Return what can be asked for on the screen below, what is possible now first."""
        found = [self.entry_of(owner, action) for owner, action in self.below.reachable_actions()]
        return sorted((entry for entry in found if entry.action_id != "desk.palette"), key=lambda e: bool(e.reason))

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
