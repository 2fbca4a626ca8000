"""Who may see which ticket: the one predicate that every list, search and window goes through."""

from __future__ import annotations

from services import catalogue
from services.errors import NotFound
from services.records import TicketDetail
from services.session import Session
from services.sql import key_list


def ticket_scope(session: Session, alias: str = "t") -> str:
    """Return the SQL predicate for the tickets that this person may see, or "" for all of them.

    A client sees its own account's tickets in categories visible to clients, but none that is archived. An employee
    sees all, unless the privilege is withdrawn: then those of oneself and one's teams, and those that oneself opened.
    """
    if session.is_client:
        parts = [f"{alias}.account_id = {int(session.account_id or 0)}", f"{alias}.archived = 0"]
        hidden = sorted(catalogue.names().hidden_categories)
        if hidden:
            parts.append(f"({alias}.category_id IS NULL OR {alias}.category_id NOT IN ({key_list(hidden)}))")
        return " AND ".join(parts)
    if session.has("view_others"):
        return ""
    own = f"{alias}.manager_id IN ({key_list(session.manager_ids) or '0'})"
    return f"({own} OR {alias}.created_by_id = {int(session.user_id or 0)})"


def may_see(session: Session, ticket: TicketDetail) -> bool:
    """Tell whether a person may see a ticket: the same predicate for one that was read already."""
    if session.is_client:
        own = ticket.account_id is not None and ticket.account_id == session.account_id
        return own and not ticket.archived and ticket.category_id not in catalogue.names().hidden_categories
    if session.has("view_others") or ticket.mine:
        return True
    return ticket.created_by_id is not None and ticket.created_by_id == session.user_id


def unknown_ticket(number: str) -> NotFound:
    """Return the one answer for a ticket that is not there and for one that this person may not see."""
    return NotFound(f"There is no ticket {number} that you can see; check the number.")
