"""The lists that a desk chooses from: statuses, extensions, types, categories, products, charge items."""

from __future__ import annotations

from models.base import Flag, IntegerField, Money, Table, TextField, link
from models.people import Manager


class Status(Table):
    """A ticket status: the label can be renamed, rules hang on the role; class is `open` or `closed`."""

    code = IntegerField(primary_key=True)
    label = TextField()
    status_class = TextField()
    role = TextField(unique=True)
    priority_effect = TextField(default="")
    position = IntegerField()
    version = IntegerField(default=1)


class Extension(Table):
    """A status extension such as WFC, Waiting For Client."""

    code = TextField(unique=True)
    label = TextField()
    active = Flag(default=1)
    version = IntegerField(default=1)


class TicketType(Table):
    """The nature of an issue."""

    label = TextField(unique=True)
    active = Flag(default=1)
    version = IntegerField(default=1)


class Category(Table):
    """A category of tickets; it decides who receives them and whether clients see them."""

    name = TextField(unique=True)
    manager_email = TextField(default="")
    manager = link(Manager, null=True)
    client_visible = Flag(default=1)
    active = Flag(default=1)
    version = IntegerField(default=1)


class Product(Table):
    """A product or service that a ticket can be about."""

    name = TextField(unique=True)
    active = Flag(default=1)
    version = IntegerField(default=1)


class ChargeItem(Table):
    """A preset for charges: its kind, label and usual rate."""

    kind = TextField()
    label = TextField()
    rate = Money()
    currency = TextField()
    active = Flag(default=1)
    version = IntegerField(default=1)


class DeskSetting(Table):
    """A setting of the whole desk, JSON text."""

    name = TextField(primary_key=True)
    value = TextField()
