"""`deskwire mail run`: everything that brings mail in and sends it out, until it is stopped."""

from __future__ import annotations

import json
import random
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from connector import batches, parts
from connector.draining import drain
from connector.intake import file_left
from connector.mail.message import ParsedMail
from connector.mail.parse import parse
from models import ConnectorRun, Mail, MailOriginal, Ticket, database
from models.binding import close_database, connection, connection_apart, open_database
from services import clock, connector_runs, originals
from services.errors import TryAgain
from services.mailboxes import MAILBOXES
from services.session import desk_session
from tests.support.connector import Mailing, are_contents, desk_on, filed, states
from tests.support.desks import Desk
from tests.support.letters import letter
from tests.support.patience import wait_until
from tests.support.postgres_guard import Cluster


@pytest.fixture
def mailing(desk: Desk, tmp_path: Path) -> Iterator[Mailing]:
    """The mail of a new desk, in processes."""
    started = Mailing(desk.url, tmp_path / "spool")
    yield started
    started.close()


def test_a_delivery_is_a_ticket_at_once_while_a_worker_runs(desk: Desk, mailing: Mailing) -> None:
    working = mailing.run("run")
    wait_until(mailing.spool.wake)
    assert mailing.deliver(letter("Now", key="1")) == (0, "")
    filed(1)
    working.wait_for("spool: ticket as 0500-1000: <1@mail.example> from pipe:")
    (run,) = connector_runs.running()
    assert run.stopped_at is None
    assert working.stop() == 0
    assert "has stopped" in working.said[-1] and not mailing.spool.wake()
    assert connector_runs.running() == [] and ConnectorRun.get().stopped_at is not None


def test_machines_read_json(desk: Desk, mailing: Mailing) -> None:
    working = mailing.run("run", "--json")
    hostile = b"From: c@acme.example\nSubject: \x1b]0;x\x07y\nMessage-ID: <1\xc2\x9b31m\x1b[m@x>\n\nIt burns.\n"
    mailing.spool.put([hostile], "pipe", None, [])
    mailing.spool.wake()
    working.wait_for('"event": "mail"')
    assert working.stop() == 0
    events = [json.loads(line) for line in working.said]
    (mail,) = [event for event in events if event.get("event") == "mail"]
    assert (mail["part"], mail["state"], mail["number"]) == ("spool", "ticket", "0500-1000")
    assert not any(ord(character) < 32 or 127 <= ord(character) < 160 for line in working.said for character in line)


def test_two_workers_share_one_spool(desk: Desk, mailing: Mailing) -> None:
    both = [mailing.run("run"), mailing.run("run")]
    mails = [letter(f"Number {at}", key=str(at)) for at in range(60)]
    for raw in mails:
        mailing.spool.put([raw], "pipe", None, ["support@desk.example"])
        mailing.spool.wake()
    filed(60)
    are_contents(mails)
    assert mailing.spool.names() == [] and Ticket.select().count() == 60
    assert [working.stop() for working in both] == [0, 0]


def test_what_another_one_left_behind_is_filed(desk: Desk, mailing: Mailing) -> None:
    with clock.frozen(clock.now() - 2 * clock.MINUTE):
        originals.keep(desk.administrator, [originals.Arrival("lmtp", letter("Left", key="left"))])
    working = mailing.run("run")
    filed(1)
    assert working.stop() == 0


def test_one_part_that_fails_delays_no_other(desk: Desk, mailing: Mailing) -> None:
    MAILBOXES.add(desk.administrator, name="Dead", host="127.0.0.1", port=1, security="none", username="x")
    working = mailing.run("run")
    working.wait_for("fetch: Dead: ")
    mailing.spool.put([letter(key="1")], "pipe", None, [])
    mailing.spool.wake()
    filed(1)
    assert working.stop() == 0


def test_one_that_died_is_missed(mailing: Mailing) -> None:
    working = mailing.run("run")
    wait_until(connector_runs.lately)
    working.kill()
    assert connector_runs.running() != [], "until its beats are missed it counts as running"
    with clock.frozen(clock.now() + 2 * connector_runs.SILENT):
        assert [run.state for run in connector_runs.lately()] == ["silent"]


