"""What every table shares: the database that is bound, and the field types of the desk."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from peewee import (
    AutoField,
    BigIntegerField,
    DatabaseProxy,
    ForeignKeyField,
    IntegerField,
    Model,
    ModelDelete,
    SmallIntegerField,
    SqliteDatabase,
    TextField,
)

from models.bound import database
from models.plain import PlainSqlite

_bound = DatabaseProxy()


def _follow(bound: Any) -> None:
    """Bind the tables to what is bound; beside a plain file to Peewee on its connection, and in its transaction."""
    if isinstance(bound, PlainSqlite):
        beside = SqliteDatabase(bound.database, autoconnect=False)
        beside._state.set_connection(bound.connection())  # type: ignore[attr-defined]
        bound = beside
    _bound.initialize(bound)


database.follow(_follow)


class Table(Model):
    """A table of the desk; text comes out as written, screens clean it before it is shown."""

    if TYPE_CHECKING:
        # Peewee adds this key by itself to tables that declare none.
        id = AutoField()

        @classmethod
        def delete(cls) -> ModelDelete:
            """Return a query that deletes rows; the stubs leave its type open."""

    class Meta:
        database = _bound
        legacy_table_names = False


class Moment(BigIntegerField):
    """A moment as microseconds since the epoch, UTC, the same on every engine."""


class Flag(SmallIntegerField):
    """A yes or no as 1 or 0, so that one literal predicate serves partial indexes on both engines."""

    def __init__(self, default: int = 0, **options: Any) -> None:
        super().__init__(default=default, **options)


class Money(BigIntegerField):
    """An amount in the minor unit of its currency (cents)."""


def link(table: Any, **options: Any) -> ForeignKeyField:
    """Return a foreign key that refuses deletion, without a reverse accessor and indexed only on request."""
    options.setdefault("backref", "+")
    options.setdefault("index", False)
    options.setdefault("on_delete", "RESTRICT")
    return ForeignKeyField(table, **options)


__all__ = ["Flag", "IntegerField", "Moment", "Money", "Table", "TextField", "link"]
