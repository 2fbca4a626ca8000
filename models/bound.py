"""The database that is bound at start: whatever runs statements goes through `database`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


class Bound:
    """Stands for a database that is known later, as Peewee's own proxy does, and costs no import of Peewee."""

    def __init__(self) -> None:
        self.obj: Any = None
        self._followers: list[Callable[[Any], object]] = []

    def initialize(self, obj: Any) -> None:
        """Bind a database, or none."""
        self.obj = obj
        for follow in self._followers:
            follow(obj)

    def follow(self, told: Callable[[Any], object]) -> None:
        """Have a function told which database is bound, now and whenever that changes."""
        self._followers.append(told)
        told(self.obj)

    def __getattr__(self, name: str) -> Any:
        if self.obj is None:
            raise AttributeError("No database is bound.")
        return getattr(self.obj, name)


database = Bound()
