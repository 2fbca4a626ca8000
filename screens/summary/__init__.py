"""The Summary page: what waits for a person, newest and oldest, on one screen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from screens.summary.summary_screen import SummaryScreen

__all__ = ["SummaryScreen"]


def __getattr__(name: str) -> Any:
    # The actions are read for help and documentation without the screen.
    if name == "SummaryScreen":
        from screens.summary.summary_screen import SummaryScreen

        return SummaryScreen
    raise AttributeError(name)
