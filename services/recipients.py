"""Who gets a ticket's mail: external addresses and employees, and the defaults that a new ticket starts with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import models
from services import checks, history_kinds, journal, mail_people, tickets
from services.errors import Forbidden, Invalid, NotFound
from services.named import NamedTuple
from services.records import Choice, EmployeeRecipientRow, ExternalRecipientRow, TicketDetail
from services.session import Session
from services.sql import execute, fetch, first, insert_many, insert_row, key_list, marks
from services.text import one_line

KINDS = ("to", "cc", "bcc")
LEVELS = ("created", "all")
TICKET_MANAGER, ACCOUNT_MANAGER = ROLES = ("Ticket Manager", "Account Manager")


def both(session: Session, ticket_id: int) -> tuple[list[ExternalRecipientRow], list[EmployeeRecipientRow]]:
    """Return the outside addresses of a ticket and the employees who follow it, see `external` and `employees`."""
    ticket = tickets.get(session, ticket_id)
    return _external(session, ticket_id), _employees(session, ticket)


def external(session: Session, ticket_id: int) -> list[ExternalRecipientRow]:
    """Return the outside addresses of a ticket, To before Cc before Bcc, which clients do not see."""
    tickets.get(session, ticket_id)
    return _external(session, ticket_id)


def employees(session: Session, ticket_id: int) -> list[EmployeeRecipientRow]:
    """Return the employees who follow a ticket; clients do not see them."""
    return _employees(session, tickets.get(session, ticket_id))


def _external(session: Session, ticket_id: int) -> list[ExternalRecipientRow]:
    only = " AND kind <> 'bcc'" if session.is_client else ""
    found = fetch(
        "SELECT id, kind, address, name, contact_id FROM external_recipient"
        f" WHERE ticket_id = ?{only} ORDER BY CASE kind WHEN 'to' THEN 0 WHEN 'cc' THEN 1 ELSE 2 END, id",
        ticket_id,
    )
    return [ExternalRecipientRow(*row) for row in found]


def _employees(session: Session, ticket: TicketDetail) -> list[EmployeeRecipientRow]:
    if session.is_client:
        return []
    found = fetch(
        "SELECT r.id, r.employee_id, e.name, COALESCE(u.username, ''), r.level FROM employee_recipient r"
        " JOIN employee e ON e.id = r.employee_id LEFT JOIN desk_user u ON u.employee_id = e.id"
        " WHERE r.ticket_id = ? ORDER BY e.name, r.id",
        ticket.id,
    )
    roles = _roles(ticket)
    return [
        EmployeeRecipientRow._make((*row, tuple(role for role, holder in roles if holder == row[1]))) for row in found
    ]


def _roles(ticket: TicketDetail) -> list[tuple[str, int]]:
    """Return the employees behind the roles of a ticket."""
    roles = [(TICKET_MANAGER, employee_id) for employee_id in mail_people.staff().managers(ticket.manager_id)]
    account_manager = _account_manager(ticket.account_id)
    if account_manager:
        roles.append((ACCOUNT_MANAGER, account_manager))
    return roles


def _account_manager(account_id: int | None) -> int | None:
    if account_id is None:
        return None
    row = first("SELECT manager_id FROM account WHERE id = ?", account_id)
    return row[0] if row else None


def add_external(
    session: Session, ticket_id: int, address: str, name: str = "", kind: str = "to", contact_id: int | None = None
) -> None:
    """Add an outside address, or move one that is there already to another kind."""
    session.require_employee()
    address = checks.mail_address(address, "address")
    with journal.operation(session, "add-recipient") as op:
        ticket = _editable(session, ticket_id)
        if place_external(op, ticket.id, address, name, kind, contact_id):
            shown = _shown(one_line(name), address)
            op.entry(ticket.id, history_kinds.RECIPIENT, f"{_title(kind)}: {shown} added")


def place_external(
    op: journal.Recorder, ticket_id: int, address: str, name: str, kind: str, contact_id: int | None
) -> bool:
    """Put an outside address, normal already, on a ticket inside an open operation; tells whether anything changed."""
    _check_kind(kind)
    found = first("SELECT id, kind FROM external_recipient WHERE ticket_id = ? AND address = ?", ticket_id, address)
    if found is None:
        values = {"address": address, "name": one_line(name), "kind": kind, "contact": contact_id}
        key = insert_row("external_recipient", {"ticket": ticket_id, **values})
        op.created("external_recipient", key, values, ticket_id)
        return True
    key, before = found
    op.change("external_recipient", key, "kind", before, kind, ticket_id)
    execute("UPDATE external_recipient SET kind = ? WHERE id = ?", kind, key)
    return bool(before != kind)


def begin(
    op: journal.Recorder,
    ticket_id: int,
    followers: Mapping[int, str],
    outside: Sequence[tuple[str, str, str, int | None]],
) -> None:
    """Put the first recipients on a ticket that was just made: employees with their levels, and those outside as
    (kind, address, name, contact). An address that is there twice gets the last of its kinds.
    """
    for employee_id, level in followers.items():
        values: dict[str, object] = {"employee": employee_id, "level": level}
        key = insert_row("employee_recipient", {"ticket": ticket_id, **values})
        op.created("employee_recipient", key, values, ticket_id)
    for address, (kind, _, name, contact_id) in {one[1]: one for one in outside}.items():
        _check_kind(kind)
        values = {"address": address, "name": one_line(name), "kind": kind, "contact": contact_id}
        key = insert_row("external_recipient", {"ticket": ticket_id, **values})
        op.created("external_recipient", key, values, ticket_id)


def _check_kind(kind: str) -> None:
    if kind not in KINDS:
        raise Invalid(f"“{kind}” is neither to, cc nor bcc.", "kind")


def remove_external(session: Session, ticket_id: int, recipient_id: int) -> None:
    """Take an outside address off a ticket."""
    session.require_employee()
    with journal.operation(session, "remove-recipient") as op:
        _editable(session, ticket_id)
        found = models.ExternalRecipient.get_or_none(
            (models.ExternalRecipient.id == recipient_id) & (models.ExternalRecipient.ticket == ticket_id)
        )
        if found is None:
            raise NotFound("This recipient is no longer on the ticket; somebody else removed it.")
        before = {"address": found.address, "name": found.name, "kind": found.kind, "contact": found.contact_id}
        for field, value in before.items():
            op.change("external_recipient", found.id, field, value or None, None, ticket_id)
        models.ExternalRecipient.delete().where(models.ExternalRecipient.id == found.id).execute()
        shown = _shown(found.name, found.address)
        op.entry(ticket_id, history_kinds.RECIPIENT, f"{_title(found.kind)}: {shown} removed")


def add_employee(session: Session, ticket_id: int, employee_id: int, level: str = "all") -> None:
    """Let an employee follow a ticket: `created` tells once, `all` sends every mail; chosen again, it changes."""
    session.require_employee()
    with journal.operation(session, "add-recipient") as op:
        _editable(session, ticket_id)
        _add_employee(op, ticket_id, employee_id, level)


def _add_employee(op: journal.Recorder, ticket_id: int, employee_id: int, level: str) -> None:
    name = _employee_name(employee_id)
    if follow(op, ticket_id, employee_id, level, lower=True):
        how = "is told once about" if level == "created" else "follows"
        op.entry(ticket_id, history_kinds.RECIPIENT, f"{name} {how} this ticket")


def set_level(session: Session, ticket_id: int, employee_id: int, level: str) -> None:
    """Let an employee who follows a ticket get every mail (`all`), or only have been told of it (`created`)."""
    session.require_employee()
    if level not in LEVELS:
        raise Invalid(f"“{level}” is neither created nor all.", "level")
    with journal.operation(session, "change-recipient") as op:
        _editable(session, ticket_id)
        found = _followed(ticket_id, employee_id)
        if found.level == level:
            return
        op.change("employee_recipient", found.id, "level", found.level, level, ticket_id)
        models.EmployeeRecipient.update(level=level).where(models.EmployeeRecipient.id == found.id).execute()
        gets = "gets every mail" if level == "all" else "gets no further mail"
        op.entry(ticket_id, history_kinds.RECIPIENT, f"{_employee_name(employee_id)} {gets}")


def add_by_role(session: Session, ticket_id: int, role: str) -> None:
    """Add the employees behind a role of a ticket, one of ROLES: of a team that manages it, every member."""
    session.require_employee()
    with journal.operation(session, "add-recipient") as op:
        chosen = [employee_id for name, employee_id in _roles(_editable(session, ticket_id)) if name == role]
        if not chosen:
            raise Invalid(f"This ticket has no {role} who is a person; choose an employee by name.", "role")
        for employee_id in chosen:
            _add_employee(op, ticket_id, employee_id, "all")


def remove_employee(session: Session, ticket_id: int, employee_id: int) -> None:
    """Take an employee off a ticket's recipients."""
    session.require_employee()
    with journal.operation(session, "remove-recipient") as op:
        _editable(session, ticket_id)
        found = _followed(ticket_id, employee_id)
        for field, value in (("employee", employee_id), ("level", found.level)):
            op.change("employee_recipient", found.id, field, value, None, ticket_id)
        models.EmployeeRecipient.delete().where(models.EmployeeRecipient.id == found.id).execute()
        op.entry(ticket_id, history_kinds.RECIPIENT, f"{_employee_name(employee_id)} no longer follows this ticket")


