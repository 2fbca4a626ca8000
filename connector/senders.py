"""Who wrote a mail: an employee, a customer's contact, somebody of an account, or a stranger."""

from __future__ import annotations

from typing import NamedTuple

from connector.mail.message import Address, ParsedMail
from services import accounts, checks, people, users
from services.errors import Invalid
from services.session import Session, desk_session
from services.sql import fetch, first

CHANNEL = "email"
_NOBODY = "An unknown sender"


class Sender(NamedTuple):
    """The writer of a mail; `address` is lower case and empty when the mail names none that could be answered.

    `session` is under which name the filing goes into the journal. `note` is what the desk should know about
    the address.
    """

    session: Session
    name: str
    address: str
    account_id: int | None = None
    contact_id: int | None = None
    note: str = ""

    @property
    def is_employee(self) -> bool:
        """Whether exactly one active employee has the address."""
        return self.session.employee_id is not None


def identify(mail: ParsedMail, os_account: str) -> Sender:
    """Return who wrote a mail, by the address alone; whatever is no single active employee is a customer."""
    written = mail.sender or Address("", "")
    address = _answerable(written.email)
    employee = people.employee_by_address(address)
    if employee is not None:
        return _employee(employee, address, os_account)
    known = accounts.sender(address)
    contact = known.contact_id if known else None
    session = desk_session(CHANNEL, os_account, written.name or written.email or _NOBODY)
    user = users.user_of(contact_id=contact) if contact is not None else None
    return Sender(
        session._replace(user_id=user, email=address),
        written.name or _name_of(contact),
        address,
        known.account_id if known else None,
        contact,
        _doubt(address),
    )


def may_answer(sender: Sender, ticket_id: int) -> bool:
    """Tell whether a ticket's number in a subject may be believed when this sender writes it.

    True for employees, for the ticket's outside recipients, its requester and contact, and for the contacts of
    its account. Anyone can guess a number.
    """
    if sender.is_employee:
        return True
    if not sender.address:
        return False
    found = first(
        "SELECT 1 FROM ticket t WHERE t.id = ? AND (t.requester_email = ?"
        " OR EXISTS (SELECT 1 FROM external_recipient r WHERE r.ticket_id = t.id AND r.address = ?)"
        " OR EXISTS (SELECT 1 FROM contact c WHERE c.email = ? AND (c.id = t.contact_id"
        " OR (c.active = 1 AND c.account_id = t.account_id))))",
        ticket_id,
        *[sender.address] * 3,
    )
    return found is not None


def reaches_outside(mail: ParsedMail, support_address: str) -> bool:
    """Tell whether a mail also went openly to somebody who does not work at the desk."""
    others = {one.email.lower() for one in (*mail.to, *mail.cc)} - {"", support_address}
    return any(not _is_of_desk(address) for address in others)


def _employee(employee_id: int, address: str, os_account: str) -> Sender:
    """Filing acts for the desk, so that no privilege of the employee decides whether a mail is kept."""
    name = str(fetch("SELECT name FROM employee WHERE id = ?", employee_id)[0][0])
    session = desk_session(CHANNEL, os_account, name)._replace(
        user_id=users.user_of(employee_id=employee_id), employee_id=employee_id, email=address
    )
    return Sender(session, name, address)


def _answerable(address: str) -> str:
    try:
        return checks.mail_address(address, "sender")
    except Invalid:
        return ""


def _name_of(contact_id: int | None) -> str:
    row = first("SELECT name FROM contact WHERE id = ?", contact_id) if contact_id is not None else None
    return str(row[0]) if row else ""


def _doubt(address: str) -> str:
    """Say so when an address is an employee's, but not of exactly one who is active."""
    if not _is_of_desk(address):
        return ""
    active = first("SELECT 1 FROM employee WHERE active = 1 AND (email1 = ? OR email2 = ?)", address, address)
    whose = "several employees share" if active else "an inactive employee has"
    return f"Treated as a customer's mail: {whose} the address {address}."


def _is_of_desk(address: str) -> bool:
    having = "SELECT 1 FROM employee WHERE ? <> '' AND (email1 = ? OR email2 = ?)"
    return first(having, address, address, address) is not None
