"""The main window: views on the left, tickets, and a preview of the one under the cursor."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from screens.main.main_screen import MainScreen

__all__ = ["MainScreen"]


def __getattr__(name: str) -> Any:
    # What is read before the first frame must not pull in the window itself.
    if name == "MainScreen":
        from screens.main.main_screen import MainScreen

        return MainScreen
    raise AttributeError(name)
