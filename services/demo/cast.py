"""The sample company's people: staff through the ordinary services, customers in bulk, as there may be thousands."""

from __future__ import annotations

from random import Random
from typing import NamedTuple

from services import catalogue, clock, journal, people, users
from services.catalogue_admin import CATEGORIES, PRODUCTS
from services.database_tools.shapes import Row
from services.demo import words
from services.passwords import hash_password
from services.session import Session, desk_session
from services.sql import fetch

_PER_ACCOUNT = 4


class Person(NamedTuple):
    """An employee of the sample company with the keys that tickets refer to."""

    user_id: int
    employee_id: int
    manager_id: int
    name: str


class Customer(NamedTuple):
    """An account with what its tickets choose from: contacts are (id, name, address)."""

    id: int
    name: str
    contacts: tuple[tuple[int, str, str], ...]
    assets: tuple[tuple[int, str], ...]
    contract_id: int
    manager: Person


class Cast(NamedTuple):
    """Everybody and everything that the tickets are about."""

    staff: tuple[Person, ...]
    customers: tuple[Customer, ...]
    queue: int
    teams: tuple[int, ...]
    categories: dict[str, int]
    types: dict[str, int]
    extensions: dict[str, int]
    products: tuple[int, ...]


def hire(os_account: str | None) -> None:
    """Make teams, employees, categories and products; `os_account` logs in as the operator without a password."""
    session = desk_session("import", name="Deskwire demo")
    hashed = hash_password(words.PASSWORD)
    with journal.operation(session, "build-demo") as op:
        teams = {name: people.TEAMS.create(op, {"name": name, "email": _team_address(name)}).id for name in words.TEAMS}
        members = []
        for username, name, role, department, team, _ in words.STAFF:
            account = os_account if username == words.OPERATOR else None
            values = {
                "name": name,
                "username": username,
                "role": role,
                "email1": f"{username}@desk.example",
                "department": department,
                "os_account": account,
                "active": int(username != words.LEFT_THE_COMPANY),
                "all_mail": int(username == "mara"),
            }
            saved = people.create_employee(op, values, hashed)
            if team:
                members.append((teams[team], saved.id))
        for name, visible in words.CATEGORIES:
            if name != "General":
                CATEGORIES.create(op, {"name": name, "client_visible": int(visible)})
        for name in words.PRODUCTS:
            PRODUCTS.create(op, {"name": name})
    _settle(session, members)
    catalogue.forget()


def _settle(session: Session, members: list[tuple[int, int]]) -> None:
    for team_id, employee_id in members:
        people.set_member(session, team_id, employee_id, True)
    for username, *_, withdrawn in words.STAFF:
        if withdrawn:
            users.set_privilege(session, users.USERS.find(username), withdrawn, False)


def _team_address(name: str) -> str:
    return f"{name.lower().replace(' ', '-')}@desk.example"


def customer_rows(random: Random, count: int, staff: tuple[Person, ...]) -> dict[str, list[Row]]:
    """Return the rows of `count` accounts with contacts, assets and contracts, by table name."""
    now = clock.now()
    rows: dict[str, list[Row]] = {"account": [], "contact": [], "asset": [], "contract": []}
    for key in range(1, count + 1):
        name = _company(key)
        slug = "".join(c for c in name.lower() if c.isalnum())
        domain = f"{slug}.example"
        since = now - random.randrange(400, 3000) * clock.DAY
        first_contact = (key - 1) * _PER_ACCOUNT + 1
        phone = f"+1 555 {key % 10_000:04d}"
        rows["account"].append(
            (
                key,
                name,
                f"office@{domain}",
                phone,
                f"{key} Harbour Street",
                f"https://{domain}",
                domain,
                1,
                since,
                1,
                first_contact,
                staff[key % len(staff)].employee_id,
            )
        )
        for place in range(_PER_ACCOUNT):
            contact = first_contact + place
            person = f"{random.choice(words.FIRST_NAMES)} {random.choice(words.LAST_NAMES)}"
            address = f"{person.lower().replace(' ', '.')}.{contact}@{domain}"
            title = ("Office manager", "Head of sales", "Accounting", "Warehouse")[place]
            rows["contact"].append((contact, key, person, address, f"{phone}-{place + 1}", title, 1, since, 1))
            kind, prefix = words.ASSETS[place]
            rows["asset"].append((contact, key, f"{prefix}-{contact:04d}", kind, f"SN{contact * 7919:08d}", 1, 1))
        kind_name, kind = words.CONTRACTS[key % len(words.CONTRACTS)]
        rows["contract"].append((key, key, kind_name, kind, since, None, 1, 1))
    return rows


def _company(key: int) -> str:
    heads, tails = words.COMPANY_HEADS, words.COMPANY_TAILS
    head, tail = heads[(key * 7) % len(heads)], tails[(key * 3 + key // len(heads)) % len(tails)]
    again = key // (len(heads) * len(tails))
    return f"{head} {tail}" + (f" {again + 1}" if again else "")


def gather(rows: dict[str, list[Row]], staff: tuple[Person, ...]) -> Cast:
    """Put together what the tickets refer to. Needs a connection."""
    names = catalogue.names()
    by_employee = {person.employee_id: person for person in staff}
    contacts: dict[int, list[tuple[int, str, str]]] = {}
    assets: dict[int, list[tuple[int, str]]] = {}
    for row in rows["contact"]:
        contacts.setdefault(row[1], []).append((row[0], row[2], row[3]))
    for row in rows["asset"]:
        assets.setdefault(row[1], []).append((row[0], row[2]))
    customers = tuple(
        Customer(row[0], row[1], tuple(contacts[row[0]]), tuple(assets[row[0]]), row[0], by_employee[row[-1]])
        for row in rows["account"]
    )
    return Cast(
        staff,
        customers,
        names.new_tickets_manager(),
        tuple(m.id for m in names.managers.values() if m.team_id and not m.team_role),
        {name: key for key, name in names.categories.items()},
        {name: key for key, name in names.types.items()},
        {name: key for key, name in names.extensions.items()},
        tuple(row[0] for row in fetch("SELECT id FROM product ORDER BY id")),
    )


def active_staff() -> tuple[Person, ...]:
    """Return the employees that work, the operator first. Needs a connection."""
    found = fetch(
        "SELECT u.id, e.id, m.id, e.name FROM employee e JOIN desk_user u ON u.employee_id = e.id"
        " JOIN manager m ON m.employee_id = e.id WHERE e.active = 1 ORDER BY e.id"
    )
    return tuple(Person(*row) for row in found)


def account_count(tickets: int) -> int:
    """Return how many accounts a desk of this many tickets has."""
    return max(24, min(5_000, tickets // 200))
