"""What the tools have to know of each table, and the sum by which two copies of it are compared."""

from __future__ import annotations

import marshal
from collections.abc import Callable, Iterable
from hashlib import blake2b
from typing import Any, NamedTuple

from models import TABLES

Row = tuple[Any, ...]
Batch = list[Row]
BATCH = 2_000
"""Rows that are held in memory at a time."""

Progress = Callable[[str, int, int], None]
"""Told what is being done, how much of it is done, and how much there is."""

_MODULUS = 1 << 128
# Version 2 writes a value the same way whatever else refers to it; later ones do not.
_MARSHAL = 2


class Shape(NamedTuple):
    """A table by name, its columns in order and those of its key."""

    name: str
    columns: tuple[str, ...]
    key: tuple[str, ...]


class Total(NamedTuple):
    """How many rows a table has, and a sum over them that does not depend on their order or the engine."""

    rows: int
    checksum: str


class Tally:
    """Adds up rows as they pass; equal tallies mean equal tables, whatever order they were read in."""

    def __init__(self) -> None:
        self._rows = 0
        self._sum = 0

    def add(self, batch: Batch) -> None:
        """Count the rows of a batch in."""
        dumps, digest, number = marshal.dumps, blake2b, int.from_bytes
        for row in batch:
            self._sum += number(digest(dumps(row, _MARSHAL), digest_size=16).digest(), "big")
        self._sum %= _MODULUS
        self._rows += len(batch)

    def through(self, batches: Iterable[Batch]) -> Iterable[Batch]:
        """Pass batches on, counting them in."""
        for batch in batches:
            self.add(batch)
            yield batch

    @property
    def total(self) -> Total:
        """What was counted so far."""
        return Total(self._rows, f"{self._sum:032x}")


def silent(_what: str, _done: int, _total: int) -> None:
    """Report progress to nobody."""


def _shape(table: Any) -> Shape:
    meta = table._meta
    key = meta.primary_key
    fields = [meta.fields[name] for name in key.field_names] if meta.composite_key else [key]
    return Shape(
        meta.table_name,
        tuple(field.column_name for field in meta.sorted_fields),
        tuple(field.column_name for field in fields),
    )


SHAPES: tuple[Shape, ...] = tuple(_shape(table) for table in TABLES)
"""Every table, in an order in which they can be filled."""
