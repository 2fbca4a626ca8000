"""The desk as others change it, brought to the screens; and what is said when the database goes away and comes back."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from screens.fresh import Fresh
from services.errors import DeskError, TryAgain
from services.freshness import Change
from services.watching import Back, Beside, Lost, Moved, News, Watch

if TYPE_CHECKING:
    from textual.app import App

    from screens.runner import Runner

BACK = "Connected again."

_START_SECONDS = 0.4
_READ_SECONDS = 4.0
"""How long a sentence stays at least; the next key after that takes it away."""


class Live:
    """Watches the desk for one program, from `begin` on, and tells its screens.

    `in_loop` calls something in the App's own queue from any thread.
    """

    def __init__(self, app: App[Any], runner: Runner, in_loop: Callable[..., None]) -> None:
        self._app = app
        self._runner = runner
        self._in_loop = in_loop
        self._watch: Watch | None = None
        self._away = False
        self._asked = False
        self.notice = ""
        """What the first line of every screen says about the connection."""
        self._said_at = 0.0
        self._said = False
        self._beside: Beside | None = None
        self._moved: Callable[[], object] | None = None

    @property
    def shown_until(self) -> int | None:
        """The newest operation whose changes the screens show; None as long as nobody watches."""
        return self._watch.told_until if self._watch is not None else None

    def begin(self) -> None:
        """Start to watch in a moment, if nobody does yet: the first frame does not wait for it."""
        if self._watch is None and not self._asked:
            self._asked = True
            self._app.set_timer(_START_SECONDS, self._start)

    def follow(self, beside: Beside, moved: Callable[[], object]) -> None:
        """Call `moved` from now on when what `beside` reads changes, which no operation tells of; one at a time."""
        self._beside, self._moved = beside, moved
        if self._watch is not None:
            self._watch.follow(beside)

    def unfollow(self) -> None:
        """End that."""
        self._beside = self._moved = None
        if self._watch is not None:
            self._watch.follow(None)

    def _start(self) -> None:
        self._watch = Watch(lambda news: self._in_loop(self._take, news), self._runner.own, self._runner.begun_at)
        self._watch.follow(self._beside)
        self._runner.before_closing(self._watch.stop)
        self._watch.start()

    def _take(self, news: News) -> None:
        if isinstance(news, Change):
            if news.names_changed:
                from services import catalogue

                catalogue.forget()
            for screen in self._screens():
                screen.take_change(news)
        elif isinstance(news, Moved):
            if self._moved is not None:
                self._moved()
        elif isinstance(news, Lost):
            self._away = True
            # What the person could do about it is said where something is refused; here there is one line.
            self._say_to_all(f"{news.sentence.partition(':')[0].rstrip('.')}; trying again.")
        else:
            assert isinstance(news, Back)
            self._away = False
            self._say_to_all(BACK)

    def failed(self, fault: DeskError) -> bool:
        """Take note that something could not be read, and tell whether the first line says why, or will in a moment."""
        if self._watch is None or not isinstance(fault, TryAgain):
            return False
        self._watch.wake()
        return True

    def say(self, screen: Fresh[Any], sentence: str) -> None:
        """Say something on one screen, until somebody has had the time to read it and presses a key."""
        if not self._away:
            screen.say_quietly(sentence)
            self._count_reading()

    def key(self) -> None:
        """Somebody pressed a key: look whether the database is back, or take away what was read by now."""
        if self._away:
            if self._watch is not None:
                self._watch.wake()
        elif self._said and self._loop_time() - self._said_at > _READ_SECONDS:
            self._said = False
            self.notice = ""
            for screen in self._screens():
                screen.say_quietly("")

    def _say_to_all(self, sentence: str) -> None:
        self.notice = sentence
        self._count_reading()
        for screen in self._screens():
            screen.say_quietly(sentence)

    def _count_reading(self) -> None:
        self._said = True
        self._said_at = self._loop_time()

    def _loop_time(self) -> float:
        loop = self._app._loop
        assert loop is not None
        return loop.time()

    def _screens(self) -> list[Fresh[Any]]:
        return [screen for screen in self._app.screen_stack if isinstance(screen, Fresh)]
