"""Mails in charsets under the names that mailers give them, rightly and wrongly, in texts and in headers."""

from __future__ import annotations

from base64 import b64encode

from tests.mails import Case, mail

GREETING = {
    "western": "Grüße, façade, señor",
    "central": "Žluťoučký kůň, zażółć",
    "russian": "Принтер в комнате семь горит",
    "greek": "Ο εκτυπωτής καίγεται",
    "turkish": "Yazıcı yanıyor, İstanbul ğş",
    "hebrew": "המדפסת בוערת",
    "arabic": "الطابعة تحترق",
    "thai": "เครื่องพิมพ์ไฟไหม้",
    "japanese": "プリンターが燃えています",
    "korean": "프린터에 불이 났습니다",
    "simplified": "打印机着火了",
    "traditional": "印表機著火了",
    "vietnamese": "Máy in bị cháy",
    "baltic": "Spausdintuvas dega, žąsys",
}


def _declared(declared: str, codec: str, language: str, *, quotes: bool = True) -> Case:
    text = GREETING[language]
    value = f'"{declared}"' if quotes else declared
    return Case(
        f"charset {declared}", mail(f"Content-Type: text/plain; charset={value}", text.encode(codec)), {"text": text}
    )


ALIASES = [
    _declared("cp-850", "cp850", "western"),
    _declared("IBM850", "cp850", "western"),
    _declared("cp-1250", "cp1250", "central"),
    _declared("x-cp1250", "cp1250", "central"),
    _declared("windows-1251", "cp1251", "russian"),
    _declared("Windows-1251 ", "cp1251", "russian"),
    _declared("win-1251", "cp1251", "russian"),
    _declared("windows1252", "cp1252", "western"),
    _declared("WINDOWS_1252", "cp1252", "western"),
    _declared("x-ansi", "cp1252", "western"),
    _declared("x-mac-roman", "mac-roman", "western"),
    _declared("x-mac-cyrillic", "mac-cyrillic", "russian"),
    _declared("x-mac-ce", "mac-latin2", "central"),
    _declared("iso_8859-2", "iso8859-2", "central"),
    _declared("ISO8859-2", "iso8859-2", "central"),
    _declared("iso-8859_15", "iso8859-15", "western"),
    _declared("iso-ir-100", "latin-1", "western"),
    _declared("csISOLatin1", "latin-1", "western"),
    _declared("koi8-u", "koi8-u", "russian"),
    _declared("koi8-ru", "koi8-u", "russian"),
    _declared("cskoi8r", "koi8-r", "russian"),
    _declared("cp866", "cp866", "russian"),
    _declared("iso-8859-5", "iso8859-5", "russian"),
    _declared("iso-8859-7", "iso8859-7", "greek"),
    _declared("iso-8859-9", "iso8859-9", "turkish"),
    _declared("windows-1254", "cp1254", "turkish"),
    _declared("iso-8859-8-i", "iso8859-8", "hebrew"),
    _declared("ISO-8859-8-E", "iso8859-8", "hebrew"),
    _declared("logical", "iso8859-8", "hebrew"),
    _declared("visual", "iso8859-8", "hebrew"),
    _declared("windows-1255", "cp1255", "hebrew"),
    _declared("windows-1256", "cp1256", "arabic"),
    _declared("asmo-708", "iso8859-6", "arabic"),
    _declared("windows-874", "cp874", "thai"),
    _declared("tis-620", "cp874", "thai"),
    _declared("iso-8859-11", "cp874", "thai"),
    _declared("windows-1257", "cp1257", "baltic"),
    _declared("windows-1258", "cp1258", "western"),
    _declared("x-sjis", "cp932", "japanese"),
    _declared("MS_Kanji", "cp932", "japanese"),
    _declared("windows-932", "cp932", "japanese"),
    _declared("cp932", "cp932", "japanese"),
    _declared("x-euc-jp", "euc-jp", "japanese"),
    _declared("iso-2022-jp", "iso-2022-jp", "japanese"),
    _declared("csISO2022JP", "iso-2022-jp", "japanese"),
    _declared("cp50220", "iso-2022-jp", "japanese"),
    _declared("ks_c_5601-1987", "cp949", "korean"),
    _declared("windows-949", "cp949", "korean"),
    _declared("iso-2022-kr", "iso2022_kr", "korean"),
    _declared("x-windows-949", "cp949", "korean"),
    _declared("gb2312", "gb18030", "simplified"),
    _declared("GB_2312-80", "gb18030", "simplified"),
    _declared("x-gbk", "gbk", "simplified"),
    _declared("cp936", "gbk", "simplified"),
    _declared("windows-936", "gbk", "simplified"),
    _declared("hz-gb-2312", "hz", "simplified"),
    _declared("x-x-big5", "big5", "traditional"),
    _declared("big5-hkscs", "big5-hkscs", "traditional"),
    _declared("cp950", "cp950", "traditional"),
    _declared("unicode-1-1-utf-8", "utf-8", "russian"),
    _declared("x-unicode-2-0-utf-8", "utf-8", "russian"),
    _declared("UTF8", "utf-8", "thai", quotes=False),
    _declared("utf-8; format=flowed", "utf-8", "thai", quotes=False),
    _declared("utf-8;", "utf-8", "thai", quotes=False),
    _declared("_utf-8", "utf-8", "thai"),
    _declared("utf-8 (unicode)", "utf-8", "thai"),
    _declared("cp65001", "utf-8", "thai"),
    _declared("65001", "utf-8", "thai"),
    _declared("utf-16le", "utf-16-le", "russian"),
    _declared("utf-16be", "utf-16-be", "russian"),
    _declared("iso-10646-ucs-2", "utf-16-be", "russian"),
    _declared("unicode", "utf-16", "russian"),
    _declared("us-ascii", "utf-8", "russian"),
    _declared("unknown-8bit", "utf-8", "russian"),
    _declared("x-unknown", "utf-8", "russian"),
    _declared("x-user-defined", "utf-8", "russian"),
    _declared("charset", "utf-8", "russian"),
    _declared("", "utf-8", "russian"),
    _declared("undefined", "utf-8", "russian"),
    _declared("iso-8859-1", "utf-8", "japanese"),
    _declared("iso-8859-1 ", "utf-8", "russian"),
]


