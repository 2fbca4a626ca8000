"""Desks that are at work in their own processes, and programs that answer whatever they send: all of it ends."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from services import replies, ticket_creation
from services.catalogue_admin import CATEGORIES
from services.reply_people import Addressees
from services.ticket_creation import NewTicket
from tests.support import desks
from tests.support.command import deskwire
from tests.support.databases import Databases
from tests.support.desk_at_work import MARKS, NUMBER, THREAD, DeskAtWork, Passed, Relay, visiting, wait_for_silence
from tests.support.desks import SUPPORT_ADDRESS
from tests.support.letters import letter
from tests.support.patience import wait_until
from tests.support.smtp_server import Caught

OTHER = "help@other.example"
BOT = "bot.example"
MARKER = "marker@else.example"
HELD = "SELECT COUNT(*) FROM delivery WHERE state = 'held'"

Open = Callable[..., DeskAtWork]


@pytest.fixture
def at_work(databases: Callable[[str], Databases], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Open]:
    """Return a way to open desks on an engine, each with its connector and an address."""
    config = tmp_path / "config.toml"
    config.write_text('[mail]\nlmtp = "0"\n')
    monkeypatch.setenv("DESKWIRE_CONFIG", str(config))
    opened: list[tuple[str, DeskAtWork]] = []

    def begin(engine: str, address: str, relay: Relay, **settings: object) -> DeskAtWork:
        url = databases(engine).create("new", desks.build_new)
        place = DeskAtWork(url, tmp_path / "spool", address, relay, **settings)
        opened.append((engine, place))
        return place

    yield begin
    for engine, place in opened:
        place.close()
        databases(engine).drop(place.url)


class Robot:
    """Answers without a word about being a program, each time under another address and in a thread of its own."""

    def __init__(self) -> None:
        self.keeps_number = True
        self._written = 0

    def writes(self, relay: Relay, subject: str = "Hello") -> None:
        """Have it begin."""
        relay.hand_on(self._letter(subject))

    def __call__(self, mail: Caught) -> list[Passed]:
        """Return its answer to a mail."""
        if not mail.recipients[0].endswith(BOT):
            return []
        assert self._written < 100, "it goes on for ever"
        subject = re.search(rb"^Subject: (.*)\r\n", mail.data, re.MULTILINE)
        assert subject is not None
        return [self._letter(f"Re: {subject[1].decode()}" if self.keeps_number else "I am not at my desk")]

    def _letter(self, subject: str) -> Passed:
        self._written += 1
        at = self._written
        sender = f"r{at}@{BOT}"
        thread = f"<x{at}@{BOT}>"
        raw = letter(subject, f"Message {at}", sender=f"Robot <{sender}>", key=f"robot{at}", References=thread)
        return Passed(sender, SUPPORT_ADDRESS, raw)


def write_to(place: DeskAtWork, address: str) -> None:
    """Have a technician write to a customer, from a ticket of the desk."""
    with visiting(place.url) as desk:
        general = CATEGORIES.find("General")
        new = NewTicket("Printer offline", category_id=general, external=(("to", address, "Other desk"),))
        ticket = ticket_creation.create(desk.administrator, new)
        people = Addressees((("Other desk", address),))
        replies.send(desk.administrator, ticket.id, replies.Reply(people, "", "Did you get the toner?"))


def tickets_of(*places: DeskAtWork) -> int:
    return sum(place.value("SELECT COUNT(*) FROM ticket") for place in places)


def assert_over(relay: Relay, *places: DeskAtWork) -> None:
    """See that nothing more comes of what was: mail that arrives later is all that the desks still do."""
    passed, tickets = len(relay.passed), tickets_of(*places)
    for place in places:
        relay.hand_on(Passed(MARKER, place.address, letter("A later mail", sender=MARKER, Auto_Submitted="no")))
    assert wait_for_silence(relay, *places) == passed + len(places)
    assert tickets_of(*places) == tickets + len(places)
    assert relay.refused == []
    assert [place.stop() for place in places] == [0] * len(places)
    assert len(relay.passed) == passed + len(places)


def assert_people_see(place: DeskAtWork, sentence: str) -> None:
    """See that a desk says that it holds mail back: on a ticket, and to whoever looks at its mail."""
    with visiting(place.url) as desk:
        told = [row[0] for row in desk.database.execute_sql("SELECT text FROM history WHERE kind = 'delivery'")]
    assert any(text.startswith("Held back: ") and sentence in text for text in told), told
    ran = deskwire("--db", place.url, "mail", "status", "--json")
    assert json.loads(ran.stdout)["outbox"]["held"] >= 1, ran


def test_what_a_technician_writes_to_another_desk_is_answered_once(at_work: Open) -> None:
    with Relay() as relay:
        places = at_work("sqlite", SUPPORT_ADDRESS, relay), at_work("postgresql", OTHER, relay)
        # A mail with a number is never answered, so what loses it goes further.
        for lost, mails in ((), 1), ((NUMBER,), 2), ((MARKS, NUMBER), 2):
            relay.lost = lost
            before, tickets = len(relay.passed), tickets_of(*places)
            write_to(places[0], OTHER)
            assert wait_for_silence(relay, *places, least=before + mails) == before + mails
            assert tickets_of(*places) == tickets + 2
        assert_over(relay, *places)


def test_desks_whose_mail_loses_everything_stop_at_the_rates_that_a_desk_begins_with(at_work: Open) -> None:
    with Relay(MARKS, THREAD, NUMBER) as relay:
        places = at_work("sqlite", SUPPORT_ADDRESS, relay), at_work("postgresql", OTHER, relay)
        write_to(places[0], OTHER)
        wait_until(lambda: places[1].value(HELD) == 1)
        assert wait_for_silence(relay, *places) == 21
        assert [tickets_of(place) for place in places] == [11, 11]
        assert_people_see(places[1], f"mail to {SUPPORT_ADDRESS}, because there were 10 within 10 minutes")
        assert_over(relay, *places)


def test_a_program_that_answers_under_a_new_name_each_time_is_left_alone(at_work: Open, engine: str) -> None:
    robot = Robot()
    with Relay() as relay:
        relay.answering = robot
        place = at_work(engine, SUPPORT_ADDRESS, relay, mail_rate_total="5/1h")
        for robot.keeps_number, mails in (True, 2), (False, 5):
            before = len(relay.passed)
            robot.writes(relay)
            assert wait_for_silence(relay, place, least=before + mails) == before + mails
            assert tickets_of(place) == before + mails
        assert_people_see(place, "because the desk has sent 5 within one hour")
        assert_over(relay, place)
