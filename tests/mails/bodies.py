"""Mails whose text is encoded, offered twice, only HTML, or hidden somewhere in the parts."""

from __future__ import annotations

from base64 import b64encode

from tests.mails import TEXT, Case, mail, multipart, part


def _body(name: str, headers: str, body: bytes, expected: str) -> Case:
    return Case(name, mail(headers, body), {"text": expected, "html_only": False})


def _html(name: str, html: str, expected: str) -> Case:
    raw = mail("Content-Type: text/html; charset=utf-8", html.encode())
    return Case(f"html: {name}", raw, {"text": expected, "html_only": bool(expected)})


HTML = part("Content-Type: text/html; charset=utf-8", b"<p>Hello <b>in colour</b></p>")

CHARSETS = [
    _body("nothing declared, utf-8", "", "Grüße".encode(), "Grüße"),
    _body("nothing declared, cp1252", "", "Grüße – 5 €".encode("cp1252"), "Grüße – 5 €"),
    _body("ascii declared, utf-8", "Content-Type: text/plain; charset=us-ascii", "Grüße".encode(), "Grüße"),
    _body("utf-8 declared, cp1252", "Content-Type: text/plain; charset=utf-8", "Grüße".encode("cp1252"), "Grüße"),
    _body("latin-1 declared, cp1252", "Content-Type: text/plain; charset=iso-8859-1", b"5 \x80", "5 €"),
    _body(
        "in quotes of two kinds", "Content-Type: text/plain; charset=\"'koi8-r'\"", "Привет".encode("koi8-r"), "Привет"
    ),
    _body("utf8mb4", "Content-Type: text/plain; charset=utf8mb4", "Grüße 🖨".encode(), "Grüße 🖨"),
    _body("unknown-8bit", "Content-Type: text/plain; charset=unknown-8bit", "Grüße".encode(), "Grüße"),
    _body("x-sjis", "Content-Type: text/plain; charset=x-sjis", "障害①".encode("cp932"), "障害①"),
    _body("euc-kr that is cp949", "Content-Type: text/plain; charset=euc-kr", "똠방각하".encode("cp949"), "똠방각하"),
    _body("a codec that is no charset", "Content-Type: text/plain; charset=zlib", b"Hello", "Hello"),
    _body("utf-16 with its mark", "Content-Type: text/plain; charset=utf-16", "Grüße".encode("utf-16"), "Grüße"),
    _body("a byte order mark", "Content-Type: text/plain; charset=utf-8", "\ufeffGrüße".encode(), "Grüße"),
    _body(
        "one broken letter among many",
        "Content-Type: text/plain; charset=utf-8",
        ("Grüße aus Łódź, żółw " * 4).encode() + b"\xc5",
        "Grüße aus Łódź, żółw " * 4 + "\ufffd",
    ),
    _body("zeros and controls", "", b"a\0b\x1b[2Jc\x85", "a\ufffdb\ufffd[2Jc…"),
    _body("tabs and all line ends", "", b"a\tb\r\nc\rd\fe\n", "a    b\nc\nd\ne"),
]

TRANSFER = [
    _body("quoted-printable", "Content-Transfer-Encoding: quoted-printable", b"Gr=C3=BC=\r\n=C3=9Fe=20", "Grüße"),
    _body(
        "quoted-printable, loosely",
        "Content-Transfer-Encoding: Quoted-Printable;",
        b"50 = 50 =ZZ =c3=bc",
        "50 = 50 =ZZ ü",
    ),
    _body(
        "a soft break before a bare CR",
        "Content-Transfer-Encoding: quoted-printable",
        b"one =\rtwo\rthree",
        "one two\nthree",
    ),
    _body("base64", "Content-Transfer-Encoding: base64", b64encode("Grüße".encode()), "Grüße"),
    _body("base64 without padding", "Content-Transfer-Encoding: BASE64", b"R3LDvMOfZQ", "Grüße"),
    _body("base64 of pieces", "Content-Transfer-Encoding: base64", b"R3LDvA==\r\nw59l\r\n", "Grüße"),
    _body(
        "base64 with a list's footer",
        "Content-Transfer-Encoding: base64",
        b"R3LDvMOfZQ==\r\n-- \r\nthe list\r\n",
        "Grüße",
    ),
    _body(
        "base64 that is plain",
        "Content-Transfer-Encoding: base64",
        b"Hello, this is not base64.",
        "Hello, this is not base64.",
    ),
    _body("one character too many", "Content-Transfer-Encoding: base64", b"R3LDvMOfZX", "Grüße"[:4] + "e"),
    _body(
        "rubbish behind a digit too many",
        "Content-Transfer-Encoding: base64",
        b"R3LDvMOfZQAAB\r\n~",
        "Grüße",
    ),
    _body("an encoding nobody knows", "Content-Transfer-Encoding: 8-bits", "Grüße".encode(), "Grüße"),
]

