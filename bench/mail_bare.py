"""The yardstick: `python bench/mail_bare.py FILE [FOLDER]` makes tickets of the mails in a folder, or of the one on
standard input, with nothing but the interpreter's own `sqlite3` and `email`.

It parses each mail and commits for each a ticket with its full-text index, which has the options of the desk's. A reply
adds its text to the row of its ticket, as the desk does. There is no original, no attachment, no History, no rule.
"""

from __future__ import annotations

import os
import sqlite3
import sys
from email import message_from_bytes, policy

_TABLES = """
CREATE TABLE IF NOT EXISTS ticket (id INTEGER PRIMARY KEY, subject TEXT, sender TEXT, updated_at TEXT);
CREATE TABLE IF NOT EXISTS mail (message_id TEXT PRIMARY KEY, ticket_id INTEGER);
CREATE VIRTUAL TABLE IF NOT EXISTS words USING fts5
    (subject, text, tokenize = 'ascii', columnsize = 0, prefix = '2 3');
INSERT INTO words (words, rank) VALUES ('crisismerge', 1500);
"""


def main() -> None:
    """Open the file, with the desk's safety, and take the mails in."""
    connection = sqlite3.connect(sys.argv[1], timeout=60, isolation_level=None)
    connection.execute("PRAGMA journal_mode = wal")
    connection.execute("PRAGMA synchronous = full")
    if not connection.execute("SELECT 1 FROM sqlite_master").fetchone():
        connection.executescript(_TABLES)
    if len(sys.argv) < 3:
        raw = sys.stdin.buffer.read()
        if raw:
            _take(connection, raw)
        return
    for name in sorted(os.listdir(sys.argv[2])):
        with open(os.path.join(sys.argv[2], name), "rb") as file:
            _take(connection, file.read())


def _take(connection: sqlite3.Connection, raw: bytes) -> None:
    message = message_from_bytes(raw, policy=policy.default)
    body = message.get_body(("plain", "html"))
    text = body.get_content() if body is not None else ""
    subject, answers = str(message["Subject"] or ""), message["In-Reply-To"]
    connection.execute("BEGIN IMMEDIATE")
    known = connection.execute("SELECT ticket_id FROM mail WHERE message_id = ?", (answers,)).fetchone()
    if known is None:
        added = connection.execute(
            "INSERT INTO ticket (subject, sender, updated_at) VALUES (?, ?, ?)",
            (subject, str(message["From"]), str(message["Date"])),
        )
        ticket = added.lastrowid
        connection.execute("INSERT INTO words (rowid, subject, text) VALUES (?, ?, ?)", (ticket, subject, text))
    else:
        ticket = known[0]
        connection.execute("UPDATE ticket SET updated_at = ? WHERE id = ?", (str(message["Date"]), ticket))
        connection.execute("UPDATE words SET text = text || ' ' || ? WHERE rowid = ?", (text, ticket))
    connection.execute("INSERT INTO mail (message_id, ticket_id) VALUES (?, ?)", (message["Message-ID"], ticket))
    connection.execute("COMMIT")


if __name__ == "__main__":
    main()
