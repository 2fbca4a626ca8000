"""The query language of lists: status:hold manager:me account:"Acme Ltd" updated:<7d "exact phrase" -word."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, NamedTuple

from models.folding import fold
from services import catalogue, clock, priorities
from services.errors import Invalid
from services.numbers import id_of
from services.session import Session
from services.sql import folded
from services.text import clean


class Condition(NamedTuple):
    """A compiled piece of a query over ticket `t`; `?` stands for each of `params`.

    `in_archive` is whether it asks for archived tickets, which no other view holds.
    """

    sql: str
    params: tuple[Any, ...] = ()
    in_archive: bool = False


_TERM = re.compile(
    r"""\s*(?P<not>-)?(?:(?P<field>[A-Za-z_]+):)?(?:"(?P<phrase>[^"]*)"|(?P<word>[^\s"]+))""", re.VERBOSE
)
_AGE = re.compile(r"(?P<how>[<>]=?)?(?P<amount>\d{1,5})(?P<unit>[hdwmy])")
# Engines refuse conditions that nest too deeply.
_MOST = 50
_UNITS = {"h": clock.HOUR, "d": clock.DAY, "w": 7 * clock.DAY, "m": 30 * clock.DAY, "y": 365 * clock.DAY}
_IS = {
    "open": "t.is_open = 1",
    "closed": "t.is_open = 0",
    "inbox": "t.in_inbox = 1",
    "unread": "t.mark = 1",
    "dispatch": "t.waiting_for_dispatch = 1",
    "archived": "t.archived = 1",
}


def compile_query(session: Session, text: str) -> Condition:
    """Return the condition for what a person typed: every term must hold. Needs a connection.

    Raises Invalid that names the term, and what could stand there.
    """
    text = clean(text)
    terms = []
    position = 0
    while text[position:].strip():
        match = _TERM.match(text, position)
        if match is None:
            raise Invalid(f"The quotation mark at character {position + 1} has no end; add a closing one.", "query")
        position = match.end()
        terms.append(_term(session, match))
        if len(terms) > _MOST:
            raise Invalid(f"That is more than {_MOST} words; put a long text in quotation marks.", "query")
    if not terms:
        return Condition("")
    return Condition(
        " AND ".join(f"({term.sql})" for term in terms),
        tuple(value for term in terms for value in term.params),
        any(term.in_archive for term in terms),
    )


def _term(session: Session, match: re.Match[str]) -> Condition:
    value = match["phrase"] if match["phrase"] is not None else match["word"]
    field = (match["field"] or "").casefold()
    if not field:
        if match["phrase"] is None and value.endswith(":"):
            raise Invalid(f"There is nothing after {value} Say what to look for, without a space between.", "query")
        condition = _words(value)
    elif field in _FIELDS:
        condition = _any_of(_FIELDS[field], session, value, quoted=match["phrase"] is not None)
    else:
        known = ", ".join(sorted(FIELD_NAMES))
        sentence = f"“{field}” is no field to look in; the fields are {known}. To look for the text, quote it."
        raise Invalid(sentence, "query")
    # Not `NOT`: what a ticket does not have at all is not what is excluded either.
    return Condition(f"({condition.sql}) IS NOT TRUE", condition.params) if match["not"] else condition


def _any_of(
    compile_value: Callable[[Session, str], Condition], session: Session, value: str, quoted: bool
) -> Condition:
    """Let commas stand for or: status:new,hold."""
    parts = [part for part in ([value] if quoted else value.split(",")) if part]
    if not parts:
        raise Invalid("There is nothing after the colon; say what to look for.", "query")
    if len(parts) > _MOST:
        raise Invalid(f"That is more than {_MOST} values in one list; leave some out.", "query")
    try:
        found = [compile_value(session, part) for part in parts]
    except Invalid as refused:
        raise Invalid(refused.sentence, "query") from None
    return Condition(
        " OR ".join(part.sql for part in found),
        tuple(v for part in found for v in part.params),
        any(part.in_archive for part in found),
    )


def _words(value: str) -> Condition:
    key = id_of(value)
    if key is not None:
        return Condition(f"t.id = {key}")
    return _like(("t.subject", "t.description", "t.requester_name", "t.requester_email"), value)


def _like(columns: tuple[str, ...], value: str) -> Condition:
    pattern = fold(value)
    for special in "\\%_":
        pattern = pattern.replace(special, "\\" + special)
    sql = " OR ".join(f"{folded(column, value)} LIKE ? ESCAPE '\\'" for column in columns)
    return Condition(sql, (f"%{pattern}%",) * len(columns))


def _text(*columns: str) -> Callable[[Session, str], Condition]:
    return lambda _session, value: _like(columns, value)


def _named(table: str, column: str, *names: str) -> Callable[[Session, str], Condition]:
    def compile_value(_session: Session, value: str) -> Condition:
        condition = _like(tuple(f"x.{name}" for name in names), value)
        return Condition(f"{column} IN (SELECT x.id FROM {table} x WHERE {condition.sql})", condition.params)

    return compile_value


def _status(_session: Session, value: str) -> Condition:
    if value.casefold() in ("open", "closed"):
        return Condition(_IS[value.casefold()])
    return Condition(f"t.status_id = {catalogue.find_status(value).code}")


def _manager(session: Session, value: str) -> Condition:
    if value.casefold() == "me" and session.manager_id is None:
        return Condition("1 = 0")
    return Condition(f"t.manager_id = {catalogue.find_manager(value, session.manager_id).id}")


def _priority(_session: Session, value: str) -> Condition:
    bare = value.lstrip("<>=")
    how = value.removesuffix(bare) if bare else value
    if not bare or how not in ("", "<", ">", "<=", ">="):
        raise Invalid(f"“priority:{value}” is not understood; write it like priority:high or priority:>=high.", "query")
    return Condition(f"t.priority {how or '='} {priorities.parse(bare)}")


def _is(_session: Session, value: str) -> Condition:
    word = value.casefold()
    if word == "overdue":
        return Condition(f"t.is_open = 1 AND t.due_at < {clock.now()}")
    if word not in _IS:
        raise Invalid(f"“is:{value}” is not known; use one of {', '.join(sorted((*_IS, 'overdue')))}.", "query")
    return Condition(_IS[word], in_archive=word == "archived")


def _moment(column: str) -> Callable[[Session, str], Condition]:
    """Understand ages (<7d: less than seven days ago) and days (2026-11-21, >2026-11-01)."""

    def compile_value(_session: Session, value: str) -> Condition:
        if value.casefold() in ("none", "empty"):
            return Condition(f"{column} IS NULL")
        age = _AGE.fullmatch(value)
        if age is not None:
            span = int(age["amount"]) * _UNITS[age["unit"]]
            if column == "t.due_at":
                way = ">" if (age["how"] or "<").startswith(">") else "<"
                return Condition(f"{column} {way} {clock.now() + span}")
            way = "<" if (age["how"] or "<").startswith(">") else ">"
            return Condition(f"{column} {way} {clock.now() - span}")
        return _day(column, value)

    return compile_value


def _day(column: str, value: str) -> Condition:
    import datetime as dt

    match = re.fullmatch(r"([<>]=?)?(\d{4}-\d{2}-\d{2}|today|yesterday|tomorrow)", value.casefold())
    try:
        if match is None:
            raise ValueError
        offset = {"yesterday": -1, "today": 0, "tomorrow": 1}.get(match[2])
        today = dt.datetime.fromtimestamp(clock.now() / clock.SECOND).date()
        day = dt.date.fromisoformat(match[2]) if offset is None else today + dt.timedelta(days=offset)
        start, end = (
            int(dt.datetime.combine(each, dt.time()).timestamp()) * clock.SECOND
            for each in (day, day + dt.timedelta(days=1))
        )
    except (ValueError, OverflowError):
        raise Invalid(f"“{value}” is no time; write it like <7d, today or 2026-11-21.", "query") from None
    bounds = {"<": f"< {start}", ">": f">= {end}", "<=": f"< {end}", ">=": f">= {start}"}
    how = match[1] or ""
    return Condition(f"{column} {bounds[how]}" if how else f"{column} >= {start} AND {column} < {end}")


def _number(_session: Session, value: str) -> Condition:
    key = id_of(value)
    if key is None:
        raise Invalid(f"“{value}” is no ticket number; write it like 0500-1000.", "query")
    return Condition(f"t.id = {key}")


_FIELDS: dict[str, Callable[[Session, str], Condition]] = {
    "status": _status,
    "manager": _manager,
    "priority": _priority,
    "is": _is,
    "number": _number,
    "subject": _text("t.subject"),
    "requester": _text("t.requester_name", "t.requester_email"),
    "email": _text("t.requester_email"),
    "url": _text("t.url"),
    "channel": _text("t.channel"),
    "account": _named("account", "t.account_id", "name"),
    "contact": _named("contact", "t.contact_id", "name", "email"),
    "category": _named("category", "t.category_id", "name"),
    "type": _named("ticket_type", "t.type_id", "label"),
    "extension": _named("extension", "t.extension_id", "code"),
    "product": _named("product", "t.product_id", "name"),
    "created": _moment("t.created_at"),
    "updated": _moment("t.updated_at"),
    "due": _moment("t.due_at"),
    "closed": _moment("t.closed_at"),
}

FIELD_NAMES: tuple[str, ...] = tuple(_FIELDS)
"""The fields that a query can look in."""
