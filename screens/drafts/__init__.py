"""What was typed and not saved: the list of a person's drafts, and the way back to where each belongs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from screens.drafts.screen import DraftsScreen

__all__ = ["DraftsScreen"]


def __getattr__(name: str) -> Any:
    # The declarations of the actions are read at the start, long before the list is opened.
    if name == "DraftsScreen":
        from screens.drafts.screen import DraftsScreen

        return DraftsScreen
    raise AttributeError(name)
