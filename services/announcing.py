"""Telling of an operation: other programs when it is committed, and this program which ones are its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar

from models import database
from models.binding import engine_of

CHANNEL = "deskwire"
"""What programs on PostgreSQL listen to; the payload is the operation's id, or nothing."""

_NO_OPERATION = ""

own: ContextVar[set[int] | None] = ContextVar("own", default=None)
"""Where this thread notes the operations that it writes; who watches the desk takes them out again."""


def nudge() -> None:
    """Let programs look that follow what is in no operation, as soon as what was written is committed."""
    if engine_of() == "postgresql":
        database.execute_sql("SELECT pg_notify(%s, %s)", (CHANNEL, _NO_OPERATION))


@contextmanager
def announced() -> Iterator[Callable[[Sequence[int]], None]]:
    """Give the block a function that announces operations of the transaction inside the block.

    The database passes it on when it commits. On SQLite that is seen by its own counter and nothing is sent.
    """
    noted = own.get()
    told: list[int] = []

    def announce(operation_ids: Sequence[int]) -> None:
        if noted is not None:
            # Before the commit, because whoever watches may see it at once.
            noted.update(operation_ids)
            told.extend(operation_ids)
        if operation_ids and engine_of() == "postgresql":
            each = "SELECT pg_notify(%s, one::text) FROM unnest(%s::bigint[]) AS one"
            database.execute_sql(each, (CHANNEL, list(operation_ids)))

    try:
        yield announce
    except BaseException:
        if noted is not None:
            # SQLite gives the id of what was rolled back to the next one, which may be somebody else's.
            noted.difference_update(told)
        raise
