"""Mail leaves through real servers: who gets it, who gets it later, who never does, and what nobody can know."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from connector import sending
from connector.smtp import Timeouts
from connector.smtp_opening import Unreachable, Unusable
from models.binding import connection
from services import blobs, clock, history, mail_settings, outbox_rows, outbox_sending
from services.preferences import set_desk_setting
from services.sql import execute, fetch
from tests.support.company import NOON, Company
from tests.support.outbox import SUPPORT, desk, queue, send_through, states, written
from tests.support.smtp_server import CERTIFICATE, HANG_UP, HOLD, CuttingServer, SilentServer, SmtpServer

SHORT = Timeouts(connect=2, command=2, block=2, answer=0.3, whole=20)
USUAL = Timeouts()


@pytest.fixture
def server(company: Company) -> Iterator[SmtpServer]:
    """A server through which the desk sends."""
    with SmtpServer() as running:
        send_through(company.admin, running.port)
        yield running
    mail_settings.forget()


def send(timeouts: Timeouts = USUAL, name: str = "one") -> sending.Round:
    return sending.send_due(desk(), name, timeouts=timeouts)


def told(company: Company, ticket_id: int) -> list[str]:
    return [entry.text for entry in history.entries(company.admin, ticket_id) if entry.kind == "delivery"]


def test_several_mails_leave_over_one_connection_as_they_were_written(company: Company, server: SmtpServer) -> None:
    ticket = company.open_ticket("Ann")
    mail = written(ticket.id, text="Grüße\n.\n..two dots\nfrom the desk")
    queue(company.session("Ann"), ticket.id, "bob@x.example", "eve@y.example", mail=mail)
    queue(desk(), ticket.id, "ann@desk.example", automatic=True)
    done = send()
    assert (done.sent, done.handled, done.fault) == (3, 3, None)
    first, second = server.mails
    assert first.recipients == ("bob@x.example", "eve@y.example") and first.sender == SUPPORT
    assert isinstance(mail.content, bytes)
    assert first.data == mail.head.encode() + mail.content
    assert second.sender == "" and server.connections == 1
    assert send() == sending.Round()


def test_a_shared_content_leaves_from_where_it_begins_with_line_ends_of_mail(
    company: Company, server: SmtpServer
) -> None:
    ticket = company.open_ticket("Ann")
    mail = written(ticket.id)._replace(content=b"Old: head\n\n.bare\nends \xff\rhere", body_start=11)
    queue(company.session("Ann"), ticket.id, "bob@x.example", mail=mail)
    assert send().sent == 1
    assert server.mails[0].data == mail.head.encode() + b".bare\r\nends \xff\r\nhere\r\n"
    assert "BODY=8BITMIME" in server.mails[0].options


def test_only_who_was_put_off_gets_it_again_and_the_very_same(company: Company, server: SmtpServer) -> None:
    ticket = company.open_ticket("Ann")
    server.answer("busy@x.example", "451 4.2.0 Try later", "451 4.2.0 Try later")
    server.answer("gone@x.example", "550 5.1.1 No such user")
    queue(company.session("Ann"), ticket.id, "good@x.example", "busy@x.example", "gone@x.example")
    done = send()
    assert (done.sent, done.waiting, done.failed) == (1, 1, 1)
    assert [one.reply for one in done.trouble] == ["550 5.1.1 No such user"]
    assert told(company, ticket.id) == [
        f"Not delivered: “Printer [{ticket.number}]”\ngone@x.example: 550 5.1.1 No such user"
    ]
    for minutes, sent in ((1, 0), (6, 1)):
        with clock.frozen(NOON + minutes * clock.MINUTE):
            assert send().sent == sent
    first, second = server.mails
    assert (first.recipients, second.recipients) == (("good@x.example",), ("busy@x.example",))
    assert first.data == second.data
    assert server.attempts == {"good@x.example": 1, "busy@x.example": 3, "gone@x.example": 1}
    (row,) = [one for one in outbox_rows.of_ticket(company.admin, ticket.id) if one.address == "busy@x.example"]
    assert (row.state, row.tries, row.reply_code) == ("sent", 3, 250)


@pytest.mark.parametrize("reply", ["421 4.3.2 Closing", HANG_UP])
def test_before_the_content_everybody_waits(company: Company, server: SmtpServer, reply: str) -> None:
    ticket = company.open_ticket("Ann")
    server.answer("b@x.example", reply)
    queue(company.session("Ann"), ticket.id, "a@x.example", "b@x.example", "c@x.example")
    queue(company.session("Ann"), ticket.id, "next@x.example")
    done = send()
    assert (done.sent, done.waiting, done.fault) == (1, 3, None)
    assert [mail.recipients for mail in server.mails] == [("next@x.example",)]
    with clock.frozen(NOON + clock.MINUTE):
        assert send().sent == 3
    assert told(company, ticket.id) == []


def test_a_connection_that_was_used_up_is_replaced_at_once(company: Company, server: SmtpServer) -> None:
    ticket = company.open_ticket("Ann")
    server.answer("b@x.example", "421 4.7.0 Enough for one connection")
    queue(company.session("Ann"), ticket.id, "a@x.example")
    queue(company.session("Ann"), ticket.id, "b@x.example")
    assert send().sent == 2 and server.connections == 2


@pytest.mark.parametrize("reply", [HANG_UP, HOLD])
def test_after_the_content_nobody_knows_and_it_is_sent_once_more(
    company: Company, server: SmtpServer, reply: str
) -> None:
    ticket = company.open_ticket("Ann")
    server.after_data(reply, reply)
    queue(company.session("Ann"), ticket.id, "a@x.example")
    assert send(SHORT).unknown == 1
    assert send(SHORT).handled == 0
    with clock.frozen(NOON + 15 * clock.MINUTE):
        assert send(SHORT).unknown == 1
    with clock.frozen(NOON + 30 * clock.DAY):
        assert send(SHORT).handled == 0
    first, second = server.wait_for(2)
    assert first.data == second.data
    assert [text.rpartition(". ")[2] for text in told(company, ticket.id)] == [
        "It is sent once more in 15 minutes.",
        "It is not sent again.",
    ]


def test_amid_the_content_nothing_is_unknown_because_the_end_was_never_sent(company: Company) -> None:
    with CuttingServer() as cutting:
        send_through(company.admin, cutting.port)
        mail = written(None)._replace(content=b"one of many lines\r\n" * 1_000_000)
        queue(company.admin, None, "a@x.example", mail=mail)
        done = send()
    assert (done.waiting, done.unknown) == (1, 0)
    mail_settings.forget()


@pytest.mark.parametrize(("reply", "state"), [("451 4.3.0 Disk full", "waiting"), ("554 5.6.0 Spam", "failed")])
def test_an_answer_to_the_content_counts_for_all(company: Company, server: SmtpServer, reply: str, state: str) -> None:
    server.after_data(reply)
    queue(company.admin, company.open_ticket("Ann").id, "a@x.example", "b@x.example")
    send()
    assert states() == {"a@x.example": state, "b@x.example": state}


def test_hostile_and_broken_rows_never_stop_the_queue(company: Company, server: SmtpServer) -> None:
    ticket = company.open_ticket("Ann")
    nasty = (
        "a@x.example\r\nRCPT TO:<eve@y.example>", "nul\0@x.example", "x" * 10_000 + "@x.example", "\ud800@x.example",
        "", "no-at", "two@@x.example", "<a@x.example>", "a@x.example> SIZE=1", "\u202ea@x.example", "a@" + "x." * 200,
    )  # fmt: skip
    queue(company.session("Ann"), ticket.id, *nasty, "good@x.example")
    broken = queue(company.session("Ann"), ticket.id, "broken@x.example")
    execute("UPDATE outgoing_mail SET head = ? WHERE id = ?", "Subject: €\r\n\r\n", broken)
    damaged = queue(company.session("Ann"), ticket.id, "damaged@x.example", mail=written(ticket.id, text="unique"))
    blob = fetch("SELECT blob_id FROM outgoing_mail WHERE id = ?", damaged)[0][0]
    execute("DELETE FROM blob_piece WHERE blob_id = ?", blob)
    queue(company.session("Ann"), ticket.id, "last@x.example")
    done = send()
    assert [mail.recipients for mail in server.mails] == [("good@x.example",), ("last@x.example",)]
    assert (done.sent, done.failed, done.waiting, done.unknown) == (2, len(nasty) + 2, 0, 0)
    assert "no address" in told(company, ticket.id)[0] and "damaged" in told(company, ticket.id)[2]
    execute("DELETE FROM delivery")
    execute("DELETE FROM outgoing_mail")
    blobs.store(b"unique")
    execute("DELETE FROM blob WHERE sha256 = ?", blob)


def test_addresses_of_other_scripts_leave_where_the_server_takes_them(company: Company, server: SmtpServer) -> None:
    ticket = company.open_ticket("Ann")
    queue(company.session("Ann"), ticket.id, "jörg@x.example", "bob@bücher.example")
    done = send()
    assert (done.sent, done.failed) == (1, 1)
    assert server.mails[0].recipients == ("bob@xn--bcher-kva.example",)
    assert "letters other than a to z" in told(company, ticket.id)[0]
    with SmtpServer(utf8=True) as modern:
        send_through(company.admin, modern.port)
        queue(company.session("Ann"), ticket.id, "jörg@bücher.example", "bob@x.example")
        assert send().sent == 2
        plain, special = modern.mails
        assert plain.recipients == ("bob@x.example",) and "SMTPUTF8" not in plain.options
        assert special.recipients == ("jörg@xn--bcher-kva.example",) and "SMTPUTF8" in special.options


def test_a_mail_that_is_too_large_fails_with_both_sizes(company: Company) -> None:
    ticket = company.open_ticket("Ann")
    with SmtpServer(largest=100_000) as small:
        send_through(company.admin, small.port)
        queue(company.session("Ann"), ticket.id, "a@x.example", mail=written(ticket.id, text="long line\n" * 30_000))
        queue(company.session("Ann"), ticket.id, "b@x.example")
        done = send()
    assert (done.sent, done.failed) == (1, 1)
    assert "has 0.3 MB, and the mail server takes 0.1 MB" in told(company, ticket.id)[0]


def test_a_large_mail_arrives_whole(company: Company, server: SmtpServer) -> None:
    ticket = company.open_ticket("Ann")
    body = b".line that begins with a dot\r\n" * 300_000
    queue(company.admin, ticket.id, "a@x.example", mail=written(ticket.id)._replace(content=body))
    assert send().sent == 1
    assert server.mails[0].data.endswith(body)


def test_a_server_that_is_away_or_busy_lets_everything_wait(company: Company, server: SmtpServer) -> None:
    ticket = company.open_ticket("Ann")
    for number in range(3):
        queue(company.session("Ann"), ticket.id, f"a{number}@x.example")
    server.stop_listening()
    done = send()
    assert isinstance(done.fault, Unreachable) and (done.waiting, done.handled) == (3, 3)
    assert "cannot be reached" in str(done.fault) and done.fault.exit_status == 75
    with SmtpServer(greeting="421 4.3.2 Too busy") as busy, clock.frozen(NOON + clock.MINUTE):
        send_through(company.admin, busy.port)
        assert "421 4.3.2 Too busy" in str(send().fault)
    with SilentServer() as silent, clock.frozen(NOON + clock.HOUR):
        send_through(company.admin, silent.port)
        done = send(SHORT._replace(connect=0.2))
        assert isinstance(done.fault, Unreachable) and "timed out" in str(done.fault)
    server.listen_again()
    with clock.frozen(NOON + 2 * clock.HOUR):
        send_through(company.admin, server.port)
        assert send().sent == 3
    assert told(company, ticket.id) == []


def test_a_server_that_breaks_every_connection_is_left_alone_and_the_rest_is_not_blamed(
    company: Company, server: SmtpServer
) -> None:
    ticket = company.open_ticket("Ann")
    for number in range(6):
        server.answer(f"a{number}@x.example", HANG_UP)
        queue(company.session("Ann"), ticket.id, f"a{number}@x.example")
    done = send()
    assert isinstance(done.fault, Unreachable) and done.waiting == 3
    assert dict(fetch("SELECT tries, count(*) FROM delivery GROUP BY tries")) == {1: 3, 0: 3}


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_the_connection_is_encrypted_and_logged_in(
    company: Company, monkeypatch: pytest.MonkeyPatch, security: str
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    monkeypatch.setenv("DESKWIRE_SMTP_PASSWORD", "right horse")
    with SmtpServer(security, login=("support", "right horse")) as server:
        send_through(company.admin, server.port, smtp_security=security, smtp_username="support")
        queue(company.admin, None, "a@x.example")
        assert send().sent == 1
        assert (server.mails[0].secured, server.mails[0].login) == (True, "support")
        monkeypatch.setenv("DESKWIRE_SMTP_PASSWORD", "wrong")
        queue(company.admin, None, "b@x.example")
        fault = send().fault
        assert isinstance(fault, Unusable) and "refuses the login of support" in str(fault)
        monkeypatch.delenv("DESKWIRE_SMTP_PASSWORD")
        with clock.frozen(NOON + clock.HOUR):
            assert "There is no password for support at 127.0.0.1" in str(send().fault)
    mail_settings.forget()


@pytest.mark.parametrize(
    ("offered", "wanted", "host", "sentence"),
    [
        ("none", "starttls", "localhost", "offers no STARTTLS, and mail is never sent in the clear"),
        ("none", "tls", "localhost", "does not speak TLS"),
        ("tls", "tls", "localhost", "certificate of localhost"),
        ("starttls", "starttls", "127.0.0.1", "certificate of 127.0.0.1"),
        ("none", "none", "mail.example", "would travel in the clear"),
    ],
)
def test_nothing_leaves_in_the_clear_or_to_somebody_else(
    company: Company, offered: str, wanted: str, host: str, sentence: str
) -> None:
    with SmtpServer(offered) as server:
        send_through(company.admin, server.port, smtp_security=wanted, smtp_host=host)
        queue(company.admin, company.open_ticket("Ann").id, "a@x.example")
        done = send(SHORT)
        assert isinstance(done.fault, Unusable) and sentence in str(done.fault)
        assert (states(), server.mails) == ({"a@x.example": "waiting"}, [])
    mail_settings.forget()


def test_without_settings_nothing_is_tried_and_nothing_is_lost(company: Company) -> None:
    assert send().fault is None
    queue(company.admin, company.open_ticket("Ann").id, "a@x.example")
    assert "smtp_host" in str(send().fault)
    set_desk_setting(company.admin, "smtp_host", "")
    assert outbox_sending.next_due() == NOON


def test_a_slow_server_holds_no_transaction_and_a_second_sender_goes_on(company: Company, server: SmtpServer) -> None:
    ticket = company.open_ticket("Ann")
    server.answer("slow@x.example", HOLD)
    queue(company.session("Ann"), ticket.id, "slow@x.example")
    rounds: list[sending.Round] = []

    def work() -> None:
        with connection():
            rounds.append(send(name="slow"))

    thread = threading.Thread(target=work)
    thread.start()
    assert server.held.wait(60)
    queue(company.session("Ann"), ticket.id, "quick@x.example")
    assert send(name="quick").sent == 1
    assert states() == {"slow@x.example": "sending", "quick@x.example": "sent"}
    server.go_on()
    thread.join()
    assert rounds[0].sent == 1 and [mail.recipients[0] for mail in server.mails] == [
        "quick@x.example",
        "slow@x.example",
    ]


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
def test_a_lost_connection_to_the_database_sends_nothing_twice(company: Company, server: SmtpServer) -> None:
    server.after_data(HOLD)
    for number in range(3):
        queue(company.admin, None, f"a{number}@x.example")
    rounds: list[sending.Round] = []

    def work() -> None:
        with connection():
            rounds.append(send())

    thread = threading.Thread(target=work)
    thread.start()
    assert server.held.wait(60)
    others = "pid <> pg_backend_pid() AND datname = current_database()"
    assert fetch(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others}") == [(True,)]
    server.go_on()
    thread.join()
    assert rounds[0].sent == 3 and len(server.mails) == 3
    assert set(states().values()) == {"sent"}


def test_a_sender_that_is_told_to_stop_gives_back_what_it_has_not_sent(company: Company, server: SmtpServer) -> None:
    for number in range(4):
        queue(company.admin, company.open_ticket("Ann").id, f"a{number}@x.example")
    done = sending.send_due(desk(), "one", stop=lambda: len(server.mails) == 2)
    assert (done.sent, done.handled) == (2, 2)
    assert fetch("SELECT state, tries FROM delivery ORDER BY id") == [("sent", 1)] * 2 + [("waiting", 0)] * 2
