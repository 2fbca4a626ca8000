"""What the desk writes by itself about a new ticket: an answer to whoever asked, a replica to who is to know."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from services import (
    distribution,
    history_kinds,
    journal,
    mail_identity,
    mail_people,
    mail_settings,
    mail_templates,
    mail_writing,
    tickets,
)
from services.distribution import Writer
from services.mail_settings import MailSettings
from services.mail_writing import Address, Attachment, Field, Letter, subject_with_number
from services.outbox import NOTIFICATION, RESPONSE, Outgoing, Recipient, enqueue, named
from services.records import TicketDetail
from services.session import Session, desk_session

ACTION = "notify-mail"
"""The operation that queues a notification, beside the one that makes the ticket: that one can still be taken back."""
_MB = 1_000_000


def respond(
    op: journal.Recorder, ticket: TicketDetail, to: Address, *, in_reply_to: str, references: Sequence[str]
) -> None:
    """Queue the automatic answer to a mail that made a ticket, to whoever wrote it.

    Whether that may be answered at all is for the caller to know.
    """
    settings = mail_settings.current()
    if mail_settings.outgoing_refusal() is not None or not settings.automatic_response:
        return
    values = mail_templates.values_of(ticket, company=_company(settings))
    subject = mail_templates.fill_line(settings.response_subject, values)
    text = mail_templates.fill(settings.response_text, values)
    recipients = [Recipient("to", to[1], to[0])]
    thread = (in_reply_to, (*references, in_reply_to))
    _send(op, ticket, RESPONSE, subject, text, recipients, thread, mail_writing.AUTOMATIC_ANSWER)
    op.entry(ticket.id, history_kinds.DELIVERY, f"Automatic answer to {to[1]}")


def notify(
    session: Session,
    ticket_id: int,
    *,
    confirm: bool,
    copies: Collection[int],
    files: Sequence[tuple[str, str, bytes]] = (),
) -> None:
    """Tell the managers of a new ticket, if `confirm`, and those who get a copy of it; never whoever opened it.

    The ticket's `files`, as (name, content type, bytes), go along as far as they fit into a mail; the text names the
    others. Runs inside the transaction that made the ticket, as an operation of the desk.
    """
    if not (confirm or copies) or mail_settings.outgoing_refusal() is not None:
        return
    desk = desk_session(session.channel, session.os_account)
    ticket = tickets.get(desk, ticket_id)
    people = distribution.people_of(ticket.id, ticket.manager_id)
    settings = mail_settings.current()
    recipients = distribution.of_new_ticket(
        people, _writer(session), settings.own_addresses, confirm=confirm, copies=copies
    )
    if not recipients:
        return
    values = mail_templates.values_of(ticket, company=_company(settings), employee=session.name)
    subject = mail_templates.fill_line(settings.notification_subject, values)
    text = mail_templates.fill(settings.notification_text, values)
    fitting, others = _fitting(files, settings.largest_mail_mb * _MB)
    if others:
        text = f"{text.rstrip()}\n\nToo large for this mail, but on the ticket: {', '.join(others)}"
    with journal.operation(desk, ACTION) as op:
        _send(op, ticket, NOTIFICATION, subject, text, recipients, ("", ()), mail_writing.AUTOMATIC_NOTICE, fitting)
        told = named([one.name or one.address for one in recipients])
        op.entry(ticket.id, history_kinds.DELIVERY, f"Told by mail: {told}")


def _send(
    op: journal.Recorder,
    ticket: TicketDetail,
    kind: str,
    subject: str,
    text: str,
    recipients: Sequence[Recipient],
    thread: tuple[str, Sequence[str]],
    marks: Sequence[Field],
    files: Sequence[Attachment] = (),
) -> None:
    settings = mail_settings.current()
    message_id = mail_identity.new_message_id(ticket.id)
    reply_to = mail_identity.plus_address(ticket.id) if settings.plus_addressing else settings.support_address
    in_reply_to, references = thread
    written = mail_writing.compose(
        Letter(
            sender=(settings.support_name, settings.support_address),
            subject=subject_with_number(subject, ticket.number),
            text=text,
            message_id=message_id,
            at=op.at,
            to=[(one.name, one.address) for one in recipients if one.role == "to"],
            cc=[(one.name, one.address) for one in recipients if one.role == "cc"],
            reply_to=reply_to,
            in_reply_to=in_reply_to,
            references=references,
            attachments=files,
            extra=marks,
        )
    )
    # The null sender, because a program that answers even an error would otherwise begin a loop.
    outgoing = Outgoing(ticket.id, kind, message_id, written.head, written.content, automatic=True, envelope_sender="")
    # A ticket that was entered in error is taken back at once, and then nobody is to be told of it.
    delay = settings.send_delay_seconds if kind == NOTIFICATION else 0
    enqueue(op, outgoing, recipients, delay_seconds=delay)


def _fitting(files: Sequence[tuple[str, str, bytes]], most: int) -> tuple[list[Attachment], list[str]]:
    """Return the files that fit into a mail of so many bytes, and the names of the others."""
    fitting: list[Attachment] = []
    others: list[str] = []
    for name, content_type, data in files:
        size = len(data) * 4 // 3  # base64 makes four bytes of three
        if size > most:
            others.append(name)
        else:
            most -= size
            fitting.append(Attachment(name, content_type, data))
    return fitting, others


def _company(settings: MailSettings) -> str:
    return settings.support_name or settings.support_address


def _writer(session: Session) -> Writer:
    one = mail_people.staff().by_id.get(session.employee_id or 0)
    return Writer(frozenset(one.addresses if one else (session.email.lower(),)) - {""}, session.employee_id)
