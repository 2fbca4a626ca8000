"""Keys for headless Textual apps at the speed of the app: a key costs a millisecond or two, not sixty.

Textual's own pilot waits until the whole process is idle, which takes long and never happens while a
thread works. Here a key goes through the driver, and then a barrier runs through every queue on its way.
"""

from __future__ import annotations

import asyncio
import unicodedata
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import Any

from textual import events
from textual.app import App
from textual.keys import _character_to_key
from textual.message_pump import MessagePump
from textual.widget import Widget

ROUNDS = 2
"""A handler may post one more message; the second round waits for that one too."""


class FastPilot:
    """Presses keys in a running app and returns as soon as their effects are on its screen."""

    def __init__(self, app: App[Any]) -> None:
        self.app = app

    async def press(self, *keys: str) -> None:
        """Press keys one after the other, each when the one before has had its effect."""
        for key in keys:
            self._send(events.Key(*_name_and_character(key)))
            await self.settle()

    async def type(self, text: str) -> None:
        """Type text letter by letter; a newline is the Enter key."""
        for character in text:
            await self.press("enter" if character == "\n" else character)

    async def paste(self, text: str) -> None:
        """Paste text at once."""
        self._send(events.Paste(text))
        await self.settle()

    async def settle(self) -> None:
        """Wait until the app, the screen, the focused widget and the database threads have done their work.

        What a thread's answer asks of a thread again is waited for too; what a timer delays is not.
        """
        await self._queues()
        await self._keys_arrive()
        for _ in range(ROUNDS):
            if await self._threads():
                await self._queues()
                await self._keys_arrive()
        if self.app.is_running:
            # Textual's pilot does the same: what has been marked dirty is laid out and repainted now.
            self.app.screen._on_timer_update()

    async def until(self, holds: Callable[[], object], timeout: float = 10) -> None:
        """Settle until the predicate holds, for work that threads do; AssertionError when it never does."""
        # Not asyncio.timeout: Python 3.11's wait_for swallows a cancellation that comes together with its result.
        deadline = asyncio.get_running_loop().time() + timeout
        while not holds():
            if asyncio.get_running_loop().time() > deadline:
                raise AssertionError(f"Waited {timeout} s in vain. The screen shows:\n{self.text()}")
            await self.settle()
            await asyncio.sleep(0.002)
        await self.settle()

    async def until_shows(self, text: str, timeout: float = 10) -> None:
        """Wait until the text is on the screen."""
        await self.until(lambda: text in self.text(), timeout)

    def lines(self) -> list[str]:
        """Return the screen's rows as text, without the spaces at their ends."""
        return screen_lines(self.app)

    def text(self) -> str:
        """Return the screen as text, one line a row."""
        return "\n".join(self.lines())

    def _send(self, event: events.Event) -> None:
        driver = self.app._driver
        assert driver is not None, "The app is not running."
        event.set_sender(self.app)
        driver.send_message(event)

    async def _queues(self) -> None:
        for _ in range(ROUNDS):
            if not self.app.is_running:
                return
            for pump in self._path():
                await _barrier(pump, self.app)

    async def _keys_arrive(self) -> None:
        """Wait until the last key has passed every queue on its way, and a screen that it opened stands."""
        type_ahead = getattr(self.app, "type_ahead", None)
        while type_ahead is not None and type_ahead.busy and self.app.is_running:
            await asyncio.sleep(0)

    async def _threads(self) -> bool:
        """Wait until the desk's database threads are done; False when there are none."""
        runner = getattr(self.app, "runner", None)
        if runner is None or not self.app.is_running:
            return False
        # What may take minutes is waited for with `until`, so that a test can press keys meanwhile.
        held = {**vars(runner), **getattr(runner, "_lanes", {})}
        pools = [pool for name, pool in held.items() if name != "long" and isinstance(pool, ThreadPoolExecutor)]
        for pool in pools:
            # A pool has one thread, so whatever was asked before is done when this is.
            await asyncio.wrap_future(pool.submit(int))
        return bool(pools)

    def _path(self) -> list[MessagePump]:
        """Return the queues in the order of a key's way through them: down to the focus, up to the app."""
        screen = self.app.screen
        focused: Widget | None = screen.focused
        upwards: list[MessagePump] = [] if focused is None else list(focused.ancestors_with_self)
        return [self.app, *(upwards or [screen, self.app])]


@asynccontextmanager
async def running(app: App[Any], size: tuple[int, int] = (80, 24)) -> AsyncIterator[FastPilot]:
    """Run an app headless while the block runs, then stop it; the app's own errors come out here."""
    async with app.run_test(size=size):
        pilot = FastPilot(app)
        await pilot.settle()
        yield pilot


def screen_lines(app: App[Any]) -> list[str]:
    """Return the visible rows as plain text, read from the compositor's strips."""
    strips = app.screen._compositor.render_strips()
    return ["".join(segment.text for segment in strip).rstrip() for strip in strips]


async def _barrier(pump: MessagePump, app: App[Any]) -> None:
    """Wait until the queue has handled what is in it now; a queue that closes, or an app that failed, ends the wait."""
    reached = asyncio.Event()
    if not pump.is_running or not pump.call_later(reached.set):
        return
    while not reached.is_set() and not pump._closed and app.is_running:
        try:
            await asyncio.wait_for(reached.wait(), 0.1)
        except TimeoutError:
            continue


def _name_and_character(key: str) -> tuple[str, str | None]:
    """Return what the driver would report for a key: its name and, when it prints, its character."""
    if len(key) == 1:
        return (key if key.isalnum() else _character_to_key(key)), key
    if key == "space":
        return key, " "
    try:
        return key, unicodedata.lookup(key.replace("_", " ").upper())
    except KeyError:
        return key, {"enter": "\r", "tab": "\t"}.get(key)
