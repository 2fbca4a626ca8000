"""What happens before the first frame: opening the desk, recognising the person, reading the first rows."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from services.errors import DeskError, LoginFailed, NoDesk
from services.session import Session
from tui import theme

if TYPE_CHECKING:
    from textual.screen import Screen

    from screens.runner import Runner
    from tui.config import Settings

Made = TypeVar("Made")


class FirstLook(NamedTuple):
    """What the main window shows first, and the theme that the person chose earlier."""

    prefetched: Any
    theme: str = ""


class Opened(NamedTuple):
    """A desk that is ready to be shown: to whom, with which first screen."""

    settings: Settings
    runner: Runner
    remapped: dict[str, tuple[str, ...]]
    session: Session | None
    first_screen: Callable[[], Screen[Any]]
    theme: str

    def app(self, make: Callable[..., Made]) -> Made:
        """Return the App that `make` builds for this desk."""
        from tui.driver import DeskDriver

        class Driver(DeskDriver):
            hover = not theme.over_ssh(os.environ)

        return make(
            self.settings,
            self.runner,
            self.first_screen,
            session=self.session,
            theme_name=theme.fitting(self.theme, os.environ),
            remapped=self.remapped,
            driver_class=Driver,
        )


class _Ready(NamedTuple):
    """What the database thread finds out; `no_desk` says that one has to be made first."""

    session: Session | None = None
    look: FirstLook | None = None
    no_desk: str = ""
    refused: str = ""


def open_for(settings: Settings, remapped: dict[str, tuple[str, ...]]) -> Opened:
    """Open the desk and choose its first screen; the database thread works while this one imports the screens.

    Raises what `services.desk.open_desk` raises, except that a desk that is not there yet is offered to be made.
    """
    from screens.runner import Runner

    runner = Runner()
    try:
        reading, _ = runner.submit(_read, settings)
        import textual.app  # noqa: F401  in parallel with waiting for the database

        ready = reading.result()
    except BaseException:
        runner.close()
        raise
    chosen = (ready.look.theme if ready.look else "") or settings.theme
    return Opened(settings, runner, remapped, ready.session, _first_screen(settings, ready), chosen)


def first_look(session: Session) -> FirstLook:
    """Read what the main window shows first and the person's theme. Runs in the database thread."""
    from screens.main import prefetch
    from services import preferences

    chosen = preferences.get(session, "theme", "")
    return FirstLook(prefetch.load(session), chosen if chosen in theme.NAMES else "")


def main_screen(look: FirstLook) -> Screen[Any]:
    """Return the main window with what was read for it."""
    from screens.main import MainScreen

    return MainScreen(prefetched=look.prefetched)


def _read(settings: Settings) -> _Ready:
    from services import auth
    from services.desk import open_desk
    from services.first_start import first_start_needed
    from tui.cli import ask_password

    try:
        open_desk(settings.url, ask=ask_password)
        if first_start_needed():
            return _Ready(no_desk="There is no desk in this database yet.")
    except NoDesk as fault:
        return _Ready(no_desk=fault.sentence)
    account = auth.os_account()
    try:
        session = _recognised(settings, account)
    except (LoginFailed, DeskError) as fault:
        return _Ready(refused=fault.sentence)
    return _Ready(session, first_look(session)) if session else _Ready()


def _recognised(settings: Settings, account: str) -> Session | None:
    """Return the session of who may come in without a password: the account's own employee, or an operator's choice."""
    from services import auth

    if settings.acting_as is None:
        return auth.login_by_os_account(account)
    if auth.may_act_as(account, settings.acting_as):
        return auth.act_as(settings.acting_as, channel="manual", os_account=account)
    return None


def _first_screen(settings: Settings, ready: _Ready) -> Callable[[], Screen[Any]]:
    if ready.no_desk:
        from screens.first_start import FirstStartScreen

        return lambda: FirstStartScreen(settings.url)
    if ready.look is not None:
        look = ready.look
        return lambda: main_screen(look)
    from screens.login import LoginScreen

    return lambda: LoginScreen(username=settings.acting_as or "", told=ready.refused)
