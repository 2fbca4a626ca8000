"""Mails whose headers are encoded, folded, doubled, misspelt or missing."""

from __future__ import annotations

from connector.mail.message import Address
from tests.mails import Case, mail

ADA = Address("Ada", "ada@example.org")
LONG = "x" * 1_000_000


def _subject(name: str, value: str, expected: str, charset: str = "utf-8", extra: str = "") -> Case:
    return Case(name, mail(f"Subject: {value}\n{extra}", charset=charset), {"subject": expected, "sender": ADA})


def _from(name: str, value: str, *expected: str) -> Case:
    raw = f"From: {value}\r\nSubject: x\r\n\r\nHello\r\n".encode()
    return Case(name, raw, {"sender": Address(*expected) if expected else None})


def _to(name: str, value: str, *expected: Address) -> Case:
    return Case(name, f"From: a@b.example\r\nTo: {value}\r\n\r\nHello\r\n".encode(), {"to": expected})


SUBJECTS = [
    _subject("plain", "Printer on fire", "Printer on fire"),
    _subject("utf-8 word", "=?utf-8?Q?Dr=C3=BCcker_brennt?=", "Drücker brennt"),
    _subject("lower case marks", "=?UTF-8?q?Gr=c3=bc=c3=9fe?=", "Grüße"),
    _subject("base64 without padding", "=?utf-8?B?R3LDvMOfZQ?=", "Grüße"),
    _subject("no blank between words", "=?utf-8?Q?Gr=C3=BC?==?utf-8?Q?=C3=9Fe?=", "Grüße"),
    _subject("letter split between words", "=?utf-8?Q?Gr=C3?= =?utf-8?Q?=BC=C3=9Fe?=", "Grüße"),
    _subject("letter split over a fold", "=?utf-8?B?R3LD?=\r\n =?utf-8?B?vMOfZQ==?=", "Grüße"),
    _subject("base64 cut at any place", "=?utf-8?B?R3LDv?= =?utf-8?B?MOfZQ==?=", "Grüße"),
    _subject("word inside text", "Re:=?utf-8?Q?_Gr=C3=BC=C3=9Fe?=, Ada", "Re: Grüße, Ada"),
    _subject("blanks inside a word", "=?utf-8?Q?Gr=C3=BC=C3=9Fe aus Linz?=", "Grüße aus Linz"),
    _subject("language after the charset", "=?utf-8*de?Q?Gr=C3=BC=C3=9Fe?=", "Grüße"),
    _subject("latin-1 that is cp1252", "=?iso-8859-1?Q?=80_100?=", "€ 100"),
    _subject("gb2312 that is gb18030", "=?gb2312?B?1uyDe7v5?=", "朱儃基"),
    _subject("korean by its old name", "=?ks_c_5601-1987?B?vsiz58fPvLy/5A==?=", "안녕하세요"),
    _subject("two charsets", "=?koi8-r?B?8NLJ18XU?= =?utf-8?Q?_Gr=C3=BC=C3=9Fe?=", "Привет Grüße"),
    _subject("a charset that nobody knows", "=?x-nothing?Q?Gr=C3=BC=C3=9Fe?=", "Grüße"),
    _subject("utf-8 that is cp1252", "=?utf-8?Q?Gr=FC=DFe?=", "Grüße"),
    _subject("a word without its end", "=?utf-8?Q?Gr=C3=BC", "=?utf-8?Q?Gr=C3=BC"),
    _subject("an empty word", "a =?utf-8?Q??= b", "a  b"),
    _subject("question marks that are none", "Why =? and ?= here", "Why =? and ?= here"),
    _subject("raw utf-8", "Grüße aus Łódź", "Grüße aus Łódź"),
    _subject("raw cp1252", "Grüße – 100 €", "Grüße – 100 €", charset="cp1252"),
    _subject("raw koi8-r as the body says", "Привет", "Привет", "koi8-r", "Content-Type: text/plain; charset=koi8-r"),
    _subject("raw shift_jis", "障害報告", "障害報告", "cp932", 'Content-Type: text/plain; charset="Shift_JIS"'),
    _subject("raw iso-2022-jp", "障害報告", "障害報告", "iso-2022-jp"),
    _subject("folded", "a long\n subject\n\tin pieces", "a long subject in pieces"),
    _subject("control characters", "a\x1b[2Jb\x00c\x07", "a\ufffd[2Jb\ufffdc\ufffd"),
    _subject("text that would turn around", "invoice\u202efdp.exe", "invoice\ufffdfdp.exe"),
    _subject("markup stays text", "[/x] [@click=app.quit] {a}", "[/x] [@click=app.quit] {a}"),
    _subject("bare CR as a fold", "one\r two", "one two"),
    Case("no blank behind the colon", b"From:ada@example.org\nSubject:x\n\n.", {"subject": "x"}),
    Case("a blank before the colon", b"From : ada@example.org\nSubject : x\n\nHi", {"subject": "x", "text": "Hi"}),
    Case("upper case", b"FROM: ada@example.org\nSUBJECT: x\n\nHi", {"subject": "x"}),
    Case("the first of two subjects", mail("Subject: one\nSubject: two"), {"subject": "one"}),
    Case(
        "a broken fold",
        b"From: ada@example.org\nSubject: a long\nsubject without its blank\n"
        b"Date: Mon, 3 May 2027 10:00:00 +0000\n\nHi",
        {"subject": "a long subject without its blank", "text": "Hi", "date_at": 1_809_338_400_000_000},
    ),
    Case(
        "a mailbox line on top", b"From ada Mon May  3 10:00:00 2027\nSubject: x\n\nHi", {"subject": "x", "text": "Hi"}
    ),
    Case(
        "a mailbox line within", b"Subject: x\n>From ada Mon May\nTo: a@b.example\n\nHi", {"subject": "x", "text": "Hi"}
    ),
    Case("a byte order mark", b"\xef\xbb\xbfSubject: x\n\nHi", {"subject": "x", "text": "Hi"}),
    Case("empty lines on top", b"\r\n\r\nSubject: x\r\n\r\nHi", {"subject": "x", "text": "Hi"}),
    Case("lines that end in CR", b"Subject: x\rFrom: a@b.example\r\rHi\rthere", {"subject": "x", "text": "Hi\nthere"}),
    Case(
        "lines that end in CR CR LF", b"Subject: x\r\r\nTo: a@b.example\r\r\n\r\r\nHi", {"subject": "x", "text": "Hi"}
    ),
    Case("only headers", b"Subject: x\nFrom: a@b.example", {"subject": "x", "text": "", "attachments": ()}),
    Case(
        "no headers", b"Just a line\nand another", {"subject": "", "sender": None, "text": "Just a line\nand another"}
    ),
    Case(
        "no body separator", b"Subject: x\nHi there, no empty line", {"subject": "x", "text": "Hi there, no empty line"}
    ),
    Case("nothing at all", b"", {"subject": "", "sender": None, "text": "", "message_id_made": True}),
    Case("only zeros", b"\0" * 100, {"subject": "", "text": ""}),
]

