"""Making tickets: one way for forms, the command line, mail and programs."""

from __future__ import annotations

from typing import Any, NamedTuple

from models import Ticket, database
from services import catalogue, history_kinds, inbox, journal, priorities, recipients, tickets
from services.errors import Invalid
from services.records import TicketDetail
from services.routing import manager_for
from services.session import Session
from services.text import clean

# Channels through which customers and programs write: their tickets start in the Inbox.
INBOX_CHANNELS = frozenset({"web", "email", "api", "monitoring"})
# Where employees write too: their own tickets stay out of the Inbox.
_SHARED_CHANNELS = frozenset({"web", "email"})


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
    """Make a ticket as one operation; with a `uid`, a retry after a lost answer returns the first one."""
    if uid is not None:
        earlier = _made_by(uid)
        if earlier is not None:
            return tickets.get(session, earlier)
    with journal.operation(session, "create-ticket", uid=uid) as op:
        ticket_id = create_within(op, new)
    return tickets.get(session, ticket_id)


def create_within(op: journal.Recorder, new: NewTicket, *, show_description: bool = True) -> int:
    """Make a ticket inside an operation that is already open and return its id.

    `show_description` off leaves the text to another entry of the operation, such as the mail it came from.
    """
    session = op.session
    new = _completed(session, new)
    _check(session, new)
    values = _values(op, new)
    ticket_id: int = Ticket.insert(**values).execute()
    op.created("ticket", ticket_id, {name: values[name] for name in values if name not in _DERIVED}, ticket_id)
    text = values["description"] if show_description else ""
    op.entry(ticket_id, history_kinds.CREATED, text, public=True)
    _add_recipients(op, ticket_id, new, values["manager"])
    if new.attachments:
        from services.documents import attach_within

        for name, content_type, data in new.attachments:
            attach_within(op, ticket_id, name, content_type, data)
    if _starts_in_inbox(session):
        Ticket.update(in_inbox=1, mark=inbox.UNREAD).where(Ticket.id == ticket_id).execute()
        op.change("ticket", ticket_id, "in_inbox", 0, 1, ticket_id)
        op.change("ticket", ticket_id, "mark", inbox.NO_MARK, inbox.UNREAD, ticket_id)
        op.entry(ticket_id, history_kinds.INBOX, f"New ticket from a customer by {_channel_name(session)}")
    return ticket_id


_DERIVED = frozenset({"is_open", "updated_at", "version", "in_inbox", "mark"})


def _completed(session: Session, new: NewTicket) -> NewTicket:
    """Fill in what follows from who writes: name, address, account; and clean every text."""
    contact = new.contact_id if new.contact_id is not None else session.contact_id
    account = new.account_id if new.account_id is not None else session.account_id
    name, email = new.requester_name, new.requester_email
    if contact is not None:
        rows = database.execute_sql(f"SELECT account_id, name, email FROM contact WHERE id = {int(contact)}")
        row = next(iter(rows), None)
        if row is None:
            raise Invalid("This contact is not known to the desk; choose one from the list.", "contact")
        if account is None:
            account = row[0]
        elif account != row[0]:
            raise Invalid("This contact belongs to another account; choose one of the chosen account.", "contact")
        name, email = name or row[1], email or row[2]
    return new._replace(
        subject=" ".join(clean(new.subject).split()),
        description=clean(new.description).strip("\n"),
        requester_name=" ".join(clean(name or session.name).split()),
        requester_email=(email or session.email).strip().lower(),
        url=" ".join(clean(new.url).split()),
        account_id=account,
        contact_id=contact,
    )


def _check(session: Session, new: NewTicket) -> None:
    if not new.subject:
        raise Invalid("A ticket needs a subject; say in a few words what it is about.", "subject")
    by_hand = session.channel in ("manual", "web")
    if by_hand and new.category_id is None and new.product_id is None:
        raise Invalid("Choose a category; it decides who receives the ticket.", "category")
    if new.requester_email and session.channel != "email":
        recipients.normal_address(new.requester_email)
    if session.is_client:
        allowed = {choice.id for choice in catalogue.category_choices(client=True)}
        if new.category_id is not None and new.category_id not in allowed:
            raise Invalid("Choose one of the categories in the list.", "category")
        if new.account_id != session.account_id or new.manager_id is not None:
            raise Invalid("You can open tickets for your own company; the desk decides who works on them.", "account")
    if new.due_at is not None and session.channel == "manual":
        from services import clock

        if new.due_at < clock.now():
            raise Invalid("The due date has already passed; give a later one.", "due")


def _values(op: journal.Recorder, new: NewTicket) -> dict[str, Any]:
    names = catalogue.names()
    manager = manager_for(new.manager_id, new.category_id)
    role = "new" if names.managers[manager].team_role == "new_tickets" or not _by_employee(op.session) else "in_house"
    status = names.statuses[new.status_code] if new.status_code is not None else names.status_by_role(role)
    is_open = status.status_class == "open"
    priority = new.priority
    if status.priority_effect == "none":
        priority = priorities.NOT_APPLICABLE
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
    }


def _by_employee(session: Session) -> bool:
    return session.employee_id is not None


def _starts_in_inbox(session: Session) -> bool:
    if _by_employee(session) and session.channel in _SHARED_CHANNELS:
        return False
    return session.is_client or session.channel in INBOX_CHANNELS


def _add_recipients(op: journal.Recorder, ticket_id: int, new: NewTicket, manager: int) -> None:
    for employee_id in recipients.default_employees(manager, new.account_id):
        recipients.follow(op, ticket_id, employee_id)
    for employee_id in new.carbon_copy:
        recipients.follow(op, ticket_id, employee_id, "created")
    if new.external is not None:
        chosen = [(kind, recipients.normal_address(address), name) for kind, address, name in new.external]
    else:
        default = recipients.default_external(new.account_id, new.contact_id)
        chosen = [("to", default[0].lower(), default[1])] if default else []
    typed = new.requester_email
    if new.external is None and typed and not _is_employee_address(typed) and typed not in {c[1] for c in chosen}:
        chosen.append(("to", typed, new.requester_name))
    for kind, address, name in chosen:
        recipients.place_external(op, ticket_id, address, name, kind, _contact_with(address))


def _contact_with(address: str) -> int | None:
    found = database.execute_sql(f"SELECT id FROM contact WHERE email = {database.param} ORDER BY id", (address,))
    row = next(iter(found), None)
    return row[0] if row else None


def _is_employee_address(address: str) -> bool:
    mark = database.param
    sql = f"SELECT 1 FROM employee WHERE lower(email1) = {mark} OR lower(email2) = {mark}"
    return next(iter(database.execute_sql(sql, (address, address))), None) is not None


def _channel_name(session: Session) -> str:
    return {"email": "mail", "api": "the API", "monitoring": "monitoring"}.get(session.channel, "the desk")


def _made_by(uid: str) -> int | None:
    operation_id = journal.earlier(uid)
    if operation_id is None:
        return None
    mark = database.param
    rows = database.execute_sql(
        f"SELECT ticket_id FROM history WHERE operation_id = {mark} AND kind = {mark}",
        (operation_id, history_kinds.CREATED),
    )
    row = next(iter(rows), None)
    return row[0] if row else None
