"""Mails with encoded words, parameters, dates and ids as they are really written, and headers that are broken."""

from __future__ import annotations

from tests.mails import TEXT, Case, mail, multipart, part, whole

NAMED = "Content-Type: application/pdf\nContent-Disposition: attachment; "
MAY_3 = 1_809_338_400_000_000


def _subject(name: str, value: str, expected: str) -> Case:
    return Case(f"subject: {name}", mail(f"Subject: {value}"), {"subject": expected, "text": "Hello"})


WORDS = [
    _subject("quotes around an encoded word", '"=?utf-8?Q?Gr=C3=BC=C3=9Fe?="', '"Grüße"'),
    _subject("a word in brackets", "[=?utf-8?Q?B=C3=BCro?=] Printer", "[Büro] Printer"),
    _subject("a word right behind text", "Re:=?utf-8?B?R3LDvMOfZQ==?=", "Re:Grüße"),
    _subject("text right behind a word", "=?utf-8?B?R3LDvMOfZQ==?=!", "Grüße!"),
    _subject("three words that split letters", "=?utf-8?Q?=E6=89?= =?utf-8?Q?=93=E5=8D?= =?utf-8?Q?=B0?=", "打印"),
    _subject("base64 that splits letters", "=?utf-8?B?5omT5Y0=?=\n =?utf-8?B?sOacug==?=", "打印机"),
    _subject(
        "iso-2022-jp in two words",
        "=?iso-2022-jp?B?GyRCJVclaiVzGyhC?= =?ISO-2022-JP?B?GyRCJT8hPBsoQg==?=",
        "プリンター",
    ),
    _subject(
        "iso-2022-jp cut within its escapes",
        "=?iso-2022-jp?B?GyRCJVclaiVz?= =?iso-2022-jp?B?JT8hPBsoQg==?=",
        "プリンター",
    ),
    _subject("shift_jis split within a letter", "=?shift_jis?B?g3aDioOT?= =?shift_jis?B?g16BWw==?=", "プリンター"),
    _subject("Q with raw blanks", "=?utf-8?Q?Gr=C3=BC=C3=9Fe aus dem B=C3=BCro?=", "Grüße aus dem Büro"),
    _subject("Q with raw letters", "=?utf-8?Q?Grüße_aus?=", "Grüße aus"),
    _subject("Q with a raw question mark", "=?utf-8?Q?Why?_Gr=C3=BC=C3=9Fe?=", "Why? Grüße"),
    _subject("Q with a broken escape", "=?utf-8?Q?100=_=ZZ?=", "100= =ZZ"),
    _subject("Q with small escapes", "=?UTF-8?q?gr=c3=bc=c3=9fe?=", "grüße"),
    _subject("b in small letters", "=?utf-8?b?R3LDvMOfZQ==?=", "Grüße"),
    _subject("a language", "=?utf-8*en-US?Q?Gr=C3=BC=C3=9Fe?=", "Grüße"),
    _subject("base64 with blanks in it", "=?utf-8?B?R3LD vMOf ZQ==?=", "Grüße"),
    _subject("base64 with too much padding", "=?utf-8?B?R3LDvMOfZQ=====?=", "Grüße"),
    _subject("base64 with rubbish", "=?utf-8?B?R3L*DvMOfZQ==?=", "Grüße"),
    _subject("base64 in the alphabet of URLs", "=?utf-8?B?8J-UpQ==?=", "🔥"),
    _subject(
        "an end that is missing, folded", "=?utf-8?Q?Gr=C3=BC=C3=9Fe\n and more", "=?utf-8?Q?Gr=C3=BC=C3=9Fe and more"
    ),
    _subject("half an end", "=?utf-8?Q?Gr=C3=BC=C3=9Fe?", "=?utf-8?Q?Gr=C3=BC=C3=9Fe?"),
    _subject("no charset", "=??Q?Hello?=", "=??Q?Hello?="),
    _subject("an encoding that nobody knows", "=?utf-8?X?Hello?=", "=?utf-8?X?Hello?="),
    _subject("a word in a word", "=?utf-8?Q?=3D=3Futf-8=3FQ=3FHello=3F=3D?=", "=?utf-8?Q?Hello?="),
    _subject("two words, a tab and a fold between", "=?utf-8?Q?a?=\t\n\t =?utf-8?Q?b?=", "ab"),
    _subject("two words and text between", "=?utf-8?Q?a?= and =?utf-8?Q?b?=", "a and b"),
    _subject("encoded line ends", "=?utf-8?Q?one=0D=0Atwo?=", "one two"),
    _subject("an encoded escape sequence", "=?utf-8?Q?=1B[31mred?=", "\ufffd[31mred"),
    _subject("encoded blanks at the end", "=?utf-8?Q?Hello=20?= =?utf-8?Q?you?=", "Hello you"),
    _subject("underscores outside of words", "my_file_name", "my_file_name"),
    _subject("utf-16 in a word", "=?utf-16?B?/v8ARwByAPwA3wBl?=", "Grüße"),
    _subject("windows-1252 called latin-1", "=?iso-8859-1?Q?=93quoted=94?=", "“quoted”"),
    _subject("only blanks", "   ", ""),
    _subject("tabs and double blanks", "a\t\tb  c", "a  b  c"),
    _subject("an emoji in surrogates", "=?utf-8?B?7aC97bSl?=", "🔥"),
    _subject("a bidirectional mark", "=?utf-8?Q?invoice=E2=80=AEfdp.exe?=", "invoice\ufffdfdp.exe"),
    Case("a subject in two headers", mail("Subject: one\nSubject: two"), {"subject": "one"}),
    Case("an empty subject and a second one", mail("Subject:\nSubject: two"), {"subject": ""}),
    Case("no subject", mail(), {"subject": "", "text": "Hello"}),
    Case("a subject of many lines", mail("Subject: a\n b\n\tc\n  d"), {"subject": "a b c d"}),
    Case(
        "thousands of words", mail("Subject: " + "\n ".join(["=?utf-8?Q?=C3=A4?="] * 3_000)), {"subject": "ä" * 2_000}
    ),
]


