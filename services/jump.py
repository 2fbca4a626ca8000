"""A ticket by what somebody typed or pasted for its number."""

from __future__ import annotations

import re

from services import tickets
from services.numbers import id_of, ids_ending, number_of
from services.records import TicketDetail
from services.session import Session
from services.sql import first, key_list
from services.visibility import ticket_scope, unknown_ticket

_TAIL = re.compile(r"\d{4}", re.ASCII)
_RUN_TOGETHER = re.compile(r"(\d{3,4})[ .]?-?[ .]?(\d{4})", re.ASCII)
_WITHIN = re.compile(r"\[?(?<!\d)(\d{4}-\d{4})(?!\d)\]?", re.ASCII)


def looks_like_number(typed: str) -> bool:
    """Tell whether what was typed can only mean a ticket."""
    return _TAIL.fullmatch(typed.strip()) is not None or _whole(typed) is not None


def find(session: Session, typed: str) -> TicketDetail:
    """Return the ticket that a person means by `0500-1042`, `[0500-1042]`, `05001042`, or a pasted subject with it.

    Four digits alone are the end of a number: the newest ticket with it that the person may see.
    """
    if _TAIL.fullmatch(typed.strip()) is None:
        return tickets.get_by_number(session, _whole(typed) or typed)
    newest = first("SELECT max(t.id) FROM ticket t")
    scope = ticket_scope(session)
    candidates = ids_ending(int(typed), (newest[0] if newest else None) or 0)
    if candidates:
        chosen = key_list(candidates)
        sql = f"SELECT max(t.id) FROM ticket t WHERE t.id IN ({chosen})" + (f" AND {scope}" if scope else "")
        found = first(sql)
        if found is not None and found[0] is not None:
            return tickets.get(session, found[0])
    raise unknown_ticket(f"ending in {typed.strip()}")


def find_id(session: Session, typed: str) -> int:
    """Return the id of the ticket that a person means."""
    return find(session, typed).id


def _whole(typed: str) -> str | None:
    """Return the number in what was typed, in the usual form; None when there is none or more than one."""
    text = typed.strip()
    together = _RUN_TOGETHER.fullmatch(text.strip("[]"))
    if together is not None:
        number = f"{int(together[1]):04d}-{together[2]}"
        key = id_of(number)
        return None if key is None else number_of(key)
    named = set(_WITHIN.findall(text))
    return named.pop() if len(named) == 1 else None
