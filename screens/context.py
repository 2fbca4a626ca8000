"""What every screen needs from the program: who acts, the database threads and the settings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from services.session import Session

if TYPE_CHECKING:
    from screens.runner import Runner


class DeskContext(Protocol):
    """The part of the App that screens may use; `session` is set once somebody has logged in."""

    session: Session
    runner: Runner

    def shown_keys(self, action_id: str) -> tuple[str, ...]:
        """Return the keys of an action after remapping, as people read them."""

    def set_theme_name(self, name: str) -> None:
        """Switch the theme and remember it for the user."""

    def log_out(self) -> None:
        """End the session and show the login."""