SENDERS = [
    _from("brackets only", "<ada@example.org>", "", "ada@example.org"),
    _from("no brackets", "ada@example.org", "", "ada@example.org"),
    _from("the domain in capitals", "Ada <Ada.L@EXAMPLE.Org>", "Ada", "Ada.L@example.org"),
    _from("a comment for a name", "ada@example.org (Ada Lovelace)", "Ada Lovelace", "ada@example.org"),
    _from("a comment in a comment", "ada@example.org (Ada (the first))", "Ada (the first)", "ada@example.org"),
    _from("a quoted comma", '"Lovelace, Ada" <ada@example.org>', "Lovelace, Ada", "ada@example.org"),
    _from("an unquoted comma", "Lovelace, Ada <ada@example.org>", "Lovelace, Ada", "ada@example.org"),
    _from("an encoded comma", "=?utf-8?Q?Lovelace,_Ada?= <ada@example.org>", "Lovelace, Ada", "ada@example.org"),
    _from("encoded inside quotes", '"=?utf-8?Q?Ad=C3=A4?=" <ada@example.org>', "Adä", "ada@example.org"),
    _from("encoded in two", "=?utf-8?Q?Ad=C3?= =?utf-8?Q?=A4_L=2E?= <ada@example.org>", "Adä L.", "ada@example.org"),
    _from("a raw name", "Adä Łovelace <ada@example.org>", "Adä Łovelace", "ada@example.org"),
    _from("single quotes", "'Ada L.' <ada@example.org>", "Ada L.", "ada@example.org"),
    _from("the address as its own name", '"ada@example.org" <ada@example.org>', "", "ada@example.org"),
    _from(
        "another address as the name", '"boss@bank.example" <eve@evil.example>', "boss@bank.example", "eve@evil.example"
    ),
    _from("a bracket that never closes", "Ada <ada@example.org", "Ada", "ada@example.org"),
    _from("a quote that never closes", '"Ada <ada@example.org>', "Ada", "ada@example.org"),
    _from("brackets twice", "Ada <<ada@example.org>>", "Ada", "ada@example.org"),
    _from("blanks in the address", "Ada < ada@example.org >", "Ada", "ada@example.org"),
    _from("blanks around the at", "ada @ example.org", "", "ada@example.org"),
    _from("a route", "Ada <@a.example,@b.example:ada@example.org>", "Ada", "ada@example.org"),
    _from("mailto", "<mailto:ada@example.org>", "", "ada@example.org"),
    _from("the name behind", "<ada@example.org> Ada", "Ada", "ada@example.org"),
    _from("an escaped quote", r'"Ada \"the first\" L" <ada@example.org>', 'Ada "the first" L', "ada@example.org"),
    _from("a quoted local part", '"ada l"@example.org', "", '"adal"@example.org'),
    _from("an address literal", "ada@[192.0.2.1]", "", "ada@[192.0.2.1]"),
    _from("a local user", "root", "", "root"),
    _from("a name and no address", "Ada Lovelace", "Ada Lovelace", ""),
    _from("the first of two", "ada@example.org, bob@example.org", "", "ada@example.org"),
    _from("escape sequences in the name", "\x1b]0;x\x07Ada <ada@example.org>", "x\ufffdAda", "ada@example.org"),
    Case("no From but a Sender", b"Sender: bob@example.org\n\nHi", {"sender": Address("", "bob@example.org")}),
    Case(
        "no From but a Return-Path", b"Return-Path: <bob@example.org>\n\nHi", {"sender": Address("", "bob@example.org")}
    ),
]

