"""Who wrote a mail: an employee, a customer's contact, somebody of an account, a stranger, or the desk itself."""

from __future__ import annotations

from typing import Literal

from connector import authentication
from connector.mail.message import Address, ParsedMail
from services import checks, mail_identity, mail_people, mail_settings
from services.errors import Invalid
from services.mail_people import Colleague, Customer
from services.mail_settings import MailSettings
from services.named import NamedTuple
from services.session import Session, desk_session

CHANNEL = "email"
_NOBODY = "An unknown sender"

Standing = Literal["employee", "doubtful", "customer", "inactive", "sister", "own"]
"""An active employee; a mail in an employee's name that failed its authentication; anybody from outside; a former
employee; another desk; this desk, whose mail came back."""


class Sender(NamedTuple):
    """The writer of a mail; `address` is lower case and empty when the mail names none that could be answered.

    `session` is under which name the filing goes into the journal. `answers` is where answers go, and `answers_note`
    says so where that is not whence the mail came. `notes` are what the desk should know about the address.
    """

    session: Session
    standing: Standing
    name: str
    address: str
    account_id: int | None = None
    contact_id: int | None = None
    answers: Address = Address("", "")
    answers_note: str = ""
    notes: tuple[str, ...] = ()

    @property
    def is_employee(self) -> bool:
        """Whether exactly one active employee has the address, and nothing says that somebody else wrote."""
        return self.standing == "employee"

    @property
    def employee_id(self) -> int | None:
        """The employee who wrote, if one did."""
        return self.session.employee_id


def identify(mail: ParsedMail, os_account: str = "") -> Sender:
    """Return who wrote a mail, by the address alone; whatever is no single active employee is a customer."""
    settings = mail_settings.current()
    written = mail.sender or Address("", "")
    address = answerable(written.email)
    if not address or is_own(address, settings) or _nobody_reads(mail):
        instead = _reply_to(mail, address, settings)
        if instead is not None:
            return _through_a_form(instead, written, os_account)
    if is_own(address, settings):
        return _outsider(written, "", Customer(), "own", os_account)
    if address in settings.sister_addresses:
        return _outsider(written, address, mail_people.customer(address), "sister", os_account)
    staff = mail_people.staff()
    employee = staff.writer(address)
    if employee is not None:
        failure = authentication.doubt(mail, settings.authserv_id)
        if failure:
            return _doubtful(written, address, employee, failure, os_account)
        return _employee(employee, address, os_account)
    standing: Standing = "inactive" if staff.is_inactive(address) else "customer"
    known = mail_people.customer(address)
    sender = _outsider(written, address, known, standing, os_account, staff.doubt(address))
    return _with_reply_to(sender, mail, settings)


def is_own(address: str, settings: MailSettings) -> bool:
    """Tell whether an address is the desk's own, with a ticket in it or without."""
    if not address or not settings.support_address:
        return False
    return address == settings.support_address or mail_identity.ticket_of_address(address) is not None


def answerable(address: str) -> str:
    """Return an address in the form in which the desk keeps it; empty when mail cannot go there."""
    try:
        return checks.mail_address(address, "sender")
    except Invalid:
        return ""


def _employee(employee: Colleague, address: str, os_account: str) -> Sender:
    """Filing acts for the desk, so that no privilege of the employee decides whether a mail is kept."""
    session = desk_session(CHANNEL, os_account, employee.name)._replace(
        user_id=employee.user_id, employee_id=employee.id, email=address
    )
    return Sender(session, "employee", employee.name, address, answers=Address(employee.name, address))


def _doubtful(written: Address, address: str, employee: Colleague, failure: str, os_account: str) -> Sender:
    sentence = (
        f"The mail has the address of {employee.name}, but its authentication failed ({failure}):"
        " it was not passed on to anybody."
    )
    return _outsider(Address("", written.email), address, Customer(), "doubtful", os_account, sentence)


def _outsider(
    written: Address, address: str, known: Customer, standing: Standing, os_account: str, *notes: str
) -> Sender:
    session = desk_session(CHANNEL, os_account, written.name or written.email or _NOBODY)
    name = written.name or known.name
    return Sender(
        session._replace(user_id=known.user_id, email=address),
        standing,
        name,
        address,
        known.account_id,
        known.contact_id,
        Address(name, address),
        notes=tuple(filter(None, notes)),
    )


def _through_a_form(person: Address, written: Address, os_account: str) -> Sender:
    """Take whom a mail's Reply-To names for its writer, as a contact form means it; nobody is an employee by that."""
    note = f"Written as {person.email} through {written.email or 'a form'}, where nobody reads answers."
    known = mail_people.customer(person.email)
    return _outsider(person, person.email, known, "customer", os_account, note, mail_people.staff().doubt(person.email))


def _with_reply_to(sender: Sender, mail: ParsedMail, settings: MailSettings) -> Sender:
    """Let answers go where a customer's mail asks for them, if that is at home there."""
    wanted = _reply_to(mail, sender.address, settings)
    if wanted is None:
        return sender
    if _same_house(sender, wanted.email):
        note = f"Answers go to {wanted.email}, as the mail asks; it was sent from {sender.address}."
        return sender._replace(answers=wanted, answers_note=note)
    note = f"The mail asks for answers to {wanted.email}, which is elsewhere: they go to {sender.address}."
    return sender._replace(answers_note=note)


def _same_house(sender: Sender, address: str) -> bool:
    if sender.address.rpartition("@")[2] == address.rpartition("@")[2]:
        return True
    return sender.account_id is not None and mail_people.customer(address).account_id == sender.account_id


def _reply_to(mail: ParsedMail, address: str, settings: MailSettings) -> Address | None:
    """Return whom a mail wants to be answered to, if that is somebody other than its sender and this desk."""
    for one in mail.reply_to:
        wanted = answerable(one.email)
        if wanted and wanted not in (address, *settings.own_addresses) and not is_own(wanted, settings):
            return Address(one.name, wanted)
    return None


def _nobody_reads(mail: ParsedMail) -> bool:
    """Tell whether a mail comes from an address of programs, such as noreply@."""
    return any(reason.startswith("From: ") for reason in mail.auto_reasons)
