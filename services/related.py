"""The tickets that belong together: of one account, one contact or one category."""

from __future__ import annotations

from typing import NamedTuple

from services import catalogue, tickets
from services.lists import View
from services.records import Choice
from services.session import Session
from services.sql import fetch

KINDS = {"account": "Account", "contact": "Contact", "category": "Category"}


class Related(NamedTuple):
    """A view of tickets that have something in common, and what it is called."""

    view: View
    title: str


def of_ticket(session: Session, ticket_id: int) -> list[Related]:
    """Return the views that a ticket leads to: its account's, its contact's and its category's tickets."""
    ticket = tickets.get(session, ticket_id)
    links = {
        "account": (ticket.account_id, ticket.account),
        "contact": (ticket.contact_id, ticket.contact),
        "category": (ticket.category_id, ticket.category),
    }
    return [Related(View(kind, key), title(kind, name)) for kind, (key, name) in links.items() if key is not None]


def title(kind: str, name: str) -> str:
    """Return what a view is called."""
    return f"{KINDS[kind]} {name}"


def choices(session: Session, kind: str) -> list[Choice]:
    """Return the accounts, contacts or categories whose tickets somebody can look through; clients have their own."""
    if kind == "category":
        return catalogue.category_choices(client=session.is_client)
    own = f" AND a.id = {int(session.account_id or 0)}" if session.is_client else ""
    if kind == "account":
        rows = fetch(f"SELECT a.id, a.name, a.domain FROM account a WHERE a.active = 1{own} ORDER BY a.name, a.id")
    else:
        rows = fetch(
            "SELECT c.id, c.name, a.name FROM contact c JOIN account a ON a.id = c.account_id"
            f" WHERE c.active = 1{own} ORDER BY c.name, c.id"
        )
    return [Choice(*row) for row in rows]
