"""Who may write in an employee's name: what the believed server proved about the domain of From, and no other."""

from __future__ import annotations

import pytest

from connector.authentication import aligned, doubt, failure
from connector.mail.parse import read
from tests.support.company import Company
from tests.support.letters import CLEO, entries_of, letter, ticket_of
from tests.support.post import deliver, open_the_way_out, sent

FIELD = "Authentication-Results: "
SERVER = "mx.desk.example"
ANN = "Ann <ann@desk.example>"


def checked(*results: str, above: str = "") -> bytes:
    """Return a mail of Ann's with what servers found, the topmost first."""
    fields = "".join(f"{FIELD}{one}\r\n" for one in results)
    return f"{above}{fields}".encode() + letter("Hello", sender=ANN)


@pytest.mark.parametrize(
    ("results", "failed", "doubted"),
    [
        # DMARC decides where it has a verdict.
        ("dmarc=pass header.from=desk.example; spf=fail", "", ""),
        ("dmarc=fail header.from=desk.example; dkim=pass header.d=desk.example", "dmarc=fail", "dmarc=fail"),
        ("dmarc=pass header.from=evil.example", "", ""),
        ("dmarc=pass header.from=evil.example; spf=fail", "spf=fail", "spf=fail"),
        # Without it only what was proved about the domain of From counts.
        ("dmarc=none; dkim=pass header.d=desk.example; spf=fail", "", ""),
        ("dkim=pass header.i=@mail.desk.example; spf=softfail", "", ""),
        ("dkim=pass header.d=evil.example; spf=fail smtp.mailfrom=desk.example", "spf=fail", "spf=fail"),
        ("dkim=pass header.d=evil.example", "", "only evil.example was proved, not desk.example"),
        ("spf=pass smtp.mailfrom=x@evil.example", "", "only evil.example was proved, not desk.example"),
        ("spf=pass smtp.mailfrom=x@evil.example; dkim=pass header.d=desk.example", "", ""),
        ("spf=pass smtp.mailfrom=bounces@mail.desk.example; dkim=fail", "", ""),
        ("spf=pass smtp.helo=mx.desk.example smtp.mailfrom=<>; dkim=fail header.d=evil.example", "", ""),
        ("spf=pass; dkim=pass", "", ""),
        ("spf=fail; dkim=pass", "spf=fail", "spf=fail"),
        ("auth=pass smtp.auth=ann@desk.example; spf=softfail smtp.mailfrom=ann@desk.example", "", ""),
        # Names that only look like the domain.
        ("spf=fail; dkim=pass header.d=desk.example.evil.example", "spf=fail", "spf=fail"),
        ("spf=fail; dkim=pass header.d=evildesk.example", "spf=fail", "spf=fail"),
        ("spf=fail; dkim=pass header.d=example", "spf=fail", "spf=fail"),
        ('spf=fail; dkim=pass header.i="@desk.example header.d=desk.example"@evil.example', "spf=fail", "spf=fail"),
        ("spf=fail; dkim=pass reason=\"header.d=desk.example\" header.d=evil.example", "spf=fail", "spf=fail"),
        ("spf=fail; dkim=pass (header.d=desk.example) header.d=evil.example", "spf=fail", "spf=fail"),
        # Of several signatures that of From's domain counts.
        ("dkim=pass header.d=list.example; dkim=fail header.d=desk.example", "dkim=fail", "dkim=fail"),
        ("dkim=fail header.d=list.example; dkim=pass header.d=desk.example", "", ""),
        ("dkim=fail header.d=a.b; dkim=pass header.d=b.example", "", "only b.example was proved, not desk.example"),
        ("spf=none; dkim=temperror; dmarc=temperror", "", ""),
        ("none", "", ""),
    ],
)  # fmt: skip
def test_what_counts_is_proved_about_the_domain_of_from(results: str, failed: str, doubted: str) -> None:
    mail = read(checked(f"{SERVER}; {results}"))
    assert (failure(mail, SERVER), doubt(mail, SERVER)) == (failed, doubted)
    assert (failure(mail, ""), doubt(mail, "")) == ("", "")
    assert (failure(mail, "mx.other.example"), doubt(mail, "mx.other.example")) == ("", "")


