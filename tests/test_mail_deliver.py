"""One mail from a mail server's pipe: safe before anybody is told so, and in the desk exactly once."""

from __future__ import annotations

import os
import random
import resource
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from connector import draining
from connector.bell import Bell
from connector.draining import drain
from connector.intake import Outcome
from connector.spool import Spool, folder_for
from connector.turns import Turn
from models import Mail, MailOriginal, Ticket, database
from services import originals
from services.session import Session, desk_session
from tests.support.command import ROOT
from tests.support.connector import Mailing, are_contents, desk_on, states
from tests.support.desks import Desk
from tests.support.letters import letter
from tests.support.patience import wait_until
from tests.support.postgres_guard import Cluster
from tui import config, thin

LIGHT = {
    "__future__", "connector", "connector.deliver", "connector.spool", "services", "services.places",
    "time", "tui", "tui.main", "tui.thin",
}  # fmt: skip

WHAT_IS_IMPORTED = """
import sys
before = set(sys.modules)
from tui.main import main
assert main(sys.argv[1:]) == 0
print(*sorted(set(sys.modules) - before))
"""


@pytest.fixture
def mailing(desk: Desk, tmp_path: Path) -> Iterator[Mailing]:
    """The mail of a new desk, in processes."""
    started = Mailing(desk.url, tmp_path / "spool")
    yield started
    started.close()


def test_a_mail_from_the_pipe_is_a_ticket(desk: Desk, mailing: Mailing) -> None:
    raw = b"Received: from mx\r\n" + letter(key="1").replace(b"\n", b"\r\n") + b"\r\n\x00\xff"
    assert mailing.deliver(raw, "--from", "Cleo@acme.example", "--", "support@desk.example", "-x@desk.example") == (
        0,
        "",
    )
    (kept,) = MailOriginal.select()
    assert originals.raw(kept.id) == raw
    original = originals.get(kept.id)
    assert (original.state, original.envelope_sender) == ("filed", "Cleo@acme.example")
    assert original.envelope_recipients == ("support@desk.example", "-x@desk.example")
    assert Ticket.select().count() == 1 and mailing.spool.names() == []


def test_the_null_sender_is_no_unknown_one(desk: Desk, mailing: Mailing) -> None:
    for key, words in (("1", ["--from="]), ("2", ["--from", "MAILER-DAEMON"]), ("3", [])):
        assert mailing.deliver(letter(key=key), *words)[0] == 0
    assert [row.envelope_sender for row in MailOriginal.select().order_by(MailOriginal.id)] == ["", "", None]


def test_the_same_mail_twice_is_one(desk: Desk, mailing: Mailing) -> None:
    mail = letter(key="1")
    assert mailing.deliver(mail, "a@desk.example") == mailing.deliver(mail, "b@desk.example") == (0, "")
    assert (MailOriginal.select().count(), Mail.select().count()) == (1, 1)


def test_nothing_is_imported_before_the_mail_is_safe(mailing: Mailing) -> None:
    bell = Bell(mailing.spool)
    assert imported_by_delivery(mailing) <= LIGHT
    assert bell.wait(0), "a worker is woken"
    (name,) = mailing.spool.names()
    found = mailing.spool.read(name)
    assert found is not None and (found.raw, found.sender) == (letter(), "a@b.example")
    bell.close()
    assert not mailing.spool.wake(), "nobody listens any more"


def imported_by_delivery(mailing: Mailing) -> set[str]:
    """Deliver a mail and return what that has imported."""
    command = [sys.executable, "-c", WHAT_IS_IMPORTED, "--db", mailing.url, "mail", "deliver", "--from", "a@b.example"]
    environment = {**os.environ, "DESKWIRE_SPOOL": str(Path(mailing.spool.folder).parent)}
    ran = subprocess.run(command, input=letter(), capture_output=True, cwd=ROOT, env=environment, check=True)
    return set(ran.stdout.decode().split())


def test_one_empties_the_spool_one_waits_and_the_others_go(desk: Desk, mailing: Mailing) -> None:
    mine = mailing.spool.put([letter(key="mine")], "pipe", None, [])
    first = Turn(mailing.spool)
    assert first.comes(mine), "nobody else is there"
    early = mailing.delivery()
    assert early.stdin is not None
    early.stdin.write(letter(key="early"))
    early.stdin.close()
    wait_until(lambda: len(mailing.spool.names()) == 2)
    assert not first.can_be_handed_over() and early.poll() is None, "whether there is a desk nobody knows yet"
    first.is_at_work()
    wait_until(first.can_be_handed_over)
    assert imported_by_delivery(mailing) <= {*LIGHT, "connector.turns", "fcntl"}, "this one's mail is safe"
    assert len(mailing.spool.names()) == 3 and Mail.select().count() == 0
    first.end()  # as a kill would end it, its own mail undone
    assert early.wait(120) == 0
    assert mailing.spool.names() == [] and states() == {"filed": 3}


