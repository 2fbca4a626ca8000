"""Odd mails of employees, passed on: the number once, the content as it was, and nothing private in the head."""

from __future__ import annotations

import base64
import email
import email.policy
import re
import time

import pytest

from connector.copies import Heading, copy_of
from connector.mail.parse import read
from models import Delivery, OutgoingMail
from services import preferences, recipients
from tests.mails.corpus import CASES
from tests.support.company import Company
from tests.support.desks import SUPPORT_ADDRESS
from tests.support.letters import letter, ticket_of
from tests.support.post import deliver, open_the_way_out, sent

NUMBER = "0500-1000"
PRIVATE = re.compile(r"ann@|ben@|laptop|home\.example|secret|10\.0\.0\.7|annmail", re.IGNORECASE)
OWN = (
    *("From", "Reply-To", "To", "Cc", "Subject", "Date", "Message-ID", "In-Reply-To", "References", "MIME-Version"),
    *("Content-Type", "Content-Transfer-Encoding", "Content-Disposition", "Content-Language", "Content-Class"),
    *("Importance", "Priority", "X-Priority", "X-MSMail-Priority", "Thread-Index"),
)
TRACES = "\n".join(
    f"{name}: ann@desk.example secret ann-laptop.home.example [10.0.0.7]"
    for name in (
        *("Bcc", "Resent-Bcc", "Resent-From", "Resent-To", "Resent-Message-ID", "X-Original-To", "Delivered-To"),
        *("Envelope-To", "X-Envelope-From", "X-Sender", "X-Originating-IP", "X-Originating-Email", "Autocrypt"),
        *("OpenPGP", "X-Mailer", "User-Agent", "Organization", "Errors-To", "Reply-To", "Mail-Reply-To"),
        *("Mail-Followup-To", "Sender", "Comments", "Keywords", "Thread-Topic", "Return-Receipt-To", "Received-SPF"),
        *("Disposition-Notification-To", "X-Confirm-Reading-To", "Return-Path", "Received", "DKIM-Signature"),
        *("ARC-Seal", "ARC-Message-Signature", "ARC-Authentication-Results", "Authentication-Results", "X-Identity"),
        *("X-MS-Exchange-Organization-AuthSource", "X-Google-Original-From", "X-Face", "Face", "X-Forwarded-For"),
        *("Content-Description", "Content-ID", "Content-Location", "Content-Base", "X-Deskwire-Ticket", "Importance"),
        *("Priority", "X-Priority", "Content-Language", "Content-Class", "Thread-Index", "X-MSMail-Priority"),
    )
)
MANY = "References: " + "\n ".join(f"<{n}.ann@desk.example>" for n in range(2_000))


def _word(text: str) -> str:
    return f"=?utf-8?B?{base64.b64encode(text.encode()).decode()}?="


HEADS = {
    "nothing": "",
    "traces": TRACES,
    "2,000 references": f"{MANY}\nIn-Reply-To: <last.ann@desk.example>",
    "its own reference": "In-Reply-To: <odd@ann-laptop>\nReferences: <odd@ann-laptop>",
    "a parameter": 'Content-Type: text/plain; x-from="ann@desk.example"; charset=utf-8',
    "a long parameter": f'Content-Type: text/plain; x="{"y" * 3_000}"; charset=utf-8',
    "8-bit name": 'Content-Type: text/plain; name="Grüße aus Köln.txt"',
    "a mail program": "MIME-Version: 1.0 (AnnMail 16.0 \\(3731.500.231\\))\nContent-Type: text/plain",
    "no type": "Content-Type: ann@desk.example",
}
SUBJECTS = {
    "encoded": (_word(f"Ré: [{NUMBER}] Füür"), f"Ré: [{NUMBER}] Füür"),
    "split in the number": ("=?utf-8?Q?Re:_[0500-?= =?utf-8?Q?1000]_Fire?=", f"Re: [{NUMBER}] Fire"),
    "folded in the number": (f"Re: [{NUMBER}\n ] Fire", f"Re: [{NUMBER}] Fire"),
    "twice": (f"Re: [{NUMBER}] AW: [{NUMBER}] Fire", f"Re: AW: [{NUMBER}] Fire"),
    "without brackets": (f"Re: Ticket {NUMBER}: Fire", f"Re: Ticket [{NUMBER}]: Fire"),
    "that of others": (f"Re: [0777-1234] [{NUMBER}] Fire", f"Re: [{NUMBER}] Fire"),
    "none": ("Fire", f"[{NUMBER}] Fire"),
    "raw 8-bit": (f"[{NUMBER}] Füür", f"[{NUMBER}] Füür"),
}
FROM = {
    "a name": "Ann at home <ann@desk.example>",
    "8-bit": "Änn <ann@desk.example>",
    "the address": '"ann@desk.example" <ann@desk.example>',
    "capitals": "ANN@DESK.EXAMPLE",
    "encoded with the address": f"{_word('Ann <ann@desk.example>')}",
}
TO = {
    "a group": f"Desk: {SUPPORT_ADDRESS}, Ben <ben@desk.example>;",
    "two fields": f"ben@desk.example\nTo: {SUPPORT_ADDRESS}",
    "capitals": f'"secret" <{SUPPORT_ADDRESS.upper()}>',
}


