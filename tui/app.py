"""The App that holds the screens together: who is logged in, which theme, which keys, and the way out."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext, suppress
from typing import TYPE_CHECKING, Any, ClassVar, cast

from textual import events
from textual._compositor import CompositorUpdate
from textual.binding import Binding, BindingType
from textual.filter import LineFilter, NoColor
from textual.geometry import Size
from textual.notifications import Notify

from screens.actions import find, shown_key
from screens.live import Live
from services import clock
from services.errors import DeskError
from services.session import Session
from tui import terminal, theme
from tui.drawn import Drawn
from tui.keeping import Keeping
from tui.outside import Outside
from tui.settling import settle
from tui.stacking import Stacking
from tui.tidying import Tidying
from tui.type_ahead import TypeAhead
from tui.viewer import Viewing
from tui.ways import Ways
from widgets.safe import SafeLineFilter, make_room, notify

if TYPE_CHECKING:
    from textual.app import SystemCommand
    from textual.await_complete import AwaitComplete
    from textual.driver import Driver
    from textual.screen import Screen

    from screens.desk_screen import DeskScreen
    from screens.draft_keeper import DraftKeeper
    from screens.runner import Runner
    from screens.tour import Tour
    from tui.config import Settings

THEME_CHOICE = "theme"
"""The name under which a user's theme is remembered."""


