"""The whole circle of a customer's mail through real programs and servers, from her question to its end."""

from __future__ import annotations

import re
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from models.binding import close_database, connection, open_database
from services import history, mail_identity, outbox_rows, tickets
from services.numbers import id_of
from services.records import READ
from tests.support import correspondence as mails
from tests.support.caught import Received
from tests.support.circle import Circle, Mailbox
from tests.support.connector import Mailing
from tests.support.correspondence import CLEO, INES, MONA, SUPPORT, TOM
from tests.support.founding import SMTP_PASSWORD, SMTP_USER, found
from tests.support.patience import wait_until
from tests.support.person import PATIENCE, Person
from tests.support.smtp_server import SmtpServer
from tests.support.terminal import Terminal

SIZES = {"sqlite": (80, 24), "postgresql": (160, 45)}
NUMBER = "0500-1000"
TICKET = id_of(NUMBER) or 0
QUESTION = "Which half is white?"
END = "The new drum is in; both halves print again."
PRIVATE = (TOM, MONA, INES, "laptop", "10.0.0.")
"""What tells of an employee's own address, or of where somebody sits."""
LEFT_BEHIND = frozenset({"bcc", "dkim-signature", "received", "return-path", "disposition-notification-to", "sender"})


@pytest.fixture
def imap() -> Iterator[Mailbox]:
    server = Mailbox()
    yield server
    server.close()


@pytest.fixture
def smtp() -> Iterator[SmtpServer]:
    with SmtpServer("starttls", login=(SMTP_USER, SMTP_PASSWORD)) as server:
        yield server


@pytest.fixture
def circle(
    new_desk_url: str,
    imap: Mailbox,
    smtp: SmtpServer,
    terminal: Callable[..., Terminal],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Circle]:
    """Found the desk and start its connector."""
    desk = found(new_desk_url, tmp_path, terminal, imap_port=imap.tls_port, smtp_port=smtp.port)
    for name, value in desk.environment.items():
        monkeypatch.setenv(name, value)
    database = open_database(new_desk_url)
    mailing = Mailing(new_desk_url, tmp_path / "spool")
    try:
        connector = mailing.run("run")
        connector.wait_for("Listening at")
        wait_until(lambda: b"IDLE" in imap.heard)
        yield Circle(desk, database, imap, smtp, connector)
    finally:
        mailing.close()
        close_database()


def test_the_whole_circle(engine: str, circle: Circle, tmp_path: Path) -> None:
    tom = circle.desk.at_a_terminal("--as", "tom", size=SIZES[engine])
    tom.sees("Summary", "Nothing is assigned to you")
    tom.does("list.inbox")
    tom.sees("No tickets here")

    a_question_becomes_a_ticket(circle, tom)
    answer = tom_takes_and_answers_it(circle, tom)
    copy = she_answers_from_her_phone(circle, tom, answer)
    passed_on = ines_answers_from_her_mail_program(circle, tom, copy)
    mona_files_one_by_bcc(circle, tom, copy)
    a_mail_comes_back(circle, tom, passed_on)
    tom_sends_and_closes(circle, tom)
    an_original_is_as_it_came(circle, tom, tmp_path / "question.eml")
    everything_has_its_place(circle, tmp_path / "export")

    tom.terminal.signal(signal.SIGTERM)
    assert tom.terminal.wait_for_exit(PATIENCE) == 128 + signal.SIGTERM
    assert circle.connector.stop() == 0 and "has stopped" in circle.connector.said[-1]
    assert len(circle.smtp.mails) == 6, [mail.recipients for mail in circle.smtp.mails]
    the_history_tells_it_in_order(circle)


