"""Who an answer is meant for: whom it goes to unless a person says otherwise, and how they stand to the ticket."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from email.utils import getaddresses
from typing import NamedTuple

from services import checks, distribution, mail_people, mail_settings, tickets
from services.distribution import People, Writer
from services.errors import Invalid, NotFound
from services.mail_writing import Address
from services.outbox import Recipient
from services.records import TicketDetail
from services.session import Session
from services.sql import fetch, first, marks

RECIPIENT, CONTACT, COLLEAGUE, STRANGER = "recipient", "contact", "employee", "stranger"
"""How an address stands to a ticket: among its outside recipients or its requester's; of its account; of somebody at
the desk; or unknown here, which deserves a second look before anything is sent."""

_MOST = 100
_ROLES = ("to", "cc", "bcc")
_PLAIN_NAME = re.compile(r"[^\"(),:;<>@\[\]\\]+")


class Addressees(NamedTuple):
    """Whom an answer goes to, each as (name, address)."""

    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    bcc: tuple[Address, ...] = ()

    @property
    def all(self) -> tuple[Address, ...]:
        """Everybody in the order of the three fields."""
        return (*self.to, *self.cc, *self.bcc)


class Known(NamedTuple):
    """An address that can be written to, for completion: a name, the address, and how it stands to the ticket."""

    name: str
    address: str
    standing: str


def proposed(session: Session, ticket_id: int, *, everyone: bool = False, mail_id: int | None = None) -> Addressees:
    """Return whom an answer goes to unless a person says otherwise: the ticket's outside recipients.

    A ticket without any is answered to its requester; a mail that a customer wrote and that is named, to its writer.
    `everyone` takes all of them, and adds in Cc who else stands openly on the mail, which without `mail_id` is the
    one that `answered_mail` finds.
    """
    ticket = tickets.get(session, ticket_id)
    session.require_employee()
    never, mail_id = _never(), chosen_mail(ticket_id, mail_id)
    sender = _openly_on(ticket_id, mail_id, only_sender=True) if mail_id is not None else []
    writer = [one for one in sender if one[1] not in never]
    if writer and not everyone:
        return each_once(Addressees(to=tuple(writer)), never)
    fields: dict[str, list[Address]] = {role: [] for role in _ROLES}
    fields["to"] += writer
    for kind, address, name in distribution.people_of(ticket_id, ticket.manager_id).outside:
        fields[kind].append((name, address.lower()))
    if not any(fields.values()) and ticket.requester_email:
        fields["to"].append((ticket.requester_name, ticket.requester_email.lower()))
    if everyone:
        fields["cc"] += _openly_on(ticket_id, mail_id)
    return each_once(Addressees(*(tuple(fields[role]) for role in _ROLES)), never)


def parsed(typed: str, field: str) -> tuple[Address, ...]:
    """Return the people in a typed field, `Name <address>` or bare addresses with commas or semicolons between them."""
    text = typed.replace(";", ",").strip().strip(",")
    if not text:
        return ()
    found = [(name.strip(), address) for name, address in getaddresses([text]) if name or address]
    if len(found) > _MOST:
        raise Invalid(f"These are more than {_MOST} addresses; write to fewer.", field)
    bad = next((name for name, address in found if not address), None)
    if bad is not None or not found:
        raise Invalid(f"“{bad or text}” is no mail address; write it like name@example.com.", field)
    return tuple((name, checks.mail_address(address, field)) for name, address in found)


def shown(people: Sequence[Address]) -> str:
    """Return people as one types them."""
    return ", ".join(f"{_quoted(name)} <{address}>" if name else address for name, address in people)


def _quoted(name: str) -> str:
    return name if _PLAIN_NAME.fullmatch(name) else '"' + re.sub(r'["\\]', "", name) + '"'


def each_once(people: Addressees, never: frozenset[str] = frozenset()) -> Addressees:
    """Return people with each address once, in the most open field, and without those that never get mail."""
    seen = set(never)
    fields: list[tuple[Address, ...]] = []
    for some in people:
        kept = []
        for name, address in some:
            if address not in seen:
                seen.add(address)
                kept.append((name, address))
        fields.append(tuple(kept))
    return Addressees(*fields)


def standings(session: Session, ticket_id: int, addresses: Sequence[str]) -> dict[str, str]:
    """Return how addresses stand to a ticket, see RECIPIENT and the others; employees only."""
    ticket = tickets.get(session, ticket_id)
    session.require_employee()
    staff = mail_people.staff().by_address
    outside = {address.lower() for _, address, _ in distribution.people_of(ticket_id, ticket.manager_id).outside}
    outside.add(ticket.requester_email.lower())
    contacts = _contacts(ticket, addresses)
    return {one: _standing(one.lower(), outside, contacts, staff) for one in addresses}


def completions(session: Session, ticket_id: int) -> list[Known]:
    """Return whom one is likely to write to about a ticket, the likeliest first."""
    ticket = tickets.get(session, ticket_id)
    session.require_employee()
    people = distribution.people_of(ticket_id, ticket.manager_id)
    found = [Known(name, address.lower(), RECIPIENT) for _, address, name in people.outside]
    if ticket.requester_email:
        found.append(Known(ticket.requester_name, ticket.requester_email.lower(), RECIPIENT))
    rows = fetch(
        "SELECT name, email FROM contact WHERE account_id = ? AND active = 1 AND email <> '' ORDER BY name",
        ticket.account_id or 0,
    )
    found += [Known(name, address.lower(), CONTACT) for name, address in rows]
    staff = mail_people.staff().by_id.values()
    found += [Known(one.name, one.address, COLLEAGUE) for one in staff if one.active and one.address]
    return list({one.address: one for one in reversed(found)}.values())[::-1]


def recipients(session: Session, people: Addressees, ticket_people: People) -> tuple[Recipient, ...]:
    """Return everybody who gets an answer: those it is written to, and the followers of the ticket in Bcc."""
    own = mail_people.staff().by_id.get(session.employee_id or 0)
    writer = Writer(frozenset(own.addresses) if own else frozenset(), session.employee_id)
    openly = each_once(people, _never())
    staff = mail_people.staff()
    written = [
        Recipient(role, address, name, _employee(staff.by_address, address))
        for role, some in zip(_ROLES, openly, strict=True)
        for name, address in some
    ]
    taken = {one.address for one in written}
    inside = distribution.of_employee(ticket_people._replace(outside=()), writer, _never(), is_new=False).recipients
    return (*written, *(one for one in inside if one.address not in taken))


def _employee(by_address: dict[str, tuple[mail_people.Colleague, ...]], address: str) -> int | None:
    having = by_address.get(address, ())
    return having[0].id if len(having) == 1 else None


def _standing(
    address: str, outside: set[str], contacts: set[str], staff: dict[str, tuple[mail_people.Colleague, ...]]
) -> str:
    if address in staff:
        return COLLEAGUE
    if address in outside:
        return RECIPIENT
    return CONTACT if address in contacts else STRANGER


def _contacts(ticket: TicketDetail, addresses: Sequence[str]) -> set[str]:
    if ticket.account_id is None or not addresses:
        return set()
    found = fetch(
        "SELECT lower(email) FROM contact WHERE account_id = ? AND active = 1"
        f" AND lower(email) IN ({marks(addresses)})",
        ticket.account_id,
        *(one.lower() for one in addresses),
    )
    return {row[0] for row in found}


def answered_mail(ticket_id: int) -> int | None:
    """Return the mail that an answer answers unless one is named: the customers' newest, else what the desk's people
    had passed on last; None when there is neither.

    What stays inside the desk, such as a colleague's mail to a supplier, is nobody's question: it would be quoted to
    the customer.
    """
    found = fetch(
        "SELECT m.id, m.sender_email FROM mail m JOIN history h ON h.ticket_id = m.ticket_id AND h.subject_id = m.id"
        " AND h.kind = 'mail_in' WHERE m.ticket_id = ? AND m.automatic = 0 AND h.public = 1 ORDER BY m.id DESC LIMIT ?",
        ticket_id,
        _MOST,
    )
    staff = mail_people.staff().by_address
    outside = (mail_id for mail_id, address in found if address.lower() not in staff)
    return next(outside, found[0][0] if found else None)


def chosen_mail(ticket_id: int, mail_id: int | None) -> int | None:
    """Return the mail that somebody has chosen to answer, None for what a program wrote.

    Whoever is at a bounce and answers means the customer, not the mail server.
    """
    written = "SELECT automatic FROM mail WHERE ticket_id = ? AND id = ?"
    row = first(written, ticket_id, mail_id) if mail_id is not None else None
    return None if row is not None and row[0] else mail_id


def _openly_on(ticket_id: int, mail_id: int | None, *, only_sender: bool = False) -> list[Address]:
    """Return who of the outside stands openly on a mail of a ticket, its sender first, or its sender alone."""
    mail_id = answered_mail(ticket_id) if mail_id is None else mail_id
    if mail_id is None:
        return []
    row = first(
        "SELECT sender_name, sender_email, to_addresses, cc_addresses FROM mail WHERE ticket_id = ? AND id = ?",
        ticket_id,
        mail_id,
    )
    if row is None:
        raise NotFound("This mail is no longer on the ticket.")
    people = [(row[0], row[1]), *([] if only_sender else [*json.loads(row[2]), *json.loads(row[3])])]
    found = []
    for name, address in people:
        try:
            found.append((name, checks.mail_address(address, "cc")))
        except Invalid:
            # What a mail program wrote there is no address that anybody could be written to at.
            continue
    staff = mail_people.staff().by_address
    return [one for one in found if one[1] not in staff]


def _never() -> frozenset[str]:
    return mail_settings.current().own_addresses
