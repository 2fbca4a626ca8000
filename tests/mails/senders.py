"""Mails whose people are grouped, commented, quoted, encoded and broken, and headers that say who sent them twice."""

from __future__ import annotations

from tests.mails import Case, mail, whole


def _from(name: str, value: str, person: str, email: str) -> Case:
    raw = f"From: {value}\r\nTo: desk@example.com\r\n\r\nHello\r\n".encode()
    return Case(f"from {name}", raw, {"sender": (person, email), "text": "Hello"})


def _to(name: str, value: str, *people: tuple[str, str]) -> Case:
    return Case(f"to {name}", f"From: a@b.example\r\nTo: {value}\r\n\r\nHello\r\n".encode(), {"to": people})


ADA, BOB = ("Ada", "ada@example.org"), ("Bob", "bob@example.org")
_A, _B = ("", "ada@example.org"), ("", "bob@example.org")

SENDERS = [
    _from("an encoded address", "=?utf-8?Q?Ada_=3Cada=40example=2Eorg=3E?=", *ADA),
    _from("an encoded name and address as one base64", "=?utf-8?B?QWRhIDxhZGFAZXhhbXBsZS5vcmc+?=", *ADA),
    _from("an encoded address in brackets", "Ada <=?utf-8?Q?ada=40example.org?=>", *ADA),
    _from(
        "quotes around encoded words with a comma",
        '"=?utf-8?Q?Lovelace,_Ada?=" <ada@example.org>',
        "Lovelace, Ada",
        _A[1],
    ),
    _from("an encoded word right at the bracket", "=?utf-8?Q?Ad=C3=A4?=<ada@example.org>", "Adä", _A[1]),
    _from("half encoded", "Dr. =?utf-8?Q?Ad=C3=A4?= Lovelace <ada@example.org>", "Dr. Adä Lovelace", _A[1]),
    _from("a word in an unknown charset", "=?x-none?Q?Ada?= <ada@example.org>", *ADA),
    _from(
        "an encoded line end",
        "=?utf-8?Q?Ada=0D=0ABcc:_x@evil.example?= <ada@example.org>",
        "Ada Bcc: x@evil.example",
        _A[1],
    ),
    _from("an encoded NUL", "=?utf-8?Q?Ada=00?= <ada@example.org>", "Ada\ufffd", _A[1]),
    _from("double quotes twice", '""Ada"" <ada@example.org>', *ADA),
    _from("single in double quotes", "\"'Ada'\" <ada@example.org>", *ADA),
    _from("the address in the quotes too", '"Ada ada@example.org" <ada@example.org>', "Ada ada@example.org", _A[1]),
    _from("a dot in the name", "J. R. Ada <ada@example.org>", "J. R. Ada", _A[1]),
    _from("a bracket in the name", "Ada [Sales] <ada@example.org>", "Ada [Sales]", _A[1]),
    _from("an at in the name", "Ada @ Work <ada@example.org>", "Ada @ Work", _A[1]),
    _from("a colon in the name", "Acme: Ada <ada@example.org>", "Ada", _A[1]),
    _from("a comment in the middle", "Ada (Sales) <ada@example.org>", *ADA),
    _from("a comment in the address", "<ada(work)@example.org>", "", "ada(work)@example.org"),
    _from("a comment that never ends", "Ada (Sales <ada@example.org>", "Ada Sales", _A[1]),
    _from("a comment with an escaped bracket", r"ada@example.org (Ada \) L)", r"Ada ) L", _A[1]),
    _from("a quoted local part with an at", '"ada@work"@example.org', "", '"ada@work"@example.org'),
    _from("a quoted local part in brackets", 'Ada <"ada l"@example.org>', "Ada", '"adal"@example.org'),
    _from("capitals in the local part", "ADA@EXAMPLE.ORG", "", "ADA@example.org"),
    _from("a dot at the end", "Ada <ada@example.org.>", *ADA),
    _from("a backslash", r"Ada \<ada@example.org>", "Ada \\", _A[1]),
    _from("brackets in square ones", "Ada [ada@example.org]", *ADA),
    _from("mailto in text", "Ada <mailto:ada@example.org>", *ADA),
    _from("two ats", "Ada <ada@work@example.org>", "Ada", "ada@work@example.org"),
    _from("a domain in IDN", "Ada <ada@xn--gre-hoa6c.example>", "Ada", "ada@xn--gre-hoa6c.example"),
    _from(
        "a plus and an equals sign",
        "<bounce+ada=example.org@lists.example>",
        "",
        "bounce+ada=example.org@lists.example",
    ),
    _from("an X.400 name", '"/G=Ada/S=Lovelace/O=Acme/"@gate.example', "", '"/G=Ada/S=Lovelace/O=Acme/"@gate.example'),
    _from("Exchange's inner name", "Ada </O=ACME/CN=ADA>", "Ada", "/O=ACME/CN=ADA"),
    _from("nothing but a name in quotes", '"Ada Lovelace"', "Ada Lovelace", ""),
    _from("a name and an empty address", "Ada <>", "Ada", ""),
    _from("several, the first without address", "Ada, Bob <bob@example.org>", "Ada, Bob", "bob@example.org"),
    _from("several", "Ada <ada@example.org>, Bob <bob@example.org>", *ADA),
    _from("a group", "Team: Ada <ada@example.org>;", *ADA),
    _from("folded at every blank", "Ada\r\n Lovelace\r\n\t<ada@example.org>", "Ada Lovelace", _A[1]),
    _from("control characters in the address", "Ada <ada\x07@example.org>", "Ada", "ada\ufffd@example.org"),
    _from("text that turns around in the name", "\u202eAda <ada@example.org>", "\ufffdAda", _A[1]),
    _from("an emoji", "Ada 🔥 <ada@example.org>", "Ada 🔥", _A[1]),
    _from("UTF-8 in quotes", '"Ądą" <ada@example.org>', "Ądą", _A[1]),
    Case("two From headers", whole("From: Ada <ada@example.org>\nFrom: Eve <eve@evil.example>\n\nHi"), {"sender": ADA}),
    Case("an empty From and a Sender", whole("From:\nSender: Bob <bob@example.org>\n\nHi"), {"sender": BOB}),
    Case("no sender at all", whole("To: desk@example.com\n\nHi"), {"sender": None, "text": "Hi"}),
    Case(
        "undisclosed people", whole("From: a@b.example\nTo: undisclosed-recipients:;\n\nHi"), {"to": (), "text": "Hi"}
    ),
    Case("undisclosed in brackets", whole("From: a@b.example\nTo: <undisclosed-recipients:;>\n\nHi"), {"text": "Hi"}),
]

