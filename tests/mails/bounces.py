"""Bounces as RFC 3464 wants them, and as they come all the same."""

from __future__ import annotations

from connector.mail.message import Returned
from tests.mails import Case, whole

LOST = "lost@bar.example"
ORIGINAL = "<orig@desk.example>"
DIAGNOSTIC = "550 5.1.1 <lost@bar.example>: Recipient address rejected: User unknown"


def bounce(name: str, text: str, *recipients: tuple[str, str, str], original: str = ORIGINAL, **more: object) -> Case:
    """A bounce with address, action and status of each recipient."""
    return Case(
        f"bounce: {name}",
        whole(text),
        {"is_bounce": True, "outcomes": recipients, "returned_message_id": original, **more},
    )


def _report(status: str, returned: str, text: str = "It could not be delivered.") -> str:
    """A bounce as RFC 3464 wants it."""
    return f"""
Return-Path: <>
From: Mail Delivery System <MAILER-DAEMON@mx.example>
To: desk@example.com
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

{text}

--b
Content-Type: message/delivery-status

{status}

--b
{returned}
--b--
"""


MTA = "Reporting-MTA: dns; mx.example\nArrival-Date: Mon, 3 May 2027 10:00:00 +0000\n\n"
FAILED = f"Final-Recipient: rfc822; {LOST}\nAction: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; {DIAGNOSTIC}"
WHOLE = (
    f"Content-Type: message/rfc822\n\nFrom: desk@example.com\nMessage-ID: {ORIGINAL}\n"
    "References: <a@x> <b@x>\nSubject: x\n\nHi"
)
HEADERS = f"Content-Type: text/rfc822-headers\n\nFrom: desk@example.com\nMessage-ID: {ORIGINAL}\nSubject: x"

CASES = [
    Case(
        "bounce: as it should be, with the whole mail",
        whole(_report(MTA + FAILED, WHOLE)),
        {
            "is_bounce": True,
            "returned": (Returned(LOST, "failed", "5.1.1", DIAGNOSTIC),),
            "returned_message_id": ORIGINAL,
            "returned_references": ("<a@x>", "<b@x>"),
            "text": "It could not be delivered.",
            "reasons": ("Auto-Submitted", "Return-Path", "Content-Type", "From"),
        },
    ),
    bounce("only the headers came back", _report(MTA + FAILED, HEADERS), (LOST, "failed", "5.1.1")),
    bounce(
        "nothing came back",
        _report(MTA + FAILED, "Content-Type: text/plain\n\nx"),
        (LOST, "failed", "5.1.1"),
        original="",
    ),
    bounce(
        "one lost and one late",
        _report(
            MTA + FAILED + "\n\nFinal-Recipient: rfc822;late@bar.example\nAction: delayed\nStatus: 4.4.1\n"
            "Will-Retry-Until: Tue, 4 May 2027 10:00:00 +0000",
            HEADERS,
        ),
        (LOST, "failed", "5.1.1"),
        ("late@bar.example", "delayed", "4.4.1"),
    ),
    bounce(
        "delivered and relayed are no failures",
        _report(
            MTA + f"Final-Recipient: rfc822; {LOST}\nAction: delivered\nStatus: 2.0.0\n\n"
            "Final-Recipient: rfc822; b@bar.example\nAction: relayed",
            HEADERS,
        ),
    ),
    bounce(
        "the recipient as we wrote it",
        _report(MTA + FAILED + "\nOriginal-Recipient: rfc822;Lost@Bar.example", HEADERS),
        ("Lost@bar.example", "failed", "5.1.1"),
    ),
    bounce(
        "no action",
        _report(MTA + f"Final-Recipient: rfc822;{LOST}\nStatus: 4.2.2 (mailbox full)", HEADERS),
        (LOST, "delayed", "4.2.2"),
    ),
    bounce(
        "no status but in the diagnostic",
        _report(
            MTA + f"Final-Recipient: rfc822;{LOST}\nAction: FAILED\nDiagnostic-Code: smtp;550 5.7.1 go away", HEADERS
        ),
        (LOST, "failed", "5.7.1"),
    ),
    bounce(
        "Exchange's 5.0.0",
        _report(
            MTA + f"Final-recipient: RFC822; {LOST}\nAction: failed\nStatus: 5.0.0\n"
            "Diagnostic-Code: smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound",
            HEADERS,
        ),
        (LOST, "failed", "5.1.10"),
    ),
    bounce(
        "the address in brackets",
        _report(MTA + f"Final-Recipient: rfc822;<{LOST}>\nAction: failed\nStatus: 5.1.1", HEADERS),
        (LOST, "failed", "5.1.1"),
    ),
    bounce(
        "folded fields",
        _report(MTA + f"Final-Recipient: rfc822;\n {LOST}\nAction:\n failed\nStatus:\n 5.1.1", HEADERS),
        (LOST, "failed", "5.1.1"),
    ),
    bounce(
        "the fields of one recipient without an empty line",
        _report("Reporting-MTA: dns; mx.example\n" + FAILED, HEADERS),
        (LOST, "failed", "5.1.1"),
    ),
    bounce(
        "the report in base64",
        _report("", HEADERS).replace(
            "Content-Type: message/delivery-status\n\n",
            "Content-Type: message/delivery-status\nContent-Transfer-Encoding: base64\n\n"
            "RmluYWwtUmVjaXBpZW50OiByZmM4MjI7IGxvc3RAYmFyLmV4YW1wbGUKQWN0aW9uOiBmYWlsZWQKU3RhdHVzOiA1LjEuMQo=",
        ),
        (LOST, "failed", "5.1.1"),
    ),
    bounce("an internal name", _report(MTA + "Final-Recipient: x-local; lost\nAction: failed\nStatus: 5.1.1", HEADERS)),
    bounce(
        "letters beyond ASCII",
        _report(MTA + "Final-Recipient: utf-8; grüße@bar.example\nAction: failed\nStatus: 5.1.1", HEADERS).replace(
            "delivery-status\n\nReporting", "global-delivery-status\n\nReporting"
        ),
        ("grüße@bar.example", "failed", "5.1.1"),
    ),
    bounce(
        "the top says only mixed",
        _report(MTA + FAILED, HEADERS).replace("report; report-type=delivery-status", "mixed"),
        (LOST, "failed", "5.1.1"),
    ),
]