HTML_ONLY = [
    _html("paragraphs", "<p>One</p><p>Two<br>lines</p>", "One\n\nTwo\nlines"),
    _html("script and style", "<style>p{}</style><script>alert('<p>x')</script><p>Hello</p>", "Hello"),
    _html("a head", "<html><head><title>T</title></head><body>Hello</body></html>", "Hello"),
    _html("a style that never ends", "<style>p{color:red} <div>Hello</div>", "Hello"),
    _html(
        "comments", "<!-- <p>no</p> -->Hello<!--[if mso]><p>no</p><![endif]--><![if !mso]> you<![endif]>", "Hello you"
    ),
    _html("a comment that never ends", "Hello <!-- you", "Hello you"),
    _html("hidden parts", '<div style="color:red; display: none">no<div>no</div></div><p hidden>no</p>Hello', "Hello"),
    _html("everything hidden", '<div style="display:none"><p>Hello</div>', "Hello"),
    _html(
        "a link",
        '<a href="https://example.org/x?a=1&amp;b=2">the page</a>.',
        "the page <https://example.org/x?a=1&b=2>.",
    ),
    _html("a link that shows itself", '<a href="https://example.org/">example.org</a>', "example.org"),
    _html("a mail link", '<a href="mailto:a@example.org?subject=x">a@example.org</a>', "a@example.org"),
    _html("a script for a link", '<a href="javascript:alert(1)">press</a>', "press"),
    _html("a remote image", '<img src="https://evil.example/p.gif?you" width="1" height="1" alt="x">Hello', "Hello"),
    _html("an image with words", 'See <img src="cid:1" alt="the red lamp">.', "See [the red lamp]."),
    _html("a list", "<ul><li>one<li>two<ol><li>deep</ol></ul>", "- one\n- two\n  1. deep"),
    _html(
        "a table",
        "<table><tr><td>Host</td><td>web1</td></tr><tr><td>State</td><td>down</td></tr></table>",
        "Host  web1\nState  down",
    ),
    _html(
        "a quote",
        "<p>Yes</p><blockquote><p>Is it on?</p><p>Really?</p></blockquote><p>No</p>",
        "Yes\n\n> Is it on?\n>\n> Really?\n\nNo",
    ),
    _html("preformatted", "<pre>a  b\n  c</pre>", "a  b\n  c"),
    _html("entities", "Gr&uuml;&szlig;e &lt;b&gt; &#128424; &nope; &amp", "Grüße <b> 🖨 &nope; &"),
    _html("a character that is none", "a&#0;b&#xD800;c&#27;d&#" + "9" * 5000 + ";", "a\ufffdb\ufffdcd\ufffd"),
    _html("Outlook's paragraphs", "<p class=MsoNormal>One</p><p class=MsoNormal>Two</p>", "One\nTwo"),
    _html(
        "an empty line of Outlook's",
        "<p class=MsoNormal>One</p><p class=MsoNormal>&nbsp;</p><p class=MsoNormal>Two</p>",
        "One\n\nTwo",
    ),
    _html("less than", "if a < b and c<d then", "if a < b and c"),
    _html(
        "unquoted and broken attributes",
        "<a href=https://example.org/x title='a>b' \"c>Hello</a>",
        "Hello <https://example.org/x>",
    ),
    _html("300 nested divs", "<div>" * 300 + "Hello" + "</div>" * 300, "Hello"),
    _html("20,000 nested spans", "<span>" * 20_000 + "Hello", "Hello"),
    _html(
        "a preview line's fillers",
        "Hello" + "&#847;&zwnj;&nbsp;" * 3 + "<p>\u200c \u200c</p><p>you</p>",
        "Hello\u200c \u200c \u200c\n\nyou",
    ),
    _html("nothing", "<html><body></body></html>", ""),
    Case(
        "html: the charset in a meta tag",
        mail("Content-Type: text/html", '<meta charset="koi8-r"><p>Привет'.encode("koi8-r")),
        {"text": "Привет"},
    ),
    Case(
        "html: declared as plain",
        mail("", b"<html><body><p>Hello</p></body></html>"),
        {"text": "Hello", "html_only": True},
    ),
]

