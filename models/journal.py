"""The journal: every write as an operation, its changes field by field, and the tickets' history."""

from __future__ import annotations

from peewee import SQL

from models.base import Flag, IntegerField, Moment, Table, TextField, link
from models.people import User
from models.ticket import Ticket


class Operation(Table):
    """One transaction: who, when, through which channel, which action.

    `uid` is made by the client, so that a retry after a lost answer finds the first try. `actor` is the
    name as it was then, also for senders who are no users. An undo names in `undoes` the operation that it took
    back, which has it as `undone_by` for as long as it stays taken back.
    """

    uid = TextField(null=True)
    at = Moment()
    user = link(User, null=True)
    actor = TextField()
    os_account = TextField(default="")
    channel = TextField()
    action = TextField()
    undoes = link("self", null=True)
    # No link, because it points forward, and tables are copied in the order of their rows.
    undone_by = IntegerField(null=True, column_name="undone_by_id")


Operation.add_index(SQL("CREATE UNIQUE INDEX IF NOT EXISTS operation_uid ON operation (uid) WHERE uid IS NOT NULL"))
Operation.add_index(SQL("CREATE INDEX IF NOT EXISTS operation_at ON operation (at)"))
Operation.add_index(SQL("CREATE INDEX IF NOT EXISTS operation_user ON operation (user_id, id)"))


class History(Table):
    """One entry in a ticket's History; entries are never edited.

    `kind` says what it is (see services.history_kinds), `text` what people wrote, `public` whether clients see
    it, `subject_id` points to the mail, document or charge that the entry is about.
    """

    ticket = link(Ticket)
    operation = link(Operation)
    kind = TextField()
    public = Flag()
    text = TextField(default="")
    subject_id = IntegerField(null=True)


History.add_index(SQL("CREATE INDEX IF NOT EXISTS history_ticket ON history (ticket_id, id)"))
History.add_index(SQL("CREATE INDEX IF NOT EXISTS history_operation ON history (operation_id)"))


class Change(Table):
    """One field before and after, as JSON text; a row that came to be or went has null on that side.

    `entity` is the table's name, `entity_id` its key as text.
    """

    operation = link(Operation, index=True)
    ticket = link(Ticket, null=True)
    entity = TextField()
    entity_id = TextField()
    field = TextField()
    before = TextField(null=True)
    after = TextField(null=True)


Change.add_index(
    SQL("CREATE INDEX IF NOT EXISTS change_ticket ON change (ticket_id, operation_id) WHERE ticket_id IS NOT NULL")
)
