"""One mail on standard input into the spool: what a mail server's pipe starts, light as `connector.spool` is."""

from __future__ import annotations

import os

from connector.spool import Spool

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

ROUTE = "pipe"
_PIECE = 1 << 20
_NULL_SENDERS = ("", "<>", "mailer-daemon")


def spool(into: Spool, sender: str | None, recipients: Sequence[str]) -> str:
    """Keep the mail on standard input and return its name in the spool, empty if there was none.

    Raises OSError when it cannot be made safe.
    """
    if sender is not None:
        sender = "" if sender.strip().lower() in _NULL_SENDERS else sender.strip().strip("<>")
    return into.put(_standard_input(), ROUTE, sender, recipients)


def failure(error: OSError) -> str:
    """Return the sentence for a mail that could not be made safe."""
    why = (error.strerror or "the system refused").lower()
    place = f" {error.filename}" if isinstance(error.filename, str) else ""
    return f"The mail could not be kept on the disk{place} ({why}): try again once that is put right."


def _standard_input() -> Iterator[bytes]:
    while piece := os.read(0, _PIECE):
        yield piece
