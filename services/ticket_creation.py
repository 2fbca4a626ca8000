"""Making tickets: one way for forms, the command line, mail and programs."""

from __future__ import annotations

from typing import Any

from services import (
    catalogue,
    checks,
    clock,
    history_kinds,
    inbox,
    journal,
    mail_people,
    mail_settings,
    priorities,
    recipients,
    tickets,
)
from services.errors import Invalid
from services.named import NamedTuple
from services.records import NO_MARK, UNREAD, StatusRow, TicketDetail
from services.routing import manager_for
from services.session import Session
from services.sql import first, insert_row
from services.text import clean, one_line
from services.ticket_changes import INTERNAL_EXTENSIONS, RULED, check_workflow
from services.ticket_fields import FIELDS

_BY_HAND = ("manual", "web", "cli")


class NewTicket(NamedTuple):
    """What a new ticket is made of; only the subject is needed, the rest follows from the desk's rules.

    `external` holds (kind, address, name) and replaces the default outside recipient; `carbon_copy` are employees who
    are told once; `attachments` are (name, content type, bytes). `due_at` and `sent_at` in microseconds UTC.
    """

    subject: str
    description: str = ""
    requester_name: str = ""
    requester_email: str = ""
    account_id: int | None = None
    contact_id: int | None = None
    category_id: int | None = None
    product_id: int | None = None
    type_id: int | None = None
    priority: int = priorities.NORMAL
    status_code: int | None = None
    extension_id: int | None = None
    manager_id: int | None = None
    asset_id: int | None = None
    contract_id: int | None = None
    url: str = ""
    due_at: int | None = None
    sent_at: int | None = None
    waiting_for_dispatch: bool = False
    send_confirmation: bool = True
    carbon_copy: tuple[int, ...] = ()
    external: tuple[tuple[str, str, str], ...] | None = None
    attachments: tuple[tuple[str, str, bytes], ...] = ()


def create(session: Session, new: NewTicket, *, uid: str | None = None) -> TicketDetail:
    """Make a ticket as one operation and tell by mail who is to know of it.

    With a `uid`, a retry after a lost answer returns the first one.
    """
    try:
        with journal.operation(session, "create-ticket", uid=uid) as op:
            ticket_id = create_within(op, new)
            _tell(session, ticket_id, new)
    except journal.AlreadyDone:
        ticket_id = _made_by(uid)
    return tickets.get(session, ticket_id)


def _tell(session: Session, ticket_id: int, new: NewTicket) -> None:
    if (new.send_confirmation or new.carbon_copy) and mail_settings.outgoing_refusal() is None:
        # What writes mail is loaded where mail leaves.
        from services.new_ticket_mail import notify

        notify(session, ticket_id, confirm=new.send_confirmation, copies=new.carbon_copy, files=new.attachments)


def create_within(op: journal.Recorder, new: NewTicket, *, show_description: bool = True) -> int:
    """Make a ticket inside an operation that is already open and return its id.

    `show_description` off leaves the text to another entry of the operation, such as the mail it came from.
    """
    session = op.session
    new = _completed(session, new)
    _check(session, new)
    values = _values(op, new)
    ticket_id = insert_row("ticket", values)
    # The journal calls a field what changes call it.
    kept = {_NAMES.get(name, name): value for name, value in values.items() if name not in _DERIVED}
    op.created("ticket", ticket_id, kept, ticket_id)
    text = values["description"] if show_description else ""
    op.entry(ticket_id, history_kinds.CREATED, text, public=True)
    _add_recipients(op, ticket_id, new, values["manager"])
    if new.attachments:
        from services.documents import attach_uploads

        attach_uploads(op, ticket_id, new.attachments)
    if values["in_inbox"]:
        op.entry(ticket_id, history_kinds.INBOX, f"New ticket {inbox.origin(session)}")
    return ticket_id


# What follows from other columns, or counts.
_DERIVED = frozenset({"is_open", "updated_at", "version"})
_NAMES = {field.column: field.name for field in FIELDS.values()}


def _completed(session: Session, new: NewTicket) -> NewTicket:
    """Fill in what follows from who writes: name, address, account; and clean every text."""
    contact = new.contact_id if new.contact_id is not None else session.contact_id
    account = new.account_id if new.account_id is not None else session.account_id
    name, email = new.requester_name, new.requester_email
    if contact is not None:
        row = first("SELECT account_id, name, email FROM contact WHERE id = ?", contact)
        if row is None:
            raise Invalid("This contact is not known to the desk; choose one from the list.", "contact")
        if account is None:
            account = row[0]
        elif account != row[0]:
            raise Invalid("This contact belongs to another account; choose one of the chosen account.", "contact")
        name, email = name or row[1], email or row[2]
    return new._replace(
        subject=one_line(new.subject),
        description=clean(new.description).strip("\n"),
        requester_name=one_line(name or session.name),
        requester_email=one_line(email or session.email).lower(),
        url=one_line(new.url),
        account_id=account,
        contact_id=contact,
    )


