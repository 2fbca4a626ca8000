"""Senders that work at the same time or are killed: every mail leaves once, and what nobody knows at most twice."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator

import pytest

from connector import sending
from services import clock, mail_settings
from services.outbox_sending import LEASE_MINUTES
from services.session import desk_session
from services.sql import execute, fetch
from tests.support.command import ROOT
from tests.support.desks import Desk
from tests.support.outbox import queue, send_through, states
from tests.support.smtp_server import HOLD, SmtpServer

SENDER = """
import sys
from connector import sending
from models.binding import connection, open_database
from services.session import desk_session
open_database(sys.argv[1])
with connection():
    done = sending.send_due(desk_session("email"), sending.sender_name())
print(done.sent, done.handled)
"""


@pytest.fixture
def server(desk: Desk) -> Iterator[SmtpServer]:
    with SmtpServer() as running:
        send_through(desk.administrator, running.port)
        yield running
    mail_settings.forget()


def sender(url: str) -> subprocess.Popen[str]:
    """Start a program that sends what is due."""
    return subprocess.Popen(
        [sys.executable, "-c", SENDER, url],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def arrived(server: SmtpServer) -> Counter[str]:
    return Counter(address for mail in server.mails for address in mail.recipients)


def later(minutes: int) -> sending.Round:
    """Send what is due in some minutes from now."""
    with clock.frozen(clock.now() + minutes * clock.MINUTE):
        return sending.send_due(desk_session("email"), sending.sender_name())


def test_programs_that_send_at_the_same_time_share_the_work(desk: Desk, server: SmtpServer) -> None:
    wanted = {f"a{number}@x.example" for number in range(150)}
    for address in sorted(wanted):
        queue(desk.administrator, None, address)
    senders = [sender(desk.url) for _ in range(3)]
    counts = []
    for one in senders:
        out, err = one.communicate(timeout=120)
        assert one.returncode == 0, err
        counts.append(int(out.split()[0]))
    assert sum(counts) == len(wanted)
    assert arrived(server) == Counter(wanted)
    assert set(states().values()) == {"sent"}


def test_one_that_is_killed_leaves_doubt_about_one_mail_alone(desk: Desk, server: SmtpServer) -> None:
    server.after_data("250 OK", HOLD)
    for number in range(5):
        queue(desk.administrator, None, f"a{number}@x.example")
    killed = sender(desk.url)
    assert server.held.wait(60)
    killed.send_signal(signal.SIGKILL)
    killed.communicate(timeout=60)
    server.go_on()
    assert list(states().values()) == ["sent", "sending", "waiting", "waiting", "waiting"]
    assert later(0).handled == 0
    assert later(11).sent == 3
    assert list(states().values()) == ["sent", "unknown", "sent", "sent", "sent"]
    assert later(60).sent == 1 and later(600).handled == 0
    assert arrived(server) == Counter({f"a{number}@x.example": 2 if number == 1 else 1 for number in range(5)})


def test_however_often_it_is_killed_every_mail_leaves(desk: Desk, server: SmtpServer, full: bool) -> None:
    kills = 40 if full else 4
    wanted = [f"a{number}@x.example" for number in range(10 * kills)]
    for address in wanted:
        queue(desk.administrator, None, address)
    for number in range(kills):
        killed = sender(desk.url)
        # Not at a moment that a test would choose: a few mails later, wherever the program is then.
        server.wait_until(lambda number=number: len(server.mails) > 3 * number)  # type: ignore[misc]
        killed.send_signal(signal.SIGKILL)
        killed.communicate(timeout=60)
        _let_the_leases_end()
    while later(600).handled:
        _let_the_leases_end()
    assert set(states().values()) == {"sent"}
    times = arrived(server)
    assert set(times) == set(wanted) and max(times.values()) <= 2
    assert sum(times.values()) <= len(wanted) + kills
    doubtful = {row[0] for row in fetch("SELECT address FROM delivery WHERE unknowns > 0")}
    assert {address for address, count in times.items() if count > 1} <= doubtful


def _let_the_leases_end() -> None:
    """Do as if leases and the pause before what is unknown were over."""
    span = (LEASE_MINUTES + 15) * clock.MINUTE
    execute("UPDATE delivery SET next_at = next_at - ? WHERE state IN ('waiting', 'sending', 'unknown')", span)
