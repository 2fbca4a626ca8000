"""What was typed and chosen in the form, and the new ticket that it makes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from services import checks, local_files, priorities, recipients
from services.errors import Invalid
from services.session import Session
from services.ticket_creation import NewTicket, create


class FormValues(NamedTuple):
    """Everything in the form; `external` is None as long as nobody typed other recipients."""

    requester_name: str = ""
    requester_email: str = ""
    subject: str = ""
    description: str = ""
    url: str = ""
    due: str = ""
    external: str | None = None
    account: int | None = None
    contact: int | None = None
    category: int | None = None
    manager: int | None = None
    type: int | None = None
    product: int | None = None
    priority: int = priorities.NORMAL
    carbon_copy: tuple[int, ...] = ()
    send_confirmation: bool = True
    files: tuple[Path, ...] = ()


def submit(session: Session, values: FormValues, uid: str) -> tuple[int, str]:
    """Enter the ticket and return its id and number; a second call with the same `uid` enters no second one.

    Raises Invalid with the field of the form that it is about.
    """
    new = new_ticket(values)
    ticket = create(session, new._replace(attachments=tuple(local_files.read(path) for path in values.files)), uid=uid)
    return ticket.id, ticket.number


def new_ticket(values: FormValues) -> NewTicket:
    """Return the ticket that the form describes, without its files."""
    from services.due_dates import parse_due

    return NewTicket(
        subject=values.subject,
        description=values.description,
        requester_name=values.requester_name,
        requester_email=checks.address(values.requester_email, "requester_email"),
        account_id=values.account,
        contact_id=values.contact,
        category_id=values.category,
        product_id=values.product,
        type_id=values.type,
        priority=values.priority,
        manager_id=values.manager,
        url=values.url,
        due_at=parse_due(values.due),
        send_confirmation=values.send_confirmation,
        carbon_copy=values.carbon_copy,
        external=None if values.external is None else parse_external(values.external),
    )


def parse_external(typed: str) -> tuple[tuple[str, str, str], ...]:
    """Return (kind, address, name) of addresses typed with commas between; `cc:` or `bcc:` before one says how."""
    found = []
    for part in filter(None, (part.strip() for part in typed.split(","))):
        head, colon, rest = part.partition(":")
        kind = head.strip().lower() if colon else "to"
        if kind not in recipients.KINDS:
            raise Invalid(
                f"“{head.strip()}:” is neither to, cc nor bcc; write it like cc: name@example.com.", "external"
            )
        name, address = recipients.split_address(rest if colon else part)
        found.append((kind, checks.mail_address(address, "external"), name))
    return tuple(found)


def shown_external(chosen: Sequence[tuple[str, str, str]]) -> str:
    """Return outside recipients the way they are typed."""
    shown = []
    for kind, address, name in chosen:
        # A comma in a name would end it where the line is read again.
        person = f"{name} <{address}>" if name and not set(name) & set(",:<>") else address
        shown.append(person if kind == "to" else f"{kind}: {person}")
    return ", ".join(shown)
