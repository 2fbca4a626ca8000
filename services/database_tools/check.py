"""Checking a desk: the engine's own checks, the references, and the rules that its rows must agree with."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from hashlib import sha256
from typing import Any, NamedTuple

from models.driver import Database, SqliteDatabase
from services import desk
from services.database_tools.shapes import SHAPES, Progress, silent
from services.database_tools.sides import snapshot
from services.faults import translate
from services.search import rebuild

EXAMPLES = 5
_QUICK_BLOBS = 100
_QUICK_TICKETS = 100
# They point to tables that are created later, so no engine holds them; a rule below does.
_UNCONSTRAINED = {("account", "manager_id"), ("account", "main_contact_id")}


class Finding(NamedTuple):
    """The outcome of one check: how many faults, and where the first of them are."""

    name: str
    faults: int
    detail: str

    @property
    def ok(self) -> bool:
        """Whether nothing was found."""
        return self.faults == 0


# Each query returns a row per fault: the table and the key of what is wrong.
RULES: dict[str, str] = {
    "open tickets have an open status": """
        SELECT 'ticket', t.id FROM ticket t JOIN status s ON s.code = t.status_id
        WHERE t.is_open <> CASE WHEN s.status_class = 'open' THEN 1 ELSE 0 END""",
    "open tickets have no closing time": """
        SELECT 'ticket', id FROM ticket WHERE is_open = 1 AND closed_at IS NOT NULL""",
    "every employee can be a manager": """
        SELECT 'employee', e.id FROM employee e
        WHERE NOT EXISTS (SELECT 1 FROM manager m WHERE m.employee_id = e.id)""",
    "every team can be a manager": """
        SELECT 'team', t.id FROM team t WHERE NOT EXISTS (SELECT 1 FROM manager m WHERE m.team_id = t.id)""",
    "every manager is an employee or a team": """
        SELECT 'manager', id FROM manager WHERE (employee_id IS NULL) = (team_id IS NULL)""",
    "accounts' managers and contacts exist": """
        SELECT 'account', a.id FROM account a
        WHERE (a.manager_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM employee e WHERE e.id = a.manager_id))
        OR (a.main_contact_id IS NOT NULL AND NOT EXISTS
            (SELECT 1 FROM contact c WHERE c.id = a.main_contact_id AND c.account_id = a.id))""",
    "documents' mails exist": """
        SELECT 'document', d.id FROM document d
        WHERE d.mail_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM mail m WHERE m.id = d.mail_id)""",
    "the journal ends in each ticket's status": """
        SELECT 'ticket', t.id FROM change c
        JOIN (SELECT max(id) AS id FROM change WHERE entity = 'ticket' AND field = 'status'
              AND ticket_id IS NOT NULL GROUP BY ticket_id) newest ON newest.id = c.id
        JOIN ticket t ON t.id = c.ticket_id
        WHERE c.after IS NULL OR c.after <> CAST(t.status_id AS TEXT)""",
    "what was taken back names what took it back": """
        SELECT 'operation', o.id FROM operation o WHERE o.undone_by_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM operation u WHERE u.id = o.undone_by_id AND u.id > o.id AND u.undoes_id IS NOT NULL)""",
    "what leaves is counted for its mail's ticket": """
        SELECT 'delivery', d.id FROM delivery d JOIN outgoing_mail m ON m.id = d.outgoing_id
        WHERE COALESCE(d.ticket_id, 0) <> COALESCE(m.ticket_id, 0) OR d.automatic <> m.automatic""",
    "history entries name their subjects": """
        SELECT 'history', h.id FROM history h WHERE h.subject_id IS NOT NULL AND (
        (h.kind IN ('mail_in', 'mail_out') AND NOT EXISTS (SELECT 1 FROM mail m WHERE m.id = h.subject_id))
        OR (h.kind = 'document' AND NOT EXISTS (SELECT 1 FROM document d WHERE d.id = h.subject_id))
        OR (h.kind = 'charge' AND NOT EXISTS (SELECT 1 FROM charge c WHERE c.id = h.subject_id)))""",
}


def check_desk(
    url: str, *, quick: bool = False, ask: desk.Ask | None = None, progress: Progress = silent
) -> Iterator[Finding]:
    """Yield one finding per check.

    `quick` reads only the newest attachments and search texts, and skips the full page check.
    """
    opened = desk.connect(url, ask=ask)
    try:
        desk.check_schema(desk.applied_in(opened))
        yield _engine(opened, quick)
        with snapshot(opened):
            yield _foreign_keys(opened)
            yield _versions(opened)
            for name, query in RULES.items():
                yield _asked(opened, name, query)
            yield _blobs(opened, quick, progress)
            yield _words(opened, quick, progress)
    finally:
        if not opened.is_closed():
            opened.close()


def _engine(opened: Database, quick: bool) -> Finding:
    name = "the database file is sound" if isinstance(opened, SqliteDatabase) else "every table can be read"
    if isinstance(opened, SqliteDatabase):
        how = "quick_check" if quick else "integrity_check"
        try:
            found = [row[0] for row in opened.execute_sql(f"PRAGMA {how}({EXAMPLES})")]
        except Exception as error:
            if translate(error) is None:
                raise
            return Finding(name, 1, str(error))
        return Finding(name, 0, "") if found == ["ok"] else Finding(name, len(found), "; ".join(found))
    for shape in SHAPES:
        try:
            # Reading every column finds pages and long values that the server cannot read any more.
            what = "count(*)" if quick else "max(octet_length(t::text))"
            opened.execute_sql(f"SELECT {what} FROM {shape.name} t")
        except Exception as error:
            if translate(error) is None:
                raise
            return Finding(name, 1, f"{shape.name}: {error}")
    return Finding(name, 0, "")


def _foreign_keys(opened: Database) -> Finding:
    name = "every reference leads somewhere"
    if isinstance(opened, SqliteDatabase):
        rows = opened.execute_sql("PRAGMA foreign_key_check").fetchall()
        return _finding(name, [(row[0], f"{row[1]} → {row[2]}") for row in rows])
    unchecked = opened.execute_sql(
        "SELECT conrelid::regclass::text, conname FROM pg_constraint WHERE contype = 'f' AND NOT convalidated "
        "AND connamespace = current_schema()::regnamespace"
    ).fetchall()
    # The server holds its constraints itself, unless somebody took one away.
    (held,) = opened.execute_sql(
        "SELECT count(*) FROM pg_constraint WHERE contype = 'f' AND connamespace = current_schema()::regnamespace"
    ).fetchone()
    missing = _expected_constraints() - held
    if missing > 0:
        unchecked.append(("schema", f"{missing} foreign keys are missing"))
    return _finding(name, unchecked)


def _expected_constraints() -> int:
    from peewee import ForeignKeyField

    from models import TABLES

    fields = ((table._meta.table_name, field) for table in TABLES for field in table._meta.sorted_fields)
    return sum(
        isinstance(field, ForeignKeyField) and (table, field.column_name) not in _UNCONSTRAINED
        for table, field in fields
    )


def _versions(opened: Database) -> Finding:
    tables = [shape.name for shape in SHAPES if "version" in shape.columns]
    keys = {shape.name: shape.key[0] for shape in SHAPES}
    union = " UNION ALL ".join(f"SELECT '{table}', {keys[table]} FROM {table} WHERE version < 1" for table in tables)
    return _asked(opened, "every version is at least 1", union)


def _asked(opened: Database, name: str, query: str) -> Finding:
    return _finding(name, [tuple(row) for row in opened.execute_sql(query).fetchmany(1_000)])


def _blobs(opened: Database, quick: bool, progress: Progress) -> Finding:
    order = f"ORDER BY created_at DESC LIMIT {_QUICK_BLOBS}" if quick else ""
    blobs = opened.execute_sql(f"SELECT sha256, size FROM blob {order}").fetchall()
    faults = []
    for number, (digest, size) in enumerate(blobs, 1):
        reason = _blob_fault(opened, digest, size)
        if reason:
            faults.append(("blob", f"{digest[:12]} {reason}"))
        progress("attachments and mails", number, len(blobs))
    return _finding("attachments and mails are what they were", faults)


def _blob_fault(opened: Database, digest: str, size: int) -> str:
    mark = "?" if isinstance(opened, SqliteDatabase) else "%s"
    found, read = sha256(), 0
    pieces: Any = opened.execute_sql(
        f"SELECT position, data FROM blob_piece WHERE blob_id = {mark} ORDER BY position", (digest,)
    )
    for expected, (position, data) in enumerate(pieces):
        if position != expected:
            return f"lacks piece {expected}"
        try:
            content = zlib.decompress(bytes(data))
        except (zlib.error, TypeError):
            return f"cannot be unpacked (piece {position})"
        found.update(content)
        read += len(content)
    if read != size:
        return f"has {read} bytes instead of {size}"
    return "" if found.hexdigest() == digest else "does not match its checksum"


def _words(opened: Database, quick: bool, progress: Progress) -> Finding:
    found = rebuild.faults(opened, _QUICK_TICKETS if quick else None, progress)
    return _finding("search finds what the tickets say", [("ticket", key) for key in found])


def _finding(name: str, rows: list[tuple[Any, ...]]) -> Finding:
    shown = ", ".join(f"{table} {key}" for table, key in rows[:EXAMPLES])
    more = f" and {len(rows) - EXAMPLES} more" if len(rows) > EXAMPLES else ""
    return Finding(name, len(rows), shown + more)