def _body(name: str, headers: str, body: bytes, expected: str) -> Case:
    return Case(name, mail(headers, body), {"text": expected})


def _plain(name: str, parameters: str, text: str, codec: str = "utf-8") -> Case:
    return _body(name, f"Content-Type: text/plain{parameters}", text.encode(codec), text)


TYPED = [
    _plain("utf-7 by its old name", '; charset="unicode-1-1-utf-7"', "Grüße", "utf-7"),
    _plain("a quote behind the charset", '; charset="utf-8\\""', "Grüße"),
    _plain("a quote only behind", '; charset=utf-8"', "Grüße"),
    _plain("an apostrophe before", "; charset='koi8-r", "Привет", "koi8-r"),
    _plain("the charset said twice", "; charset=charset=koi8-r", "Привет", "koi8-r"),
    _plain("two charsets", "; charset=koi8-r; charset=utf-8", "Привет", "koi8-r"),
    _plain("blanks around the equals sign", "; charset = koi8-r", "Привет", "koi8-r"),
    _plain("a comma for a semicolon", ", charset=koi8-r", "Привет", "koi8-r"),
    _plain("no semicolon", " charset=koi8-r", "Привет", "koi8-r"),
    _plain("RFC 2231 for the charset", "; charset*=us-ascii'en'koi8-r", "Привет", "koi8-r"),
    _plain("a folded parameter", ';\n\tcharset="koi8-r"', "Привет", "koi8-r"),
    _plain("utf-8 with a mark, declared latin-1", "; charset=iso-8859-1", "Grüße", "utf-8-sig"),
    _body("utf-16 without a word", "Content-Type: text/plain", "\ufeffGrüße, Ada".encode("utf-16-le"), "Grüße, Ada"),
    _plain("gb2312 that is gb18030", "; charset=gb2312", "镕基 € 𠀀", "gb18030"),
    _plain("shift_jis with NEC letters", "; charset=shift_jis", "①㈱髙", "cp932"),
    _body(
        "iso-2022-jp with half-width letters",
        "Content-Type: text/plain; charset=iso-2022-jp",
        b"\x1b$B%W%j\x1b(I\x26\x27\x1b(B!",
        "プリｦｧ!",
    ),
    _plain("utf-8 that is gbk", "; charset=utf-8", "打印机着火了，请帮助", "gbk"),
    _plain("nothing declared, koi8-r", "", "Принтер горит, помогите пожалуйста", "koi8-r"),
    _plain("nothing declared, cp1251", "", "Принтер горит, помогите пожалуйста", "cp1251"),
    _plain("nothing declared, shift_jis", "", "プリンターが燃えています。", "cp932"),
    _plain("nothing declared, iso-2022-jp", "", "プリンター", "iso-2022-jp"),
    _body(
        "utf-8 with one byte of latin-1",
        "Content-Type: text/plain; charset=utf-8",
        "Zuerst alles in Unicode: äöü äöü äöü äöü, ".encode() + b"dann \xfc.",
        "Zuerst alles in Unicode: äöü äöü äöü äöü, dann \ufffd.",
    ),
    _body("utf-8 from the halves of utf-16", "", b"a\xed\xa0\xbd\xed\xb8\x80b", "a😀b"),
    _plain("utf-8 encoded twice stays as it was sent", "", "GrÃ¼ÃŸe"),
    _body(
        "a base64 body in utf-16",
        "Content-Type: text/plain; charset=utf-16\nContent-Transfer-Encoding: base64",
        b64encode("Grüße".encode("utf-16")),
        "Grüße",
    ),
]


