"""Mail in the outbox, queued as the desk queues it, and what has become of it."""

from __future__ import annotations

from services import journal, mail_settings, outbox
from services.mail_identity import new_message_id
from services.mail_writing import Letter, compose
from services.numbers import number_of
from services.outbox import Outgoing, Recipient
from services.preferences import set_desk_setting
from services.session import Session, desk_session
from services.sql import fetch

SUPPORT = "support@desk.example"


def desk() -> Session:
    """Return the session under which the desk itself sends."""
    return desk_session("email")


def send_through(administrator: Session, port: int, **settings: object) -> None:
    """Have mail leave through a server on this machine; further settings by name."""
    chosen = {"smtp_host": "127.0.0.1", "smtp_port": port, "smtp_security": "none", **settings}
    for name, value in chosen.items():
        set_desk_setting(administrator, name, value)
    mail_settings.forget()


def written(ticket_id: int | None, *, kind: str = "reply", text: str = "Hello.", automatic: bool = False) -> Outgoing:
    """Write a mail of a ticket."""
    message_id = new_message_id(ticket_id)
    subject = f"Printer [{number_of(ticket_id)}]" if ticket_id else "A test"
    letter = Letter(("Desk", SUPPORT), subject, text, message_id, 1_795_608_000_000_000, to=[("", "bob@acme.example")])
    head, content = compose(letter)
    sender = "" if automatic else SUPPORT
    return Outgoing(ticket_id, kind, message_id, head, content, automatic=automatic, envelope_sender=sender)


def queue(
    session: Session,
    ticket_id: int | None,
    *addresses: str,
    mail: Outgoing | None = None,
    delay_seconds: int = 0,
    automatic: bool = False,
) -> int:
    """Queue a mail in an operation of its own, as Send does, and return its id."""
    with journal.operation(session, "send-mail") as op:
        outgoing = mail or written(ticket_id, automatic=automatic)
        recipients = [Recipient("to", address) for address in addresses]
        outgoing_id = outbox.enqueue(op, outgoing, recipients, delay_seconds=delay_seconds)
        if ticket_id is not None:
            op.entry(ticket_id, "note", "We answered.", public=True)
    return outgoing_id


def states() -> dict[str, str]:
    """Return the state of every address in the outbox; of one that stands there twice, the newest."""
    return dict(fetch("SELECT address, state FROM delivery ORDER BY id"))
