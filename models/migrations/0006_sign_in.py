"""How each mailbox is signed in to: with a password, or with tokens."""

from __future__ import annotations

from typing import Any


def up(migrator: Any, db: Any) -> None:
    """Add the column; every mailbox that is there has a password."""
    db.execute_sql("ALTER TABLE mailbox ADD COLUMN sign_in TEXT NOT NULL DEFAULT 'password'")
