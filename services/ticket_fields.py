"""What the fields of a ticket are called, how people type them, and how their values read."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from models.folding import fold
from services import catalogue, priorities
from services.errors import Forbidden, Invalid, UsageError
from services.named import NamedTuple
from services.session import Session
from services.sql import fetch, folded
from services.text import clean, one_line


class TicketField(NamedTuple):
    """A header field: its name on the command line and in the journal, label, column, and how it is typed."""

    name: str
    label: str
    column: str
    parse: Callable[[Session, str], Any]


def _text(_session: Session, typed: str) -> str:
    return clean(typed).strip("\n")


def _line(_session: Session, typed: str) -> str:
    return one_line(typed)


def _subject(session: Session, typed: str) -> str:
    subject = _line(session, typed)
    if not subject:
        raise Invalid("A ticket needs a subject; say in a few words what it is about.", "subject")
    return subject


def _address(_session: Session, typed: str) -> str:
    from services import checks

    return checks.address(typed, "requester_email")


def _due(_session: Session, typed: str) -> int | None:
    from services.due_dates import parse_due

    return parse_due(typed)


def _status(_session: Session, typed: str) -> int:
    return catalogue.find_status(typed).code


def _extension(_session: Session, typed: str) -> int | None:
    return catalogue.find_in(catalogue.names().extensions, typed, "status extension") if typed.strip() else None


def _type(_session: Session, typed: str) -> int | None:
    return catalogue.find_in(catalogue.names().types, typed, "type") if typed.strip() else None


def _category(_session: Session, typed: str) -> int | None:
    return catalogue.find_in(catalogue.names().categories, typed, "category") if typed.strip() else None


def _manager(session: Session, typed: str) -> int:
    return catalogue.find_manager(typed, session.manager_id).id


def _priority(_session: Session, typed: str) -> int:
    return priorities.parse(typed)


def _flag(_session: Session, typed: str) -> int:
    from services import checks

    return checks.flag(typed, "waiting_for_dispatch")


def _named(table: str, what: str) -> Callable[[Session, str], int | None]:
    def parse(session: Session, typed: str) -> int | None:
        return find_named(session, table, what, typed)

    return parse


def find_named(session: Session, table: str, what: str, typed: str, account_id: int | None = None) -> int | None:
    """Return the key of the account, contact, asset or the like that somebody typed by name; None for nothing.

    Of several with one name the one of `account_id` is meant; clients find only what is their own company's.
    """
    name = _line(session, typed)
    if not name:
        return None
    owner = {"account": "id", "product": "NULL"}.get(table, "account_id")
    match, values = f"{folded('name', name)} = ?", [fold(name)]
    if table == "contact":
        match, values = f"({match} OR lower(email) = ?)", [*values, name.lower()]
    found = fetch(f"SELECT id, {owner} FROM {table} WHERE {match} ORDER BY active DESC, id", *values)
    if session.is_client and owner != "NULL":
        found = [row for row in found if row[1] == session.account_id]
    found.sort(key=lambda row: row[1] != account_id)
    if not found:
        raise Invalid(f"There is no {what} called “{name}”; check the spelling.", what)
    return int(found[0][0])


FIELDS: dict[str, TicketField] = {
    field.name: field
    for field in (
        TicketField("subject", "Subject", "subject", _subject),
        TicketField("status", "Status", "status", _status),
        TicketField("extension", "Status extension", "extension", _extension),
        TicketField("priority", "Priority", "priority", _priority),
        TicketField("type", "Type", "type", _type),
        TicketField("category", "Category", "category", _category),
        TicketField("product", "Product", "product", _named("product", "product")),
        TicketField("manager", "Manager", "manager", _manager),
        TicketField("account", "Account", "account", _named("account", "account")),
        TicketField("contact", "Contact", "contact", _named("contact", "contact")),
        TicketField("asset", "Asset", "asset", _named("asset", "asset")),
        TicketField("contract", "Contract", "contract", _named("contract", "contract")),
        TicketField("requester_name", "Requested by", "requester_name", _line),
        TicketField("requester_email", "Requester's email", "requester_email", _address),
        TicketField("url", "URL", "url", _line),
        TicketField("due", "Due", "due_at", _due),
        TicketField("resolution", "Resolution", "resolution", _text),
        TicketField("waiting_for_dispatch", "Waiting for dispatching", "waiting_for_dispatch", _flag),
    )
}

OF_ACCOUNT = ("contact", "asset", "contract")
"""Fields whose values belong to an account."""

CLIENT_FIELDS = frozenset({"due", "url"})
"""What clients may change on their tickets."""

CLIENT_REFUSAL = "Only employees of the desk change this; write a note and the desk will see it."

# Columns that hold the key of another row, and where its name stands.
REFERENCES = {
    "status": ("status", "code", "label"),
    "extension": ("extension", "id", "code"),
    "type": ("ticket_type", "id", "label"),
    "category": ("category", "id", "name"),
    "product": ("product", "id", "name"),
    "account": ("account", "id", "name"),
    "contact": ("contact", "id", "name"),
    "asset": ("asset", "id", "name"),
    "contract": ("contract", "id", "name"),
}

_OTHER_LABELS = {
    "in_inbox": "In the Inbox",
    "mark": "Read state",
    "archived": "Archived",
    "archive_reason": "Reason",
    "merged_into": "Merged into",
    "description": "Description",
    "opened_at": "Opened",
    "closed_at": "Closed",
    "updated_at": "Updated",
}


def label_of(field: str) -> str:
    """Return what people call a journal field of a ticket."""
    if field in FIELDS:
        return FIELDS[field].label
    return _OTHER_LABELS.get(field, field.replace("_", " ").capitalize())


def parse_assignments(session: Session, texts: Sequence[str], account_id: int | None) -> dict[str, Any]:
    """Return the fields and values of what somebody typed as `FIELD=VALUE` for a ticket of this account.

    Needs a connection. Contacts, assets and contracts are looked up in the account that the ticket ends up with.
    """
    typed: dict[str, str] = {}
    for text in texts:
        name, equals, value = text.partition("=")
        name = name.strip().casefold().replace("-", "_")
        if not equals or name not in FIELDS:
            known = ", ".join(FIELDS)
            raise UsageError(f"“{text}” is not FIELD=VALUE with a field that can be set; the fields are {known}.")
        if name in typed:
            raise UsageError(f"{name} is given twice; give each field once.")
        typed[name] = value
    if session.is_client and not set(typed) <= CLIENT_FIELDS:
        raise Forbidden(CLIENT_REFUSAL)
    return parse_all(session, typed, account_id)


def parse_all(session: Session, typed: Mapping[str, str], account_id: int | None) -> dict[str, Any]:
    """Return the values of typed fields by name; what belongs to an account is looked up in the one they name."""
    fields = {name: FIELDS[name].parse(session, value) for name, value in typed.items() if name not in OF_ACCOUNT}
    account_id = fields.get("account", account_id)
    for name in OF_ACCOUNT:
        if name in typed:
            fields[name] = find_named(session, name, name, typed[name], account_id)
    return fields


def column_of(name: str) -> str:
    """Return the name that the ticket's table, its records and the models have for a field of the journal."""
    return FIELDS[name].column if name in FIELDS else name


def readable(
    field: str, value: Any, names_of: Callable[[str, Any], str], time_of: Callable[[int], str] | None = None
) -> str:
    """Return a journal value as people read it.

    `names_of` resolves the keys of other rows, `time_of` writes a moment; without it, in the local zone.
    """
    if value is None or value == "":
        return ""
    if field == "merged_into":
        from services.numbers import number_of

        return number_of(int(value))
    if field == "due" or field.endswith("_at"):
        from services.due_dates import describe

        return (time_of or describe)(int(value))
    if field == "priority":
        return priorities.label(int(value))
    if field == "mark":
        return ("none", "unread", "read")[int(value)] if value in (0, 1, 2) else str(value)
    if field in ("waiting_for_dispatch", "in_inbox", "archived"):
        return "yes" if value else "no"
    if field in REFERENCES or field == "manager":
        return names_of(field, value)
    return str(value)
