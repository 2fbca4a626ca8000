"""Reading mail: whatever comes in the mail, the desk gets sender, subject, text and files out of it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from connector.mail import identity
from connector.mail.message import Address, ParsedMail
from connector.mail.parse import parse, read
from tests.mails import TEXT, Case, bodies, files, headers, mail, multipart, part


def _interpreters_mails() -> list[Path]:
    import test.test_email

    folder = Path(os.path.dirname(test.test_email.__file__)) / "data"
    return sorted(folder.glob("msg_*.txt"))


@pytest.mark.parametrize("case", [*headers.CASES, *bodies.CASES, *files.CALENDARS], ids=lambda case: case.name)
def test_a_mail_that_goes_wrong_is_read_all_the_same(case: Case) -> None:
    mail = read(case.raw)
    for field, value in case.expected.items():
        assert getattr(mail, field) == value, field


@pytest.mark.parametrize("case", [*files.NAMES, *files.TYPES], ids=lambda case: case.name)
def test_every_file_is_kept_under_a_name_that_can_be_saved(case: files.FileCase) -> None:
    assert tuple(file.name for file in read(case.raw).attachments) == case.names


def test_the_interpreters_own_mails_are_all_read() -> None:
    paths = _interpreters_mails()
    assert len(paths) >= 48, "the interpreter's test/test_email/data is missing: install it with its tests"
    mails = {path.stem: read(path.read_bytes()) for path in paths}
    assert all(isinstance(one, ParsedMail) and not one.warnings for one in mails.values())
    assert mails["msg_01"].sender == Address("John X. Doe", "bbb@ddd.com")
    assert mails["msg_01"].subject == "This is a test message"
    assert mails["msg_07"].text == "Hi there,\n\nThis is the dingus fish."
    assert [file.name for file in mails["msg_07"].attachments] == ["dingusfish.gif"]
    assert len(mails["msg_02"].attachments) == 5, "the mails of a digest are files of it"
    assert mails["msg_10"].text.count("encoded message") == 4, "each part in its own encoding"
    assert mails["msg_16"].is_bounce and mails["msg_25"].is_bounce and mails["msg_43"].is_bounce
    assert mails["msg_45"].signed == "OpenPGP" and mails["msg_45"].attachments[0].name == "signature.asc"
    assert mails["msg_35"].text.startswith("counter to RFC 2822")


def test_a_whole_mail_from_a_customer() -> None:
    html = part("Content-Type: text/html; charset=utf-8", b'<p>It <b>burns</b>.</p><img src="cid:photo@x">')
    photo = part(
        "Content-Type: image/png; name=photo.png\nContent-ID: <photo@x>\nContent-Transfer-Encoding: base64",
        b"iVBORw0KGgo=",
    )
    related = multipart(html, photo, kind="related", boundary="inner").partition(b"Content-Type")[2]
    raw = multipart(
        part("Content-Type: text/plain", b"It burns."),
        b"Content-Type" + related,
        kind="alternative",
        headers="Subject: =?utf-8?Q?Drucker?=\nMessage-ID: <1@example.org>\nDate: Mon, 3 May 2027 12:00:00 +0200",
    )
    mail = read(raw)
    assert mail.sender == Address("Ada", "ada@example.org")
    assert mail.to == (Address("", "desk@example.com"),)
    assert (mail.subject, mail.text, mail.html_only) == ("Drucker", "It burns.", False)
    assert mail.date_at == 1_809_338_400_000_000
    (picture,) = mail.attachments
    assert picture == ("photo.png", "image/png", b"\x89PNG\r\n\x1a\n", "photo@x", True)


def test_an_attached_mail_is_kept_byte_for_byte() -> None:
    inner = multipart(TEXT, part("Content-Type: image/png; name=a.png", b"\x89PNG\r\n"), boundary="inner")
    (file,) = read(multipart(TEXT, part("Content-Type: message/rfc822", inner))).attachments
    assert file.data == inner
    assert read(file.data).attachments[0].name == "a.png"


def test_a_winmail_is_unpacked_and_kept() -> None:
    wrapped = part("Content-Type: application/ms-tnef; name=winmail.dat", files.WINMAIL)
    mail = read(multipart(wrapped))
    assert mail.text == "Hello from Outlook"
    assert [(file.name, file.data) for file in mail.attachments] == [
        ("winmail.dat", files.WINMAIL),
        ("Grüße.pdf", b"%PDF-\0\0"),
        ("short.txt", b"text"),
    ]
    assert read(multipart(TEXT, wrapped)).text == "Hello", "its text only serves a mail that has none"


@pytest.mark.parametrize("end", [3, 20, 60, 120, len(files.WINMAIL) - 3])
def test_a_damaged_winmail_is_kept_with_a_warning(end: int) -> None:
    mail = read(multipart(TEXT, part("Content-Type: application/ms-tnef", files.WINMAIL[:end])))
    assert mail.attachments[0].data == files.WINMAIL[:end]
    assert mail.warnings == ("The winmail.dat could not be unpacked: it is attached as it came.",)


def test_uuencoded_files_are_decoded() -> None:
    import binascii

    lines = b"".join(binascii.b2a_uu(bytes(range(45))) for _ in range(3))
    body = b"begin 644 a.bin\n" + lines + b"`\nend\n"
    headers = "Content-Type: application/octet-stream; name=a.bin\nContent-Transfer-Encoding: x-uuencode"
    assert read(multipart(TEXT, part(headers, body))).attachments[0].data == bytes(range(45)) * 3


def test_one_mail_over_two_routes_is_recognised() -> None:
    one = mail("Subject: x\nMessage-ID: <1@x>\nReceived: from a\nDelivered-To: desk@a", b"Hello\r\nyou\r\n")
    two = b"Return-Path: <ada@example.org>\nX-Spam: no\n" + mail(
        "Subject: x\nMessage-ID: <1@x>\nReceived: from b\nDKIM-Signature: v=1", b"Hello\r\nyou\r\n\r\n"
    ).replace(b"\r\n", b"\n")
    other = one.replace(b"you", b"me")
    assert read(one).body_key == read(two).body_key != read(other).body_key


def test_a_mail_without_an_id_gets_the_same_one_every_time() -> None:
    raw = mail("Subject: x")
    assert read(raw).message_id_made
    assert read(raw).message_id == read(b"Received: from elsewhere\r\n" + raw).message_id
    assert read(raw).message_id != read(mail("Subject: y")).message_id
    assert len(read(mail(f"Message-ID: <{'x' * 5000}@y>")).message_id) < 100, "ids are indexed"


def test_the_net_below_the_parser_keeps_what_it_can(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RecursionError

    monkeypatch.setattr("connector.mail.parse.structure.split", fail)
    mail = parse(b"From: a@b.example\nSubject: Printer\n\nIt burns")
    assert mail.subject == "Printer" and "It burns" in mail.text and mail.warnings and mail.message_id_made


@pytest.mark.parametrize(
    ("subject", "numbers"),
    [
        ("[0500-1000] Printer", ("0500-1000",)),
        ("AW: Ticket [0500-1000]", ("0500-1000",)),
        ("回复：Ticket [ 0500-1000 ] Printer", ("0500-1000",)),
        ("Re: [0500-1000] [0501-9999] [0500-1000]", ("0500-1000", "0501-9999")),
        ("Re: [0500\u20111000]", ("0500-1000",)),
        ("0500-1000 without brackets", ()),
        ("[05001-1000] [500-1000] [٠٥٠٠-١٠٠٠]", ()),
    ],
)
def test_ticket_numbers_are_found_in_a_subject(subject: str, numbers: tuple[str, ...]) -> None:
    assert identity.ticket_numbers(subject) == numbers