def _name(name: str, parameter: str, *expected: str) -> Case:
    return Case(f"name: {name}", multipart(TEXT, part(NAMED + parameter)), {"files": expected, "text": "Hello"})


NAMES = [
    _name("three pieces, the middle one encoded", 'filename*0="a-"; filename*1*=%C3%BC; filename*2=.pdf', "a-ü.pdf"),
    _name("pieces in any order", "filename*2=c.pdf; filename*0=a; filename*1=b", "abc.pdf"),
    _name("a piece that is missing", "filename*0=a; filename*2=c.pdf", "ac.pdf"),
    _name("pieces that begin with one", "filename*1=a; filename*2=b.pdf", "ab.pdf"),
    _name("a percent that is none", "filename*=utf-8''100%25%20of%2.pdf", "100% of%2.pdf"),
    _name("percents without a star", "filename=Gr%C3%BC%C3%9Fe.pdf", "Gr%C3%BC%C3%9Fe.pdf"),
    _name("an unknown charset", "filename*=x-none''Gr%C3%BC%C3%9Fe.pdf", "Grüße.pdf"),
    _name("a wrong charset", "filename*=us-ascii''Gr%FC%DFe.pdf", "Grüße.pdf"),
    _name("an empty charset and language", "filename*=''Gr%C3%BC%C3%9Fe.pdf", "Grüße.pdf"),
    _name("RFC 2047 without quotes", "filename==?utf-8?Q?Gr=C3=BC=C3=9Fe.pdf?=", "Grüße.pdf"),
    _name("RFC 2047 in RFC 2231", "filename*=utf-8''=?utf-8?Q?Gr=C3=BC=C3=9Fe.pdf?=", "Grüße.pdf"),
    _name("RFC 2047 in pieces", 'filename*0="=?utf-8?Q?Gr=C3=BC"; filename*1="=C3=9Fe.pdf?="', "Grüße.pdf"),
    _name("base64 in koi8-r", 'filename="=?koi8-r?B?8NLJ18XULnBkZg==?="', "Привет.pdf"),
    _name("raw koi8-r", "filename*=koi8-r''%F0%D2%C9%D7%C5%D4.pdf", "Привет.pdf"),
    _name("an apostrophe in it", 'filename="it\'s.pdf"', "it's.pdf"),
    _name("quotes in it", r'filename="a \"b\".pdf"', "a _b_.pdf"),
    _name("an empty name", 'filename=""', "attachment.pdf"),
    _name("only blanks", 'filename="   "', "attachment.pdf"),
    _name("a name in capitals", 'FILENAME="A.PDF"', "A.PDF"),
    _name("blanks around it", 'filename = "a.pdf" ', "a.pdf"),
    _name("no semicolon before it", "size=3 filename=a.pdf", "a.pdf"),
    _name("given twice", "filename=a.pdf; filename=b.pdf", "a.pdf"),
    _name("folded within quotes", 'filename="a long\n name.pdf"', "a long name.pdf"),
    _name("a path up", 'filename="../../../../etc/cron.d/x"', "etc_cron.d_x"),
    _name("an absolute path", 'filename="/etc/passwd"', "etc_passwd"),
    _name("a path of Windows", r'filename="C:\\Documents and Settings\\Ada\\a.pdf"', "a.pdf"),
    _name("a share of Windows", r'filename="\\\\server\\share\\a.pdf"', "a.pdf"),
    _name("a device", 'filename="CON"', "_CON"),
    _name("a device with an extension", 'filename="nul.txt"', "_nul.txt"),
    _name("a drive and a stream", 'filename="a.pdf:hidden.exe"', "a.pdf_hidden.exe"),
    _name("a leading dash", 'filename="-rf.pdf"', "rf.pdf"),
    _name("a hidden file", 'filename=".bashrc"', "bashrc"),
    _name("a tilde", 'filename="~root.pdf"', "root.pdf"),
    _name("only dots and blanks", 'filename=" . . "', "attachment"),
    _name("dots and blanks at the end", 'filename="a.pdf. . "', "a.pdf"),
    _name("a line end", "filename*=utf-8''a%0D%0Ab.pdf", "a b.pdf"),
    _name("a NUL", "filename*=utf-8''a.exe%00.pdf", "a.exe_.pdf"),
    _name("a turn of direction", "filename*=utf-8''photo%E2%80%AEgpj.exe", "photo_gpj.exe"),
    _name("two extensions", 'filename="invoice.pdf.exe"', "invoice.pdf.exe"),
    _name("shell letters", 'filename="$(reboot);`id`|a.pdf"', "$(reboot);`id`_a.pdf"),
    _name("invisible letters", "filename*=utf-8''a%E2%80%8B%C2%ADb.pdf", "ab.pdf"),
    _name("an extension that is a name", f'filename="a.{"x" * 300}"', "a." + "x" * 148),
    _name("very long", f'filename="{"ü" * 400}.pdf"', "ü" * 118 + ".pdf"),
    Case(
        "name: one in another case, three times",
        multipart(*[part(NAMED + f"filename={name}") for name in ("a.pdf", "A.pdf", "a.pdf", "a (2).pdf")]),
        {"files": ("a.pdf", "A (2).pdf", "a (3).pdf", "a (2) (2).pdf")},
    ),
    Case(
        "name: both headers, different ones",
        multipart(
            part('Content-Type: application/pdf; name="a.pdf"\nContent-Disposition: attachment; filename="b.pdf"')
        ),
        {"files": ("b.pdf",)},
    ),
    Case(
        "name: only in the description",
        multipart(part("Content-Type: application/pdf\nContent-Description: a.pdf\nContent-Disposition: attachment")),
        {"files": ("a.pdf",)},
    ),
    Case(
        "name: an attached mail that is called .eml",
        multipart(TEXT, part(NAMED + "filename=mail.eml", b"Subject: x\r\n\r\ny")),
        {"files": ("mail.eml",), "data": (b"Subject: x\r\n\r\ny",)},
    ),
]