RECIPIENTS = [
    _to(
        "a group among others",
        "Ada <ada@example.org>, Team: bob@example.org;, eve@example.org",
        ADA,
        _B,
        ("", "eve@example.org"),
    ),
    _to("groups one behind the other", "A: ada@example.org;, B: bob@example.org;", _A, _B),
    _to("a group without an end", "Team: ada@example.org, bob@example.org", _A, _B),
    _to("undisclosed recipients with a blank", "Undisclosed recipients: ;"),
    _to("an encoded group", "=?utf-8?Q?B=C3=BCro?=: ada@example.org;", _A),
    _to(
        "a surname first, unquoted, twice",
        "Love, Ada <ada@example.org>, Bay, Bob <bob@example.org>",
        ("Love, Ada", "ada@example.org"),
        ("Bay, Bob", "bob@example.org"),
    ),
    _to("Outlook's semicolons and quotes", "'Ada' <ada@example.org>; 'Bob' <bob@example.org>", ADA, BOB),
    _to("blanks instead of commas", "ada@example.org bob@example.org", ("bob@example.org", "ada@example.org")),
    _to("a comma too many", ",Ada <ada@example.org>,,Bob <bob@example.org>,", ADA, BOB),
    _to(
        "a list over many lines",
        ",\r\n\t".join(f"p{n}@example.org" for n in range(30)),
        *(("", f"p{n}@example.org") for n in range(30)),
    ),
    _to("the same in other letters", "Ada <ada@example.org>, ADA <ada@EXAMPLE.org>", ADA),
    _to("a broken one among good ones", "Ada <ada@example.org>, <>, @, Bob <bob@example.org>", ADA, BOB),
    _to("only a line end", "\r\n"),
    _to("a phone number", "+43 1 234567", ("+43 1 234567", "")),
    Case("Cc twice", mail("Cc: Bob <bob@example.org>\nCc: ada@example.org"), {"cc": (BOB, _A)}),
    Case("a long Bcc", mail("Bcc: bob@example.org,\n ada@example.org"), {"bcc": (_B, _A)}),
    Case(
        "delivered to",
        mail("Delivered-To: desk@example.com\nX-Original-To: help+0500@example.com\nEnvelope-To: <desk@example.com>"),
        {"delivered_to": ("desk@example.com", "help+0500@example.com")},
    ),
    Case(
        "delivered to many",
        mail("Delivered-To: a@b.example\nDelivered-To: c@d.example"),
        {"delivered_to": ("a@b.example", "c@d.example")},
    ),
    Case("delivered to nobody", mail("Delivered-To: \nX-Original-To: root"), {"delivered_to": ()}),
]


