"""Filing one mail that was read: as a new ticket or as an entry of the ticket it belongs to."""

from __future__ import annotations

from typing import NamedTuple

from connector.mail.message import Address, ParsedMail
from connector.matching import Match, find
from connector.senders import Sender, identify, reaches_outside
from services import catalogue, documents, history_kinds, inbox, journal, mails, originals, preferences, tickets
from services.records import TicketDetail
from services.ticket_changes import apply
from services.ticket_creation import NewTicket, create_within
from services.ticket_writes import touch

_NO_SUBJECT = "(no subject)"
_SAME_ID = "Another mail with the same Message-ID but other content was filed before."


class Filed(NamedTuple):
    """Where a mail went; `ticket_id` is None for a duplicate, which makes no entry."""

    ticket_id: int | None
    is_new_ticket: bool = False


def file(mail: ParsedMail, original_id: int, os_account: str = "") -> Filed:
    """File a mail that is kept but not filed yet, inside an open transaction, as one operation of its sender."""
    sender = identify(mail, os_account)
    twin = originals.filed_twin(original_id, mail.message_id, mail.body_key)
    with journal.operation(sender.session, "file-mail") as op:
        if twin is not None:
            _settle(op, original_id, mail, originals.DUPLICATE, None, reason=originals.get(twin).source)
            return Filed(None)
        match = find(mail, sender)
        if match.ticket_id is None:
            ticket_id = _as_ticket(op, mail, original_id, sender, match)
        else:
            ticket_id = match.ticket_id
            _as_answer(op, mail, original_id, sender, match)
        _settle(op, original_id, mail, originals.FILED, ticket_id)
    return Filed(ticket_id, match.ticket_id is None)


def is_automatic(mail: ParsedMail) -> bool:
    """Tell whether a program wrote the mail: such mail reopens nothing and asks for nobody's attention."""
    return mail.auto_submitted or mail.is_bounce


def _settle(
    op: journal.Recorder, original_id: int, mail: ParsedMail, state: str, ticket_id: int | None, reason: str = ""
) -> None:
    originals.settle(
        op,
        original_id,
        state,
        reason=f"The same mail as {reason}" if reason else "",
        message_id=mail.message_id,
        body_key=mail.body_key,
        ticket_id=ticket_id,
    )


def _as_ticket(op: journal.Recorder, mail: ParsedMail, original_id: int, sender: Sender, match: Match) -> int:
    outside = bool(sender.address) and not sender.is_employee
    new = NewTicket(
        subject=mail.subject if mail.subject.strip() else _NO_SUBJECT,
        description=mail.text,
        requester_name=sender.name,
        requester_email=sender.address,
        account_id=sender.account_id,
        contact_id=sender.contact_id,
        category_id=_category(),
        sent_at=mail.date_at,
        external=(("to", sender.address, sender.name),) if outside else (),
    )
    ticket_id = create_within(op, new, show_description=False)
    _add_mail(op, ticket_id, mail, original_id, public=True)
    _add_notes(op, ticket_id, mail, (sender.note, *match.notes))
    return ticket_id


def _as_answer(op: journal.Recorder, mail: ParsedMail, original_id: int, sender: Sender, match: Match) -> None:
    ticket = tickets.get(op.session, match.ticket_id or 0, lock=True)
    support = str(preferences.desk_setting("support_address"))
    _add_mail(op, ticket.id, mail, original_id, public=not sender.is_employee or reaches_outside(mail, support))
    _add_notes(op, ticket.id, mail, (sender.note, *match.notes))
    if sender.is_employee or is_automatic(mail):
        touch(op, ticket, updated_at=op.at)
        return
    ticket = _reopened(op, _restored(op, ticket))
    inbox.customer_update(op, ticket, "Mail from a customer")


def _restored(op: journal.Recorder, ticket: TicketDetail) -> TicketDetail:
    """Bring a ticket back from the archive, where nobody would see that its customer wrote again."""
    if not ticket.archived:
        return ticket
    touch(op, ticket, archived=0, archive_reason="")
    op.entry(ticket.id, history_kinds.ARCHIVE, "Restored from the archive, because a customer wrote")
    return tickets.get(op.session, ticket.id)


def _reopened(op: journal.Recorder, ticket: TicketDetail) -> TicketDetail:
    """Open a closed ticket again: assigned to whoever manages it, or new if it lies in the queue of new tickets."""
    if ticket.is_open:
        return ticket
    names = catalogue.names()
    queued = names.managers[ticket.manager_id].team_role == "new_tickets"
    status = names.status_by_role("new" if queued else "in_house")
    apply(op, ticket, {"status": status.code}, text="Reopened, because a customer wrote")
    return tickets.get(op.session, ticket.id)


def _add_mail(op: journal.Recorder, ticket_id: int, mail: ParsedMail, original_id: int, *, public: bool) -> None:
    warnings = list(mail.warnings)
    if mails.tickets_of([mail.message_id]):
        warnings.append(_SAME_ID)
    head = mails.NewMail(
        original_id=original_id,
        direction="in",
        message_id=mail.message_id,
        in_reply_to=next(iter(mail.in_reply_to), ""),
        sender=mail.sender or Address("", ""),
        to=mail.to,
        cc=mail.cc,
        bcc=mail.bcc,
        subject=mail.subject,
        sent_at=mail.date_at,
        automatic=is_automatic(mail),
        warnings=warnings,
    )
    mail_id = mails.add(op, ticket_id, head)
    for one in mail.attachments:
        documents.attach_within(op, ticket_id, one.name, one.content_type, one.data, mail_id=mail_id, inline=one.inline)
    op.entry(ticket_id, history_kinds.MAIL_IN, mail.text, public=public, subject_id=mail_id)


def _add_notes(op: journal.Recorder, ticket_id: int, mail: ParsedMail, notes: tuple[str, ...]) -> None:
    """Tell the desk, and no customer, what is doubtful about a mail."""
    sentences = [note for note in notes if note]
    if is_automatic(mail):
        why = ", ".join(mail.auto_reasons) or "it reports that a mail could not be delivered"
        sentences.append(f"A program sent this mail ({why}).")
    if sentences:
        op.entry(ticket_id, history_kinds.NOTE, "\n".join(sentences))


def _category() -> int | None:
    """Return the category of tickets from mail; without it they go to the queue of new tickets."""
    wanted = str(preferences.desk_setting("mail_category")).casefold()
    return next((one.id for one in catalogue.category_choices() if one.label.casefold() == wanted), None)