def a_question_becomes_a_ticket(circle: Circle, tom: Person) -> None:
    """Tom sees it come in without a key; its writer is answered once, and who has printers and the account is told."""
    circle.provider_gets(mails.first_mail())
    tom.sees(re.compile(rf"{NUMBER} .*Café printer.*New +\+ Mona").search)
    wait_until(lambda: circle.imap.flags() == [{rb"\Seen"}])
    assert circle.imap.kept_when_marked == [1]

    circle.smtp.wait_for(2)
    copy, response = (Received(mail) for mail in sorted(circle.smtp.mails, key=lambda mail: CLEO in mail.recipients))
    assert response.recipients == {CLEO} and response.envelope_sender == ""
    assert (response.secured, response.login) == (True, SMTP_USER)
    assert (response["Auto-Submitted"], response["X-Auto-Response-Suppress"]) == ("auto-replied", "All")
    assert response["From"] == f"Example Desk <{SUPPORT}>" and response["Reply-To"] == SUPPORT
    assert response["Subject"] == f"Ticket [{NUMBER}]: {mails.SUBJECT}"
    assert response["In-Reply-To"] == mails.FIRST_ID and is_ours(response)
    assert not response.gives_away(PRIVATE) and "Hello Cleo Márquez" in response.text

    assert copy.recipients == {MONA, INES} and copy.envelope_sender == SUPPORT
    assert (copy["To"], copy["Cc"]) == (f"Mona Hale <{MONA}>", f"Ines Field <{INES}>")
    assert copy["From"] == f"Cleo Márquez <{SUPPORT}>"
    assert copy["Subject"] == f"[{NUMBER}] {mails.SUBJECT}" and is_ours(copy)
    assert copy.files == [(mails.REPORT, mails.REPORT_TEXT)] and not copy.fields & LEFT_BEHIND
    assert copy.body == circle.came[0].partition(b"\r\n\r\n")[2]


def tom_takes_and_answers_it(circle: Circle, tom: Person) -> Received:
    """He reads the mail, takes the ticket, and sees exactly who will get what he writes."""
    tom.does("list.open")
    tom.sees("[1 General]", "Requested by")
    tom.does("ticket.history")
    tom.sees("since Monday the printer in the café", f"[{mails.REPORT}, ", "Automatic answer to")
    tom.does("ticket.manager")
    tom.sees(f"Manager of {NUMBER}")
    tom.answers("Tom")
    tom.sees("Assigned in House · Tom Reed")
    tom.does("ticket.reply")
    tom.sees("Subject", f"Cleo Márquez <{CLEO}>")
    tom.types(f"Hello Cleo,\n\n{QUESTION}\n\nTom")
    tom.does("mail.send")
    tom.sees("Send this mail?", f"From     Tom Reed <{SUPPORT}>")
    tom.sees(re.compile(rf"To\b.*\n.* Cleo Márquez <{CLEO}> .*\n.*Bcc, whom nobody else sees").search)
    tom.sees(re.compile(rf"Mona Hale <{MONA}>.*\n.*Ines Field <{INES}>.*\n.*\n.*\[ Send \]").search)
    tom.does("review.send")
    tom.sees("Goes out in 1 second", "Mail out", QUESTION)

    answer = circle.left(3)
    assert answer.recipients == {CLEO, MONA, INES} and answer.envelope_sender == SUPPORT
    assert answer["From"] == f"Tom Reed <{SUPPORT}>" and answer["Reply-To"] == SUPPORT
    assert answer["To"] == f"Cleo Márquez <{CLEO}>" and "cc" not in answer.fields
    assert answer["Subject"] == f"Re: [{NUMBER}] {mails.SUBJECT}"
    assert answer["In-Reply-To"] == mails.FIRST_ID and is_ours(answer)
    assert not answer.fields & LEFT_BEHIND and not answer.gives_away(PRIVATE) and QUESTION in answer.text
    tom.sees(re.compile(rf"Sent \d\d:\d\d: {CLEO}").search)
    return answer


