"""Peewee without PostgreSQL's driver until a PostgreSQL desk is opened.

Peewee imports psycopg as soon as it finds it, which takes longer than importing Peewee itself and is for nothing
when the desk is a file. Import this module before peewee.
"""

from __future__ import annotations

import sys
from typing import Any


def _import_peewee_alone() -> None:
    if "peewee" in sys.modules or "psycopg" in sys.modules:
        return
    # None in sys.modules makes an import fail, and Peewee goes on without the driver.
    modules: dict[str, Any] = sys.modules
    modules["psycopg"] = None
    try:
        import peewee  # noqa: F401
    finally:
        del modules["psycopg"]


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
