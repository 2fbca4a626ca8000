"""Mails that programs send: bounces of the usual servers, absence replies, lists, receipts."""

from __future__ import annotations

from connector.mail.message import Returned
from tests.mails import Case, mail, multipart, part, whole

LOST = "lost@bar.example"
ORIGINAL = "<orig@desk.example>"
DIAGNOSTIC = "550 5.1.1 <lost@bar.example>: Recipient address rejected: User unknown"


def _bounce(name: str, text: str, *recipients: tuple[str, str, str], original: str = ORIGINAL, **more: object) -> Case:
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

STANDARD = [
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
    _bounce("only the headers came back", _report(MTA + FAILED, HEADERS), (LOST, "failed", "5.1.1")),
    _bounce(
        "nothing came back",
        _report(MTA + FAILED, "Content-Type: text/plain\n\nx"),
        (LOST, "failed", "5.1.1"),
        original="",
    ),
    _bounce(
        "one lost and one late",
        _report(
            MTA + FAILED + "\n\nFinal-Recipient: rfc822;late@bar.example\nAction: delayed\nStatus: 4.4.1\n"
            "Will-Retry-Until: Tue, 4 May 2027 10:00:00 +0000",
            HEADERS,
        ),
        (LOST, "failed", "5.1.1"),
        ("late@bar.example", "delayed", "4.4.1"),
    ),
    _bounce(
        "delivered and relayed are no failures",
        _report(
            MTA + f"Final-Recipient: rfc822; {LOST}\nAction: delivered\nStatus: 2.0.0\n\n"
            "Final-Recipient: rfc822; b@bar.example\nAction: relayed",
            HEADERS,
        ),
    ),
    _bounce(
        "the recipient as we wrote it",
        _report(MTA + FAILED + "\nOriginal-Recipient: rfc822;Lost@Bar.example", HEADERS),
        ("Lost@bar.example", "failed", "5.1.1"),
    ),
    _bounce(
        "no action",
        _report(MTA + f"Final-Recipient: rfc822;{LOST}\nStatus: 4.2.2 (mailbox full)", HEADERS),
        (LOST, "delayed", "4.2.2"),
    ),
    _bounce(
        "no status but in the diagnostic",
        _report(
            MTA + f"Final-Recipient: rfc822;{LOST}\nAction: FAILED\nDiagnostic-Code: smtp;550 5.7.1 go away", HEADERS
        ),
        (LOST, "failed", "5.7.1"),
    ),
    _bounce(
        "Exchange's 5.0.0",
        _report(
            MTA + f"Final-recipient: RFC822; {LOST}\nAction: failed\nStatus: 5.0.0\n"
            "Diagnostic-Code: smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound",
            HEADERS,
        ),
        (LOST, "failed", "5.1.10"),
    ),
    _bounce(
        "the address in brackets",
        _report(MTA + f"Final-Recipient: rfc822;<{LOST}>\nAction: failed\nStatus: 5.1.1", HEADERS),
        (LOST, "failed", "5.1.1"),
    ),
    _bounce(
        "folded fields",
        _report(MTA + f"Final-Recipient: rfc822;\n {LOST}\nAction:\n failed\nStatus:\n 5.1.1", HEADERS),
        (LOST, "failed", "5.1.1"),
    ),
    _bounce(
        "the fields of one recipient without an empty line",
        _report("Reporting-MTA: dns; mx.example\n" + FAILED, HEADERS),
        (LOST, "failed", "5.1.1"),
    ),
    _bounce(
        "the report in base64",
        _report("", HEADERS).replace(
            "Content-Type: message/delivery-status\n\n",
            "Content-Type: message/delivery-status\nContent-Transfer-Encoding: base64\n\n"
            "RmluYWwtUmVjaXBpZW50OiByZmM4MjI7IGxvc3RAYmFyLmV4YW1wbGUKQWN0aW9uOiBmYWlsZWQKU3RhdHVzOiA1LjEuMQo=",
        ),
        (LOST, "failed", "5.1.1"),
    ),
    _bounce(
        "an internal name", _report(MTA + "Final-Recipient: x-local; lost\nAction: failed\nStatus: 5.1.1", HEADERS)
    ),
    _bounce(
        "letters beyond ASCII",
        _report(MTA + "Final-Recipient: utf-8; grüße@bar.example\nAction: failed\nStatus: 5.1.1", HEADERS).replace(
            "delivery-status\n\nReporting", "global-delivery-status\n\nReporting"
        ),
        ("grüße@bar.example", "failed", "5.1.1"),
    ),
    _bounce(
        "the top says only mixed",
        _report(MTA + FAILED, HEADERS).replace("report; report-type=delivery-status", "mixed"),
        (LOST, "failed", "5.1.1"),
    ),
]

