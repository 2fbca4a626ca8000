"""What the parts of a query compile to, and how they are put together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from services.search.index import TextTerm


class Condition(NamedTuple):
    """A compiled piece of a query over ticket `t`; `?` stands for each of `params`.

    `in_archive` is whether it asks for archived tickets, which no other view holds. `terms` are the texts that were
    asked for, to be marked where they stand; what must not stand there is not among them. `required` are those of
    them that every ticket has to hold, and `beside` is the condition without what these say, if there are any.
    `by_person` is whether it asks for what one person manages or has entered, which there are indexes for, and
    `is_open` whether all of it is open or all of it closed, if it says so.
    """

    sql: str
    params: tuple[Any, ...] = ()
    in_archive: bool = False
    terms: tuple[TextTerm, ...] = ()
    required: tuple[TextTerm, ...] = ()
    beside: tuple[str, tuple[Any, ...]] | None = None
    by_person: bool = False
    is_open: bool | None = None

    @property
    def rest(self) -> tuple[str, tuple[Any, ...]]:
        """What is left to be asked of a ticket that is known to hold all `required` terms; it may be nothing."""
        return (self.sql, self.params) if self.beside is None else self.beside


NOTHING = Condition("1 = 0")
UNREAD = Condition("t.mark = 1")
"""By manager there is an index of these alone, with open and closed ones together."""

_OF_PEOPLE = ("t.manager_id", "t.created_by_id")


def all_of(parts: Sequence[Condition]) -> Condition:
    """Return the condition that all parts hold."""
    joined = _joined(" AND ", parts, tuple(dict.fromkeys(term for part in parts for term in part.required)))
    said = [part.is_open for part in parts if part.is_open is not None]
    joined = joined._replace(by_person=joined.by_person and UNREAD not in parts, is_open=said[0] if said else None)
    if len(parts) == 1 or not joined.required:
        return joined
    rests = [part.rest for part in parts if part.rest[0]]
    params = tuple(value for _, values in rests for value in values)
    return joined._replace(beside=(" AND ".join(f"({sql})" for sql, _ in rests), params))


def any_of(parts: Sequence[Condition]) -> Condition:
    """Return the condition that one of the parts holds."""
    return _joined(" OR ", parts)


def none_of(part: Condition) -> Condition:
    """Return the condition that a part does not hold; what a ticket does not have at all does not hold either."""
    return Condition(f"({part.sql}) IS NOT TRUE", part.params)


def _joined(joint: str, parts: Sequence[Condition], required: tuple[TextTerm, ...] = ()) -> Condition:
    if len(parts) == 1:
        return parts[0]
    return Condition(
        joint.join(f"({part.sql})" for part in parts),
        tuple(value for part in parts for value in part.params),
        any(part.in_archive for part in parts),
        tuple(dict.fromkeys(term for part in parts for term in part.terms)),
        required,
        by_person=any(part.by_person for part in parts),
    )


def one_of(column: str, keys: Iterable[int]) -> Condition:
    """Return the condition that a column holds one of some keys, written out so that partial indexes serve."""
    listed = [str(key) for key in sorted({int(key) for key in keys})]
    if not listed:
        return NOTHING
    if len(listed) == 1:
        return Condition(f"{column} = {listed[0]}", by_person=column in _OF_PEOPLE)
    return Condition(f"{column} IN ({', '.join(listed)})")
