"""Fetching where a server or the desk does what nobody expects: no mail is passed over, no fault is silent."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import pytest

from connector.fetchers import fetch_once, taking_in
from models import MailOriginal
from services import mailboxes
from services.mailboxes import MAILBOXES, MailboxRow
from services.originals import Arrival
from tests.support.desks import Desk
from tests.support.imap_server import PASSWORD, USER, LoopbackImap
from tests.support.letters import letter


@pytest.fixture
def server() -> Iterator[LoopbackImap]:
    server = LoopbackImap()
    server.put(*(letter(f"Printer {at}", key=f"k{at}").replace(b"\n", b"\r\n") for at in range(3)))
    yield server
    server.close()


@pytest.fixture
def mailbox(desk: Desk, server: LoopbackImap) -> MailboxRow:
    given = {"host": "localhost", "port": server.port, "username": USER, "security": "none"}
    key = MAILBOXES.add(desk.administrator, name="Support", **given).id
    return MAILBOXES.get(desk.administrator, key)


def fetched(desk: Desk, mailbox: MailboxRow) -> int:
    """Fetch once and return how many mails came."""
    keep = taking_in(desk.administrator)
    (outcome,) = fetch_once([mailbox], "here", find_password=lambda _: PASSWORD, keep=keep)
    assert outcome.error == ""
    return outcome.fetched


def test_a_mail_without_content_is_asked_for_again(desk: Desk, server: LoopbackImap, mailbox: MailboxRow) -> None:
    has_none = re.compile(rb"BODY\[\] \{\d+\}((?!BODY\[\]).)*Printer 1.*?burns.\r\n", re.DOTALL)
    server.meddle = lambda piece: has_none.sub(b"BODY[] NIL", piece)
    assert fetched(desk, mailbox) == 2
    assert mailboxes.progress(mailbox.id).missing == (102,)
    assert fetched(desk, mailbox) == 0 and mailboxes.progress(mailbox.id).missing == (102,)
    server.meddle = lambda piece: piece
    assert fetched(desk, mailbox) == 1 and mailboxes.progress(mailbox.id).missing == ()
    assert MailOriginal.select().count() == 3


def test_a_mail_that_went_meanwhile_is_missed_by_nobody(desk: Desk, server: LoopbackImap, mailbox: MailboxRow) -> None:
    answered = re.compile(rb"\* 2 FETCH \((BODY\[\] .*?burns.\r\n|RFC822.SIZE)[^)]*\)\r\n", re.DOTALL)

    def gone(piece: bytes) -> bytes:
        # Of all three it is there when their sizes are asked for, and never again.
        return piece if b"SIZE" in piece and b"* 3 FETCH" in piece else answered.sub(b"", piece)

    server.meddle = gone
    assert fetched(desk, mailbox) == 2
    progress = mailboxes.progress(mailbox.id)
    assert (progress.last_uid, progress.missing) == (103, ())


def test_what_nobody_foresaw_is_told_and_not_passed_over(desk: Desk, mailbox: MailboxRow) -> None:
    def fails(arrivals: Sequence[Arrival]) -> None:
        raise ZeroDivisionError(len(arrivals))

    with pytest.raises(ZeroDivisionError):
        fetch_once([mailbox], "here", find_password=lambda _: PASSWORD, keep=fails)
    assert fetched(desk, mailbox) == 3
