"""`deskwire mail send` and `mail login`, as an administrator, a timer and a script run them."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from services import auth, mail_settings, people
from tests.support.command import deskwire
from tests.support.company import Company
from tests.support.desks import Desk
from tests.support.outbox import SUPPORT, queue, send_through, states
from tests.support.smtp_server import CERTIFICATE, HANG_UP, SmtpServer
from tests.support.terminal import Terminal

PROGRAM = (sys.executable, "-m", "tui.main")


@pytest.fixture
def bound(desk: Desk) -> Desk:
    """A desk whose administrator is bound to the account that runs the tests."""
    employee = desk.administrator.employee_id
    assert employee is not None
    people.change_employee(desk.administrator, employee, os_account=auth.os_account())
    return desk


@pytest.fixture
def server(bound: Desk) -> Iterator[SmtpServer]:
    with SmtpServer() as running:
        send_through(bound.administrator, running.port)
        yield running
    mail_settings.forget()


def test_a_timer_sends_what_is_due_and_says_how_it_went(bound: Desk, server: SmtpServer) -> None:
    command = ("--db", bound.url, "mail", "send")
    ran = deskwire(*command)
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "Nothing was due.\n", "")
    server.answer("later@x.example", "451 4.2.0 Later")
    queue(bound.administrator, None, "a@x.example", "later@x.example")
    ran = deskwire(*command)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout == "2 recipients: 1 sent, 1 to be tried again.\n"
    server.answer("gone@x.example", "550 5.1.1 No \x1b[31msuch user")
    server.after_data(HANG_UP)
    queue(bound.administrator, None, "gone@x.example", "silent@x.example")
    ran = deskwire(*command, "--json")
    assert ran.returncode == 1 and "\x1b" not in ran.stderr
    assert json.loads(ran.stdout) == {"sent": 0, "waiting": 0, "failed": 1, "unknown": 1, "error": None}
    assert [line.split(": ")[1:3] for line in ran.stderr.splitlines()] == [
        ["gone@x.example", "failed"],
        ["silent@x.example", "unknown"],
    ]


def test_a_server_that_is_away_means_try_again_later(bound: Desk, server: SmtpServer) -> None:
    queue(bound.administrator, None, "a@x.example")
    server.stop_listening()
    ran = deskwire("--db", bound.url, "mail", "send", "--json")
    assert ran.returncode == 75 and "cannot be reached" in ran.stderr and "Traceback" not in ran.stderr
    assert json.loads(ran.stdout)["waiting"] == 1
    send_through(bound.administrator, server.port, smtp_host="")
    ran = deskwire("--db", bound.url, "mail", "send")
    assert ran.returncode == 1 and "smtp_host" in ran.stderr and ran.stdout == "Nothing was due.\n"


def test_a_test_mail_says_what_the_server_said(bound: Desk, server: SmtpServer) -> None:
    command = ("--db", bound.url, "mail", "send", "--test")
    ran = deskwire(*command, "You@x.example")
    told = "The mail server has taken the test mail to you@x.example. The server said: 2.0.0 OK"
    assert ran.stdout.splitlines() == [told, "1 recipient: 1 sent."]
    mail = server.mails[0]
    assert mail.sender == SUPPORT and b"Auto-Submitted: auto-generated" in mail.data
    server.answer("gone@x.example", "550 5.1.1 No such user")
    ran = deskwire(*command, "gone@x.example")
    assert ran.returncode == 1 and "refused the test mail" in ran.stdout
    ran = deskwire(*command, "nobody")
    assert ran.returncode == 1 and "no mail address" in ran.stderr
    server.stop_listening()
    ran = deskwire(*command, "you@x.example")
    assert "still waits in the outbox. The mail server 127.0.0.1:" in ran.stdout, "the server said nothing"
    send_through(bound.administrator, server.port, smtp_host="")
    ran = deskwire(*command, "you@x.example")
    assert ran.returncode == 1 and "smtp_host" in ran.stderr


def test_who_may_not_import_mail_sends_none(company: Company) -> None:
    people.change_employee(company.admin, company.employees["Ann"], os_account=auth.os_account())
    ran = deskwire("--db", company.desk.url, "mail", "send")
    assert ran.returncode == 1 and "Import mail" in ran.stderr


def test_a_password_is_tried_stored_and_used(bound: Desk, terminal: Callable[..., Terminal], tmp_path: Path) -> None:
    env = {
        "PYTHON_KEYRING_BACKEND": "tests.support.file_keyring.FileKeyring",
        "TEST_KEYRING": str(tmp_path / "keyring.json"),
        "XDG_STATE_HOME": str(tmp_path / "state"),
        "SSL_CERT_FILE": str(CERTIFICATE),
    }
    login = (*PROGRAM, "--db", bound.url, "mail", "login")
    with SmtpServer("starttls", login=("support", "right horse")) as server:
        send_through(bound.administrator, server.port, smtp_security="starttls", smtp_username="support")
        assert deskwire("--db", bound.url, "mail", "login", env=env).returncode == 2
        queue(bound.administrator, None, "a@x.example")
        refused = deskwire("--db", bound.url, "mail", "send", env=env)
        assert refused.returncode == 1 and "deskwire mail login" in refused.stderr
        wrong = terminal(*login, env=env)
        wrong.wait_for("Password of support at 127.0.0.1")
        wrong.type("wrong\n")
        assert wrong.wait_for_exit() == 1 and "refuses the login" in wrong.screen_text()
        assert not (tmp_path / "keyring.json").exists()
        right = terminal(*login, env=env)
        right.wait_for("Password of support at 127.0.0.1")
        right.type("right horse\n")
        assert right.wait_for_exit() == 0 and b"right horse" not in right.raw
        queue(bound.administrator, None, "b@x.example")
        sent = deskwire("--db", bound.url, "mail", "send", env=env)
        assert (sent.returncode, server.mails[-1].login) == (0, "support")
        assert deskwire("--db", bound.url, "mail", "logout", env=env).returncode == 0
        assert deskwire("--db", bound.url, "mail", "logout", env=env).returncode == 1
    assert states()["b@x.example"] == "sent"
    mail_settings.forget()
