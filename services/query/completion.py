"""What could be typed next in a query: fields, and the values of fields that this person may know."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from models.folding import fold
from services import catalogue, priorities
from services.query import dates, keys
from services.query.fields import CHANNELS, FIELDS, IS, allowed, is_words
from services.query.tokens import MOST_CHARACTERS
from services.session import Session
from services.sql import fetch, folded, pattern
from services.text import clean, one_line

MOST = 20
"""Suggestions at once."""

_PIECE = re.compile(r"(?P<field>[A-Za-z_]+):")


class Suggestion(NamedTuple):
    """What to put into the line, what is shown for it, and a word that explains it."""

    text: str
    label: str
    note: str = ""


class Completion(NamedTuple):
    """Suggestions for the characters from `start` to `end` of the line."""

    start: int
    end: int
    suggestions: list[Suggestion]


def complete(session: Session, text: str, cursor: int) -> Completion:
    """Return what the word before the cursor could become; without suggestions there is nothing to offer.

    Needs a connection. Values come from lists that the person sees anyway, never from tickets.
    """
    cursor = max(0, min(cursor, len(text)))
    start = _start_of_word(text[:cursor])
    if start is None or len(text) > MOST_CHARACTERS:
        return Completion(cursor, cursor, [])
    typed = text[start:cursor]
    sign = len(typed) - len(typed.lstrip("-("))
    start, typed = start + sign, typed[sign:]
    match = _PIECE.match(typed)
    if match is None:
        return Completion(start, cursor, _fields(session, typed))
    field = FIELDS.get(match["field"].casefold())
    if field is None or field not in allowed(session):
        return Completion(start, cursor, [])
    values = typed[match.end() :]
    # After a comma another value begins; after a comparison, what is compared with.
    begin = values.rfind(",") + 1 if values.count('"') % 2 == 0 else values.rfind(',"') + 1
    begin += len(values[begin:]) - len(values[begin:].lstrip("<>="))
    part = clean(values[begin:].strip('"'))
    found = _values(session, field.name, part)
    if field.empty:
        # The words themselves, which a value of that name has to be quoted to differ from.
        words = (("none", "without one"), ("any", "with one"))
        found += [Suggestion(word, word, note) for word, note in words if word.startswith(fold(part))]
    return Completion(start + match.end() + begin, cursor, _distinct(found))


def _start_of_word(text: str) -> int | None:
    """Return where the word at the end of a text begins, or None inside a phrase that is no field's value."""
    start, quoted = 0, False
    for at, sign in enumerate(text):
        if sign == '"':
            if not quoted and (at == start or text[at - 1] not in ":,<>="):
                start = at
            quoted = not quoted
        elif sign.isspace() and not quoted:
            start = at + 1
    return None if text[start : start + 1] == '"' else start


def _fields(session: Session, typed: str) -> list[Suggestion]:
    wanted = typed.casefold()
    found = [
        Suggestion(f"{name}:", f"{name}:", field.about)
        for field in allowed(session)
        for name in (field.name, *field.also)
        if wanted and name.startswith(wanted)
    ]
    return found[:MOST]


def _values(session: Session, field: str, part: str) -> list[Suggestion]:
    if field in _TIMES:
        # Ages first: they are what nobody guesses. What lies ahead is a time for what is due only.
        words = (word for word in dates.WORDS if field == "due" or not word.startswith(("tomorrow", "next")))
        return _ages(part, field) + _beginning(((word, "") for word in words), part)
    offer = _OFFERS.get(field)
    return offer(session, part) if offer else []


def _beginning(pairs: Iterator[tuple[str, str]] | list[tuple[str, str]], part: str) -> list[Suggestion]:
    """Return what begins with a text, and then what has a word that begins so."""
    typed = fold(part)
    known = [(name, note, fold(name)) for name, note in pairs]
    first = [(name, note) for name, note, folded_name in known if folded_name.startswith(typed)]
    second = [(n, note) for n, note, folded_name in known if (n, note) not in first and f" {typed}" in folded_name]
    return [Suggestion(_quoted(name), name, note) for name, note in first + second]


def _quoted(value: str) -> str:
    """Return a value as it must be typed; a quotation mark inside it, which nothing can hold, is left out."""
    bare = one_line(value).replace('"', " ").strip()
    plain = re.fullmatch(r"[^\s\",()<>=]+", bare) and bare.casefold() not in ("none", "empty", "any")
    return bare if plain and ".." not in bare else f'"{bare}"'


