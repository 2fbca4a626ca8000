"""Peewee without what it imports and a desk does not need, above all PostgreSQL's driver for a desk in a file.

Peewee imports psycopg as soon as it finds it, which takes longer than importing Peewee itself; and modules of the
standard library for a few seldom calls, which take half as long. Import this module before peewee.
"""

from __future__ import annotations

import os
import sys
from importlib import import_module
from types import ModuleType, SimpleNamespace
from typing import Any


class _StandIn(ModuleType):
    """A module that is imported once something of it is asked for that does not stand here."""

    def __init__(self, name: str, **known: Any) -> None:
        super().__init__(name)
        self.__dict__.update(known)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        _take_away(self)
        return getattr(import_module(self.__name__), name)


class _Logger:
    """Peewee's logger, which writes as soon as somebody else imports logging."""

    def addHandler(self, handler: object) -> None:
        """Need no handler: nothing is handed to the root's while logging is not there."""

    def isEnabledFor(self, level: int) -> bool:
        """Tell whether somebody wants to see statements."""
        logging = sys.modules.get("logging")
        return logging is not None and bool(logging.getLogger("peewee").isEnabledFor(level))

    def debug(self, message: object) -> None:
        """Write a statement."""
        sys.modules["logging"].getLogger("peewee").debug(message)


def _stand_ins() -> list[_StandIn]:
    return [
        _StandIn("calendar"),
        _StandIn("socket"),
        _StandIn("inspect", isclass=lambda found: isinstance(found, type)),
        _StandIn("logging", DEBUG=10, NullHandler=object, getLogger=lambda name: _Logger()),
        # The names of savepoints.
        _StandIn("uuid", uuid4=lambda: SimpleNamespace(hex=os.urandom(16).hex())),
    ]


def _take_away(module: _StandIn) -> None:
    if sys.modules.get(module.__name__) is module:
        del sys.modules[module.__name__]


def _import_peewee_alone() -> None:
    if "peewee" in sys.modules or "psycopg" in sys.modules:
        return
    modules: dict[str, Any] = sys.modules
    absent = [module for module in _stand_ins() if module.__name__ not in modules]
    modules.update((module.__name__, module) for module in absent)
    # None in sys.modules makes an import fail, and Peewee goes on without the driver.
    modules["psycopg"] = None
    try:
        import peewee  # noqa: F401
    finally:
        del modules["psycopg"]
        for module in absent:
            _take_away(module)


def provide_psycopg() -> None:
    """Import PostgreSQL's driver and hand it to Peewee as its own import would have done."""
    import peewee

    names: dict[str, Any] = vars(peewee)
    if names["psycopg"] is not None:
        return
    import psycopg
    from psycopg.pq import TransactionStatus
    from psycopg.types.json import Json, Jsonb

    adapter = names["Psycopg3Adapter"]
    adapter.txn_idle = TransactionStatus.IDLE
    adapter.txn_inerror = TransactionStatus.INERROR
    adapter.txn_unknown = TransactionStatus.UNKNOWN
    names.update(psycopg=psycopg, TransactionStatus=TransactionStatus, Json_pg3=Json, Jsonb_pg3=Jsonb)


_import_peewee_alone()

# Whoever needs Peewee for more than tables gets it from here, so that nobody imports it sooner.
from peewee import (  # noqa: E402
    Database,
    IntegrityError,
    OperationalError,
    PostgresqlDatabase,
    SqliteDatabase,
)

__all__ = [
    "Database",
    "IntegrityError",
    "OperationalError",
    "PostgresqlDatabase",
    "SqliteDatabase",
    "provide_psycopg",
]
