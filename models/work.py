"""What hangs on a ticket: recipients and charges."""

from __future__ import annotations

from models.accounts import Contact
from models.base import Flag, IntegerField, Moment, Money, Table, TextField, link
from models.people import Employee
from models.ticket import Ticket


class ExternalRecipient(Table):
    """An outside address that gets outgoing mail of a ticket, as `to`, `cc` or `bcc`."""

    contact_id: int | None

    ticket = link(Ticket)
    address = TextField()
    name = TextField(default="")
    kind = TextField(default="to")
    contact = link(Contact, null=True)

    class Meta:
        indexes = ((("ticket", "address"), True),)


class EmployeeRecipient(Table):
    """An employee who follows a ticket; `level` is `created` (told once) or `all` (every mail)."""

    ticket = link(Ticket)
    employee = link(Employee, index=True)
    level = TextField(default="all")

    class Meta:
        indexes = ((("ticket", "employee"), True),)


class Charge(Table):
    """Work, an expense or a part on a ticket; quantity in thousandths, rate in minor units of the currency."""

    ticket_id: int
    employee_id: int | None

    ticket = link(Ticket, index=True)
    kind = TextField()
    label = TextField()
    quantity = IntegerField()
    rate = Money()
    currency = TextField()
    billable = Flag(default=1)
    note = TextField(default="")
    employee = link(Employee, null=True)
    charged_at = Moment()
    removed = Flag()
    created_at = Moment()
    version = IntegerField(default=1)
