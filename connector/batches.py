"""Filing mails that are kept, several in one transaction: each exactly once, and none stops the others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from connector import filing
from connector.mail.message import Address, ParsedMail
from connector.mail.parse import parse
from connector.reading import largest
from connector.senders import CHANNEL
from services import journal, mail_people, originals
from services.errors import DeskError, TryAgain
from services.faults import translate, translated
from services.named import NamedTuple
from services.numbers import number_of
from services.session import desk_session
from services.text import header

TICKET, REPLY, DUPLICATE, PRESENT = "ticket", "reply", "duplicate", "present"
QUARANTINED, REVIEW, ASIDE = originals.QUARANTINED, originals.REVIEW, originals.ASIDE
UNREADABLE, WAITING = "unreadable", "waiting"
"""What can become of a mail: a new ticket; an entry of a ticket; the same mail over another route; the same bytes,
filed before; kept but impossible to file; kept until a person says which ticket; kept and no matter for a ticket; a
file that the system did not let us read; kept and to be filed once the database can do it."""

FILED_AT_ONCE = 50
_BYTES_AT_ONCE = 8_000_000
_MAX_REASON = 500
# After so many in a row the database is away or full rather than busy with one ticket.
_MOST_REFUSALS = 2


class Outcome(NamedTuple):
    """What became of one mail; `number` is its ticket's, None where it has none."""

    origin: str
    state: str
    number: str | None = None
    message_id: str = ""
    reason: str = ""


def file_kept(
    order: Sequence[int], os_account: str, at_hand: Mapping[int, bytes] | None = None
) -> Iterator[dict[int, Outcome]]:
    """File mails by their ids in this order, and yield what became of them as they are committed, batch by batch.

    `at_hand` has the bytes of mails that were just kept. Raises TryAgain once everything is filed that could be; what
    is left is still kept.
    """
    refusal: TryAgain | None = None
    for batch in _readings(order, at_hand or {}):
        filed, refused = _file(batch, os_account)
        refusal = refused or refusal
        yield filed
    if refusal is not None:
        raise refusal


class _Read(NamedTuple):
    original_id: int
    mail: ParsedMail


def _readings(order: Sequence[int], at_hand: Mapping[int, bytes]) -> Iterator[list[_Read]]:
    """Read kept mails, outside of any transaction, in groups that are small enough to stand in memory.

    Reading the next group in a thread meanwhile was tried: on two cores that had other work too it took a tenth longer.
    """
    with translated():
        limit = largest()
    for group in _groups(order, at_hand):
        yield [_Read(original_id, parse(raw, limit)) for original_id, raw in group]


def _groups(order: Sequence[int], at_hand: Mapping[int, bytes]) -> Iterator[list[tuple[int, bytes]]]:
    """Yield mails by their ids with their bytes; a group ends with a large one."""
    for start in range(0, len(order), FILED_AT_ONCE):
        some = order[start : start + FILED_AT_ONCE]
        with translated():
            contents = originals.contents([one for one in some if one not in at_hand], _BYTES_AT_ONCE)
        group: list[tuple[int, bytes]] = []
        for original_id in some:
            raw = at_hand.get(original_id) or contents.pop(original_id, None)
            if raw is None:
                with translated():
                    raw = originals.raw(original_id)
            group.append((original_id, raw))
            if len(raw) >= _BYTES_AT_ONCE:
                yield group
                group = []
        if group:
            yield group


def _file(batch: Sequence[_Read], os_account: str) -> tuple[dict[int, Outcome], TryAgain | None]:
    """File mails in one transaction, or one by one where that fails: none is lost, and none stops the others."""
    if len(batch) > 1:
        try:
            with translated(), originals.turn(), journal.together():
                mail_people.expect([one.email for each in batch for one in _writers(each.mail)])
                return {one.id: _filed(one, mail, os_account) for one, mail in _paired(batch)}, None
        except Exception:
            # A poisonous mail, or a ticket that another transaction holds: the next try tells which one it is.
            pass
    filed: dict[int, Outcome] = {}
    refusal: TryAgain | None = None
    in_a_row = 0
    for each in batch:
        try:
            filed[each.original_id] = _file_one(each, os_account)
            in_a_row = 0
        except TryAgain as error:
            refusal = error
            in_a_row += 1
            if in_a_row >= _MOST_REFUSALS:
                break
    return filed, refusal


def _writers(mail: ParsedMail) -> list[Address]:
    return [*([mail.sender] if mail.sender else []), *mail.reply_to[:1]]


def _paired(batch: Sequence[_Read]) -> list[tuple[originals.Original, ParsedMail]]:
    known = {one.id: one for one in originals.several([each.original_id for each in batch])}
    return [(known[each.original_id], each.mail) for each in batch]


def _file_one(one: _Read, os_account: str) -> Outcome:
    """File a mail in a transaction of its own, or put it into quarantine."""
    with translated(), originals.turn():
        (original, mail), *_ = _paired([one])
        try:
            with journal.together():
                return _filed(original, mail, os_account)
        except Exception as error:
            reason = _reason(error)
        with journal.operation(desk_session(CHANNEL, os_account), "quarantine-mail") as op:
            originals.settle(op, original.id, originals.QUARANTINED, reason=reason, message_id=mail.message_id)
            _describe(original.id, mail)
        return Outcome(original.source, QUARANTINED, None, mail.message_id, reason)


def _filed(original: originals.Original, mail: ParsedMail, os_account: str) -> Outcome:
    """File a mail unless another process was faster."""
    if original.state != originals.RECEIVED:
        return known_outcome(original.source, original)
    filed = filing.file(mail, original, os_account)
    if filed.ticket_id is None:
        _describe(original.id, mail)
        return known_outcome(original.source, originals.get(original.id))
    state = TICKET if filed.is_new_ticket else REPLY
    return Outcome(original.source, state, number_of(filed.ticket_id), mail.message_id)


def _describe(original_id: int, mail: ParsedMail) -> None:
    name, address = mail.sender or ("", "")
    originals.describe(original_id, f"{name} <{address}>" if name and address else address or name, mail.subject)


def _reason(error: Exception) -> str:
    """Return why a mail cannot be filed; a fault of database or disk is raised, for it would meet every mail."""
    if isinstance(error, DeskError) and not isinstance(error, TryAgain):
        return error.sentence
    known = translate(error)
    if known is not None:
        raise known from error
    return header(f"{type(error).__name__}: {error}", _MAX_REASON)


def known_outcome(origin: str, original: originals.Original) -> Outcome:
    """Return the outcome for a mail about which nothing has to be done any more."""
    ticket_id = originals.ticket_of(original)
    number = number_of(ticket_id) if ticket_id is not None else None
    state = PRESENT if original.state == originals.FILED else original.state
    state = WAITING if original.state == originals.RECEIVED else state
    return Outcome(origin, state, number, original.message_id, original.reason)
