"""How much mail the desk sends by itself: rates that stop loops which no header gives away."""

from __future__ import annotations

import re
from typing import NamedTuple

from services import clock, mail_settings
from services.sql import fetch

_RATE = re.compile(r"([1-9][0-9]*)/([1-9][0-9]*)([mhd])", re.ASCII)
_UNITS = {"m": ("minute", clock.MINUTE), "h": ("hour", clock.HOUR), "d": ("day", clock.DAY)}
# As the partial indexes say it. What was held never left, so it counts for nothing.
_COUNTED = "automatic = 1 AND state <> 'held'"


class Rate(NamedTuple):
    """At most so many mails within `span` microseconds, which people read as `time`."""

    most: int
    span: int
    time: str


def parse(text: str) -> tuple[Rate, ...]:
    """Return the rates that a setting such as “10/10m 25/1h” has; words that are none are left out."""
    found = []
    for word in text.split():
        if match := _RATE.fullmatch(word):
            unit, length = _UNITS[match[3]]
            count = int(match[2])
            found.append(Rate(int(match[1]), count * length, f"{count} {unit}s" if count > 1 else f"one {unit}"))
    return tuple(found)


def reached_by(ticket_id: int | None, address: str, at: int) -> Rate | None:
    """Return a rate of automatic mails of a ticket to one address that is used up, None while none is."""
    rates = parse(mail_settings.current().mail_rates)
    if ticket_id is None or not rates:
        return None
    since = at - max(rate.span for rate in rates)
    most = max(rate.most for rate in rates)
    sent = fetch(
        f"SELECT created_at FROM delivery WHERE {_COUNTED} AND ticket_id = ? AND address = ? AND created_at > ?"
        f" ORDER BY created_at DESC LIMIT {most}",
        ticket_id,
        address,
        since,
    )
    return next((rate for rate in rates if len(sent) >= rate.most and sent[rate.most - 1][0] > at - rate.span), None)


def reached_in_all(at: int) -> Rate | None:
    """Return a rate of all automatic mails that is used up, None while none is."""
    for rate in parse(mail_settings.current().mail_rate_total):
        # The oldest of the newest so many: read from the index alone.
        newest = f"SELECT 1 FROM delivery WHERE {_COUNTED} AND created_at > ? ORDER BY created_at DESC"
        if fetch(f"{newest} LIMIT 1 OFFSET {rate.most - 1}", at - rate.span):
            return rate
    return None