CHOICES = [
    Case(
        "plain before html",
        multipart(TEXT, HTML, kind="alternative"),
        {"text": "Hello", "html_only": False, "attachments": ()},
    ),
    Case("html before plain", multipart(HTML, TEXT, kind="alternative"), {"text": "Hello", "html_only": False}),
    Case(
        "plain is empty",
        multipart(part("Content-Type: text/plain", b" \r\n"), HTML, kind="alternative"),
        {"text": "Hello in colour", "html_only": True},
    ),
    Case(
        "plain says only that there is html",
        multipart(part("Content-Type: text/plain", b"This mail needs a HTML reader."), HTML, kind="alternative"),
        {"text": "Hello in colour"},
    ),
    Case(
        "text around a file",
        multipart(TEXT, part("Content-Type: application/pdf; name=a.pdf"), part("Content-Type: text/plain", b"Bye")),
        {"text": "Hello\n\nBye"},
    ),
    Case(
        "a text file that is attached stays out",
        multipart(TEXT, part("Content-Type: text/plain\nContent-Disposition: attachment; filename=log.txt", b"boot")),
        {"text": "Hello"},
    ),
    Case(
        "the only text is a named one",
        multipart(part("Content-Type: text/plain; name=body.txt\nContent-Disposition: inline", b"Hello")),
        {"text": "Hello"},
    ),
    Case(
        "signed",
        multipart(
            TEXT,
            part("Content-Type: application/pkcs7-signature; name=smime.p7s"),
            kind='signed; protocol="application/pkcs7-signature"',
        ),
        {"text": "Hello", "signed": "S/MIME", "encrypted": ""},
    ),
    Case(
        "encrypted",
        multipart(
            part("Content-Type: application/pgp-encrypted", b"Version: 1"),
            part("Content-Type: application/octet-stream; name=encrypted.asc", b"-----BEGIN PGP MESSAGE-----"),
            kind='encrypted; protocol="application/pgp-encrypted"',
        ),
        {"text": "", "encrypted": "OpenPGP", "signed": ""},
    ),
    Case(
        "encrypted within the text",
        mail("", b"-----BEGIN PGP MESSAGE-----\r\nabc\r\n-----END PGP MESSAGE-----"),
        {"encrypted": "OpenPGP"},
    ),
    Case("enveloped", mail("Content-Type: application/pkcs7-mime; smime-type=enveloped-data"), {"encrypted": "S/MIME"}),
    Case("opaquely signed", mail("Content-Type: application/pkcs7-mime; smime-type=signed-data"), {"signed": "S/MIME"}),
    Case(
        "a bounce",
        multipart(
            part("Content-Type: text/plain", b"It could not be delivered."),
            part("Content-Type: message/delivery-status", b"Action: failed"),
            part("Content-Type: text/rfc822-headers", b"Subject: x"),
            kind="report; report-type=delivery-status",
        ),
        {"text": "It could not be delivered.", "is_bounce": True},
    ),
    Case(
        "a read receipt is no bounce",
        multipart(TEXT, kind="report; report-type=disposition-notification"),
        {"text": "Hello", "is_bounce": False},
    ),
]

BROKEN = [
    Case("no closing boundary", multipart(TEXT)[: -len(b"--frontier--\r\n")], {"text": "Hello"}),
    Case("a boundary nobody declared", multipart(TEXT).replace(b'; boundary="frontier"', b""), {"text": "Hello"}),
    Case("another boundary than declared", multipart(TEXT).replace(b'"frontier"', b'"elsewhere"'), {"text": "Hello"}),
    Case("a boundary in single quotes and blanks", multipart(TEXT, boundary="a b'c"), {"text": "Hello"}),
    Case(
        "blanks behind the boundary",
        multipart(TEXT).replace(b"--frontier\r\n", b"--frontier \t\r\n"),
        {"text": "Hello"},
    ),
    Case(
        "parts that share a boundary",
        multipart(
            part(
                "Content-Type: multipart/mixed; boundary=frontier", b"\r\n--frontier\r\n" + TEXT + b"\r\n--frontier--"
            ),
            TEXT,
        ),
        {"text": "Hello\n\nHello"},
    ),
    Case("a multipart without parts", mail("Content-Type: multipart/mixed; boundary=x", b"Hello"), {"text": "Hello"}),
    Case("a part without headers", multipart(b"\r\nHello"), {"text": "Hello"}),
    Case("a part without its empty line", multipart(b"Content-Type: text/plain\r\nHello you"), {"text": "Hello you"}),
    Case(
        "a transfer encoding around parts",
        multipart(TEXT, headers="Content-Transfer-Encoding: quoted-printable"),
        {"text": "Hello"},
    ),
    Case(
        "a preamble and an epilogue",
        multipart(TEXT).replace(b"\r\n\r\n", b"\r\n\r\nIgnore\r\n", 1) + b"Ignore",
        {"text": "Hello"},
    ),
    Case("a type that is none", mail("Content-Type: text"), {"text": "Hello"}),
    Case(
        "a type missing before its parameters",
        mail("Content-Type: charset=koi8-r", "Привет".encode("koi8-r")),
        {"text": "Привет"},
    ),
    Case(
        "a type in capitals with a comment",
        mail("Content-Type: TEXT/HTML (really); charset=utf-8", b"<p>Hello"),
        {"text": "Hello"},
    ),
]

CASES = CHARSETS + TRANSFER + HTML_ONLY + CHOICES + BROKEN
