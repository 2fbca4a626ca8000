"""Fetching from a real Dovecot, as the mailboxes of the world are: runs where it is installed."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from connector import fetchers
from connector.fetchers import Fetcher, fetch_once, taking_in
from connector.fetching import Keep
from models import MailOriginal
from services import auth, mailboxes, originals, people
from services.errors import DeskError
from services.mailboxes import MAILBOXES, MailboxRow
from services.originals import Arrival
from tests.mails.corpus import CASES
from tests.support import dovecot
from tests.support.command import deskwire
from tests.support.connector import Mailing, filed
from tests.support.desks import Desk
from tests.support.dovecot import PASSWORD, Account, Dovecot
from tests.support.letters import letter
from tests.support.patience import wait_until
from tests.support.smtp_server import CERTIFICATE

WITH_PASSWORD = {"DESKWIRE_IMAP_PASSWORD": PASSWORD}
TAKEN = {rb"\Seen", rb"$Deskwire"}
LONG = ".".join(["Büro & Söhne", "日本語" * 24, "~peter", "&-"])
"""A folder within folders, whose name in the form of the protocol fills a file's name."""


@pytest.fixture(scope="module")
def server(pytestconfig: pytest.Config) -> Iterator[Dovecot]:
    """The Dovecot of this module."""
    reason = dovecot.missing()
    if reason:
        (pytest.fail if pytestconfig.getoption("--servers") else pytest.skip)(reason)
    server = Dovecot()
    yield server
    server.close()


@pytest.fixture
def account(server: Dovecot) -> Account:
    """An account with an empty mailbox."""
    return server.account()


@pytest.fixture(autouse=True)
def trusted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))


@pytest.fixture
def at_the_keyboard(desk: Desk) -> None:
    """Let the account that runs the tests be the administrator, so that commands need no login."""
    people.change_employee(desk.administrator, desk.administrator.employee_id or 0, os_account=auth.os_account())


def mailbox(desk: Desk, account: Account, **values: object) -> MailboxRow:
    place = {"host": "localhost", "port": account.server.port, "security": "none", "username": account.user}
    key = MAILBOXES.add(desk.administrator, **{"name": "Support", **place, **values}).id
    return MAILBOXES.get(desk.administrator, key)


def fetch(desk: Desk, box: MailboxRow, keep: Keep | None = None) -> tuple[int, str]:
    """Fetch a mailbox once and return how many mails came, and what went wrong."""
    keep = keep or taking_in(desk.administrator)
    (outcome,) = fetch_once([box], "here", find_password=lambda _: PASSWORD, keep=keep)
    return outcome.fetched, outcome.error


def kept() -> list[bytes]:
    return [originals.raw(row.id) for row in MailOriginal.select().order_by(MailOriginal.id)]


def posted(subject: str) -> bytes:
    """Return a mail as a server has it, with the line ends of mail."""
    return letter(subject, key=subject.replace(" ", ".")).replace(b"\n", b"\r\n")


LETTERS = [posted(f"Printer {at}") for at in range(4)]


@pytest.mark.usefixtures("at_the_keyboard")
def test_the_command_takes_each_mail_once_by_its_uid_and_does_not_read_it(desk: Desk, account: Account) -> None:
    mailbox(desk, account)
    account.put(*LETTERS[:3])
    with account.client() as client:
        client.delete_messages([2])
        client.expunge()
    ran = deskwire("--db", desk.url, "mail", "fetch", env=WITH_PASSWORD)
    assert (ran.stdout, ran.stderr) == ("Support: 2 mails fetched.\n", "")
    account.deliver(LETTERS[3])
    ran = deskwire("--db", desk.url, "mail", "fetch", env=WITH_PASSWORD)
    assert (ran.stdout, ran.stderr) == ("Support: 1 mail fetched.\n", "")
    assert kept() == [LETTERS[0], LETTERS[2], LETTERS[3]]
    filed(3)
    assert account.flags() == [TAKEN] * 3
    for asked in (b"UID SEARCH UID 1:*", b"UID FETCH 1,3 (BODY.PEEK[])", b"UID SEARCH UID 4:*", b"UID FETCH 4 "):
        assert asked in account.heard, asked
    assert b"BODY[]" not in account.heard and b"RFC822)" not in account.heard


@pytest.mark.parametrize("after", ["flag", "move", "delete"])
def test_nothing_happens_to_a_mail_before_it_is_committed(desk: Desk, account: Account, after: str) -> None:
    account.put(*LETTERS)
    box = mailbox(desk, account, after=after, move_to="Done" if after == "move" else "")
    take_in = taking_in(desk.administrator)

    def keep(arrivals: Sequence[Arrival]) -> None:
        take_in(arrivals)
        filed(4)
        assert account.flags() == [set()] * 4

    def fails(arrivals: Sequence[Arrival]) -> None:
        raise DeskError("The disk is full.")

    assert fetch(desk, box, fails) == (0, "The disk is full.")
    assert account.flags() == [set()] * 4 and kept() == []
    assert fetch(desk, box, keep) == (4, "")
    assert account.flags() == ([TAKEN] * 4 if after == "flag" else [])
    if after == "move":
        assert account.flags("Done") == [set()] * 4, "whoever looks there has not read them yet"
    assert kept() == LETTERS


