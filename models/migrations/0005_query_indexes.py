"""An index for the tickets that their managers have not read."""

from __future__ import annotations

from typing import Any


def up(migrator: Any, db: Any) -> None:
    """Create the index: it holds few of a desk's tickets, so it is made in a second or two and costs writes little."""
    db.execute_sql(
        "CREATE INDEX IF NOT EXISTS ticket_unread ON ticket (manager_id, updated_at DESC, id DESC)"
        " WHERE mark = 1 AND archived = 0"
    )
