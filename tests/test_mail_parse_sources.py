"""Finding mails: in files, mailboxes, Maildirs and folders, by what is in them."""

from __future__ import annotations

import os
import resource
from pathlib import Path

import pytest

from connector.mail.sources import iterate
from services.errors import DeskError
from tests.mails import mail

ONE, TWO = mail("Subject: one"), mail("Subject: two", b"Dear desk,\n\nFrom here it looks fine.\n")
FROM = b"From ada@example.org Mon May  3 10:00:00 2027\n"


def _mails(path: Path) -> list[bytes]:
    return [source.read() for source in iterate(path)]


def test_a_file_is_one_mail_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "one.eml"
    path.write_bytes(ONE)
    (source,) = iterate(path)
    assert (source.origin, source.size, source.read()) == (str(path), len(ONE), ONE)


def test_a_mailbox_is_taken_apart_at_its_from_lines(tmp_path: Path) -> None:
    body = b"Dear desk,\n\n>From here\n>>From there\n\nFrom me to you.\n"
    path = tmp_path / "saved"
    path.write_bytes(
        FROM + b"Subject: one\n\n" + body + b"\n" + FROM + b"Subject: two\n\nBye\n\n" + FROM + b"To: x@y\n\n"
    )
    found = list(iterate(path))
    assert [source.origin for source in found] == [f"mbox:{path}#{n}" for n in (1, 2, 3)]
    assert found[0].read() == b"Subject: one\n\nDear desk,\n\nFrom here\n>From there\n\nFrom me to you.\n"
    assert found[1].read() == b"Subject: two\n\nBye\n"
    assert found[2].read() == b"To: x@y\n"


def test_a_mailbox_with_other_line_ends_and_dates(tmp_path: Path) -> None:
    path = tmp_path / "saved.mbox"
    path.write_bytes(
        b"From - Mon May 03 10:00:00 2027\r\nSubject: one\r\n\r\nHi\r\n\r\n"
        b"From 123@xxx Mon, 3 May 2027 10:00:00 +0000\r\nSubject: two\r\n\r\nHo\r\n"
    )
    assert _mails(path) == [b"Subject: one\r\n\r\nHi\r\n", b"Subject: two\r\n\r\nHo\r\n"]


def test_a_maildir_gives_new_and_read_mail_but_none_in_delivery(tmp_path: Path) -> None:
    for folder in ("new", "cur", "tmp", ".Sent/new", ".Sent/cur"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "new" / "10.host").write_bytes(TWO)
    (tmp_path / "new" / "9.host").write_bytes(ONE)
    (tmp_path / "cur" / "8.host:2,S").write_bytes(b"no header at all")
    (tmp_path / "tmp" / "11.host").write_bytes(b"half a m")
    (tmp_path / ".Sent" / "cur" / "1.host:2,S").write_bytes(ONE)
    (tmp_path / "dovecot.index").write_bytes(b"\0\1\2")
    assert _mails(tmp_path) == [ONE, TWO, b"no header at all", ONE]


def test_a_folder_gives_every_mail_below_it_in_order(tmp_path: Path) -> None:
    (tmp_path / "deep" / "deeper").mkdir(parents=True)
    (tmp_path / "10.eml").write_bytes(TWO)
    (tmp_path / "9.eml").write_bytes(ONE)
    (tmp_path / "deep" / "deeper" / "night.mbox").write_bytes(FROM + ONE + b"\n" + FROM + TWO)
    (tmp_path / "deep" / "saved.txt").write_bytes(TWO)
    (tmp_path / "empty.eml").write_bytes(b"")
    (tmp_path / "notes.txt").write_bytes(b"Buy: milk\nand more")
    (tmp_path / "photo.png").write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0")
    (tmp_path / "loop").symlink_to(tmp_path)
    assert _mails(tmp_path) == [ONE, TWO, ONE, TWO, TWO, b""]


def test_the_interpreters_own_mails_are_found() -> None:
    import test.test_email

    folder = Path(os.path.dirname(test.test_email.__file__)) / "data"
    origins = {source.origin.removeprefix("mbox:").partition("#")[0] for source in iterate(folder)}
    assert {Path(origin).name for origin in origins} == {path.name for path in folder.glob("msg_*.txt")}
    assert len(origins) >= 48


def test_a_large_mailbox_is_not_loaded(tmp_path: Path) -> None:
    path = tmp_path / "large.mbox"
    one = FROM + b"Subject: x\n\n" + (b"x" * 999 + b"\n") * 2_000 + b"\n"
    with path.open("wb") as file:
        for _ in range(75):
            file.write(one)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    sizes = [len(source.read()) for source in iterate(path)]
    assert len(sizes) == 75 and set(sizes) == {2_000_012}
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 60_000, "kilobytes"


def test_what_cannot_be_read_is_said_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(DeskError, match=r"There is no file or folder .*nowhere: check the path\."):
        list(iterate(tmp_path / "nowhere"))
    (tmp_path / "photo.png").write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0")
    with pytest.raises(DeskError, match="does not look like mail"):
        list(iterate(tmp_path / "photo.png"))
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(DeskError, match="neither a file nor a folder"):
        list(iterate(tmp_path / "pipe"))
    (tmp_path / "gone.eml").write_bytes(ONE)
    (source,) = iterate(tmp_path / "gone.eml")
    (tmp_path / "gone.eml").unlink()
    with pytest.raises(DeskError, match="cannot be read: no such file"):
        source.read()
