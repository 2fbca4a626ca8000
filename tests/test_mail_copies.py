"""Copies that the desk passes on: content untouched, and nothing in the head that tells where a mail came from."""

from __future__ import annotations

import email
import email.policy

import pytest

from connector.copies import Heading, copy_of
from connector.mail.parse import parse
from services.mail_writing import AUTOMATIC_ANSWER

HEADING = Heading(
    sender=("Ann Able", "support@desk.example"),
    subject="Re: [0500-1000] Printer",
    message_id="<dw.0500-1000.a.b@desk.example>",
    at=1_763_764_522_000_000,
    to=(("Bob", "bob@acme.example"),),
    reply_to="support@desk.example",
    in_reply_to="<q@acme.example>",
    references=[f"<{number}.{'long' * 15}@acme.example>" for number in range(30)],
)
TRACES = (
    b"Return-Path: <ann@home.example>\n"
    b"Received: from ann-laptop (ann-laptop.home.example [10.0.0.7])\n\tby mx.home.example\n"
    b"DKIM-Signature: v=1; d=home.example; b=abc\n"
    b"ARC-Seal: i=1; d=home.example\nAuthentication-Results: mx.home.example; dkim=pass\n"
    b"X-Originating-IP: [10.0.0.7]\nX-Google-Original-From: ann@home.example\nAutocrypt: addr=ann@home.example\n"
    b"Sender: ann@home.example\nDisposition-Notification-To: ann@home.example\nReturn-Receipt-To: ann@home.example\n"
    b"X-Confirm-Reading-To: ann@home.example\nOrganization: Home\nBcc: ann@home.example\n"
    b"Message-ID: <1@ann-laptop.home.example>\n"
)


def letter(head: bytes, body: bytes) -> bytes:
    return TRACES + b"From: Ann <ann@home.example>\nTo: support@desk.example\nSubject: Printer\n" + head + b"\n" + body


def sent(raw: bytes, heading: Heading = HEADING) -> bytes:
    copy = copy_of(raw, heading)
    return copy.head.encode("latin-1") + (raw if copy.content is None else copy.content)[copy.body_start :]


def test_nothing_tells_where_the_mail_was_written() -> None:
    copy = sent(letter(b"", b"It works again.\n"))
    for trace in (b"home", b"laptop", b"10.0.0.7", b"DKIM", b"Received", b"Disposition", b"Receipt", b"Bcc"):
        assert trace not in copy
    mail = email.message_from_bytes(copy, policy=email.policy.default)
    assert mail["From"] == "Ann Able <support@desk.example>"
    assert mail["Reply-To"] == "support@desk.example"
    assert mail["Subject"] == "Re: [0500-1000] Printer"
    assert mail["Message-ID"] == "<dw.0500-1000.a.b@desk.example>"
    assert mail.get_content() == "It works again.\n"


def test_text_and_attachments_are_the_originals_byte_for_byte() -> None:
    body = (
        b"--x\nContent-Type: text/html\n\n<b>Gr\xfc\xdfe</b>\n--x\nContent-Type: a/b; name=f\n\n\x00\x01\r\x02\n--x--\n"
    )
    raw = letter(b'MIME-Version: 1.0\nContent-Type: multipart/mixed;\n\tboundary="x"\n', body)
    copy = copy_of(raw, HEADING)
    assert copy.content is None
    assert raw[copy.body_start :] == body
    assert 'Content-Type: multipart/mixed;\r\n boundary="x"\r\n' in copy.head


def test_long_references_are_neither_encoded_nor_endless() -> None:
    head = copy_of(letter(b"", b"x\n"), HEADING).head
    references = head.partition("References: ")[2].partition("\r\n\r\n")[0].split("\r\n ")
    kept = list(HEADING.references)
    assert references == [kept[0], *kept[-20:]]
    assert "=?" not in head


@pytest.mark.parametrize(
    "hostile",
    [
        b"Content-Type: text/plain\rBcc: victim@x.example\n",
        b"Content-Type: text/plain;\r\n\r\tBcc: victim@x.example\n",
        b"Importance: high\rX-Injected: yes\n",
        b"Content-Language: \x00de\n",
    ],
)
def test_no_field_smuggles_another_one_in(hostile: bytes) -> None:
    head = copy_of(letter(hostile, b"x\n"), HEADING).head
    lines = head.split("\r\n")
    assert "\r" not in "".join(lines)
    assert "\n" not in "".join(lines)
    assert "\0" not in head
    assert not any(line.lower().startswith(("bcc:", "x-injected:")) for line in lines)


def test_names_and_subjects_stay_in_their_fields() -> None:
    heading = HEADING._replace(
        sender=("Ann\r\nBcc: victim@x.example", "support@desk.example"),
        subject="Hi\r\nBcc: victim@x.example\n\nbody",
        to=(("Bob\nX: y", "bob@acme.example"), ("", "bad\r\nBcc: v@x.example"), ("", "jürgen@x.example")),
        in_reply_to="<a\r\nBcc: v@x.example>",
        references=["<b>\r\nBcc: v@x.example", "<ok@x.example>"],
    )
    head = copy_of(letter(b"", b"x\n"), heading).head
    names = [line.partition(":")[0] for line in head.split("\r\n") if line and not line.startswith(" ")]
    assert names == ["From", "Reply-To", "To", "Subject", "Date", "Message-ID", "References"]
    assert "References: <ok@x.example>\r\n" in head
    head.encode("ascii")


@pytest.mark.parametrize(
    "start", [b"", b"\xef\xbb\xbf", b"From ann@home.example Fri Nov 21 10:00:00 2025\n", b"\n\n", b"rubbish\n"]
)
def test_what_stands_before_the_head_goes_too(start: bytes) -> None:
    assert sent(start + letter(b"", b"It works.\n")).endswith(b"\r\n\r\nIt works.\n")


def test_a_mail_with_bare_returns_as_line_ends_is_passed_on_with_proper_ones() -> None:
    raw = letter(b"Content-Language: de\n", b"One\nTwo\n").replace(b"\n", b"\r")
    copy = sent(raw)
    assert parse(copy).text == "One\nTwo"
    assert b"home" not in copy


def test_a_mail_that_is_no_mail_is_passed_on_as_text() -> None:
    raw = b"\x00\x01 nothing that looks like a head"
    assert sent(raw).endswith(b"\r\n\r\n" + raw)


def test_marks_of_automatic_mail_are_added_on_request() -> None:
    assert "Auto-Submitted: auto-replied\r\n" in copy_of(b"\nx", HEADING._replace(extra=AUTOMATIC_ANSWER)).head
