"""Mail of the sample desk: enough came to show every queue, and what somebody writes there is caught."""

from __future__ import annotations

import smtplib
import socket
from collections.abc import Iterator
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from connector.demo import sample
from connector.demo.catcher import Catcher
from models.binding import close_database, connection, open_database
from models.migrate import migrate
from screens.ticket import TicketScreen
from services import (
    clock,
    connector_runs,
    documents,
    history,
    mail_queues,
    mail_settings,
    outbox_rows,
    preferences,
    requesters,
    tickets,
)
from services.auth import session_for
from services.canned_texts import CANNED_TEXTS
from services.database_tools.check import check_desk
from services.demo import words
from services.demo.build import build
from services.session import Session
from services.sql import execute, fetch
from services.users import USERS
from tests.support.composing import TEXT, composer, review
from tests.support.desk_app import desk_app
from tests.support.five_tickets import until_told
from tests.support.outbox import states
from tests.support.patience import wait_until
from tui import demo_mail
from tui.config import Settings
from tui.demo_mail import DemoMail

_TICKETS = 60


@pytest.fixture
def robin(blank_url: str) -> Iterator[Session]:
    """The operator of a small sample desk, bound and connected, with the mail of its last hours."""
    opened = open_database(blank_url)
    with connection():
        migrate(opened)
        build(tickets=_TICKETS, seed=7)
        mail_settings.forget()
        sample.name_server()
        sample.add(clock.now())
        yield session_for(USERS.find(words.OPERATOR), "manual")
    mail_settings.forget()
    close_database()


def test_every_queue_of_the_connector_has_something_true_in_it(robin: Session, blank_url: str) -> None:
    assert {state: len(mail_queues.listed(robin, state)) for state in mail_queues.QUEUES} == {
        "quarantined": 1,
        "review": 1,
        "aside": 1,
    }
    trouble = outbox_rows.listing(robin, outbox_rows.TROUBLE)
    assert sorted((row.state, row.bounce) for row in trouble) == [("failed", ""), ("sent", "permanent")]
    assert outbox_rows.listing(robin, outbox_rows.ACTIVE) == []
    assert len(CANNED_TEXTS.all(robin)) == 3
    assert [finding for finding in check_desk(blank_url) if not finding.ok] == []


def test_newcomers_find_pictures_files_quotes_and_a_requester_to_choose(robin: Session) -> None:
    scanner, _, telephones = (tickets.get(robin, _TICKETS + place) for place in (1, 2, 3))
    entries = history.entries(robin, scanner.id)
    came = [entry.text for entry in entries if entry.kind == "mail_in"]
    assert "crooked" in came[0] and "<p>" not in came[0] and "> " in came[1]
    assert {file.name for file in documents.listed(robin, scanner.id)} >= {"page.png", "crooked pages.csv"}
    assert any("There is no such person" in entry.text for entry in entries)
    offer = requesters.offered(robin, telephones.id)
    assert offer is not None and "@" in offer.shown
    assert all(ticket.created_at < clock.now() for ticket in (scanner, telephones))


def test_what_was_quarantined_is_filed_when_it_is_tried_again(robin: Session) -> None:
    from connector.intake import file_left

    (mail,) = mail_queues.listed(robin, "quarantined")
    mail_queues.retry(robin, mail.id)
    file_left(robin)
    assert fetch("SELECT state FROM mail_original WHERE id = ?", mail.id) == [("filed",)]


def test_the_catcher_keeps_every_mail_and_says_for_whom_it_was(tmp_path: Path) -> None:
    told: list[tuple[str, list[str]]] = []
    catcher = Catcher(str(tmp_path), lambda path, people: told.append((path, list(people))))
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = catcher.open(other.getsockname()[1])
        assert port != other.getsockname()[1]
    subject = "Subject: ../../../etc/x\x1b[31m [/b]\r\n\r\n"
    try:
        with smtplib.SMTP("127.0.0.1", port) as connection_:
            for text in ("one", "two", "three"):
                content = f"{subject}{text}\r\n.\r\nEnd\r\n"
                connection_.sendmail("desk@x.example", ["a@x.example", "b@x.example"], content.encode())
    finally:
        catcher.close()
    caught = sorted(path for path in tmp_path.iterdir())
    assert sorted(path for path, _ in told) == [str(path) for path in caught] and len(caught) == 3
    assert all(people == ["a@x.example", "b@x.example"] for _, people in told)
    assert {message_from_bytes(path.read_bytes(), policy=policy.default)["X-Caught-For"] for path in caught} == {
        "a@x.example, b@x.example"
    }
    assert all("/" not in path.name and "\x1b" not in path.name and path.suffix == ".eml" for path in caught)
    assert caught[0].read_bytes().endswith(b"\r\n.\r\nEnd\r\n")


def test_what_cannot_be_caught_is_tried_again_later(tmp_path: Path) -> None:
    catcher = Catcher(str(tmp_path / "gone"), lambda path, people: None)
    port = catcher.open(0)
    try:
        with smtplib.SMTP("127.0.0.1", port) as connection_, pytest.raises(smtplib.SMTPDataError) as refused:
            connection_.sendmail("desk@x.example", ["a@x.example"], b"Subject: x\r\n\r\nHi\r\n")
        assert refused.value.smtp_code == 452
    finally:
        catcher.close()


async def test_an_answer_on_the_sample_desk_is_taken_back_or_caught(
    robin: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(demo_mail, "_START_SECONDS", 0.0)
    folder = tmp_path / "mail"
    async with desk_app(robin, (120, 36), settings=Settings(f"sqlite:///{tmp_path}/x.db")) as pilot:
        with DemoMail(pilot.app, str(folder)):  # type: ignore[arg-type]
            pilot.app.push_screen(TicketScreen(_TICKETS + 1))
            await pilot.until_shows("1 General")
            await pilot.until(connector_runs.running)
            for key in ("ctrl+z", ""):
                await composer(pilot)
                if key:
                    await pilot.paste(TEXT)
                await review(pilot)
                await pilot.press("y")
                await until_told(pilot, "Goes out in 10 seconds")
                if key:
                    await pilot.press(key)
                    await until_told(pilot, "What you wrote is a draft again")
                    assert "withdrawn" in states().values()
            # Ten seconds later.
            execute("UPDATE delivery SET next_at = 0 WHERE state = 'waiting'")
            await until_told(pilot, "was caught:")
            await pilot.until(lambda: "waiting" not in states().values())
        (path,) = folder.glob("*.eml")
    message = message_from_bytes(path.read_bytes(), policy=policy.default)
    assert message.get_content().split() == TEXT.split()
    assert "mara@desk.example" in message["X-Caught-For"] and "mara" not in f"{message['To']}{message['Cc']}"
    assert connector_runs.running() == []


@pytest.mark.parametrize("other", ["no sample", "another server"])
def test_no_other_desk_s_mail_is_caught(
    robin: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, other: str
) -> None:
    if other == "no sample":
        execute("DELETE FROM desk_setting WHERE name = '_demo'")
    else:
        preferences.set_desk_setting(robin, "smtp_host", "smtp.desk.example")
    monkeypatch.setattr(demo_mail, "_START_SECONDS", 0.0)
    beside = DemoMail(None, str(tmp_path / "mail"))  # type: ignore[arg-type]
    with beside:
        wait_until(lambda: not beside._thread.is_alive())
    assert not (tmp_path / "mail").exists() and connector_runs.lately() == []
