"""A desk of the first release comes up to date: the same tables as a new one, and everything in it still there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from models import TABLES, Ticket, database
from models.binding import close_database, connection, open_database
from models.migrate import applied_migrations, known_migrations, migrate
from services.search.rebuild import fill
from services.sql import fetch

_FIRST_RELEASE = Path(__file__).parent / "data" / "first_release.sql"
_ON_SQLITE = {" SERIAL ": " INTEGER ", "SMALLINT": "INTEGER", "BIGINT": "INTEGER", "BYTEA": "BLOB"}
_CONTENT = (
    "INSERT INTO team (name, email, role, active, created_at, version)"
    " VALUES ('New Tickets', '', 'new_tickets', 1, 1, 1)",
    "INSERT INTO manager (team_id) VALUES (1)",
    "INSERT INTO status (code, label, status_class, role, priority_effect, position, version)"
    " VALUES (0, 'New', 'open', 'new', 'keep', 1, 1)",
    "INSERT INTO ticket (subject, status_id, is_open, priority, manager_id, requester_name, requester_email, url,"
    " description, resolution, channel, created_at, updated_at, waiting_for_dispatch, in_inbox, mark, archived,"
    " archive_reason, version, confirm) VALUES ('Printer', 0, 1, 2, 1, '', '', '', 'It burns', '', 'email', 1, 1,"
    " 0, 1, 1, 0, '', 1, 1)",
    "INSERT INTO blob (sha256, size, created_at) VALUES ('ab', 0, 1)",
    "INSERT INTO mail_original (blob_id, source, state, reason, message_id, body_key, received_at, tries)"
    " VALUES ('ab', 'x.eml', 'filed', '', '<1@x>', 'k', 1, 1)",
    "INSERT INTO mail (original_id, ticket_id, direction, message_id, in_reply_to, sender_name, sender_email,"
    " to_addresses, cc_addresses, bcc_addresses, subject, automatic, warnings)"
    " VALUES (1, 1, 'in', '<1@x>', '', '', '', '[]', '[]', '[]', '', 0, '[]')",
)


def build_first_release(url: str, engine: str) -> None:
    script = _FIRST_RELEASE.read_text()
    if engine == "sqlite":
        for theirs, ours in _ON_SQLITE.items():
            script = script.replace(theirs, ours)
    open_database(url)
    with connection(), database.atomic():
        for statement in (*(line for line in script.splitlines() if not line.startswith("--")), *_CONTENT):
            database.execute_sql(statement)


def shape(engine: str) -> dict[str, Any]:
    """Return columns, links and indexes of every table, without the order in which columns were added."""
    found: dict[str, Any] = {}
    for table in TABLES:
        name = table._meta.table_name
        columns = sorted((one.name, one.data_type, one.null, one.primary_key) for one in database.get_columns(name))
        links = sorted((one.column, one.dest_table, one.dest_column) for one in database.get_foreign_keys(name))
        indexes = sorted((one.name, one.unique) for one in database.get_indexes(name))
        found[name] = (columns, links, indexes)
    if engine == "postgresql":
        rows = fetch("SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'")
        found["indexes"] = sorted(map(tuple, rows))
        rows = fetch(
            "SELECT attrelid::regclass::text, attname, attstorage, attcompression FROM pg_attribute"
            " WHERE attnum > 0 AND attrelid IN"
            " (SELECT oid FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace)"
        )
        found["storage"] = sorted(map(tuple, rows))
    else:
        rows = fetch("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL")
        found["indexes"] = sorted((name, " ".join(sql.split())) for name, sql in rows)
    return found


def test_an_old_desk_becomes_like_a_new_one_and_loses_nothing(engine: str, blank_url: str, desk_url: str) -> None:
    open_database(desk_url)
    with connection():
        wanted = shape(engine)
    close_database()
    build_first_release(blank_url, engine)
    bound = database.obj
    with connection():
        assert migrate(bound, fill) == list(known_migrations()[1:])
        assert applied_migrations(bound) == known_migrations()
        assert shape(engine) == wanted
        assert [one.subject for one in Ticket.select()] == ["Printer"]
        row = fetch("SELECT envelope_sender, envelope_recipients, mailbox_id, decision FROM mail_original")
        assert row == [(None, "[]", None, None)]
        assert fetch("SELECT protection, forwarded_email FROM mail") == [("", "")]
