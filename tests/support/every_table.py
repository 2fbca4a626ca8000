"""A small desk that has a row in every table, and in them what tends to get lost on the way."""

from __future__ import annotations

import json
import zlib
from hashlib import sha256

from models import (
    Account,
    Asset,
    Blob,
    BlobPiece,
    CannedText,
    Category,
    Change,
    Charge,
    ChargeItem,
    ConnectorRun,
    Contact,
    Contract,
    Delivery,
    DeskSetting,
    Document,
    Employee,
    EmployeeRecipient,
    Extension,
    ExternalRecipient,
    History,
    LoginAttempts,
    Mail,
    Mailbox,
    MailboxState,
    MailOriginal,
    Manager,
    Operation,
    OutgoingMail,
    Privilege,
    Product,
    SavedSearch,
    Status,
    Team,
    TeamMember,
    Ticket,
    TicketType,
    User,
    UserSetting,
    database,
)  # fmt: skip
from models.binding import close_database, connection, open_database
from services.search.rebuild import fill as fill_index

AT = 1_763_764_522_000_001
HARD_TEXT = "Grüße, 日本語, e\u0301, 👩\u200d🚀, \\N \\. tab\there 'quotes' \"double\"\r\nsecond line\n\x1b[31m"
CONTENT = (b"\x00\xff\\x00 raw bytes \r\n", b"the second piece")


def fill(url: str) -> None:
    """Put at least one row into every table of the empty desk at `url`."""
    open_database(url)
    try:
        with connection(), database.atomic():
            _people()
            _customers()
            _lists()
            _work()
            fill_index(database)
    finally:
        close_database()


def _people() -> None:
    DeskSetting.create(name="company", value=json.dumps("Acme"))
    ann = Employee.create(name="Ann", email1="ann@desk.example", created_at=AT)
    team = Team.create(name="New Tickets", role="new_tickets", created_at=AT)
    TeamMember.create(team=team, employee=ann)
    Manager.create(employee=ann)
    Manager.create(team=team)
    LoginAttempts.create(username="mallory", failures=3, blocked_until=AT)
    user = User.create(username="ann", role="technician", employee=ann, created_at=AT)
    Privilege.create(user=user, name="merge", granted=1)
    UserSetting.create(user=user, name="columns", value='["number"]')
    SavedSearch.create(owner=user, name=HARD_TEXT, query="status:hold", shared=1, created_at=AT)


def _customers() -> None:
    account = Account.create(name=HARD_TEXT, domain="acme.example", created_at=AT)
    contact = Contact.create(account=account, name="Bob", email="bob@acme.example", created_at=AT)
    Account.update(manager=1, main_contact=contact).execute()
    Asset.create(account=account, name="Printer")
    Contract.create(account=account, name="Gold", starts_at=AT)


def _lists() -> None:
    Status.create(code=10, label="New", status_class="open", role="new", position=1)
    Status.create(code=90, label="Completed", status_class="closed", role="completed", position=2)
    Extension.create(code="WFC", label="Waiting For Client")
    TicketType.create(label="Incident")
    Category.create(name="Hardware", manager=1)
    Product.create(name="Laser 9")
    ChargeItem.create(kind="work", label="Hour", rate=9_900, currency="EUR")


def _work() -> None:
    first = Ticket.create(
        subject=HARD_TEXT, status=10, manager=1, account=1, contact=1, asset=1, contract=1, extension=1, type=1,
        category=1, product=1, created_by=1, channel="manual", created_at=AT, updated_at=AT, due_at=-1,
    )  # fmt: skip
    second = Ticket.create(
        subject="", status=90, is_open=0, manager=2, channel="email", created_at=AT, updated_at=AT, closed_at=AT
    )
    # It points forward, to a ticket that is copied after it.
    Ticket.update(merged_into=second).where(Ticket.id == first.id).execute()
    operation = Operation.create(uid="u-1", at=AT, user=1, actor="Ann", channel="cli", action="ticket-set")
    blob = Blob.create(sha256=sha256(b"".join(CONTENT)).hexdigest(), size=sum(map(len, CONTENT)), created_at=AT)
    for position, piece in enumerate(CONTENT):
        BlobPiece.create(blob=blob, position=position, data=zlib.compress(piece))
    original = MailOriginal.create(blob=blob, state="filed", received_at=AT)
    mail = Mail.create(original=original, ticket=first, direction="in", message_id="<1@x>", sent_at=AT)
    Document.create(ticket=first, blob=blob, name="log.txt", mail_id=mail.id, created_at=AT)
    History.create(ticket=first, operation=operation, kind="mail_in", text=HARD_TEXT, subject_id=mail.id, public=1)
    Change.create(
        operation=operation, ticket=first, entity="ticket", entity_id="1", field="status", before=None, after="10"
    )
    ExternalRecipient.create(ticket=first, address="carol@else.example", contact=1)
    EmployeeRecipient.create(ticket=first, employee=1)
    _mail_that_leaves(first, operation, mail, blob)
    Charge.create(
        ticket=first, kind="work", label="Hour", quantity=1_500, rate=9_900, currency="EUR", employee=1,
        charged_at=AT, created_at=AT,
    )  # fmt: skip


def _mail_that_leaves(ticket: Ticket, operation: Operation, mail: Mail, blob: Blob) -> None:
    mailbox = Mailbox.create(
        name="Support", host="imap.desk.example", username="support", sign_in="google", category=1, created_at=AT
    )
    MailboxState.create(mailbox=mailbox, uid_validity=4_294_967_295, last_uid=4_294_967_294, last_error=HARD_TEXT)
    MailOriginal.update(mailbox=mailbox, envelope_sender="", envelope_recipients='["support@desk.example"]').execute()
    outgoing = OutgoingMail.create(
        ticket=ticket, operation=operation, mail=mail, kind="reply", message_id="<2@x>", head="Subject: x\r\n",
        blob=blob, body_start=7, automatic=1, created_at=AT,
    )  # fmt: skip
    Delivery.create(
        outgoing=outgoing, ticket=ticket, role="to", address="carol@else.example", employee=1, automatic=1,
        created_at=AT, next_at=AT, claimed_by="here", claimed_until=AT, reply_code=451, reply=HARD_TEXT,
    )  # fmt: skip
    CannedText.create(name="Greeting", text=HARD_TEXT, created_at=AT)
    ConnectorRun.create(name="here", started_at=AT, seen_at=AT)
