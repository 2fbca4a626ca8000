"""The Summary page: the newest and oldest open tickets of a person, and those that others work on for them."""

from __future__ import annotations

from typing import NamedTuple

from services import lists
from services.lists import ListQuery, View
from services.records import TicketRow
from services.session import Session
from services.sql import key_list

LENGTH = 5


class Summary(NamedTuple):
    """Four short lists of open tickets.

    For an employee `own` are the tickets assigned to them and `others` those that they entered and somebody
    else manages. For a client `own` are the ones they asked for and `others` those of their colleagues.
    """

    own_recent: tuple[TicketRow, ...]
    own_oldest: tuple[TicketRow, ...]
    others_recent: tuple[TicketRow, ...]
    others_oldest: tuple[TicketRow, ...]


def summary(session: Session) -> Summary:
    """Return the four lists with one query each; recent and oldest go by when a ticket was created."""
    if session.is_client:
        own = ListQuery(lists.CREATED_OPEN)
        others = ListQuery(lists.OPEN, where=f"({lists.asked_for(session)}) IS NOT TRUE")
    else:
        own = ListQuery(lists.ASSIGNED_OPEN)
        mine = key_list(session.manager_ids[:1]) or "0"
        others = ListQuery(View("created_open"), where=f"t.manager_id NOT IN ({mine})")
    return Summary(
        *(
            tuple(lists.first_rows(session, query._replace(sort="created", descending=newest), LENGTH))
            for query in (own, others)
            for newest in (True, False)
        )
    )
