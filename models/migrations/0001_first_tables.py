"""The tables of the first release: a new desk is made from the models, so there is nothing to change."""

from __future__ import annotations

from typing import Any


def up(migrator: Any, db: Any) -> None:
    """Change nothing: this migration marks where the numbering starts."""
