"""What became of a mail that left the desk, as its entry in the History says it."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import NamedTuple

from services.outbox import FAILED, HELD, SENDING, SENT, UNKNOWN, WAITING, WITHDRAWN
from services.outbox_rows import DeliveryRow
from widgets.dates import SECOND, ShortDates

_LATE = 60 * SECOND
_TROUBLE = frozenset({UNKNOWN, FAILED, HELD})
_BY_ITSELF = {
    "distribution": "passed on: ",
    "response": "automatic answer: ",
    "notification": "told: ",
    "copy": "told: ",
}


class Told(NamedTuple):
    """What a head says of all recipients together, in its tone, and what the text says of each."""

    head: str
    tone: str
    lines: tuple[str, ...]


def told(rows: Sequence[DeliveryRow], dates: ShortDates) -> Told:
    """Return what became of a mail; its head says nothing of what was only passed on, unless something went wrong."""
    if not rows:
        return Told("", "", ())
    states: dict[str, list[DeliveryRow]] = {}
    for row in rows:
        states.setdefault(_BY_ITSELF.get(row.kind, "") + _state(row, dates), []).append(row)
    lines = tuple(f"{state}: {', '.join(row.address for row in some)}" for state, some in states.items())
    wrong = [row for row in rows if row.state in _TROUBLE or row.bounce]
    if wrong:
        first = _short(wrong[0])
        return Told(f"{len(wrong)} of {len(rows)} {first}" if len(rows) > 1 else first, "warning", _capital(lines))
    own = [row for row in rows if row.kind == "reply"]
    return Told(_together(own, dates) if own else "", "dim", _capital(lines))


def _together(rows: Sequence[DeliveryRow], dates: ShortDates) -> str:
    """Return how far a mail is whose recipients all do well."""
    open_ones = [row for row in rows if row.state in (WAITING, SENDING)]
    if open_ones:
        return _state(open_ones[0], dates)
    left = [row for row in rows if row.state == SENT]
    return _state(left[-1] if left else rows[0], dates)


def _short(row: DeliveryRow) -> str:
    if row.bounce:
        return "came back"
    return {UNKNOWN: "may have arrived", FAILED: "failed", HELD: "held back"}.get(row.state, row.state)


def _state(row: DeliveryRow, dates: ShortDates) -> str:
    """Return the state of one recipient, with the server's words where they matter."""
    if row.bounce:
        came = "came back for good" if row.bounce == "permanent" else "came back for now"
        return f"{came} {dates.short(row.bounced_at)}".rstrip() + _words(row)
    if row.state == WAITING:
        if row.tries:
            again = "once" if row.tries == 1 else f"{row.tries} times"
            return f"tried {again}, again at {_clock(row.next_at)}{_words(row)}"
        is_late = row.next_at is not None and row.next_at < dates.now() - _LATE
        return "waits to be sent" if is_late else f"goes out at {_clock(row.next_at)}"
    if row.state == SENT:
        return f"sent {dates.short(row.sent_at)}"
    if row.state == FAILED:
        return f"failed{_words(row)}"
    if row.state == UNKNOWN:
        return f"may have arrived, the server did not say{_words(row)}"
    names = {SENDING: "is being sent", HELD: "held back by the desk's rates", WITHDRAWN: "withdrawn"}
    return names.get(row.state, row.state)


def _words(row: DeliveryRow) -> str:
    return f" ({row.reply})" if row.reply else ""


def _clock(at: int | None) -> str:
    """Return a moment of these hours to the second, because an answer waits for seconds."""
    if at is None:
        return "no time"
    try:
        return time.strftime("%H:%M:%S", time.localtime(at // SECOND))
    except (OverflowError, OSError, ValueError):
        return "no time"


def _capital(lines: Sequence[str]) -> tuple[str, ...]:
    return tuple(line[:1].upper() + line[1:] for line in lines)
