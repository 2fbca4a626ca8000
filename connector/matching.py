"""Which ticket a mail belongs to: by what only this desk can have written, by the mails it answers, by a number."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from connector.mail.message import ParsedMail
from connector.senders import Sender
from services import mail_identity, mail_people
from services.mails import Known, merge_target
from services.named import NamedTuple
from services.numbers import id_of, number_of
from services.originals import Original
from services.subjects import ticket_numbers

_MOST_NUMBERS = 20
_MOST_REFERENCES = 40


class Match(NamedTuple):
    """Where a mail goes: `ticket_id` is None for a new ticket, `notes` are for the desk's own people.

    `review` says why a person has to choose; the mail goes nowhere before that. `chosen` means that a person did.
    """

    ticket_id: int | None
    notes: tuple[str, ...] = ()
    review: str = ""
    chosen: bool = False


def thread_of(mail: ParsedMail) -> list[str]:
    """Return the Message-IDs that a mail answers or refers to, or that it says came back, the likeliest first."""
    newest = mail.references[:1] + mail.references[1:][-_MOST_REFERENCES:]
    returned = (mail.returned_message_id, *mail.returned_references[-_MOST_REFERENCES:])
    wanted = dict.fromkeys((*mail.in_reply_to, *reversed(newest), *returned))
    return [one for one in wanted if one and one != mail.message_id]


def find(mail: ParsedMail, sender: Sender, original: Original, known: dict[str, Known]) -> Match:
    """Return the ticket of a mail, with merged tickets followed to their target.

    Whoever holds a Message-ID or an address of a ticket was sent it, so those are believed from anyone. A number can
    be guessed: it counts only from people of the ticket, and otherwise is only noted as a claim. `known` are the mails
    that `thread_of` may name.
    """
    if original.decision is not None:
        return Match(merge_target(original.decision) if original.decision else None, chosen=True)
    target = _first_ticket(_named_by_us(mail, original, known))
    named = [number for number in ticket_numbers(mail.subject) if id_of(number) is not None][:_MOST_NUMBERS]
    believed = _believed(named, sender)
    if target is not None:
        known_to_it = mail.is_bounce or sender.standing == "own" or _belongs(sender, target)
        notes = () if known_to_it else (f"{sender.address or 'The sender'} is not among the people of this ticket.",)
        others = [number for number, own in believed.items() if own != target]
        return Match(target, (*notes, *([f"The subject also names {', '.join(others)}."] if others else [])))
    if len(set(believed.values())) > 1:
        return Match(None, review=f"The subject names {_and(list(believed))}; choose the ticket that it belongs to.")
    if believed:
        return Match(next(iter(believed.values())))
    return Match(None, tuple(_claim(number, sender) for number in named))


def _named_by_us(mail: ParsedMail, original: Original, known: dict[str, Known]) -> Iterator[int]:
    """Yield the tickets that a mail names in a way that nobody guesses, the best reason first."""
    answered = [one for one in mail.in_reply_to if one != mail.message_id]
    thread = thread_of(mail)
    own = known.get(mail.message_id)
    if own is not None and own.ours:
        yield own.ticket_id
    # Its own id is ours when it left the desk and came back.
    yield from _signed((mail.message_id, *answered), mail_identity.ticket_of)
    yield from _signed(_addresses(mail, original), mail_identity.ticket_of_address)
    yield from _signed(thread, mail_identity.ticket_of)
    yield from (known[one].ticket_id for one in thread if one in known)


def _signed(texts: Iterable[str], ticket_of: Callable[[str], int | None]) -> Iterator[int]:
    for text in texts:
        ticket_id = ticket_of(text)
        if ticket_id is not None:
            yield ticket_id


def _addresses(mail: ParsedMail, original: Original) -> Sequence[str]:
    """Return for whom a mail is, as its head and the server that brought it say."""
    people = (one.email for one in (*mail.to, *mail.cc, *mail.bcc))
    return [one for one in (*people, *mail.delivered_to, *original.envelope_recipients) if "+" in one]


def _first_ticket(found: Iterator[int]) -> int | None:
    """Return the first of the tickets that is there, or the one that it was merged into."""
    return next((target for one in found if (target := merge_target(one)) is not None), None)


def _believed(numbers: Sequence[str], sender: Sender) -> dict[str, int]:
    """Return the numbers that count from this sender, each with the ticket that it leads to."""
    ids = {key: number for number in numbers if number_of(key := id_of(number) or 0) == number}
    if not ids:
        return {}
    own = set(ids) if sender.is_employee else mail_people.tickets_of(sender.address, ids)
    targets = {number: merge_target(key) for key, number in ids.items() if key in own}
    return {number: target for number, target in targets.items() if target is not None}


def _belongs(sender: Sender, ticket_id: int) -> bool:
    return sender.is_employee or bool(mail_people.tickets_of(sender.address, [ticket_id]))


def _claim(number: str, sender: Sender) -> str:
    return f"The subject claims {number}, but {_who(sender)} is not among the people of such a ticket."


def _who(sender: Sender) -> str:
    return sender.address or "the sender"


def _and(numbers: list[str]) -> str:
    return f"{', '.join(numbers[:-1])} and {numbers[-1]}"