def _checked(name: str, value: str, *expected: tuple[str, dict[str, str]]) -> Case:
    return Case(f"checked: {name}", mail(f"Authentication-Results: {value}"), {"authentication": expected})


def _taken_in(above: str) -> bytes:
    """Return a mail that claims to have been checked, below what servers wrote above it."""
    below = "Received: from a by mx with ESMTP id 2\nReceived: with LMTP\nAuthentication-Results: mx; dkim=pass"
    return mail(f"{above}\n{below}")


AUTHENTICATION = [
    _checked("none", "mx.example.com; none", ("mx.example.com", {})),
    _checked(
        "with a version", "mx.example.com 1; spf=pass smtp.mailfrom=a.example", ("mx.example.com", {"spf": "pass"})
    ),
    _checked(
        "folded, with comments",
        'MX.Example.com;\n dkim=pass (good; 2048-bit (really) key) header.d=a.example;\n\tspf=Fail (no; "spf=pass")'
        " smtp.mailfrom=a.example; dmarc=fail (p=reject dis=none) header.from=a.example",
        ("mx.example.com", {"dkim": "pass", "spf": "fail", "dmarc": "fail"}),
    ),
    _checked(
        "several signatures", "mx; dkim=fail header.d=a; dkim=pass header.d=b; dkim=none", ("mx", {"dkim": "pass"})
    ),
    _checked(
        "Microsoft's, which names nobody",
        "spf=pass (sender IP is 192.0.2.1) smtp.mailfrom=a; dkim=none",
        ("", {"spf": "pass", "dkim": "none"}),
    ),
    _checked(
        "a method with a version and blanks",
        "mx; spf/1 = pass ; dkim = temperror",
        ("mx", {"spf": "pass", "dkim": "temperror"}),
    ),
    _checked("a reason in quotes", 'mx; dkim=fail reason="bad; dmarc=pass" header.d=a', ("mx", {"dkim": "fail"})),
    _checked(
        "a comment before the name", "(by) mx.example.com (really); spf=pass", ("mx.example.com", {"spf": "pass"})
    ),
    _checked(
        "rubbish",
        "=;=;;;(((",
    ),
    _checked("nothing", ""),
    Case(
        "checked: whose each result is",
        mail(
            "Authentication-Results: mx; dkim=pass header.i=@M.A.example header.d=a.example; dkim=fail header.i=b@b.c;"
            ' spf=pass smtp.mailfrom="a header.d=x.example; dkim=pass"@d.example; dmarc=none header . from = "e.ex";'
            ' dkim=pass reason="header.d=f.example"'
        ),
        {
            "checks": (
                ("dkim", "pass", "a.example", False),
                ("dkim", "fail", "b.c", False),
                ("spf", "pass", "d.example", False),
                ("dmarc", "none", "e.ex", False),
                ("dkim", "pass", "", False),
            )
        },
    ),
    Case(
        "checked: a bounce of a mail server",
        mail("Authentication-Results: mx; spf=pass smtp.mailfrom=<> smtp.helo=mx.a.example."),
        {"checks": (("spf", "pass", "mx.a.example", False),)},
    ),
    Case(
        "checked: above what the mail came with",
        _taken_in("Received: from mx by mx with LMTP id 1\nAuthentication-Results: mx; spf=pass"),
        {"checks": (("spf", "pass", "", True), ("dkim", "pass", "", False))},
    ),
    Case(
        "checked: below who took it in",
        _taken_in("Received: from elsewhere by mx with ESMTPS id 1\nAuthentication-Results: mx; spf=pass"),
        {"checks": (("spf", "pass", "", False), ("dkim", "pass", "", False))},
    ),
    Case(
        "checked twice, the last one on top",
        mail("Authentication-Results: mx.example.com; dmarc=fail\nAuthentication-Results: mx.evil.example; dmarc=pass"),
        {"authentication": (("mx.example.com", {"dmarc": "fail"}), ("mx.evil.example", {"dmarc": "pass"}))},
    ),
]

CASES = SENDERS + RECIPIENTS + AUTHENTICATION
