"""What one correspondence is made of: a customer's mail, her phone's, employees' from ordinary programs, a bounce."""

from __future__ import annotations

from email.utils import formatdate

SUPPORT = "support@desk.example"
CLEO = "cleo@acme.example"
TOM, MONA, INES = (f"{name}@desk.example" for name in ("tom", "mona", "ines"))

SUBJECT = "Café printer: half of every page is white"
REPORT = "Prüfbericht.log"
REPORT_TEXT = "drum 0x17 worn, 98 %"
FIRST_ID = "<first@mail.acme.example>"
PHONE_ID = "<CAJ7-phone@mail.gmail.example>"
INES_ID = "<5f3c.ines@ines-laptop.desk.example>"
BOUNCE_ID = "<20261122.report@mx.acme.example>"
MONA_ID = "<77aa.mona@mona-laptop.desk.example>"


def _mail(head: str, body: str, charset: str = "utf-8") -> bytes:
    """Return a mail with the line ends that mail has; letters beyond ASCII stand in the head as bare bytes."""
    text = f"{head.strip()}\nDate: {formatdate()}\nMIME-Version: 1.0\n"
    return text.replace("\n", "\r\n").encode(charset) + body.replace("\r\n", "\n").replace("\n", "\r\n").encode()


def first_mail() -> bytes:
    """Cleo's mail program writes its subject in bare bytes of cp1252, and a file's name as RFC 2231 has it."""
    head = f"""
Return-Path: <{CLEO}>
DKIM-Signature: v=1; a=rsa-sha256; d=acme.example; s=1; bh=x; b=y
Received: from cleo-pc.acme.example (10.0.0.7) by mail.acme.example; {formatdate()}
From: =?utf-8?Q?Cleo_M=C3=A1rquez?= <{CLEO}>
To: Example Desk <{SUPPORT}>
Subject: {SUBJECT}
Message-ID: {FIRST_ID}
Disposition-Notification-To: {CLEO}
Content-Type: multipart/mixed; boundary="one"
"""
    body = f"""
--one
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

Hello,

since Monday the printer in the café leaves half of every page white.
Its own report is attached.

Cleo
--one
Content-Type: text/plain; charset=utf-8
Content-Disposition: attachment; filename*=utf-8''Pr%C3%BCfbericht.log
Content-Transfer-Encoding: 8bit

{REPORT_TEXT}
--one--
"""
    return _mail(head, body, "cp1252")


def phone_answer(answers: str) -> bytes:
    """Cleo's phone answers a mail in HTML alone: little of it is closed, and it is not in the charset that it names.

    The phone has made a subject of its own, so that only the Message-ID says where it belongs.
    """
    head = f"""
From: "Cleo (phone)" <{CLEO}>
To: Tom Reed <{SUPPORT}>
Subject: AW: Ihre Anfrage
Message-ID: {PHONE_ID}
In-Reply-To: {answers}
References: {FIRST_ID}
 {answers}
X-Mailer: PhoneMail (14B100)
Content-Type: text/html; charset=us-ascii
Content-Transfer-Encoding: 8bit
"""
    body = f"""
<html><head><style>p{{color:red}}</style><body dir="auto"><div>It is the <b>left half, since the café moved it.<p>Can
 you come <i>before nine?<br>
<br>Sent from my phone
<br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">On Sun, 22 Nov 2026, 10:02 Tom Reed, &lt;<a
 href="mailto:{SUPPORT}">{SUPPORT}</a>&gt; wrote:<br></div><blockquote class="gmail_quote" style="margin:0 0 0 .8ex">
Which half is white?<br>Tom
"""
    return _mail(head, body)


def colleague_answer(answers: str, references: str, subject: str) -> bytes:
    """Ines answers the copy that she got, to the support address, from her ordinary mail program."""
    head = f"""
Return-Path: <{INES}>
Received: from ines-laptop.desk.example (10.0.0.9) by mx.desk.example; {formatdate()}
From: Ines Field <{INES}>
Sender: ines@ines-laptop.desk.example
To: "Cleo (phone)" <{SUPPORT}>
Subject: Re: {subject}
Message-ID: {INES_ID}
In-Reply-To: {answers}
References: {references} {answers}
User-Agent: Mozilla Thunderbird
Content-Type: text/plain; charset=UTF-8; format=flowed
Content-Transfer-Encoding: 8bit
"""
    return _mail(head, "\nMay somebody come to the café at eight – with the new drum?\n\nInes\n")


def colleague_copy(answers: str, subject: str) -> bytes:
    """Mona writes to Cleo herself, and lets the desk have it in Bcc: no head says so."""
    head = f"""
Return-Path: <{MONA}>
From: Mona Hale <{MONA}>
To: Cleo <{CLEO}>
Subject: Re: {subject}
Message-ID: {MONA_ID}
In-Reply-To: {answers}
User-Agent: KMail
Content-Type: text/plain; charset=UTF-8
Content-Transfer-Encoding: 8bit
"""
    return _mail(head, "\nThe drum costs 90 €; I need your order by noon.\n\nMona\n")


def bounce(message_id: str, subject: str) -> bytes:
    """Acme's mail server reports that Cleo's mailbox had no room for a mail."""
    head = f"""
Return-Path: <>
From: Mail Delivery System <MAILER-DAEMON@mx.acme.example>
To: {SUPPORT}
Subject: Undelivered Mail Returned to Sender
Message-ID: {BOUNCE_ID}
Auto-Submitted: auto-replied
Content-Type: multipart/report; report-type=delivery-status; boundary="report"
"""
    body = f"""
--report
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered.

<{CLEO}>: mailbox is full
--report
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.acme.example

Final-Recipient: rfc822; {CLEO}
Action: failed
Status: 5.2.2
Diagnostic-Code: smtp; 552 5.2.2 Mailbox is full

--report
Content-Type: text/rfc822-headers

From: Ines Field <{SUPPORT}>
To: <{CLEO}>
Subject: {subject}
Message-ID: {message_id}
--report--
"""
    return _mail(head, body)
