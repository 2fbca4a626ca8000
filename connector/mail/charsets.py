"""Bytes to text as mail really arrives: the declared charset, then UTF-8, then cp1252."""

from __future__ import annotations

import codecs
from functools import lru_cache

from connector.mail.guessing import guess
from services.patterns import late

# What mailers write, and the superset that decodes it: browsers and mail programs agree on these.
_SUPERSETS = {
    "iso-8859-1": "cp1252",
    "iso8859-1": "cp1252",
    "latin-1": "cp1252",
    "latin1": "cp1252",
    "l1": "cp1252",
    "ansi": "cp1252",
    "windows-latin1": "cp1252",
    "iso-8859-8-i": "iso-8859-8",
    "iso-8859-8-e": "iso-8859-8",
    "iso-8859-11": "cp874",
    "tis-620": "cp874",
    "windows-874": "cp874",
    "ks-c-5601": "cp949",
    "ks-c-5601-1987": "cp949",
    "ks-c-5601-1989": "cp949",
    "ksc5601": "cp949",
    "euc-kr": "cp949",
    "gb2312": "gb18030",
    "gb-2312": "gb18030",
    "gb-2312-80": "gb18030",
    "gbk": "gb18030",
    "gb18030": "gb18030",
    "big5": "cp950",
    "big-5": "cp950",
    "shift-jis": "cp932",
    "shiftjis": "cp932",
    "sjis": "cp932",
    "windows-31j": "cp932",
    "iso-2022-jp": "iso2022_jp_ext",
    "macintosh": "mac-roman",
    "mac": "mac-roman",
    "koi8": "koi8-r",
    "ms-kanji": "cp932",
    "cp50220": "iso2022_jp_ext",
    "cp50221": "iso2022_jp_ext",
    "cp50222": "iso2022_jp_ext",
    "cp936": "gb18030",
    "big5-eten": "cp950",
    "logical": "iso-8859-8",
    "visual": "iso-8859-8",
    "dos-862": "cp862",
    "dos-720": "cp720",
    "koi8-ru": "koi8-u",
    "koi": "koi8-r",
    "mac-ce": "mac-latin2",
    "mac-centraleurroman": "mac-latin2",
    "unicode": "utf-16",
    "unicodefffe": "utf-16-be",
    "iso-10646-ucs-2": "utf-16-be",
    "ucs-2": "utf-16-be",
    "iso-10646-ucs-4": "utf-32-be",
    "unicode-1-1-utf-7": "utf-7",
    "unicode-2-0-utf-7": "utf-7",
    "65000": "utf-7",
    "cp65000": "utf-7",
    "utf-8mb4": "utf-8",
    "utf8mb4": "utf-8",
    "utf-16": "utf-16",
}
# Names that say nothing about the bytes; ASCII is among them because only its absence of 8-bit bytes is sure.
_SAY_NOTHING = frozenset(
    (
        "ascii",
        "us-ascii",
        "us",
        "ansi-x3.4-1968",
        "646",
        "iso646-us",
        "unknown-8bit",
        "unknown",
        "8bit",
        "7bit",
        "default",
        "none",
        "binary",
        "utf-8",
        "utf8",
        "u8",
        "utf",
    )
)
# Text codecs of Python that are no charsets; some of them are slow on purpose-made input.
_NOT_CHARSETS = frozenset(("idna", "punycode", "unicode-escape", "raw-unicode-escape", "undefined", "mbcs", "oem"))
# Code pages, whichever name Windows, DOS and IBM gave them.
_CODE_PAGE = late(r"(?:cp|windows|win|dos|ibm|ms|microsoft-cp|oem)-?([0-9]{3,5})")
_NAME = late(r"[a-z0-9][a-z0-9.:+()-]{0,60}")
_WRONG_TO_NON_ASCII = 10


@lru_cache(maxsize=256)
def codec(declared: str) -> str:
    """Return the Python codec for a charset as a mail declares it, or "" when the name tells nothing."""
    name = declared.partition("(")[0].strip(" \t\r\n\"'`;,<>=").lower().replace("_", "-").replace(" ", "-")
    name = name.removeprefix("charset=").strip("\"'-").partition("*")[0]
    bare = name
    while bare.startswith("x-"):
        bare = bare[2:]
    page = _CODE_PAGE.fullmatch(bare)
    for candidate in (name, f"cp{page[1]}" if page else bare, name.removeprefix("cs")):
        if candidate in _SAY_NOTHING or not _NAME.fullmatch(candidate):
            continue
        found = _SUPERSETS.get(candidate, candidate)
        if found in _NOT_CHARSETS:
            continue
        try:
            info = codecs.lookup(found)
            "".encode(info.name)  # refuses codecs that are no text encodings
        except (LookupError, ValueError, TypeError):
            continue
        return info.name
    return ""


def decode(data: bytes, declared: str = "") -> str:
    """Return the text of bytes; never raises, and resorts to U+FFFD only where no charset fits."""
    if data[:3] == b"\xef\xbb\xbf":
        return data[3:].decode("utf-8", "replace")
    if data[:2] in (b"\xff\xfe", b"\xfe\xff") and b"\0" in data[:64]:
        return data.decode("utf-16", "replace")
    name = codec(declared)
    if b"\x1b$" in data and not name and data.isascii():
        return data.decode("iso2022_jp_ext", "replace")
    for candidate in (name, "utf-8"):
        if candidate:
            try:
                return _without_bom(data.decode(_with_byte_order(candidate, data)))
            except (UnicodeError, ValueError):
                continue
    for candidate in (name, "utf-8"):
        if candidate:
            text = _nearly(data, _with_byte_order(candidate, data))
            if text is not None:
                return text
    return _paired_surrogates(data) or data.decode(guess(data) or "cp1252", "replace")


def _nearly(data: bytes, name: str) -> str | None:
    """Return the text if only a few bytes of many are broken: one cut character must not spoil a letter."""
    try:
        text = data.decode(name, "replace")
    except (UnicodeError, ValueError):
        return None
    wrong = text.count("\ufffd")
    non_ascii = len(text) - len(text.encode("ascii", "ignore"))
    return _without_bom(text) if wrong * _WRONG_TO_NON_ASCII <= non_ascii else None


def _paired_surrogates(data: bytes) -> str:
    """Return the text of UTF-8 made from the halves of UTF-16, as some old databases make it, or nothing."""
    if b"\xed\xa0" not in data and b"\xed\xb8" not in data:
        return ""
    try:
        return data.decode("utf-8", "surrogatepass").encode("utf-16-le", "surrogatepass").decode("utf-16-le")
    except UnicodeError:
        return ""


def _with_byte_order(name: str, data: bytes) -> str:
    if name in ("utf-16", "utf-32") and data[:2] not in (b"\xff\xfe", b"\xfe\xff", b"\0\0"):
        return name + "-le"
    return name


def _without_bom(text: str) -> str:
    return text[1:] if text[:1] == "\ufeff" else text
