"""Mail as it arrived: the original first, then what was read from it."""

from __future__ import annotations

from models.base import Flag, IntegerField, Moment, Table, TextField, link
from models.files import Blob
from models.ticket import Ticket


class MailOriginal(Table):
    """The raw bytes of one mail and what became of them: received, filed, duplicate or quarantined.

    `body_key` recognises the same content over different routes.
    """

    blob = link(Blob, unique=True)
    source = TextField(default="")
    state = TextField(index=True)
    reason = TextField(default="")
    message_id = TextField(default="", index=True)
    body_key = TextField(default="")
    received_at = Moment()
    tries = IntegerField(default=0)


class Mail(Table):
    """A mail filed in a ticket's History; addresses are JSON lists of [name, address]."""

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
