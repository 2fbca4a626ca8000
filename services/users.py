"""Those who can log in: user names, roles, privileges, expiry, passwords and operating-system accounts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NamedTuple

from models import LoginAttempts, Privilege, User
from models.binding import engine_of
from services import catalogue, checks, clock, journal
from services.errors import Invalid
from services.passwords import check_strength, hash_password
from services.register import Field, Register, Saved
from services.session import PRIVILEGES, ROLE_PRIVILEGES, ROLES, Session
from services.sql import fetch, first


class UserRow(NamedTuple):
    """Somebody who can log in: an employee or a customer's contact; `expires_at` is microseconds UTC."""

    id: int
    username: str
    name: str
    role: str
    employee_id: int | None
    contact_id: int | None
    os_account: str | None
    has_password: bool
    active: bool
    expires_at: int | None
    created_at: int
    version: int


class PrivilegeRow(NamedTuple):
    """A privilege of a user: whether it is held, and whether it was given or withdrawn on top of the role."""

    name: str
    label: str
    held: bool
    exception: str


class _Users(Register[UserRow]):
    def rules(self, key: int | None, row: Mapping[str, Any], wanted: Mapping[str, Any]) -> list[str]:
        if key is not None and "role" in wanted:
            _check_role(str(row["role"]), client=row["contact"] is not None)
        return []


USERS = _Users(
    "user",
    User,
    UserRow,
    {
        "username": Field(checks.username, required=True),
        "role": Field(checks.one_of(ROLES), required=True),
        "os_account": Field(checks.os_account),
        "active": Field(checks.flag),
        "expires_at": Field(checks.day),
    },
    called_by=("username",),
    unique=("username", "os_account"),
    columns={
        "name": "COALESCE(e.name, c.name, '')",
        "has_password": "CASE WHEN r.password_hash IS NULL THEN 0 ELSE 1 END",
    },
    joins="LEFT JOIN employee e ON e.id = r.employee_id LEFT JOIN contact c ON c.id = r.contact_id",
)


def create_user(op: journal.Recorder, values: Mapping[str, Any], password_hash: str | None, **owner: int) -> Saved:
    """Add the user of an `employee` or a `contact` inside an operation that is already open."""
    _check_role(str(values.get("role", "")), client="contact" in owner)
    saved = USERS.create(op, values, **owner)
    if password_hash is not None:
        _store_password(op, saved.id, password_hash)
    return saved


def add_client_login(session: Session, contact_id: int, *, password: str, **values: Any) -> Saved:
    """Let a customer's contact log in as a client; `username` is needed. Needs the privilege `administer`."""
    from services.accounts import CONTACTS

    session.require("administer")
    contact = CONTACTS.get(session, contact_id)
    if user_of(contact_id=contact.id) is not None:
        raise Invalid(f"{contact.name} can log in already; change that user instead.", "username")
    check_new_password(password, str(values.get("username", "")))
    hashed = hash_password(password)
    with journal.operation(session, "add-client-login") as op:
        return create_user(op, {**values, "role": "client"}, hashed, contact=contact.id)


def change_user(session: Session, user_id: int, *, read: UserRow | None = None, **values: Any) -> Saved:
    """Change a login: name, role, expiry date, binding, or whether it is active; see `Register.change`.

    Needs the privilege `administer`; the desk's last administrator can't be taken away.
    """
    session.require("administer")
    with journal.operation(session, "change-user") as op, an_administrator_stays():
        saved = USERS.apply(op, user_id, values, read=read)
    catalogue.forget()
    return saved


def check_new_password(password: str, username: str) -> None:
    """Refuse a new password that is too weak for a user name as it was typed."""
    check_strength(password, username.strip())


def set_password(session: Session, user_id: int, password: str) -> None:
    """Give a user a new password and end the waiting after wrong ones. Needs the privilege `administer`."""
    session.require("administer")
    user = USERS.get(session, user_id)
    check_strength(password, user.username)
    _replace_password(session, user.id, user.username, password)


def change_own_password(session: Session, old: str, new: str) -> None:
    """Change one's own password; the old one proves that it is really the person at the keyboard."""
    from services.auth import check_password

    if session.user_id is None:
        raise Invalid("The desk itself has no password; log in as a person first.")
    check_password(session.username, old)
    check_strength(new, session.username)
    _replace_password(session, session.user_id, session.username, new)