def _raw_subject(name: str, subject: str, codec: str, headers: str = "", body: bytes = b"Hello") -> Case:
    head = f"From: Ada <ada@example.org>\r\nTo: desk@example.com\r\n{headers}Subject: ".encode()
    return Case(name, head + subject.encode(codec) + b"\r\n\r\n" + body, {"subject": subject})


_HTML = b'<html><head><meta charset="windows-1250"></head><body>Hello</body></html>'

RAW_HEADERS = [
    _raw_subject("a raw subject in utf-8", "Drücker brennt 🔥", "utf-8"),
    _raw_subject("a raw subject in latin-1", "Drücker brennt", "latin-1"),
    _raw_subject("a raw subject in cp1252", "Drücker “brennt” – 5 €", "cp1252"),
    _raw_subject("a raw subject in koi8-r, nothing said", "Принтер горит в комнате", "koi8-r"),
    _raw_subject("a raw subject in cp1251, nothing said", "Принтер горит в комнате", "cp1251"),
    _raw_subject("a raw subject in shift_jis, nothing said", "プリンターが燃えています", "cp932"),
    _raw_subject("a raw subject in gbk, nothing said", "打印机着火了请帮助我们", "gbk"),
    _raw_subject("a raw subject in big5, nothing said", "印表機著火了請幫助我們", "big5"),
    _raw_subject("a raw subject in euc-kr, nothing said", "프린터에 불이 났습니다", "euc-kr"),
    _raw_subject(
        "a raw subject as the text says",
        "Tiskárna hoří",
        "iso8859-2",
        "Content-Type: text/plain; charset=iso-8859-2\r\n",
    ),
    _raw_subject("a raw subject as the HTML says", "Tiskárna hoří", "cp1250", "Content-Type: text/html\r\n", _HTML),
    _raw_subject(
        "a raw subject as an encoded name says",
        "Tiskárna hoří",
        "iso8859-2",
        "Cc: =?iso-8859-2?Q?Tom=E1=B9?= <b@example.org>\r\n",
    ),
    _raw_subject("a raw subject, declared ascii", "Grüße", "latin-1", "Content-Type: text/plain; charset=us-ascii\r\n"),
    Case(
        "a raw name in koi8-r",
        b"From: "
        + "Иван Петров".encode("koi8-r")
        + b" <ivan@example.org>\r\nContent-Type: text/plain; charset=koi8-r\r\n\r\nHi",
        {"sender": ("Иван Петров", "ivan@example.org")},
    ),
    Case(
        "raw names in two charsets",
        "From: Jörg <j@example.org>\r\nTo: ".encode("latin-1") + "Łukasz <l@example.org>\r\n\r\nHi".encode(),
        {"sender": ("Jörg", "j@example.org"), "to": (("Łukasz", "l@example.org"),)},
    ),
    Case(
        "an address with letters beyond ASCII",
        "From: Jörg <jörg@grüße.example>\r\n\r\nHi".encode(),
        {"sender": ("Jörg", "jörg@grüße.example")},
    ),
]

CASES = ALIASES + TYPED + RAW_HEADERS
