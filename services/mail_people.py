"""Whom a mail address belongs to: the desk's own people, read once and kept briefly, and the people of customers."""

from __future__ import annotations

from collections.abc import Collection
from functools import partial
from typing import Any

from services import catalogue
from services.named import NamedTuple
from services.sql import fetch, marks, remembered


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
    return remembered(("customer", wanted), lambda: _customers([wanted])[wanted])


def expect(addresses: Collection[str]) -> None:
    """Look up at once to whom the addresses belong that a batch of mail is about to ask for, one by one."""
    wanted = {one.strip().lower() for one in addresses}
    customers, contacts = _customers(wanted), _contacts(wanted)
    for address in wanted:
        remembered(("customer", address), partial(customers.__getitem__, address))
        remembered(("contact", address), partial(contacts.get, address))


def contact_with(address: str) -> int | None:
    """Return the contact that has an address, an active one if there is one."""
    return remembered(("contact", address), lambda: _contacts([address]).get(address))


def _contacts(addresses: Collection[str]) -> dict[str, int]:
    if not addresses:
        return {}
    wanted = sorted(addresses)
    rows = fetch(f"SELECT email, id FROM contact WHERE email IN ({marks(wanted)}) ORDER BY active, id DESC", *wanted)
    return dict((email, key) for email, key in rows)


def _customers(addresses: Collection[str]) -> dict[str, Customer]:
    found = dict.fromkeys(addresses, Customer())
    wanted = sorted(one for one in found if "@" in one)
    if not wanted:
        return found
    people: dict[str, list[tuple[Any, ...]]] = {}
    for email, *row in fetch(
        "SELECT c.email, c.account_id, c.id, c.name, u.id FROM contact c JOIN account a ON a.id = c.account_id"
        " LEFT JOIN desk_user u ON u.contact_id = c.id"
        f" WHERE c.email IN ({marks(wanted)}) AND c.active = 1 AND a.active = 1 ORDER BY c.id",
        *wanted,
    ):
        people.setdefault(email, []).append(tuple(row))
    for address, rows in people.items():
        if len(rows) == 1:
            found[address] = Customer(*rows[0])
        elif len({row[0] for row in rows}) == 1:
            found[address] = Customer(rows[0][0])
    strangers = {one: one.rpartition("@")[2] for one in wanted if one not in people}
    accounts = _accounts_of(set(strangers.values()))
    return found | {address: Customer(accounts[domain]) for address, domain in strangers.items()}


def _accounts_of(domains: Collection[str]) -> dict[str, int | None]:
    """A mail from mail.example.com belongs to example.com, unless an account has the longer name."""
    candidates = {domain: _candidates(domain) for domain in domains}
    wanted = sorted({one for some in candidates.values() for one in some if one})
    accounts: dict[str, list[int]] = {}
    if wanted:
        asked = f"SELECT domain, id FROM account WHERE active = 1 AND domain IN ({marks(wanted)})"
        for name, key in fetch(asked, *wanted):
            accounts.setdefault(name, []).append(int(key))
    found: dict[str, int | None] = {}
    for domain, names in candidates.items():
        having = next((accounts[one] for one in names if one in accounts), [])
        found[domain] = having[0] if len(having) == 1 else None
    return found


def _candidates(domain: str) -> list[str]:
    parts = domain.split(".")
    return [".".join(parts[start:]) for start in range(max(1, len(parts) - 1))][:10]


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
