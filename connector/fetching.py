"""Fetching mailboxes: every mail is kept here, and committed, before anything happens to it on its server."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from connector.imap_server import ImapServer, ServerFault
from services import mailboxes
from services.mailboxes import MailboxRow, Progress
from services.originals import Arrival

MAILS_AT_ONCE = 50
BYTES_AT_ONCE = 8_000_000

_MOST_MISSING = 500


Keep = Callable[[Sequence[Arrival]], object]
"""Keeps mails; when it returns, they are committed."""


def fetch_new(server: ImapServer, mailbox: MailboxRow, keep: Keep, *, careful: bool = False, again: bool = True) -> int:
    """Take in what is new in a mailbox and return how many mails; a mail that the server fails to hand out waits.

    The order is: keep, put away on the server, note. What is interrupted in between is fetched again, and recognised
    by its bytes. `careful` asks for mails one by one, which finds the one that a server stumbles over; `again` tries
    those that are missing from earlier.
    """
    progress = mailboxes.progress(mailbox.id)
    if progress.uid_validity != server.uid_validity:
        progress = Progress(server.uid_validity, 0, ())
    count = 0
    for uids in _groups(server, server.uids_after(progress.last_uid), 1 if careful else MAILS_AT_ONCE):
        try:
            mails, missing = _read(server, uids)
        except _LostAt as lost:
            # The next connection begins behind it, so that a mail on which a server stumbles holds up no other.
            _note(mailbox, progress._replace(last_uid=lost.uid, missing=(*progress.missing, lost.uid)), 0)
            raise lost.fault from lost
        _take(server, mailbox, mails, keep)
        progress = progress._replace(last_uid=uids[-1], missing=(*progress.missing, *missing))
        _note(mailbox, progress, len(mails))
        count += len(mails)
    return count + (_fetch_missing(server, mailbox, progress, keep) if again else 0)


def _fetch_missing(server: ImapServer, mailbox: MailboxRow, progress: Progress, keep: Keep) -> int:
    """Try again what the server failed to hand out earlier."""
    count = 0
    if progress.missing:
        server.sizes(progress.missing)
    for uid in progress.missing:
        try:
            mails = server.mails([uid])
        except ServerFault as fault:
            if fault.is_lost:
                raise
            continue
        if not mails and server.sizes([uid]):
            continue
        _take(server, mailbox, mails, keep)
        progress = progress._replace(missing=tuple(one for one in progress.missing if one != uid))
        _note(mailbox, progress, len(mails))
        count += len(mails)
    return count


def _take(server: ImapServer, mailbox: MailboxRow, mails: dict[int, bytes], keep: Keep) -> None:
    if not mails:
        return
    place = f"imap:{mailbox.name}/{mailbox.folder}"
    keep([Arrival(f"{place};{server.uid_validity}/{uid}", raw, mailbox_id=mailbox.id) for uid, raw in mails.items()])
    server.put_away(list(mails))


def _note(mailbox: MailboxRow, progress: Progress, fetched: int) -> None:
    if len(progress.missing) > _MOST_MISSING:
        raise ServerFault(f"{mailbox.host} fails to hand out more than {_MOST_MISSING} mails; look at them there.")
    mailboxes.note_progress(mailbox.id, progress, fetched)


class _LostAt(Exception):
    """The connection ended while this one mail was asked for."""

    def __init__(self, uid: int, fault: ServerFault) -> None:
        super().__init__(uid)
        self.uid = uid
        self.fault = fault


def _read(server: ImapServer, uids: Sequence[int]) -> tuple[dict[int, bytes], list[int]]:
    """Return mails, and the uids of those that the server fails to hand out; what is gone from it is among these."""
    try:
        found = server.mails(uids)
        # Some servers say without any fault that a mail which they cannot read has no content.
        return found, [uid for uid in uids if uid not in found]
    except ServerFault as fault:
        if fault.is_lost:
            if len(uids) == 1:
                raise _LostAt(uids[0], fault) from fault
            raise
    mails: dict[int, bytes] = {}
    for uid in uids:
        try:
            mails |= server.mails([uid])
        except ServerFault as fault:
            if fault.is_lost:
                raise
    return mails, [uid for uid in uids if uid not in mails]


def _groups(server: ImapServer, uids: Sequence[int], most: int) -> Iterator[list[int]]:
    """Yield mails in groups that are small enough to stand in memory."""
    for start in range(0, len(uids), most):
        some = uids[start : start + most]
        sizes = server.sizes(some)
        group: list[int] = []
        total = 0
        for uid in some:
            size = sizes.get(uid, 0)
            if group and total + size > BYTES_AT_ONCE:
                yield group
                group, total = [], 0
            group.append(uid)
            total += size
        yield group
