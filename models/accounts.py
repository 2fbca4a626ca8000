"""Customers: accounts, their contacts, assets and contracts."""

from __future__ import annotations

from peewee import DeferredForeignKey, ForeignKeyField

from models.base import Flag, IntegerField, Moment, Table, TextField, link


class Account(Table):
    """A company that the desk serves; `manager` is its Account Manager, `domain` matches its mail."""

    name = TextField(index=True)
    email = TextField(default="")
    phone = TextField(default="")
    address = TextField(default="")
    website = TextField(default="")
    domain = TextField(default="", index=True)
    manager = DeferredForeignKey("Employee", null=True, on_delete="RESTRICT", index=False)
    main_contact = DeferredForeignKey("Contact", null=True, on_delete="RESTRICT", index=False)
    active = Flag(default=1)
    created_at = Moment()
    version = IntegerField(default=1)


class Contact(Table):
    """A person at an account; `email` is lower case, so that a sender is found by equality."""

    account = ForeignKeyField(Account, backref="+", on_delete="RESTRICT")
    name = TextField()
    email = TextField(default="", index=True)
    phone = TextField(default="")
    title = TextField(default="")
    active = Flag(default=1)
    created_at = Moment()
    version = IntegerField(default=1)


class Asset(Table):
    """A device or service of an account."""

    account = link(Account, index=True)
    name = TextField()
    kind = TextField(default="")
    serial = TextField(default="")
    active = Flag(default=1)
    version = IntegerField(default=1)


class Contract(Table):
    """A service contract of an account, under which a ticket's charges are billed."""

    account = link(Account, index=True)
    name = TextField()
    kind = TextField(default="")
    starts_at = Moment(null=True)
    ends_at = Moment(null=True)
    active = Flag(default=1)
    version = IntegerField(default=1)
