"""Mail as it arrived, the original first, then what was read from it; and mail that leaves, a row per recipient."""

from __future__ import annotations

from peewee import SQL, BigIntegerField

from models.base import Flag, IntegerField, Moment, Table, TextField, link
from models.catalogue import Category
from models.files import Blob
from models.journal import Operation
from models.people import Employee
from models.ticket import Ticket


class Mailbox(Table):
    """A mailbox that the Email Connector fetches by IMAP; its password is never kept here.

    `security` is tls or starttls, or none for a server on this machine. `sign_in` is password, or who gives out tokens
    instead: microsoft, microsoft-app, google or custom. `after` says what happens to a mail once it is kept: flag, move
    (to `move_to`) or delete.
    """

    name = TextField(unique=True)
    host = TextField()
    port = IntegerField(default=993)
    security = TextField(default="tls")
    username = TextField()
    sign_in = TextField(default="password")
    folder = TextField(default="INBOX")
    category = link(Category, null=True)
    after = TextField(default="flag")
    move_to = TextField(default="")
    poll_seconds = IntegerField(default=60)
    active = Flag(default=1)
    created_at = Moment()
    version = IntegerField(default=1)


class MailboxState(Table):
    """How far a mailbox is fetched, and how that went; no setting, so no journal and no version.

    Everything up to `last_uid` under `uid_validity` is kept, but for the uids in `missing` (a JSON list), which the
    server failed to hand out and which are tried again. Nobody but the holder of `claimed_by` fetches until
    `claimed_until`.
    """

    mailbox = link(Mailbox, unique=True)
    uid_validity = BigIntegerField(default=0)
    last_uid = BigIntegerField(default=0)
    missing = TextField(default="[]")
    fetched = IntegerField(default=0)
    last_success_at = Moment(null=True)
    last_error_at = Moment(null=True)
    last_error = TextField(default="")
    claimed_by = TextField(default="")
    claimed_until = Moment(null=True)


class MailOriginal(Table):
    """The raw bytes of one mail and what became of them: received, filed, duplicate, quarantined, review or aside.

    `body_key` recognises the same content over different routes. `envelope_sender` is null where the route tells
    none, and empty for the null sender; `envelope_recipients` is a JSON list. `decision` is what a person chose for
    a mail under review: a ticket's id, or 0 for a new ticket. `sender` and `subject` are there for mail that is on no
    ticket, so that people see what it is.
    """

    blob = link(Blob, unique=True)
    source = TextField(default="")
    state = TextField(index=True)
    reason = TextField(default="")
    message_id = TextField(default="", index=True)
    body_key = TextField(default="")
    received_at = Moment()
    tries = IntegerField(default=0)
    envelope_sender = TextField(null=True)
    envelope_recipients = TextField(default="[]")
    mailbox = link(Mailbox, null=True)
    decision = IntegerField(null=True)
    sender = TextField(default="")
    subject = TextField(default="")


class Mail(Table):
    """A mail filed in a ticket's History; addresses are JSON lists of [name, address].

    `protection` says by what it is signed or encrypted, unchecked. The writer of a forwarded mail is offered as
    requester.
    """

    original = link(MailOriginal, null=True, index=True)
    ticket = link(Ticket, index=True)
    direction = TextField()
    message_id = TextField(index=True)
    in_reply_to = TextField(default="")
    sender_name = TextField(default="")
    sender_email = TextField(default="")
    to = TextField(default="[]", column_name="to_addresses")
    cc = TextField(default="[]", column_name="cc_addresses")
    bcc = TextField(default="[]", column_name="bcc_addresses")
    subject = TextField(default="")
    sent_at = Moment(null=True)
    automatic = Flag()
    warnings = TextField(default="[]")
    protection = TextField(default="")
    forwarded_name = TextField(default="")
    forwarded_email = TextField(default="")


class OutgoingMail(Table):
    """A mail that leaves the desk: `head` (header fields in ASCII) and the content's bytes from `body_start` on.

    So a distributed mail shares its content with the original. `kind` is reply, distribution, response,
    notification, copy or test; `mail` is the mail of the History that it carries. `automatic` means that no person
    wrote it, which is what rates count.
    """

    ticket = link(Ticket, null=True, index=True)
    operation = link(Operation)
    mail = link(Mail, null=True, index=True)
    kind = TextField()
    message_id = TextField(unique=True)
    envelope_sender = TextField(default="")
    head = TextField()
    blob = link(Blob)
    body_start = IntegerField(default=0)
    automatic = Flag()
    created_at = Moment()


class Delivery(Table):
    """One outgoing mail to one recipient: the outbox.

    `state` is waiting, sending, sent, unknown (the server went silent after it had everything), failed, held (a rate
    was reached) or withdrawn; `unknowns` is how often it was unknown, because it is repeated once. Nobody but the
    holder of `claimed_by` sends it until `claimed_until`. `bounce` is permanent or temporary once a bounce came back.
    `ticket` and `automatic` repeat the mail's, so that rates are counted from one index.
    """

    outgoing = link(OutgoingMail, index=True)
    ticket = link(Ticket, null=True)
    role = TextField()
    address = TextField()
    name = TextField(default="")
    employee = link(Employee, null=True)
    automatic = Flag()
    state = TextField(default="waiting")
    tries = IntegerField(default=0)
    unknowns = IntegerField(default=0)
    created_at = Moment()
    next_at = Moment()
    claimed_by = TextField(default="")
    claimed_until = Moment(null=True)
    sent_at = Moment(null=True)
    reply_code = IntegerField(null=True)
    reply = TextField(default="")
    bounce = TextField(default="")
    bounced_at = Moment(null=True)


Delivery.add_index(
    SQL(
        "CREATE INDEX IF NOT EXISTS delivery_due ON delivery (next_at, id)"
        " WHERE state IN ('waiting', 'sending', 'unknown')"
    )
)
Delivery.add_index(
    SQL(
        "CREATE INDEX IF NOT EXISTS delivery_rate ON delivery (ticket_id, address, created_at)"
        " WHERE automatic = 1 AND state <> 'held'"
    )
)
Delivery.add_index(
    SQL("CREATE INDEX IF NOT EXISTS delivery_total ON delivery (created_at) WHERE automatic = 1 AND state <> 'held'")
)
Delivery.add_index(
    SQL(
        "CREATE INDEX IF NOT EXISTS delivery_trouble ON delivery (id)"
        " WHERE (state IN ('unknown', 'failed', 'held') OR bounce <> '')"
    )
)


class CannedText(Table):
    """A text for answers that people write often; fields in braces are filled in from the ticket."""

    name = TextField(unique=True)
    text = TextField()
    active = Flag(default=1)
    created_at = Moment()
    version = IntegerField(default=1)


class ConnectorRun(Table):
    """One running Email Connector, so that people see whether mail moves; `seen_at` is renewed while it works."""

    name = TextField()
    started_at = Moment()
    seen_at = Moment()
    stopped_at = Moment(null=True)
