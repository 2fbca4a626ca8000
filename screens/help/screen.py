"""What the keys do on the screen that one comes from, and on request everywhere."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from screens.actions import AREAS, Action, area_actions
from screens.desk_screen import DeskScreen
from screens.help.action_list import Entry
from screens.help.listing import ActionListing


class HelpScreen(ActionListing):
    """Lists keys by area; what cannot be done now is greyed and says why."""

    def __init__(self, below: DeskScreen[Any]) -> None:
        super().__init__("Help: what the keys do here", below)
        self._everywhere = False

    def entries(self) -> Sequence[Entry]:
        """Return the actions of the screen below, or of every area, under the names of the areas."""
        groups: dict[str, list[Entry]] = {}
        if self._everywhere:
            for area in AREAS:
                groups[area] = [self.entry_of(None, action) for action in area_actions(area)]
        else:
            for owner, action in self.below.reachable_actions():
                groups.setdefault(action.area, []).append(self.entry_of(owner, action))
        return [entry for area, found in groups.items() for entry in (Entry(AREAS[area][0]), *found)]

    def offers(self, action: Action) -> bool:
        """Leave out help about help."""
        return action.id != "desk.help" and super().offers(action)

    def do_everything(self) -> None:
        """Show every area's keys, or those of the screen below again."""
        self._everywhere = not self._everywhere
        self.show_matching()

    def do_accept(self) -> None:
        """There is nothing to choose: close."""
        self.dismiss(None)