@pytest.mark.parametrize("capability", ["IMAP4rev1 UIDPLUS", "IMAP4rev1"])
def test_a_server_that_cannot_move_copies_and_deletes(desk: Desk, server: Dovecot, capability: str) -> None:
    small = Dovecot(capability)
    try:
        account = small.account()
        account.put(posted("Not wanted"), *LETTERS)
        with account.client() as client:
            client.delete_messages([1])
        box = mailbox(desk, account, after="move", move_to="Done")
        assert fetch(desk, box) == (5, "")
        assert len(account.flags("Done")) == 5 and account.flags() == []
        assert b"UID COPY" in account.heard and b" MOVE " not in account.heard
        assert fetch(desk, box) == (0, "")
    finally:
        small.close()
    assert kept() == [posted("Not wanted"), *LETTERS]


def test_a_mailbox_that_was_rebuilt_is_read_anew_and_doubles_nothing(desk: Desk, account: Account) -> None:
    account.put(*LETTERS)
    box = mailbox(desk, account)
    assert fetch(desk, box) == (4, "")
    before = mailboxes.progress(box.id)
    account.rebuild()
    account.put(posted("First since then"))
    assert fetch(desk, box) == (5, "")
    assert kept() == [*LETTERS, posted("First since then")]
    assert mailboxes.progress(box.id).uid_validity != before.uid_validity


def test_folders_have_the_names_that_people_gave_them(desk: Desk, account: Account) -> None:
    account.put(*LETTERS, folder=LONG)
    box = mailbox(desk, account, folder=LONG, after="move", move_to="Erledigt.日本語 & so")
    assert fetch(desk, box) == (4, "")
    assert account.flags(LONG) == [] and len(account.flags("Erledigt.日本語 & so")) == 4
    gone = mailbox(desk, account, name="Gone", folder="Nirgends.Ö")
    assert fetch(desk, gone)[1].startswith("localhost refused: ")


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_a_secured_connection_needs_a_certificate_that_is_known(
    desk: Desk, account: Account, security: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    account.put(*LETTERS)
    port = account.server.tls_port if security == "tls" else account.server.port
    box = mailbox(desk, account, security=security, port=port)
    monkeypatch.delenv("SSL_CERT_FILE")
    before = account.server.log().count(f"user=<{account.user}>")
    assert fetch(desk, box)[1].startswith("The certificate of localhost is not to be trusted (")
    assert account.server.log().count(f"user=<{account.user}>") == before
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    assert fetch(desk, box) == (4, "")
    wrong = mailbox(desk, account, name="Wrong", security="tls")
    assert fetch(desk, wrong)[1].startswith(f"No secured connection to localhost:{account.server.port} came about")


@pytest.mark.usefixtures("at_the_keyboard")
def test_a_connector_that_waits_hears_of_a_mail_when_it_is_delivered(
    desk: Desk, account: Account, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DESKWIRE_IMAP_PASSWORD", PASSWORD)
    mailbox(desk, account, security="tls", port=account.server.tls_port, poll_seconds=86_400)
    mailing = Mailing(desk.url, tmp_path)
    try:
        working = mailing.run("run")
        wait_until(lambda: b" IDLE" in account.heard)
        for at, raw in enumerate(LETTERS[:2]):
            account.deliver(raw)
            working.wait_for("1 mail fetched", at + 1)
            filed(at + 1)
        assert working.stop() == 0
        assert b" LOGOUT" in account.heard
    finally:
        mailing.close()
    assert kept() == LETTERS[:2]


def test_a_server_that_goes_away_and_comes_back_loses_and_doubles_nothing(
    desk: Desk, server: Dovecot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetchers, "_PAUSES", (0.01,))
    account = server.account()
    account.put(LETTERS[0])
    box = mailbox(desk, account)
    told: list[str] = []
    stop = threading.Event()
    fetcher = Fetcher(
        box,
        "stays",
        stop,
        keep=taking_in(desk.administrator),
        told=lambda _, sentence: told.append(sentence),
        find_password=lambda _: PASSWORD,
    )
    thread = threading.Thread(target=fetcher.run)
    thread.start()
    try:
        wait_until(lambda: len(kept()) == 1)
        server.stop()
        wait_until(lambda: any("cannot be reached" in sentence for sentence in told))
        account.fill(LETTERS[1])
        server.start()
        wait_until(lambda: len(kept()) == 2)
        account.deliver(LETTERS[2])
        wait_until(lambda: len(kept()) == 3)
    finally:
        stop.set()
        thread.join(60)
    assert not thread.is_alive()
    assert kept() == LETTERS[:3] and account.flags() == [TAKEN] * 3


def test_five_hundred_nasty_mails_arrive_as_the_server_has_them(desk: Desk, account: Account) -> None:
    account.fill(*(case.raw for case in CASES[:500]))
    with account.client() as client:
        found = client.fetch(client.search(), ["BODY.PEEK[]"])
    box = mailbox(desk, account)
    assert fetch(desk, box) == (500, "")
    assert kept() == [found[uid][b"BODY[]"] for uid in sorted(found)]
    assert originals.waiting() == []
    assert MailOriginal.select().where(MailOriginal.state == originals.QUARANTINED).count() == 0
