"""The desk's tables; no rules live here.

They are loaded, and Peewee with them, when the first of them is asked for: much is done in plain SQL.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from models.bound import database as database

if TYPE_CHECKING:
    from models.tables import *  # noqa: F403
else:

    def __getattr__(name: str) -> Any:
        # Modules of this package are asked for here as well, before they are imported.
        if not name[:1].isupper():
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from models import tables

        globals().update((each, getattr(tables, each)) for each in tables.__all__)
        try:
            return globals()[name]
        except KeyError:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}") from None
