"""What there is to choose from in the form, and what follows from what was chosen."""

from __future__ import annotations

from typing import NamedTuple

from screens.new_ticket.values import FormValues, new_ticket, shown_external
from services import catalogue, recipients, routing
from services.errors import DeskError
from services.records import Choice
from services.session import Session
from services.ticket_creation import outside_recipients


class Person(NamedTuple):
    """A contact with what the form fills in when the ticket is on that person's behalf."""

    id: int
    name: str
    email: str
    account_id: int
    account: str


class Options(NamedTuple):
    """All lists of the form; those that only employees use are empty for clients."""

    categories: list[Choice]
    types: list[Choice]
    products: list[Choice]
    hidden_categories: frozenset[int]
    accounts: list[Choice]
    contacts: list[Person]
    managers: list[Choice]
    employees: list[Choice]


class Consequences(NamedTuple):
    """Who would get the ticket, and who its mail, if nobody chooses anything else."""

    manager: str
    external: str


def load(session: Session) -> Options:
    """Read what there is to choose from."""
    lists = (
        catalogue.category_choices(client=session.is_client),
        catalogue.type_choices(),
        catalogue.product_choices(),
        catalogue.names().hidden_categories,
    )
    if session.is_client:
        return Options(*lists, [], [], [], [])
    from services.accounts import ACCOUNTS, CONTACTS

    return Options(
        *lists,
        [Choice(row.id, row.name, row.domain) for row in ACCOUNTS.all(session, active=True)],
        [
            Person(row.id, row.name, row.email, row.account_id, row.account)
            for row in CONTACTS.all(session, active=True)
        ],
        catalogue.manager_choices(),
        recipients.employee_choices(session),
    )


def consequences(session: Session, values: FormValues) -> Consequences:
    """Work out what the desk's rules would do with the ticket; a half-typed address counts as none."""
    names = catalogue.names()
    manager = names.managers[routing.manager_for(None, values.category)].name if values.category else ""
    account = values.account if values.account is not None else session.account_id
    contact = values.contact if values.contact is not None else session.contact_id
    plain = values._replace(external=None, due="", account=account, contact=contact)
    try:
        new = new_ticket(plain)
    except DeskError:
        new = new_ticket(plain._replace(requester_email=""))
    return Consequences(manager, shown_external(outside_recipients(new)))
