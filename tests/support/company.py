"""A small company on a new desk, built through the services: the people and customers that stories are about."""

from __future__ import annotations

from typing import Any

from services import catalogue, journal, ticket_creation, tickets
from services.accounts import ACCOUNTS, ASSETS, CONTACTS, CONTRACTS
from services.auth import session_for
from services.catalogue_admin import CATEGORIES, PRODUCTS
from services.people import TEAMS, create_employee, set_member
from services.records import TicketDetail
from services.session import Session
from services.users import create_user, set_privilege, user_of
from tests.support.desks import Desk

NOON = 1_795_608_000_000_000
"""25 November 2026, 12:00 UTC, a Wednesday: the moment at which the stories' clocks stand."""


class Company:
    """Ann and Ben are technicians (Ann also in the team Field), Tia may see own tickets only, Dora dispatches.

    Cleo is a client of Müller & Söhne, Gus one of Globex. Network goes to Ben; clients never see Secret.
    """

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.admin = desk.administrator
        with journal.operation(self.admin, "found-company") as op:
            self.employees = {name: self._employ(op, name, role) for name, role in _STAFF}
            self.field = TEAMS.create(op, {"name": "Field", "email": "field@desk.example"}).id
            self.categories = {
                "Network": CATEGORIES.create(op, {"name": "Network", "manager_email": "ben@desk.example"}).id,
                "Secret": CATEGORIES.create(op, {"name": "Secret", "client_visible": 0}).id,
            }
            self.products = {"Hosting": PRODUCTS.create(op, {"name": "Hosting"}).id}
            self.accounts: dict[str, int] = {}
            self.contacts: dict[str, int] = {}
            self.assets: dict[str, int] = {}
            self.contracts: dict[str, int] = {}
            self._customer(op, "Müller & Söhne", "Cleo", "Otto")
            self._customer(op, "Globex", "Gus")
        set_member(self.admin, self.field, self.employees["Ann"], True)
        catalogue.forget()
        set_privilege(self.admin, user_of(employee_id=self.employees["Tia"]) or 0, "view_others", False)
        catalogue.forget()
        names = catalogue.names()
        self.categories["General"] = next(key for key, name in names.categories.items() if name == "General")
        self.managers = {manager.name: manager.id for manager in names.managers.values()}

    def _employ(self, op: journal.Recorder, name: str, role: str) -> int:
        values = {"name": name, "username": name.lower(), "email1": f"{name.lower()}@desk.example", "role": role}
        return create_employee(op, values, None).id

    def _customer(self, op: journal.Recorder, name: str, *contacts: str) -> None:
        account = self.accounts[name] = ACCOUNTS.create(op, {"name": name, "manager": "dora"}).id
        for person in contacts:
            address = f"{person.lower()}@{contacts[0].lower()}.example"
            key = CONTACTS.create(op, {"name": person, "email": address, "account": account}).id
            self.contacts[person] = key
            create_user(op, {"username": person.lower(), "role": "client"}, None, contact=key)
        self.assets[name] = ASSETS.create(op, {"name": "Router", "account": account}).id
        self.contracts[name] = CONTRACTS.create(op, {"name": "Managed", "account": account}).id
        ACCOUNTS.apply(op, account, {"main_contact": self.contacts[contacts[0]]})

    def session(self, name: str, channel: str = "manual") -> Session:
        """Log somebody in."""
        if name in self.contacts:
            return session_for(user_of(contact_id=self.contacts[name]) or 0, channel)
        return session_for(user_of(employee_id=self.employees[name]) or 0, channel)

    def status(self, role: str) -> int:
        """Return the code of the status with a role."""
        return catalogue.names().status_by_role(role).code

    def extension(self, code: str) -> int:
        """Return the key of a status extension."""
        return next(key for key, name in catalogue.names().extensions.items() if name == code)

    def open_ticket(self, by: str = "Ann", subject: str = "Printer offline", **values: Any) -> TicketDetail:
        """Open a ticket as somebody; employees open it for Cleo unless told otherwise."""
        if by in self.employees:
            values.setdefault("contact_id", self.contacts["Cleo"])
        values.setdefault("category_id", self.categories["General"])
        session = self.session(by, values.pop("channel", "web" if by in self.contacts else "manual"))
        return ticket_creation.create(session, ticket_creation.NewTicket(subject, **values))

    def read(self, ticket: TicketDetail) -> TicketDetail:
        """Return a ticket as it is now."""
        return tickets.get(self.admin, ticket.id)


_STAFF = (("Ann", "technician"), ("Ben", "technician"), ("Tia", "technician"), ("Dora", "dispatcher"))
