"""The Email Connector as people look after it: mailboxes, the outbox, mail that is on no ticket, settings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from screens.connector.screen import ConnectorScreen

__all__ = ["ConnectorScreen"]


def __getattr__(name: str) -> Any:
    # The declarations of the actions are read at the start, long before the screen is opened.
    if name == "ConnectorScreen":
        from screens.connector.screen import ConnectorScreen

        return ConnectorScreen
    raise AttributeError(name)