BOB, EVE = Address("Bob", "bob@example.org"), Address("", "eve@example.org")

RECIPIENTS = [
    _to("two", "Bob <bob@example.org>, eve@example.org", BOB, EVE),
    _to("semicolons", "Bob <bob@example.org>; eve@example.org;", BOB, EVE),
    _to("a comma forgotten", "Bob <bob@example.org> <eve@example.org>", BOB, EVE),
    _to("a group", "Team: Bob <bob@example.org>, eve@example.org;", BOB, EVE),
    _to("a group and one outside", "Team: Bob <bob@example.org>; , eve@example.org", BOB, EVE),
    _to("an empty group", "undisclosed-recipients:;"),
    _to("only commas", " , ,, "),
    _to("one twice", "Bob <bob@example.org>, bob@example.org", BOB),
    _to("over lines", "Bob\r\n\t<bob@example.org>,\r\n eve@example.org", BOB, EVE),
    Case(
        "in two headers",
        b"To: Bob <bob@example.org>\nTo: eve@example.org\nCc: eve@example.org\nBcc: Bob <bob@example.org>\n\nHi",
        {"to": (BOB, EVE), "cc": (EVE,), "bcc": (BOB,)},
    ),
    Case("where to reply", mail("Reply-To: Bob <bob@example.org>"), {"reply_to": (BOB,)}),
]


def _date(name: str, value: str, expected: int | None) -> Case:
    return Case(name, mail(f"Date: {value}"), {"date_at": expected})


TEN_UTC = 1_809_338_400_000_000

