"""Keys in the order in which they were typed, also when they come in one burst.

Textual hands each key to whatever has the focus at that moment, without waiting for what the key before it sets off. A
fast typist, a paste or a slow line then puts the password into the field of the user name, and letters overtake the
Backspace before them.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any

from textual import events
from textual.app import App
from textual.message_pump import MessagePump

_PATIENCE_SECONDS = 0.5
"""How long a key waits for the one before it at most: something went away that would have said that it was done."""

_MOVING_ON = frozenset({"enter", "tab", "shift+tab", "escape", "f2", "f3", "slash"})
"""Keys that can move the focus, or change what the next key means.

What they set off takes the same way up once more, and then the focus moves.
"""

Take = Callable[[events.Event], Awaitable[None]]


class TypeAhead:
    """Holds a key back while the one before it is on its way from the focused widget up to the App."""

    def __init__(self, app: App[Any], take: Take) -> None:
        self._app = app
        self._take = take
        self._held: deque[events.Event] = deque()
        self._busy = False
        self._travels = 0
        self._patience: asyncio.TimerHandle | None = None

    async def key(self, event: events.Event) -> None:
        """Take a key or a paste now, or when its turn comes."""
        self._held.append(event)
        if not self._busy:
            await self._take_held()

    async def _take_held(self) -> None:
        self._busy = True
        while self._held:
            event = self._held.popleft()
            focused = self._app.focused
            await self._take(event)
            name = event.key if isinstance(event, events.Key) else ""
            if focused is not None and (name in _MOVING_ON or focused.check_consume_key("a", "a")):
                self._travels += 1
                loop = asyncio.get_running_loop()
                self._patience = loop.call_later(_PATIENCE_SECONDS, self._arrived, self._travels)
                self._travel(self._travels, 3 if name in _MOVING_ON else 1)
                return
        self._busy = False

    def _travel(self, travel: int, rounds: int) -> None:
        """Go the way that a key goes which nobody takes, so often; each queue lets it pass after what came before."""
        focused = self._app.focused
        way: list[MessagePump] = [*focused.ancestors_with_self, self._app] if focused is not None else [self._app]
        steps = iter(way * rounds)

        def step() -> None:
            if travel != self._travels:
                return
            for queue in steps:
                if queue.call_later(step):
                    return
            self._arrived(travel)

        step()

    def _arrived(self, travel: int) -> None:
        if travel != self._travels:
            return
        self._travels += 1
        if self._patience is not None:
            self._patience.cancel()
        self._app.call_later(self._take_held)