def _check(session: Session, new: NewTicket) -> None:
    if not new.subject:
        raise Invalid("A ticket needs a subject; say in a few words what it is about.", "subject")
    in_a_form = session.channel in ("manual", "web")
    if in_a_form and new.category_id is None and new.product_id is None:
        raise Invalid("Choose a category; it decides who receives the ticket.", "category")
    if new.requester_email and session.channel != "email":
        checks.mail_address(new.requester_email, "requester_email")
    if session.is_client:
        _check_client(session, new)
    if new.due_at is not None and session.channel in _BY_HAND and new.due_at < clock.now():
        raise Invalid("The due date has already passed; give a later one.", "due")


def _check_client(session: Session, new: NewTicket) -> None:
    allowed = {choice.id for choice in catalogue.category_choices(client=True)}
    if new.category_id is not None and new.category_id not in allowed:
        raise Invalid("Choose one of the categories in the list.", "category")
    decided = (new.manager_id, new.status_code, new.extension_id, new.contract_id)
    if new.account_id != session.account_id or any(each is not None for each in decided) or new.waiting_for_dispatch:
        sentence = "You can open tickets for your own company; the desk decides who works on them, and when."
        raise Invalid(sentence, "account")
    if new.external or new.carbon_copy:
        raise Invalid("The desk decides who else gets its mail; write in the description whom to tell.", "external")


def _values(op: journal.Recorder, new: NewTicket) -> dict[str, Any]:
    names = catalogue.names()
    takes_new = inbox.takes_new(op.session)
    manager = manager_for(new.manager_id, new.category_id)
    status = _status(op.session, new, names, manager)
    is_open = status.status_class == "open"
    _check_rules(new, status.code, manager)
    priority = priorities.NOT_APPLICABLE if status.priority_effect == "none" else new.priority
    return {
        "subject": new.subject[:1000],
        "status": status.code,
        "is_open": int(is_open),
        "extension": new.extension_id,
        "priority": priority,
        "type": new.type_id,
        "category": new.category_id,
        "product": new.product_id,
        "manager": manager,
        "account": new.account_id,
        "contact": new.contact_id,
        "asset": new.asset_id,
        "contract": new.contract_id,
        "requester_name": new.requester_name,
        "requester_email": new.requester_email,
        "url": new.url,
        "description": new.description,
        "created_by": op.session.user_id,
        "channel": op.session.channel,
        "sent_at": new.sent_at if new.sent_at is not None else op.at,
        "created_at": op.at,
        "updated_at": op.at,
        "due_at": new.due_at,
        "closed_at": None if is_open else op.at,
        "waiting_for_dispatch": int(new.waiting_for_dispatch),
        "confirm": int(new.send_confirmation),
        "in_inbox": int(takes_new),
        "mark": UNREAD if takes_new else NO_MARK,
    }


def _status(session: Session, new: NewTicket, names: catalogue.Names, manager: int) -> StatusRow:
    """Return the status to start with: the chosen one, that of quotes and products, New, or Assigned in House."""
    if new.status_code is not None:
        return names.statuses[new.status_code]
    if names.extensions.get(new.extension_id or 0) in INTERNAL_EXTENSIONS:
        return names.status_by_role("internal")
    is_new = names.managers[manager].team_role == "new_tickets" or session.employee_id is None
    return names.status_by_role("new" if is_new else "in_house")


def _check_rules(new: NewTicket, status: int, manager: int) -> None:
    state: dict[str, Any] = dict.fromkeys(RULED)
    state |= {"status": status, "extension": new.extension_id, "due": new.due_at, "resolution": "", "manager": manager}
    state |= {"account": new.account_id, "contact": new.contact_id, "asset": new.asset_id, "contract": new.contract_id}
    # A chosen manager has to be one who takes tickets; the desk's own routing has the last word otherwise.
    changed = frozenset(RULED) - (frozenset() if new.manager_id is not None else {"manager"})
    check_workflow(state, changed)


def _add_recipients(op: journal.Recorder, ticket_id: int, new: NewTicket, manager: int) -> None:
    followers = dict.fromkeys(recipients.default_employees(manager, new.account_id), "all")
    outside = [
        (kind, address, name, mail_people.contact_with(address)) for kind, address, name in outside_recipients(new)
    ]
    recipients.begin(op, ticket_id, {**dict.fromkeys(new.carbon_copy, "created"), **followers}, outside)


def outside_recipients(new: NewTicket) -> list[tuple[str, str, str]]:
    """Return (kind, address, name) of the outside recipients: the chosen ones, or the default and the requester."""
    if new.external is not None:
        return [(kind, checks.mail_address(address, "external"), name) for kind, address, name in new.external]
    default = recipients.default_external(new.account_id, new.contact_id)
    chosen = [("to", default[0].lower(), default[1])] if default else []
    typed = new.requester_email
    if "@" in typed and typed not in {address for _, address, _ in chosen} and not _is_employee_address(typed):
        chosen.append(("to", typed, new.requester_name))
    return chosen


def _is_employee_address(address: str) -> bool:
    return first("SELECT 1 FROM employee WHERE lower(email1) = ? OR lower(email2) = ?", address, address) is not None


def _made_by(uid: str | None) -> int:
    """Return the ticket that the operation with this uid made."""
    row = first(
        "SELECT h.ticket_id FROM history h JOIN operation o ON o.id = h.operation_id WHERE o.uid = ? AND h.kind = ?",
        uid,
        history_kinds.CREATED,
    )
    if row is None:
        raise Invalid("This request was used for something else already; start the new ticket again.")
    return int(row[0])
