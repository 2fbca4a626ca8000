"""The ticket window: everything about one ticket, in six tabs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from screens.ticket.ticket_screen import TicketScreen

__all__ = ["TicketScreen"]


def __getattr__(name: str) -> Any:
    # The declarations of the actions are read at the start, long before a ticket is opened.
    if name == "TicketScreen":
        from screens.ticket.ticket_screen import TicketScreen

        return TicketScreen
    raise AttributeError(name)