def _date(name: str, value: str, expected: int | None) -> Case:
    return Case(f"date: {name}", mail(f"Date: {value}"), {"date_at": expected})


DATES = [
    _date("a comment before the zone", "Mon, 3 May 2027 10:00:00 (UTC) +0000", MAY_3),
    _date("a comment within", "Mon (day), 3 May (month) 2027 12:00:00 +0200", MAY_3),
    _date("a zone with a colon", "Mon, 3 May 2027 12:00:00 +02:00", MAY_3),
    _date("a zone with letters and sign", "Mon, 3 May 2027 12:00:00 GMT+0200", MAY_3),
    _date("a zone by its name only", "Mon, 3 May 2027 12:00:00 CEST", MAY_3),
    _date("Japanese time", "Mon, 3 May 2027 19:00:00 JST", MAY_3),
    _date("a military zone", "Mon, 3 May 2027 10:00:00 Z", MAY_3),
    _date("a negative zero", "Mon, 3 May 2027 10:00:00 -0000", MAY_3),
    _date("a half hour", "Mon, 3 May 2027 15:30:00 +0530", MAY_3),
    _date("no comma", "Mon 3 May 2027 10:00:00 +0000", MAY_3),
    _date("the wrong day of the week", "Fri, 3 May 2027 10:00:00 +0000", MAY_3),
    _date("dashes", "Mon, 03-May-2027 10:00:00 +0000", MAY_3),
    _date("the year of C", "Mon May  3 10:00:00 2027", MAY_3),
    _date("the year of C with a zone", "Mon May  3 10:00:00 UTC 2027", MAY_3),
    _date("dots in the time", "Mon, 3 May 2027 10.00.00 +0000", MAY_3),
    _date("an American time", "Mon, 3 May 2027 10:00 AM +0000", MAY_3),
    _date("an American afternoon", "Mon, 3 May 2027 10:00:00 PM +0000", MAY_3 + 12 * 3_600_000_000),
    _date("ISO with a blank", "2027-05-03 12:00:00 +0200", MAY_3),
    _date("ISO with Z", "2027-05-03T10:00:00Z", MAY_3),
    _date("ISO with parts of a second", "2027-05-03T10:00:00.250Z", MAY_3 + 250_000),
    _date("a day only", "3 May 2027", MAY_3 - 10 * 3_600_000_000),
    _date("three digits of a year", "Mon, 3 May 127 10:00:00 +0000", MAY_3),
    _date("folded", "Mon, 3 May\n 2027 10:00:00\n +0000", MAY_3),
    _date("quotes", '"Mon, 3 May 2027 10:00:00 +0000"', MAY_3),
    _date("a German month", "Mo, 3 Mai 2027 10:00:00 +0000", MAY_3),
    _date("a Spanish day", "lun, 3 may 2027 10:00:00 +0000", MAY_3),
    _date("encoded", "=?utf-8?Q?Mon,_3_May_2027_10:00:00_+0000?=", MAY_3),
    _date("the long name of a month", "Monday, 3 May 2027 10:00:00 +0000", MAY_3),
    _date("seconds of three digits", "Mon, 3 May 2027 10:00:000 +0000", MAY_3),
    _date("hour 24", "Mon, 2 May 2027 24:00:00 +0000", MAY_3 - 10 * 3_600_000_000),
    _date("the thirty-second", "Mon, 32 May 2027 10:00:00 +0000", None),
    _date("far away", "Mon, 3 May 99999 10:00:00 +0000", None),
    _date("nothing but zeros", "0000-00-00 00:00:00", None),
    _date("only a zone", "+0000", None),
    _date("rubbish", "\x00\x01\xff", None),
    Case(
        "date: two of them",
        mail("Date: Mon, 3 May 2027 10:00:00 +0000\nDate: Tue, 4 May 2027 10:00:00 +0000"),
        {"date_at": MAY_3},
    ),
]

