"""LMTP: an answer for each recipient, when the mail is committed and not before."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from pathlib import Path

import pytest

from connector.keeper import SAFE, Answer, Keeper, Recipients
from connector.lmtp import LARGEST, check_address, parse_address, serve
from connector.spool import Spool
from models import MailOriginal, Ticket
from models.binding import close_database, connection, open_database
from services import originals, preferences
from services.errors import DeskError, UsageError
from services.originals import Arrival
from tests.support.connector import Mailing, Running, are_contents, desk_on, filed
from tests.support.desks import SUPPORT_ADDRESS, Desk
from tests.support.letters import letter
from tests.support.patience import wait_until
from tests.support.postgres_guard import Cluster


class Client:
    """A mail server that speaks LMTP and reads every answer."""

    def __init__(self, where: int | str) -> None:
        if isinstance(where, int):
            self._socket = socket.create_connection(("127.0.0.1", where), timeout=60)
        else:
            self._socket = socket.socket(socket.AF_UNIX)
            self._socket.settimeout(60)
            self._socket.connect(where)
        self._file = self._socket.makefile("rb")
        self.last = ""
        self.answer()
        self.says("LHLO mx.example")

    def answer(self) -> str:
        """Return the last line of an answer."""
        while True:
            line = self._file.readline().decode()
            if not line:
                raise ConnectionError("the desk has hung up")
            self.last = line.rstrip("\r\n")
            if line[3:4] != "-":
                return self.last

    def says(self, command: str) -> str:
        self._socket.sendall(command.encode() + b"\r\n")
        return self.answer()

    def sends(
        self, raw: bytes, recipients: Sequence[str] = (SUPPORT_ADDRESS,), sender: str = "a@b.example"
    ) -> list[str]:
        """Hand over a mail and return the answers: of refused recipients, then of those that were accepted."""
        assert self.says(f"MAIL FROM:<{sender}>").startswith("250")
        answers = [self.says(f"RCPT TO:<{one}>") for one in recipients]
        accepted = sum(answer.startswith("250") for answer in answers)
        refused = [answer for answer in answers if not answer.startswith("250")]
        if not accepted:
            return refused
        assert self.says("DATA").startswith("354")
        lines = raw.replace(b"\r\n", b"\n").split(b"\n")
        stuffed = b"\r\n".join(b"." + line if line.startswith(b".") else line for line in lines)
        self._socket.sendall(stuffed + b"\r\n.\r\n")
        return refused + [self.answer() for _ in range(accepted)]

    def close(self) -> None:
        self._file.close()
        self._socket.close()


def arrived(raw: bytes) -> bytes:
    """Return what the desk keeps of a mail that came over a line."""
    return raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n") + b"\r\n"


@pytest.fixture
def mailing(desk: Desk, tmp_path: Path) -> Iterator[Mailing]:
    """The mail of a new desk, in processes."""
    started = Mailing(desk.url, tmp_path / "spool")
    yield started
    started.close()


@pytest.fixture
def listening(mailing: Mailing) -> Running:
    """A desk that listens for LMTP."""
    return mailing.run("lmtp", "--listen", "0")


def test_each_recipient_has_an_answer(desk: Desk, listening: Running) -> None:
    preferences.set_desk_setting(desk.administrator, "sister_addresses", "sister@desk.example")
    client = Client(listening.port)
    raw = letter(key="1", text=".\n..\n.x\n" + "long " * 100_000)
    wanted = ["Support@DESK.example", "support+0500-1000-x@desk.example", "sister@desk.example", "who@desk.example"]
    answers = client.sends(raw, wanted)
    assert [answer[:3] for answer in answers] == ["550", "250", "250", "250"]
    assert "who@desk.example" in answers[0] and "sister@desk.example" in answers[3]
    # Committed, so that whoever looks now finds it.
    (kept,) = MailOriginal.select()
    assert originals.raw(kept.id) == arrived(raw)
    assert originals.get(kept.id).envelope_recipients == tuple(wanted[:3])
    assert client.sends(letter(key="2"), sender="")[0].startswith("250")
    assert client.sends(letter(key="1", text="else"), ["x@y.example"])[0].startswith("550")
    assert client.says("QUIT").startswith("221")
    filed(2)
    assert [row.envelope_sender for row in MailOriginal.select().order_by(MailOriginal.id)] == ["a@b.example", ""]
    assert Ticket.select().count() == 2
    client.close()
    assert listening.stop() == 0 and "has stopped" in listening.said[-1]


def test_odd_mails_end_where_they_end(desk: Desk, listening: Running) -> None:
    client = Client(listening.port)
    odd = [
        b"x",
        b".",
        b"Subject: a\n\n\n.\n.\n",
        b"y\n.",
        b"\n.\nSubject: no head\n",
        bytes(range(256)).replace(b"\r", b"").replace(b"\n", b""),
    ]
    for raw in odd:
        assert client.sends(raw) == [f"250 2.0.0 Kept for <{SUPPORT_ADDRESS}>"], raw
    assert client.sends(b"")[0].startswith("250"), "an empty mail is taken and dropped"
    are_contents([arrived(raw) for raw in odd])
    assert client.says("RSET").startswith("250") and client.says("DATA").startswith("503")
    client.close()


def test_many_connections_share_the_work(desk: Desk, listening: Running) -> None:
    mails = [[letter(f"{sender}.{at}", key=f"{sender}.{at}") for at in range(10)] for sender in range(6)]
    answers: list[str] = []

    def send(some: list[bytes]) -> None:
        client = Client(listening.port)
        for raw in some:
            answers.extend(client.sends(raw))
        client.close()

    threads = [threading.Thread(target=send, args=(some,)) for some in mails]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert [answer[:3] for answer in answers] == ["250"] * 60
    filed(60)
    are_contents([arrived(raw) for some in mails for raw in some])


def test_killed_at_any_moment_what_was_acknowledged_is_there_once(desk: Desk, mailing: Mailing) -> None:
    mails = [letter(f"Number {at}", key=str(at)) for at in range(40)]
    waiting = list(mails)
    for death in (3, 9, 15):
        listening = mailing.run("lmtp", "--listen", "0")
        timer = threading.Timer(0.003 * death, listening.kill)
        client = Client(listening.port)
        try:
            for raw in waiting[: death * 2]:
                if len(mails) - len(waiting) == death:
                    timer.start()
                assert client.sends(raw)[0].startswith("250")
                waiting.remove(raw)
        except OSError:
            pass  # the mail that was on its way is handed over again, as a mail server does
        client.close()
        timer.cancel()
        listening.kill()
    last = mailing.run("lmtp", "--listen", "0")
    client = Client(last.port)
    for raw in waiting:
        assert client.sends(raw)[0].startswith("250")
    client.close()
    are_contents([arrived(raw) for raw in mails])
    assert last.stop() == 0
    from connector.batches import file_kept

    list(file_kept([one.id for one in originals.waiting()], ""))
    filed(40)
    assert Ticket.select().count() == 40


def test_without_its_database_it_keeps_mail_on_the_disk(server: Cluster, tmp_path: Path) -> None:
    url = desk_on(server)
    mailing = Mailing(url, tmp_path / "spool")
    try:
        listening = mailing.run("lmtp", "--listen", f"unix:{tmp_path}/s")
        client = Client(f"{tmp_path}/s")
        assert client.sends(letter(key="1")) == [f"250 2.0.0 Kept for <{SUPPORT_ADDRESS}>"]
        server.stop()
        assert client.sends(letter(key="2")) == [f"250 2.0.0 Kept on the disk for <{SUPPORT_ADDRESS}>"]
        assert client.sends(letter(key="3")) == [f"250 2.0.0 Kept on the disk for <{SUPPORT_ADDRESS}>"]
        assert len(mailing.spool.names()) == 2
        server.start()
        open_database(url)
        wait_until(lambda: mailing.spool.names() == [])
        with connection():
            filed(3)
        close_database()
        client.close()
        assert listening.stop() == 0
        assert not (tmp_path / "s").exists()
    finally:
        mailing.close()


def test_without_its_database_and_its_settings_it_says_later(server: Cluster, tmp_path: Path) -> None:
    mailing = Mailing(desk_on(server), tmp_path / "spool")
    try:
        listening = mailing.run("lmtp", "--listen", "0")
        server.stop()
        client = Client(listening.port)
        assert client.sends(letter())[0].startswith("451")
        client.close()
        assert listening.stop() == 0
    finally:
        mailing.close()


def test_addresses_to_listen_at() -> None:
    assert parse_address("unix:/run/x") == parse_address("/run/x") == ("/run/x", "", 0)
    assert parse_address("24") == parse_address("127.0.0.1:24") == ("", "127.0.0.1", 24)
    assert parse_address("[::1]:24") == ("", "::1", 24)
    for wrong in ("", "host", "host:port", "unix:relative", "1:2:999999", "/" + "x" * 200):
        with pytest.raises(UsageError, match="no address for LMTP"):
            parse_address(wrong)
    assert LARGEST > 50_000_000


def test_a_file_that_lies_where_it_is_to_listen_stays(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("precious")
    (tmp_path / "link").symlink_to(tmp_path / "mine")
    for name in ("mine", "link"):
        with pytest.raises(DeskError, match="no socket"):
            check_address(f"unix:{tmp_path}/{name}")
    assert (tmp_path / "mine").read_text() == "precious" and (tmp_path / "link").is_symlink()


def test_a_server_that_hangs_up_leaves_the_others_their_answers(desk: Desk, tmp_path: Path) -> None:
    told: list[str] = []
    keeper = Keeper(desk.administrator, Spool(str(tmp_path)), lambda part, text, **_: told.append(text))
    recipients = Recipients()
    gone, stays = (keeper.keep(Arrival("lmtp", letter(key=key))) for key in "12")
    asked, asks = (recipients.accepts(SUPPORT_ADDRESS) for _ in range(2))
    # As the protocol does when the connection ends.
    gone.cancel()
    asked.cancel()
    keeper.stop()
    recipients.stop()
    for work in (keeper.keeping, keeper.filing, recipients.answering):
        work()
    assert stays.result(0) == SAFE and asks.result(0) is True
    filed(2)
    assert not [one for one in told if not one.startswith("ticket")]


def test_a_fault_that_nobody_foresaw_has_the_mail_tried_again(desk: Desk, tmp_path: Path) -> None:
    class Broken(Keeper):
        def keep(self, arrival: Arrival) -> Future[Answer]:
            raise MemoryError

    told: list[str] = []
    keeper = Broken(desk.administrator, Spool(str(tmp_path)), lambda part, text, **_: told.append(text))
    recipients = Recipients()
    begun: list[tuple[str, Callable[[], object]]] = []
    path = f"unix:{tmp_path}/s"
    work = (recipients.answering, lambda: serve(path, keeper, recipients, lambda *how: begun.append(how)))
    threads = [threading.Thread(target=each) for each in work]
    for thread in threads:
        thread.start()
    wait_until(lambda: begun)
    client = Client(f"{tmp_path}/s")
    with pytest.raises(ConnectionError):
        answers = client.sends(letter(key="1"), [SUPPORT_ADDRESS, "Support@desk.example"])
        raise AssertionError(answers)
    assert client.last.startswith("421") and told == ["MemoryError:"]
    client.close()
    begun[0][1]()
    recipients.stop()
    for thread in threads:
        thread.join(60)


def test_two_cannot_listen_at_one_place(mailing: Mailing, tmp_path: Path) -> None:
    place = f"unix:{tmp_path}/s"
    mailing.run("lmtp", "--listen", place).kill()
    again = mailing.run("lmtp", "--listen", place)
    Client(f"{tmp_path}/s").close()
    second = Mailing(mailing.url, tmp_path / "spool")
    with pytest.raises(AssertionError, match="Another program listens"):
        second.run("lmtp", "--listen", place, "--json")
    second.close()
    assert again.stop() == 0
