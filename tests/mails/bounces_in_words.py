"""Bounces that only say in words what happened, as the servers of many makers do."""

from __future__ import annotations

from tests.mails.bounces import LOST, bounce

DAEMON = "Return-Path: <>\nFrom: MAILER-DAEMON@mx.example\nTo: desk@example.com\nSubject: "

CASES = [
    bounce(
        "qmail",
        DAEMON
        + """failure notice

Hi. This is the qmail-send program at mx.example.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<lost@bar.example>:
192.0.2.1 does not like recipient.
Remote host said: 550 5.1.1 user unknown
Giving up on 192.0.2.1.

<two@bar.example>:
Sorry, no mailbox here by that name. (#5.1.2)

--- Below this line is a copy of the message.

Return-Path: <desk@example.com>
Received: (qmail 123 invoked by uid 0); 3 May 2027 10:00:00 -0000
From: desk@example.com
To: lost@bar.example, two@bar.example
Message-ID: <orig@desk.example>
References: <a@x>
Subject: x
""",
        (LOST, "failed", "5.1.1"),
        ("two@bar.example", "failed", "5.1.2"),
        returned_references=("<a@x>",),
    ),
    bounce(
        "Exim",
        """
Return-Path: <>
X-Failed-Recipients: lost@bar.example
Auto-Submitted: auto-replied
From: Mail Delivery System <Mailer-Daemon@exim.example>
Subject: Mail delivery failed: returning message to sender

This message was created automatically by mail delivery software.

A message that you sent could not be delivered to one or more of its
recipients. This is a permanent error. The following address(es) failed:

  lost@bar.example
    host mx.bar.example [192.0.2.1]
    SMTP error from remote mail server after RCPT TO:<lost@bar.example>:
    550 5.1.1 unknown user

------ This is a copy of the message, including all the headers. ------

Return-path: <desk@example.com>
Message-ID:
 <orig@desk.example>
""",
        (LOST, "failed", "5.1.1"),
    ),
    bounce(
        "Exim, late",
        """
Return-Path: <>
Auto-Submitted: auto-replied
From: Mail Delivery System <Mailer-Daemon@exim.example>
Subject: Warning: message 1abc delayed 24 hours

This message was created automatically by mail delivery software.
A message that you sent has not yet been delivered to one or more of its
recipients after more than 24 hours on the queue on exim.example.

The address to which the message has not yet been delivered is:

  lost@bar.example
    Delay reason: connection timed out

No action is required on your part. Delivery attempts will continue for
some time.
""",
        (LOST, "delayed", ""),
        original="",
    ),
    bounce(
        "Postfix of long ago",
        DAEMON
        + """Undelivered Mail Returned to Sender

This is the Postfix program at host mx.example.

I'm sorry to have to inform you that the message returned
below could not be delivered to one or more destinations.

<lost@bar.example>: host mx.bar.example[192.0.2.1] said: 550 5.1.1
    <lost@bar.example>: User unknown (in reply to RCPT TO command)

----- Undelivered message headers follow -----

Message-ID: <orig@desk.example>
""",
        (LOST, "failed", "5.1.1"),
    ),
    bounce(
        "sendmail",
        DAEMON
        + """Returned mail: see transcript for details

The original message was received at Mon, 3 May 2027 10:00:00 GMT
from localhost [127.0.0.1]

   ----- The following addresses had permanent fatal errors -----
<lost@bar.example>
    (reason: 550 5.1.1 <lost@bar.example>... User unknown)

   ----- Transcript of session follows -----
... while talking to mx.bar.example.:
>>> DATA
<<< 550 5.1.1 <lost@bar.example>... User unknown
550 5.1.1 <lost@bar.example>... User unknown

   ----- Original message follows -----

Message-Id: <orig@desk.example>
""",
        (LOST, "failed", "5.1.1"),
    ),
    bounce(
        "Gmail",
        """
Return-Path: <>
From: Mail Delivery Subsystem <mailer-daemon@googlemail.com>
Subject: Delivery Status Notification (Failure)
In-Reply-To: <orig@desk.example>
References: <orig@desk.example>
Auto-Submitted: auto-replied

** Address not found **

Your message wasn't delivered to lost@bar.example because the address couldn't be found.

The response was:

550 5.1.1 The email account that you tried to reach does not exist.
""",
        (LOST, "failed", "5.1.1"),
    ),
    bounce(
        "Gmail of long ago",
        """
From: Mail Delivery Subsystem <mailer-daemon@googlemail.com>
Subject: Delivery Status Notification (Failure)
X-Failed-Recipients: lost@bar.example

Delivery to the following recipient failed permanently:

     lost@bar.example

Technical details of permanent failure:
The error that the other server returned was: 552 5.2.2 mailbox full

----- Original message -----

Message-ID: <orig@desk.example>
""",
        (LOST, "failed", "5.2.2"),
    ),
    bounce(
        "Exchange of long ago",
        """
Return-Path: <>
From: System Administrator <postmaster@ex.example>
Subject: Undeliverable: x

Your message

  To:      lost@bar.example
  Subject: x
  Sent:    Mon, 3 May 2027 10:00:00 +0000

did not reach the following recipient(s):

lost@bar.example on Mon, 3 May 2027 10:00:00 +0000
    The e-mail account does not exist at the organization.
    <mx.bar.example #5.1.1>
""",
        (LOST, "failed", "5.1.1"),
        original="",
    ),
    bounce(
        "Exchange Online as text",
        """
From: Microsoft Outlook <postmaster@outlook.example>
Subject: Undeliverable: x

Delivery has failed to these recipients or groups:

lost@bar.example (lost@bar.example)
The email address you entered couldn't be found.

Diagnostic information for administrators:

Generating server: x.prod.outlook.com

lost@bar.example
Remote Server returned '550 5.1.10 RESOLVER.ADR.RecipientNotFound; not found'

Original message headers:

Received: from a by b
Message-ID: <orig@desk.example>
""",
        (LOST, "failed", "5.1.10"),
    ),
    bounce(
        "Domino",
        """
Return-Path: <>
From: postmaster@domino.example
Subject: DELIVERY FAILURE: User lost not listed in Domino Directory

Your message

  Subject: x

was not delivered to:

  lost@bar.example

because:

  User lost (lost@bar.example) not listed in Domino Directory
""",
        (LOST, "failed", ""),
        original="",
    ),
    bounce(
        "German, without any code",
        """
Return-Path: <>
From: MAILER-DAEMON@mx.example
Subject: Unzustellbar: x

Ihre Nachricht konnte nicht zugestellt werden:

<lost@bar.example>: Postfach unbekannt
""",
        (LOST, "failed", ""),
        original="",
    ),
    bounce(
        "a daemon without an address",
        """
From: MAILER-DAEMON <>
Subject: Mail delivery failed

There was an error delivering your mail to <lost@bar.example>.

mx.bar.example [192.0.2.1] did not like our final DATA:
550-5.7.26 We do not know you

Message headers follow.

Message-Id: <orig@desk.example>
""",
        (LOST, "failed", "5.7.26"),
    ),
    bounce(
        "nobody at all",
        """
From: <>
Subject: Undelivered mail

<lost@bar.example>: unknown
""",
        (LOST, "failed", ""),
        original="",
    ),
    bounce("a daemon without any reason", DAEMON + "Returned mail\n\nSorry.", original=""),
    bounce(
        "a code of three digits",
        DAEMON + "Returned mail\n\n<lost@bar.example>:\n554 no thanks",
        (LOST, "failed", "5.0.0"),
        original="",
    ),
]
