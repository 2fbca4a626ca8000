"""Whom a mail address belongs to: the desk's own people, read once and kept briefly, and the people of customers."""

from __future__ import annotations

from collections.abc import Collection

from services import catalogue
from services.named import NamedTuple
from services.sql import fetch, marks


class Colleague(NamedTuple):
    """An employee as mail knows one; `addresses` has the one that mail goes to first, and may be empty."""

    id: int
    name: str
    addresses: tuple[str, ...]
    active: bool
    all_mail: bool
    user_id: int | None

    @property
    def address(self) -> str:
        """Where mail for this employee goes."""
        return self.addresses[0] if self.addresses else ""


class Staff(NamedTuple):
    """Everybody at the desk by id and by address, and the members of each team who work there now."""

    by_id: dict[int, Colleague]
    by_address: dict[str, tuple[Colleague, ...]]
    members: dict[int, tuple[int, ...]]

    def writer(self, address: str) -> Colleague | None:
        """Return the active employee whose address this is; None when nobody or more than one has it."""
        active = [one for one in self.by_address.get(address, ()) if one.active]
        return active[0] if len(active) == 1 else None

    def doubt(self, address: str) -> str:
        """Say so when an address is an employee's, but not of exactly one who is active."""
        having = self.by_address.get(address, ())
        if not having or self.writer(address) is not None:
            return ""
        whose = "several employees share" if any(one.active for one in having) else "an inactive employee has"
        return f"Treated as a customer's mail: {whose} the address {address}."

    def has_name(self, name: str) -> bool:
        """Tell whether somebody at the desk is called so."""
        wanted = name.casefold().split()
        return any(one.name.casefold().split() == wanted for one in self.by_id.values())

    def is_inactive(self, address: str) -> bool:
        """Tell whether an address belongs to nobody but employees who left."""
        having = self.by_address.get(address, ())
        return bool(having) and not any(one.active for one in having)

    def managers(self, manager_id: int) -> tuple[int, ...]:
        """Return the employees behind a manager key: one person, or the members of a team."""
        manager = catalogue.names().managers.get(manager_id)
        if manager is None:
            return ()
        if manager.team_id is not None:
            return self.members.get(manager.team_id, ())
        return (manager.employee_id,) if manager.employee_id is not None else ()


class Customer(NamedTuple):
    """Whom an address from outside belongs to; None and empty where nobody knows."""

    account_id: int | None = None
    contact_id: int | None = None
    name: str = ""
    user_id: int | None = None


_kept: tuple[object, Staff] | None = None


def staff() -> Staff:
    """Return everybody at the desk, at most as old as the desk's other short lists. Needs a connection."""
    global _kept
    names = catalogue.names()
    if _kept is not None and _kept[0] is names:
        return _kept[1]
    fresh = _read()
    _kept = (names, fresh)
    return fresh


def _read() -> Staff:
    by_id: dict[int, Colleague] = {}
    by_address: dict[str, tuple[Colleague, ...]] = {}
    for key, name, email1, email2, active, all_mail, user_id in fetch(
        "SELECT e.id, e.name, e.email1, e.email2, e.active, e.all_mail, u.id FROM employee e"
        " LEFT JOIN desk_user u ON u.employee_id = e.id ORDER BY e.id"
    ):
        addresses = tuple(dict.fromkeys(one.lower() for one in (email1, email2) if one))
        by_id[key] = one = Colleague(key, name, addresses, bool(active), bool(all_mail), user_id)
        for address in addresses:
            by_address[address] = (*by_address.get(address, ()), one)
    members: dict[int, tuple[int, ...]] = {}
    for team_id, employee_id in fetch("SELECT team_id, employee_id FROM team_member ORDER BY team_id, employee_id"):
        member = by_id.get(employee_id)
        if member is not None and member.active:
            members[team_id] = (*members.get(team_id, ()), employee_id)
    return Staff(by_id, by_address, members)


def customer(address: str) -> Customer:
    """Return whom an address from outside belongs to: by the address, then by its domain.

    An address that several contacts of one account share tells the account only; whatever would leave two
    accounts to choose from tells nothing.
    """
    wanted = address.strip().lower()
    if "@" not in wanted:
        return Customer()
    people = fetch(
        "SELECT c.account_id, c.id, c.name, u.id FROM contact c JOIN account a ON a.id = c.account_id"
        " LEFT JOIN desk_user u ON u.contact_id = c.id"
        " WHERE c.email = ? AND c.active = 1 AND a.active = 1 ORDER BY c.id",
        wanted,
    )
    if len({row[0] for row in people}) > 1:
        return Customer()
    if people:
        return Customer(*people[0]) if len(people) == 1 else Customer(people[0][0])
    return Customer(_account_of(wanted.rpartition("@")[2]))


def _account_of(domain: str) -> int | None:
    """A mail from mail.example.com belongs to example.com, unless an account has the longer name."""
    parts = domain.split(".")
    candidates = [".".join(parts[start:]) for start in range(max(1, len(parts) - 1))][:10]
    found = fetch(f"SELECT domain, id FROM account WHERE active = 1 AND domain IN ({marks(candidates)})", *candidates)
    for candidate in candidates:
        accounts = [int(key) for name, key in found if name == candidate]
        if accounts:
            return accounts[0] if len(accounts) == 1 else None
    return None


def tickets_of(address: str, ticket_ids: Collection[int]) -> set[int]:
    """Return those of some tickets to whose people an address from outside belongs.

    They are the outside recipients, the requester and the contact, and the contacts of the account.
    """
    if not address or not ticket_ids:
        return set()
    found = fetch(
        f"SELECT t.id FROM ticket t WHERE t.id IN ({marks(list(ticket_ids))}) AND (t.requester_email = ?"
        " OR EXISTS (SELECT 1 FROM external_recipient r WHERE r.ticket_id = t.id AND r.address = ?)"
        " OR EXISTS (SELECT 1 FROM contact c WHERE c.email = ? AND (c.id = t.contact_id"
        " OR (c.active = 1 AND c.account_id = t.account_id))))",
        *ticket_ids,
        *[address] * 3,
    )
    return {row[0] for row in found}
