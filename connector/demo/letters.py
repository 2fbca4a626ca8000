"""The mails that come to the sample desk: as programs write them, with quotes, pictures, files and reports."""

from __future__ import annotations

import base64
from email.utils import formataddr, formatdate

from services import clock
from services.mail_settings import current

_PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d494844520000000100000001080600000"
    "01f15c4890000000d49444154789c63f8cfc0f01f0005000200ff6b4f0e0000000049454e44ae426082"
)
_TABLE = b"Date;Pages;Crooked\n2026-05-04;212;9\n2026-05-05;187;31\n2026-05-06;240;74\n"

Person = tuple[str, str]


def _mail(sender: Person, subject: str, name: str, body: str, *more: str) -> bytes:
    """Return a mail to the desk that was written now; `name` makes its Message-ID."""
    head = [
        f"From: {formataddr(sender)}",
        f"To: {current().support_address}",
        f"Subject: {subject}",
        f"Date: {formatdate(clock.now() / clock.SECOND)}",
        f"Message-ID: <{name}@{sender[1].partition('@')[2]}>",
        "MIME-Version: 1.0",
        *more,
    ]
    return ("\n".join(head) + "\n" + body).replace("\n", "\r\n").encode()


def _plain(text: str) -> str:
    return f"Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n{text}\n"


def _encoded(data: bytes) -> str:
    return base64.encodebytes(data).decode()


def with_pictures(sender: Person, name: str) -> bytes:
    """HTML only, with a picture in the text and a table beside it."""
    html = (
        "<html><head><style>p { font: 11pt Calibri }</style></head><body><p>Hello,</p><p>since the scanner on the"
        " second floor was serviced it pulls pages in <b>crooked</b>. This is what comes out:</p>"
        '<p><img src="cid:page" alt="a crooked page"></p><ul><li>the guides are set to A4</li><li>other paper makes no'
        " difference</li></ul><p>I attach what we counted.</p><p>Kind regards<br>" + sender[0] + "</p></body></html>"
    )
    related = (
        "--inner\nContent-Type: text/html; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n" + html + "\n--inner\n"
        'Content-Type: image/png; name="page.png"\nContent-ID: <page>\nContent-Disposition: inline; filename="page.png"'
        "\nContent-Transfer-Encoding: base64\n\n" + _encoded(_PICTURE) + "--inner--\n"
    )
    body = (
        'Content-Type: multipart/mixed; boundary="outer"\n\n--outer\nContent-Type: multipart/related; boundary="inner"'
        "\n\n" + related + '--outer\nContent-Type: text/csv; name="crooked pages.csv"\nContent-Disposition: attachment;'
        ' filename="crooked pages.csv"\nContent-Transfer-Encoding: base64\n\n' + _encoded(_TABLE) + "--outer--\n"
    )
    return _mail(sender, "The scanner pulls pages in crooked", name, body)


def answer(sender: Person, name: str, subject: str, answered: str, quoted: str) -> bytes:
    """An answer as phones write it: some words, a signature, and all that was said before."""
    quote = "\n".join(f"> {line}".rstrip() for line in quoted.split("\n"))
    text = (
        "I have cleaned the rollers as you said. The first ten pages were straight, the eleventh was not.\n\n"
        f"When can somebody come?\n\n-- \n{sender[0]}\nSent from my phone\n\nOn Monday you wrote:\n{quote}"
    )
    return _mail(sender, subject, name, _plain(text), f"In-Reply-To: {answered}", f"References: {answered}")


def plain(sender: Person, name: str, subject: str, text: str) -> bytes:
    """A short mail."""
    body = _plain(f"Hello,\n\n{text}\n\nKind regards\n{sender[0]}")
    return _mail(sender, subject, name, body)


def forwarded(employee: Person, customer: Person, name: str) -> bytes:
    """What a customer had sent to an employee's own address, passed on to the desk."""
    text = (
        "This came to me instead of the desk.\n\n---------- Forwarded message ----------\n"
        f"From: {formataddr(customer)}\nDate: {formatdate((clock.now() - clock.HOUR) / clock.SECOND)}\n"
        f"Subject: Two more telephones\nTo: {formataddr(employee)}\n\n"
        "Hello,\n\nwe have two new colleagues from the first of the month and need a telephone for each of them.\n\n"
        f"Kind regards\n{customer[0]}"
    )
    return _mail(employee, "Fwd: Two more telephones", name, _plain(text))


def absence(sender: Person, name: str) -> bytes:
    """A program's answer to nothing in particular."""
    text = "I am on holiday and read no mail until Monday. For anything urgent please call our office."
    return _mail(sender, "Automatic reply: out of office", name, _plain(text), "Auto-Submitted: auto-replied")


def bounce(name: str, address: str, returned: str, subject: str) -> bytes:
    """A server's report that a mail of the desk could not be delivered."""
    said = "550 5.2.1 The mailbox is disabled"
    body = (
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\n\n--b\nContent-Type: text/plain\n\n'
        f"This mail could not be delivered to {address}: {said}.\n\n--b\nContent-Type: message/delivery-status\n\n"
        f"Reporting-MTA: dns; mx.example\n\nFinal-Recipient: rfc822; {address}\nAction: failed\nStatus: 5.2.1\n"
        f"Diagnostic-Code: smtp; {said}\n\n--b\nContent-Type: text/rfc822-headers\n\nMessage-ID: {returned}\n"
        f"Subject: {subject}\n\n--b--\n"
    )
    server = ("Mail Delivery System", "MAILER-DAEMON@mx.example")
    more = ("Return-Path: <>", "Auto-Submitted: auto-replied")
    return _mail(server, "Undelivered mail returned to sender", name, body, *more)
