"""Employees and teams: who works at the desk, who can hold tickets, and whose mail address is whose."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from models import Employee, Manager, Team, TeamMember
from services import catalogue, checks, journal, users
from services.errors import Invalid
from services.passwords import hash_password
from services.records import Choice
from services.register import Field, Register, Saved
from services.session import Session
from services.sql import fetch, first


class EmployeeRow(NamedTuple):
    """An employee with the user that logs in; times are microseconds UTC."""

    id: int
    username: str
    name: str
    email1: str
    email2: str
    department: str
    role: str
    active: bool
    available: bool
    assignable: bool
    all_mail: bool
    os_account: str
    expires_at: int | None
    created_at: int
    version: int


class TeamRow(NamedTuple):
    """A team; `role` marks the New Tickets queue, `members` counts the people in it."""

    id: int
    name: str
    email: str
    role: str
    active: bool
    members: int
    created_at: int
    version: int


class _Employees(Register[EmployeeRow]):
    def rules(self, key: int | None, row: Mapping[str, Any], wanted: Mapping[str, Any]) -> list[str]:
        if row.get("email1") and row.get("email1") == row.get("email2"):
            raise Invalid("Both mail addresses are the same; leave the second one empty.", "email2")
        warnings = []
        if row.get("active", 1):
            again = "active" in wanted
            addresses = [row.get(name, "") for name in ("email1", "email2") if again or name in wanted]
            warnings = [warning for address in addresses if (warning := _shared_address(key, address))]
        if key is not None and wanted.get("active") == 0:
            warnings += _held_tickets("employee_id", key, str(row["name"]))
        return warnings

    def created(self, op: journal.Recorder, key: int) -> None:
        manager = Manager.insert(employee=key).execute()
        op.created("manager", manager, {"employee": key})


class _Teams(Register[TeamRow]):
    def rules(self, key: int | None, row: Mapping[str, Any], wanted: Mapping[str, Any]) -> list[str]:
        if key is None or wanted.get("active") != 0:
            return []
        if row["role"] == "new_tickets":
            raise Invalid(f"“{row['name']}” receives the new tickets, so it stays active.", "active")
        return _held_tickets("team_id", key, str(row["name"]))

    def created(self, op: journal.Recorder, key: int) -> None:
        manager = Manager.insert(team=key).execute()
        op.created("manager", manager, {"team": key})


EMPLOYEES = _Employees(
    "employee",
    Employee,
    EmployeeRow,
    {
        "name": Field(checks.name, required=True),
        "email1": Field(checks.address),
        "email2": Field(checks.address),
        "department": Field(checks.line),
        "active": Field(checks.flag),
        "available": Field(checks.flag),
        "assignable": Field(checks.flag),
        "all_mail": Field(checks.flag),
    },
    called_by=("username", "name", "email1", "email2"),
    columns={
        "username": "COALESCE(u.username, '')",
        "role": "COALESCE(u.role, '')",
        "os_account": "COALESCE(u.os_account, '')",
        "expires_at": "u.expires_at",
    },
    joins="LEFT JOIN desk_user u ON u.employee_id = r.id",
    order="r.name, r.id",
)

TEAMS = _Teams(
    "team",
    Team,
    TeamRow,
    {
        "name": Field(checks.name, required=True),
        "email": Field(checks.address),
        "active": Field(checks.flag),
    },
    unique=("name",),
    columns={"members": "(SELECT COUNT(*) FROM team_member m WHERE m.team_id = r.id)"},
)

# What an employee's record shows but the user keeps.
_LOGIN_FIELDS = frozenset({"username", "role", "os_account", "expires_at"})


def employee_fields() -> tuple[str, ...]:
    """Return the names of everything that can be set on an employee, the login's fields included."""
    return (*EMPLOYEES.fields, *(name for name in users.USERS.fields if name in _LOGIN_FIELDS))


def add_employee(session: Session, *, password: str | None = None, **values: Any) -> Saved:
    """Add an employee with the user that logs in; `name` and `username` are needed, `role` is technician.

    Without a password the employee logs in by the bound operating-system account only.
    Needs the privilege `administer`. Returns the employee's id.
    """
    session.require("administer")
    hashed = None
    if password is not None:
        users.check_new_password(password, str(values.get("username", "")))
        hashed = hash_password(password)
    with journal.operation(session, "add-employee") as op:
        saved = create_employee(op, values, hashed)
    catalogue.forget()
    return saved


