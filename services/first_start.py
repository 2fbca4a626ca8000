"""Whether there is a desk yet: asked at every start, so apart from what makes one."""

from __future__ import annotations

from services.sql import first


def first_start_needed() -> bool:
    """Tell whether the tables are there but nobody has made a desk in them yet. Needs a connection."""
    return first("SELECT 1 FROM status") is None
