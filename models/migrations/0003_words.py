"""The full-text index."""

from __future__ import annotations

from typing import Any

from models.words import create_word_tables


def up(migrator: Any, db: Any) -> None:
    """Create the index, and fill it with what tickets hold already."""
    create_word_tables(db)
    fill = getattr(migrator, "fill_words", None)
    if fill is not None:
        fill(db)
