"""Bounces find the mail that came back, and mark the recipients whom it did not reach."""

from __future__ import annotations

from connector import bounces
from connector.intake import import_mails
from connector.mail.parse import parse
from screens.mail import deliveries
from services import clock, history, outbox_rows, outbox_sending
from services.numbers import number_of
from services.outbox import SENT, UNKNOWN
from services.outbox_sending import Outcome
from services.replies import Reply
from services.reply_people import Addressees
from services.reply_review import review
from services.sql import fetch
from tests.support.company import Company
from tests.support.letters import source
from tests.support.outbox import desk, queue, written
from tests.support.post import open_the_way_out
from widgets.dates import ShortDates

REPORT = """From: MAILER-DAEMON@mx.example
To: support@desk.example
Subject: Undelivered Mail Returned to Sender
Message-ID: <report@mx.example>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

I'm sorry.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

{groups}
--b
Content-Type: text/rfc822-headers

Message-ID: {message_id}
Subject: Printer
--b--
"""
FAILED = "Final-Recipient: rfc822; {}\nAction: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1 No such user\n"
DELAYED = "Final-Recipient: rfc822; {}\nAction: delayed\nStatus: 4.4.1\nDiagnostic-Code: smtp; 451 Greylisted\n"


def report(message_id: str, *groups: str) -> bytes:
    return REPORT.format(message_id=message_id, groups="\n".join(groups)).encode()


def sent(company: Company, *addresses: str, state: str = SENT) -> tuple[int, str]:
    """Send a mail of a new ticket, and return the ticket and the mail's Message-ID."""
    ticket = company.open_ticket("Ann")
    mail = written(ticket.id)
    queue(company.session("Ann"), ticket.id, *addresses, mail=mail)
    (claimed,) = outbox_sending.claim("one", 9)
    assert outbox_sending.begin("one", claimed)
    outcomes = [Outcome(due.id, state, 250, "OK") for due in claimed.recipients]
    outbox_sending.settle(desk(), "one", claimed, outcomes)
    return ticket.id, mail.message_id


def note(raw: bytes) -> int | None:
    return bounces.note(desk(), parse(raw))


def marks() -> dict[str, str]:
    return dict(fetch("SELECT address, bounce FROM delivery"))


def told(company: Company, ticket_id: int) -> list[str]:
    return [entry.text for entry in history.entries(company.admin, ticket_id) if entry.kind == "delivery"]


def test_only_who_was_not_reached_is_marked_and_the_ticket_says_why(company: Company) -> None:
    ticket_id, message_id = sent(company, "bob@x.example", "Eve@Bücher.example", "good@x.example")
    raw = report(message_id, FAILED.format("Bob@X.example"), DELAYED.format("eve@xn--bcher-kva.example"))
    before = company.read(company.open_ticket("Ann")), fetch("SELECT status_id, in_inbox, mark FROM ticket")
    assert note(raw) == ticket_id
    assert marks() == {"bob@x.example": "permanent", "eve@bücher.example": "temporary", "good@x.example": ""}
    (entry,) = told(company, ticket_id)
    assert entry.splitlines()[1] == "bob@x.example: 550 5.1.1 No such user"
    assert entry.splitlines()[3] == "eve@bücher.example: 4.4.1 451 Greylisted"
    assert fetch("SELECT status_id, in_inbox, mark FROM ticket") == before[1]
    rows = {row.address: row for row in outbox_rows.listing(company.admin, outbox_rows.TROUBLE)}
    assert set(rows) == {"bob@x.example", "eve@bücher.example"}
    assert (rows["bob@x.example"].state, rows["bob@x.example"].bounce) == ("sent", "permanent")


