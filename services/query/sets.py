"""Tickets that another table tells."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from models.binding import engine_of
from services.query.pieces import Condition, one_of
from services.sql import fetch

MOST_KEYS = 500
"""Keys that are written into a statement; more are looked up by the statement itself."""


def among(selected: str, params: Sequence[Any]) -> Condition:
    """Return the condition that a ticket is one of those whose ids a statement selects.

    A few are written out, because fetching them by their ids beats walking through a whole list for them.
    """
    few = keys_of(selected, params)
    return outside(selected, params) if few is None else one_of("t.id", few)


def keys_of(selected: str, params: Sequence[Any]) -> list[int] | None:
    """Return the ids that a statement selects, or None when they are more than a few."""
    found = fetch(f"{selected} LIMIT {MOST_KEYS + 1}", *params)
    return [row[0] for row in found] if len(found) <= MOST_KEYS else None


def outside(selected: str, params: Sequence[Any]) -> Condition:
    """Return the condition that a ticket is one of the many that a statement selects."""
    # The plus keeps SQLite from fetching every ticket of the set to sort them all; PostgreSQL knows the set's size.
    plus = "+" if engine_of() == "sqlite" else ""
    return Condition(f"{plus}t.id IN ({selected})", tuple(params))
