"""A desk whose every text that can come from outside is hostile, put straight into the tables."""

from __future__ import annotations

import json
from itertools import cycle
from typing import Any

from models import (
    TABLES,
    Change,
    Charge,
    DeskSetting,
    Document,
    ExternalRecipient,
    History,
    Mail,
    OutgoingMail,
    SavedSearch,
    Ticket,
    User,
    database,
)
from models.base import Table
from models.binding import close_database, connection, is_sqlite, open_database
from models.migrate import migrate
from services import auth, catalogue, clock
from services.demo.build import build
from tests.hostile import HOSTILE, marked
from tests.support import hostile_mail

TICKETS = len(HOSTILE) + 20
"""More than there are hostile texts, so that each is some ticket's subject."""
THE_TICKET = 1
"""The id of the ticket that has every charge, file, recipient and entry of the desk."""

# Table → columns that hold what people, programs or mails have written.
_WRITTEN = {
    "employee": ("name", "email1", "email2", "department"),
    "team": ("name", "email"),
    "account": ("name", "email", "phone", "address", "website", "domain"),
    "contact": ("name", "email", "phone", "title"),
    "asset": ("name", "kind", "serial"),
    "contract": ("name", "kind"),
    "status": ("label",),
    "extension": ("label",),
    "ticket_type": ("label",),
    "category": ("name", "manager_email"),
    "product": ("name",),
    "charge_item": ("label",),
    "ticket": ("subject", "requester_name", "requester_email", "url", "description", "resolution", "archive_reason"),
    "operation": ("actor", "os_account"),
    "history": ("text",),
    "document": ("name", "content_type"),
    "mail_original": ("source", "reason", "sender", "subject"),
    "mail": ("sender_name", "sender_email", "subject", "protection", "message_id"),
    "external_recipient": ("address", "name"),
    "charge": ("label", "note"),
}
_TEXT_CHANGES = ("subject", "description", "resolution", "url", "requester_name", "requester_email")


def build_hostile(url: str) -> None:
    """Build a sample desk in a blank database and overwrite what was written in it."""
    bound = open_database(url)
    try:
        with connection():
            migrate(bound)
            build(tickets=TICKETS, os_account=auth.os_account())
            texts = storable(url)
            with database.atomic():
                for table in TABLES:
                    for column in _WRITTEN.get(table._meta.table_name, ()):
                        _overwrite(table, column, texts)
                _overwrite_lists(texts)
                _gather(texts)
                _save_searches(texts)
                hostile_mail.fill(texts, THE_TICKET)
            catalogue.forget()
    finally:
        close_database()


def storable(url: str) -> list[str]:
    """Return the marked texts as the engine can keep them: none keeps lone surrogates, PostgreSQL no NUL."""
    kept = [text.encode("utf-8", "replace").decode() for _, text in marked()]
    return kept if is_sqlite(url) else [text.replace("\x00", "") for text in kept]


def _overwrite(table: type[Table], column: str, texts: list[str]) -> None:
    """Give each row a text of its own, in the order of the rows, with the row's key where it must be unique."""
    unique = column == "name" or table is ExternalRecipient
    for key, text in zip(_keys(table), cycle(texts), strict=False):
        _put(table, key, {column: f"{text} {key}" if unique else text})


def _overwrite_lists(texts: list[str]) -> None:
    """Overwrite what is kept as JSON: the addresses and warnings of mails, and the texts of changes."""
    endless = cycle(texts)
    for key in _keys(Mail):
        people = json.dumps([[next(endless), next(endless)] for _ in range(3)])
        warnings = json.dumps([next(endless)])
        _put(Mail, key, {"to_addresses": people, "cc_addresses": people, "warnings": warnings})
    for change in list(Change.select(Change.id).where(Change.field.in_(_TEXT_CHANGES))):
        _put(Change, change.id, {"before": json.dumps(next(endless)), "after": json.dumps(next(endless))})


def _gather(texts: list[str]) -> None:
    """Hang everything on one ticket, with a file of every name, so that its window shows all of it."""
    for table in (Charge, ExternalRecipient, History, Mail, Document):
        table.update(ticket=THE_TICKET).execute()
    Ticket.update(archived=0).where(Ticket.id <= len(HOSTILE)).execute()
    Change.update(ticket=THE_TICKET).where(Change.ticket.is_null(False)).execute()
    blob = Document.select().first().blob_id
    for text in texts:
        Document.insert(ticket=THE_TICKET, blob=blob, name=text, content_type=text, created_at=clock.now()).execute()


def let_mail_leave() -> None:
    """Let mail leave a hostile desk that is open, and hang what is in the outbox on the mails of THE_TICKET."""
    settings = {"support_address": "support@desk.example", "smtp_host": "smtp.desk.example"}
    with database.atomic():
        for name, value in settings.items():
            DeskSetting.delete().where(DeskSetting.name == name).execute()
            DeskSetting.insert(name=name, value=json.dumps(value)).execute()
        mails = cycle(mail.id for mail in Mail.select().where(Mail.ticket == THE_TICKET))
        for key in _keys(OutgoingMail):
            OutgoingMail.update(mail=next(mails)).where(OutgoingMail.id == key).execute()


def _save_searches(texts: list[str]) -> None:
    """Save a search of every name for every text, whatever the query language makes of it."""
    owner = _keys(User)[0]
    for key, text in enumerate(texts):
        values = {"name": f"{text} {key}", "query": text, "shared": 1, "created_at": clock.now()}
        SavedSearch.insert(owner=owner, **values).execute()


def _keys(table: type[Table]) -> list[int]:
    primary = table._meta.primary_key
    rows: Any = table.select(primary).order_by(primary).tuples()
    return [key for (key,) in rows]


def _put(table: type[Table], key: int, values: dict[str, str]) -> None:
    columns = {table._meta.columns[name]: value for name, value in values.items()}
    table.update(columns).where(table._meta.primary_key == key).execute()
