"""The category of a ticket that mail makes: the mailbox's own, else that of the desk's setting."""

from __future__ import annotations

from services import catalogue, mail_settings
from services.sql import first


def category_for(mailbox_id: int | None) -> int | None:
    """Return the category of tickets from a mailbox; without one they go to the queue of new tickets."""
    if mailbox_id is not None:
        row = first(
            "SELECT c.id FROM mailbox m JOIN category c ON c.id = m.category_id WHERE m.id = ? AND c.active = 1",
            mailbox_id,
        )
        if row is not None:
            return int(row[0])
    return _of_desk(mail_settings.current().mail_category.casefold())


_kept: tuple[object, str, int | None] | None = None


def _of_desk(wanted: str) -> int | None:
    global _kept
    names = catalogue.names()
    if _kept is None or _kept[0] is not names or _kept[1] != wanted:
        found = next((one.id for one in catalogue.category_choices() if one.label.casefold() == wanted), None)
        _kept = (names, wanted, found)
    return _kept[2]
