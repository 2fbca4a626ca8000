"""The names behind the ids in tickets: statuses, managers, categories; read once and kept briefly."""

from __future__ import annotations

import time

from models import database
from services.errors import Invalid
from services.named import NamedTuple
from services.records import Choice, StatusRow
from services.sql import fetch

_KEEP_SECONDS = 10.0


class ManagerName(NamedTuple):
    """A person or team that can hold tickets; `usable` is whether new tickets may go there."""

    id: int
    name: str
    username: str
    employee_id: int | None
    team_id: int | None
    team_role: str
    email: str
    usable: bool


class Names(NamedTuple):
    """All short lists of the desk by id."""

    statuses: dict[int, StatusRow]
    extensions: dict[int, str]
    types: dict[int, str]
    categories: dict[int, str]
    hidden_categories: frozenset[int]
    managers: dict[int, ManagerName]

    def status_by_role(self, role: str) -> StatusRow:
        """Return the status that rules mean by a role."""
        return next(status for status in self.statuses.values() if status.role == role)

    def new_tickets_manager(self) -> int:
        """Return the manager key of the New Tickets queue."""
        return next(m.id for m in self.managers.values() if m.team_role == "new_tickets")


_kept: tuple[float, object, Names] | None = None


def names() -> Names:
    """Return the desk's short lists, at most a few seconds old. Needs a connection."""
    global _kept
    present = time.monotonic()
    if _kept is not None and present - _kept[0] < _KEEP_SECONDS and _kept[1] is database.obj:
        return _kept[2]
    fresh = _read()
    _kept = (present, database.obj, fresh)
    return fresh


def forget() -> None:
    """Drop what is kept; called after an administrator changed one of the lists."""
    global _kept
    _kept = None


def _read() -> Names:
    statuses = {
        row[0]: StatusRow(*row)
        for row in fetch("SELECT code, label, status_class, role, priority_effect FROM status ORDER BY position, code")
    }
    categories = list(fetch("SELECT id, name, client_visible FROM category ORDER BY name"))
    managers = fetch(
        "SELECT m.id, COALESCE(e.name, t.name), COALESCE(u.username, ''), m.employee_id, m.team_id,"
        " COALESCE(t.role, ''), COALESCE(e.email1, t.email, ''),"
        " COALESCE(e.active * e.assignable, t.active)"
        " FROM manager m LEFT JOIN employee e ON e.id = m.employee_id LEFT JOIN team t ON t.id = m.team_id"
        " LEFT JOIN desk_user u ON u.employee_id = m.employee_id ORDER BY 2"
    )
    return Names(
        statuses,
        dict(fetch("SELECT id, code FROM extension ORDER BY id")),
        dict(fetch("SELECT id, label FROM ticket_type ORDER BY label")),
        {row[0]: row[1] for row in categories},
        frozenset(row[0] for row in categories if not row[2]),
        {row[0]: ManagerName._make((*row[:7], bool(row[7]))) for row in managers},
    )


def status_choices() -> list[Choice]:
    """Return the statuses to choose from, in their order."""
    return [Choice(s.code, s.label, s.status_class) for s in names().statuses.values()]


def manager_choices() -> list[Choice]:
    """Return the people and teams that may be given tickets."""
    usable = [manager for manager in names().managers.values() if manager.usable]
    return [Choice(m.id, m.name, "team" if m.team_id else m.username) for m in usable]


def extension_choices() -> list[Choice]:
    """Return the active status extensions with what they mean."""
    rows = fetch("SELECT id, code, label FROM extension WHERE active = 1 ORDER BY id")
    return [Choice(*row) for row in rows]


def type_choices() -> list[Choice]:
    """Return the active ticket types."""
    rows = fetch("SELECT id, label FROM ticket_type WHERE active = 1 ORDER BY label")
    return [Choice(*row) for row in rows]


def category_choices(client: bool = False) -> list[Choice]:
    """Return the active categories; a client sees only those that are visible to clients."""
    only = " AND client_visible = 1" if client else ""
    rows = fetch(f"SELECT id, name FROM category WHERE active = 1{only} ORDER BY name")
    return [Choice(*row) for row in rows]


def product_choices() -> list[Choice]:
    """Return the active products."""
    rows = fetch("SELECT id, name FROM product WHERE active = 1 ORDER BY name")
    return [Choice(*row) for row in rows]


def find_status(text: str) -> StatusRow:
    """Return the status that a person typed as code, label or role, or the beginning of one."""
    typed = text.strip().casefold()
    rows = list(names().statuses.values())
    for row in rows:
        if typed in (str(row.code), row.label.casefold(), row.role):
            return row
    matches = [row for row in rows if typed and row.label.casefold().startswith(typed)]
    if len(matches) == 1:
        return matches[0]
    raise Invalid(f"“{text}” is no status; choose one of {', '.join(row.label for row in rows)}.", "status")


def find_manager(text: str, own: int | None = None) -> ManagerName:
    """Return the person or team that someone typed as user name, name, address, or `me`."""
    typed = text.strip().casefold()
    rows = list(names().managers.values())
    if typed == "me" and own is not None:
        return names().managers[own]
    for row in rows:
        if typed and typed in (row.username.casefold(), row.name.casefold(), row.email.casefold()):
            return row
    matches = [row for row in rows if typed and row.name.casefold().startswith(typed)]
    if len(matches) == 1:
        return matches[0]
    sentence = f"No employee or team is called “{text}”; give a user name, a full name or a team's name."
    raise Invalid(sentence, "manager")


def find_in(table: dict[int, str], text: str, what: str) -> int:
    """Return the id of the entry that someone typed by name, or the only one that begins so."""
    typed = text.strip().casefold()
    for key, name in table.items():
        if name.casefold() == typed:
            return key
    matches = [key for key, name in table.items() if typed and name.casefold().startswith(typed)]
    if len(matches) == 1:
        return matches[0]
    raise Invalid(f"“{text}” is no {what}; the desk knows {', '.join(table.values()) or 'none yet'}.", what)
