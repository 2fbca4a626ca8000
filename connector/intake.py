"""Taking mail in: every mail is kept and committed first, then read, then filed exactly once.

What an interruption leaves behind is kept and waiting, and the next intake files it. A mail that cannot be
filed goes to quarantine with its reason, and the next ones proceed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from connector import filing
from connector.mail.message import ParsedMail
from connector.mail.parse import parse
from connector.mail.sources import Source
from connector.ordering import Head, head_of, in_order
from connector.senders import CHANNEL
from services import clock, journal, originals
from services.errors import DeskError, TryAgain
from services.faults import translate, translated
from services.numbers import number_of
from services.session import Session, desk_session
from services.text import header

TICKET, REPLY, DUPLICATE, PRESENT = "ticket", "reply", "duplicate", "present"
QUARANTINED, UNREADABLE = "quarantined", "unreadable"
"""What can become of a mail: a new ticket; an entry of a ticket; the same mail over another route; the same bytes,
filed before; kept but impossible to file; a file that the system did not let us read."""

KEPT_AT_ONCE = 50
FILED_AT_ONCE = 25
_BYTES_AT_ONCE = 8_000_000
_MAX_REASON = 500
_THE_REST = "the rest"
# Mails of another import that have waited so long since the last of them came were left behind. Filing them
# earlier would separate answers from what they answer, which that import may not have reached yet.
_INTERRUPTED_AFTER = clock.MINUTE

Progress = Callable[[int, int], None]
"""Is told how many mails are filed, of how many; the second is 0 while they are still being kept."""


class Outcome(NamedTuple):
    """What became of one mail; `number` is its ticket's, None where it has none."""

    origin: str
    state: str
    number: str | None = None
    message_id: str = ""
    reason: str = ""


class Report(NamedTuple):
    """The outcome of an import in the order of its mails; `leftovers` are mails that an earlier one had left."""

    mails: tuple[Outcome, ...]
    leftovers: tuple[Outcome, ...]

    def count(self, *states: str) -> int:
        """Return how many mails of this import came to one of these states."""
        return sum(outcome.state in states for outcome in self.mails)


def import_mails(session: Session, sources: Iterable[Source], progress: Progress = lambda done, total: None) -> Report:
    """Keep all mails, then file them in the order in which they were written. Needs the privilege `import_mail`.

    Mails of an earlier, interrupted intake are filed along. Importing the same mails again changes nothing.
    """
    session.require("import_mail")
    heads: dict[int, Head] = {}
    found: list[_Found] = []
    for group, faults in _groups(sources):
        found += _keep(session, group, heads)
        found += [_Found(origin, None, fault) for origin, fault in faults]
        progress(len(found), 0)
    # Only now, when all of them are kept, whoever did it: another process may be importing the same folder.
    order = in_order([heads.get(one.id) or head_of(one.id, originals.raw(one.id)) for one in _waiting(found)])
    filed: dict[int, Outcome] = {}
    for some in _readings(order):
        filed.update(_file(some, session.os_account))
        progress(len(filed), len(order))
    mails = tuple(_outcome(one, filed) for one in found)
    return Report(mails, tuple(filed.values()))


def _waiting(found: Sequence[_Found]) -> list[originals.Original]:
    """Return what is to be filed: our mails, and all others if nobody seems to be keeping their like just now."""
    waiting = originals.waiting()
    ours = {one.original_id for one in found}
    others = [one for one in waiting if one.id not in ours]
    quiet = all(one.received_at <= clock.now() - _INTERRUPTED_AFTER for one in others)
    return waiting if quiet else [one for one in waiting if one.id in ours]


class _Found(NamedTuple):
    """A mail of the import: `original_id` is None and `fault` says why if it could not be read."""

    origin: str
    original_id: int | None
    fault: str = ""


def _keep(session: Session, group: list[tuple[str, bytes]], heads: dict[int, Head]) -> list[_Found]:
    """Keep a group of mails, and note the heads of those that are new to the ones that are to be filed."""
    kept = originals.keep(session, group)
    heads |= {one.id: head_of(one.id, raw) for one, (_, raw) in zip(kept, group, strict=True) if one.is_new}
    return [_Found(origin, one.id) for one, (origin, _) in zip(kept, group, strict=True)]