def _distinct(found: list[Suggestion]) -> list[Suggestion]:
    return list({each.text: each for each in reversed(found)}.values())[::-1][:MOST]


def _ages(part: str, field: str) -> list[Suggestion]:
    if part and not part.isdigit():
        return []
    ahead = field == "due"
    said = "in less than" if ahead else "less than"
    amounts = [part] if part else ["1", "7", "30"]
    units = (("h", "hours"), ("d", "days"), ("w", "weeks")) if part else (("d", "days"),)
    return [
        Suggestion(f"{amount}{unit}", f"{amount}{unit}", f"{said} {amount} {name}{'' if ahead else ' ago'}")
        for amount in amounts
        for unit, name in units
    ]


def _statuses(_session: Session, part: str) -> list[Suggestion]:
    rows = catalogue.names().statuses.values()
    return _beginning([("open", "all open ones"), ("closed", "all closed ones"), *((r.label, "") for r in rows)], part)


def _managers(session: Session, part: str) -> list[Suggestion]:
    if session.is_client:
        # Clients know the people of the desk by the name that stands on their tickets.
        return []
    own = [("me", "your tickets"), ("my-teams", "your teams' tickets")] if session.manager_id is not None else []
    rows = [m for m in catalogue.names().managers.values() if m.usable]
    return _beginning([*own, *((m.name, "team" if m.team_id else m.username) for m in rows)], part)


def _accounts(session: Session, part: str) -> list[Suggestion]:
    own = f"x.id = {int(session.account_id or 0)}" if session.is_client else "x.active = 1"
    return _rows("SELECT x.name, x.domain FROM account x", own, ("x.name",), part)


def _contacts(session: Session, part: str) -> list[Suggestion]:
    own = _of_account(session)
    me = _beginning([("me", "yourself")], part) if session.contact_id else []
    rows = "SELECT x.name, x.email FROM contact x"
    return me + _rows(rows, f"x.active = 1{own}", ("x.name", "x.email"), part)


def _assets(session: Session, part: str) -> list[Suggestion]:
    return _rows("SELECT x.name, x.serial FROM asset x", f"x.active = 1{_of_account(session)}", ("x.name",), part)


def _contracts(session: Session, part: str) -> list[Suggestion]:
    return _rows("SELECT x.name, x.kind FROM contract x", f"x.active = 1{_of_account(session)}", ("x.name",), part)


def _of_account(session: Session) -> str:
    return f" AND x.account_id = {int(session.account_id or 0)}" if session.is_client else ""


def _rows(chosen: str, where: str, columns: tuple[str, ...], part: str) -> list[Suggestion]:
    begins, values = "1 = 1", []
    if part:
        begins = " OR ".join(f"{folded(column, part)} LIKE ? ESCAPE '\\'" for column in columns)
        values = [f"{pattern(part)}%"] * len(columns)
    # More than are shown, because customers share names.
    found = fetch(f"{chosen} WHERE {where} AND ({begins}) ORDER BY x.name, x.id LIMIT {3 * MOST}", *values)
    return [Suggestion(_quoted(name), one_line(name), one_line(note or "")) for name, note in found if name.strip()]


def _creators(session: Session, part: str) -> list[Suggestion]:
    me = _beginning([("me", "yourself")], part)
    if session.is_client:
        return me
    people = [m for m in catalogue.names().managers.values() if m.employee_id and m.username]
    return me + _beginning([(m.username, m.name) for m in people], part)


def _followers(session: Session, part: str) -> list[Suggestion]:
    return _creators(session, part)


_TIMES = frozenset({"created", "updated", "opened", "due", "closed"})
_OFFERS: dict[str, Callable[[Session, str], list[Suggestion]]] = {
    "status": _statuses,
    "extension": lambda session, part: _beginning([(c.label, c.detail) for c in catalogue.extension_choices()], part),
    "priority": lambda session, part: _beginning([(label, "") for label in priorities.LABELS], part),
    "is": lambda session, part: _beginning([(word, IS[word]) for word in is_words(session)], part),
    "manager": _managers,
    "type": lambda session, part: _beginning([(c.label, "") for c in catalogue.type_choices()], part),
    "category": lambda session, part: _beginning([(name, "") for name in keys.categories(session).values()], part),
    "product": lambda session, part: _beginning([(c.label, "") for c in catalogue.product_choices()], part),
    "channel": lambda session, part: _beginning([(name, "") for name in CHANNELS], part),
    "account": _accounts,
    "contact": _contacts,
    "asset": _assets,
    "contract": _contracts,
    "created_by": _creators,
    "follower": _followers,
}