def test_a_turn_is_handed_over_and_nothing_is_left(
    desk: Desk, mailing: Mailing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(draining, "_TURN_SECONDS", 0.0)
    monkeypatch.setattr(draining, "_AT_ONCE", 2)
    names = [mailing.spool.put([letter(key=str(at))], "pipe", None, []) for at in range(5)]
    first, second = Turn(mailing.spool), Turn(mailing.spool)
    assert first.comes(names[0])
    first.is_at_work()
    waiter = threading.Thread(target=second.comes, args=(names[4],))
    waiter.start()
    wait_until(first.can_be_handed_over)
    assert drain(desk_session("email"), mailing.spool, turn=first) == 2
    waiter.join(60)
    third = Turn(mailing.spool)
    assert not third.can_be_handed_over(), "who has its turn waits no more"
    assert drain(desk_session("email"), mailing.spool, turn=second) == 3, "with nobody behind it, it goes on"
    assert not third.comes(names[4]), "nothing is left to do"
    third.end()


def test_the_next_delivery_takes_along_what_lies_there(desk: Desk, mailing: Mailing) -> None:
    mailing.spool.put([letter("Left", key="left")], "pipe", None, ["support@desk.example"])
    (Path(mailing.spool.folder) / "new" / "by-hand.eml").write_bytes(letter("By hand", key="hand"))
    assert mailing.deliver(letter("New", key="new"))[0] == 0
    assert sorted(row.subject for row in Ticket.select()) == ["By hand", "Left", "New"]
    assert mailing.spool.names() == []


@pytest.mark.parametrize("missing", ["new", "tmp"])
def test_a_part_of_the_spool_that_somebody_removed_is_made_again(desk: Desk, mailing: Mailing, missing: str) -> None:
    mailing.spool.make()
    (Path(mailing.spool.folder) / missing).rmdir()
    assert mailing.deliver(letter(key="1")) == (0, "")
    assert states() == {"filed": 1}


def test_what_cannot_be_read_or_removed_holds_up_nothing(
    desk: Desk, mailing: Mailing, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, last = (mailing.spool.put([letter(key=key)], "pipe", None, []) for key in "12")
    # Where one account may read no file of another, root still may; nobody reads a folder as a mail.
    (Path(mailing.spool.folder) / "new" / "0").mkdir()
    monkeypatch.setattr(mailing.spool, "drop", lambda name: None)
    told: list[Outcome] = []
    assert drain(desk_session("email"), mailing.spool, told.extend) == 2
    assert [one.state for one in told] == ["unreadable", "ticket", "ticket"] and "directory" in told[0].reason
    assert mailing.spool.names() == ["0", first, last] and Mail.select().count() == 2


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_locked_database_leaves_the_mail_in_the_spool(desk: Desk, mailing: Mailing) -> None:
    with database.atomic():
        status, said = mailing.deliver(letter())
    assert status == 0 and "is safe in" in said and "locked" in said
    assert len(mailing.spool.names()) == 1 and MailOriginal.select().count() == 0
    assert drain(desk_session("email"), mailing.spool) == 1
    assert mailing.spool.names() == [] and Mail.select().count() == 1


def test_a_server_that_is_away_leaves_the_mail_in_the_spool(server: Cluster, tmp_path: Path) -> None:
    url = desk_on(server)
    mailing = Mailing(url, tmp_path)
    server.stop()
    status, said = mailing.deliver(letter(key="1"))
    assert status == 0 and "is safe in" in said
    server.start()
    assert mailing.deliver(letter(key="2")) == (0, "")
    assert mailing.spool.names() == []


def test_where_no_desk_is_the_mail_server_keeps_the_mail(tmp_path: Path) -> None:
    mailing = Mailing(f"sqlite:///{tmp_path}/none.db", tmp_path / "spool")
    status, said = mailing.deliver(letter())
    assert status == 75 and "no desk" in said
    assert mailing.spool.names() == [] and not (tmp_path / "none.db").exists()


def test_a_broken_configuration_sends_no_mail_back(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text('database = "sqlite:')
    command = [sys.executable, "-m", "tui.main", "--config", str(file), "mail", "deliver"]
    ran = subprocess.run(command, input=letter(), capture_output=True, cwd=ROOT)
    assert ran.returncode == 75 and b"not valid TOML" in ran.stderr


@pytest.mark.parametrize("words", [["--wrong"], ["--from"], ["--db"]])
def test_misuse_is_final(tmp_path: Path, words: list[str]) -> None:
    command = [sys.executable, "-m", "tui.main", "mail", "deliver", *words]
    ran = subprocess.run(command, input=letter(), capture_output=True, cwd=ROOT)
    assert ran.returncode == 2 and ran.stderr.startswith(b"deskwire: ")


def test_an_empty_mail_is_noted_and_nothing_else(desk: Desk, mailing: Mailing) -> None:
    status, said = mailing.deliver(b"")
    assert status == 0 and "empty" in said
    assert MailOriginal.select().count() == 0 and mailing.spool.names() == []


def test_a_full_disk_is_to_be_tried_again(tmp_path: Path) -> None:
    def little_room() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, 10_000))

    url = f"sqlite:///{tmp_path}/desk.db"
    command = [sys.executable, "-m", "tui.main", "--db", url, "mail", "deliver"]
    environment = {**os.environ, "DESKWIRE_SPOOL": str(tmp_path / "spool")}
    mail = letter(text="much " * 10_000)
    ran = subprocess.run(
        command, input=mail, capture_output=True, cwd=ROOT, env=environment, preexec_fn=little_room, check=False
    )
    assert ran.returncode == 75 and b"could not be kept" in ran.stderr
    assert [path for path in (tmp_path / "spool").rglob("*") if path.is_file()] == []


def test_what_keeps_deliveries_from_taking_turns_is_to_be_tried_again(desk: Desk, mailing: Mailing) -> None:
    mailing.spool.make()
    os.mkdir(mailing.spool.lock)
    status, said = mailing.deliver(letter(key="1"))
    assert status == 75 and "try again" in said and mailing.spool.lock in said
    os.rmdir(mailing.spool.lock)
    assert mailing.deliver(letter(key="1")) == (0, "")
    assert states() == {"filed": 1} and mailing.spool.names() == []


def test_a_fault_that_nobody_foresaw_sends_no_mail_back(tmp_path: Path) -> None:
    program = (
        "import sys, connector.deliver\n"
        "connector.deliver.spool = lambda *asked: 1 // 0\n"
        "from tui.main import main\n"
        "sys.exit(main(sys.argv[1:]))"
    )
    command = [sys.executable, "-c", program, "--db", f"sqlite:///{tmp_path}/desk.db", "mail", "deliver"]
    ran = subprocess.run(command, input=letter(), capture_output=True, cwd=ROOT)
    assert (ran.returncode, b"stays with the mail server: ZeroDivisionError" in ran.stderr) == (75, True), ran.stderr


def test_a_spool_is_private_and_whole(tmp_path: Path) -> None:
    spool = Spool(str(tmp_path / "a" / "b"))
    name = spool.put([b"Subject: x\n\n", b"y"], "pipe", "a@b\nto evil@x", ["c@d", "e@f\0"])
    assert {oct(path.stat().st_mode & 0o777) for path in (tmp_path / "a" / "b").rglob("*")} == {"0o700", "0o600"}
    found = spool.read(name)
    assert found is not None
    assert (found.raw, found.sender, found.recipients) == (b"Subject: x\n\ny", "a@b to evil@x", ("c@d", "e@f"))
    spool.drop(name)
    assert spool.read(name) is None and not spool.holds(name)
    assert list((tmp_path / "a" / "b" / "tmp").iterdir()) == []


def test_a_mail_that_no_database_takes_stops_no_other(
    desk: Desk, mailing: Mailing, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep = originals.keep

    def refuse(session: Session, mails: Sequence[originals.Arrival]) -> list[originals.Kept]:
        if any(b"Monster" in mail.raw for mail in mails):
            raise MemoryError("too much")
        return keep(session, mails)

    monkeypatch.setattr(originals, "keep", refuse)
    for subject in ("First", "Monster", "Last"):
        mailing.spool.put([letter(subject, key=subject)], "pipe", None, [])
    told: list[Outcome] = []
    assert drain(desk_session("email"), mailing.spool, told.extend) == 3
    assert [one.state for one in told] == ["ticket", "unreadable", "ticket"]
    assert len(os.listdir(mailing.spool.failed)) == 1 and mailing.spool.names() == []


@pytest.mark.parametrize(
    "setting",
    [
        {"HOME": "/home/x"},
        {"HOME": "/home/x", "XDG_DATA_HOME": "/data", "XDG_CONFIG_HOME": "/config"},
        {"HOME": "/home/x", "XDG_DATA_HOME": "not/absolute"},
        {"HOME": "/home/50%", "DESKWIRE_SPOOL": "/spool"},
        {"HOME": "/home/x", "DESKWIRE_DB": "postgresql://a:secret@h/d"},
        {"HOME": "/home/x", "DESKWIRE_CONFIG": "{folder}/given.toml"},
        {"HOME": "/home/x", "XDG_CONFIG_HOME": "{folder}"},
        {"HOME": "/home/x", "XDG_CONFIG_HOME": "{folder}", "DESKWIRE_DB": "service=desk"},
    ],
)
def test_a_delivery_finds_the_desk_that_the_program_finds(
    setting: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "deskwire").mkdir()
    for path in (tmp_path / "given.toml", tmp_path / "deskwire" / "config.toml"):
        path.write_text('# a file\n"database" = "sqlite:////var/lib/de%20sk.db"\ntheme = "dark"\n')
    for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "DESKWIRE_DB", "DESKWIRE_CONFIG", "DESKWIRE_SPOOL"):
        monkeypatch.delenv(name, raising=False)
    for name, value in setting.items():
        monkeypatch.setenv(name, value.format(folder=tmp_path))
    # platformdirs asks anew each time; what holds its answer must too.
    asked = thin.delivery(["mail", "deliver"])
    assert asked is not None
    assert folder_for("/s", thin._address(asked)) == folder_for("/s", config.load().url)
    from services import places

    assert thin.spool_base() == setting.get("DESKWIRE_SPOOL", os.path.join(places.data_directory(), "spool"))


def test_an_address_has_one_spool_however_it_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/x")
    assert folder_for("/s", "sqlite:///~/a b.db") == folder_for("/s", "sqlite:////home/x/../x/a%20b.db")
    plain, secret = "postgres://me@h/d?x=1", "postgresql://me:se@cret@h/d?x=1&password=other"
    assert folder_for("/s", plain) == folder_for("/s", secret) and "cret" not in folder_for("/s", secret)
    assert len(os.path.basename(folder_for("/s", "postgresql://" + "h," * 500))) < 200


def test_killed_at_any_moment_a_delivery_that_said_yes_is_there_once(desk: Desk, mailing: Mailing) -> None:
    chance = random.Random(desk.url.partition(":")[0])
    mails = [letter(f"Number {at}", key=str(at), files=[("a", b"a" * 3_000)]) for at in range(12)]
    said_yes = []
    for mail in mails:
        process = mailing.delivery()
        timer = threading.Timer(chance.choice((0.02, 0.1, 0.3, 0.5, 1.0)), process.send_signal, [signal.SIGKILL])
        timer.start()
        process.communicate(mail, timeout=120)
        timer.cancel()
        timer.join()
        if process.returncode == 0:
            said_yes.append(mail)
    again = [mail for mail in mails if mail not in said_yes]
    assert all(mailing.deliver(mail)[0] == 0 for mail in [*again, letter("The last", key="last")])
    file_left_behind()
    are_contents([*mails, letter("The last", key="last")])
    assert states() == {"filed": 13} and Ticket.select().count() == 13
    assert mailing.spool.names() == []


def at_once(mailing: Mailing, mails: Sequence[bytes]) -> list[tuple[subprocess.Popen[bytes], threading.Thread]]:
    """Start a delivery for each mail, all at the same time, and return them with what feeds them."""
    started = []
    for mail in mails:
        process = mailing.delivery()
        feeding = threading.Thread(target=process.communicate, args=(mail,))
        feeding.start()
        started.append((process, feeding))
    return started


def test_many_deliveries_at_once_share_the_work(desk: Desk, mailing: Mailing) -> None:
    mails = [letter(f"Number {at}", key=str(at)) for at in range(8)]
    started = at_once(mailing, mails)
    for _, feeding in started:
        feeding.join(120)
    assert [process.returncode for process, _ in started] == [0] * len(mails)
    are_contents(mails)
    assert states() == {"filed": 8} and mailing.spool.names() == []


def test_one_of_many_is_killed_at_its_work_and_the_others_go_on(desk: Desk, mailing: Mailing) -> None:
    chance = random.Random(desk.url.partition(":")[0])
    mails = [letter(f"Number {at}", key=str(at), files=[("a", b"a" * 3_000)]) for at in range(12)]
    sent_again = []
    for some in (mails[:4], mails[4:8], mails[8:]):
        started = at_once(mailing, some)
        # Whoever came first is most likely the one that the others rely on.
        wait_until(lambda: bool(mailing.spool.names()))
        for process, feeding in started[:2]:
            feeding.join(chance.choice((0.0, 0.1, 0.2)))
            process.kill()
        for _, feeding in started:
            feeding.join(120)
        assert all(process.returncode in (0, -signal.SIGKILL) for process, _ in started)
        sent_again += [mail for mail, (process, _) in zip(some, started, strict=True) if process.returncode]
    last = letter("The last", key="last")
    assert all(mailing.deliver(mail)[0] == 0 for mail in [*sent_again, last])
    file_left_behind()
    are_contents([*mails, last])
    assert states() == {"filed": 13} and Ticket.select().count() == 13
    assert mailing.spool.names() == []


def file_left_behind() -> None:
    """File what killed deliveries had kept, which the next ones leave alone for the first seconds."""
    from connector.batches import file_kept

    list(file_kept([one.id for one in originals.waiting()], ""))
