"""Customers: accounts, the people at them, what they own, and the contracts under which they are served."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from models import Account, Asset, Contact, Contract
from services import checks
from services.errors import Invalid
from services.people import EMPLOYEES
from services.register import Field, Register, reference
from services.sql import fetch

# Providers at which anyone has an address: matching mail by such a domain would mix up customers.
_PUBLIC_DOMAINS = frozenset(
    {
        *("gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "live.com", "yahoo.com", "icloud.com"),
        *("aol.com", "gmx.de", "gmx.net", "web.de", "mail.com", "proton.me", "protonmail.com", "qq.com"),
    }
)


class AccountRow(NamedTuple):
    """A company that the desk serves, with its Account Manager and main contact."""

    id: int
    name: str
    email: str
    phone: str
    address: str
    website: str
    domain: str
    manager_id: int | None
    manager: str
    main_contact_id: int | None
    main_contact: str
    active: bool
    created_at: int
    version: int


class ContactRow(NamedTuple):
    """A person at an account; `username` is empty for those who can't log in."""

    id: int
    account_id: int
    account: str
    name: str
    email: str
    phone: str
    title: str
    username: str
    active: bool
    created_at: int
    version: int


class AssetRow(NamedTuple):
    """A device or service of an account."""

    id: int
    account_id: int
    account: str
    name: str
    kind: str
    serial: str
    active: bool
    version: int


class ContractRow(NamedTuple):
    """A service contract of an account; start and end are microseconds UTC."""

    id: int
    account_id: int
    account: str
    name: str
    kind: str
    starts_at: int | None
    ends_at: int | None
    active: bool
    version: int


class _Accounts(Register[AccountRow]):
    def rules(self, key: int | None, row: Mapping[str, Any], wanted: Mapping[str, Any]) -> list[str]:
        contact = wanted.get("main_contact")
        own = "SELECT 1 FROM contact WHERE id = ? AND account_id = ?"
        if contact is not None and not fetch(own, contact, key or 0):
            raise Invalid("That is no contact of this account; choose one of its own.", "main_contact")
        return _domain_warnings(key, str(wanted.get("domain") or ""))


class _Contacts(Register[ContactRow]):
    def rules(self, key: int | None, row: Mapping[str, Any], wanted: Mapping[str, Any]) -> list[str]:
        moved = key is not None and "account" in wanted
        if moved and fetch("SELECT 1 FROM account WHERE main_contact_id = ?", key):
            raise Invalid("This is the main contact of an account; choose another one there first.", "account")
        address = wanted.get("email")
        if not address:
            return []
        same = "SELECT name FROM contact WHERE email = ? AND active = 1 AND id <> ?"
        others = fetch(same, address, key or 0)
        if not others:
            return []
        return [f"{address} is also {others[0][0]}'s address: mail from it can't be told apart."]


class _Contracts(Register[ContractRow]):
    def rules(self, key: int | None, row: Mapping[str, Any], wanted: Mapping[str, Any]) -> list[str]:
        starts, ends = row.get("starts_at"), row.get("ends_at")
        if starts is not None and ends is not None and ends < starts:
            raise Invalid("The contract would end before it starts; check the two dates.", "ends_at")
        return []


_OF_ACCOUNT = {"account": "a.name"}
_JOIN_ACCOUNT = "JOIN account a ON a.id = r.account_id"

ACCOUNTS: Register[AccountRow] = _Accounts(
    "account",
    Account,
    AccountRow,
    {
        "name": Field(checks.name, required=True),
        "email": Field(checks.address),
        "phone": Field(checks.line),
        "address": Field(checks.lines),
        "website": Field(checks.line),
        "domain": Field(checks.domain),
        "manager": Field(reference(lambda: EMPLOYEES)),
        "main_contact": Field(reference(lambda: CONTACTS)),
        "active": Field(checks.flag),
    },
    called_by=("name", "domain"),
    unique=("name",),
    columns={"manager": "COALESCE(e.name, '')", "main_contact": "COALESCE(c.name, '')"},
    joins="LEFT JOIN employee e ON e.id = r.manager_id LEFT JOIN contact c ON c.id = r.main_contact_id",
)

CONTACTS: Register[ContactRow] = _Contacts(
    "contact",
    Contact,
    ContactRow,
    {
        "account": Field(reference(lambda: ACCOUNTS), required=True),
        "name": Field(checks.name, required=True),
        "email": Field(checks.address),
        "phone": Field(checks.line),
        "title": Field(checks.line),
        "active": Field(checks.flag),
    },
    called_by=("name", "email"),
    columns={**_OF_ACCOUNT, "username": "COALESCE(u.username, '')"},
    joins=f"{_JOIN_ACCOUNT} LEFT JOIN desk_user u ON u.contact_id = r.id",
    order="a.name, r.name, r.id",
)

ASSETS: Register[AssetRow] = Register(
    "asset",
    Asset,
    AssetRow,
    {
        "account": Field(reference(lambda: ACCOUNTS), required=True),
        "name": Field(checks.name, required=True),
        "kind": Field(checks.line),
        "serial": Field(checks.line),
        "active": Field(checks.flag),
    },
    called_by=("name", "serial"),
    columns=_OF_ACCOUNT,
    joins=_JOIN_ACCOUNT,
    order="a.name, r.name, r.id",
)

CONTRACTS: Register[ContractRow] = _Contracts(
    "contract",
    Contract,
    ContractRow,
    {
        "account": Field(reference(lambda: ACCOUNTS), required=True),
        "name": Field(checks.name, required=True),
        "kind": Field(checks.line),
        "starts_at": Field(checks.day),
        "ends_at": Field(checks.day),
        "active": Field(checks.flag),
    },
    columns=_OF_ACCOUNT,
    joins=_JOIN_ACCOUNT,
    order="a.name, r.name, r.id",
)


def _domain_warnings(key: int | None, domain: str) -> list[str]:
    if not domain:
        return []
    if domain in _PUBLIC_DOMAINS:
        return [f"Anyone can have an address at {domain}: mail of strangers will count as this account's."]
    others = fetch("SELECT name FROM account WHERE domain = ? AND active = 1 AND id <> ?", domain, key or 0)
    if others:
        return [f"{domain} is also the domain of {others[0][0]}: only contacts' own addresses tell them apart."]
    return []
