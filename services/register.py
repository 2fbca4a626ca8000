"""Lists that administrators keep: one way to read, find, add and change a row, whatever the list is of."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Generic, NamedTuple, TypeVar, get_type_hints

from models import Table
from models.binding import engine_of
from models.driver import IntegrityError
from services import catalogue, journal
from services.checks import Check
from services.errors import Conflict, Invalid, NotFound
from services.session import Session
from services.sql import fetch
from services.text import header

Row = TypeVar("Row", bound=tuple[Any, ...])
_FEW = 12


class Saved(NamedTuple):
    """A row after it was written; the warnings are sentences about what deserves a second look."""

    id: int
    version: int
    warnings: tuple[str, ...] = ()


class Field(NamedTuple):
    """A field: its check, whether it must say something, and whether it stays as it was first given."""

    check: Check
    required: bool = False
    fixed: bool = False


class Register(Generic[Row]):
    """A table whose rows administrators add and change; nothing is deleted, `active` says what is in use.

    `row` is the NamedTuple that readers get: the key first, then columns of the table, here called `r`, or
    what `columns` says instead with the help of `joins`. `called_by` are the fields by which people name a
    row, the first of them in sentences; `unique` ones never repeat, capitals aside.
    """

    def __init__(
        self,
        noun: str,
        table: type[Table],
        row: Callable[..., Row],
        fields: Mapping[str, Field],
        *,
        called_by: tuple[str, ...] = ("name",),
        unique: tuple[str, ...] = (),
        columns: Mapping[str, str] | None = None,
        joins: str = "",
        order: str = "",
    ) -> None:
        self.noun = noun
        self.table = table
        self.fields = fields
        self.entity: str = table._meta.table_name
        self._row = row
        self._called_by = called_by
        self._unique = unique
        self._columns = columns or {}
        self._joins = joins
        self._order = order or f"r.{called_by[0]}"
        self._key: Any = table._meta.primary_key

    def all(self, session: Session, **match: Any) -> list[Row]:
        """Return the rows whose columns equal `match`, in their usual order; employees only."""
        session.require_employee()
        where = " AND ".join(f"{self._expression(name)} = ?" for name in match)
        return self._read(f"WHERE {where}" if where else "", *(_plain(value) for value in match.values()))

    def get(self, session: Session, key: int) -> Row:
        """Return one row by its key; employees only."""
        session.require_employee()
        rows = self._read(f"WHERE r.{self._key.column_name} = ?", key)
        if not rows:
            raise NotFound(f"There is no {self.noun} #{key}; look it up in the list.")
        return rows[0]

    def find(self, text: str, **within: int) -> int:
        """Return the key of the row that a person named: `#12`, a name, or the only one that begins so.

        `within` narrows the search to rows with these columns, such as the contacts of one account.
        """
        typed = header(text, 300).casefold()
        rows = self._named(within)
        if typed.startswith("#") and typed[1:].isdecimal() and int(typed[1:]) in {key for key, _ in rows}:
            return int(typed[1:])
        exact = [key for key, names in rows if typed and typed in names]
        begun = [key for key, names in rows if typed and any(each.startswith(typed) for each in names)]
        found = exact or begun
        if len(found) == 1:
            return found[0]
        if found:
            keys = ", ".join(f"#{key}" for key in found[:_FEW])
            raise Invalid(f"“{header(text, 80)}” fits more than one {self.noun}; give its number: {keys}.")
        raise NotFound(f"No {self.noun} is called “{header(text, 80)}”{self._advice(within)}")

    def title(self, row: Row) -> str:
        """Return what people call a row in a sentence."""
        return str(getattr(row, self._called_by[0]))

    def add(self, session: Session, **values: Any) -> Saved:
        """Add a row; values may be typed text or the stored form. Needs the privilege `administer`."""
        session.require("administer")
        with journal.operation(session, f"add-{self.noun.replace(' ', '-')}") as op:
            saved = self.create(op, values)
        catalogue.forget()
        return saved

    def change(self, session: Session, key: int, *, read: Row | None = None, **values: Any) -> Saved:
        """Change fields of a row. Needs the privilege `administer`.

        `read` is the row as the person saw it: a field that somebody else changed since raises Conflict,
        changes to other fields merge without a word.
        """
        session.require("administer")
        with journal.operation(session, f"change-{self.noun.replace(' ', '-')}") as op:
            saved = self.apply(op, key, values, read=read)
        catalogue.forget()
        return saved

    def create(self, op: journal.Recorder, values: Mapping[str, Any], **links: int) -> Saved:
        """Add a row inside an operation that is already open; `links` are keys that nobody types."""
        checked = self.check(values)
        for name, field in self.fields.items():
            if field.required and checked.get(name) in (None, ""):
                raise Invalid(f"A new {self.noun} needs {_a(name.replace('_', ' '))}; give one.", name)
        warnings = self.rules(None, checked, checked)
        self._refuse_double(None, checked)
        checked.update(links)
        if "created_at" in self.table._meta.fields:
            checked["created_at"] = op.at
        try:
            key = int(self.table.insert(**checked).execute())
        except IntegrityError:
            raise self._double(checked) from None
        op.created(self.entity, key, checked)
        self.created(op, key)
        return Saved(key, 1, tuple(warnings))

    def apply(self, op: journal.Recorder, key: int, values: Mapping[str, Any], *, read: Row | None = None) -> Saved:
        """Change a row inside an operation that is already open."""
        checked = self.check(values)
        now = self._locked(key)
        if read is not None:
            self._refuse_conflicts(now, read, checked)
        wanted = {name: value for name, value in checked.items() if value != now[name]}
        for name in wanted:
            if self.fields[name].required and wanted[name] in (None, ""):
                raise Invalid(f"The {self.noun} needs its {name.replace('_', ' ')}; it can't be empty.", name)
            if self.fields[name].fixed:
                raise Invalid(
                    f"The {name.replace('_', ' ')} of this {self.noun} stays, because rules hang on it;"
                    f" add another {self.noun} and set this one to active=no.",
                    name,
                )
        warnings = self.rules(key, now | wanted, wanted)
        if not wanted:
            return Saved(key, int(now["version"]), tuple(warnings))
        self._refuse_double(key, wanted)
        version = int(now["version"]) + 1
        try:
            self.table.update(version=version, **wanted).where(self._key == key).execute()
        except IntegrityError:
            raise self._double(wanted) from None
        for name, value in wanted.items():
            op.change(self.entity, key, name, now[name], value)
        return Saved(key, version, tuple(warnings))

    def check(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return the values as they are stored; refuses unknown fields and unfit values."""
        unknown = [name for name in values if name not in self.fields]
        if unknown:
            wrong, known = header(unknown[0], 40), ", ".join(self.fields)
            raise Invalid(f"The {self.noun} has no field “{wrong}” that can be set; it has {known}.", unknown[0])
        return {name: self.fields[name].check(value, name) for name, value in values.items()}

    def rules(self, key: int | None, row: Mapping[str, Any], wanted: Mapping[str, Any]) -> list[str]:
        """Refuse what the fields of a row may not be together; returns warnings. For subclasses."""
        return []

    def created(self, op: journal.Recorder, key: int) -> None:
        """Add what belongs to a new row in other tables. For subclasses."""

    def _read(self, where: str, *params: Any) -> list[Row]:
        names = tuple(get_type_hints(self._row))
        flags = [place for place, hint in enumerate(get_type_hints(self._row).values()) if hint is bool]
        columns = ", ".join(self._expression(name) for name in names)
        sql = f'SELECT {columns} FROM "{self.entity}" r {self._joins} {where} ORDER BY {self._order}'
        rows = []
        for values in map(list, fetch(sql, *params)):
            for place in flags:
                values[place] = bool(values[place])
            rows.append(self._row(*values))
        return rows

    def _expression(self, name: str) -> str:
        return self._columns.get(name, name if name.startswith("r.") else f"r.{name}")

    def _named(self, within: Mapping[str, int]) -> list[tuple[int, list[str]]]:
        """Every key with the names that people use for it; compared here because SQLite folds only ASCII."""
        rows = self._select(f"r.{self._key.column_name}", *self._called_by, within=within)
        return [(key, [str(name).casefold() for name in names if name not in (None, "")]) for key, *names in rows]

    def _advice(self, within: Mapping[str, int]) -> str:
        rows = self._select(self._called_by[0], within=within, limit=_FEW + 1)
        known = [header(str(name), 80) for (name,) in rows]
        if not known:
            return "; there is none yet."
        return f"; choose one of {', '.join(known)}." if len(known) <= _FEW else "; check the spelling."

    def _select(self, *names: str, within: Mapping[str, int], limit: int | None = None) -> list[tuple[Any, ...]]:
        columns = ", ".join(map(self._expression, names))
        where = " AND ".join(f"{self._expression(name)} = ?" for name in within)
        sql = f'SELECT {columns} FROM "{self.entity}" r {self._joins} {f"WHERE {where}" if where else ""}'
        ending = "" if limit is None else f" LIMIT {int(limit)}"
        return fetch(f"{sql} ORDER BY {self._order}{ending}", *within.values())

    def _locked(self, key: int) -> dict[str, Any]:
        """The row as it is now, which nobody else can change until the transaction ends."""
        query = self.table.select().where(self._key == key)
        if engine_of() == "postgresql":
            # Keys never change, and operations refer to the rows of users all the time: they need not wait.
            query = query.for_update("FOR NO KEY UPDATE")  # type: ignore[arg-type]  # the stubs know no kinds of locks
        found: dict[str, Any] | None = query.dicts().first()
        if found is None:
            raise NotFound(f"There is no {self.noun} #{key}; look it up in the list.")
        return found

    def _refuse_conflicts(self, now: Mapping[str, Any], read: Row, wanted: Mapping[str, Any]) -> None:
        seen: dict[str, Any] = read._asdict()  # type: ignore[attr-defined]
        clashes = {}
        for name, value in wanted.items():
            before = seen.get(f"{name}_id", seen.get(name))
            if now[name] not in (before, value):
                clashes[name] = (before, now[name], value)
        if clashes:
            fields = " and ".join(name.replace("_", " ") for name in clashes)
            raise Conflict(f"Somebody else changed {fields} meanwhile; look at both values and choose.", clashes)

    def _refuse_double(self, key: int | None, values: Mapping[str, Any]) -> None:
        for name in self._unique:
            if values.get(name) in (None, ""):
                continue
            column = self.table._meta.fields[name].column_name
            rows: Iterable[tuple[Any, ...]] = fetch(
                f'SELECT {self._key.column_name}, {column} FROM "{self.entity}" WHERE {column} IS NOT NULL'
            )
            wanted = str(values[name]).casefold()
            if any(other != key and str(value).casefold() == wanted for other, value in rows):
                raise self._double({name: values[name]})

    def _double(self, values: Mapping[str, Any]) -> Invalid:
        name = next((name for name in self._unique if name in values), self._called_by[0])
        return Invalid(
            f"There is already {_a(self.noun)} with the {name.replace('_', ' ')} “{values.get(name, '')}”;"
            " change that one or choose another.",
            name,
        )


def reference(register: Callable[[], Register[Any]]) -> Check:
    """Return a check for the key of a row in another register, which people name as they do there."""

    def check(value: Any, field: str) -> int | None:
        if value is None or (isinstance(value, str) and value.strip().casefold() in ("", "none")):
            return None
        return register().find(f"#{value}" if isinstance(value, int) else str(value))

    return check


def _a(noun: str) -> str:
    return f"{'an' if noun[0] in 'aeio' else 'a'} {noun}"


def _plain(value: Any) -> Any:
    return int(value) if isinstance(value, bool) else value
