"""Two desks with automatic answers that are pointed at each other: they stop, whatever is lost on the way."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from services import history
from tests.support import desks
from tests.support.company import Company
from tests.support.desk_at_work import MARKS, NUMBER, THREAD, visiting
from tests.support.desks import SUPPORT_ADDRESS
from tests.support.letters import letter
from tests.support.post import Sent, deliver, open_the_way_out, sent

OTHER = "help@other.example"
ROUNDS = 60


def stripped(raw: bytes, *patterns: re.Pattern[bytes]) -> bytes:
    """Return a mail without what the patterns match."""
    for pattern in patterns:
        raw = pattern.sub(b"", raw)
    return raw


def spread(urls: dict[str, str], first: bytes, *lost: re.Pattern[bytes]) -> int:
    """Carry mail between two desks until none is left, and return how many that were."""
    counts = dict.fromkeys(urls, 0)
    waiting: list[tuple[str, bytes, str]] = [(SUPPORT_ADDRESS, first, "someone@else.example")]
    carried = 0
    while waiting:
        address, raw, envelope_sender = waiting.pop(0)
        carried += 1
        assert carried < ROUNDS, "they go on for ever"
        with visiting(urls[address]) as desk:
            (outcome,) = deliver(desk, stripped(raw, *lost), envelope_sender=envelope_sender)
            assert outcome.state != "quarantined", outcome
            new = sent()[counts[address] :]
            counts[address] += len(new)
        waiting += [(to, mail.raw, _sender(mail, lost)) for mail in new for to in _left(mail) if to in urls]
    return carried


def _left(mail: Sent) -> list[str]:
    return [address for (_, address), state in zip(mail.to, mail.states, strict=True) if state == "waiting"]


def _sender(mail: Sent, lost: tuple[re.Pattern[bytes], ...]) -> str:
    return "lost@else.example" if lost else mail.envelope_sender


@pytest.fixture
def urls(tmp_path: Path) -> dict[str, str]:
    """Two desks that know nothing of each other."""
    found = {SUPPORT_ADDRESS: f"sqlite:///{tmp_path}/one.db", OTHER: f"sqlite:///{tmp_path}/other.db"}
    for address, url in found.items():
        desks.build_new(url)
        with visiting(url) as desk:
            open_the_way_out(desk, support_address=address, mail_rate_total="20/1h")
    return found


@pytest.mark.parametrize(
    ("lost", "most"),
    [((), 2), ((MARKS,), 3), ((MARKS, NUMBER), 3), ((MARKS, THREAD), 3), ((MARKS, THREAD, NUMBER), 21)],
    ids=["nothing", "marks", "marks and numbers", "marks and threads", "everything"],
)
def test_two_desks_that_answer_each_other_stop(
    urls: dict[str, str], lost: tuple[re.Pattern[bytes], ...], most: int
) -> None:
    first = letter("Hello", sender=f"Other desk <{OTHER}>", key="first")
    assert spread(urls, first, *lost) <= most


def test_programs_inside_and_outside_that_answer_each_other_through_the_desk_stop(company: Company) -> None:
    """The desk passes on what people wrote, or so it seems: everybody who gets a mail of the ticket is a program."""
    open_the_way_out(company.desk)
    ticket = company.open_ticket("Ann")
    deliver(company.desk, letter(f"Re: [{ticket.number}] Help", sender="cleo@cleo.example", key="first"))
    read = carried = 0
    people: set[str] = set()
    while new := sent("distribution")[read:]:
        read += len(new)
        for mail, address in [(one, address) for one in new for address in _left(one)]:
            people.add(address)
            carried += 1
            assert carried < ROUNDS, "they go on for ever"
            subject, thread = f"Re: {mail.message['Subject']}", mail.message["Message-ID"]
            key, text = f"away{carried}", f"I am away, {carried}."
            deliver(company.desk, letter(subject, text, sender=address, key=key, In_Reply_To=thread))
    assert people == {"dora@desk.example", "cleo@cleo.example"}
    assert carried == 10 * len(people), "each of them got as many as one rate allows"
    told = [one.text for one in history.entries(company.admin, ticket.id) if one.text.startswith("Held back: ")]
    assert len(told) == 1 and "because there were 10 within 10 minutes" in told[0]
