"""The ticket lists: which tickets stand in a view, in which order, and how they read as rows."""

from __future__ import annotations

import sys
from array import array
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from models import database
from models.binding import engine_of
from services import catalogue
from services.errors import Invalid
from services.numbers import number_of
from services.records import NO_MARK, NavCounts, TicketRow
from services.session import Session
from services.sql import key_list, marked, run
from services.visibility import ticket_scope

if TYPE_CHECKING:
    from services.search.index import TextTerm


class View(NamedTuple):
    """An entry of the navigation pane; `value` is the status, account, contact or category it is about."""

    kind: str
    value: int = 0


INBOX = View("inbox")
DISPATCHER = View("dispatcher")
ALL = View("all")
OPEN = View("open")
CLOSED = View("closed")
ARCHIVED = View("archived")
ASSIGNED_OPEN = View("assigned_open")
ASSIGNED_CLOSED = View("assigned_closed")
CREATED_OPEN = View("created_open")
CREATED_CLOSED = View("created_closed")

ARCHIVE_REFUSAL = "Archived tickets are shown to people who may archive; an administrator can give you the privilege."
"""Why a person has no view of the archive."""

_LIVE = "t.archived = 0"
_PREDICATES = {
    "inbox": f"t.in_inbox = 1 AND {_LIVE}",
    "dispatcher": f"t.waiting_for_dispatch = 1 AND {_LIVE}",
    "all": _LIVE,
    "open": f"t.is_open = 1 AND {_LIVE}",
    "closed": f"t.is_open = 0 AND {_LIVE}",
    "archived": "t.archived = 1",
    "assigned_open": f"{{mine}} AND t.is_open = 1 AND {_LIVE}",
    "assigned_closed": f"{{mine}} AND t.is_open = 0 AND {_LIVE}",
    "created_open": f"{{asked}} AND t.is_open = 1 AND {_LIVE}",
    "created_closed": f"{{asked}} AND t.is_open = 0 AND {_LIVE}",
    "status": f"t.status_id = {{value}} AND {_LIVE}",
    "account": f"t.account_id = {{value}} AND {_LIVE}",
    "contact": f"t.contact_id = {{value}} AND {_LIVE}",
    "category": f"t.category_id = {{value}} AND {_LIVE}",
}

OWN_VIEWS = frozenset({"assigned_open", "assigned_closed", "created_open", "created_closed"})
"""Views of one person's tickets, which the employee filter leaves alone."""

_SMALL_VIEWS = frozenset({"inbox", "dispatcher", "archived", "account", "contact"})

# Sort orders by column; those of the first group are quick in every view.
_INDEXED_SORTS = {"updated": "t.updated_at", "number": "t.id", "created": "t.id"}
_BOUNDED_SORTS = _INDEXED_SORTS | {
    "due": "t.due_at",
    "closed": "t.closed_at",
    "priority": "t.priority",
    "status": "t.status_id",
    "extension": "(SELECT x.code FROM extension x WHERE x.id = t.extension_id)",
    "type": "(SELECT x.label FROM ticket_type x WHERE x.id = t.type_id)",
    "category": "(SELECT x.name FROM category x WHERE x.id = t.category_id)",
    "subject": "lower(t.subject)",
    "account": "(SELECT lower(x.name) FROM account x WHERE x.id = t.account_id)",
    "requester": "lower(t.requester_name)",
    "manager": "(SELECT COALESCE(e.name, g.name) FROM manager m LEFT JOIN employee e ON e.id = m.employee_id"
    " LEFT JOIN team g ON g.id = m.team_id WHERE m.id = t.manager_id)",
    "channel": "t.channel",
}


SORTS: tuple[str, ...] = tuple(_BOUNDED_SORTS)
"""The columns that can order a list, some of them only views of open tickets."""


RELEVANCE = "relevance"
"""The order of the best matches first, for lists that a text was searched in."""

_PACK = 32_768
"""Ids in one packed value: a quarter of a megabyte."""


