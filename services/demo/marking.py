"""What tells a sample desk from others: mail may be caught on it, and on no other one."""

from __future__ import annotations

from services.sql import execute, first

_NAME = "_demo"


def mark() -> None:
    """Note that the desk is a sample."""
    execute("INSERT INTO desk_setting (name, value) VALUES (?, 'true')", _NAME)


def is_demo() -> bool:
    """Tell whether the desk was built as a sample. Needs a connection."""
    return first("SELECT 1 FROM desk_setting WHERE name = ?", _NAME) is not None