def test_it_survives_the_restart_of_its_database(server: Cluster, tmp_path: Path) -> None:
    url = desk_on(server)
    mailing = Mailing(url, tmp_path / "spool")
    try:
        working = mailing.run("run")
        mailing.deliver(letter("Before", key="1"))
        working.wait_for("from pipe:")
        server.stop()
        assert mailing.deliver(letter("Meanwhile", key="2")) == (0, "")
        working.wait_for("cannot be reached")
        server.start()
        working.wait_for("from pipe:", 2)
        assert working.stop() == 0
        open_database(url)
        with connection():
            filed(2)
        close_database()
    finally:
        mailing.close()


def test_it_works_on_when_nobody_reads_what_it_says(desk: Desk, mailing: Mailing) -> None:
    working = mailing.run("run", silent=True)
    wait_until(mailing.spool.wake)
    for key in "123":
        assert mailing.deliver(letter(key=key)) == (0, "")
        filed(int(key))
    assert working.stop() == 0


def test_a_fault_that_comes_again_and_again_is_reported_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "_PAUSES", (0.0,))
    told, reported = [], []

    def explain(error: BaseException) -> str:
        reported.append(error)
        return f"See report {len(reported)}."

    def fails() -> None:
        if len(told) < 3:
            raise ZeroDivisionError
        raise ZeroDivisionError

    working = parts.Parts(lambda part, text, **_: told.append(text), explain)
    working.start("fails", fails)
    wait_until(lambda: len(told) > 5)
    assert working.end(60)
    assert told[:5] == ["See report 1."] * 3 + ["See report 2."] * 2 and len(reported) == 2


def test_killed_at_any_moment_every_mail_is_there_once(desk: Desk, mailing: Mailing) -> None:
    chance = random.Random(desk.url.partition(":")[0])
    mails = [letter(f"Number {at}", key=str(at), files=[("a", b"a" * at)]) for at in range(120)]
    for raw in mails:
        mailing.spool.put([raw], "pipe", None, [])
    for count in (20, 60, 90):
        working = mailing.run("run")
        wait_until(lambda count=count: MailOriginal.select().count() > count)
        threading.Event().wait(chance.uniform(0, 0.05))
        working.kill()
    session = desk_session("email")
    drain(session, mailing.spool)
    with clock.frozen(clock.now() + 2 * clock.MINUTE):
        file_left(session)
    are_contents(mails)
    assert states() == {"filed": 120}
    assert Ticket.select().count() == Mail.select().count() == 120


def test_a_mail_that_always_ends_the_program_is_put_into_quarantine(desk: Desk) -> None:
    raw = letter(key="1")
    originals.keep(desk.administrator, [originals.Arrival("lmtp", raw)])
    (kept,) = originals.waiting()
    for _ in range(5):
        assert originals.try_again([kept.id], 5) == [kept.id]
    assert originals.try_again([kept.id], 5) == []
    assert states() == {"quarantined": 1} and "broken off 5 times" in originals.get(kept.id).reason


def test_a_mail_that_ends_the_program_takes_no_others_along(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    mails = [letter(text="POISON" if at == 3 else "x", key=str(at)) for at in range(6)]
    kept = originals.keep(desk.administrator, [originals.Arrival("import", raw) for raw in mails])

    def dies(raw: bytes, limit: int) -> ParsedMail:
        if b"POISON" in raw:
            raise SystemExit
        return parse(raw, limit)

    monkeypatch.setattr(batches, "parse", dies)
    with clock.frozen(clock.now() + clock.HOUR):
        for _ in range(5):
            with pytest.raises(SystemExit):
                file_left(desk.administrator)
        assert states() == {"filed": 3, "received": 3}
        file_left(desk.administrator)
    assert states() == {"filed": 5, "quarantined": 1}
    assert originals.get(kept[3].id).state == "quarantined"


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
def test_what_the_database_refuses_for_a_while_is_never_put_into_quarantine(desk: Desk) -> None:
    (kept,) = originals.keep(desk.administrator, [originals.Arrival("import", letter(key="1"))])
    with clock.frozen(clock.now() + clock.HOUR):
        database.execute_sql("SET lock_timeout = '20ms'")
        other = connection_apart()
        other.execute("BEGIN")
        other.execute("LOCK TABLE ticket IN EXCLUSIVE MODE")
        for _ in range(7):
            with pytest.raises(TryAgain):
                file_left(desk.administrator)
        other.execute("ROLLBACK")
        other.close()
        assert originals.get(kept.id).tries == 1
        file_left(desk.administrator)
    assert states() == {"filed": 1}