IDS = [
    Case(
        "id: a comment behind it", mail("Message-ID: <a@b.example> (added by gateway)"), {"message_id": "<a@b.example>"}
    ),
    Case("id: two in one header", mail("Message-ID: <a@b.example> <c@d.example>"), {"message_id": "<a@b.example>"}),
    Case(
        "id: two headers", mail("Message-ID: <a@b.example>\nMessage-ID: <c@d.example>"), {"message_id": "<a@b.example>"}
    ),
    Case(
        "id: an empty header and a good one",
        mail("Message-ID:\nMessage-ID: <c@d.example>"),
        {"message_id": "<c@d.example>"},
    ),
    Case("id: folded before the bracket", mail("Message-ID:\n <a@b.example>"), {"message_id": "<a@b.example>"}),
    Case("id: brackets twice", mail("Message-ID: <<a@b.example>>"), {"message_id": "<a@b.example>"}),
    Case("id: a bracket missing", mail("Message-ID: <a@b.example"), {"message_id": "<a@b.example>"}),
    Case("id: quotes", mail('Message-ID: <"a b"@c.example>'), {"message_id": '<"ab"@c.example>'}),
    Case("id: square brackets", mail("Message-ID: <a@[192.0.2.1]>"), {"message_id": "<a@[192.0.2.1]>"}),
    Case("id: letters beyond ASCII", mail("Message-ID: <grüße@b.example>"), {"message_id": "<grüße@b.example>"}),
    Case("id: only blanks", mail("Message-ID:   "), {"message_id_made": True}),
    Case("id: another spelling", mail("MESSAGE-Id : <a@b.example>"), {"message_id": "<a@b.example>"}),
    Case(
        "id: in reply to a name and an id",
        mail('In-Reply-To: Your message of "Mon" <a@b.example>'),
        {"in_reply_to": ("<a@b.example>",)},
    ),
    Case(
        "id: in reply to two",
        mail("In-Reply-To: <a@b.example>\n <c@d.example>"),
        {"in_reply_to": ("<a@b.example>", "<c@d.example>")},
    ),
    Case("id: in reply to an address", mail("In-Reply-To: ada@example.org"), {"in_reply_to": ("<ada@example.org>",)}),
    Case("id: in reply to nothing", mail("In-Reply-To: <>"), {"in_reply_to": ()}),
    Case(
        "id: references that were cut", mail("References: <a@b.example> <c@d.exa"), {"references": ("<a@b.example>",)}
    ),
    Case(
        "id: references folded in an id",
        mail("References: <a@b.example>\n <c@d.\n example>"),
        {"references": ("<a@b.example>", "<c@d.example>")},
    ),
    Case(
        "id: references, encoded",
        mail("References: =?us-ascii?Q?=3Ca=40b=2Eexample=3E_?=\n =?us-ascii?Q?=3Cc=40d=2Eexample=3E?="),
        {"references": ("<a@b.example>", "<c@d.example>")},
    ),
    Case(
        "id: references in two headers",
        mail("References: <a@b.example>\nReferences: <c@d.example>"),
        {"references": ("<a@b.example>", "<c@d.example>")},
    ),
    Case("id: made for the same mail twice", mail("Subject: x"), {"message_id_made": True}),
]

