"""Fields whose values are other rows: people, customers and the desk's short lists, found by name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from models.folding import fold
from services import catalogue
from services.errors import Invalid
from services.query.faults import meant, shown
from services.query.pieces import NOTHING, Condition, one_of
from services.query.sets import MOST_KEYS, among
from services.session import Session
from services.sql import fetch, folded, pattern

Find = Callable[[Session, str], Condition]


def like(columns: Iterable[str], value: str) -> Condition:
    """Return the condition that one of some columns holds a text, whatever its case."""
    parts = [f"{folded(column, value)} LIKE ? ESCAPE '\\'" for column in columns]
    return Condition(" OR ".join(parts), (f"%{pattern(value)}%",) * len(parts))


def named(names: Mapping[int, str], value: str, what: str) -> list[int]:
    """Return the keys of a short list whose names are what was typed, or begin with it, or hold it.

    Raises Invalid with the names that there are.
    """
    typed = fold(value)
    for fits in (str.__eq__, str.startswith, str.__contains__):
        found = [key for key, name in names.items() if fits(fold(name), typed)]
        if found:
            return found
    known = ", ".join(names.values()) or "none yet"
    raise Invalid(f"“{shown(value)}” is no {what}.{meant(value, names.values())} The desk knows {known}.")


def short_list(column: str, what: str, names_of: Callable[[Session], Mapping[int, str]]) -> Find:
    """Return how to find a value of one of the desk's short lists; several fit where a part of a name is typed."""
    return lambda session, value: one_of(column, named(names_of(session), value, what))


def categories(session: Session) -> Mapping[int, str]:
    """Return the categories by key; a client knows of those only that are visible to clients."""
    names = catalogue.names()
    hidden = names.hidden_categories if session.is_client else frozenset()
    return {key: name for key, name in names.categories.items() if key not in hidden}


def products(_session: Session) -> Mapping[int, str]:
    """Return the products by key, those included that are no longer offered."""
    return dict(fetch("SELECT id, name FROM product ORDER BY name"))


def statuses(value: str) -> list[int]:
    """Return the codes of the statuses that a person typed as `open`, `closed`, code, role, label or its beginning."""
    rows = list(catalogue.names().statuses.values())
    typed = fold(value)
    for fits in (
        lambda row: row.status_class == typed,
        lambda row: typed in (str(row.code), row.role, fold(row.label)),
        lambda row: fold(row.label).startswith(typed),
    ):
        found = [row.code for row in rows if fits(row)]
        if found:
            return found
    labels = [*(row.label for row in rows), "open", "closed"]
    raise Invalid(f"“{shown(value)}” is no status.{meant(value, labels)} Choose one of {', '.join(labels)}.")


def status(_session: Session, value: str) -> Condition:
    """Find a status; the classes by the column that repeats them, which is indexed."""
    if fold(value) in ("open", "closed"):
        is_open = fold(value) == "open"
        return Condition(f"t.is_open = {int(is_open)}", is_open=is_open)
    found = statuses(value)
    classes = {catalogue.names().statuses[code].status_class for code in found}
    return one_of("t.status_id", found)._replace(is_open=classes == {"open"} if len(classes) == 1 else None)


def manager(session: Session, value: str) -> Condition:
    """Find a manager by user name, name, address, or `me` and `my-teams`; clients know only names."""
    typed = fold(value)
    if typed in ("me", "my-teams"):
        own = session.manager_ids if session.manager_id is not None else ()
        return one_of("t.manager_id", own[:1] if typed == "me" else own[1:])
    rows = list(catalogue.names().managers.values())
    for row in rows:
        known = (row.name,) if session.is_client else (row.username, row.name, row.email)
        if typed in map(fold, filter(None, known)):
            return one_of("t.manager_id", [row.id])
    found = [row.id for row in rows if fold(row.name).startswith(typed)]
    if found:
        return one_of("t.manager_id", found)
    if session.is_client:
        # Told which names there are and which not, a client could spell out who works at the desk.
        return NOTHING
    known_as = [name for row in rows for name in (row.username, row.name) if name]
    advice = "Give a user name, a full name or a team's name."
    raise Invalid(f"No employee or team is called “{shown(value)}”.{meant(value, known_as)} {advice}")


