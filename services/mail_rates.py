"""How much mail the desk sends by itself: rates that stop loops which no header gives away."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from services import clock, mail_settings
from services.named import NamedTuple
from services.sql import fetch

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
        if match := mail_settings.RATE.fullmatch(word):
            unit, length = _UNITS[match[3]]
            count = int(match[2])
            found.append(Rate(int(match[1]), count * length, f"{count} {unit}s" if count > 1 else f"one {unit}"))
    return tuple(found)


def reached_by(ticket_id: int | None, address: str, at: int) -> Rate | None:
    """Return a rate of automatic mails of a ticket to one address that is used up, None while none is."""
    rates = parse(mail_settings.current().mail_rates)
    if ticket_id is None or not rates:
        return None
    sent = fetch(
        f"SELECT created_at FROM delivery WHERE {_COUNTED} AND ticket_id = ? AND address = ? AND created_at > ?"
        f" ORDER BY created_at DESC LIMIT {max(rate.most for rate in rates)}",
        ticket_id,
        address,
        _since(rates, at),
    )
    return _reached(rates, [row[0] for row in sent], at)


def reached_by_answering(address: str, at: int) -> Rate | None:
    """Return a rate of answers to new tickets of one address that is used up, None while none is.

    A program that loses number and thread opens a ticket with everything that it writes, so that each has but one
    answer: all tickets count together.
    """
    rates = parse(mail_settings.current().mail_rates)
    if not rates:
        return None
    sent = fetch(
        "SELECT d.created_at FROM delivery d JOIN outgoing_mail m ON m.id = d.outgoing_id AND m.kind = 'response'"
        " WHERE d.automatic = 1 AND d.state <> 'held' AND d.address = ? AND d.created_at > ?"
        f" ORDER BY d.created_at DESC LIMIT {max(rate.most for rate in rates)}",
        address,
        _since(rates, at),
    )
    return _reached(rates, [row[0] for row in sent], at)


def reached_by_passing_on(ticket_id: int | None, addresses: Collection[str], at: int) -> dict[str, Rate]:
    """Return by address the rates that are used up of mails that the desk passed on.

    People wrote those, or so it seems: two programs that answer each other without saying what they are never tire.
    """
    rates = parse(mail_settings.current().mail_rates)
    if ticket_id is None or not rates:
        return {}
    moments: dict[str, list[int]] = {address: [] for address in addresses}
    for address, created_at in fetch(
        "SELECT d.address, d.created_at FROM outgoing_mail m JOIN delivery d ON d.outgoing_id = m.id"
        " WHERE m.ticket_id = ? AND m.kind = 'distribution' AND m.created_at > ? AND d.state <> 'held'"
        f" ORDER BY d.created_at DESC LIMIT {max(rate.most for rate in rates) * len(addresses)}",
        ticket_id,
        _since(rates, at),
    ):
        moments.setdefault(address, []).append(created_at)
    reached = {address: _reached(rates, moments[address], at) for address in addresses}
    return {address: rate for address, rate in reached.items() if rate is not None}


def _since(rates: Sequence[Rate], at: int) -> int:
    return at - max(rate.span for rate in rates)


def _reached(rates: Sequence[Rate], moments: Sequence[int], at: int) -> Rate | None:
    """Return the first rate that mails of these moments, newest first, use up."""
    return next((one for one in rates if len(moments) >= one.most and moments[one.most - 1] > at - one.span), None)


def reached_in_all(at: int) -> Rate | None:
    """Return a rate of all automatic mails that is used up, None while none is."""
    for rate in parse(mail_settings.current().mail_rate_total):
        # The oldest of the newest so many: read from the index alone.
        newest = f"SELECT 1 FROM delivery WHERE {_COUNTED} AND created_at > ? ORDER BY created_at DESC"
        if fetch(f"{newest} LIMIT 1 OFFSET {rate.most - 1}", at - rate.span):
            return rate
    return None
