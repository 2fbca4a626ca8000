"""Nothing is lost and nothing is filed twice, whoever is killed and whoever else imports at the same time."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from connector.intake import import_mails
from connector.mail.sources import iterate
from models import Document, History, Mail, MailOriginal, Ticket, database
from models.binding import connection
from services import blobs, history_kinds, originals
from tests.support.command import ROOT
from tests.support.desks import Desk
from tests.support.letters import letter, source, write_folder

THREADS, ANSWERS = 25, 3

IMPORT = """
import sys
from connector.intake import import_mails
from connector.mail.sources import iterate
from services.desk import open_desk
from services.session import desk_session

open_desk(sys.argv[1])
print("ready", flush=True)
step = lambda done, total: print("step", flush=True)
report = import_mails(desk_session("cli"), iterate(sys.argv[2]), step)
print(report.count("ticket"), report.count("reply"), report.count("quarantined"), len(report.leftovers))
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Mails of several threads with attachments, the answers lying before what they answer."""
    mails = [
        letter(
            f"Thread {thread}",
            f"Part {part}",
            key=f"{thread}.{part}",
            answers=f"{thread}.{part - 1}" if part else "",
            files=[("part.bin", f"{thread}.{part}".encode() * 50)],
        )
        for part in reversed(range(ANSWERS + 1))
        for thread in range(THREADS)
    ]
    return write_folder(tmp_path / "night", mails)


def _start(url: str, folder: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", IMPORT, url, str(folder)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
    )


def _finish(running: subprocess.Popen[str]) -> list[int]:
    said, _ = running.communicate(timeout=120)
    assert running.returncode == 0
    return [int(word) for word in said.splitlines()[-1].split()]


def _each_mail_stands_there_once() -> None:
    count = THREADS * (ANSWERS + 1)
    assert [row.state for row in MailOriginal.select()] == [originals.FILED] * count
    assert Ticket.select().count() == THREADS
    assert Mail.select().count() == Document.select().count() == count
    entries = History.select().where(History.kind == history_kinds.MAIL_IN)
    assert len({entry.subject_id for entry in entries}) == entries.count() == count
    for ticket in Ticket.select():
        own = Mail.select().where(Mail.ticket == ticket.id)
        assert {mail.message_id.partition(".")[0] for mail in own} == {f"<{ticket.subject.removeprefix('Thread ')}"}
    for document in Document.select():
        assert blobs.read(document.blob_id)


def test_killed_at_any_moment_every_mail_is_there_once(desk: Desk, folder: Path) -> None:
    # Which step is reached is certain, where in the next one death comes is chance.
    chance = random.Random(desk.url.partition(":")[0])
    for step in (0, 1, 2, 3, 4, 3):
        running = _start(desk.url, folder)
        assert running.stdout is not None
        while step >= 0 and running.stdout.readline():
            step -= 1
        timer = threading.Timer(chance.uniform(0.0, 0.05), running.send_signal, [signal.SIGKILL])
        timer.start()
        running.communicate(timeout=120)
        timer.join()
        assert running.returncode in (-signal.SIGKILL, 0)
    assert _finish(_start(desk.url, folder))[2] == 0
    _each_mail_stands_there_once()


def test_two_processes_importing_the_same_folder_share_the_work(desk: Desk, folder: Path) -> None:
    both = [_start(desk.url, folder) for _ in range(2)]
    said = [_finish(running) for running in both]
    assert [sum(column) for column in zip(*said, strict=True)][2] == 0
    _each_mail_stands_there_once()


def test_an_import_that_dies_between_keeping_and_filing_is_finished_by_the_next(desk: Desk, folder: Path) -> None:
    kept = originals.keep(desk.administrator, [originals.Arrival(one.origin, one.read()) for one in iterate(folder)])
    assert all(one.is_new for one in kept)
    report = import_mails(desk.administrator, iterate(folder))
    assert (report.count("ticket"), report.count("reply")) == (THREADS, THREADS * ANSWERS)
    assert report.leftovers == ()
    _each_mail_stands_there_once()


def test_the_same_content_can_be_kept_by_two_at_once(desk: Desk) -> None:
    content = b"The same attachment in two places"
    stored: list[str] = []

    def keep_too() -> None:
        with connection(), database.atomic():
            stored.append(blobs.store(content))

    other = threading.Thread(target=keep_too)
    with database.atomic():
        stored.append(blobs.store(content))
        other.start()
    other.join(30)
    assert stored[0] == stored[1] and blobs.read(stored[0]) == content


def test_memory_for_a_large_attachment_stays_small(desk: Desk, tmp_path: Path) -> None:
    write_folder(tmp_path, [letter(key="big", files=[("disk.img", random.Random(1).randbytes(25_000_000))])])
    # Not getrusage: its peak includes that of the process from which this one was started.
    measure = IMPORT + "print(*[line.split()[1] for line in open('/proc/self/status') if line.startswith('VmHWM')])\n"
    ran = subprocess.run(
        [sys.executable, "-c", measure, desk.url, str(tmp_path)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    kilobytes = int(ran.stdout.split()[-1])
    assert kilobytes < 250_000
    (document,) = Document.select()
    assert blobs.read(document.blob_id) == random.Random(1).randbytes(25_000_000)


def test_mails_of_one_folder_are_kept_in_groups(desk: Desk) -> None:
    import_mails(desk.administrator, [source(letter(key=str(at)), f"{at}") for at in range(120)])
    rows = database.execute_sql("SELECT count(*) FROM operation WHERE action = 'receive-mail'").fetchone()
    assert rows[0] == 3
