"""Passing a filed mail on to the people of its ticket, in the operation that files it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from connector import automatic
from connector.mail.message import Address, ParsedMail
from connector.senders import Sender, is_own
from services import clock, distribution, journal, mail_identity, mail_people, mail_settings, mail_threads, originals
from services.distribution import Distribution, Writer
from services.mail_settings import MailSettings
from services.mail_writing import Field, subject_with_number
from services.mails import Known
from services.named import NamedTuple
from services.originals import Original
from services.outbox import DISTRIBUTION, Outgoing, Recipient, enqueue
from services.records import TicketDetail

# Whoever at the desk is away would otherwise tell the customers so, through the desk.
_NO_ABSENCE: tuple[Field, ...] = (("X-Auto-Response-Suppress", "OOF, AutoReply"),)
_AGE, _AHEAD = 30 * clock.DAY, clock.DAY


class Filing(NamedTuple):
    """A mail with everything that was found out about it; `returns` is that it left this desk and came back.

    `reported` is that it is the bounce of a mail of this desk, whose recipients it has marked.
    """

    mail: ParsedMail
    original: Original
    sender: Sender
    known: Mapping[str, Known]
    returns: bool = False
    reported: bool = False

    @property
    def quiet(self) -> bool:
        """Whether it asks for nobody's attention, and is passed on to nobody."""
        return self.returns or automatic.is_automatic(self.mail)


def distribution_of(filing: Filing, ticket: TicketDetail, *, is_new: bool) -> Distribution:
    """Return who gets a mail by the rules: nobody where it was not meant for others, or where nothing can leave."""
    settings = mail_settings.current()
    if settings.mail_mode == "basic" or mail_settings.outgoing_refusal() is not None:
        return Distribution()
    if filing.quiet or filing.sender.standing not in ("employee", "customer"):
        return Distribution()
    if not automatic.is_fresh(filing.mail, filing.original):
        return Distribution()
    by_employee = filing.sender.is_employee
    if by_employee and not openly_to_desk(filing.mail, settings):
        return Distribution()
    rule = distribution.of_employee if by_employee else distribution.of_customer
    people = distribution.people_of(ticket.id, ticket.manager_id)
    return rule(people, _writer(filing.sender), settings.own_addresses, is_new=is_new)


def openly_to_desk(mail: ParsedMail, settings: MailSettings) -> bool:
    """Tell whether the support address stands in To, where an employee puts it to have a mail passed on."""
    return any(is_own(one.email.lower(), settings) for one in mail.to)


def pass_on(op: journal.Recorder, filing: Filing, mail_id: int, ticket: TicketDetail, chosen: Distribution) -> None:
    """Queue one mail to everybody who gets it: its content as it came, under a head of the desk's own."""
    if not chosen.recipients:
        return
    settings = mail_settings.current()
    mail, sender = filing.mail, filing.sender
    # What writes mail is loaded where mail leaves.
    from connector import copies

    thread = mail_threads.outgoing(mail.in_reply_to, mail.references, filing.known, for_outside=sender.is_employee)
    message_id = mail_identity.new_message_id(ticket.id)
    reply_to = mail_identity.plus_address(ticket.id) if settings.plus_addressing else settings.support_address
    raw = originals.raw(filing.original.id)
    copy = copies.copy_of(
        raw,
        copies.Heading(
            sender=(_named(sender) or settings.support_name, settings.support_address),
            subject=subject_with_number(mail.subject, ticket.number),
            message_id=message_id,
            at=_date(mail, op.at),
            to=_shown(chosen.recipients, "to"),
            cc=_shown(chosen.recipients, "cc"),
            reply_to=reply_to,
            in_reply_to=thread.in_reply_to,
            references=thread.references,
            extra=() if chosen.leaves else _NO_ABSENCE,
        ),
    )
    content = copy.content if copy.content is not None else hashlib.sha256(raw).hexdigest()
    enqueue(
        op,
        Outgoing(
            ticket_id=ticket.id,
            kind=DISTRIBUTION,
            message_id=message_id,
            head=copy.head,
            content=content,
            body_start=copy.body_start,
            envelope_sender=settings.support_address,
            mail_id=mail_id,
        ),
        chosen.recipients,
    )


def _writer(sender: Sender) -> Writer:
    own = mail_people.staff().by_id.get(sender.employee_id or 0)
    addresses = own.addresses if own else (sender.address, sender.answers.email)
    return Writer(frozenset(addresses) - {""}, sender.employee_id)


def _named(sender: Sender) -> str:
    """Return under which name a mail is passed on; nobody from outside looks like one of the desk's people.

    Their mail comes from the same address, so a name would be all that tells the two apart.
    """
    name = sender.name or sender.address
    if sender.is_employee or not mail_people.staff().has_name(name):
        return name
    return f"{name} ({sender.address})"


def _shown(recipients: tuple[Recipient, ...], role: str) -> list[Address]:
    return [Address(one.name, one.address) for one in recipients if one.role == role]


def _date(mail: ParsedMail, now: int) -> int:
    """Return when a mail was written, or now where its clock was wrong."""
    at = mail.date_at
    return at if at is not None and now - _AGE < at < now + _AHEAD else now