def _groups(sources: Iterable[Source]) -> Iterator[tuple[list[tuple[str, bytes]], list[tuple[str, str]]]]:
    """Read mails in groups that are small enough to stand in memory; beside each group what could not be read."""
    group: list[tuple[str, bytes]] = []
    faults: list[tuple[str, str]] = []
    size = 0
    for origin, raw, fault in _read(sources):
        if fault:
            faults.append((origin, fault))
            continue
        group.append((origin, raw))
        size += len(raw)
        if len(group) >= KEPT_AT_ONCE or size >= _BYTES_AT_ONCE:
            yield group, faults
            group, faults, size = [], [], 0
    if group or faults:
        yield group, faults


def _read(sources: Iterable[Source]) -> Iterator[tuple[str, bytes, str]]:
    """Yield where each mail lies, its bytes, and why it could not be read.

    What makes the first mail impossible to find is raised; later it must not keep those before it from being filed.
    """
    begun = False
    try:
        for source in sources:
            begun = True
            try:
                raw, fault = source.read(), ""
            except DeskError as error:
                raw, fault = b"", error.sentence
            yield source.origin, raw, fault
    except DeskError as error:
        if not begun:
            raise
        yield _THE_REST, b"", error.sentence


def _readings(order: Sequence[int]) -> Iterator[list[tuple[int, ParsedMail]]]:
    """Read kept mails, outside of any transaction, in groups that are small enough to stand in memory."""
    group: list[tuple[int, ParsedMail]] = []
    size = 0
    for original_id in order:
        raw = originals.raw(original_id)
        size += len(raw)
        group.append((original_id, parse(raw)))
        if len(group) >= FILED_AT_ONCE or size >= _BYTES_AT_ONCE:
            yield group
            group, size = [], 0
    if group:
        yield group


def _file(group: Sequence[tuple[int, ParsedMail]], os_account: str) -> dict[int, Outcome]:
    """File mails, all of them in one transaction for the sake of speed; none is lost if that fails.

    A transaction with several tickets can meet another one that holds some of them; one with a single ticket cannot.
    """
    try:
        return _file_together(group, os_account)
    except TryAgain:
        if len(group) == 1:
            raise
    filed: dict[int, Outcome] = {}
    for one in group:
        filed.update(_file_together([one], os_account))
    return filed


def _file_together(group: Sequence[tuple[int, ParsedMail]], os_account: str) -> dict[int, Outcome]:
    with translated(), originals.turn():
        return {original_id: _file_one(original_id, mail, os_account) for original_id, mail in group}


def _file_one(original_id: int, mail: ParsedMail, os_account: str) -> Outcome:
    """File a mail unless another process was faster, or put it into quarantine."""
    original = originals.get(original_id)
    if original.state != originals.RECEIVED:
        return _known(original.source, original)
    try:
        with originals.attempt():
            filed = filing.file(mail, original_id, os_account)
    except Exception as error:
        reason = _reason(error)
        with journal.operation(desk_session(CHANNEL, os_account), "quarantine-mail") as op:
            originals.settle(op, original_id, originals.QUARANTINED, reason=reason, message_id=mail.message_id)
        return Outcome(original.source, QUARANTINED, None, mail.message_id, reason)
    if filed.ticket_id is None:
        return _known(original.source, originals.get(original_id))
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


def _outcome(found: _Found, filed: dict[int, Outcome]) -> Outcome:
    """Return what became of a mail, and take it out of `filed`: the same bytes a second time are only present."""
    if found.original_id is None:
        return Outcome(found.origin, UNREADABLE, reason=found.fault)
    outcome = filed.pop(found.original_id, None)
    if outcome is not None:
        return outcome._replace(origin=found.origin)
    return _known(found.origin, originals.get(found.original_id))


def _known(origin: str, original: originals.Original) -> Outcome:
    """Return the outcome for a mail about which nothing had to be done any more."""
    ticket_id = originals.ticket_of(original)
    number = number_of(ticket_id) if ticket_id is not None else None
    state = _STATES.get(original.state, PRESENT)
    return Outcome(origin, state, number, original.message_id, original.reason)


_STATES = {originals.DUPLICATE: DUPLICATE, originals.QUARANTINED: QUARANTINED}
