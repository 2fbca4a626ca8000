"""Every nasty mail goes through the rules with the way out open: filed, passed on and answered without a fault."""

from __future__ import annotations

import re

import pytest

from tests.mails import bodies, files, headers
from tests.support.company import Company
from tests.support.letters import letter
from tests.support.post import Sent, deliver, open_the_way_out, sent

# What stands in the head of a mail that leaves; whatever else a mail brings stays behind.
_FIELDS = {
    *("from", "reply-to", "to", "cc", "subject", "date", "message-id", "in-reply-to", "references", "mime-version"),
    *("auto-submitted", "x-auto-response-suppress", "content-type", "content-transfer-encoding", "content-disposition"),
    *("content-description", "content-language", "content-class", "importance", "priority", "x-priority"),
    *("x-msmail-priority", "thread-index"),
}
_ONCE = ("from", "reply-to", "to", "subject", "date", "message-id")
_NAME = re.compile(r"^([A-Za-z-]+): ", re.MULTILINE)
_NUMBER = re.compile(r"\[0500-\d{4}\]")


@pytest.mark.parametrize("author", ["as it comes", "by an employee"])
def test_nasty_mail_leaves_tidy(company: Company, author: str) -> None:
    open_the_way_out(company.desk, mail_category="Network", mail_rate_total="", mail_rates="")
    (first,) = deliver(company.desk, letter(sender="Cleo <cleo@cleo.example>", key="first"))
    raws = [case.raw for case in (*headers.CASES, *bodies.CASES, *files.CALENDARS)][::2]
    if author == "by an employee":
        raws = [_by_ann(raw, first.number or "") for raw in raws]
    outcomes = deliver(company.desk, *raws)
    assert [one for one in outcomes if one.state not in ("ticket", "reply", "duplicate", "present", "aside")] == []
    left = sent()
    assert len(left) > len(raws) / 2
    for mail in left:
        check(mail)


def _by_ann(raw: bytes, number: str) -> bytes:
    """Return a mail as Ann would have sent it to the desk; its own fields stand below hers."""
    head = f"From: Ann <ann@desk.example>\r\nTo: support@desk.example\r\nSubject: [{number}] x\r\n".encode()
    return head + raw.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n \t")


def check(mail: Sent) -> None:
    """See that a mail's head has what it must have, once, and nothing that was smuggled in."""
    head = mail.raw.partition(b"\r\n\r\n")[0].decode("latin-1")
    assert "\r" not in head.replace("\r\n", "") and "\n" not in head.replace("\r\n", "") and "\0" not in head
    names = [name.lower() for name in _NAME.findall(re.sub(r"\r\n(?=[ \t])", " ", head).replace("\r\n", "\n"))]
    assert len(names) == len(re.sub(r"\r\n[ \t]", " ", head).split("\r\n")), head
    assert set(names) <= _FIELDS, set(names) - _FIELDS
    assert all(names.count(name) == 1 for name in _ONCE if name != "to" or "cc" not in names)
    shown = str(mail.message["Subject"])
    assert len(_NUMBER.findall(shown)) == 1, shown
    for line in head.split("\r\n"):
        assert len(line) <= 998
    if mail.kind == "distribution" and any(role == "to" and "cleo@" in address for role, address in mail.to):
        assert "ann@desk.example" not in head
