"""The tables of the full-text index, which are no models: each engine has its own kind of index.

What stands in them, `services.search` says.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from models.binding import engine_of

if TYPE_CHECKING:
    from peewee import Database

TABLE = "ticket_words"

# The words come folded and divided by spaces, so the plainest tokenizer of FTS5 leaves them as they are.
# Without `columnsize` a row less is written with each ticket; only its own ranking, which is not used, needs that.
_SQLITE = (
    f"CREATE VIRTUAL TABLE {TABLE} USING fts5"
    "(subject, public, internal, tokenize = 'ascii', columnsize = 0, prefix = '{prefixes}')"
)
# Without an index of its own a prefix of two or three letters that is in most tickets takes a third of a second.
LONGEST_PREFIX = 3
"""Letters of the longest beginnings that SQLite's index knows as such."""
_PREFIXES = f"2 {LONGEST_PREFIX}"
# FTS5 merges what was written a little with each transaction. When a level of its tree holds this many pieces it merges
# them at once, however large they are: with the default of 16, one note on a desk of a million tickets took 9 seconds.
# It refuses more than 2,000 pieces in all.
_PATIENCE = 1_500
# `length`, `size` and `cut` say how far the limits of a tsvector are used up; see services.search.vectors.
_POSTGRES = (
    f"CREATE TABLE IF NOT EXISTS {TABLE} (ticket_id INTEGER PRIMARY KEY, length INTEGER NOT NULL,"
    " size INTEGER NOT NULL, cut SMALLINT NOT NULL, words TSVECTOR NOT NULL)",
    # The planner has to know which words are common: walking the newest tickets is quick only for those.
    f"ALTER TABLE {TABLE} ALTER COLUMN words SET STATISTICS 200",
)
_GIN = f"CREATE INDEX IF NOT EXISTS {TABLE}_words ON {TABLE} USING gin (words) WITH (gin_pending_list_limit = 1024)"


def create_word_tables(db: Database) -> None:
    """Create the empty full-text index. Needs a connection."""
    if engine_of(db) == "sqlite":
        db.execute_sql(_SQLITE.format(prefixes=_PREFIXES))
        db.execute_sql(f"INSERT INTO {TABLE} ({TABLE}, rank) VALUES ('crisismerge', {_PATIENCE})")
        return
    for statement in _POSTGRES:
        db.execute_sql(statement)
    create_word_index(db)


def create_word_index(db: Database) -> None:
    """Create PostgreSQL's index over the words; on SQLite the table is the index."""
    if engine_of(db) == "postgresql":
        db.execute_sql(_GIN)


def empty_word_tables(db: Database) -> None:
    """Make the full-text index empty, whatever is left of it."""
    if engine_of(db) == "sqlite":
        db.execute_sql(f"DROP TABLE IF EXISTS {TABLE}")
        create_word_tables(db)
    else:
        create_word_tables(db)
        # Not dropped: who may use the table is a matter of the server.
        db.execute_sql(f"TRUNCATE {TABLE}")