class ListQuery(NamedTuple):
    """What a list shows: a view, the employee filter on top of it, an order, and a compiled search.

    `where` uses `?` for each of `params`; `managers` empty means all. Of a search, `terms` are the texts that were
    asked for, by which `relevance` orders, and `required` those of them that every ticket has to hold; `beside` is
    the condition without these, with its own params. `by_person` tells that it asks for the tickets of one person,
    and `is_open` that it asks only for open or only for closed ones.
    """

    view: View
    managers: tuple[int, ...] = ()
    sort: str = "updated"
    descending: bool = True
    where: str = ""
    params: tuple[Any, ...] = ()
    terms: tuple[TextTerm, ...] = ()
    required: tuple[TextTerm, ...] = ()
    beside: tuple[str, tuple[Any, ...]] = ("", ())
    by_person: bool = False
    is_open: bool | None = None

    def without_search(self) -> ListQuery:
        """Return the list without what it was searched for."""
        return ListQuery(self.view, self.managers, self.sort, self.descending)


class Snapshot(NamedTuple):
    """The ids of a list in order; `more` tells that further tickets match that were not ranked."""

    ids: array[int]
    more: bool = False


def is_bounded(view: View) -> bool:
    """Tell whether a view holds open tickets only, so that any column can sort it quickly."""
    if view.kind == "status":
        status = catalogue.names().statuses.get(view.value)
        return status is not None and status.status_class == "open"
    return view.kind in ("inbox", "dispatcher", "open", "assigned_open", "created_open")


def sort_refusal(view: View, sort: str) -> str | None:
    """Return why a view cannot be sorted by a column, or None when it can."""
    if sort == RELEVANCE:
        return "Only a search for words can be ordered by relevance; type some, or choose another order."
    if sort in _INDEXED_SORTS or (sort in _BOUNDED_SORTS and is_bounded(view)):
        return None
    return "This column sorts only views of open tickets; choose Open or one of its statuses first."


def ids(session: Session, query: ListQuery) -> array[int]:
    """Return every ticket id of a list in order, eight bytes each; by relevance, those that were ranked."""
    return snapshot(session, query).ids


def snapshot(session: Session, query: ListQuery) -> Snapshot:
    """Return the ticket ids of a list in order, and whether there are more of them than were put in order."""
    if query.sort == RELEVANCE and query.terms:
        # Loaded with the first search.
        from services.search.newest import best, best_of

        if query.required:
            # The index is asked for these terms already: asked again by the condition, it would list all their tickets.
            where, params = query.beside
            return Snapshot(*best(session, query.required, where_of(session, query._replace(where=where)), params))
        return Snapshot(*best_of(session, query.terms, where_of(session, query), query.params))
    return Snapshot(_ids(session, query))


def _ids(session: Session, query: ListQuery) -> array[int]:
    if engine_of() == "postgresql":
        return _packed_ids(*_select("t.id::bigint AS id", session, query))
    sql, params = _select("t.id", session, query)
    return array("q", (row[0] for row in run(sql, params)))


def _packed_ids(sql: str, params: tuple[Any, ...]) -> array[int]:
    """Read ids as packed values, some thousands in each: as rows a million would take a second and forty megabytes."""
    numbered = f"SELECT s.id, row_number() OVER () AS place FROM ({sql}) s"
    packed = (
        "SELECT string_agg(int8send(p.id), ''::bytea ORDER BY p.place)"
        f" FROM ({numbered}) p GROUP BY p.place / {_PACK} ORDER BY p.place / {_PACK}"
    )
    found = array("q")
    with database.connection().cursor() as cursor:
        # Row by row and in binary, because the client library never gives back the room for its largest message.
        for (piece,) in cursor.stream(marked(packed, params), params or None, binary=True):
            found.frombytes(piece)
    if sys.byteorder == "little":
        found.byteswap()
    return found


def first_rows(session: Session, query: ListQuery, limit: int = 128) -> list[TicketRow]:
    """Return the first rows of a list with one query; two for all tickets of one person."""
    if query.view == ALL and query.sort in _INDEXED_SORTS and _is_of_somebody(query):
        return _merged_rows(session, query, limit)
    if query.sort == RELEVANCE and query.terms:
        best = ids(session, query)[:limit]
        found = rows(session, best)
        return [found[key] for key in best if key in found]
    sql, params = _select(_ROW, session, query, _ROW_JOIN)
    return _rows(session, run(f"{sql} LIMIT {int(limit)}", params))


