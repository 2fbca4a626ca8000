"""The fields that a query can look in: what each takes, what it finds, and who may use it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from services import catalogue, clock, lists, priorities
from services.errors import Invalid
from services.numbers import id_of
from services.query import dates, keys, texts
from services.query.faults import meant, shown
from services.query.pieces import Condition, one_of
from services.query.sets import among
from services.query.syntax import Value
from services.session import Session
from services.taken_back import still_public

Compile = Callable[[Session, Value], Condition]


class QueryField(NamedTuple):
    """A field: `about` says in a few words what stands there, `empty` is the SQL for none, where there can be none.

    `client` is whether clients may ask for it: a query is an answer too.
    """

    name: str
    about: str
    compile: Compile
    empty: str = ""
    client: bool = True
    also: tuple[str, ...] = ()


_COMPARED = re.compile(r"([<>]=?)(.*)", re.DOTALL)
CHANNELS = ("manual", "email", "cli", "web", "api", "monitoring", "import")
"""The ways in which tickets come."""

IS: dict[str, str] = {
    "open": "open tickets",
    "pending": "the same as open",
    "closed": "closed tickets",
    "new": "with the status of a new ticket",
    "mine": "yours and your teams'; for clients, what you asked for",
    "unassigned": "managed by the team New Tickets",
    "overdue": "open and past the due date",
    "inbox": "in the Inbox",
    "unread": "not yet read by the manager",
    "read": "read by the manager",
    "dispatch": "waiting for dispatching",
    "merged": "merged into another ticket",
    "archived": "archived, which no other search finds",
}
"""The words after `is:` and what they find."""

EMPLOYEES_IS = frozenset({"unassigned", "inbox", "unread", "read", "dispatch", "archived"})
"""The words after `is:` that say nothing to clients."""

_IS_SQL = {
    "open": "t.is_open = 1",
    "pending": "t.is_open = 1",
    "closed": "t.is_open = 0",
    "inbox": "t.in_inbox = 1",
    "unread": "t.mark = 1",
    "read": "t.mark = 2",
    "dispatch": "t.waiting_for_dispatch = 1",
    "merged": "t.merged_into_id IS NOT NULL",
    "archived": "t.archived = 1",
}


def is_words(session: Session) -> list[str]:
    """Return the words after `is:` that a person can use."""
    hidden: frozenset[str] = EMPLOYEES_IS if session.is_client else frozenset()
    return [word for word in IS if word not in hidden and (word != "archived" or session.has("archive"))]


def _is(session: Session, value: Value) -> Condition:
    word = value.text.casefold()
    if word not in is_words(session) and not (word == "archived" and not session.is_client):
        words = is_words(session)
        raise Invalid(f"“is:{shown(value.text)}” is not known.{meant(word, words)} Use one of {', '.join(words)}.")
    if word == "overdue":
        return Condition(f"t.is_open = 1 AND t.due_at < {clock.now()}", is_open=True)
    if word == "mine":
        if session.is_client:
            return Condition(lists.asked_for(session), by_person=True)
        return one_of("t.manager_id", session.manager_ids)
    if word == "new":
        return one_of("t.status_id", [catalogue.names().status_by_role("new").code])
    if word == "unassigned":
        return one_of("t.manager_id", [catalogue.names().new_tickets_manager()])
    is_open = {"open": True, "pending": True, "closed": False}.get(word)
    return Condition(_IS_SQL[word], in_archive=word == "archived", is_open=is_open)


def _found(find: keys.Find) -> Compile:
    return lambda session, value: find(session, value.text)


def _moment(column: str, ahead: bool = False) -> Compile:
    return lambda _session, value: Condition(dates.condition(column, value.text, ahead))


def _scale(column: str, parse: Callable[[str], int], how_to: str) -> Compile:
    """Return how to compile a value on a scale: itself, compared, or from one to another."""

    def compile_value(_session: Session, value: Value) -> Condition:
        first, dots, last = value.text.partition("..")
        if dots and (first or last):
            bounds = [f"{column} >= {parse(first)}"] if first else []
            bounds += [f"{column} <= {parse(last)}"] if last else []
            return Condition(" AND ".join(bounds))
        compared = _COMPARED.fullmatch(value.text)
        how, bare = compared.groups() if compared else ("=", value.text)
        if not bare or bare[0] in "<>=":
            raise Invalid(how_to.format(shown(value.text)))
        return Condition(f"{column} {how} {parse(bare)}")

    return compile_value


def _number(text: str) -> int:
    key = id_of(text)
    if key is None:
        raise Invalid(f"“{shown(text)}” is no ticket number; write it like 0500-1000.")
    return key


def _text(*columns: str) -> Compile:
    return lambda session, value: texts.in_columns(session, value, columns)


def _inside(table: str, columns: tuple[str, ...], also: str, for_clients: str = "") -> Compile:
    """Return how to look into the rows that hang on a ticket, `x`; clients see only some of them."""

    def compile_value(session: Session, value: Value) -> Condition:
        only = f"{also} AND {for_clients}" if session.is_client and for_clients else also
        around = f"EXISTS (SELECT 1 FROM {table} x WHERE x.ticket_id = t.id AND {only} AND {{}})"
        return texts.in_columns(session, value, columns, around)

    return compile_value


def _channel(_session: Session, value: Value) -> Condition:
    found = keys.named(dict(enumerate(CHANNELS)), value.text, "way in which tickets come")
    names = ", ".join(f"'{CHANNELS[key]}'" for key in found)
    return Condition(f"t.channel IN ({names})")


def _file(session: Session, value: Value) -> Condition:
    wanted = keys.like(("x.name",), value.text)
    seen = f" AND (x.mail_id IS NULL OR {_PUBLIC_MAIL.format('x.mail_id')})" if session.is_client else ""
    return among(f"SELECT x.ticket_id FROM document x WHERE x.removed = 0 AND {wanted.sql}{seen}", wanted.params)


def _recipient(session: Session, value: Value) -> Condition:
    wanted = keys.like(("x.address", "x.name"), value.text)
    # Clients do not see who gets a blind copy.
    seen = " AND x.kind <> 'bcc'" if session.is_client else ""
    chosen = f"SELECT x.ticket_id FROM external_recipient x WHERE ({wanted.sql}){seen}"
    return among(chosen, wanted.params)


_PUBLIC_NOTE = still_public("x")
_PUBLIC_MAIL = (
    "EXISTS (SELECT 1 FROM history h WHERE h.ticket_id = x.ticket_id"
    f" AND h.kind IN ('mail_in', 'mail_out') AND h.subject_id = {{}} AND {still_public('h')})"
)
_CHARGES = "EXISTS (SELECT 1 FROM charge x WHERE x.ticket_id = t.id AND x.removed = 0)"
_FILES = "t.id IN (SELECT x.ticket_id FROM document x WHERE x.removed = 0)"

_ALL = (
    QueryField("number", "ticket number", _scale("t.id", _number, "“number:{}” is no ticket number; write 0500-1000.")),
    QueryField("status", "status, open or closed", _found(keys.status)),
    QueryField(
        "extension",
        "status extension",
        _found(keys.short_list("t.extension_id", "status extension", lambda _: catalogue.names().extensions)),
        empty="t.extension_id IS NULL",
    ),
    QueryField(
        "priority",
        "priority, also >=high",
        _scale(
            "t.priority",
            priorities.parse,
            "“priority:{}” is not understood; write it like priority:high or priority:>=high.",
        ),
    ),
    QueryField("is", "a state", _is),
    QueryField("manager", "whose ticket it is", _found(keys.manager)),
    QueryField(
        "type",
        "ticket type",
        _found(keys.short_list("t.type_id", "type", lambda _: catalogue.names().types)),
        empty="t.type_id IS NULL",
    ),
    QueryField(
        "category",
        "category",
        _found(keys.short_list("t.category_id", "category", keys.categories)),
        empty="t.category_id IS NULL",
    ),
    QueryField(
        "product",
        "product",
        _found(keys.short_list("t.product_id", "product", keys.products)),
        empty="t.product_id IS NULL",
    ),
    QueryField("account", "account", _found(keys.ACCOUNT.find), "t.account_id IS NULL", also=("company",)),
    QueryField(
        "contact", "contact, by name or address", _found(keys.CONTACT.find), "t.contact_id IS NULL", also=("client",)
    ),
    QueryField("asset", "asset, by name or serial number", _found(keys.ASSET.find), "t.asset_id IS NULL"),
    QueryField("contract", "contract", _found(keys.CONTRACT.find), "t.contract_id IS NULL"),
    QueryField(
        "requester",
        "requester's name or address",
        _text("t.requester_name", "t.requester_email"),
        "(t.requester_name = '' AND t.requester_email = '')",
    ),
    QueryField("email", "requester's address", _text("t.requester_email"), "t.requester_email = ''"),
    QueryField("url", "URL", _text("t.url"), "t.url = ''"),
    QueryField("channel", "how it came", _channel, also=("by",)),
    QueryField("created_by", "who entered it", _found(keys.creator), "t.created_by_id IS NULL", also=("creator",)),
    QueryField("created", "when it was entered", _moment("t.created_at"), also=("date",)),
    QueryField("updated", "when it last changed", _moment("t.updated_at")),
    QueryField("opened", "when it was first viewed", _moment("t.opened_at"), "t.opened_at IS NULL"),
    QueryField("due", "when it is due", _moment("t.due_at", ahead=True), "t.due_at IS NULL"),
    QueryField("closed", "when it was closed", _moment("t.closed_at"), "t.closed_at IS NULL"),
    QueryField("text", "anything written on it", texts.anywhere),
    QueryField("subject", "words of the subject", _text("t.subject"), "t.subject = ''"),
    QueryField("description", "words of the description", _text("t.description"), "t.description = ''"),
    QueryField("resolution", "words of the resolution", _text("t.resolution"), "t.resolution = ''"),
    QueryField(
        "note", "words of a note", _inside("history", ("x.text",), "x.kind IN ('note', 'transfer')", _PUBLIC_NOTE)
    ),
    QueryField(
        "mail",
        "words of a mail",
        _inside("history", ("x.text",), "x.kind IN ('mail_in', 'mail_out')", _PUBLIC_NOTE),
    ),
    QueryField(
        "from",
        "who sent a mail",
        _inside("mail", ("x.sender_name", "x.sender_email"), "x.direction = 'in'", _PUBLIC_MAIL.format("x.id")),
    ),
    QueryField("to", "who gets its mail outside", _recipient, also=("recipient",)),
    QueryField("follower", "which employee follows it", _found(keys.follower), client=False),
    QueryField("file", "name of a file", _file, f"({_FILES}) IS NOT TRUE", also=("attachment",)),
    QueryField(
        "charge",
        "words of a charge",
        _inside("charge", ("x.label", "x.note"), "x.removed = 0", "x.billable = 1"),
        f"NOT {_CHARGES}",
    ),
)

FIELDS: dict[str, QueryField] = {name: field for field in _ALL for name in (field.name, *field.also)}
"""The fields by every name that they have."""

FIELD_NAMES: tuple[str, ...] = tuple(field.name for field in _ALL)
"""The names of the fields that a query can look in."""


def allowed(session: Session) -> list[QueryField]:
    """Return the fields that a person may ask for."""
    return [field for field in _ALL if field.client or not session.is_client]
