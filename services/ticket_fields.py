"""What the fields of a ticket are called, how people type them, and how their values read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from models import database
from services import catalogue, priorities
from services.errors import Invalid
from services.session import Session


class TicketField(NamedTuple):
    """A header field: its name on the command line and in the journal, label, column, and how it is typed."""

    name: str
    label: str
    column: str
    parse: Callable[[Session, str], Any]


def _text(_session: Session, typed: str) -> str:
    from services.text import clean

    return clean(typed).strip("\n")


def _line(_session: Session, typed: str) -> str:
    from services.text import clean

    return " ".join(clean(typed).split())


def _subject(session: Session, typed: str) -> str:
    subject = _line(session, typed)
    if not subject:
        raise Invalid("A ticket needs a subject; say in a few words what it is about.", "subject")
    return subject


def _address(session: Session, typed: str) -> str:
    address = _line(session, typed)
    if address and ("@" not in address[1:-1] or " " in address):
        raise Invalid(f"“{address}” is no mail address; write it like name@example.com.", "requester_email")
    return address


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
    word = typed.strip().casefold()
    if word in ("yes", "y", "true", "on", "1"):
        return 1
    if word in ("no", "n", "false", "off", "0", ""):
        return 0
    raise Invalid(f"“{typed}” is neither yes nor no; write yes or no.")


def _named(table: str, what: str) -> Callable[[Session, str], int | None]:
    def parse(_session: Session, typed: str) -> int | None:
        name = typed.strip()
        if not name:
            return None
        mark = database.param
        exact = database.execute_sql(f"SELECT id FROM {table} WHERE lower(name) = lower({mark}) ORDER BY id", (name,))
        found = [row[0] for row in exact]
        if not found and table == "contact":
            by_mail = database.execute_sql(f"SELECT id FROM contact WHERE email = {mark}", (name.lower(),))
            found = [row[0] for row in by_mail]
        if not found:
            raise Invalid(f"There is no {what} called “{name}”; check the spelling.", what)
        return int(found[0])

    return parse


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
}


def label_of(field: str) -> str:
    """Return what people call a journal field of a ticket."""
    if field in FIELDS:
        return FIELDS[field].label
    return _OTHER_LABELS.get(field, field.replace("_", " ").capitalize())


def parse_assignment(session: Session, text: str) -> tuple[str, Any]:
    """Return the field and value of a `FIELD=VALUE` that somebody typed. Needs a connection."""
    name, equals, value = text.partition("=")
    name = name.strip().casefold().replace("-", "_")
    if not equals or name not in FIELDS:
        known = ", ".join(FIELDS)
        raise Invalid(f"“{text}” is not FIELD=VALUE with a field that can be set; the fields are {known}.")
    return name, FIELDS[name].parse(session, value)


def readable(
    field: str, value: Any, names_of: Callable[[str, Any], str], time_of: Callable[[int], str] | None = None
) -> str:
    """Return a journal value as people read it.

    `names_of` resolves the keys of other rows, `time_of` writes a moment; without it, in the local zone.
    """
    if value is None or value == "":
        return ""
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