DATES = [
    _date("as it should be", "Mon, 3 May 2027 12:00:00 +0200", TEN_UTC),
    _date("with a comment", "Mon, 3 May 2027 12:00:00 +0200 (CEST)", TEN_UTC),
    _date("without seconds and day", "3 May 2027 10:00 GMT", TEN_UTC),
    _date("an American zone", "Mon, 3 May 2027 06:00:00 EDT", TEN_UTC),
    _date("a year of two digits", "Mon, 3 May 27 10:00:00 +0000", TEN_UTC),
    _date("ISO", "2027-05-03T12:00:00+02:00", TEN_UTC),
    _date("no zone", "Mon, 3 May 2027 10:00:00", TEN_UTC),
    _date("an impossible zone", "Mon, 3 May 2027 10:00:00 +9900", TEN_UTC),
    _date("a leap second", "Mon, 3 May 2027 09:59:60 +0000", TEN_UTC - 1_000_000),
    _date("the thirtieth of February", "Tue, 30 Feb 2027 10:00:00 +0000", None),
    _date("words", "yesterday, I think", None),
    _date("digits without end", "Mon, 3 May " + "9" * 5_000 + " 10:00:00 +0000", None),
    _date("before computers", "Mon, 3 May 1066 10:00:00 +0000", None),
    Case("none", mail(), {"date_at": None}),
]

IDS = [
    Case("an id", mail("Message-ID: <a.b@c.example>"), {"message_id": "<a.b@c.example>", "message_id_made": False}),
    Case("an id without brackets", mail("Message-ID: a.b@c.example"), {"message_id": "<a.b@c.example>"}),
    Case("an id with blanks", mail("Message-ID: <a.b\n @c.example>"), {"message_id": "<a.b@c.example>"}),
    Case("an id without at", mail("Message-ID: <12345>"), {"message_id": "<12345>"}),
    Case("an empty id", mail("Message-ID: <>"), {"message_id_made": True}),
    Case(
        "a thread",
        mail("References: <a@x>\n <b@x>\t<c@x> <b@x>\nIn-Reply-To: Your mail of Monday <c@x>"),
        {"references": ("<a@x>", "<b@x>", "<c@x>"), "in_reply_to": ("<c@x>",)},
    ),
    Case("references without blanks", mail("References: <a@x><b@x>"), {"references": ("<a@x>", "<b@x>")}),
    Case("references with commas", mail("References: <a@x>, <b@x>"), {"references": ("<a@x>", "<b@x>")}),
    Case("encoded references", mail("References: =?us-ascii?Q?=3Ca=40x=3E?="), {"references": ("<a@x>",)}),
    Case(
        "too many references",
        mail("References: " + " ".join(f"<{n}@x>" for n in range(500))),
        {"references": ("<0@x>", *(f"<{n}@x>" for n in range(401, 500)))},
    ),
]

KINDS = [
    Case("a person's mail", mail("Auto-Submitted: no"), {"auto_submitted": False, "is_bounce": False}),
    Case(
        "an absence reply",
        mail("Auto-Submitted: auto-replied; owner-email=a@b"),
        {"auto_submitted": True, "auto_reasons": ("Auto-Submitted: auto-replied; owner-email=a@b",)},
    ),
    Case("bulk", mail("Precedence: Bulk"), {"auto_reasons": ("Precedence: Bulk",)}),
    Case("auto_reply", mail("Precedence: auto_reply"), {"auto_submitted": True}),
    Case("a list", mail("List-Id: <x.example.org>"), {"auto_reasons": ("List-Id: <x.example.org>",)}),
    Case("Outlook's mark", mail("X-Auto-Response-Suppress: All"), {"auto_submitted": True}),
    Case("a null return path", mail("Return-Path: < >"), {"auto_reasons": ("Return-Path: <>",)}),
    Case("first class", mail("Precedence: first-class"), {"auto_submitted": False}),
    Case("failed recipients", mail("X-Failed-Recipients: x@y.example"), {"is_bounce": True}),
    Case(
        "a daemon",
        b"Return-Path: <>\nFrom: MAILER-DAEMON@example.org\nSubject: Returned mail\n\nHi",
        {"is_bounce": True, "auto_submitted": True},
    ),
]

CASES = SUBJECTS + SENDERS + RECIPIENTS + DATES + IDS + KINDS