def subscribe(session: Session, ticket_id: int) -> None:
    """Follow a ticket oneself."""
    add_employee(session, ticket_id, _own(session))


def unsubscribe(session: Session, ticket_id: int) -> None:
    """Stop following a ticket oneself."""
    remove_employee(session, ticket_id, _own(session))


def follow(op: journal.Recorder, ticket_id: int, employee_id: int, level: str = "all", *, lower: bool = False) -> bool:
    """Make an employee a recipient inside an open operation; tells whether anything changed.

    Who gets every mail already goes on getting it, unless `lower` says that the level was chosen on purpose.
    """
    if level not in LEVELS:
        raise Invalid(f"“{level}” is neither created nor all.", "level")
    found = first(
        "SELECT id, level FROM employee_recipient WHERE ticket_id = ? AND employee_id = ?", ticket_id, employee_id
    )
    if found is not None:
        key, before = found
        if before == level or (level == "created" and not lower):
            return False
        op.change("employee_recipient", key, "level", before, level, ticket_id)
        execute("UPDATE employee_recipient SET level = ? WHERE id = ?", level, key)
        return True
    key = insert_row("employee_recipient", {"ticket": ticket_id, "employee": employee_id, "level": level})
    op.created("employee_recipient", key, {"employee": employee_id, "level": level}, ticket_id)
    return True