def she_answers_from_her_phone(circle: Circle, tom: Person, answer: Received) -> Received:
    """Broken HTML with another subject is on the same ticket, which is unread and in the Inbox again."""
    tom.does("ticket.mark-read")
    tom.does("desk.close")
    tom.sees("No tickets here")
    tom.does("list.assigned")
    tom.sees(re.compile(rf"{NUMBER} .* o Tom").search)
    circle.provider_gets(mails.phone_answer(answer["Message-ID"]))
    tom.sees(re.compile(rf"{NUMBER} .* \* Tom").search)
    tom.does("list.inbox")
    tom.sees(re.compile(rf"{NUMBER} .* \* Tom").search)
    tom.does("list.open")
    tom.sees("[1 General]", "Requested by")
    tom.does("ticket.history")
    tom.sees("Mail in Cleo (phone)", "It is the left half, since the café moved it.", "before nine?")
    tom.sees(re.compile(r"… \d quoted lines").search)

    copy = circle.left(4)
    assert copy.recipients == {TOM, MONA, INES}
    assert copy["To"] == f"Tom Reed <{TOM}>" and {MONA, INES} == set(re.findall(r"\w+@[\w.]+", copy["Cc"]))
    assert copy["From"] == f'"Cleo (phone)" <{SUPPORT}>' and copy["Subject"] == f"AW: [{NUMBER}] Ihre Anfrage"
    assert copy["In-Reply-To"] == answer["Message-ID"] and is_ours(copy)
    return copy


def ines_answers_from_her_mail_program(circle: Circle, tom: Person, copy: Received) -> Received:
    """What she answers to her copy reaches Cleo from the support address, and nothing in it is Ines's own."""
    circle.is_handed(mails.colleague_answer(copy["Message-ID"], copy["References"], copy["Subject"]), INES)
    passed_on = circle.left(5)
    assert passed_on.recipients == {CLEO, TOM, MONA} and passed_on.envelope_sender == SUPPORT
    assert passed_on["From"] == f"Ines Field <{SUPPORT}>" and passed_on["Reply-To"] == SUPPORT
    assert passed_on["To"] == f"Cleo Márquez <{CLEO}>" and "cc" not in passed_on.fields
    assert passed_on["Subject"] == f"Re: AW: [{NUMBER}] Ihre Anfrage"
    assert passed_on["In-Reply-To"] == mails.PHONE_ID and is_ours(passed_on)
    assert not passed_on.fields & LEFT_BEHIND and not passed_on.gives_away(PRIVATE)
    tom.sees("Ines Field sent a mail", "Mail in Ines Field", "with the new drum?")
    return passed_on


def mona_files_one_by_bcc(circle: Circle, tom: Person, copy: Received) -> None:
    """What she wrote to Cleo herself stands on the ticket, for the desk alone."""
    circle.is_handed(mails.colleague_copy(copy["Message-ID"], copy["Subject"]), MONA)
    tom.sees("Mona Hale sent a mail", "Mail in (internal) Mona Hale", "The drum costs 90 €")


def a_mail_comes_back(circle: Circle, tom: Person, passed_on: Received) -> None:
    """A bounce marks whom the mail did not reach; the ticket, which Tom has dealt with, is left where it is."""
    tom.does("ticket.first")
    tom.does("ticket.mark-read")
    tom.sees("Marked as read")
    tom.does("ticket.from-inbox")
    tom.sees("Removed from the Inbox")
    circle.is_handed(mails.bounce(passed_on["Message-ID"], passed_on["Subject"]), "")
    tom.sees(re.compile("Mail Delivery System sent").search)
    tom.does("ticket.first")
    tom.sees("Delivery Deskwire", f"{CLEO}: 552 5.2.2 Mailbox is full")
    with connection():
        ticket = tickets.get(circle.administrator, TICKET)
        assert (ticket.status, ticket.in_inbox, ticket.mark) == ("Assigned in House", False, READ)


def tom_sends_and_closes(circle: Circle, tom: Person) -> None:
    """He is told that Cleo's mailbox was full, and closes the ticket with his answer."""
    tom.does("ticket.reply")
    tom.sees("Subject", f"Cleo Márquez <{CLEO}>")
    tom.types(END)
    tom.does("mail.send")
    tom.sees("Send this mail?", f"! The last mail to {CLEO} came back")
    tom.does("review.send-and-close")
    tom.sees("Completed · Tom Reed", END)
    last = circle.left(6)
    assert last.recipients == {CLEO, MONA, INES} and not last.gives_away(PRIVATE)
    assert last["In-Reply-To"] == mails.PHONE_ID, "what she wrote last; neither Mona's mail nor the bounce"
    assert not {mails.MONA_ID, mails.BOUNCE_ID} & set(last.thread) and is_ours(last)
    tom.sees(re.compile(rf"Sent \d\d:\d\d: {CLEO}").search)


