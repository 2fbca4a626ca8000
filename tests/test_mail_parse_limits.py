"""Reading mail: floods, bombs and noise end in a filed mail with a warning, soon and in little memory."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import time
from base64 import encodebytes
from pathlib import Path

import hypothesis
import pytest
from hypothesis import strategies as st

from connector.mail.parse import MAX_MAIL, MAX_RECIPIENTS, read
from services.text import HOSTILE, clean
from tests.mails import TEXT, bodies, files, headers, mail, multipart, part

MEGABYTE = 1_000_000
# A mail may take five seconds; a busy test machine gets as many.
SECONDS = 5.0

HEAD = b"From: a@b.example\nSubject: x\n"
HTML = HEAD + b"Content-Type: text/html\n\n"
ENCODED = HEAD + b"Content-Type: image/png\nContent-Transfer-Encoding: "
MIXED = HEAD + b"Content-Type: multipart/mixed; boundary=b\n\n"

FLOODS = {
    "header lines": (b"", b"X: y\n"),
    "encoded words": (b"Subject: ", b"=?utf-8?Q?=41?= "),
    "beginnings of words": (b"Subject: ", b"=?a?q?"),
    "addresses": (b"To: ", b"a@b.example, "),
    "open brackets": (b"To: ", b"<"),
    "open comments": (b"To: ", b"("),
    "escaped quotes": (b"To: ", b'"\\'),
    "half addresses": (b"To: ", b"a @"),
    "words of half addresses": (b"To: ", b"=?a?q?x"),
    "references": (b"References: ", b"<a@b> "),
    "one endless reference": (b"References: ", b"a"),
    "parameters": (b"Content-Type: text/plain", b'; a*0="b'),
    "parts": (MIXED, b"--b\n\n"),
    "dashes": (MIXED, b"--\n"),
    "parts of html": (MIXED, b"--b\nContent-Type: text/html\n\n" + b"<a>" * 2_000 + b"\n"),
    "carriage returns": (b"", b"\r"),
    "zeros": (b"", b"\0"),
    "tags": (HTML, b"<div>"),
    "unfinished tags": (HTML, b"<a "),
    "attributes without an end": (HTML, b'<a href="'),
    "comments without an end": (HTML, b"<!--"),
    "styles without an end": (HTML, b"<style><div>"),
    "nested lists": (HTML, b"<ul><li>"),
    "nested tables": (HTML, b"<table><tr><td>"),
    "references to characters": (HTML, b"&#9"),
    "padded base64": (ENCODED + b"base64\n\n", b"YQ==\n"),
    "soft breaks": (ENCODED + b"quoted-printable\n\n", b"= \n"),
    "uuencoded lines": (ENCODED + b"uuencode\n\nbegin 644 x\n", b"#86)C\n"),
    "calendar parameters": (HEAD + b"Content-Type: text/calendar\n\nBEGIN:VEVENT\n", b"a;"),
    "TNEF attributes": (
        HEAD + b"Content-Type: application/ms-tnef\n\n" + files.winmail(),
        files.tnef_attribute(0x9002, b""),
    ),
    "combining marks": (b"Subject: ", "e\u0301\u0301".encode()),
}


@pytest.mark.parametrize("name", FLOODS)
def test_a_flood_is_read_in_time(name: str, full: bool) -> None:
    start, again = FLOODS[name]
    raw = start + again * ((49 if full else 5) * MEGABYTE // len(again))
    began = time.process_time()
    mail = read(raw)
    assert time.process_time() - began < SECONDS
    assert len(mail.text) <= 1_010_000 and len(mail.to) <= MAX_RECIPIENTS


def _nested(depth: int, kind: str) -> bytes:
    inner = b"".join(
        b"--b%d\r\nContent-Type: multipart/%s; boundary=b%d\r\n\r\n" % (n, kind.encode(), n + 1) for n in range(depth)
    )
    last = b"--b%d\r\n" % depth + TEXT + b"\r\n--b%d--\r\n" % depth
    return mail("Content-Type: multipart/mixed; boundary=b0", inner + last)


@pytest.mark.parametrize("kind", ["mixed", "alternative", "related", "digest"])
def test_two_thousand_nested_parts_are_read_to_the_innermost(kind: str) -> None:
    began = time.process_time()
    mail = read(_nested(2_000, kind))
    assert mail.text == "Hello" and not mail.warnings
    assert time.process_time() - began < SECONDS / 2


def test_two_thousand_nested_mails_are_one_attachment() -> None:
    mail = read(HEAD + b"Content-Type: message/rfc822\n\n" * 2_000 + b"Hello")
    assert [file.name for file in mail.attachments] == ["message.eml"]


def test_two_thousand_files_are_kept_up_to_the_limit() -> None:
    mail = read(multipart(TEXT, *[part("Content-Type: image/png; name=a.png")] * 2_000))
    assert mail.text == "Hello"
    assert len({file.name for file in mail.attachments}) == len(mail.attachments) == 1_000
    assert mail.warnings == ("The mail has more than 1000 attachments: the rest is only in the original.",)


def test_a_header_of_a_megabyte_is_read() -> None:
    many = ",\r\n ".join(f"Person {n} <p{n}@example.org>" for n in range(30_000))
    mail = read(f"From: a@b.example\r\nTo: {many}\r\nSubject: x\r\n\r\nHello".encode())
    assert (mail.subject, mail.text, len(mail.to)) == ("x", "Hello", MAX_RECIPIENTS)
    assert len(mail.warnings) == 1 and "only in the original" in mail.warnings[0]
    assert read(mail_with_subject("x" * MEGABYTE)).subject == "x" * 2_000


def mail_with_subject(subject: str) -> bytes:
    return mail(f"Subject: {subject}")


def test_a_long_text_is_cut_with_a_warning() -> None:
    mail_ = read(mail("", b"A line of text.\r\n" * 200_000))
    assert len(mail_.text) == MEGABYTE
    assert mail_.warnings == ("The text of the mail is very long: the rest is only in the original.",)


READ_IT = """
import hashlib, sys, time
from connector.mail.parse import read
raw = open(sys.argv[1], "rb").read()
began = time.process_time()
mail = read(raw)
seconds = time.process_time() - began
assert mail.text == "Hello"
# Not ru_maxrss: a new process inherits it from the one that started it.
peak = next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(seconds, int(peak) // 1024, len(mail.attachments[0].data))
print(hashlib.sha256(mail.attachments[0].data).hexdigest())
"""


def test_25_megabytes_take_little_time_and_memory(tmp_path: Path) -> None:
    data = bytes(range(256)) * 102_400
    headers = "Content-Type: application/zip\nContent-Transfer-Encoding: base64"
    path = tmp_path / "large.eml"
    path.write_bytes(multipart(TEXT, part(headers, encodebytes(data))))
    done = subprocess.run([sys.executable, "-c", READ_IT, path], capture_output=True, text=True, check=True, timeout=60)
    seconds, megabytes, size, digest = done.stdout.split()
    assert (int(size), digest) == (len(data), hashlib.sha256(data).hexdigest())
    assert float(seconds) < SECONDS
    assert int(megabytes) < 150, "the mail, its encoded and its decoded attachment"


def test_a_mail_beyond_the_limit_is_read_up_to_it() -> None:
    pdf = part("Content-Type: application/pdf; name=a.pdf", b"%PDF")
    large = part("Content-Type: application/zip; name=b.zip", b"x" * (MAX_MAIL + 1))
    raw = multipart(TEXT, pdf, large, headers="Subject: x")
    began = time.process_time()
    mail = read(raw)
    assert time.process_time() - began < SECONDS
    assert (mail.subject, mail.text, [file.name for file in mail.attachments]) == ("x", "Hello", ["a.pdf"])
    assert mail.warnings == (
        "The mail is larger than the 50 MB that are read: what stands beyond them is only in the original.",
    )
    assert read(raw[:-20] + b"y" * 20).body_key != mail.body_key, "all of it tells two mails apart"


def test_a_large_file_survives_quoted_printable_and_8bit() -> None:
    data = bytes(range(256)) * 1_000
    lines = encodebytes(data)
    for name, body in (("base64", lines), ("BASE64 ", lines.replace(b"\n", b"\r\r\n")), ("binary", data)):
        headers = f"Content-Type: application/zip\nContent-Transfer-Encoding: {name}"
        assert read(multipart(TEXT, part(headers, body))).attachments[0].data == data


def _corpus() -> list[bytes]:
    cases = [*headers.CASES, *bodies.CASES, *files.CALENDARS]
    named = [*files.NAMES, *files.TYPES]
    winmail = multipart(TEXT, part("Content-Type: application/ms-tnef", files.WINMAIL))
    return [case.raw for case in cases] + [case.raw for case in named] + [winmail, _nested(30, "mixed")]


CORPUS = _corpus()


def _assert_storable(raw: bytes) -> None:
    mail = read(raw)
    texts = [mail.subject, mail.text, mail.message_id, *mail.in_reply_to, *mail.references, *mail.warnings]
    texts += [text for person in (*mail.to, *mail.cc, *mail.reply_to) for text in person]
    texts += [file.name for file in mail.attachments] + [file.content_id for file in mail.attachments]
    for text in texts:
        assert clean(text) == text
        text.encode("utf-8")
    assert mail.message_id
    assert all(file.name for file in mail.attachments)
    assert "\0" not in HOSTILE or "\0" not in mail.text


@hypothesis.settings(max_examples=300)
@hypothesis.given(st.binary(max_size=2_000))
def test_any_bytes_are_a_mail(raw: bytes) -> None:
    _assert_storable(raw)


@hypothesis.settings(max_examples=600)
@hypothesis.given(
    st.sampled_from(CORPUS),
    st.lists(
        st.tuples(
            st.floats(0, 1),
            st.integers(0, 12),
            st.one_of(
                st.binary(max_size=4),
                st.sampled_from(
                    [b"\r", b"\n", b"\0", b'"', b"=?", b"?=", b"--", b"<", b";", b":", b"\xff", b"\r\n\r\n"]
                ),
            ),
        ),
        max_size=6,
    ),
)
def test_a_mail_with_any_damage_is_still_a_mail(raw: bytes, damages: list[tuple[float, int, bytes]]) -> None:
    for place, removed, inserted in damages:
        at = int(place * len(raw))
        raw = raw[:at] + inserted + raw[at + removed :]
    _assert_storable(raw)