def follow_as_manager(op: journal.Recorder, ticket_ids: Sequence[int], manager_id: int) -> None:
    """Make whoever manages tickets from now on a recipient, as the default recipients of a new ticket would."""
    for employee_id in mail_people.staff().managers(manager_id):
        follow_many(op, ticket_ids, employee_id)


def follow_many(op: journal.Recorder, ticket_ids: Sequence[int], employee_id: int) -> None:
    """Make an employee a recipient of every mail of some hundred tickets at most."""
    listed = key_list(ticket_ids)
    followed = f"FROM employee_recipient WHERE employee_id = {int(employee_id)} AND ticket_id IN ({listed})"
    before = {row[0]: row for row in fetch(f"SELECT ticket_id, id, level {followed}")}
    lower = [row for row in before.values() if row[2] != "all"]
    for ticket_id, key, level in lower:
        op.change("employee_recipient", key, "level", level, "all", ticket_id)
    if lower:
        keys = [row[1] for row in lower]
        execute(f"UPDATE employee_recipient SET level = 'all' WHERE id IN ({marks(keys)})", *keys)
    added = [(ticket_id, employee_id, "all") for ticket_id in ticket_ids if ticket_id not in before]
    insert_many("employee_recipient", ("ticket_id", "employee_id", "level"), added)
    for ticket_id, key in fetch(f"SELECT ticket_id, id {followed} ORDER BY ticket_id") if added else ():
        if ticket_id not in before:
            op.created("employee_recipient", key, {"employee": employee_id, "level": "all"}, ticket_id)


def default_employees(manager_id: int, account_id: int | None) -> list[int]:
    """Return the employees who follow a new ticket: its manager or managing team, the account's manager, and all
    who asked for everything.
    """
    staff = mail_people.staff()
    chosen = list(staff.managers(manager_id))
    account_manager = _account_manager(account_id)
    if account_manager:
        chosen.append(account_manager)
    chosen += [one.id for one in staff.by_id.values() if one.all_mail and one.active]
    return list(dict.fromkeys(chosen))


