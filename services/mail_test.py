"""A test mail: it shows an administrator whether mail leaves the desk, and what the server says to it."""

from __future__ import annotations

from services import checks, journal, mail_identity, mail_settings, mail_writing
from services.errors import Invalid
from services.mail_writing import AUTOMATIC_NOTICE, Letter
from services.outbox import (
    FAILED,
    HELD,
    SEND,
    SENDING,
    SENT,
    UNKNOWN,
    WAITING,
    WITHDRAWN,
    Outgoing,
    Recipient,
    enqueue,
)
from services.session import Session
from services.sql import first
from services.text import one_line

_TEXT = """This is a test of the Email Connector.

{name} sent it from Deskwire to see whether mail leaves the desk. Nobody has to answer."""


def queue(session: Session, address: str) -> int:
    """Queue a test mail to one address and return its id in the outbox. Needs the privilege `administer`."""
    session.require("administer")
    checked = checks.mail_address(address, "address")
    if refusal := mail_settings.outgoing_refusal():
        raise Invalid(refusal)
    settings = mail_settings.current()
    with journal.operation(session, SEND) as op:
        letter = Letter(
            sender=(settings.support_name, settings.support_address),
            subject="Test of the Email Connector",
            text=_TEXT.format(name=session.name),
            message_id=mail_identity.new_message_id(None),
            at=op.at,
            to=[("", checked)],
            extra=AUTOMATIC_NOTICE,
        )
        head, content = mail_writing.compose(letter)
        sender = settings.support_address
        outgoing = Outgoing(None, "test", letter.message_id, head, content, envelope_sender=sender)
        return enqueue(op, outgoing, [Recipient("to", checked)])


def outcome(session: Session, outgoing_id: int) -> tuple[bool, str]:
    """Return whether a test mail has left, and what became of it in one sentence. Needs `administer`."""
    session.require("administer")
    row = first("SELECT address, state, reply, reply_code FROM delivery WHERE outgoing_id = ? ORDER BY id", outgoing_id)
    if row is None:
        return False, "The test mail is not in the outbox any more."
    address, state, reply = one_line(row[0], limit=100), row[1], one_line(row[2], limit=300)
    # Without a code it is what happened to the connection, in our own words.
    said = f"The server said: {reply}" if reply and row[3] is not None else reply
    told = {
        SENT: f"The mail server has taken the test mail to {address}.",
        WAITING: f"The test mail to {address} still waits in the outbox.",
        SENDING: f"The test mail to {address} is being sent at this moment; look into the outbox.",
        FAILED: f"The mail server has refused the test mail to {address}.",
        UNKNOWN: f"The mail server did not say whether it has taken the test mail to {address}.",
        HELD: f"The test mail to {address} is held in the outbox.",
        WITHDRAWN: f"The test mail to {address} was withdrawn.",
    }
    return state == SENT, f"{told[state]} {said}".rstrip()