BLOCKS = [
    Case("headers after an empty line of blanks", b"Subject: x\r\n \r\n\r\nHello", {"subject": "x", "text": "Hello"}),
    Case("a header without a name", whole(": nothing\nSubject: x\n\nHello"), {"subject": "x", "text": "Hello"}),
    Case("a fold on the first line", whole(" folded\nSubject: x\n\nHello"), {"subject": "x", "text": "Hello"}),
    Case(
        "an envelope of an mbox, quoted",
        b">From ada@example.org Mon May  3 10:00:00 2027\nSubject: x\n\nHello",
        {"subject": "x", "text": "Hello"},
    ),
    Case(
        "two envelopes",
        b"From a Mon May  3 10:00:00 2027\nFrom b Mon May  3 10:00:00 2027\nSubject: x\n\nHello",
        {"subject": "x"},
    ),
    Case(
        "a mark and an envelope",
        b"\xef\xbb\xbfFrom a Mon May  3 10:00:00 2027\nSubject: x\n\nHello",
        {"subject": "x", "text": "Hello"},
    ),
    Case(
        "a mark of utf-16 and headers in utf-16",
        "\ufeffSubject: x\r\n\r\nHello".encode("utf-16-le"),
        {"subject": "x", "text": "Hello"},
    ),
    Case(
        "LF in headers, CRLF in the text",
        b"Subject: x\nTo: a@b.example\n\nHello\r\nyou",
        {"subject": "x", "text": "Hello\nyou"},
    ),
    Case("CRLF in headers, LF in the text", b"Subject: x\r\n\r\nHello\nyou", {"text": "Hello\nyou"}),
    Case(
        "CR and LF mixed",
        b"Subject: x\r\n\r\none\rtwo\nthree\r\nfour\n\rfive",
        {"text": "one\ntwo\nthree\nfour\n\nfive"},
    ),
    Case(
        "NUL in headers", b"Subject: a\0b\r\nTo: a@b.\0example\r\n\r\nHello\0", {"subject": "a\ufffdb", "text": "Hello"}
    ),
    Case(
        "a header of a megabyte", mail("X-Long: " + "x" * 1_000_000 + "\nSubject: x"), {"subject": "x", "text": "Hello"}
    ),
    Case(
        "a line of a megabyte in the text", mail("Subject: x", b"x" * 900_000), {"subject": "x", "text": "x" * 900_000}
    ),
    Case(
        "an HTML page that came as a mail",
        b"<html><body><p>Hello</p></body></html>",
        {"text": "Hello", "html_only": True},
    ),
    Case("nothing but line ends", b"\r\n\r\n\r\n", {"text": "", "subject": ""}),
    Case("a header cut within", b"Subject: x\r\nFrom: a@b.exam", {"subject": "x", "sender": ("", "a@b.exam")}),
]

CASES = WORDS + NAMES + DATES + IDS + BLOCKS