def default_external(account_id: int | None, contact_id: int | None) -> tuple[str, str, int | None] | None:
    """Return (address, name, contact) for a new ticket: the chosen contact, else the account's main one."""
    if contact_id is not None:
        row = first("SELECT email, name, id FROM contact WHERE id = ?", contact_id)
    elif account_id is not None:
        row = first(
            "SELECT COALESCE(NULLIF(c.email, ''), a.email), COALESCE(c.name, a.name), c.id FROM account a"
            " LEFT JOIN contact c ON c.id = a.main_contact_id WHERE a.id = ?",
            account_id,
        )
    else:
        return None
    return (row[0], row[1], row[2]) if row and row[0] else None


def contact_choices(session: Session, ticket_id: int) -> list[Choice]:
    """Return the contacts of the ticket's account that have an address, for the quick menu of employees."""
    ticket = tickets.get(session, ticket_id)
    session.require_employee()
    rows = fetch(
        "SELECT id, name, email FROM contact WHERE account_id = ? AND active = 1 AND email <> '' ORDER BY name",
        ticket.account_id or 0,
    )
    return [Choice(*row) for row in rows]


class Reachable(NamedTuple):
    """An account or a contact with an address; `of` is the contact's account, `contact_id` None for an account."""

    name: str
    address: str
    of: str
    contact_id: int | None


def reachable_contacts(session: Session, ticket_id: int) -> list[Reachable]:
    """Return all contacts that have an address, those of the ticket's account first."""
    ticket = tickets.get(session, ticket_id)
    session.require_employee()
    rows = fetch(
        "SELECT c.name, c.email, a.name, c.id FROM contact c JOIN account a ON a.id = c.account_id"
        " WHERE c.active = 1 AND a.active = 1 AND c.email <> ''"
        " ORDER BY CASE WHEN c.account_id = ? THEN 0 ELSE 1 END, c.name, c.id",
        ticket.account_id or 0,
    )
    return [Reachable(*row) for row in rows]


def reachable_accounts(session: Session, ticket_id: int) -> list[Reachable]:
    """Return all accounts that have an address of their own, the ticket's first."""
    ticket = tickets.get(session, ticket_id)
    session.require_employee()
    rows = fetch(
        "SELECT name, email FROM account WHERE active = 1 AND email <> ''"
        " ORDER BY CASE WHEN id = ? THEN 0 ELSE 1 END, name, id",
        ticket.account_id or 0,
    )
    return [Reachable(name, address, "", None) for name, address in rows]


def employee_choices(session: Session) -> list[Choice]:
    """Return the active employees that can be made recipients."""
    session.require_employee()
    rows = fetch("SELECT id, name, email1 FROM employee WHERE active = 1 ORDER BY name")
    return [Choice(*row) for row in rows]


def split_address(typed: str) -> tuple[str, str]:
    """Return name and address of what was typed as `Name <address>` or as a bare address."""
    name, bracket, rest = typed.strip().partition("<")
    if not bracket:
        return "", name
    return name.strip().strip('"'), rest.rstrip().removesuffix(">")


def _editable(session: Session, ticket_id: int) -> TicketDetail:
    ticket = tickets.get(session, ticket_id, lock=True)
    tickets.refuse_merged(ticket, "change its recipients there")
    return ticket


def _followed(ticket_id: int, employee_id: int) -> models.EmployeeRecipient:
    found: models.EmployeeRecipient | None = models.EmployeeRecipient.get_or_none(
        (models.EmployeeRecipient.ticket == ticket_id) & (models.EmployeeRecipient.employee == employee_id)
    )
    if found is None:
        raise NotFound("This employee does not follow the ticket any more.")
    return found


def _own(session: Session) -> int:
    if session.employee_id is None:
        raise Forbidden("Only employees can follow tickets; you are told about your own tickets anyway.")
    return session.employee_id


def _employee_name(employee_id: int) -> str:
    row = first("SELECT name FROM employee WHERE id = ?", employee_id)
    if row is None:
        raise NotFound("This employee is not known to the desk; choose one from the list.")
    return str(row[0])


def _shown(name: str, address: str) -> str:
    return f"{name} <{address}>" if name else address


def _title(kind: str) -> str:
    return kind.capitalize()