def _is_of_somebody(query: ListQuery) -> bool:
    """Tell whether a list is read from the index by manager or by creator."""
    return len(query.managers) == 1 or query.by_person


def _merged_rows(session: Session, query: ListQuery, limit: int) -> list[TicketRow]:
    # The indexes by manager and by creator have open and closed tickets apart: both at once, an engine sorts them all.
    views = (OPEN, CLOSED) if query.is_open is None else (OPEN if query.is_open else CLOSED,)
    found = [row for view in views for row in first_rows(session, query._replace(view=view), limit)]
    by_time = query.sort == "updated"
    found.sort(key=lambda row: (row.updated_at if by_time else 0, row.id), reverse=query.descending)
    return found[:limit]


def rows(session: Session, ticket_ids: Sequence[int]) -> dict[int, TicketRow]:
    """Return the rows of some tickets by id; those that the person may not see are left out."""
    if not ticket_ids:
        return {}
    scope = ticket_scope(session)
    chosen = key_list(ticket_ids)
    sql = f"SELECT {_ROW} FROM ticket t {_ROW_JOIN} WHERE t.id IN ({chosen})"
    sql += f" AND {scope}" if scope else ""
    return {row.id: row for row in _rows(session, run(sql, ()))}


def count(session: Session, query: ListQuery) -> int:
    """Return how many tickets stand in a list."""
    sql, params = _select("count(*)", session, query, order=False)
    return int(run(sql, params).fetchone()[0])


def nav_counts(session: Session, managers: tuple[int, ...] = ()) -> NavCounts:
    """Count what stands behind the navigation pane, leaving out the closed ones, which take longer."""
    views = [ListQuery(View(kind), managers) for kind in ("inbox", "dispatcher")]
    views += [ListQuery(ASSIGNED_OPEN), ListQuery(CREATED_OPEN)]
    sums = ", ".join(f"({_count_sql(session, query)})" for query in views)
    inbox, dispatcher, assigned, created = run(f"SELECT {sums}", ()).fetchone()
    by_status = _by_status(session, "open", managers)
    return NavCounts(inbox, dispatcher, sum(by_status.values()), by_status, assigned, created)


def closed_counts(session: Session, managers: tuple[int, ...] = ()) -> dict[int, int]:
    """Count the closed tickets by status: a long scan on a large desk, so done apart."""
    return _by_status(session, "closed", managers)


def more_counts(session: Session, managers: tuple[int, ...] = ()) -> dict[str, int]:
    """Count the other views of closed tickets, by kind of view; a scan as well."""
    kinds = ["assigned_closed", "created_closed"] + (["archived"] if session.has("archive") else [])
    queries = [ListQuery(View(kind), managers if kind == "archived" else ()) for kind in kinds]
    sums = ", ".join(f"({_count_sql(session, query)})" for query in queries)
    return dict(zip(kinds, run(f"SELECT {sums}", ()).fetchone(), strict=True))


def _by_status(session: Session, status_class: str, managers: tuple[int, ...]) -> dict[int, int]:
    codes = [s.code for s in catalogue.names().statuses.values() if s.status_class == status_class]
    if managers or ticket_scope(session):
        # Few tickets of many: grouping them beats reading each status's index against the filter.
        where = where_of(session, ListQuery(OPEN if status_class == "open" else CLOSED, managers))
        grouped = f"SELECT t.status_id, count(*) FROM ticket t WHERE {where} GROUP BY t.status_id"
        found = dict(run(grouped, ()))
        return {code: found.get(code, 0) for code in codes}
    sums = ", ".join(f"({_count_sql(session, ListQuery(View('status', code)))})" for code in codes)
    return dict(zip(codes, run(f"SELECT {sums}", ()).fetchone(), strict=True)) if codes else {}


def _count_sql(session: Session, query: ListQuery) -> str:
    return f"SELECT count(*) FROM ticket t WHERE {where_of(session, query)}"


