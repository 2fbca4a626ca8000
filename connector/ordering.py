"""The order in which the mails of a folder are filed: by date, and never an answer before what it answers."""

from __future__ import annotations

from collections.abc import Sequence

from connector.mail import dates, identity
from connector.mail.headers import decode, split
from services.named import NamedTuple


class Head(NamedTuple):
    """What decides a mail's place: its id in the database, its Message-ID, what it answers, and when it was sent."""

    original_id: int
    message_id: str
    parents: tuple[str, ...]
    sent_at: int | None


def head_of(original_id: int, raw: bytes) -> Head:
    """Read the few header fields that order needs; a mail that cannot be read has none of them."""
    try:
        found, _ = split(raw, 0, patient=True)
        parents = identity.message_ids([*found.all("in-reply-to"), *found.all("references")])
        return Head(original_id, identity.own_id(found), parents, dates.parse(decode(found.get("date"))))
    except Exception:
        # Reading it in full will say what is wrong; here it only takes the place of a mail without a date.
        return Head(original_id, "", (), None)


def in_order(heads: Sequence[Head]) -> list[int]:
    """Return the ids of mails, parents first; clocks are wrong often enough that the date alone is no guide.

    Mails without a date come behind the others. Mails that answer each other in a circle keep their dates' order.
    """
    by_date = sorted(heads, key=lambda head: (head.sent_at is None, head.sent_at or 0, head.original_id))
    known: dict[str, Head] = {}
    for head in by_date:
        known.setdefault(head.message_id, head)
    known.pop("", None)
    order: dict[int, None] = {}
    begun: set[int] = set()
    for head in by_date:
        # A stack of our own: a thread can be longer than Python nests calls.
        pending = [head]
        while pending:
            last = pending[-1]
            begun.add(last.original_id)
            parents = (known.get(name) for name in last.parents)
            missing = next((one for one in parents if one and one.original_id not in begun), None)
            if missing is None:
                order[pending.pop().original_id] = None
            else:
                pending.append(missing)
    return list(order)
