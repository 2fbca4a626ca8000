"""Which ticket a mail belongs to: by the mails that it answers, else by the number in its subject."""

from __future__ import annotations

from typing import NamedTuple

from connector.mail.identity import ticket_numbers
from connector.mail.message import ParsedMail
from connector.senders import Sender, may_answer
from services import mails
from services.numbers import id_of, number_of
from services.sql import first

_MOST_MERGES = 50
_MOST_NUMBERS = 20


class Match(NamedTuple):
    """Where a mail goes: `ticket_id` is None for a new ticket, `notes` are for the desk's own people."""

    ticket_id: int | None
    notes: tuple[str, ...] = ()


def find(mail: ParsedMail, sender: Sender) -> Match:
    """Return the ticket of a mail, with merged tickets followed to their target.

    Whoever holds a Message-ID of a ticket's mail was sent it, so answers are believed from anyone. A number can
    be guessed: it counts only from people of the ticket, and otherwise is only noted as a claim.
    """
    answered = _answered(mail)
    named = [number for number in ticket_numbers(mail.subject) if id_of(number) is not None][:_MOST_NUMBERS]
    valid = [number for number in named if _is_ticket(number) and may_answer(sender, id_of(number) or 0)]
    if answered is not None:
        target = merge_target(answered)
        notes = () if may_answer(sender, target) else (f"{_who(sender)} is not among the people of this ticket.",)
        return Match(target, (*notes, *_others(valid, target)))
    if valid:
        target = merge_target(id_of(valid[0]) or 0)
        return Match(target, _others(valid, target))
    return Match(None, tuple(_claim(number, sender) for number in named))


def merge_target(ticket_id: int) -> int:
    """Return the ticket that a merged one ended in, or the ticket itself."""
    for _ in range(_MOST_MERGES):
        row = first("SELECT merged_into_id FROM ticket WHERE id = ?", ticket_id)
        if row is None or row[0] is None:
            break
        ticket_id = int(row[0])
    return ticket_id


def _answered(mail: ParsedMail) -> int | None:
    """Return the ticket of the newest mail that this one answers or refers to."""
    wanted = list(dict.fromkeys((*mail.in_reply_to, *reversed(mail.references))))
    known = mails.tickets_of([one for one in wanted if one != mail.message_id])
    return next((known[one] for one in wanted if one in known), None)


def _others(valid: list[str], target: int) -> tuple[str, ...]:
    """Note the other tickets that the subject names as rightly as the one that was chosen."""
    others = [number for number in valid if merge_target(id_of(number) or 0) != target]
    return (f"The subject also names {', '.join(others)}.",) if others else ()


def _claim(number: str, sender: Sender) -> str:
    return f"The subject claims {number}, but {_who(sender)} is not among the people of such a ticket."


def _who(sender: Sender) -> str:
    return sender.address or "the sender"


def _is_ticket(number: str) -> bool:
    key = id_of(number) or 0
    return number_of(key) == number and first("SELECT 1 FROM ticket WHERE id = ?", key) is not None
