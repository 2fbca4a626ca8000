"""Writing a mail into a ticket: its entry, its files, what is doubtful about it, and what follows from it."""

from __future__ import annotations

from collections.abc import Sequence

from connector import automatic, distributing, reopening
from connector.distributing import Filing
from connector.mail.message import Address, ParsedMail
from connector.senders import answerable, is_own
from services import (
    documents,
    history_kinds,
    inbox,
    journal,
    mail_people,
    mail_settings,
    mails,
    new_ticket_mail,
    requesters,
    tickets,
)
from services.distribution import Distribution
from services.mail_categories import category_for
from services.records import TicketDetail
from services.subjects import ticket_numbers
from services.ticket_creation import NewTicket, create_within
from services.ticket_writes import touch

_NO_SUBJECT = "(no subject)"
_SAME_ID = "Another mail with the same Message-ID but other content was filed before."
_THANKS = "Only thanks: the ticket stays closed."


def wakes(arrived: Filing) -> bool:
    """Tell whether a mail may open a closed ticket: only what somebody from outside wrote."""
    return not arrived.quiet and arrived.sender.standing not in ("employee", "doubtful", "own")


def as_ticket(
    op: journal.Recorder, arrived: Filing, notes: Sequence[str], *, before: TicketDetail | None = None
) -> int:
    """Make a ticket of a mail and return its id; `before` is the closed one that it goes on from."""
    mail, sender = arrived.mail, arrived.sender
    account, contact = sender.account_id, sender.contact_id
    if before is not None and account is None:
        account, contact = before.account_id, None
    new = NewTicket(
        subject=mail.subject if mail.subject.strip() else _NO_SUBJECT,
        description=mail.text,
        requester_name=sender.name,
        requester_email=sender.address,
        account_id=account,
        contact_id=contact,
        category_id=category_for(arrived.original.mailbox_id),
        sent_at=mail.date_at,
        external=_outside(arrived),
    )
    ticket_id = create_within(op, new, show_description=False)
    mail_id = _add_mail(op, ticket_id, arrived, public=sender.standing != "doubtful")
    _add_notes(op, ticket_id, arrived, (sender.answers_note, *notes))
    if before is None and mail_settings.outgoing_refusal() is not None:
        return ticket_id
    ticket = tickets.get(op.session, ticket_id)
    if before is not None:
        reopening.link(op, before, ticket)
    chosen = distributing.distribution_of(arrived, ticket, is_new=True)
    distributing.pass_on(op, arrived, mail_id, ticket, chosen)
    if _is_answered(arrived, continues=before is not None):
        reply_to = "" if mail.message_id_made else mail.message_id
        new_ticket_mail.respond(op, ticket, sender.answers, in_reply_to=reply_to, references=mail.references)
    return ticket_id


def as_answer(op: journal.Recorder, arrived: Filing, ticket: TicketDetail, notes: Sequence[str]) -> None:
    """Add a mail to a locked ticket; a customer's opens it again and brings it into the Inbox."""
    chosen = distributing.distribution_of(arrived, ticket, is_new=False)
    mail_id = _add_mail(op, ticket.id, arrived, public=_is_public(arrived, chosen))
    thanks = wakes(arrived) and reopening.stays_closed(ticket, arrived.mail)
    _add_notes(op, ticket.id, arrived, (*notes, _THANKS) if thanks else notes)
    if wakes(arrived) and not thanks:
        reopening.bring_back(op, ticket)
    elif arrived.sender.standing == "doubtful" and not arrived.quiet:
        inbox.customer_update(op, ticket, "Mail in an employee's name that failed its authentication")
    else:
        touch(op, ticket, updated_at=op.at)
    distributing.pass_on(op, arrived, mail_id, ticket, chosen)


def _outside(arrived: Filing) -> tuple[tuple[str, str, str], ...]:
    """Return whom a new ticket's mail goes to outside: whoever wrote."""
    sender = arrived.sender
    if sender.standing in ("employee", "doubtful", "own") or not sender.answers.email:
        return ()
    return (("to", sender.answers.email, sender.answers.name),)


