"""`list`, `add` and `set`, the same for every kind of thing that administrators manage."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from services.clock import iso
from tui.cli import Subparsers, output
from tui.cli.acting import acting

if TYPE_CHECKING:
    from services.register import Register, Saved
    from services.session import Session


class Managed(NamedTuple):
    """A register on the command line: its group, where it lives, and the columns of its table.

    `spoken` maps the names that people type to the register's own, where they differ; `within` is a field by
    which lists and searches can be narrowed.
    """

    name: str
    help: str
    module: str
    attribute: str
    columns: tuple[str, ...]
    spoken: Mapping[str, str] = MappingProxyType({})
    within: str = ""
    can_add: bool = True

    def register(self) -> Register[Any]:
        """Return the register, importing it now."""
        from importlib import import_module

        found: Register[Any] = getattr(import_module(self.module), self.attribute)
        return found


_HINTS = {
    "account": "name or #ID",
    "active": "yes or no",
    "after": "what happens to a mail on the server once it is kept: flag (unless given), move or delete",
    "all_mail": "yes or no: follow every ticket's mail",
    "assignable": "yes or no: may be given tickets",
    "available": "yes or no: at work now",
    "client_visible": "yes or no",
    "currency": "three letters; the desk's own unless given",
    "domain": "of their mail addresses, like acme.example",
    "ends_at": "like 2030-12-31",
    "expires_at": "the day from which the login no longer works, like 2030-12-31",
    "folder": "INBOX unless given",
    "host": "the server's name, like imap.example.com",
    "kind": "what sort it is",
    "manager": "who is responsible for it, by name",
    "move_to": "folder for mails that are kept, with after=move",
    "os_account": "operating-system account that logs in without a password",
    "poll_seconds": "how often to look where the server does not tell of new mail; 60 unless given",
    "port": "993 unless given",
    "rate": "per hour or piece, like 85.50",
    "role": "technician (unless given), dispatcher or administrator",
    "security": "tls (unless given), starttls, or none on this machine only",
    "starts_at": "like 2030-01-01",
    "text": "may hold fields such as {number} and {requester}",
}
_LISTS, _CUSTOMERS = "services.catalogue_admin", "services.accounts"

STATUS = Managed(
    "status", "rename statuses", _LISTS, "STATUSES", ("code", "label", "status_class", "role"), can_add=False
)
CONTACT = Managed(
    "contact",
    "people at accounts, and their logins",
    _CUSTOMERS,
    "CONTACTS",
    ("id", "account", "name", "email", "phone", "username", "active"),
    within="account",
)
LISTS = (
    Managed(
        "category",
        "categories of tickets, who gets them, and whether clients see them",
        _LISTS,
        "CATEGORIES",
        ("id", "name", "manager", "manager_email", "client_visible", "active"),
    ),
    STATUS,
    Managed("extension", "status extensions", _LISTS, "EXTENSIONS", ("id", "code", "label", "active")),
    Managed("type", "types of tickets", _LISTS, "TYPES", ("id", "label", "active")),
    Managed("product", "products and services that tickets are about", _LISTS, "PRODUCTS", ("id", "name", "active")),
    Managed(
        "charge-item",
        "presets for charges",
        _LISTS,
        "CHARGE_ITEMS",
        ("id", "kind", "label", "rate", "currency", "active"),
    ),
    Managed(
        "account",
        "companies that the desk serves",
        _CUSTOMERS,
        "ACCOUNTS",
        ("id", "name", "domain", "manager", "main_contact", "phone", "active"),
    ),
    CONTACT,
    Managed(
        "asset",
        "devices and services of accounts",
        _CUSTOMERS,
        "ASSETS",
        ("id", "account", "name", "kind", "serial", "active"),
        within="account",
    ),
    Managed(
        "contract",
        "service contracts of accounts",
        _CUSTOMERS,
        "CONTRACTS",
        ("id", "account", "name", "kind", "starts_at", "ends_at", "active"),
        spoken={"starts": "starts_at", "ends": "ends_at"},
        within="account",
    ),
    Managed(
        "mailbox",
        "mailboxes that the Email Connector fetches",
        "services.mailboxes",
        "MAILBOXES",
        ("id", "name", "host", "username", "folder", "category", "after", "active"),
    ),
    Managed("canned-text", "texts for answers", "services.canned_texts", "CANNED_TEXTS", ("id", "name", "active")),
)


def add_list_commands(commands: Subparsers, managed: Managed) -> None:
    """Add the commands of one register, and those that only it has."""
    add_list_command(commands, managed)
    if managed.can_add:
        add = commands.add_parser("add", help="add one")
        add_field_options(add, managed.register().fields, managed.spoken)
        add.set_defaults(run=partial(_add, managed))
    change = commands.add_parser("set", help="change fields of one")
    add_assignments(change, managed, managed.register().fields)
    change.set_defaults(run=partial(_set, managed))
    if managed is STATUS:
        rename = commands.add_parser("rename", help="give a status another label; its rules stay")
        rename.add_argument("which", metavar="STATUS", help="code, label or role")
        rename.add_argument("label", metavar="LABEL")
        rename.set_defaults(run=_rename_status)
    if managed is CONTACT:
        from tui.cli.admin_people import add_contact_login

        add_contact_login(commands)


def add_list_command(commands: Subparsers, managed: Managed) -> None:
    """Add `list`, with `--json`."""
    parser = commands.add_parser("list", help="show them")
    if "active" in managed.columns:
        parser.add_argument("--all", action="store_true", help="also those that are not active")
    if managed.within:
        parser.add_argument(f"--{managed.within}", dest="within", metavar="NAME", help=f"of one {managed.within}")
    parser.add_argument("--json", action="store_true", help="print JSON Lines")
    parser.set_defaults(run=partial(_list, managed))


def add_field_options(parser: Any, fields: Mapping[str, Any], spoken: Mapping[str, str]) -> None:
    """Add an option for every field of a new row."""
    for typed, name in spoken_fields(fields, spoken).items():
        option = f"--{typed.replace('_', '-')}"
        needed, hint = fields[name].required, _HINTS.get(name)
        parser.add_argument(option, dest=f"field_{name}", metavar="VALUE", required=needed, help=hint)


def add_assignments(parser: Any, managed: Managed, fields: Iterable[str]) -> None:
    """Add which row is meant and the fields to change."""
    known = ", ".join(spoken_fields(fields, managed.spoken))
    parser.add_argument("which", metavar=managed.name.upper(), help="name or #ID")
    if managed.within:
        parser.add_argument(f"--{managed.within}", dest="within", metavar="NAME", help=f"look in this {managed.within}")
    parser.add_argument("assignments", metavar="FIELD=VALUE", nargs="+", help=f"fields: {known}")


def given_fields(arguments: Namespace) -> dict[str, str]:
    """Return the fields of a new row that were given as options."""
    return {
        name.removeprefix("field_"): value
        for name, value in vars(arguments).items()
        if name.startswith("field_") and value is not None
    }


def assigned_fields(
    arguments: Namespace, known: Iterable[str], spoken: Mapping[str, str] = MappingProxyType({})
) -> dict[str, Any]:
    """Return a FIELD=VALUE list under the names that the services know; refuses any but the `known` ones."""
    from services.errors import UsageError

    fields = spoken_fields(known, spoken)
    values: dict[str, Any] = {}
    for text in arguments.assignments:
        name, equals, value = text.partition("=")
        if not equals:
            raise UsageError(f"“{text}” is not FIELD=VALUE; write it like {next(iter(fields))}=….")
        name = name.strip().casefold().replace("-", "_")
        if name not in fields:
            raise UsageError(f"“{name}” is no field that can be set here; there are {', '.join(fields)}.")
        values[fields[name]] = value
    return values


def spoken_fields(known: Iterable[str], spoken: Mapping[str, str]) -> dict[str, str]:
    """Return the fields by the names that people type."""
    typed = {own: name for name, own in spoken.items()}
    return {typed.get(name, name): name for name in known}


def tell(what: str, saved: Saved) -> int:
    """Say what was done, and what deserves a second look on standard error."""
    output.say(what)
    for warning in saved.warnings:
        output.warn(f"Note: {warning}")
    return 0


def print_rows(rows: Iterable[Any], columns: tuple[str, ...], as_json: bool) -> int:
    """Print records as JSON Lines with every field, or as a table of the chosen columns."""
    if as_json:
        output.json_lines(_json_object(row._asdict()) for row in rows)
        return 0
    headings = [column.removesuffix("_at").replace("_", " ").upper() for column in columns]
    output.table([[_cell(column, getattr(row, column)) for column in columns] for row in rows], headings)
    return 0


def find_within(managed: Managed, arguments: Namespace) -> dict[str, int]:
    """Return the narrowing that was asked for, as the register takes it."""
    if not managed.within or arguments.within is None:
        return {}
    from services.accounts import ACCOUNTS

    return {f"{managed.within}_id": ACCOUNTS.find(arguments.within)}


def _list(managed: Managed, arguments: Namespace) -> int:
    with acting(arguments.settings) as session:
        rows = managed.register().all(session, **find_within(managed, arguments))
        if "active" in managed.columns and not arguments.all:
            rows = [row for row in rows if row.active]
        return print_rows(rows, managed.columns, arguments.json)


def _add(managed: Managed, arguments: Namespace) -> int:
    with acting(arguments.settings) as session:
        register = managed.register()
        saved = register.add(session, **given_fields(arguments))
        return tell(f"Added {_named(register, session, saved)}.", saved)


def _set(managed: Managed, arguments: Namespace) -> int:
    with acting(arguments.settings) as session:
        register = managed.register()
        key = register.find(arguments.which, **find_within(managed, arguments))
        saved = register.change(session, key, **assigned_fields(arguments, register.fields, managed.spoken))
        return tell(f"Changed {_named(register, session, saved)}.", saved)


def _rename_status(arguments: Namespace) -> int:
    with acting(arguments.settings) as session:
        register = STATUS.register()
        before = register.title(register.get(session, register.find(arguments.which)))
        saved = register.change(session, register.find(arguments.which), label=arguments.label)
        return tell(f"{before} is now called {register.title(register.get(session, saved.id))}.", saved)


def _named(register: Register[Any], session: Session, saved: Saved) -> str:
    return f"{register.noun} {register.title(register.get(session, saved.id))} (#{saved.id})"


def _json_object(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: iso(value) if name.endswith("_at") else value for name, value in fields.items()}


_CELLS: dict[str, Callable[[Any], str]] = {"rate": lambda rate: f"{rate / 100:.2f}"}


def _cell(column: str, value: Any) -> str | None:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if column.endswith("_at"):
        return (iso(value) or "")[:10]
    if column in _CELLS:
        return _CELLS[column](value)
    return None if value is None else str(value)
