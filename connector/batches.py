"""Filing mails that are kept, several in one transaction: each exactly once, and none stops the others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from connector import filing
from connector.mail.message import ParsedMail
from connector.reading import largest, read_mail
from connector.senders import CHANNEL
from services import journal, originals
from services.errors import DeskError, TryAgain
from services.faults import translate, translated
from services.numbers import number_of
from services.session import desk_session
from services.text import header

TICKET, REPLY, DUPLICATE, PRESENT = "ticket", "reply", "duplicate", "present"
QUARANTINED, REVIEW, ASIDE = originals.QUARANTINED, originals.REVIEW, originals.ASIDE
UNREADABLE, WAITING = "unreadable", "waiting"
"""What can become of a mail: a new ticket; an entry of a ticket; the same mail over another route; the same bytes,
filed before; kept but impossible to file; kept until a person says which ticket; kept and no matter for a ticket; a
file that the system did not let us read; kept and to be filed once the database can do it."""

FILED_AT_ONCE = 25
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


def file_kept(order: Sequence[int], os_account: str) -> Iterator[dict[int, Outcome]]:
    """File mails by their ids in this order, and yield what became of them as they are committed, batch by batch.

    Raises TryAgain once everything is filed that could be; what is left is still kept.
    """
    refusal: TryAgain | None = None
    for batch in _readings(order):
        try:
            yield _file_together(batch, os_account)
            continue
        except TryAgain as error:
            refused = error
        if len(batch) > 1:
            # Several tickets in one transaction can meet another one that holds some of them; a single one cannot.
            filed, refused_one = _file_apart(batch, os_account)
            yield filed
            refusal = refused_one or refusal
        else:
            refusal = refused
    if refusal is not None:
        raise refusal


def _file_apart(batch: Sequence[_Read], os_account: str) -> tuple[dict[int, Outcome], TryAgain | None]:
    """File mails one by one; one that has to wait lets the others pass, unless they all have to."""
    filed: dict[int, Outcome] = {}
    refusal: TryAgain | None = None
    in_a_row = 0
    for one in batch:
        try:
            filed |= _file_together([one], os_account)
            in_a_row = 0
        except TryAgain as error:
            refusal = error
            in_a_row += 1
            if in_a_row >= _MOST_REFUSALS:
                break
    return filed, refusal


class _Read(NamedTuple):
    original_id: int
    mail: ParsedMail


def _readings(order: Sequence[int]) -> Iterator[list[_Read]]:
    """Read kept mails, outside of any transaction, in groups that are small enough to stand in memory."""
    group: list[_Read] = []
    size = 0
    limit = largest()
    for original_id in order:
        with translated():
            raw = originals.raw(original_id)
        size += len(raw)
        group.append(_Read(original_id, read_mail(raw, limit)))
        if len(group) >= FILED_AT_ONCE or size >= _BYTES_AT_ONCE:
            yield group
            group, size = [], 0
    if group:
        yield group


def _file_together(batch: Sequence[_Read], os_account: str) -> dict[int, Outcome]:
    with translated(), originals.turn():
        known = {one.id: one for one in originals.several([each.original_id for each in batch])}
        return {each.original_id: _file_one(known[each.original_id], each.mail, os_account) for each in batch}


def _file_one(original: originals.Original, mail: ParsedMail, os_account: str) -> Outcome:
    """File a mail unless another process was faster, or put it into quarantine."""
    if original.state != originals.RECEIVED:
        return known_outcome(original.source, original)
    try:
        with originals.attempt():
            filed = filing.file(mail, original.id, os_account)
    except Exception as error:
        reason = _reason(error)
        with journal.operation(desk_session(CHANNEL, os_account), "quarantine-mail") as op:
            originals.settle(op, original.id, originals.QUARANTINED, reason=reason, message_id=mail.message_id)
        return Outcome(original.source, QUARANTINED, None, mail.message_id, reason)
    if filed.ticket_id is None:
        return known_outcome(original.source, originals.get(original.id))
    state = TICKET if filed.is_new_ticket else REPLY
    return Outcome(original.source, state, number_of(filed.ticket_id), mail.message_id)


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
