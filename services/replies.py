"""Answers that people write at the desk: filed in the History and queued for everybody, in one operation."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import NamedTuple

from services import (
    canned_texts,
    catalogue,
    clock,
    distribution,
    documents,
    history_kinds,
    journal,
    local_files,
    mail_identity,
    mail_people,
    mail_settings,
    mail_templates,
    mail_threads,
    mail_writing,
    mails,
    reply_people,
    ticket_changes,
    tickets,
)
from services.change_rights import change_refusal
from services.errors import Invalid
from services.mail_settings import MailSettings
from services.mail_writing import Address, Attachment, Letter, subject_with_number
from services.outbox import SEND, Outgoing, Recipient, enqueue
from services.records import TicketDetail
from services.reply_people import Addressees
from services.session import EMPLOYEES_ONLY, Session
from services.sql import first
from services.text import clean, header
from services.ticket_writes import touch

ACTION = SEND
MAX_CHARACTERS = 1_000_000
_MB = 1_000_000
_THREAD = 30


class Reply(NamedTuple):
    """What a person sends from a ticket; `answers` is the mail of the ticket that it answers, None for the customers'
    newest.

    `attachments` are (name, content type, bytes).
    """

    people: Addressees
    subject: str
    text: str
    attachments: tuple[tuple[str, str, bytes], ...] = ()
    answers: int | None = None


def refusal(session: Session, ticket: TicketDetail) -> str | None:
    """Return why nobody can be written to from a ticket now, or None when that is possible."""
    if session.is_client:
        return EMPLOYEES_ONLY
    if ticket.merged_into:
        return f"{ticket.number} was merged into {ticket.merged_into}; write from there."
    return change_refusal(session, ticket) or mail_settings.outgoing_refusal() or _sender_refusal(session)


def subject_for(ticket: TicketDetail) -> str:
    """Return the subject that an answer has unless a person writes another one."""
    return subject_with_number(f"Re: {ticket.subject}", ticket.number)


def subject_of(ticket: TicketDetail, reply: Reply) -> str:
    """Return the subject with which an answer leaves: the ticket's number stands in it exactly once."""
    return subject_with_number(header(reply.subject) or f"Re: {ticket.subject}", ticket.number)


class Answered(NamedTuple):
    """What an answer answers: who wrote it, when (microseconds UTC, None when nobody knows), and its text."""

    writer: str
    at: int | None
    text: str

    @property
    def head(self) -> str:
        """The line that introduces it, with the time of whoever answers."""
        when = _told(self.at) if self.at is not None else ""
        return f"On {when}, {self.writer} wrote:" if when else f"{self.writer} wrote:"


