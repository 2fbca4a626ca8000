"""Making a new desk out of empty tables: the lists that rules hang on, and its first administrator."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from models import (
    Category,
    ChargeItem,
    DeskSetting,
    Extension,
    Manager,
    Status,
    Table,
    Team,
    TicketType,
)
from models.driver import IntegrityError
from services import catalogue, journal, people, users
from services.errors import Invalid
from services.first_start import first_start_needed
from services.passwords import hash_password
from services.preferences import DESK_SETTINGS
from services.session import desk_session


class NewAdministrator(NamedTuple):
    """The first administrator: logs in by password, by the bound operating-system account, or by both."""

    name: str
    username: str
    email: str = ""
    password: str | None = None
    os_account: str | None = None


# code, label, class, role, what the status does to the priority
STATUSES = (
    (0, "New", "open", "new", ""),
    (1, "Assigned in House", "open", "in_house", ""),
    (2, "Assigned on Site", "open", "on_site", ""),
    (3, "Work in Progress", "open", "in_progress", ""),
    (4, "Pending", "open", "pending", "lower"),
    (5, "Internal", "open", "internal", "none"),
    (6, "Hold", "open", "hold", "none"),
    (7, "Recurring Task", "open", "recurring", ""),
    (8, "Cancelled", "closed", "cancelled", ""),
    (9, "Completed", "closed", "completed", ""),
)
EXTENSIONS = (
    ("AES", "Assigned Email Sent"),
    ("CA1", "Contact Attempt 1"),
    ("CA2", "Contact Attempt 2"),
    ("CA3", "Contact Attempt 3"),
    ("CA4", "Contact Attempt 4"),
    ("FCI", "Final Check In"),
    ("Project", "Project"),
    ("Product", "Product"),
    ("Quote", "Quote"),
    ("WFC", "Waiting For Client"),
    ("WFR", "Waiting For Result"),
    ("WFV", "Waiting For Vendor"),
)
TYPES = ("Incident", "Request", "Problem", "Change", "Question", "Alert", "Maintenance")
CHARGE_ITEMS = (
    ("work", "Remote work, per hour", 95_00),
    ("work", "On-site work, per hour", 120_00),
    ("work", "Work outside business hours, per hour", 160_00),
    ("expense", "Travel, per trip", 45_00),
    ("part", "Part at cost", 0),
)


def create_desk(
    administrator: NewAdministrator | None,
    *,
    currency: str = "USD",
    support_address: str = "",
    channel: str = "manual",
    os_account: str = "",
) -> int | None:
    """Fill freshly migrated tables in one transaction and return the administrator's user id.

    Without an administrator (a demo brings its own people) it returns None. Raises Invalid when the
    database holds a desk already or the administrator could not log in.
    """
    hashed = None if administrator is None else _checked_password(administrator)
    settings = {"currency": currency, "support_address": support_address}
    session = desk_session(channel, os_account)
    try:
        with journal.operation(session, "create-desk") as op:
            if not first_start_needed():
                raise _already()
            _fill(op, settings)
            if administrator is not None:
                login = {"username": administrator.username, "os_account": administrator.os_account}
                person = {"name": administrator.name, "email1": administrator.email}
                people.create_employee(op, {**person, **login, "role": "administrator"}, hashed)
    except IntegrityError:
        # Somebody else made the desk at the same moment.
        raise _already() from None
    catalogue.forget()
    if administrator is None:
        return None
    return users.USERS.find(administrator.username)


def _fill(op: journal.Recorder, settings: dict[str, str]) -> None:
    for code, label, status_class, role, effect in STATUSES:
        _insert(
            op,
            Status,
            code=code,
            label=label,
            status_class=status_class,
            role=role,
            priority_effect=effect,
            position=code,
        )
    for code_name, label in EXTENSIONS:
        _insert(op, Extension, code=code_name, label=label)
    for label in TYPES:
        _insert(op, TicketType, label=label)
    _insert(op, Category, name="General")
    team = _insert(op, Team, name="New Tickets", role="new_tickets", created_at=op.at)
    _insert(op, Manager, team=team)
    for name, kind in DESK_SETTINGS.items():
        value = json.dumps(kind.check(settings.get(name, kind.default), name), ensure_ascii=False)
        _insert(op, DeskSetting, name=name, value=value)
    for kind_name, label, rate in CHARGE_ITEMS:
        _insert(op, ChargeItem, kind=kind_name, label=label, rate=rate, currency=settings["currency"].upper())


def _insert(op: journal.Recorder, table: type[Table], **values: Any) -> Any:
    made = table.insert(**values).execute()
    # What an engine returns for a key that is no number is its own affair.
    key = values.get(getattr(table._meta.primary_key, "name", "id"), made)
    op.created(table._meta.table_name, key, values)
    return key


def _checked_password(administrator: NewAdministrator) -> str | None:
    if administrator.password is None:
        if not administrator.os_account:
            raise Invalid("The administrator needs a password or an operating-system account to log in with.")
        return None
    users.check_new_password(administrator.password, administrator.username)
    return hash_password(administrator.password)


def _already() -> Invalid:
    return Invalid("This database holds a desk already; open it, or name another database.")