DAEMON = "Return-Path: <>\nFrom: MAILER-DAEMON@mx.example\nTo: desk@example.com\nSubject: "

OLD = [
    _bounce(
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
    _bounce(
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
    _bounce(
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
    _bounce(
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
    _bounce(
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
    _bounce(
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
    _bounce(
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
    _bounce(
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
    _bounce(
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
    _bounce(
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
    _bounce(
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
    _bounce(
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
    _bounce(
        "Zoho",
        DAEMON
        + """Returned mail

A message that you sent could not be delivered to one or more of its recipients.

lost@bar.example Invalid Address, ERROR_CODE :550, ERROR_CODE :5.1.1 no such user
""",
        (LOST, "failed", "5.1.1"),
        original="",
    ),
    _bounce(
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
    _bounce(
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
    _bounce(
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
    _bounce(
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
    _bounce(
        "a gateway's dialogue",
        DAEMON
        + """Returned mail

Sent <<< RCPT TO:<lost@bar.example>
Received >>> 550 5.1.1 <lost@bar.example>... user unknown
""",
        (LOST, "failed", "5.1.1"),
        original="",
    ),
    _bounce(
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
    _bounce(
        "in a sentence",
        DAEMON
        + """Returned mail

SMTP Server <mx.bar.example> rejected recipient <lost@bar.example>
  (Error following RCPT command). It responded as follows: [550 5.1.1 User unknown]
""",
        (LOST, "failed", "5.1.1"),
        original="",
    ),
    _bounce(
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
    _bounce(
        "whom to ask is no recipient",
        DAEMON
        + """Returned mail

Please contact the postmaster <postmaster@mx.example>.

<lost@bar.example>: 550 5.1.1 unknown
""",
        (LOST, "failed", "5.1.1"),
        original="",
    ),
    _bounce(
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
    _bounce(
        "nobody at all",
        """
From: <>
Subject: Undelivered mail

<lost@bar.example>: unknown
""",
        (LOST, "failed", ""),
        original="",
    ),
    _bounce("a daemon without any reason", DAEMON + "Returned mail\n\nSorry.", original=""),
    _bounce(
        "a code of three digits",
        DAEMON + "Returned mail\n\n<lost@bar.example>:\n554 no thanks",
        (LOST, "failed", "5.0.0"),
        original="",
    ),
]


def _automatic(name: str, headers: str, *reasons: str, **more: object) -> Case:
    return Case(
        f"automatic: {name}",
        mail(headers),
        {"reasons": reasons, "auto_submitted": bool(reasons), "is_bounce": False, **more},
    )


AUTOMATIC = [
    Case(
        "a person: who passes on a bounce",
        multipart(
            part("Content-Type: text/plain", b"What is this?"),
            part("Content-Type: message/delivery-status", FAILED.encode()),
            headers="Subject: Fwd: Undelivered Mail",
        ),
        {"is_bounce": False, "returned": (), "text": "What is this?", "reasons": ()},
    ),
    _automatic(
        "Gmail's absence reply",
        "Auto-Submitted: auto-replied\nPrecedence: bulk\nX-Autoreply: yes",
        "Auto-Submitted",
        "Precedence",
        "X-Autoreply",
    ),
    _automatic(
        "Exchange's absence reply",
        "Subject: Automatic reply: x\nX-Auto-Response-Suppress: All\nAuto-Submitted: auto-generated",
        "Auto-Submitted",
        "X-Auto-Response-Suppress",
        "Subject",
    ),
    _automatic("vacation", "Auto-Submitted: auto-replied (vacation)", "Auto-Submitted"),
    _automatic("a value with parameters", "Auto-Submitted: auto-notified; owner-token=x", "Auto-Submitted"),
    _automatic("a person who says so", "Auto-Submitted: No"),
    _automatic("a person who says so with a comment", "Auto-Submitted: no (really)"),
    _automatic("junk", "Precedence: junk", "Precedence"),
    _automatic("a list", "Precedence: list", "Precedence"),
    _automatic("with a dash", "Precedence: Auto-Reply", "Precedence"),
    _automatic("normal", "Precedence: normal"),
    _automatic("by another name", "X-Precedence: auto_reply", "X-Precedence"),
    _automatic("Zimbra and others", "X-Autorespond: yes", "X-Autorespond"),
    _automatic("cPanel", "X-Autorespond: Re: x\nX-Loop: ada@example.org", "X-Autorespond", "X-Loop"),
    _automatic("from whom", "X-Autoreply-From: ada@example.org", "X-Autoreply-From"),
    _automatic("an old one", "X-Mail-Autoreply: yes", "X-Mail-Autoreply"),
    _automatic("FirstClass", "X-FC-MachineGenerated: true", "X-Fc-Machinegenerated"),
    _automatic("a mark that is off", "X-Autoreply: no\nX-FC-MachineGenerated: false"),
    _automatic("Outlook without receipts is a person", "X-Auto-Response-Suppress: DR, RN, NRN"),
    _automatic(
        "Outlook without absence replies", "X-Auto-Response-Suppress: OOF, AutoReply", "X-Auto-Response-Suppress"
    ),
    _automatic("cron", "X-Cron-Env: <SHELL=/bin/sh>", "X-Cron-Env"),
    _automatic(
        "a list's id",
        "List-Id: Team <team.example.org>\nList-Unsubscribe: <mailto:x@y.example>\nList-Post: NO",
        "List-Id",
    ),
    _automatic(
        "a newsletter", "List-Unsubscribe: <https://x.example/u>\nList-Help: <https://x.example/h>", "List-Unsubscribe"
    ),
    _automatic("a feedback id is no mark", "Feedback-ID: 1:2:3:ses"),
    _automatic("a null sender", "Return-Path: <>", "Return-Path"),
    _automatic("a sender", "Return-Path: <ada@example.org>"),
    Case(
        "automatic: a read receipt",
        multipart(
            part("Content-Type: text/plain", b"Your mail was read."),
            part("Content-Type: message/disposition-notification", b"Disposition: manual-action; displayed"),
            kind="report; report-type=disposition-notification",
        ),
        {"reasons": ("Content-Type",), "is_bounce": False, "text": "Your mail was read.", "returned": ()},
    ),
    Case(
        "automatic: a complaint",
        multipart(
            part("Content-Type: text/plain", b"Somebody complained."),
            part("Content-Type: message/feedback-report", b"Feedback-Type: abuse"),
            part("Content-Type: message/rfc822", b"Message-ID: <a@b.example>\r\n\r\nHi"),
            kind="report; report-type=feedback-report",
        ),
        {"reasons": ("Content-Type",), "is_bounce": False, "returned_message_id": ""},
    ),
    *(
        Case(f"automatic: from {who}", whole(f"From: {who}\nSubject: x\n\nHello"), {"reasons": ("From",)})
        for who in (
            "mailer-daemon@example.org",
            "MAILER-DAEMON",
            "postmaster@example.org",
            "no-reply@example.org",
            "noreply+12@example.org",
            "do_not_reply@example.org",
            "team-bounces@example.org",
            "owner-team@example.org",
            "team-request@example.org",
            "listserv@example.org",
            "bounce+ada=x@example.org",
            "autoreply@example.org",
        )
    ),
    *(
        Case(f"a person: from {who}", whole(f"From: {who}\nSubject: x\n\nHello"), {"reasons": ()})
        for who in (
            "norbert@example.org",
            "boss@postmaster.example",
            "owner@example.org",
            "bouncer@example.org",
            "reply@example.org",
        )
    ),
    *(
        _automatic(f"subject {subject}", f"Subject: {subject}", "Subject")
        for subject in (
            "Out of Office: x",
            "Out of Office AutoReply: x",
            "Automatic Reply: x",
            "Auto: x",
            "Autoreply: x",
            "Auto-Reply: x",
            "I am out of the office",
            "Abwesenheitsnotiz: x",
            "Automatische Antwort: x",
            "Réponse automatique : x",
            "Absence du bureau",
            "Respuesta automática: x",
            "Fuera de la oficina",
            "Risposta automatica: x",
            "Automatisch antwoord: x",
            "Afwezig: x",
            "Resposta automática: x",
            "Autosvar: x",
            "Automatiskt svar: x",
            "Frånvaromeddelande",
            "Automatisk svar: x",
            "Automaattinen vastaus: x",
            "Automatyczna odpowiedź: x",
            "Odpowiedź automatyczna: x",
            "Automatická odpověď: x",
            "Автоматический ответ: x",
            "Otomatik Yanıt: x",
            "Automatikus válasz: x",
            "自动回复: x",
            "自動応答: x",
            "자동 회신: x",
            "תשובה אוטומטית: x",
            "[EXTERNAL] Automatic reply: x",
        )
    ),
    *(
        _automatic(f"a person's subject {subject}", f"Subject: {subject}")
        for subject in (
            "Re: Automatic reply: x",
            "Automatic doors are stuck",
            "Auto insurance",
            "Office hours",
            "Anwesend",
            "The automatic reply is wrong",
            "Out of paper",
            "Vacation plans",
        )
    ),
]

CASES = STANDARD + OLD + AUTOMATIC
