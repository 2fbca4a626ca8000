"""Who gets a new ticket: the explicit manager, the category's, the least loaded (if switched on), or New Tickets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from services import catalogue, preferences
from services.sql import fetch, first, remembered

if TYPE_CHECKING:
    import random


def manager_for(explicit: int | None, category_id: int | None) -> int:
    """Return the manager key for a new ticket."""
    if explicit is not None:
        return explicit
    by_category = _category_manager(category_id)
    if by_category is not None:
        return by_category
    if remembered("auto_assign", lambda: preferences.desk_setting("auto_assign")):
        least = least_loaded()
        if least is not None:
            return least
    return catalogue.names().new_tickets_manager()


def _category_manager(category_id: int | None) -> int | None:
    if category_id is None:
        return None
    asked = "SELECT manager_id, manager_email FROM category WHERE id = ?"
    row = remembered(("category", category_id), lambda: first(asked, category_id))
    if row is None:
        return None
    managers = catalogue.names().managers
    if row[0] in managers and managers[row[0]].usable:
        return int(row[0])
    address = str(row[1]).lower()
    return next((m.id for m in managers.values() if address and m.email.lower() == address and m.usable), None)


def least_loaded(choose: random.Random | None = None) -> int | None:
    """Return the permitted and available employee with the fewest open tickets, ties at random."""
    found = fetch(
        "SELECT m.id, (SELECT count(*) FROM ticket t WHERE t.manager_id = m.id AND t.is_open = 1 AND t.archived = 0)"
        " FROM manager m JOIN employee e ON e.id = m.employee_id"
        " WHERE e.active = 1 AND e.assignable = 1 AND e.available = 1 ORDER BY m.id"
    )
    if not found:
        return None
    fewest = min(load for _, load in found)
    equal = [int(key) for key, load in found if load == fewest]
    if choose is None and len(equal) > 1:
        import random

        choose = random.Random()
    return choose.choice(equal) if choose else equal[0]
