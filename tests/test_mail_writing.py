"""Mails that the desk writes: read by another program as they were meant, whatever is put into them."""

from __future__ import annotations

import email
import email.policy
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.mail_writing import Attachment, Letter, ascii_address, compose, subject_with_number

LETTER = Letter(("Ann", "support@desk.example"), "Printer", "Hello", "<1@desk.example>", 1_763_764_522_000_000)


def read(letter: Letter) -> EmailMessage:
    composed = compose(letter)
    composed.head.encode("ascii")
    assert all(len(line) <= 998 for line in composed.head.split("\r\n"))
    mail = email.message_from_bytes(composed.head.encode("ascii") + composed.content, policy=email.policy.default)
    assert isinstance(mail, EmailMessage)
    return mail


@pytest.mark.parametrize(
    "text",
    [
        "Hello",
        "Grüße, Ännchen\n\n-- \nQ",
        "日本語のテキスト\n" * 30,
        "x" * 5_000,
        ".\n..\nFrom me",
        "=3D = ?=",
        "line \n end\t",
    ],
)
def test_text_arrives_as_written(text: str) -> None:
    arrived = read(LETTER._replace(text=text)).get_content().replace("\r\n", "\n")
    assert arrived == text.replace("\t", "    ").strip("\n") + "\n"


def test_attachments_arrive_byte_for_byte_with_their_names() -> None:
    files = (
        Attachment("Über uns.pdf", "application/pdf", bytes(range(256)) * 9_000),
        Attachment("../../etc/passwd", "text/plain; charset=evil\r\nX: y", b"a\r\nb\rc\n"),
        Attachment('q"\\.txt', "message/rfc822", b"From: x\n\nmail"),
        Attachment("empty", "", b""),
    )
    mail = read(LETTER._replace(attachments=files))
    found = list(mail.iter_attachments())
    assert [part.get_payload(decode=True) for part in found] == [one.data for one in files]
    assert [part.get_content_type() for part in found] == ["application/pdf", *["application/octet-stream"] * 3]
    assert all("/" not in (part.get_filename() or "") for part in found)
    assert b"filename*=utf-8''%C3%9Cber%20uns.pdf" in compose(LETTER._replace(attachments=files)).content
    body = mail.get_body()
    assert body is not None and body.get_content() == "Hello\r\n"


def test_people_are_named_openly_and_bcc_never_is() -> None:
    mail = read(
        LETTER._replace(to=[("Bob, Jr.", "bob@acme.example"), ("", "x@bücher.example")], cc=[("ß", "c@x.example")])
    )
    assert [(one.display_name, one.addr_spec) for one in mail["To"].addresses] == [
        ("Bob, Jr.", "bob@acme.example"),
        ("", "x@xn--bcher-kva.example"),
    ]
    assert mail["Cc"].addresses[0].display_name == "ß"
    assert read(LETTER)["To"] == "undisclosed-recipients:;"


@given(st.text(max_size=300), st.text(max_size=300), st.text(max_size=300), st.text(max_size=200), st.text(max_size=60))
def test_nothing_typed_becomes_a_field_of_its_own(
    name: str, subject: str, text: str, reference: str, file: str
) -> None:
    letter = LETTER._replace(
        sender=(name, "support@desk.example"),
        subject=subject,
        text=text,
        to=[(name, "bob@acme.example"), (name, reference)],
        references=[reference, f"<{reference}>"],
        in_reply_to=reference,
        attachments=[Attachment(file, reference, b"x")],
    )
    head = compose(letter).head
    names = [line.partition(":")[0] for line in head.removesuffix("\r\n\r\n").split("\r\n") if line[:1] != " "]
    allowed = [
        "From",
        "To",
        "Subject",
        "Date",
        "Message-ID",
        "In-Reply-To",
        "References",
        "MIME-Version",
        "Content-Type",
    ]
    assert [one for one in allowed if one in names] == names
    assert not set(head) & set("\0\n\r") - {"\r", "\n"}
    assert head.count("\r\n") == head.count("\n") == head.count("\r")
    assert len(list(read(letter).iter_attachments())) == 1


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("Printer", "[0500-1000] Printer"),
        ("Re: Printer", "Re: [0500-1000] Printer"),
        ("AW: RE[2]: Printer", "AW: RE[2]: [0500-1000] Printer"),
        ("Printer [0500-1000]", "Printer [0500-1000]"),
        ("Ticket [0500-1000] Printer", "Ticket [0500-1000] Printer"),
        ("[0500-1000] Re: [0500-1000] x", "Re: [0500-1000] x"),
        ("Re: [0500-1001] x", "Re: [0500-1000] x"),
        ("[ 0500–1000 ] x", "[0500-1000] x"),
        ("Re: Ticket 0500-1000: Fire", "Re: Ticket [0500-1000]: Fire"),
        ("0500-1000 and 0500-1000 again", "[0500-1000] and again"),
        ("Re: 0500-1000 [0500-1000] Fire", "Re: [0500-1000] Fire"),
        ("[ 0500-1000 ] 0500-1000", "[0500-1000]"),
        ("Call 10500-1000 or 0500-10001", "[0500-1000] Call 10500-1000 or 0500-10001"),
        ("[1234-0000] is no ticket", "[0500-1000] [1234-0000] is no ticket"),
        ("回复：打印机", "回复：[0500-1000] 打印机"),
        ("", "[0500-1000] "),
    ],
)
def test_the_number_stands_in_the_subject_once(written: str, sent: str) -> None:
    assert subject_with_number(written, "0500-1000") == sent.strip()
    assert subject_with_number(sent.strip(), "0500-1000") == sent.strip()


@pytest.mark.parametrize("bad", ["", "x", "a@b@c", "a b@c", "a@b\r\n", "<a@b>", "jürgen@x.example", "a@" + "x" * 70])
def test_what_no_field_can_hold_is_no_address(bad: str) -> None:
    assert ascii_address(bad) == ("a@b" if bad.strip() == "a@b" else "")
