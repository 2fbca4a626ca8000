"""How PostgreSQL keeps long values."""

from __future__ import annotations

from typing import Any

from models.storage import choose_storage


def up(migrator: Any, db: Any) -> None:
    """Choose it for what is written from now on; what is there stays as it is, so that this takes no time."""
    choose_storage(db)