class DeskApp(Outside, Viewing, Ways, Stacking, inherit_bindings=False):
    """The desk in a terminal; `first_screen` makes what is shown first, so that all of it is one paint.

    `remapped` holds the keys of the actions that the configuration changes.
    """

    TITLE = "Deskwire"
    CSS_PATH = "desk.tcss"
    ENABLE_COMMAND_PALETTE = False
    NOTIFICATION_TIMEOUT = 5
    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+c", "say_how_to_quit", show=False, system=True)]

    def __init__(
        self,
        settings: Settings,
        runner: Runner,
        first_screen: Callable[[], Screen[Any]],
        *,
        session: Session | None = None,
        theme_name: str = "dark",
        remapped: dict[str, tuple[str, ...]] | None = None,
        driver_class: type[Driver] | None = None,
    ) -> None:
        self.settings = settings
        self.runner = runner
        self.crash: Exception | None = None
        self._session = session
        self._first_screen = first_screen
        self._remapped = remapped or {}
        self._cut: Callable[[int], object] | None = None
        self._first_paint_done = False
        self._told_size: Size | None = None
        self._safe = SafeLineFilter()
        self._drawn = Drawn()
        self.type_ahead = TypeAhead(self, self._take_key)
        self.hold_keys = self.type_ahead.hold
        self._tidying = Tidying(self.set_timer)
        self._no_colour = NoColor()
        self.keeping = Keeping(self, self.in_loop)
        self.live = Live(self, runner, self.in_loop)
        self.begin_trail(session)
        self.tour = self._tour() if settings.tour else None
        super().__init__(driver_class=driver_class)
        self.animation_level = "none"
        for each in theme.THEMES:
            self.register_theme(each)
        self.theme = theme_name
        self.set_keymap({action_id: ",".join(keys) for action_id, keys in self._remapped.items()})

    def get_default_screen(self) -> Screen[Any]:
        """Return the first screen, instead of an empty one that would be painted before it."""
        screen = self._first_screen()
        # Textual reads the stylesheets of screens that are pushed, not that of the first one.
        self._load_screen_css(screen)
        # Replacing a screen takes its callback from a list, which Textual leaves empty for the first one.
        screen._push_result_callback(self, None)
        return screen

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Return what every drawn line goes through; what a terminal would obey is deleted last."""
        filters = [each for each in self._filters if each.enabled]
        if self.theme == "mono" and not any(isinstance(each, NoColor) for each in filters):
            filters.append(self._no_colour)
        return [*filters, self._safe]

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """Return nothing: the action registry has its own palette."""
        return ()

    # What screens may use

    @property
    def session(self) -> Session:
        """Who acts; there is nobody before the login."""
        assert self._session is not None, "Nobody has logged in."
        return self._session

    @property
    def logged_in(self) -> bool:
        """Whether somebody has logged in."""
        return self._session is not None

    @property
    def theme_name(self) -> str:
        """The theme that is shown now."""
        return self.theme

    @property
    def drafts(self) -> DraftKeeper:
        """What was typed and not saved by who has logged in."""
        return self.keeping.keeper

    def close_drafts(self) -> None:
        """Wait until what was typed is on the disk."""
        self.keeping.close()

    def shown_keys(self, action_id: str) -> tuple[str, ...]:
        """Return the keys of an action after remapping, as people read them."""
        keys = self._remapped.get(action_id)
        if keys is None:
            action = find(action_id)
            keys = action.keys if action else ()
        return tuple(shown_key(key) for key in keys)

    def setting(self, name: str, default: int) -> int:
        """Return a number from the section [desk] of the configuration."""
        return self.settings.desk.get(name, default)

    def theme_refusal(self, name: str) -> str | None:
        """Return why a theme cannot be shown on this terminal, or None when it can."""
        if theme.fitting(name, os.environ) == name:
            return None
        if "NO_COLOR" in os.environ:
            return "The variable NO_COLOR asks for no colours; unset it to choose."
        return "This terminal shows sixteen colours at most."

    def set_theme_name(self, name: str) -> None:
        """Switch the theme and remember it for the user."""
        self.theme = theme.fitting(name, os.environ)
        if self._session is not None:
            from services import preferences

            self.runner.submit(preferences.put, self._session, THEME_CHOICE, name, lane="slow")

    def pop_screen(self) -> AwaitComplete:
        """Close a screen, and clear away what it leaves when nobody types."""
        self._tidying.closed()
        return super().pop_screen()

    def switch_screen(self, screen: Screen[Any] | str) -> AwaitComplete:
        """Put a screen in the place of another, and clear away what that leaves when nobody types."""
        self._tidying.closed()
        return super().switch_screen(screen)

    def start_session(self, session: Session) -> None:
        """Read what the main window shows first, then replace everything by it."""
        from tui import start

        def then(look: start.FirstLook) -> None:
            self._session = session
            self.begin_trail(session)
            self.theme = theme.fitting(look.theme or self.settings.theme, os.environ)
            self._replace_all(start.main_screen(look))
            self.keeping.begin()
            self.live.begin()
            self._begin_tour()

        self.runner.begun_at = clock.now()
        future, _ = self.runner.submit(start.first_look, session)
        future.add_done_callback(lambda done: self.in_loop(self._show_result, done, then))

    def log_out(self) -> None:
        """End the session and show the login, asking first when something typed would be lost."""
        from screens.login import LoginScreen

        def go() -> None:
            self.recent.flush()
            self.close_drafts()
            self._session = None
            self._replace_all(LoginScreen())

        self.keeping.unless_unsaved("Log out", go)

    def leave(self) -> None:
        """End the program, asking first when something typed would be lost."""
        self.keeping.unless_unsaved("Quit", lambda: self.exit(return_code=0))

    def action_say_how_to_quit(self) -> None:
        """Say what Ctrl+C does not do here."""
        notify(self, f"{self.shown_keys('desk.quit')[0]} leaves Deskwire.")

    # The line is cut, or the program fails

    def when_cut(self, cut: Callable[[int], object]) -> None:
        """Set what happens when input or output is gone: it is called in the main thread."""
        self._cut = cut

    def line_cut(self) -> None:
        """Leave because the terminal is gone; called from the driver's threads."""
        if self._cut is not None:
            self.in_loop(self._cut, terminal.HUNG_UP)

    def leave_cut(self, status: int) -> None:
        """End the program with a status, from a signal handler or the event loop."""
        self._return_code = status
        self.in_loop(self._exit_with, status)

    def _exit_with(self, status: int) -> None:
        self.keeping.keep_all()
        self.exit(return_code=status)

    def _fatal_error(self) -> None:
        """Keep the fault for a report without locals; Textual would print them with everybody's data."""
        self.crash = self._exception
        with suppress(Exception):
            self.keeping.keep_all()
        self._close_messages_no_wait()

    def panic(self, *renderables: Any) -> None:
        """Leave without printing: the fault is reported when the terminal is restored."""
        self.crash = self.crash or self._exception or RuntimeError("The screens ended unexpectedly.")
        self._return_code = 1
        self._close_messages_no_wait()

    # A terminal that is too small

    @property
    def size(self) -> Size:
        """The size that screens are laid out for, which is never below the smallest that they can use."""
        width, height = super().size
        return Size(max(width, terminal.SMALLEST[0]), max(height, terminal.SMALLEST[1]))

    def _check_resize(self) -> None:
        event = self._resize_event
        if event is not None and self._size is not None and terminal.too_small(*self._size):
            self._resize_event = events.Resize(self.size, self.size)
        was_small = self._told_size is not None
        self._drawn.forget()
        super()._check_resize()
        self._say_too_small()
        if was_small and self._told_size is None:
            self.screen.refresh()

    def _display(self, screen: Screen[Any], renderable: Any) -> None:
        if self._size is not None and terminal.too_small(*self._size):
            self._say_too_small()
            return
        if isinstance(renderable, CompositorUpdate) and not self._batch_count and not self.is_headless:
            renderable = self._drawn.lean(renderable, self.console)
        super()._display(screen, renderable)

    def forget_drawn(self) -> None:
        """Draw everything next time, because the terminal no longer shows what was written to it."""
        self._drawn.forget()

    def _say_too_small(self) -> None:
        """Write the sentence straight to the terminal, once for each size."""
        size = self._size
        if size is None or not terminal.too_small(*size):
            self._told_size = None
        elif size != self._told_size and self._running and self._driver is not None:
            from textwrap import wrap

            self._told_size = size
            self._drawn.forget()
            lines = wrap(terminal.too_small_sentence(*size), max(size.width - 1, 1))[: size.height]
            self._driver.write("\x1b[0m\x1b[2J\x1b[H" + "\r\n".join(lines))

    def on_notify(self, event: Notify) -> None:
        """Make room for what is said next."""
        make_room(self, event.notification)

    async def on_event(self, event: events.Event) -> None:
        """Let keys wait for each other, and drop those on what cannot be seen: a terminal that is too small."""
        if self._told_size is not None and isinstance(event, (events.InputEvent, events.Paste)):
            if isinstance(event, events.Key) and event.key in ("ctrl+q", "q", "escape"):
                self.leave()
            return
        if isinstance(event, (events.Key, events.Paste)) and not event.is_forwarded:
            self._tidying.key()
            self.live.key()
            await self.type_ahead.key(event)
        elif isinstance(event, (events.MouseDown, events.Resize)):
            await self._take_key(event)
        else:
            await super().on_event(event)

    async def _take_key(self, event: events.Event) -> None:
        """Give a key to the labels over the screen, if there are any, and otherwise to what has the focus."""
        labels = getattr(self.screen, "jump_labels", None) if self._screen_stack else None
        if labels is None or not labels.takes(event):
            await super().on_event(event)

    # The first frame

    def post_display_hook(self) -> None:
        """After the first frame, do what had to wait for it."""
        if not self._first_paint_done and not self._batch_count and self._running:
            self._first_paint_done = True
            settle(self.set_timer)
            self.keeping.begin()
            if self.logged_in:
                self.live.begin()
                self._begin_tour()

    # Helpers

    def _tour(self) -> Tour:
        from screens.tour import Tour

        return Tour(self.shown_keys)

    def _begin_tour(self) -> None:
        if self.tour is not None:
            self.call_later(self.tour.begin, cast("DeskScreen[Any]", self.screen))

    def _replace_all(self, screen: Screen[Any]) -> None:
        while len(self.screen_stack) > 1:
            self.pop_screen()
        self.switch_screen(screen)

    def _show_result(self, done: Any, then: Callable[[Any], object]) -> None:
        try:
            result = done.result()
        except DeskError as fault:
            notify(self, fault.sentence, severity="error")
        else:
            then(result)

    def in_loop(self, work: Callable[..., object], *arguments: object) -> None:
        """Call something in the App's own queue, from any thread."""
        loop = self._loop
        if loop is not None and not loop.is_closed():
            loop.call_soon_threadsafe(self.call_later, work, *arguments)


def run_desk(settings: Settings, beside: Callable[[DeskApp], AbstractContextManager[object]] = nullcontext) -> int:
    """Show the desk at the settings' address, and do `beside` meanwhile, until the person leaves; return the status."""
    from tui import keymap, start

    terminal.require(os.environ)
    gc.disable()
    try:
        opened = start.open_for(settings, keymap.read(settings.keys))
        try:
            app = opened.app(DeskApp)
            with beside(app):
                return _show(app)
        finally:
            opened.runner.close()
    finally:
        gc.enable()


def _show(app: DeskApp) -> int:
    with terminal.LineCut(app.leave_cut) as line:
        app.when_cut(line.cut)
        try:
            app.run(mouse=app.settings.mouse)
        finally:
            app.close_drafts()
        status = line.status or app.return_code or 0
    if app.crash is not None and not line.status:
        raise app.crash
    return status


__all__ = ["DeskApp", "run_desk"]
