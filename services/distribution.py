"""Who gets a mail of a ticket: the rules alone, and reading the people that they are about."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from services import catalogue, mail_people
from services.named import NamedTuple
from services.outbox import Recipient
from services.sql import fetch

_OPEN_FIRST = {"to": 0, "cc": 1, "bcc": 2}


class Follower(NamedTuple):
    """An employee, or a team with an address, who gets mail of a ticket; a team has no `employee_id`.

    `level` is `all` for every mail and `created` for the first.
    """

    employee_id: int | None
    name: str
    address: str
    level: str
    manages: bool


class People(NamedTuple):
    """Who may get mail of a ticket: (kind, address, name) outside the desk, and who follows it inside."""

    outside: tuple[tuple[str, str, str], ...]
    followers: tuple[Follower, ...]


class Distribution(NamedTuple):
    """Who gets a mail, and whether anybody outside the desk is among them."""

    recipients: tuple[Recipient, ...] = ()
    leaves: bool = False


class Writer(NamedTuple):
    """Who wrote a mail: its addresses never get it back."""

    addresses: frozenset[str]
    employee_id: int | None = None


def of_customer(people: People, writer: Writer, never: Collection[str], *, is_new: bool) -> Distribution:
    """Return who gets a customer's mail: whoever manages the ticket in To, the others of the desk in Cc.

    Nobody outside gets it. A new ticket's mail also goes to those who asked to be told of it once.
    """
    told = _told(people, writer, is_new=is_new)
    return Distribution(_each_once((_inside("to" if one.manages else "cc", one) for one in told), writer, never))


def of_employee(people: People, writer: Writer, never: Collection[str], *, is_new: bool) -> Distribution:
    """Return who gets an employee's mail: those outside as they stand on the ticket, the others of the desk in Bcc.

    That somebody stands in the employee's own To or Cc too changes nothing: all recipients get the desk's copy, because
    only an answer to that one comes back to the desk, with the ticket's number and without the employee's address.
    """
    outside = [Recipient(kind, address, name) for kind, address, name in people.outside]
    inside = [_inside("bcc", one) for one in _told(people, writer, is_new=is_new)]
    chosen = _each_once([*outside, *inside], writer, never)
    return Distribution(chosen, bool({one.address for one in chosen} & {one.address.lower() for one in outside}))


def of_new_ticket(
    people: People, writer: Writer, never: Collection[str], *, confirm: bool, copies: Collection[int]
) -> tuple[Recipient, ...]:
    """Return who is told of a ticket that was opened at the desk: its manager in To if `confirm`, copies in Cc."""
    managers = [_inside("to", one) for one in people.followers if one.manages and confirm]
    others = [_inside("cc", one) for one in people.followers if one.employee_id in copies]
    present = [one for one in (*managers, *others) if one.employee_id is None or one.employee_id != writer.employee_id]
    return _each_once(present, writer, never)


def people_of(ticket_id: int, manager_id: int) -> People:
    """Return who may get mail of a ticket; employees who left get none."""
    staff = mail_people.staff()
    managing = staff.managers(manager_id)
    outside: list[tuple[str, str, str]] = []
    followers: list[Follower] = []
    for employee_id, kind, address, name in fetch(
        "SELECT 0, kind, address, name FROM external_recipient WHERE ticket_id = ?"
        " UNION ALL SELECT employee_id, level, '', '' FROM employee_recipient WHERE ticket_id = ?",
        ticket_id,
        ticket_id,
    ):
        if not employee_id:
            outside.append((kind, address, name))
            continue
        one = staff.by_id.get(employee_id)
        if one is not None and one.active:
            followers.append(Follower(employee_id, one.name, one.address, kind, employee_id in managing))
    return People(tuple(sorted(outside)), (*_team(manager_id), *sorted(followers)))


def _team(manager_id: int) -> tuple[Follower, ...]:
    """Return the team that manages a ticket, if it has an address: it is told like a person."""
    manager = catalogue.names().managers.get(manager_id)
    if manager is None or manager.team_id is None or not manager.email or not manager.usable:
        return ()
    return (Follower(None, manager.name, manager.email, "all", True),)


def _told(people: People, writer: Writer, *, is_new: bool) -> list[Follower]:
    wanted = ("all", "created") if is_new else ("all",)
    return [
        one
        for one in people.followers
        if one.level in wanted and (one.employee_id is None or one.employee_id != writer.employee_id)
    ]


def _inside(role: str, one: Follower) -> Recipient:
    return Recipient(role, one.address, one.name, one.employee_id)


def _each_once(found: Iterable[Recipient], writer: Writer, never: Collection[str]) -> tuple[Recipient, ...]:
    """Return each address once, in the most open of its roles, without the writer's and those that never get mail."""
    chosen: dict[str, Recipient] = {}
    for one in sorted(found, key=lambda one: _OPEN_FIRST[one.role]):
        address = one.address.lower()
        if address and address not in writer.addresses and address not in never:
            chosen.setdefault(address, one._replace(address=address))
    return tuple(chosen.values())
