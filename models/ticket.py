"""The ticket, and the indexes that its lists are read from."""

from __future__ import annotations

from peewee import SQL

from models.accounts import Account, Asset, Contact, Contract
from models.base import Flag, IntegerField, Moment, Table, TextField, link
from models.catalogue import Category, Extension, Product, Status, TicketType
from models.people import Manager, User


class Ticket(Table):
    """A request and its present state; what happened to it stands in the journal.

    `is_open` repeats the class of the status so that lists need no join. `mark` is the global envelope:
    0 none, 1 unread by the manager, 2 read. `priority` is 0 (not applicable) to 4 (urgent). `confirm` is whether the
    manager is to be told of the new ticket by mail.
    """

    subject = TextField()
    status = link(Status)
    is_open = Flag(default=1)
    extension = link(Extension, null=True)
    priority = IntegerField(default=2)
    type = link(TicketType, null=True)
    category = link(Category, null=True)
    product = link(Product, null=True)
    manager = link(Manager)
    account = link(Account, null=True)
    contact = link(Contact, null=True)
    asset = link(Asset, null=True)
    contract = link(Contract, null=True)
    requester_name = TextField(default="")
    requester_email = TextField(default="")
    url = TextField(default="")
    description = TextField(default="")
    resolution = TextField(default="")
    created_by = link(User, null=True)
    channel = TextField()
    sent_at = Moment(null=True)
    created_at = Moment()
    opened_at = Moment(null=True)
    updated_at = Moment()
    due_at = Moment(null=True)
    closed_at = Moment(null=True)
    waiting_for_dispatch = Flag()
    in_inbox = Flag()
    mark = IntegerField(default=0)
    archived = Flag()
    archive_reason = TextField(default="")
    merged_into = link("self", null=True)
    version = IntegerField(default=1)
    confirm = Flag(default=1)


_NEWEST = "updated_at DESC, id DESC"
_LIVE = "archived = 0"

TICKET_INDEXES = {
    "ticket_open": f"(is_open, {_NEWEST}) WHERE {_LIVE}",
    "ticket_all": f"({_NEWEST}) WHERE {_LIVE}",
    "ticket_status": f"(status_id, {_NEWEST}) WHERE {_LIVE}",
    "ticket_manager": f"(manager_id, is_open, {_NEWEST}) WHERE {_LIVE}",
    "ticket_creator": f"(created_by_id, is_open, {_NEWEST}) WHERE {_LIVE}",
    "ticket_account": f"(account_id, {_NEWEST}) WHERE {_LIVE}",
    "ticket_contact": f"(contact_id, {_NEWEST}) WHERE {_LIVE}",
    "ticket_category": f"(category_id, {_NEWEST}) WHERE {_LIVE}",
    "ticket_inbox": f"({_NEWEST}) WHERE in_inbox = 1 AND {_LIVE}",
    "ticket_dispatch": f"({_NEWEST}) WHERE waiting_for_dispatch = 1 AND {_LIVE}",
    "ticket_unread": f"(manager_id, {_NEWEST}) WHERE mark = 1 AND {_LIVE}",
    "ticket_due": f"(due_at, id) WHERE is_open = 1 AND due_at IS NOT NULL AND {_LIVE}",
    "ticket_archived": f"({_NEWEST}) WHERE archived = 1",
}

for _name, _shape in TICKET_INDEXES.items():
    Ticket.add_index(SQL(f"CREATE INDEX IF NOT EXISTS {_name} ON ticket {_shape}"))
