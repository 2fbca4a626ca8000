"""How PostgreSQL keeps long values: what cannot be made smaller is left as it is, and texts are made so quickly."""

from __future__ import annotations

from typing import TYPE_CHECKING

from models.binding import engine_of

if TYPE_CHECKING:
    from peewee import Database

# Contents are compressed when they come, and in the places of words its compression finds nothing.
_AS_THEY_ARE = (("blob_piece", "data"), ("ticket_words", "words"))
# A mail's text is there as an entry, and a new ticket's in two more places: a quarter of the time that a server needs
# for a mail goes into its own compression of them.
_TEXTS = (("history", "text"), ("ticket", "description"), ("change", "before"), ("change", "after"))


def choose_storage(db: Database) -> None:
    """Have long values kept in the way that costs least, as far as the server can. Needs a connection."""
    if engine_of(db) != "postgresql":
        return
    for table, column in _AS_THEY_ARE:
        db.execute_sql(f"ALTER TABLE {table} ALTER COLUMN {column} SET STORAGE EXTERNAL")
    offered = "SELECT 'lz4' = ANY (enumvals) FROM pg_settings WHERE name = 'default_toast_compression'"
    # Older servers have no such setting, and some were built without.
    if db.execute_sql(offered).fetchone() == (True,):
        for table, column in _TEXTS:
            db.execute_sql(f"ALTER TABLE {table} ALTER COLUMN {column} SET COMPRESSION lz4")
