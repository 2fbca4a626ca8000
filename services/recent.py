"""The tickets that somebody looked at last, remembered from session to session."""

from __future__ import annotations

from collections.abc import Iterable

from services import lists, preferences
from services.records import TicketRow
from services.session import Session

PREFERENCE = "recent"
"""Under this name the ids stand among a user's preferences, newest first."""

MOST = 30


def note(session: Session, ticket_ids: Iterable[int]) -> None:
    """Put tickets that were seen, newest first, before those of earlier."""
    known = _ids(session)
    merged = _merged([*ticket_ids, *known])
    if merged != known:
        preferences.put(session, PREFERENCE, merged)


def listed(session: Session, newer: Iterable[int] = ()) -> list[TicketRow]:
    """Return the last tickets seen, newest first, as far as the person may see them now.

    `newer` are those that have not been noted yet, newest first.
    """
    ids = _merged([*newer, *_ids(session)])
    rows = lists.rows(session, ids)
    return [rows[key] for key in ids if key in rows]


def _ids(session: Session) -> list[int]:
    stored = preferences.get(session, PREFERENCE, [])
    if not isinstance(stored, list):
        return []
    return [key for key in stored if isinstance(key, int) and not isinstance(key, bool)]


def _merged(ids: Iterable[int]) -> list[int]:
    return list(dict.fromkeys(ids))[:MOST]
