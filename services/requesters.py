"""Who really asked: the writer of a mail that an employee forwarded to the desk is offered as requester."""

from __future__ import annotations

from services import checks, history_kinds, journal, mail_people, recipients, tickets
from services.errors import Invalid, NotFound
from services.named import NamedTuple
from services.records import TicketDetail
from services.session import Session
from services.sql import fetch
from services.ticket_changes import decide
from services.ticket_writes import write

ACTION = "take-requester"
_LATEST = 20


class Offer(NamedTuple):
    """The writer of a forwarded mail, and the mail of the History that carries it."""

    mail_id: int
    name: str
    address: str

    @property
    def shown(self) -> str:
        """The writer as a sentence names one."""
        return f"{self.name} <{self.address}>" if self.name else self.address


def note(name: str, address: str) -> str:
    """Return what the History says of a forwarded mail."""
    return f"{Offer(0, name, address).shown} wrote what is forwarded here, and can be taken as requester of the ticket."


def offered(session: Session, ticket_id: int) -> Offer | None:
    """Return who wrote the newest mail that an employee forwarded to a ticket, unless that is its requester already."""
    return offered_on(session, tickets.get(session, ticket_id))


def offered_on(session: Session, ticket: TicketDetail) -> Offer | None:
    """Return the same for a ticket that has just been read."""
    if session.is_client or ticket.merged_into:
        return None
    return next((one for one in _offers(ticket) if one.address != ticket.requester_email), None)


def take_requester(session: Session, ticket_id: int, mail_id: int) -> TicketDetail:
    """Make the writer of a forwarded mail the requester, with contact and account by the address; can be taken back.

    The requester gets the ticket's mail from then on. A ticket keeps the account that it has.
    """
    session.require_employee()
    with journal.operation(session, ACTION) as op:
        ticket = tickets.get(session, ticket_id, lock=True)
        offer = next((one for one in _offers(ticket) if one.mail_id == mail_id), None)
        if offer is None:
            raise NotFound("This mail offers no requester; choose a mail that an employee forwarded to this ticket.")
        decided = decide(session, ticket, _fields(ticket, offer), kind=history_kinds.CHANGE)
        if decided is not None:
            write(op, [decided])
        known = mail_people.customer(offer.address)
        if recipients.place_external(op, ticket.id, offer.address, offer.name, "to", known.contact_id):
            op.entry(ticket.id, history_kinds.RECIPIENT, f"To: {offer.shown} added")
    return tickets.get(session, ticket_id)


def _fields(ticket: TicketDetail, offer: Offer) -> dict[str, object]:
    known = mail_people.customer(offer.address)
    fields: dict[str, object] = {"requester_name": offer.name or known.name, "requester_email": offer.address}
    if known.account_id is not None and ticket.account_id in (None, known.account_id):
        fields["account"] = known.account_id
        if known.contact_id is not None:
            fields["contact"] = known.contact_id
    return fields


def _offers(ticket: TicketDetail) -> list[Offer]:
    """Return the writers of the latest forwarded mails of a ticket, the newest first; nobody of the desk is one."""
    rows = fetch(
        "SELECT id, forwarded_name, forwarded_email FROM mail WHERE ticket_id = ? AND forwarded_email <> ''"
        f" ORDER BY id DESC LIMIT {_LATEST}",
        ticket.id,
    )
    # Most tickets have none, and opening one is to read as little as it can.
    staff = mail_people.staff().by_address if rows else {}
    found = [Offer(mail_id, name, address.lower()) for mail_id, name, address in rows]
    return [one for one in found if one.address not in staff and _is_address(one.address)]


def _is_address(address: str) -> bool:
    try:
        return bool(checks.mail_address(address, "requester"))
    except Invalid:
        return False
