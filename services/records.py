"""What services hand to screens and the command line: plain frozen rows, cheap to import and to make."""

from __future__ import annotations

from services.named import NamedTuple

NO_MARK, UNREAD, READ = range(3)
"""The global envelope of a ticket: none, closed because its manager has not seen the update, open."""


class TicketRow(NamedTuple):
    """A ticket as lists show it; times are microseconds UTC, `mark` is one of NO_MARK, UNREAD, READ."""

    id: int
    number: str
    subject: str
    status_code: int
    status: str
    is_open: bool
    extension: str
    priority: int
    type: str
    category: str
    manager_id: int
    manager: str
    account: str
    requester: str
    created_at: int
    updated_at: int
    due_at: int | None
    closed_at: int | None
    in_inbox: bool
    waiting_for_dispatch: bool
    mark: int
    mine: bool
    channel: str
    archived: bool
    version: int


class TicketDetail(NamedTuple):
    """A ticket in full, as the ticket window shows it and as edits are checked against."""

    id: int
    number: str
    subject: str
    status_code: int
    status: str
    status_class: str
    is_open: bool
    extension_id: int | None
    extension: str
    priority: int
    type_id: int | None
    type: str
    category_id: int | None
    category: str
    product_id: int | None
    product: str
    manager_id: int
    manager: str
    account_id: int | None
    account: str
    account_manager: str
    contact_id: int | None
    contact: str
    contact_email: str
    contact_phone: str
    asset_id: int | None
    asset: str
    contract_id: int | None
    contract: str
    requester_name: str
    requester_email: str
    url: str
    description: str
    resolution: str
    created_by_id: int | None
    channel: str
    sent_at: int | None
    created_at: int
    opened_at: int | None
    updated_at: int
    due_at: int | None
    closed_at: int | None
    waiting_for_dispatch: bool
    in_inbox: bool
    mark: int
    mine: bool
    archived: bool
    archive_reason: str
    merged_into: str | None
    version: int


class FieldChange(NamedTuple):
    """One field of an operation as people read it."""

    field: str
    label: str
    before: str
    after: str


class DocumentRow(NamedTuple):
    """A file of a ticket; size in bytes."""

    id: int
    name: str
    content_type: str
    size: int
    mail_id: int | None
    inline: bool
    created_at: int
    added_by: str


class MailView(NamedTuple):
    """The head of a mail in the History; address lists hold (name, address)."""

    id: int
    original_id: int | None
    direction: str
    message_id: str
    sender: tuple[str, str]
    to: tuple[tuple[str, str], ...]
    cc: tuple[tuple[str, str], ...]
    bcc: tuple[tuple[str, str], ...]
    subject: str
    sent_at: int | None
    warnings: tuple[str, ...]
    protection: str = ""


class HistoryEntry(NamedTuple):
    """One entry of a ticket's History; `taken_back` says by whom and when its operation was, while it stays so."""

    id: int
    operation_id: int
    kind: str
    at: int
    actor: str
    channel: str
    action: str
    public: bool
    text: str
    changes: tuple[FieldChange, ...]
    mail: MailView | None
    attachments: tuple[DocumentRow, ...]
    taken_back: tuple[str, int] | None = None


class ExternalRecipientRow(NamedTuple):
    """An outside address on a ticket, kind to, cc or bcc."""

    id: int
    kind: str
    address: str
    name: str
    contact_id: int | None


class EmployeeRecipientRow(NamedTuple):
    """An employee who follows a ticket, level created or all; `roles` say why they may be there."""

    id: int
    employee_id: int
    name: str
    username: str
    level: str
    roles: tuple[str, ...]


class ChargeRow(NamedTuple):
    """A charge; quantity in thousandths, rate and amount in minor units of the currency."""

    id: int
    kind: str
    label: str
    quantity: int
    rate: int
    amount: int
    currency: str
    billable: bool
    note: str
    employee_id: int | None
    employee: str
    charged_at: int
    version: int


class Choice(NamedTuple):
    """Something to choose from a list: a key, what is shown, and a dimmer detail."""

    id: int
    label: str
    detail: str = ""


class StatusRow(NamedTuple):
    """A ticket status: rules hang on the role, people read the label."""

    code: int
    label: str
    status_class: str
    role: str
    priority_effect: str


class NavCounts(NamedTuple):
    """How many tickets stand behind the entries of the navigation pane that are counted at once."""

    inbox: int
    dispatcher: int
    open: int
    by_status: dict[int, int]
    assigned_open: int
    created_open: int