def create_employee(op: journal.Recorder, values: Mapping[str, Any], password_hash: str | None) -> Saved:
    """Add an employee, the manager key and the user inside an operation that is already open."""
    login = {name: value for name, value in values.items() if name in _LOGIN_FIELDS}
    saved = EMPLOYEES.create(op, {name: value for name, value in values.items() if name not in _LOGIN_FIELDS})
    login.setdefault("role", "technician")
    users.create_user(op, login, password_hash, employee=saved.id)
    return saved


def change_employee(session: Session, employee_id: int, *, read: EmployeeRow | None = None, **values: Any) -> Saved:
    """Change an employee and the login in one operation; see `Register.change` for `read`.

    Needs the privilege `administer`; the desk's last administrator can't be taken away.
    """
    session.require("administer")
    own = {name: value for name, value in values.items() if name not in _LOGIN_FIELDS}
    login = {name: value for name, value in values.items() if name in _LOGIN_FIELDS}
    with journal.operation(session, "change-employee") as op, users.an_administrator_stays():
        saved = EMPLOYEES.apply(op, employee_id, own, read=read)
        if login:
            user_id = users.user_of(employee_id=employee_id)
            if user_id is None:
                raise Invalid("This employee has no user to log in with; add the employee anew.", "username")
            seen = None if read is None else users.USERS.get(session, user_id)._replace(**_login_seen(read))
            users.USERS.apply(op, user_id, login, read=seen)
    catalogue.forget()
    return saved


def set_available(session: Session, employee_id: int, available: bool) -> Saved:
    """Note that an employee is at work or away; everyone for oneself, an administrator for anyone."""
    if employee_id != session.employee_id:
        session.require("administer")
    with journal.operation(session, "set-available") as op:
        return EMPLOYEES.apply(op, employee_id, {"available": available})


def members(session: Session, team_id: int) -> list[Choice]:
    """Return the employees in a team: id, name and user name."""
    session.require_employee()
    rows = fetch(
        "SELECT e.id, e.name, COALESCE(u.username, '')"
        " FROM team_member m JOIN employee e ON e.id = m.employee_id"
        " LEFT JOIN desk_user u ON u.employee_id = e.id WHERE m.team_id = ? ORDER BY e.name, e.id",
        team_id,
    )
    return [Choice(*row) for row in rows]


def set_member(session: Session, team_id: int, employee_id: int, belongs: bool) -> bool:
    """Put an employee into a team or take one out; tells whether that changed anything."""
    session.require("administer")
    team, employee = TEAMS.get(session, team_id), EMPLOYEES.get(session, employee_id)
    with journal.operation(session, "add-team-member" if belongs else "remove-team-member") as op:
        if belongs:
            insert = TeamMember.insert(team=team.id, employee=employee.id).on_conflict_ignore()
            changed = bool(insert.as_rowcount().execute())
        else:
            place = (TeamMember.team == team.id) & (TeamMember.employee == employee.id)
            changed = bool(TeamMember.delete().where(place).execute())
        if changed:
            op.change("team_member", f"{team.id}:{employee.id}", "member", not belongs, belongs)
    catalogue.forget()
    return changed


def _shared_address(employee_id: int | None, address: str) -> str | None:
    if not address:
        return None
    other = first(
        "SELECT name FROM employee WHERE active = 1 AND id <> ? AND (email1 = ? OR email2 = ?) ORDER BY id",
        employee_id or 0,
        address,
        address,
    )
    if other is None:
        return None
    return f"{address} is also {other[0]}'s address: while two have it, mail from it counts as a customer's."


def _held_tickets(column: str, key: int, name: str) -> list[str]:
    held = first(
        "SELECT COUNT(*) FROM ticket t JOIN manager m ON m.id = t.manager_id"
        f" WHERE m.{column} = ? AND t.is_open = 1 AND t.archived = 0",
        key,
    )
    count = int(held[0]) if held else 0
    if not count:
        return []
    return [f"{name} still manages {count} open {'ticket' if count == 1 else 'tickets'}; transfer them."]


def _login_seen(read: EmployeeRow) -> dict[str, Any]:
    return {
        "username": read.username,
        "role": read.role,
        "os_account": read.os_account or None,
        "expires_at": read.expires_at,
    }