def odd(head: str = "", subject: str = f"Re: [{NUMBER}] Fire", sender: str = FROM["a name"], to: str = "") -> bytes:
    """Return a mail of Ann's to the desk."""
    lines = (f"From: {sender}", f"To: {to or SUPPORT_ADDRESS}", "Message-ID: <odd@ann-laptop>", f"Subject: {subject}")
    return "\n".join(filter(None, (*lines, head))).encode() + b"\n\nTry \xff\x00water.\r\n.\n \r\n"


@pytest.fixture
def company(company: Company) -> Company:
    """A desk with a ticket of Cleo's that Ben manages; a second customer gets blind copies."""
    open_the_way_out(company.desk)
    preferences.set_desk_setting(company.admin, "mail_category", "Network")
    (outcome,) = deliver(company.desk, letter(sender="Cleo <cleo@cleo.example>", key="1"))
    ticket = ticket_of(company.desk, outcome)
    assert ticket.number == NUMBER
    recipients.add_external(company.admin, ticket.id, "secret@cleo.example", "", "bcc")
    Delivery.delete().execute()
    OutgoingMail.delete().execute()
    return company


def test_whatever_an_employee_sends_leaves_without_a_trace_of_where_it_was_written(company: Company) -> None:
    mails = [
        *(odd(head) for head in HEADS.values()),
        *(odd(subject=written) for written, _ in SUBJECTS.values()),
        *(odd(sender=sender) for sender in FROM.values()),
        *(odd(to=to) for to in TO.values()),
    ]
    for place, raw in enumerate(mails):
        thread = b"" if b"In-Reply-To" in raw else b"In-Reply-To: <1@mail.example>\n"
        raw = thread + raw.replace(b"<odd@", b"<odd%d@" % place)
        (outcome,) = deliver(company.desk, raw)
        assert outcome.number == NUMBER, raw[:300]
        copy = sent()[-1]
        assert len(sent()) == place + 1, raw[:300]
        assert copy.to[:3] == [
            ("bcc", "ben@desk.example"), ("bcc", "dora@desk.example"), ("bcc", "secret@cleo.example"),
        ]  # fmt: skip
        head = copy.raw.partition(b"\r\n\r\n")[0].decode("ascii")
        assert not PRIVATE.search(head), head
        assert max(map(len, head.split("\r\n"))) <= 998
        message = email.message_from_bytes(copy.raw, policy=email.policy.default)
        assert set(message.keys()) <= set(OWN)
        assert message["From"].addresses[0].addr_spec == SUPPORT_ADDRESS and message["Reply-To"] == SUPPORT_ADDRESS
        assert str(message["Subject"]).count(NUMBER) == 1
        assert copy.body == raw.partition(b"\n\n")[2]


@pytest.mark.parametrize(("written", "shown"), SUBJECTS.values(), ids=list(SUBJECTS))
def test_a_subject_shows_the_number_once(written: str, shown: str) -> None:
    from services.mail_writing import subject_with_number

    assert subject_with_number(read(odd(subject=written)).subject, NUMBER) == shown