class Linked(NamedTuple):
    """A table that tickets link to and that grows: what of it can be typed, and which rows belong to an account."""

    table: str
    column: str
    names: tuple[str, ...]
    account: str = "account_id"

    def find(self, session: Session, value: str) -> Condition:
        """Find the rows that hold what was typed; a client finds those of its own account only."""
        if self.table == "contact" and fold(value) == "me" and session.contact_id:
            return one_of(self.column, [session.contact_id])
        return self.looked_up(session, like([f"x.{name}" for name in self.names], value))

    def looked_up(self, session: Session, wanted: Condition) -> Condition:
        """Return the condition that a ticket links to one of the wanted rows, looked up first if they are few."""
        where = f"({wanted.sql})"
        if session.is_client:
            where += f" AND x.{self.account} = {int(session.account_id or 0)}"
        chosen = f"SELECT x.id FROM {self.table} x WHERE {where}"
        keys = fetch(f"{chosen} LIMIT {MOST_KEYS + 1}", *wanted.params)
        if len(keys) <= MOST_KEYS:
            return one_of(self.column, (row[0] for row in keys))
        return Condition(f"{self.column} IN ({chosen})", wanted.params)


ACCOUNT = Linked("account", "t.account_id", ("name",), account="id")
CONTACT = Linked("contact", "t.contact_id", ("name", "email"))
ASSET = Linked("asset", "t.asset_id", ("name", "serial"))
CONTRACT = Linked("contract", "t.contract_id", ("name",))


def customers(session: Session, word: str) -> list[Condition]:
    """Return the conditions that the account or the contact has a name with a word that begins so; none for nobody."""
    starts = Condition(f"' ' || {folded('x.name', word)} LIKE ? ESCAPE '\\'", (f"% {pattern(word)}%",))
    found = (each.looked_up(session, starts) for each in (ACCOUNT, CONTACT))
    return [condition for condition in found if condition != NOTHING]


def creator(session: Session, value: str) -> Condition:
    """Find who entered a ticket by user name, name or `me`; a client knows only its own colleagues."""
    if fold(value) == "me":
        return one_of("t.created_by_id", [session.user_id] if session.user_id else [])
    wanted = like(("u.username", "e.name", "c.name"), value)
    where = f"({wanted.sql})"
    if session.is_client:
        where += f" AND c.account_id = {int(session.account_id or 0)}"
    found = fetch(
        "SELECT u.id FROM desk_user u LEFT JOIN employee e ON e.id = u.employee_id"
        f" LEFT JOIN contact c ON c.id = u.contact_id WHERE {where} LIMIT {MOST_KEYS}",
        *wanted.params,
    )
    return one_of("t.created_by_id", (row[0] for row in found))


def follower(session: Session, value: str) -> Condition:
    """Find the tickets that an employee follows, by name, address, user name or `me`."""
    if fold(value) == "me":
        keys = [session.employee_id] if session.employee_id else []
    else:
        wanted = like(("e.name", "e.email1", "u.username"), value)
        found = fetch(
            f"SELECT e.id FROM employee e LEFT JOIN desk_user u ON u.employee_id = e.id WHERE {wanted.sql}",
            *wanted.params,
        )
        keys = [row[0] for row in found]
    chosen = one_of("r.employee_id", keys)
    if len(fetch(f"SELECT 1 FROM employee_recipient r WHERE {chosen.sql} LIMIT {MOST_KEYS + 1}")) <= MOST_KEYS:
        return among(f"SELECT r.ticket_id FROM employee_recipient r WHERE {chosen.sql}", ())
    # Many follow most of a desk's tickets: asking for one ticket after the other soon has enough.
    return Condition(f"EXISTS (SELECT 1 FROM employee_recipient r WHERE r.ticket_id = t.id AND {chosen.sql})")
