"""Which charset undeclared 8-bit text is in, when it is unlike any text that cp1252 could be right for."""

from __future__ import annotations

import re

_LOOKED_AT = 4_000
# In western languages letters beyond ASCII stand alone or in pairs; elsewhere whole words consist of them.
_RUN = re.compile(rb"[\x80-\xff]{4,}")
_HIGH = re.compile(rb"[\x80-\xff]")
_SHIFT_JIS_PAIR = re.compile(rb"(?:[\x81-\x9f\xe0-\xfc][\x40-\x7e\x80-\xfc]){2,}")
_ENOUGH = 4
_SHARE = 0.6
_CERTAIN = 0.7


def guess(data: bytes) -> str:
    """Return the codec of bytes that are neither UTF-8 nor any western charset, or nothing if they may be western."""
    data = data[:_LOOKED_AT]
    high = len(_HIGH.findall(data))
    if high < _ENOUGH:
        return ""
    if _is_shift_jis(data):
        return "cp932"
    runs = _RUN.findall(data)
    total = sum(map(len, runs))
    if total < _SHARE * high:
        return ""
    letters = b"".join(runs)
    return _cyrillic(letters, total) or _chinese_or_korean(data, letters, total)


def _decodes(data: bytes, codec: str) -> str | None:
    """Return the text if all of it but a character cut off at the end is in a codec."""
    for end in (len(data), len(data) - 1):
        try:
            return data[:end].decode(codec)
        except (UnicodeDecodeError, ValueError):
            continue
    return None


def _is_shift_jis(data: bytes) -> bool:
    """Tell by kana, whose first byte is 0x82 or 0x83: no western text consists of low quotes and florins."""
    pairs = sum(len(match) // 2 for match in _SHIFT_JIS_PAIR.findall(data))
    kana = len(re.findall(rb"\x82[\x9f-\xf1]|\x83[\x40-\x96]", data))
    return pairs >= 2 and kana * 4 >= pairs and kana >= 2 and _decodes(data, "cp932") is not None


def _cyrillic(letters: bytes, total: int) -> str:
    """Tell Russian in cp1251 from koi8-r by the half of the table in which small letters lie."""
    lower = sum(byte >= 0xE0 for byte in letters)
    upper = sum(0xC0 <= byte < 0xE0 for byte in letters)
    if lower >= _CERTAIN * total:
        return "cp1251" if lower + upper >= 0.95 * total else ""
    if upper >= _CERTAIN * total and lower + upper >= 0.95 * total:
        return "koi8-r"
    return ""


def _chinese_or_korean(data: bytes, letters: bytes, total: int) -> str:
    """Tell by the first bytes of pairs, which in the usual letters of each charset lie close together."""
    if any(0x80 <= byte < 0xA1 for byte in letters) or re.search(rb"[\xa4-\xf9][\x40-\x7e][\xa4-\xf9]", data):
        return "cp950" if _decodes(data, "cp950") is not None else "gb18030" if _decodes(data, "gb18030") else ""
    korean = _decodes(data, "cp949")
    if korean is not None and sum("가" <= char <= "힣" for char in korean) >= 0.4 * total:
        return "cp949"
    return "gb18030" if _decodes(data, "gb18030") is not None else ""
