"""Bounces in words of the servers that are met now and then."""

from __future__ import annotations

from tests.mails.bounces import LOST, ORIGINAL, bounce
from tests.mails.bounces_in_words import DAEMON

CASES = [
    bounce(
        "Courier",
        DAEMON
        + """Returned mail

UNDELIVERABLE MAIL

Your message to the following recipients cannot be delivered:

<lost@bar.example>:
    mx.bar.example [192.0.2.1]:
>>> RCPT TO:<lost@bar.example>
<<< 550 5.1.1 <lost@bar.example>... User Unknown
""",
        (LOST, "failed", "5.1.1"),
        original="",
    ),
    bounce(
        "Zoho",
        DAEMON
        + """Returned mail

A message that you sent could not be delivered to one or more of its recipients.

lost@bar.example Invalid Address, ERROR_CODE :550, ERROR_CODE :5.1.1 no such user
""",
        (LOST, "failed", "5.1.1"),
        original="",
    ),
    bounce(
        "IMail",
        DAEMON
        + """Returned mail

Unknown user: lost@bar.example

Original message follows.

Message-ID: <orig@desk.example>
""",
        (LOST, "failed", ""),
        original=ORIGINAL,
    ),
    bounce(
        "James",
        DAEMON
        + """Returned mail

Message details:
  Subject: x
  MAIL FROM: desk@example.com
  RCPT TO: lost@bar.example
  From: Desk <desk@example.com>
  To: Lost <x@bar.example>

550 5.1.1 unknown
""",
        (LOST, "failed", "5.1.1"),
        original="",
    ),
    bounce(
        "OpenSMTPD",
        DAEMON
        + """Returned mail

    Hi!

    An error has occurred while attempting to deliver a message for
    the following list of recipients:

lost@bar.example: 550 "5.2.2 Mailbox full"

    Below is a copy of the original message:

Message-ID: <orig@desk.example>
""",
        (LOST, "failed", "5.2.2"),
        original=ORIGINAL,
    ),
    bounce(
        "Sun",
        DAEMON
        + """Returned mail

Your message cannot be delivered to the following recipients:

  Recipient address: lost@bar.example
  Reason: Remote SMTP server has rejected address
  Diagnostic code: smtp;550 5.1.1 unknown
""",
        (LOST, "failed", "5.1.1"),
        original="",
    ),
    bounce(
        "a gateway's dialogue",
        DAEMON
        + """Returned mail

Sent <<< RCPT TO:<lost@bar.example>
Received >>> 550 5.1.1 <lost@bar.example>... user unknown
""",
        (LOST, "failed", "5.1.1"),
        original="",
    ),
    bounce(
        "a filter's",
        DAEMON
        + """Returned mail

-------server message
550 5.1.1 unknown user <lost@bar.example>

-------original message
Message-ID: <orig@desk.example>
""",
        (LOST, "failed", "5.1.1"),
        original=ORIGINAL,
    ),
    bounce(
        "in a sentence",
        DAEMON
        + """Returned mail

SMTP Server <mx.bar.example> rejected recipient <lost@bar.example>
  (Error following RCPT command). It responded as follows: [550 5.1.1 User unknown]
""",
        (LOST, "failed", "5.1.1"),
        original="",
    ),
    bounce(
        "a phone company's",
        DAEMON
        + """Returned mail

Your mail sent on: Mon, 3 May 2027 10:00:00
Could not be delivered to: <lost@bar.example>
As their mailbox is full.
""",
        (LOST, "failed", ""),
        original="",
    ),
    bounce(
        "whom to ask is no recipient",
        DAEMON
        + """Returned mail

Please contact the postmaster <postmaster@mx.example>.

<lost@bar.example>: 550 5.1.1 unknown
""",
        (LOST, "failed", "5.1.1"),
        original="",
    ),
]