def _told(at: int) -> str:
    """Return a moment as people write it in a mail, in English whatever the locale says; empty where that fails."""
    try:
        zone = time.localtime(at // clock.SECOND).tm_gmtoff
        day, _, clock_time = mail_writing.date(at + zone * clock.SECOND)[:-9].rpartition(" ")
    except (OverflowError, OSError, ValueError):
        return ""
    return f"{day} at {clock_time}"


def answered(session: Session, ticket_id: int, mail_id: int | None = None) -> Answered | None:
    """Return what an answer answers: a mail of the ticket, which unless one is named is the customers' newest.

    Without any, the request as it was entered; None when that has no text.
    """
    ticket = tickets.get(session, ticket_id)
    session.require_employee()
    row = first(
        "SELECT m.sender_name, m.sender_email, m.sent_at, h.text FROM mail m"
        " JOIN history h ON h.ticket_id = m.ticket_id"
        " AND h.subject_id = m.id AND h.kind IN ('mail_in', 'mail_out') WHERE m.ticket_id = ? AND m.id = ? LIMIT 1",
        ticket_id,
        reply_people.chosen_mail(ticket_id, mail_id) or reply_people.answered_mail(ticket_id),
    )
    if row is not None:
        name, address, sent_at, text = row
        # What is quoted goes outside, where no employee's own address is to be seen.
        colleagues = mail_people.staff().by_address.get(address.lower())
        return Answered(name or (colleagues[0].name if colleagues else address), sent_at, text)
    if not ticket.description.strip():
        return None
    return Answered(ticket.requester_name or ticket.requester_email, ticket.created_at, ticket.description)


def quoted(session: Session, ticket_id: int, mail_id: int | None = None) -> str:
    """Return what an answer quotes, see `answered`; may be empty."""
    found = answered(session, ticket_id, mail_id)
    return "" if found is None else quote(found)


def quote(found: Answered) -> str:
    """Return what was answered as a mail quotes it."""
    lines = "\n".join(f"> {line}".rstrip() for line in found.text.strip("\n").split("\n"))
    return f"{found.head}\n{lines}\n"


def canned(session: Session, ticket_id: int, text_id: int) -> str:
    """Return a canned text with its fields filled in from a ticket."""
    ticket = tickets.get(session, ticket_id)
    template = canned_texts.CANNED_TEXTS.get(session, text_id).text
    settings = mail_settings.current()
    company = settings.support_name or settings.support_address
    return mail_templates.fill(template, mail_templates.values_of(ticket, company=company, employee=session.name))


def send(session: Session, ticket_id: int, reply: Reply, *, close: bool = False, uid: str | None = None) -> int | None:
    """File an answer and queue it; it leaves after the desk's delay, until when undo takes it back.

    Returns the id of the operation, None when it was done before.

    `close` completes the ticket along; a ticket without a resolution gets the answer as its resolution. With a `uid`
    a retry after a lost answer does nothing.
    """
    body = checked(reply)
    try:
        with journal.operation(session, ACTION, uid=uid) as op:
            ticket = tickets.get(session, ticket_id, lock=True)
            _refuse(session, ticket)
            _send(op, ticket, reply._replace(text=body))
            if close and ticket.is_open:
                _close(op, tickets.get(session, ticket_id), body)
            else:
                touch(op, ticket, updated_at=op.at)
            return op.id
    except journal.AlreadyDone:
        return None


def _refuse(session: Session, ticket: TicketDetail) -> None:
    why = refusal(session, ticket)
    if why is not None:
        raise Invalid(why)


def checked(reply: Reply) -> str:
    """Return the text as it is sent; raises Invalid where nobody gets the mail, or it is empty or too large."""
    body = clean(reply.text).strip("\n")
    if not body.strip():
        raise Invalid("The mail is empty; write something first.", "text")
    if len(body) > MAX_CHARACTERS:
        raise Invalid("The mail is longer than a million characters; attach the text as a file instead.", "text")
    if not reply.people.all:
        raise Invalid("The mail goes to nobody; name somebody in To, Cc or Bcc.", "to")
    largest = mail_settings.current().largest_mail_mb
    size = 0
    for name, _, data in reply.attachments:
        local_files.check_size(name, len(data))
        size += len(data)
    # Base64 makes four bytes of three.
    if size * 4 // 3 > largest * _MB:
        raise Invalid(f"The attachments are larger than the {largest} MB that a mail may have; send fewer.", "files")
    return body


def _send(op: journal.Recorder, ticket: TicketDetail, reply: Reply) -> None:
    settings, session = mail_settings.current(), op.session
    basic = settings.mail_mode == "basic"
    everybody = reply_people.recipients(session, reply.people, distribution.people_of(ticket.id, ticket.manager_id))
    answered = _answered(ticket.id, reply.answers)
    letter = _letter(op, ticket, reply, settings, everybody, answered)
    written = mail_writing.compose(letter)
    public = any(one.employee_id is None for one in everybody)
    # As a document it is there for clients too, who see no mail that stays among employees.
    as_document = basic and public
    mail_id = None if as_document else _file(op, ticket, reply, letter, answered, public)
    outgoing = Outgoing(
        ticket_id=ticket.id,
        kind="reply",
        message_id=letter.message_id,
        head=written.head,
        content=written.content,
        envelope_sender=letter.sender[1],
        mail_id=mail_id,
    )
    enqueue(op, outgoing, everybody, delay_seconds=settings.send_delay_seconds)
    if as_document:
        raw = written.head.encode("ascii") + written.content
        documents.attach_uploads(op, ticket.id, [(f"{letter.subject}.eml", "message/rfc822", raw)])


def _letter(
    op: journal.Recorder,
    ticket: TicketDetail,
    reply: Reply,
    settings: MailSettings,
    everybody: Sequence[Recipient],
    answered: str,
) -> Letter:
    thread = _thread(ticket.id, answered)
    reply_to = mail_identity.plus_address(ticket.id) if settings.plus_addressing else settings.support_address
    basic = settings.mail_mode == "basic"
    return Letter(
        sender=(op.session.name, own_address(op.session) if basic else settings.support_address),
        subject=subject_of(ticket, reply),
        text=reply.text,
        message_id=mail_identity.new_message_id(ticket.id),
        at=op.at,
        to=_openly(everybody, "to"),
        cc=_openly(everybody, "cc"),
        reply_to="" if basic else reply_to,
        in_reply_to=thread.in_reply_to,
        references=thread.references,
        attachments=[Attachment(*one) for one in reply.attachments],
    )


def _file(op: journal.Recorder, ticket: TicketDetail, reply: Reply, letter: Letter, answered: str, public: bool) -> int:
    """Put the mail into the History, with its attachments."""
    head = mails.NewMail(
        original_id=None,
        direction="out",
        message_id=letter.message_id,
        in_reply_to=answered,
        sender=letter.sender,
        to=letter.to,
        cc=letter.cc,
        bcc=reply.people.bcc,
        subject=letter.subject,
        sent_at=op.at,
        automatic=False,
        warnings=(),
    )
    mail_id = mails.add(op, ticket.id, head)
    for name, content_type, data in reply.attachments:
        documents.attach_within(op, ticket.id, name, content_type, data, mail_id=mail_id)
    op.entry(ticket.id, history_kinds.MAIL_OUT, reply.text, public=public, subject_id=mail_id)
    return mail_id


def _close(op: journal.Recorder, ticket: TicketDetail, body: str) -> None:
    fields: dict[str, object] = {"status": catalogue.names().status_by_role("completed").code}
    if not ticket.resolution.strip():
        fields["resolution"] = body
    ticket_changes.apply(op, ticket, fields)


def _answered(ticket_id: int, mail_id: int | None) -> str:
    """Return the Message-ID of the mail that an answer answers: the chosen one, or the customers' newest.

    One that was taken back reached nobody, so that nobody's mail program could place an answer to it.
    """
    for one in (reply_people.chosen_mail(ticket_id, mail_id), reply_people.answered_mail(ticket_id)):
        found = mails.newest(ticket_id, 1, "m.id = ?", one) if one is not None else []
        if found:
            return found[0]
    return ""


def _thread(ticket_id: int, answered: str) -> mail_threads.Thread:
    # Of what programs report, and of what stays inside, a customer's mail program knows nothing.
    before = mails.newest(ticket_id, _THREAD, "m.automatic = 0")[::-1]
    known = mails.known([*before, *([answered] if answered else [])])
    return mail_threads.outgoing([answered] if answered else [], before, known, for_outside=True)


def _openly(everybody: Sequence[Recipient], role: str) -> list[Address]:
    return [(one.name, one.address) for one in everybody if one.role == role]


def _sender_refusal(session: Session) -> str | None:
    if mail_settings.current().mail_mode == "basic" and not own_address(session):
        return "You have no mail address at the desk to write from; an administrator enters it."
    return None


def own_address(session: Session) -> str:
    """Return the address of whoever acts, empty without one."""
    own = mail_people.staff().by_id.get(session.employee_id or 0)
    return own.address if own else ""