def _is_answered(arrived: Filing, *, continues: bool) -> bool:
    """Tell whether the writer of a new ticket's mail gets the automatic answer.

    A mail with a ticket's number gets none: who has one was answered before, and may be a program that answers us. One
    that goes on from a closed ticket does, because its number is new; what answers that comes to the new ticket.
    """
    mail, original = arrived.mail, arrived.original
    if arrived.returns or (ticket_numbers(mail.subject) and not continues) or not automatic.is_fresh(mail, original):
        return False
    return mail_settings.current().mail_mode != "basic" and not automatic.no_answer(mail, original, arrived.sender)


def _is_public(arrived: Filing, chosen: Distribution) -> bool:
    """Tell whether customers see a mail: their own, and what an employee had sent to somebody outside.

    What programs answer stays inside: a bounce may name an employee whom no customer knows.
    """
    if arrived.quiet or arrived.sender.standing == "doubtful":
        return False
    if not arrived.sender.is_employee:
        return True
    settings = mail_settings.current()
    if not distributing.openly_to_desk(arrived.mail, settings):
        return False
    staff = mail_people.staff().by_address
    shown = {one.email.lower() for one in (*arrived.mail.to, *arrived.mail.cc)} - settings.own_addresses - {""}
    return chosen.leaves or any(address not in staff and not is_own(address, settings) for address in shown)


def _add_mail(op: journal.Recorder, ticket_id: int, arrived: Filing, *, public: bool) -> int:
    mail, sender = arrived.mail, arrived.sender
    warnings = list(mail.warnings)
    if mail.message_id in arrived.known and not arrived.returns:
        warnings.append(_SAME_ID)
    if sender.standing == "doubtful":
        warnings += sender.notes
    head = mails.NewMail(
        original_id=arrived.original.id,
        direction="in",
        message_id=mail.message_id,
        in_reply_to=next(iter(mail.in_reply_to), ""),
        sender=mail.sender or Address("", ""),
        to=mail.to,
        cc=mail.cc,
        bcc=mail.bcc,
        subject=mail.subject,
        sent_at=mail.date_at,
        automatic=automatic.is_automatic(mail),
        warnings=warnings,
        protection=_protection(mail),
        forwarded=_forwarded(arrived),
    )
    mail_id = mails.add(op, ticket_id, head)
    for one in mail.attachments:
        documents.attach_within(op, ticket_id, one.name, one.content_type, one.data, mail_id=mail_id, inline=one.inline)
    op.entry(ticket_id, history_kinds.MAIL_IN, mail.text, public=public, subject_id=mail_id)
    return mail_id


def _add_notes(op: journal.Recorder, ticket_id: int, arrived: Filing, notes: Sequence[str]) -> None:
    """Tell the desk, and no customer, what is doubtful about a mail and what may be done with it."""
    sentences = [*arrived.sender.notes, *notes, "" if arrived.reported else automatic.note(arrived.mail)]
    forwarded = _forwarded(arrived)
    if forwarded[1]:
        sentences.append(requesters.note(*forwarded))
    if arrived.returns:
        sentences.append("This mail left the desk and came back; it was not passed on.")
    if any(sentences):
        op.entry(ticket_id, history_kinds.NOTE, "\n".join(filter(None, sentences)))


def _protection(mail: ParsedMail) -> str:
    how = ("signed", mail.signed), ("encrypted", mail.encrypted)
    told = [f"{what} ({by})" for what, by in how if by]
    return f"{' and '.join(told)}, not checked" if told else ""


def _forwarded(arrived: Filing) -> tuple[str, str]:
    """Return who wrote what an employee forwards; what customers forward changes nothing."""
    written = arrived.mail.forwarded
    if written is None or not arrived.sender.is_employee:
        return "", ""
    address = answerable(written.email)
    known = address in mail_people.staff().by_address or address in mail_settings.current().own_addresses
    return ("", "") if known or not address else (written.name, address)
