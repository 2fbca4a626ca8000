"""What every screen needs from the program: who acts, the database threads and the settings."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol

from services.session import Session

if TYPE_CHECKING:
    from textual.screen import Screen

    from screens.draft_keeper import DraftKeeper
    from screens.going.recent import Recent
    from screens.going.trail import Trail
    from screens.going.walk import Walk
    from screens.live import Live
    from screens.runner import Runner
    from screens.tour import Tour
    from services.lists import View


class Hold(Protocol):
    """Keys that wait for what a screen is about to open."""

    def end(self) -> None:
        """Let them go on, to what is on top now."""


class Connector(Protocol):
    """What the Email Connector does at once; everything here belongs into the thread `long` or `slow`."""

    def send(self, session: Session) -> str:
        """Send what is due in the outbox and return why the server could not be used, empty when it could."""

    def fetch(self, session: Session, mailbox_id: int) -> tuple[int, str]:
        """Look into one mailbox once; return how many mails came, and what is wrong, empty when nothing is."""

    def file(self, session: Session) -> None:
        """File mail that waits because a person sent it back."""

    def read(self, raw: bytes) -> tuple[tuple[str, ...], str]:
        """Return the lines of a mail's head that people read, and its text, as far as both can be read."""


class DeskContext(Protocol):
    """The part of the App that screens may use; `session` is set once somebody has logged in.

    `trail` is what was seen in this session, `recent` the tickets that were seen lately,
    `tour` what shows newcomers around the sample desk.
    """

    session: Session
    runner: Runner
    live: Live
    trail: Trail
    recent: Recent
    tour: Tour | None

    @property
    def logged_in(self) -> bool:
        """Whether somebody has logged in; before that there is no `session`."""

    @property
    def theme_name(self) -> str:
        """The theme that is shown now."""

    @property
    def drafts(self) -> DraftKeeper:
        """What was typed and not saved by who has logged in."""

    @property
    def connector(self) -> Connector:
        """The Email Connector, for what a person wants to see at once."""

    def shown_keys(self, action_id: str) -> tuple[str, ...]:
        """Return the keys of an action after remapping, as people read them."""

    def setting(self, name: str, default: int) -> int:
        """Return a number from the section [desk] of the configuration."""

    def theme_refusal(self, name: str) -> str | None:
        """Return why a theme cannot be shown on this terminal, or None when it can."""

    def set_theme_name(self, name: str) -> None:
        """Switch the theme and remember it for the user."""

    def copy_text(self, text: str) -> bool:
        """Put a text on the terminal's clipboard; False where programs cannot reach one, DeskError if too long."""

    def opens_links(self) -> bool:
        """Tell whether there is a program that shows a web page to this person."""

    def open_link(self, url: str) -> None:
        """Show an address that `services.links` has checked in the person's browser."""

    def hold_keys(
        self,
        owner: Screen[Any],
        call_off: Callable[[], object] | None = None,
        passes: Callable[[str], bool] = lambda _: False,
    ) -> Hold:
        """Keep what is typed from now on for what a screen is about to open, for two seconds at most.

        Esc calls it off with `call_off`, or else goes to the screen. Keys that `passes` are not held.
        """

    def forget_drawn(self) -> None:
        """Draw everything next time, because the terminal no longer shows what was written to it."""

    def open_ticket(self, ticket_id: int, walk: Walk | None = None, *, tab: int = 0, instead: bool = False) -> None:
        """Open the window of a ticket on top of the present screen, or `instead` of it.

        `walk` is the list that one goes through; `tab` is shown first.
        """

    def show_related(self, view: View, title: str) -> None:
        """Go back to the main window and show the tickets of an account, a contact or a category."""

    def search(self, text: str = "") -> None:
        """Go back to the main window and let somebody search all tickets there, or search for a text at once."""

    def start_session(self, session: Session) -> None:
        """Show the main window to the person who has logged in."""

    def log_out(self) -> None:
        """End the session and show the login."""

    def leave(self) -> None:
        """End the program."""
