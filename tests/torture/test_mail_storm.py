"""Thousands of mails while the connector is killed every few seconds and its database stops: each is there once."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from models import Mail, MailOriginal, Ticket
from models.binding import close_database, connection, open_database
from tests.support.connector import Mailing, are_contents, desk_on, states
from tests.support.letters import letter
from tests.support.patience import wait_until
from tests.support.postgres_guard import Cluster
from tests.torture.evidence import assert_sound

ANSWERS = 4


@pytest.fixture
def url(engine: str, request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of a new desk, on PostgreSQL on a server that can be stopped."""
    if engine == "sqlite":
        yield request.getfixturevalue("new_desk_url")
    else:
        yield desk_on(request.getfixturevalue("server"))


def _mails(count: int) -> list[bytes]:
    """Return mails of which most answer an earlier one."""
    made = []
    for at in range(count):
        thread, part = divmod(at, ANSWERS)
        answers = f"{thread}.0" if part else ""
        subject = f"{'Re: ' if part else ''}Thread {thread}"
        made.append(letter(subject, f"Part {part} of it. " * (at % 40), key=f"{thread}.{part}", answers=answers))
    return made


class _Feeder(threading.Thread):
    """Puts mails into the spool as deliveries do, and wakes whoever works."""

    def __init__(self, mailing: Mailing, mails: list[bytes]) -> None:
        super().__init__(daemon=True)
        self._mailing = mailing
        self._mails = mails

    def run(self) -> None:
        for at, raw in enumerate(self._mails):
            self._mailing.spool.put([raw], "pipe", "a@b.example", ["support@desk.example"])
            if at % 10 == 0:
                self._mailing.spool.put([raw], "pipe", "a@b.example", ["other@desk.example"])
            self._mailing.spool.wake()


def _count() -> int:
    with connection():
        return MailOriginal.select().where(MailOriginal.state == "filed").count()


@pytest.mark.timeout(3600)
def test_each_mail_of_a_storm_is_there_once(
    url: str, engine: str, full: bool, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    count = 10_000 if full else 160
    chance = random.Random(engine)
    mails = _mails(count)
    mailing = Mailing(url, tmp_path / "spool")
    feeder = _Feeder(mailing, mails)
    feeder.start()
    open_database(url)
    deaths = 0
    try:
        while _count() < count * 3 // 4 and (feeder.is_alive() or mailing.spool.names()):
            working = mailing.run("run")
            before, pause = _count(), chance.uniform(1.0, 4.0) if full else chance.uniform(0.0, 0.3)
            wait_until(lambda before=before: _count() > before or not mailing.spool.names())
            threading.Event().wait(pause)
            working.kill()
            deaths += 1
        working = mailing.run("run")
        if engine == "postgresql":
            _restart(request.getfixturevalue("server"))
        feeder.join(600)
        wait_until(lambda: not mailing.spool.names() and _settled() == count, 1800 if full else 120)
        assert working.stop() == 0
    finally:
        mailing.close()
    with connection():
        are_contents(mails)
        assert states() == {"filed": count}
        assert Ticket.select().count() == count // ANSWERS and Mail.select().count() == count
    close_database()
    assert_sound(url, [])
    print(f"\n{count} mails, {deaths} programs killed")


def _settled() -> int:
    try:
        return _count()
    except Exception:
        return -1  # the server is just coming back


def _restart(server: Cluster) -> None:
    close_database()
    server.stop()
    server.start({"synchronous_commit": "on"})
    url = f"postgresql:///postgres?host={server.directory}&user=postgres"
    open_database(url)
