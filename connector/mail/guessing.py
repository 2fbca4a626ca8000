"""Which charset undeclared 8-bit text is in, when it is unlike any text that cp1252 could be right for."""

from __future__ import annotations

from services.patterns import late

_LOOKED_AT = 4_000
_ENOUGH = 6
_SHARE = 0.6
_COMMON = 0.6
_NEARLY_ALL = 0.9
# In western languages letters beyond ASCII stand alone or in pairs; elsewhere whole words consist of them.
_RUN = late(rb"[\x80-\xff]{4,}")
_HIGH = late(rb"[\x80-\xff]")
_REPEATED = late(rb"([\x80-\xff])\1{2,}")
_KANA = late(rb"\x82[\x9f-\xf1]|\x83[\x40-\x96]")
_SHIFT_JIS_PAIR = late(rb"(?:[\x81-\x9f\xe0-\xfc][\x40-\x7e\x80-\xfc]){2,}")
_BIG5_PAIRS = late(rb"(?:[\xa1-\xf9][\x40-\x7e\xa1-\xfe]){3,}")
_EUC_KANA = late(rb"\xa4[\xa1-\xf3]|\xa5[\xa1-\xf6]")
_USUAL_RUSSIAN = frozenset("оеаинтсрвлкмдпуОЕАИНТСРВЛКМДПУ")
# Letters that people of one country string together to see whether they arrive.
_WESTERN = tuple(
    frozenset(letters.encode("cp1252"))
    for letters in (
        "äöüßÄÖÜ€§°´",
        "àâçèéêëîïôùûüœæÀÂÇÈÉÊËÎÏÔÙÛÜŒÆ«»€",
        "åäöæøéÅÄÖÆØÉ",
        "áéíóúñüÁÉÍÓÚÑÜ¿¡ãõçâêôàÃÕÇÂÊÔÀ",
    )
)


def guess(data: bytes) -> str:
    """Return the codec of bytes that are neither UTF-8 nor any western charset, or nothing if they may be western."""
    data = data[:_LOOKED_AT]
    if _is_shift_jis(data):
        return "cp932"
    if _is_big5(data):
        return "cp950"
    # Lines of dashes, dots and hard blanks are no words.
    words = _REPEATED.sub(b" ", data.replace(b"\xa0", b" "))
    letters = b"".join(_RUN.findall(words))
    high = len(_HIGH.findall(words))
    if len(letters) < _ENOUGH or len(letters) < _SHARE * high or any(set(letters) <= known for known in _WESTERN):
        return ""
    return _cyrillic(letters) or _eastern(data)


def _decodes(data: bytes, codec: str) -> str:
    """Return the text if all of it but a character cut off at the end is in a codec, else nothing."""
    for end in (len(data), len(data) - 1):
        try:
            return data[:end].decode(codec)
        except (UnicodeDecodeError, ValueError):
            continue
    return ""


def _is_shift_jis(data: bytes) -> bool:
    """Tell by kana, whose first byte is 0x82 or 0x83: no western text consists of low quotes and florins."""
    pairs = sum(len(match) // 2 for match in _SHIFT_JIS_PAIR.findall(data))
    kana = len(_KANA.findall(data))
    return kana >= 2 and kana * 4 >= pairs >= 2 and bool(_decodes(data, "cp932"))


def _is_big5(data: bytes) -> bool:
    """Tell by pairs whose second byte is ASCII, as half of them are; western texts have no three such in a row."""
    pairs = b"".join(_BIG5_PAIRS.findall(data))
    low = sum(byte < 0x80 for byte in pairs)
    if not low or len(_HIGH.findall(pairs)) < _NEARLY_ALL * len(_HIGH.findall(data)):
        return False
    return _share(_decodes(data, "cp950"), "cp950", 0xA4, 0xC6) >= _NEARLY_ALL


def _cyrillic(letters: bytes) -> str:
    """Tell Russian in cp1251 from koi8-r by which of the two makes the usual letters of it."""
    if sum(byte >= 0xC0 for byte in letters) < _NEARLY_ALL * len(letters):
        return ""
    usual = {
        codec: sum(letter in _USUAL_RUSSIAN for letter in letters.decode(codec, "replace"))
        for codec in ("cp1251", "koi8-r")
    }
    best = max(usual, key=lambda codec: usual[codec])
    return best if usual[best] >= _COMMON * len(letters) else ""


def _eastern(data: bytes) -> str:
    """Tell Japanese, Korean and both kinds of Chinese by how many letters are among the usual ones of each."""
    if len(_EUC_KANA.findall(data)) * 6 >= len(_HIGH.findall(data)) and _decodes(data, "euc_jp"):
        return "euc_jp"
    korean = _decodes(data, "cp949")
    if _share(korean, "cp949", 0xB0, 0xC8) >= _NEARLY_ALL:
        return "cp949"
    simplified, traditional = _decodes(data, "gb18030"), _decodes(data, "cp950")
    usual = _share(simplified, "gb18030", 0xB0, 0xD7), _share(traditional, "cp950", 0xA4, 0xC6)
    if max(usual) < _COMMON:
        return ""
    return "gb18030" if usual[0] >= usual[1] else "cp950"


def _share(text: str, codec: str, first: int, last: int) -> float:
    """Return how much of the letters beyond ASCII begin with a byte of the range that the usual ones lie in."""
    letters = [letter.encode(codec, "replace") for letter in text if not letter.isascii() and letter.isalpha()]
    return sum(first <= letter[0] <= last for letter in letters) / len(letters) if letters else 0.0