def asked_for(session: Session) -> str:
    """Return the predicate for what a person entered; for a client also what came by mail or was taken by phone."""
    entered = f"t.created_by_id = {int(session.user_id or 0)}"
    return f"({entered} OR t.contact_id = {int(session.contact_id)})" if session.contact_id else entered


def where_of(session: Session, query: ListQuery) -> str:
    """Return the SQL predicate, over ticket `t`, of a list as this person sees it; it takes the query's params."""
    template = _PREDICATES[query.view.kind]
    mine = _in("t.manager_id", session.manager_ids[:1] or (0,))
    parts = [template.format(mine=mine, asked=asked_for(session), value=int(query.view.value))]
    if query.managers and query.view.kind not in OWN_VIEWS:
        # The plus keeps both engines from the index by manager where the view's own holds far fewer tickets.
        column = "+t.manager_id" if query.view.kind in _SMALL_VIEWS else "t.manager_id"
        parts.append(_in(column, query.managers))
    scope = ticket_scope(session)
    if scope:
        parts.append(scope)
    if query.view.kind == "archived" and not session.has("archive"):
        parts.append("1 = 0")
    if query.where:
        parts.append(f"({query.where})")
    return " AND ".join(parts)


def _select(
    what: str, session: Session, query: ListQuery, join: str = "", order: bool = True
) -> tuple[str, tuple[Any, ...]]:
    sql = f"SELECT {what} FROM ticket t {join} WHERE {where_of(session, query)}"
    return (f"{sql} ORDER BY {_order(query)}" if order else sql), query.params


def _order(query: ListQuery) -> str:
    refusal = sort_refusal(query.view, query.sort)
    if refusal and (not query.where or query.sort == RELEVANCE):
        raise Invalid(refusal, "sort")
    column = _BOUNDED_SORTS[query.sort]
    way = "DESC" if query.descending else "ASC"
    if column == "t.id":
        # As an expression, so that PostgreSQL does not walk through all tickets for the few of a view.
        return f"t.id + 0 {way}" if is_bounded(query.view) else f"t.id {way}"
    empty_last = "" if column == "t.updated_at" else f"({column} IS NULL), "
    newest = f"t.id {way}" if column == "t.updated_at" else "t.updated_at DESC, t.id DESC"
    return f"{empty_last}{column} {way}, {newest}"


def _in(column: str, keys: Iterable[int]) -> str:
    listed = key_list(keys)
    return f"{column} IN ({listed})" if "," in listed else f"{column} = {listed}"


# A subject is cut for the list: a megabyte of it must not travel with every page.
_ROW = (
    "t.id, substr(t.subject, 1, 300), t.status_id, t.is_open, t.extension_id, t.priority, t.type_id,"
    " t.category_id, t.manager_id, a.name, substr(t.requester_name, 1, 100),"
    " substr(t.requester_email, 1, 100), t.created_at, t.updated_at, t.due_at, t.closed_at, t.in_inbox,"
    " t.waiting_for_dispatch, t.mark, t.channel, t.archived, t.version"
)
_ROW_JOIN = "LEFT JOIN account a ON a.id = t.account_id"


def _rows(session: Session, found: Any) -> list[TicketRow]:
    names = catalogue.names()
    own = frozenset(session.manager_ids)
    inside = not session.is_client
    rows = []
    for key, subject, status, is_open, ext, prio, type_, category, manager, account, *rest in found:
        name, email, created, updated, due, closed, in_inbox, dispatch, mark, channel, archived, version = rest
        holder = names.managers.get(manager)
        state = names.statuses.get(status)
        rows.append(
            TicketRow(
                key,
                number_of(key),
                subject,
                status,
                state.label if state else str(status),
                bool(is_open),
                names.extensions.get(ext, "") if ext else "",
                prio,
                names.types.get(type_, "") if type_ else "",
                names.categories.get(category, "") if category else "",
                manager,
                holder.name if holder else "",
                account or "",
                name or email,
                created,
                updated,
                due,
                closed,
                # Where the desk has put a ticket and who has read it is nothing for clients.
                inside and bool(in_inbox),
                inside and bool(dispatch),
                mark if inside else NO_MARK,
                manager in own,
                channel,
                bool(archived),
                version,
            )
        )
    return rows
