"""Keys in the order in which they were typed, and each on the screen that it was meant for.

Textual hands each key to whatever has the focus at that moment, without waiting for what the key before it sets off. A
fast typist, a paste or a slow line then puts the password into the field of the user name, letters overtake the
Backspace before them, and a note that is typed at once after the key for notes acts on the list below.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Any
from weakref import ref

from textual import events
from textual.app import App
from textual.message_pump import MessagePump
from textual.screen import Screen

from widgets.safe import notify

LIMIT_SECONDS = 2.0
"""How long keys wait for a dialog that is being read; who waits longer has seen that nothing happens."""

TOO_LATE = "The desk is slow to answer, so what you typed was not taken. Esc calls off what you asked for."

_PATIENCE_SECONDS = 0.5
"""How long a key waits for the one before it at most: something went away that would have said that it was done."""

_STANDING_SECONDS = 2.0
"""The same for a screen that is being put together, which may be a large form on a busy machine."""

_MOVING_ON = frozenset({"enter", "tab", "shift+tab", "escape", "f2", "f3", "slash"})
"""Keys that can move the focus, or change what the next key means.

What they set off takes the same way up once more, and then the focus moves.
"""

_MOVING_ABOUT = frozenset({"up", "down", "pageup", "pagedown", "home", "end"})
"""Keys that open nothing, and that people hold down."""

Take = Callable[[events.Event], Awaitable[None]]


class Hold:
    """A screen's promise of something that keys are meant for; `end` it when that is there, or will not come.

    Esc calls it off with `call_off`; without that Esc goes to the screen. Keys that `passes` are never held.
    """

    def __init__(
        self,
        typed: TypeAhead,
        owner: Screen[Any],
        call_off: Callable[[], object] | None,
        passes: Callable[[str], bool],
    ) -> None:
        self._typed = typed
        self._owner = ref(owner)
        self.call_off = call_off
        self.passes = passes
        self.late = False

    def stands_in(self, stack: Sequence[Screen[Any]]) -> bool:
        """Tell whether the screen that promised is still there."""
        return self._owner() in stack

    def end(self) -> None:
        """Let the keys go on, to what is on top now."""
        self._typed.ended(self)


class TypeAhead:
    """Holds keys back while the one before is on its way up to the App, and while the screen they are for is made."""

    def __init__(self, app: App[Any], take: Take) -> None:
        self._app = app
        self._take = take
        self._held: deque[events.Event] = deque()
        self._holds: list[Hold] = []
        self._travels = 0
        self._patience: asyncio.TimerHandle | None = None
        self._stood: Callable[[], Screen[Any] | None] = lambda: None
        self.busy = False
        """Whether keys wait for the one before them; those that wait for the database do not count."""

    def hold(
        self,
        owner: Screen[Any],
        call_off: Callable[[], object] | None = None,
        passes: Callable[[str], bool] = lambda _: False,
    ) -> Hold:
        """Keep what is typed from now on for what a screen is about to open."""
        hold = Hold(self, owner, call_off, passes)
        self._holds.append(hold)
        asyncio.get_running_loop().call_later(LIMIT_SECONDS, self._too_late, hold)
        return hold

    def ended(self, hold: Hold) -> None:
        """Go on with the keys, once what is on top now has been put together."""
        if hold in self._holds:
            self._holds.remove(hold)
            if not self._holds and not self.busy:
                self.busy = True
                self._stand()

    async def key(self, event: events.Event) -> None:
        """Take a key or a paste now, or when its turn comes."""
        self._holds = [hold for hold in self._holds if hold.stands_in(self._app.screen_stack)]
        if self._holds and await self._is_settled_now(event):
            return
        self._held.append(event)
        if not self.busy:
            await self._take_held()

    # What waits for the database

    async def _is_settled_now(self, event: events.Event) -> bool:
        """Do at once with a key what needs not wait; False when it is to be kept."""
        name = _name(event)
        if name == "escape":
            await self._call_off(event)
            return True
        if name == "ctrl+c" or (not self._held and all(hold.passes(name) for hold in self._holds)):
            await self._take(event)
            return True
        if not any(hold.late for hold in self._holds):
            return False
        if isinstance(event, events.Paste) or name == "enter" or (isinstance(event, events.Key) and event.is_printable):
            notify(self._app, TOO_LATE, severity="warning")
        else:
            await self._take(event)
        return True

    async def _call_off(self, escape: events.Event) -> None:
        """Forget what was asked for and all that was typed for it."""
        self._held.clear()
        called_off = [hold.call_off for hold in self._holds if hold.call_off is not None]
        self._holds.clear()
        for call_off in called_off:
            call_off()
        if not called_off:
            await self._take(escape)

    def _too_late(self, hold: Hold) -> None:
        """Drop what was typed: by now somebody who waits does not remember what the keys were for."""
        if hold not in self._holds:
            return
        hold.late = True
        if self._held:
            self._held.clear()
            notify(self._app, TOO_LATE, severity="warning")

    # One key after the other

    async def _take_held(self) -> None:
        self.busy = True
        while self._held:
            if self._holds and not await self._escaped():
                break
            event = self._held.popleft()
            focused = self._app.focused
            await self._take(event)
            name = _name(event)
            if name not in _MOVING_ABOUT or (focused is not None and focused.check_consume_key("a", "a")):
                start = focused or self._top
                way = [*start.ancestors_with_self, self._app] if start is not None else [self._app]
                self._travel(way * (3 if name in _MOVING_ON else 1), _PATIENCE_SECONDS)
                return
        self.busy = False

    async def _escaped(self) -> bool:
        """Tell whether Esc was typed before it was known that keys must wait: it holds for those before it."""
        typed = [_name(event) for event in self._held]
        if "escape" not in typed:
            return False
        after = list(self._held)[len(typed) - typed[::-1].index("escape") - 1 :]
        await self._call_off(after[0])
        self._held.extend(after[1:])
        return bool(self._held)

    @property
    def _top(self) -> Screen[Any] | None:
        stack = self._app.screen_stack
        return stack[-1] if stack else None

    def _stand(self) -> None:
        """Wait until the screen on top has been put together and has the focus where it wants it."""
        top = self._top
        self._stood = ref(top) if top is not None else lambda: None
        self._travel([top, self._app] * 2 if top is not None else [self._app], _STANDING_SECONDS)

    def _travel(self, way: Sequence[MessagePump], patience: float) -> None:
        """Go the way that a key goes which nobody takes; each queue lets it pass after what came before."""
        self._travels += 1
        travel = self._travels
        self._patience = asyncio.get_running_loop().call_later(patience, self._arrived, travel)
        steps = iter(way)

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
        if self._stood() is not self._top:
            self._stand()
        else:
            self._app.call_later(self._take_held)


def _name(event: events.Event) -> str:
    return event.key if isinstance(event, events.Key) else ""
