"""A large mail comes in by LMTP, and the process that takes it stays small."""

from __future__ import annotations

import base64
import os
import smtplib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.connector import Mailing
from tests.support.desks import SUPPORT_ADDRESS

_MEGABYTE = 1_000_000
_MOST = 250 * _MEGABYTE
"""Bytes of the process while a mail with a file of 25 MB comes in; of smaller ones as much of what it takes more."""


@pytest.fixture
def mailing(new_desk_url: str, tmp_path: Path) -> Iterator[Mailing]:
    """A desk's mail in processes that end with the test."""
    mailing = Mailing(new_desk_url, tmp_path / "spool")
    yield mailing
    mailing.close()


def _with_file(size: int) -> bytes:
    head = (
        f"From: Cleo <cleo@acme.example>\r\nTo: {SUPPORT_ADDRESS}\r\nMessage-ID: <{size}@acme.example>\r\n"
        "Content-Type: application/octet-stream; name=a.bin\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    )
    return head.encode() + base64.encodebytes(os.urandom(size)).replace(b"\n", b"\r\n")


def _peak(pid: int) -> int:
    """Return the most bytes that a process has had in memory."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM:"))


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="only Linux tells the peak of a process")
def test_a_large_mail_takes_little_memory(mailing: Mailing, full: bool) -> None:
    megabytes = 25 if full else 5
    listening = mailing.run("lmtp", "--listen", "0")
    with smtplib.LMTP("127.0.0.1", listening.port) as client:
        # What any mail needs, such as modules, is there after the first one.
        client.sendmail("cleo@acme.example", [SUPPORT_ADDRESS], _with_file(10))
        listening.wait_for("ticket as")
        before = _peak(listening.pid)
        client.sendmail("cleo@acme.example", [SUPPORT_ADDRESS], _with_file(megabytes * _MEGABYTE))
        listening.wait_for("ticket as", 2)
    assert _peak(listening.pid) - before < (_MOST - before) * megabytes / 25