TAKEN_IN = f"Received: from evil by {SERVER} with ESMTPS id 1\r\n"
DELIVERED = f"Received: from {SERVER} by {SERVER} with LMTP id 2\r\n"
PROVED, FAILED = f"{SERVER}; dkim=pass header.d=desk.example", f"{SERVER}; spf=fail smtp.mailfrom=desk.example"


@pytest.mark.parametrize(
    ("raw", "failed"),
    [
        # Several programs of one server wrote a field each, above where it took the mail in.
        (checked(above=f"{FIELD}{FAILED}\r\n{FIELD}{PROVED}\r\n{TAKEN_IN}"), ""),
        (checked(above=f"{DELIVERED}{FIELD}{FAILED}\r\n{FIELD}{PROVED}\r\n{TAKEN_IN}"), ""),
        # Below it, whoever sent the mail may have written it.
        (checked(PROVED, above=f"{FIELD}{FAILED}\r\n{TAKEN_IN}"), "spf=fail"),
        (checked(FAILED, PROVED), "spf=fail"),
        (checked(FAILED, PROVED, above=TAKEN_IN), "spf=fail"),
        (checked(FAILED, PROVED, above=f"{TAKEN_IN}{DELIVERED}"), "spf=fail"),
        # Other servers' results change nothing.
        (checked(f"mx.evil.example; {PROVED.partition('; ')[2]}", FAILED), "spf=fail"),
        (checked(f"{SERVER}.evil.example; {PROVED.partition('; ')[2]}", FAILED), "spf=fail"),
        (checked(f"mx.evil.example; {FAILED.partition('; ')[2]}"), ""),
    ],
)  # fmt: skip
def test_a_result_is_believed_where_only_the_server_can_have_put_it(raw: bytes, failed: str) -> None:
    assert failure(read(raw), SERVER) == failed


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("desk.example", "DESK.example.", True),
        ("mail.desk.example", "desk.example", True),
        ("desk.example", "mail.desk.example", True),
        ("a.desk.example", "b.desk.example", False),
        ("bücher.example", "xn--bcher-kva.example", True),
        ("example", "desk.example", False),
        ("", "", False),
        ("a..b", "a..b", True),
    ],
)
def test_alignment(one: str, other: str, *, same: bool) -> None:
    assert aligned(one, other) is same


def test_a_stranger_with_a_good_signature_of_his_own_writes_to_no_customer(company: Company) -> None:
    open_the_way_out(company.desk, authserv_id=SERVER)
    (outcome,) = deliver(company.desk, letter("Printer", sender=CLEO, key="1"))
    number, before = ticket_of(company.desk, outcome).number, len(sent())
    own = f"{SERVER}; spf=pass smtp.mailfrom=me@evil.example; dkim=pass header.d=evil.example; dmarc=none"
    forged = letter(f"[{number}] Pay here", sender=ANN, key="2", answers="1", Authentication_Results=own)
    (filed,) = deliver(company.desk, forged)
    assert filed.number == number and len(sent()) == before
    warnings = [entry.mail.warnings for entry in entries_of(company.desk, filed) if entry.mail is not None][-1]
    assert "only evil.example was proved, not desk.example" in warnings[-1]
    proved = own.replace("header.d=evil.example", "header.d=desk.example")
    deliver(company.desk, letter(f"[{number}] Hello", sender=ANN, key="3", Authentication_Results=proved))
    assert len(sent()) == before + 1


def test_a_customer_whose_mail_another_house_signs_is_answered(company: Company) -> None:
    open_the_way_out(company.desk, authserv_id=SERVER)
    hosted = f"{SERVER}; spf=pass smtp.mailfrom=cleo@hosting.example; dkim=pass header.d=hosting.example"
    deliver(company.desk, letter("Printer", sender=CLEO, Authentication_Results=hosted))
    assert [one.kind for one in sent("response")] == ["response"]