HEADING = Heading(("Ann", SUPPORT_ADDRESS), "x", "<1@desk.example>", 0)


@pytest.mark.parametrize(
    ("written", "left"),
    [
        ('text/plain;\n\tcharset="utf-8";\n format=flowed', 'text/plain;\r\n charset="utf-8";\r\n format=flowed'),
        ('multipart/mixed; boundary="a@b; c"', 'multipart/mixed;\r\n boundary="a@b; c"'),
        ('multipart/mixed; x="ann@a.example"; boundary="a@b; c"', 'multipart/mixed;\r\n boundary="a@b; c"'),
        ("text/plain; x-unix-mode=0644; x-by=ann@a.example", "text/plain;\r\n x-unix-mode=0644"),
        ("text/html (by ann@a.example); charset=utf-8", "text/html;\r\n charset=utf-8"),
        ('text/plain; name="a; x-by=ann@a.example; charset=utf-8', 'text/plain;\r\n name="a;\r\n charset=utf-8'),
        ("text/pl@in; charset=utf-8", "text/plain;\r\n charset=utf-8"),
        ('a/b; name="ann@desk.example.vcf"', 'a/b;\r\n name="ann@desk.example.vcf"'),
        ('multipart/mixed; boundary="Grün"; x="ä"', 'multipart/mixed;\r\n boundary="GrÃ¼n";\r\n x="=?utf-8?b?w6Q=?="'),
        ('a/b; name="Grüße aus Köln.txt"', 'a/b;\r\n name="=?utf-8?b?R3LDvMOfZSBhdXMgS8O2bG4udHh0?="'),
    ],
)
def test_what_describes_the_content_stays_but_for_names_and_places(written: str, left: str) -> None:
    raw = f"Content-Type: {written}\n\nx".encode()
    copy = copy_of(raw, HEADING)
    assert copy.head.partition("Content-Type: ")[2] == f"{left}\r\n\r\n"
    found = read(copy.head.encode("latin-1") + b"x"), read(raw)
    assert found[0].attachments == found[1].attachments


@pytest.mark.parametrize(
    "value",
    [
        '; x=@ann; "' + '\\"' * 60_000,
        "; x=@ann; " + ';"' * 60_000,
        f"; name={'a' * 60_000}ä",
        '; name="' + "ä€" * 30_000 + '"',
        '; n="ä"' * 20_000,
    ],
    ids=("escaped quotes", "open quotes", "a long name", "a long name in quotes", "many names"),
)
def test_a_type_that_was_made_to_be_slow_is_not(value: str) -> None:
    raw = f"Content-Type: text/plain{value}\n\nx".encode()
    begun = time.process_time()
    head = copy_of(raw, HEADING).head
    assert time.process_time() - begun < 1
    assert "Content-Type: text/plain" in head and "@ann" not in head


def test_a_copy_of_any_mail_holds_what_the_mail_holds() -> None:
    for case in CASES:
        copy, whole = copy_of(case.raw, HEADING), read(case.raw)
        lines = copy.head.split("\r\n")
        names = [line.partition(":")[0] for line in lines if line and line[0] != " "]
        assert len(set(names)) == len(names) and max(map(len, lines)) <= 998, case.name
        content = (case.raw if copy.content is None else copy.content)[copy.body_start :]
        again = read(copy.head.encode("latin-1") + content)
        assert (again.text, again.attachments) == (whole.text, whole.attachments), case.name


def test_how_urgent_it_is_goes_along_and_nothing_beside_it() -> None:
    urgent = "Importance: High", "Priority: urgent", "X-Priority: 1 (Highest)", "Content-Language: en-GB, de"
    said = "Importance: high, said Ann", "Priority: ann@desk.example", "X-Priority: 9", "Content-Language: de <x>"
    for lines, kept in ((urgent, set(urgent)), (said, set[str]())):
        head = copy_of("\n".join((*lines, "", "x")).encode(), HEADING).head
        assert set(head.split("\r\n")) & {*urgent, *said} == kept
