"""The screens that lie on each other: which may join them, and that keys change nothing once they are going."""

from __future__ import annotations

from typing import Any

from textual.app import App
from textual.await_complete import AwaitComplete


class Stacking(App[int], inherit_bindings=False):
    """The App's stack of screens."""

    async def run_action(self, *asked: Any, **names: Any) -> bool:
        """Do what a key asks for, but nothing for keys typed after the one that leaves: screens are going already."""
        return not self._exit and await super().run_action(*asked, **names)

    def push_screen(self, screen: Any, *asked: Any, **names: Any) -> Any:
        """Show a screen on top of the others.

        A dialog that is there already is not shown twice: somebody pressed its key again while it was being read.
        """
        if any(_is_same(screen, shown) for shown in self.screen_stack):
            return AwaitComplete()
        return super().push_screen(screen, *asked, **names)


def _is_same(new: Any, shown: Any) -> bool:
    title = getattr(new, "dialog_title", "")
    return bool(title) and type(new) is type(shown) and title == shown.dialog_title