def an_original_is_as_it_came(circle: Circle, tom: Person, path: Path) -> None:
    """On the first mail, `o` gives him the bytes that Cleo's provider has."""
    for step, head in (("last", "Created Cleo"), ("up", "Inbox Cleo"), ("up", r"Mail in \[1 attached\] Cleo Márquez")):
        tom.does(f"ticket.{step}")
        tom.sees(re.compile(rf"^>.*{head}", re.MULTILINE).search)
    tom.does("ticket.original")
    tom.sees("Save the original mail")
    tom.retypes(str(path))
    tom.does("form.accept")
    tom.sees("Saved as")
    assert path.read_bytes() == circle.came[0]


def everything_has_its_place(circle: Circle, folder: Path) -> None:
    """Every mail is kept as it came, and nothing waits, is in trouble or was put aside."""
    desk = circle.desk
    desk.runs("ticket", "export", NUMBER, str(folder))
    assert sorted(file.read_bytes() for file in folder.glob("mails/*.eml")) == sorted(circle.came)
    with circle.imap.client() as provider:
        kept = provider.fetch(provider.search(), ["BODY.PEEK[]"])
    assert [kept[uid][b"BODY[]"] for uid in sorted(kept)] == [raw for raw in circle.came if CLEO.encode() in raw][:2]
    assert circle.imap.flags() == [{rb"\Seen"}] * 2
    assert f"  To: Cleo Márquez <{CLEO}>\n" in desk.runs("ticket", "show", NUMBER)
    status = circle.at_rest()
    assert status["outbox"]["bounced"] == 1
    (mailbox,) = status["mailboxes"]
    assert (mailbox["fetched"], mailbox["missing"], mailbox["error"]) == (2, 0, None)
    assert [connector["state"] for connector in status["connectors"]] == ["running"]


def the_history_tells_it_in_order(circle: Circle) -> None:
    """Who did what, from her question to its end, and what became of each mail."""
    with connection():
        session = circle.administrator
        entries = history.entries(session, TICKET)
        ticket = tickets.get(session, TICKET)
        rows = outbox_rows.of_ticket(session, TICKET)
    assert [(entry.kind, entry.actor, entry.public) for entry in entries] == [
        ("created", "Cleo Márquez", True),
        ("inbox", "Cleo Márquez", False),
        ("mail_in", "Cleo Márquez", True),
        ("delivery", "Deskwire", False),
        ("change", "Tom Reed", False),
        ("mail_out", "Tom Reed", True),
        ("read", "Tom Reed", False),
        ("mail_in", "Cleo (phone)", True),
        ("inbox", "Cleo (phone)", False),
        ("mail_in", "Ines Field", True),
        ("mail_in", "Mona Hale", False),
        ("read", "Tom Reed", False),
        ("inbox", "Tom Reed", False),
        ("delivery", "Deskwire", False),
        ("mail_in", "Mail Delivery System", False),
        ("mail_out", "Tom Reed", True),
        ("change", "Tom Reed", False),
    ]
    assert (ticket.status, ticket.resolution, ticket.in_inbox) == ("Completed", END, False)
    assert (ticket.contact, ticket.account, ticket.category) == ("Cleo Márquez", "Acme", "Printers")
    assert {row.state for row in rows} == {"sent"}
    assert [(row.address, row.kind) for row in rows if row.bounce] == [(CLEO, "distribution")]


def is_ours(mail: Received) -> bool:
    """Tell whether a mail has the number in its subject once, and a Message-ID that leads to its ticket."""
    with connection():
        return mail_identity.ticket_of(mail["Message-ID"]) == TICKET and mail["Subject"].count(NUMBER) == 1
