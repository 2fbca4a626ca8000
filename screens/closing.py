"""Screens that close once, whatever keys come after the one that closes them."""

from __future__ import annotations

from typing import Generic

from textual import events
from textual.await_complete import AwaitComplete
from textual.screen import Screen, ScreenResultType


class ClosesOnce(Screen[ScreenResultType], Generic[ScreenResultType]):
    """A screen that never takes another one off the stack in its place, as Textual's own `dismiss` does."""

    _answer: tuple[ScreenResultType | None] | None = None

    def dismiss(self, result: ScreenResultType | None = None) -> AwaitComplete:
        """Close with a result: now, or below another screen as soon as that has gone; once closed, do nothing."""
        stack = self.app.screen_stack
        if self not in stack or self._answer is not None:
            return AwaitComplete()
        if stack[-1] is not self:
            self._answer = (result,)
            return AwaitComplete()
        return super().dismiss(result)

    def _on_screen_resume(self, event: events.ScreenResume) -> None:
        if self._answer is not None:
            self.call_later(self._close_at_last)

    def _close_at_last(self) -> None:
        if self._answer is not None:
            (result,), self._answer = self._answer, None
            self.dismiss(result)
