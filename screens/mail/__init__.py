"""Writing mail from a ticket: the composer, the last look before it is sent, and what is shown of a mail."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from screens.mail.compose_screen import ComposeScreen

__all__ = ["ComposeScreen"]


def __getattr__(name: str) -> Any:
    # The declarations of the actions are read at the start, long before anybody writes a mail.
    if name == "ComposeScreen":
        from screens.mail.compose_screen import ComposeScreen

        return ComposeScreen
    raise AttributeError(name)
