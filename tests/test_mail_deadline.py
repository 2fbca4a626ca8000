"""The clock of reading: a mail that would take too long is filed with what was read, whole in its original."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable

import pytest

from connector.mail import deadline
from connector.mail.parse import read
from services import originals, tickets
from services.sql import fetch
from services.text import clean
from tests.mails import TEXT, files, mail, multipart, part
from tests.support.desks import Desk
from tests.support.letters import entries_of, letter, ticket_of
from tests.support.post import deliver
from tests.test_mail_parse_limits import FLOODS, MEGABYTE

LATE = "Reading the mail took too long and was broken off: what is missing here is in the original."
LASTING = ("message_id", "sender", "subject", "in_reply_to", "references", "date_at", "body_key", "auto_reasons")
HEAD = "From: Ada <ada@x.example>\nTo: desk@y.example\nSubject: Printer\nMessage-ID: <1@x>\nReferences: <0@x>\n"
SECONDS_BETWEEN_LOOKS = 2.0


def jumping(looks: int) -> Callable[[], float]:
    """Return a clock that stands still for some looks and is an hour later from then on."""
    seen = 0

    def clock() -> float:
        nonlocal seen
        seen += 1
        return 0.0 if seen <= looks else 3_600.0

    return clock


def _html(elements: int) -> bytes:
    return mail(HEAD + "Content-Type: text/html", b"".join(b"<p>Line %d.</p>" % n for n in range(elements)))


MAILS = {
    "a text": mail(HEAD, b"It burns."),
    "html": _html(2_000),
    "files": multipart(TEXT, *[part(f"Content-Type: a/b; name={n}.b", b"%d" % n) for n in range(6)], headers=HEAD),
    "a winmail.dat": multipart(TEXT, part("Content-Type: application/ms-tnef", files.WINMAIL), headers=HEAD),
    "many parts": multipart(*[TEXT] * 50, headers=HEAD),
    "padded base64": multipart(
        TEXT, part("Content-Type: a/b\nContent-Transfer-Encoding: base64", b"YQ==\n" * 20_000), headers=HEAD
    ),
    "a line of dashes": multipart(TEXT, part("Content-Type: a/b", b"--\n" * 5_000), headers=HEAD),
}


@pytest.mark.parametrize("name", MAILS)
def test_whenever_the_time_is_over_what_was_read_is_kept(name: str) -> None:
    raw = MAILS[name]
    whole = read(raw, clock=lambda: 0.0)
    assert LATE not in whole.warnings
    for looks in range(2, 1_000):
        cut = read(raw, clock=jumping(looks))
        if LATE not in cut.warnings:
            break
        assert cut.warnings[-1] == LATE
        assert [getattr(cut, field) for field in LASTING] == [getattr(whole, field) for field in LASTING]
        assert set(cut.attachments) <= set(whole.attachments), "half a file is worse than none"
        assert cut.text and clean(cut.text) == cut.text
    assert cut == whole and looks > 2


def test_a_text_that_was_begun_is_kept_up_to_where_it_was_read() -> None:
    whole = read(_html(2_000)).text
    texts = {read(_html(2_000), clock=jumping(looks)).text for looks in range(2, 20)}
    begun = [text for text in texts if text != whole and whole.startswith(text)]
    assert len(begun) > 5 and max(map(len, begun)) > 5_000
    unread = read(MAILS["a text"], 0.0)
    assert unread.text == "It burns.", "and where nothing was read, it begins as it came"


@pytest.mark.parametrize("name", FLOODS)
def test_a_flood_ends_soon_after_its_time_is_over(name: str) -> None:
    start, again = FLOODS[name]
    raw = start + again * (10 * MEGABYTE // len(again))
    began = time.process_time()
    read(raw, 0.0)
    assert time.process_time() - began < SECONDS_BETWEEN_LOOKS


@pytest.mark.parametrize(("got", "seconds"), [(0.0, 16), (0.25, 14), (0.5, 8), (1.0, 4)])
def test_a_machine_that_gives_it_no_time_is_not_the_mails_fault(got: float, seconds: int) -> None:
    at = 0.0
    deadline.begin(4.0, lambda: at, lambda: at * got)
    while not deadline.passed():
        at += 0.25
    assert deadline.end() and at == pytest.approx(seconds, abs=2)


def test_the_clock_of_one_mail_says_nothing_of_the_next() -> None:
    assert LATE in read(MAILS["html"], 0.0).warnings
    assert not deadline.passed()
    assert read(MAILS["html"]).warnings == ()


def test_a_mail_that_took_too_long_is_on_its_ticket_and_the_next_ones_too(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = letter("Printer", "It burns.", key="slow", files=[("a.bin", b"a")])
    monkeypatch.setattr("connector.mail.deadline.SECONDS", 0.0)
    (first,) = deliver(desk, slow)
    monkeypatch.undo()
    (second,) = deliver(desk, letter("Re: Printer", "Still.", key="next", answers="slow"))
    assert (first.state, second.state) == ("ticket", "reply") and first.number == second.number
    ticket = ticket_of(desk, first)
    assert (ticket.subject, ticket.requester_email) == ("Printer", "cleo@acme.example")
    shown = entries_of(desk, first)
    told = [entry.mail.warnings for entry in shown if entry.mail is not None]
    assert list(told[0]) == [LATE] and not told[1]
    assert "It burns." in tickets.get(desk.administrator, ticket.id).description
    ((original_id,),) = fetch("SELECT original_id FROM mail WHERE message_id = '<slow@mail.example>'")
    kept = originals.raw(original_id)
    assert hashlib.sha256(kept).digest() == hashlib.sha256(slow).digest()
    assert read(kept).attachments[0].data == b"a"