def privileges_of(session: Session, user_id: int) -> list[PrivilegeRow]:
    """Return every privilege and whether a user holds it. Needs the privilege `administer`."""
    session.require("administer")
    user = USERS.get(session, user_id)
    exceptions = dict(fetch("SELECT name, granted FROM privilege WHERE user_id = ?", user.id))
    own = ROLE_PRIVILEGES[user.role]
    rows = []
    for name, label in PRIVILEGES.items():
        held = bool(exceptions.get(name, name in own))
        exception = "" if held == (name in own) else "given" if held else "withdrawn"
        rows.append(PrivilegeRow(name, label, held, exception))
    return rows


def set_privilege(session: Session, user_id: int, privilege: str, held: bool) -> bool:
    """Give a user a privilege or withdraw one, on top of the role's own; tells whether it made a difference.

    Needs the privilege `administer`. Clients have none, whatever they are given.
    """
    session.require("administer")
    if privilege not in PRIVILEGES:
        raise Invalid(f"“{privilege}” is no privilege; choose one of {', '.join(PRIVILEGES)}.", "privilege")
    user = USERS.get(session, user_id)
    if user.role == "client":
        raise Invalid(f"{user.username} is a client, and clients have no privileges.", "privilege")
    action = "give-privilege" if held else "withdraw-privilege"
    with journal.operation(session, action) as op, an_administrator_stays():
        place = (Privilege.user == user.id) & (Privilege.name == privilege)
        row = Privilege.select(Privilege.granted).where(place).tuples().first()
        before = bool(row[0]) if row else privilege in ROLE_PRIVILEGES[user.role]
        Privilege.delete().where(place).execute()
        if held != (privilege in ROLE_PRIVILEGES[user.role]):
            Privilege.insert(user=user.id, name=privilege, granted=int(held)).execute()
        op.change("privilege", f"{user.id}:{privilege}", "held", before, held)
    return before != held


def user_of(*, employee_id: int | None = None, contact_id: int | None = None) -> int | None:
    """Return the user who logs in for an employee or a contact."""
    column, key = ("employee_id", employee_id) if employee_id is not None else ("contact_id", contact_id)
    row = first(f"SELECT id FROM desk_user WHERE {column} = ?", key)
    return int(row[0]) if row else None


@contextmanager
def an_administrator_stays() -> Iterator[None]:
    """Refuse what the block did when nobody is left who could administer; needs an open transaction."""
    if engine_of() == "postgresql":
        # Two administrators who demote each other at the same moment must not both succeed. Not FOR UPDATE: the
        # operation of each refers to its own row already, and both would wait for the other.
        fetch("SELECT id FROM desk_user WHERE role = 'administrator' ORDER BY id FOR NO KEY UPDATE")
    before = _administrators()
    yield
    if before and not _administrators():
        raise Invalid("That would leave the desk without an administrator; make somebody else one first.")


def _administrators() -> int:
    row = first(
        "SELECT COUNT(*) FROM desk_user u JOIN employee e ON e.id = u.employee_id"
        " LEFT JOIN privilege p ON p.user_id = u.id AND p.name = 'administer'"
        " WHERE u.active = 1 AND e.active = 1 AND (u.expires_at IS NULL OR u.expires_at > ?)"
        " AND COALESCE(p.granted, CASE WHEN u.role = 'administrator' THEN 1 ELSE 0 END) = 1",
        clock.now(),
    )
    return int(row[0]) if row else 0


def _check_role(role: str, *, client: bool) -> None:
    if client and role != "client":
        raise Invalid("A customer's contact logs in as a client; other roles are for employees.", "role")
    if not client and role.strip().casefold() == "client":
        raise Invalid("An employee is no client; choose technician, dispatcher or administrator.", "role")


def _replace_password(session: Session, user_id: int, username: str, password: str) -> None:
    hashed = hash_password(password)
    with journal.operation(session, "set-password") as op:
        _store_password(op, user_id, hashed)
        LoginAttempts.delete().where(LoginAttempts.username == username).execute()


def _store_password(op: journal.Recorder, user_id: int, hashed: str) -> None:
    User.update(password_hash=hashed).where(User.id == user_id).execute()
    # That it changed is worth keeping; the hash in the journal would outlive the password.
    op.change("desk_user", user_id, "password", None, "set")
