"""Fetching mailboxes by IMAP: nothing is lost, nothing comes twice, and one bad mail holds up no other."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator, Sequence

import pytest

from connector import fetchers, imap_server, intake
from connector.fetchers import Fetcher, Outcome, fetch_once, taking_in
from models import MailOriginal
from services import auth, mailboxes, originals, people
from services.errors import DeskError, Invalid
from services.mailboxes import MAILBOXES, MailboxRow
from services.originals import Arrival
from tests.support.command import deskwire
from tests.support.desks import Desk
from tests.support.imap_server import PASSWORD, USER, LoopbackImap
from tests.support.letters import letter
from tests.support.patience import wait_until
from tests.support.smtp_server import CERTIFICATE, SilentServer

PATIENCE = 60
KEPT = {rb"\Seen"}


@pytest.fixture
def server() -> Iterator[LoopbackImap]:
    server = LoopbackImap()
    yield server
    server.close()


@pytest.fixture(autouse=True)
def trusted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))


def mailbox(desk: Desk, server: LoopbackImap | SilentServer, name: str = "Support", **values: object) -> MailboxRow:
    given = {"host": "localhost", "port": server.port, "username": USER, "security": "none", **values}
    key = MAILBOXES.add(desk.administrator, name=name, **given).id
    return MAILBOXES.get(desk.administrator, key)


def password(_: MailboxRow) -> str:
    return PASSWORD


def fetch(desk: Desk, *chosen: MailboxRow) -> list[Outcome]:
    return fetch_once(chosen, "here", find_password=password, keep=taking_in(desk.administrator))


def kept() -> list[bytes]:
    return [originals.raw(row.id) for row in MailOriginal.select().order_by(MailOriginal.id)]


def states() -> list[str]:
    return sorted(row.state for row in MailOriginal.select())


def posted(subject: str, text: str = "It burns.", key: str = "") -> bytes:
    """Return a mail as a server has it, with the line ends of mail."""
    return letter(subject, text, key=key).replace(b"\n", b"\r\n")


LETTERS = [posted(f"Printer {at}", key=f"k{at}") for at in range(5)]


def test_new_mails_become_tickets_and_are_marked_on_the_server(desk: Desk, server: LoopbackImap) -> None:
    server.put(*LETTERS)
    box = mailbox(desk, server)
    assert [(one.fetched, one.error) for one in fetch(desk, box)] == [(5, "")]
    assert kept() == LETTERS, "byte for byte"
    assert states() == ["filed"] * 5
    assert server.flags() == [KEPT] * 5
    assert {row.mailbox_id for row in MailOriginal.select()} == {box.id}
    assert fetch(desk, box)[0].fetched == 0
    server.put(posted("One more"))
    assert fetch(desk, box)[0].fetched == 1
    status = mailboxes.statuses(desk.administrator)[0]
    assert (status.fetched, status.missing, status.error, status.fetched_by) == (6, 0, "", "")
    assert status.last_success_at is not None


def test_nothing_happens_on_the_server_before_a_mail_is_kept(desk: Desk, server: LoopbackImap) -> None:
    server.put(*LETTERS)
    box = mailbox(desk, server, after="delete")

    def fails(arrivals: Sequence[Arrival]) -> None:
        raise DeskError("The disk is full.")

    assert fetch_once([box], "here", find_password=password, keep=fails)[0].error == "The disk is full."
    assert server.flags() == [set()] * 5
    assert mailboxes.statuses(desk.administrator)[0].error == "The disk is full."
    assert fetch(desk, box)[0].fetched == 5
    with server.client() as client:
        assert client.search() == []


def test_kept_mails_move_to_a_folder_that_is_made_for_them(desk: Desk, server: LoopbackImap) -> None:
    server.put(*LETTERS)
    box = mailbox(desk, server, after="move", move_to="Done/2026")
    assert fetch(desk, box)[0].fetched == 5
    with server.client() as client:
        assert client.search() == []
    assert len(server.flags("Done/2026")) == 5


def test_an_interruption_before_the_mail_is_put_away_makes_no_second_entry(desk: Desk, server: LoopbackImap) -> None:
    server.put(*LETTERS)
    box = mailbox(desk, server, after="move", move_to="Done")
    take_in = taking_in(desk.administrator)

    def dies(arrivals: Sequence[Arrival]) -> None:
        take_in(arrivals)
        server.hang_up()

    assert fetch_once([box], "here", find_password=password, keep=dies)[0].error
    assert len(kept()) == 5
    assert fetch(desk, box)[0].error == ""
    assert kept() == LETTERS
    assert len(server.flags("Done")) == 5


def test_a_folder_that_was_made_anew_is_read_anew_and_doubles_nothing(desk: Desk, server: LoopbackImap) -> None:
    server.put(*LETTERS, folder="Queue")
    box = mailbox(desk, server, folder="Queue")
    assert fetch(desk, box)[0].fetched == 5
    with server.client() as client:
        client.delete_folder("Queue")
    server.put(posted("First now"), *LETTERS, folder="Queue")
    assert fetch(desk, box)[0].fetched == 6
    assert kept() == [*LETTERS, posted("First now")]


def test_a_mail_that_breaks_the_connection_holds_up_no_other(
    desk: Desk, server: LoopbackImap, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad = posted("Poison", "POISON" * 50)
    server.put(*LETTERS[:2], bad, *LETTERS[2:])
    box = mailbox(desk, server)
    server.meddle = lambda piece: None if b"POISON" in piece else piece
    monkeypatch.setattr(fetchers, "_PAUSES", (0.01,))
    with staying(desk, box) as told:
        wait_until(lambda: len(kept()) == 5)
        assert any("broke the connection off" in sentence for sentence in told)
    assert mailboxes.progress(box.id).missing == (103,)
    server.meddle = lambda piece: piece
    assert fetch(desk, box)[0].fetched == 1
    assert bad in kept() and len(kept()) == 6
    assert mailboxes.progress(box.id).missing == ()


def test_a_mail_beyond_all_measure_stays_on_its_server_and_holds_up_no_other(
    desk: Desk, server: LoopbackImap, monkeypatch: pytest.MonkeyPatch
) -> None:
    large = posted("Film", "x" * 50_000)
    server.put(*LETTERS[:2], large, *LETTERS[2:])
    box = mailbox(desk, server)
    monkeypatch.setattr(imap_server, "LARGEST", 20_000)
    assert (fetch(desk, box)[0].fetched, fetch(desk, box)[0].fetched, len(kept())) == (5, 0, 5)
    assert mailboxes.progress(box.id).missing == (103,)
    with imap_server.connected(box, PASSWORD) as opened:
        assert opened.sizes([103]) and opened.sizes([101])
        with pytest.raises(DeskError, match="larger than"):
            opened.mails([103])
    monkeypatch.setattr(imap_server, "LARGEST", 100_000)
    assert fetch(desk, box)[0].fetched == 1 and large in kept()


def test_half_a_mail_is_none(desk: Desk, server: LoopbackImap) -> None:
    server.put(posted("Long", "x" * 400_000))
    passed = 0

    def cut(piece: bytes) -> bytes | None:
        nonlocal passed
        passed += len(piece)
        return piece if passed < 200_000 else None

    server.meddle = cut
    box = mailbox(desk, server)
    assert "broke the connection off" in fetch(desk, box)[0].error
    assert kept() == []
    server.meddle = lambda piece: piece
    assert fetch(desk, box)[0].fetched == 1


def test_a_silent_server_is_left_and_delays_no_other(
    desk: Desk, server: LoopbackImap, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imap_server, "CONNECT_SECONDS", 0.5)
    server.put(*LETTERS)
    with SilentServer() as silent:
        quiet, good = mailbox(desk, silent, "Quiet"), mailbox(desk, server, "Good")
        first, second = fetch(desk, quiet, good)
    assert first.error == "localhost did not answer in time; it is tried again."
    assert (second.fetched, second.error) == (5, "")


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_a_secured_connection_believes_only_known_certificates(
    desk: Desk, server: LoopbackImap, monkeypatch: pytest.MonkeyPatch, security: str
) -> None:
    server.put(*LETTERS)
    port = server.tls_port if security == "tls" else server.port
    box = mailbox(desk, server, security=security, port=port)
    monkeypatch.delenv("SSL_CERT_FILE")
    assert fetch(desk, box)[0].error.startswith("The certificate of localhost is not to be trusted (")
    assert PASSWORD.encode() not in server.heard
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    assert fetch(desk, box)[0].fetched == 5
    if security == "starttls":
        assert PASSWORD.encode() not in server.heard


def test_without_starttls_no_password_is_sent(desk: Desk, server: LoopbackImap) -> None:
    server.meddle = lambda piece: piece.replace(b"STARTTLS", b"X-NOTHIN")
    box = mailbox(desk, server, security="starttls")
    assert "cannot do what is needed" in fetch(desk, box)[0].error
    assert b"LOGIN" not in server.heard.upper() and PASSWORD.encode() not in server.heard


def test_whoever_keeps_a_log_hears_what_became_of_each_mail(desk: Desk, server: LoopbackImap) -> None:
    server.put(*LETTERS[:2])
    heard: list[intake.Outcome] = []
    keep = taking_in(desk.administrator, heard.extend)
    fetch_once([mailbox(desk, server)], "here", find_password=password, keep=keep)
    assert [(one.state, one.number, one.origin.partition(";")[0]) for one in heard] == [
        ("ticket", "0500-1000", "imap:Support/INBOX"),
        ("ticket", "0500-1001", "imap:Support/INBOX"),
    ]


def test_a_refused_login_and_an_unknown_server_say_what_to_look_at(desk: Desk, server: LoopbackImap) -> None:
    box = mailbox(desk, server, username="nobody")
    refused = fetch(desk, box)[0].error
    assert refused.startswith("localhost refused the login of nobody ([AUTHENTICATIONFAILED] Invalid")
    assert refused.endswith("type the password with “deskwire mail login --mailbox Support”.")
    gone = mailbox(desk, server, "Gone", host="no-such-host.invalid", security="tls")
    assert fetch(desk, gone)[0].error.startswith("There is no server called no-such-host.invalid")


def test_what_comes_while_the_connector_stays_is_taken_at_once(desk: Desk, server: LoopbackImap) -> None:
    box = mailbox(desk, server)
    with staying(desk, box):
        wait_until(lambda: server.connections == 1)
        for at, raw in enumerate(LETTERS):
            server.put(raw)
            wait_until(lambda at=at: len(kept()) == at + 1)
        assert server.connections == 1
    wait_until(lambda: mailboxes.statuses(desk.administrator)[0].fetched_by == "")


@pytest.mark.parametrize("along_with", [rb"^\* SEARCH.*\r\n", rb"^\+ .*\r\n"], ids=["the search", "the answer to idle"])
def test_a_mail_that_comes_after_the_search_is_told_of_once_and_taken_at_once(
    desk: Desk, server: LoopbackImap, along_with: bytes
) -> None:
    server.put(LETTERS[0])
    told: list[bytes] = []

    def late(piece: bytes) -> bytes:
        """Have the first search find nothing, and tell of the mail in one piece with something else."""
        if told:
            return piece
        hidden = re.sub(rb"^\* SEARCH [0-9]+\r\n", b"* SEARCH\r\n", piece, flags=re.MULTILINE)
        line = re.search(along_with, hidden, re.MULTILINE)
        if line is None:
            return hidden
        told.append(hidden)
        return hidden[: line.end()] + b"* 1 EXISTS\r\n" + hidden[line.end() :]

    server.meddle = late
    box = mailbox(desk, server)
    with staying(desk, box):
        wait_until(lambda: kept() == [LETTERS[0]])
        assert told and server.connections == 1


def test_the_connection_is_made_again_when_the_server_ends_it(
    desk: Desk, server: LoopbackImap, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetchers, "_PAUSES", (0.01,))
    box = mailbox(desk, server)
    with staying(desk, box):
        server.put(LETTERS[0])
        wait_until(lambda: len(kept()) == 1)
        server.hang_up()
        server.put(LETTERS[1])
        wait_until(lambda: len(kept()) == 2)
    assert server.connections >= 2


def test_the_server_is_asked_anew_before_it_forgets(desk: Desk, server: LoopbackImap) -> None:
    box = mailbox(desk, server)
    with staying(desk, box, renew_seconds=0.05):
        wait_until(lambda: server.heard.count(b"IDLE") >= 3)
        assert server.heard.count(b"DONE") >= 2
        assert server.connections == 1


def test_a_mailbox_has_one_connector_at_a_time(desk: Desk, server: LoopbackImap) -> None:
    box = mailbox(desk, server)
    with staying(desk, box):
        wait_until(lambda: mailboxes.statuses(desk.administrator)[0].fetched_by == "stays")
        assert "looks after the mailbox Support already" in fetch(desk, box)[0].error
        wait_until(lambda: server.connections == 1)


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"security": "none", "host": "imap.example.com"}, "Without TLS the password could be read"),
        ({"after": "move"}, "Say with move_to"),
        ({"after": "move", "move_to": "INBOX"}, "in this folder already"),
        ({"host": "two words"}, "is no server"),
        ({"poll_seconds": "1"}, "no whole number from 10"),
    ],
)
def test_settings_that_cannot_work_are_refused(desk: Desk, values: dict[str, str], sentence: str) -> None:
    given = {"name": "Support", "host": "imap.example.com", "username": USER, **values}
    with pytest.raises(Invalid, match=sentence):
        MAILBOXES.add(desk.administrator, **given)


class staying:
    """A fetcher at work in a thread while the block runs; gives what it told."""

    def __init__(self, desk: Desk, box: MailboxRow, **options: float) -> None:
        self._stop = threading.Event()
        self._told: list[str] = []
        fetcher = Fetcher(
            box,
            "stays",
            self._stop,
            find_password=password,
            keep=taking_in(desk.administrator),
            told=lambda _, sentence: self._told.append(sentence),
            **options,
        )
        self._thread = threading.Thread(target=fetcher.run)

    def __enter__(self) -> list[str]:
        self._thread.start()
        return self._told

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join(PATIENCE)
        assert not self._thread.is_alive()


def test_the_command_fetches_every_mailbox_and_says_what_went_wrong(desk: Desk, server: LoopbackImap) -> None:
    people.change_employee(desk.administrator, desk.administrator.employee_id or 0, os_account=auth.os_account())
    none = deskwire("--db", desk.url, "mail", "fetch")
    assert none.returncode == 1 and "no mailbox to fetch" in none.stderr
    server.put(*LETTERS)
    port = str(server.port)
    for name, host, user in (("Support", "localhost", USER), ("Sales", "localhost", "nobody")):
        words = ("--name", name, "--host", host, "--port", port, "--username", user, "--security", "none")
        assert deskwire("--db", desk.url, "admin", "mailbox", "add", *words).returncode == 0
    ran = deskwire("--db", desk.url, "mail", "fetch")
    assert ran.returncode == 1
    assert "There is no password for the mailbox “Support”: run “deskwire mail login --mailbox Support”" in ran.stderr
    with_password = {"DESKWIRE_IMAP_PASSWORD": PASSWORD}
    ran = deskwire("--db", desk.url, "mail", "fetch", "--json", env=with_password)
    assert ran.returncode == 1
    sales, support = map(json.loads, ran.stdout.splitlines())
    assert support == {"mailbox": "Support", "fetched": 5, "error": None}
    assert sales["error"].startswith("localhost refused the login of nobody")
    ran = deskwire("--db", desk.url, "mail", "fetch", "--mailbox", "support", env=with_password)
    assert (ran.returncode, ran.stdout) == (0, "Support: 0 mails fetched.\n")
