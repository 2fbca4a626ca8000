"""The form for a new ticket."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from screens.new_ticket.new_ticket_screen import NewTicketScreen

__all__ = ["NewTicketScreen"]


def __getattr__(name: str) -> Any:
    # The declarations of the actions are read at the start, long before the form is opened.
    if name == "NewTicketScreen":
        from screens.new_ticket.new_ticket_screen import NewTicketScreen

        return NewTicketScreen
    raise AttributeError(name)
