"""A desk of a handful of people and as many tickets as a test names, written straight into the tables."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest

from models import (
    Account,
    Category,
    Contact,
    Employee,
    Extension,
    History,
    Manager,
    Operation,
    Status,
    Team,
    TeamMember,
    Ticket,
    TicketType,
    User,
    database,
)
from services import catalogue
from services.session import ROLE_PRIVILEGES, Session

NOON = 1_795_608_000_000_000
"""25 November 2026, 12:00 UTC, the moment at which the tests' clocks stand."""

MINUTE = 60_000_000
HOUR = 60 * MINUTE

STATUSES = (
    (10, "New", "open", "new", ""),
    (20, "In House", "open", "in_house", ""),
    (30, "Internal", "open", "internal", ""),
    (40, "Hold", "open", "hold", "lower"),
    (80, "Completed", "closed", "completed", "none"),
    (90, "Canceled", "closed", "cancelled", "none"),
)
NEW, IN_HOUSE, INTERNAL, HOLD, COMPLETED, CANCELED = (status[0] for status in STATUSES)


class SmallDesk:
    """Ada and Bob are technicians (Ada also in Support), Dora dispatches, Cleo is a client of Acme."""

    def __init__(self) -> None:
        for position, (code, label, status_class, role, effect) in enumerate(STATUSES):
            Status.insert(
                code=code,
                label=label,
                status_class=status_class,
                role=role,
                priority_effect=effect,
                position=position,
            ).execute()
        self.extensions = {
            code: Extension.insert(code=code, label=label).execute()
            for code, label in (("WFC", "Waiting for the client"), ("Quote", "Quote wanted"))
        }
        self.types = {name: TicketType.insert(label=name).execute() for name in ("Question", "Fault")}
        self.categories = {
            name: Category.insert(name=name, client_visible=int(name != "Internal")).execute()
            for name in ("Network", "Internal")
        }
        self.acme = Account.insert(name="Acme", domain="acme.example", created_at=NOON).execute()
        self.globex = Account.insert(name="Globex", domain="globex.example", created_at=NOON).execute()
        self.employees: dict[str, int] = {}
        self.managers: dict[str, int] = {}
        self.users: dict[str, int] = {}
        for name in ("Ada", "Bob", "Dora"):
            self._employ(name)
        self._team("Support", "", ("Ada",))
        self._team("New Tickets", "new_tickets", ())
        contact = Contact.insert(account=self.acme, name="Cleo", email="cleo@acme.example", created_at=NOON).execute()
        self.contacts = {"Cleo": contact}
        self.users["Cleo"] = User.insert(username="cleo", role="client", contact=contact, created_at=NOON).execute()
        catalogue.forget()

    def _employ(self, name: str) -> None:
        key = Employee.insert(name=name, email1=f"{name.lower()}@desk.example", created_at=NOON).execute()
        self.employees[name] = key
        self.managers[name] = Manager.insert(employee=key).execute()
        role = "dispatcher" if name == "Dora" else "technician"
        self.users[name] = User.insert(username=name.lower(), role=role, employee=key, created_at=NOON).execute()

    def _team(self, name: str, role: str, members: tuple[str, ...]) -> None:
        key = Team.insert(name=name, role=role, created_at=NOON).execute()
        self.managers[name] = Manager.insert(team=key).execute()
        for member in members:
            TeamMember.insert(team=key, employee=self.employees[member]).execute()

    def session(self, name: str, *, without: tuple[str, ...] = (), plus: tuple[str, ...] = ()) -> Session:
        """Return the session of a person, with privileges withdrawn or given."""
        if name == "Cleo":
            return Session(
                self.users[name],
                "cleo",
                name,
                "cleo@acme.example",
                "client",
                frozenset(),
                contact_id=self.contacts[name],
                account_id=self.acme,
            )
        role = "dispatcher" if name == "Dora" else "technician"
        own = [self.managers[name]] + ([self.managers["Support"]] if name == "Ada" else [])
        return Session(
            self.users[name],
            name.lower(),
            name,
            f"{name.lower()}@desk.example",
            role,
            (ROLE_PRIVILEGES[role] - set(without)) | set(plus),
            employee_id=self.employees[name],
            manager_ids=tuple(own),
        )

    def ticket(self, subject: str, manager: str = "Ada", status: int = IN_HOUSE, **columns: Any) -> int:
        """Add a ticket and return its id; each is created and updated a minute after the one before."""
        count = Ticket.select().count()
        at = NOON - 30 * 24 * HOUR + count * MINUTE
        is_open = int(status < COMPLETED)
        values: dict[str, Any] = {
            "subject": subject,
            "status": status,
            "is_open": is_open,
            "manager": self.managers[manager],
            "account": self.acme,
            "requester_name": "Cleo",
            "channel": "manual",
            "created_at": at,
            "updated_at": at,
            "closed_at": None if is_open else at,
            **columns,
        }
        return int(Ticket.insert(values).execute())

    def tickets(self, count: int, **columns: Any) -> None:
        """Add many tickets called “Ticket 1”, “Ticket 2” and so on."""
        rows = [
            {
                "subject": f"Ticket {number}",
                "status": IN_HOUSE,
                "manager": self.managers["Ada"],
                "account": self.acme,
                "channel": "manual",
                "created_at": NOON - number * MINUTE,
                "updated_at": NOON - number * MINUTE,
                **columns,
            }
            for number in range(1, count + 1)
        ]
        with database.atomic():
            for start in range(0, count, 500):
                Ticket.insert_many(rows[start : start + 500]).execute()

    def entry(self, ticket_id: int, kind: str, text: str, actor: str = "Cleo", public: bool = False) -> None:
        """Add an entry to a ticket's History."""
        operation = Operation.insert(at=NOON - HOUR, user=None, actor=actor, channel="manual", action="test").execute()
        History.insert(ticket=ticket_id, operation=operation, kind=kind, text=text, public=int(public)).execute()


@contextmanager
def counted_queries() -> Iterator[list[str]]:
    """Collect the statements that run while the block does, in every thread."""
    seen: list[str] = []
    bound = database.obj
    original: Callable[..., Any] = bound.execute_sql

    def execute_sql(sql: str, *args: Any, **kwargs: Any) -> Any:
        seen.append(sql)
        return original(sql, *args, **kwargs)

    def stream(cursor: psycopg.Cursor[Any], sql: str, *args: Any, **kwargs: Any) -> Iterator[Any]:
        seen.append(sql)
        return streamed(cursor, sql, *args, **kwargs)

    streamed: Callable[..., Iterator[Any]] = psycopg.Cursor.stream
    bound.execute_sql = execute_sql
    # What is streamed goes past Peewee.
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(psycopg.Cursor, "stream", stream)
        try:
            yield seen
        finally:
            del bound.execute_sql
