"""Taking mail in, over every route: kept and committed first, then read, then filed exactly once.

What an interruption leaves behind is kept and waiting, and the next intake files it. A mail that cannot be
filed goes to quarantine with its reason, and the next ones proceed.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from connector.batches import (
    ASIDE,
    DUPLICATE,
    FILED_AT_ONCE,
    PRESENT,
    QUARANTINED,
    REPLY,
    REVIEW,
    TICKET,
    UNREADABLE,
    WAITING,
    Outcome,
    file_kept,
    known_outcome,
)
from connector.ordering import Head, head_of, in_order
from services import clock, originals
from services.errors import DeskError, TryAgain
from services.faults import translated
from services.named import NamedTuple
from services.originals import Arrival
from services.session import Session

if TYPE_CHECKING:
    from connector.mail.sources import Source

__all__ = [
    "ASIDE", "DUPLICATE", "PRESENT", "QUARANTINED", "REPLY", "REVIEW", "TICKET", "UNREADABLE", "WAITING",
    "Arrival", "Outcome", "Report", "file_left", "import_mails", "keep", "take_in", "take_in_all",
]  # fmt: skip

KEPT_AT_ONCE = 50
_BYTES_AT_ONCE = 8_000_000
# Bytes of an import that are not read again from the database.
_BYTES_AT_HAND = 32_000_000
_THE_REST = "the rest"
# Mails of another import that have waited so long since the last of them came were left behind. Filing them
# earlier would separate answers from what they answer, which that import may not have reached yet.
_INTERRUPTED_AFTER = clock.MINUTE
# However many come in meanwhile, nobody keeps mails so long without filing them.
_LEFT_AFTER = 30 * clock.MINUTE
_ONE_BY_ONE = ("pipe", "lmtp", "spool", "imap")
_LATE_AFTER = 10 * clock.SECOND
_AT_ONCE = 2 * clock.SECOND
# A mail that ends the program whenever it is read must not do so for ever.
_MOST_TRIES = 5

# Mails that this process kept and could not file: nobody else is about to.
_unfiled: set[int] = set()

Progress = Callable[[int, int], None]
"""Is told how many mails are filed, of how many; the second is 0 while they are still being kept."""


class Report(NamedTuple):
    """The outcome of an import in the order of its mails; `leftovers` are mails that an earlier one had left."""

    mails: tuple[Outcome, ...]
    leftovers: tuple[Outcome, ...]

    def count(self, *states: str) -> int:
        """Return how many mails of this import came to one of these states."""
        return sum(outcome.state in states for outcome in self.mails)


def take_in(
    session: Session,
    raw: bytes,
    source: str,
    *,
    mailbox_id: int | None = None,
    envelope_sender: str | None = None,
    envelope_recipients: Sequence[str] = (),
) -> Outcome:
    """Keep one mail and file it. Needs the privilege `import_mail`.

    When this returns, the mail is safe, filed or not; raises DeskError when it could not be kept.
    """
    arrival = Arrival(source, raw, envelope_sender, tuple(envelope_recipients), mailbox_id)
    return take_in_all(session, [arrival])[0]


def take_in_all(session: Session, arrivals: Sequence[Arrival]) -> list[Outcome]:
    """Do what `take_in` does with several mails in the order in which they came."""
    return file_now(session, arrivals, keep(session, arrivals))


def keep(session: Session, arrivals: Sequence[Arrival]) -> list[originals.Kept]:
    """Keep mails in one transaction; see `services.originals.keep`."""
    with translated():
        return originals.keep(session, arrivals)


def file_now(session: Session, arrivals: Sequence[Arrival], kept: Sequence[originals.Kept]) -> list[Outcome]:
    """File mails that were just kept and return what became of each; what has to wait is filed later."""
    filed: dict[int, Outcome] = {}
    at_hand = {one.id: arrival.raw for arrival, one in zip(arrivals, kept, strict=True) if one.is_new}
    try:
        earlier, order = _with_earlier(at_hand)
        with suppress(TryAgain):  # they go on waiting
            for _ in _file_again(earlier, session.os_account):
                pass
        for some in file_kept(order, session.os_account, at_hand):
            filed |= some
    except TryAgain as error:
        waiting = Outcome("", WAITING, reason=error.sentence)
        filed = dict.fromkeys(at_hand, waiting) | filed
    finally:
        _unfiled.update(one for one in at_hand if one not in filed or filed[one].state == WAITING)
    return [_taken(arrival, one, filed) for arrival, one in zip(arrivals, kept, strict=True)]


def _with_earlier(ours: Collection[int]) -> tuple[list[originals.Original], list[int]]:
    """Return mails that came before some that were just kept and were left behind, and the others that wait.

    An answer would else overtake what it answers, if the connector that had kept that one died.
    """
    if not ours:
        return [], []
    with translated():
        waiting = [one for one in originals.waiting(before=max(ours)) if one.source.startswith(_ONE_BY_ONE)]
    others = [one for one in waiting if one.id not in ours]
    # Younger ones are being filed by another thread or program at this moment.
    late = [one for one in others if one.received_at <= clock.now() - _AT_ONCE]
    return late, sorted({*ours, *(one.id for one in others if one not in late)})


def _file_again(left: Sequence[originals.Original], os_account: str) -> Iterator[dict[int, Outcome]]:
    """File mails that were left behind, in this order, and count the try of each right before it.

    What was tried before is filed by itself: it may be what ended the program, and would take others along into
    quarantine. Raises TryAgain like `file_kept`; then nothing was wrong with the mails, and the try does not count.
    """
    refusal: TryAgain | None = None
    for some in _apart(left):
        with translated():
            tried = originals.try_again(some, _MOST_TRIES)
        try:
            yield from file_kept(tried, os_account)
        except TryAgain as error:
            with translated():
                originals.forget_try(tried)
            if refusal is not None:
                break
            refusal = error
    if refusal is not None:
        raise refusal


def _apart(left: Sequence[originals.Original]) -> Iterator[list[int]]:
    group: list[int] = []
    for one in left:
        if group and (one.tries or len(group) == FILED_AT_ONCE):
            yield group
            group = []
        if one.tries:
            yield [one.id]
        else:
            group.append(one.id)
    if group:
        yield group


def _taken(arrival: Arrival, kept: originals.Kept, filed: dict[int, Outcome]) -> Outcome:
    outcome = filed.get(kept.id) if kept.is_new else None
    if outcome is not None:
        return outcome._replace(origin=arrival.source)
    with translated():
        return known_outcome(arrival.source, originals.get(kept.id))


def file_left(session: Session) -> list[Outcome]:
    """File what interrupted intakes left behind, and what waits again because a person said so."""
    session.require("import_mail")
    own = set(_unfiled)
    with translated():
        waiting = originals.waiting()
        left = own | {one.id for one in _left_behind(waiting)}
        _unfiled.difference_update(own - {one.id for one in waiting})
        found = {one.id: one for one in waiting if one.id in left}
        order = in_order([head_of(one, originals.raw(one)) for one in found])
    again = _file_again([found[one] for one in order], session.os_account)
    return [outcome for some in again for outcome in some.values()]


def import_mails(session: Session, sources: Iterable[Source], progress: Progress = lambda done, total: None) -> Report:
    """Keep all mails, then file them in the order in which they were written. Needs the privilege `import_mail`.

    Mails of an earlier, interrupted intake are filed along. Importing the same mails again changes nothing.
    """
    session.require("import_mail")
    heads: dict[int, Head] = {}
    at_hand: dict[int, bytes] = {}
    found: list[_Found] = []
    for group, faults in _groups(sources):
        found += _keep(session, group, heads, at_hand)
        found += [_Found(origin, None, fault) for origin, fault in faults]
        progress(len(found), 0)
    # Only now, when all of them are kept, whoever did it: another process may be importing the same folder.
    order = in_order([heads.get(one.id) or head_of(one.id, originals.raw(one.id)) for one in _waiting(found)])
    filed: dict[int, Outcome] = {}
    for some in file_kept(order, session.os_account, at_hand):
        filed |= some
        progress(len(filed), len(order))
    mails = tuple(_outcome(one, filed) for one in found)
    return Report(mails, tuple(filed.values()))


def _waiting(found: Sequence[_Found]) -> list[originals.Original]:
    """Return what is to be filed: our mails, and all others if nobody seems to be keeping their like just now."""
    waiting = originals.waiting()
    ours = {one.original_id for one in found}
    left = {one.id for one in _left_behind([one for one in waiting if one.id not in ours])}
    return [one for one in waiting if one.id in ours or one.id in left]


def _left_behind(waiting: Sequence[originals.Original]) -> list[originals.Original]:
    """Return the mails that nobody is about to file.

    What comes one by one is filed at once; of an import all are left if none came lately, else only the very old ones.
    """
    now = clock.now()
    quiet = all(one.received_at <= now - _INTERRUPTED_AFTER for one in waiting)
    return [
        one
        for one in waiting
        if quiet
        or one.tries
        or one.received_at <= now - (_LATE_AFTER if one.source.startswith(_ONE_BY_ONE) else _LEFT_AFTER)
    ]


class _Found(NamedTuple):
    """A mail of the import: `original_id` is None and `fault` says why if it could not be read."""

    origin: str
    original_id: int | None
    fault: str = ""


def _keep(session: Session, group: list[Arrival], heads: dict[int, Head], at_hand: dict[int, bytes]) -> list[_Found]:
    """Keep a group of mails, and note the heads of those that are new, and the first ones' bytes."""
    kept = originals.keep(session, group)
    if sum(map(len, at_hand.values())) < _BYTES_AT_HAND:
        at_hand |= {one.id: mail.raw for one, mail in zip(kept, group, strict=True) if one.is_new}
    heads |= {one.id: head_of(one.id, mail.raw) for one, mail in zip(kept, group, strict=True) if one.is_new}
    return [_Found(mail.source, one.id) for one, mail in zip(kept, group, strict=True)]


def _groups(sources: Iterable[Source]) -> Iterator[tuple[list[Arrival], list[tuple[str, str]]]]:
    """Read mails in groups that are small enough to stand in memory; beside each group what could not be read."""
    group: list[Arrival] = []
    faults: list[tuple[str, str]] = []
    size = 0
    for origin, raw, fault in _read(sources):
        if fault:
            faults.append((origin, fault))
            continue
        group.append(Arrival(origin, raw))
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


def _outcome(found: _Found, filed: dict[int, Outcome]) -> Outcome:
    """Return what became of a mail, and take it out of `filed`: the same bytes a second time are only present."""
    if found.original_id is None:
        return Outcome(found.origin, UNREADABLE, reason=found.fault)
    outcome = filed.pop(found.original_id, None)
    if outcome is not None:
        return outcome._replace(origin=found.origin)
    return known_outcome(found.origin, originals.get(found.original_id))