def test_the_same_news_counts_once_and_worse_news_counts(company: Company) -> None:
    ticket_id, message_id = sent(company, "bob@x.example", "eve@x.example")
    for group in (DELAYED, DELAYED, FAILED, FAILED, DELAYED):
        assert note(report(message_id, group.format("bob@x.example"))) == ticket_id
    assert marks() == {"bob@x.example": "permanent", "eve@x.example": ""}
    assert [entry.partition(":")[0] for entry in told(company, ticket_id)] == [
        "Delayed, and still tried by its server",
        "Came back",
    ]


def test_a_forwarder_s_bounce_is_about_the_only_recipient(company: Company) -> None:
    ticket_id, message_id = sent(company, "sales@x.example")
    assert note(report(message_id, FAILED.format("bob.private@y.example"))) == ticket_id
    assert marks() == {"sales@x.example": "permanent"}
    other, message_id = sent(company, "one@x.example", "two@x.example")
    assert note(report(message_id, FAILED.format("who@y.example"))) == other
    assert told(company, other) == []


def test_a_bounce_that_is_filed_marks_its_mail_and_opens_nothing(company: Company) -> None:
    ticket_id, message_id = sent(company, "bob@x.example")
    raw = report(message_id, FAILED.format("bob@x.example"))
    (outcome,) = import_mails(desk(), [source(raw)]).mails
    assert outcome.number == number_of(ticket_id) and marks() == {"bob@x.example": "permanent"}
    kinds = [entry.kind for entry in history.entries(company.admin, ticket_id)]
    assert kinds.count("delivery") == kinds.count("mail_in") == kinds.count("note") == 1, "the note is of who sent"
    (shown,) = deliveries.told(outbox_rows.of_ticket(company.admin, ticket_id), ShortDates(clock.now)).lines
    assert shown.endswith("(550 5.1.1 No such user): bob@x.example") and "250" not in shown, (
        "what the bounce says alone"
    )


def test_who_writes_there_again_is_told_until_a_mail_gets_through(company: Company) -> None:
    def remarks() -> tuple[str, ...]:
        people = Addressees(to=(("Bob", "bob@x.example"), ("", "eve@x.example")))
        return review(company.session("Ann"), ticket_id, Reply(people, "", "Hello.")).remarks

    ticket_id, message_id = sent(company, "bob@x.example", "eve@x.example")
    open_the_way_out(company.desk)
    note(report(message_id, FAILED.format("bob@x.example"), DELAYED.format("eve@x.example")))
    assert remarks() == ("The last mail to bob@x.example came back: 550 5.1.1 No such user",)
    queue(company.session("Ann"), ticket_id, "bob@x.example")
    assert remarks() == ()


def test_what_came_back_had_left_and_is_not_sent_once_more(company: Company) -> None:
    ticket_id, message_id = sent(company, "bob@x.example", state=UNKNOWN)
    assert outbox_sending.next_due() is not None
    note(report(message_id, FAILED.format("bob@x.example")))
    assert outbox_sending.next_due() is None
    assert [row.state for row in outbox_rows.of_ticket(company.admin, ticket_id)] == ["sent"]


def test_what_is_no_report_about_our_mail_changes_nothing(company: Company) -> None:
    ticket_id, message_id = sent(company, "bob@x.example")
    assert (
        note(report("<dw.0500-1000.aaaaaaaaaaaaaaaa.aaaaaaaaaaaaaaaa@desk.example>", FAILED.format("bob@x.example")))
        is None
    )
    answer = f"From: bob@x.example\nSubject: Re: Printer\nIn-Reply-To: {message_id}\n\nThanks.\n"
    assert note(answer.encode()) is None
    assert note(report(message_id, FAILED.format("bob@x.example").replace("failed", "delivered"))) == ticket_id
    assert marks() == {"bob@x.example": ""}
    hostile = FAILED.format("bob@x.example").replace("No such user", "\x1b[31m" + "x" * 5_000)
    assert note(report(message_id, hostile)) == ticket_id
    assert "\x1b" not in told(company, ticket_id)[0] and len(told(company, ticket_id)[0]) < 700
