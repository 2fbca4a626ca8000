"""The Email Connector: mailboxes, the outbox, canned texts, and what it needs to know of mail that came."""

from __future__ import annotations

from typing import Any

from peewee import (
    AutoField,
    BigIntegerField,
    ForeignKeyField,
    IntegerField,
    Model,
    SmallIntegerField,
    TextField,
)

_NEW_COLUMNS = (
    ("mail_original", "envelope_sender TEXT"),
    ("mail_original", "envelope_recipients TEXT NOT NULL DEFAULT '[]'"),
    ("mail_original", "mailbox_id INTEGER REFERENCES mailbox (id) ON DELETE RESTRICT"),
    ("mail_original", "decision INTEGER"),
    ("mail_original", "sender TEXT NOT NULL DEFAULT ''"),
    ("mail_original", "subject TEXT NOT NULL DEFAULT ''"),
    ("mail", "protection TEXT NOT NULL DEFAULT ''"),
    ("mail", "forwarded_name TEXT NOT NULL DEFAULT ''"),
    ("mail", "forwarded_email TEXT NOT NULL DEFAULT ''"),
)
_INDEXES = (
    "CREATE INDEX IF NOT EXISTS delivery_due ON delivery (next_at, id)"
    " WHERE state IN ('waiting', 'sending', 'unknown')",
    "CREATE INDEX IF NOT EXISTS delivery_rate ON delivery (ticket_id, address, created_at)"
    " WHERE automatic = 1 AND state <> 'held'",
    "CREATE INDEX IF NOT EXISTS delivery_total ON delivery (created_at) WHERE automatic = 1 AND state <> 'held'",
    "CREATE INDEX IF NOT EXISTS delivery_trouble ON delivery (id)"
    " WHERE (state IN ('unknown', 'failed', 'held') OR bounce <> '')",
)


def up(migrator: Any, db: Any) -> None:
    """Create the tables, then add the columns that point to them."""
    tables = _tables(db)
    db.create_tables(tables)
    for statement in _INDEXES:
        db.execute_sql(statement)
    for table, column in _NEW_COLUMNS:
        db.execute_sql(f"ALTER TABLE {table} ADD COLUMN {column}")


def _tables(db: Any) -> list[type[Model]]:
    class Base(Model):
        id = AutoField()

        class Meta:
            database = db
            legacy_table_names = False

    def link(table: type[Model], **options: Any) -> ForeignKeyField:
        options.setdefault("index", False)
        return ForeignKeyField(table, on_delete="RESTRICT", backref="+", **options)

    # Tables that are there already, as far as links need them.
    there = {name: type(name, (Base,), {}) for name in ("Category", "Ticket", "Operation", "Mail", "Employee")}

    class Blob(Model):
        sha256 = TextField(primary_key=True)

        class Meta:
            database = db

    class Mailbox(Base):
        name = TextField(unique=True)
        host = TextField()
        port = IntegerField()
        security = TextField()
        username = TextField()
        folder = TextField()
        category = link(there["Category"], null=True)
        after = TextField()
        move_to = TextField()
        poll_seconds = IntegerField()
        active = SmallIntegerField()
        created_at = BigIntegerField()
        version = IntegerField()

    class MailboxState(Base):
        mailbox = link(Mailbox, unique=True)
        uid_validity = BigIntegerField()
        last_uid = BigIntegerField()
        missing = TextField()
        fetched = IntegerField()
        last_success_at = BigIntegerField(null=True)
        last_error_at = BigIntegerField(null=True)
        last_error = TextField()
        claimed_by = TextField()
        claimed_until = BigIntegerField(null=True)

    class OutgoingMail(Base):
        ticket = link(there["Ticket"], null=True, index=True)
        operation = link(there["Operation"])
        mail = link(there["Mail"], null=True, index=True)
        kind = TextField()
        message_id = TextField(unique=True)
        envelope_sender = TextField()
        head = TextField()
        blob = link(Blob)
        body_start = IntegerField()
        automatic = SmallIntegerField()
        created_at = BigIntegerField()

    class Delivery(Base):
        outgoing = link(OutgoingMail, index=True)
        ticket = link(there["Ticket"], null=True)
        role = TextField()
        address = TextField()
        name = TextField()
        employee = link(there["Employee"], null=True)
        automatic = SmallIntegerField()
        state = TextField()
        tries = IntegerField()
        unknowns = IntegerField()
        created_at = BigIntegerField()
        next_at = BigIntegerField()
        claimed_by = TextField()
        claimed_until = BigIntegerField(null=True)
        sent_at = BigIntegerField(null=True)
        reply_code = IntegerField(null=True)
        reply = TextField()
        bounce = TextField()
        bounced_at = BigIntegerField(null=True)

    class CannedText(Base):
        name = TextField(unique=True)
        text = TextField()
        active = SmallIntegerField()
        created_at = BigIntegerField()
        version = IntegerField()

    class ConnectorRun(Base):
        name = TextField()
        started_at = BigIntegerField()
        seen_at = BigIntegerField()
        stopped_at = BigIntegerField(null=True)

    return [Mailbox, MailboxState, OutgoingMail, Delivery, CannedText, ConnectorRun]
