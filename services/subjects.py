"""Subjects without what mail programs and desks put before them: "Re:", "WG:", the number of a ticket."""

from __future__ import annotations

import re
from typing import Literal

from services.patterns import late

Kind = Literal["reply", "forward", ""]

_MAX_LENGTH = 2_000
# As the mail programs of these languages write them. Finns answer with "VS", Danes and Norwegians forward with it.
_REPLIES = (
    *("re", "reply", "aw", "antw", "antwort", "sv", "svar", "vast", "res", "resp", "respuesta", "ref", "réf", "rif"),
    *("r", "ré", "rép", "réponse", "risposta", "odp", "odg", "odpoveď", "ynt", "yanıt", "cvp", "cevap", "atb", "ats"),
    *("vá", "válasz", "bls", "balas", "απ", "σχετ", "на", "отв", "ответ", "відп", "отг", "одг", "رد", "השב", "תגובה"),
    *("רה", "ตอบ", "ตอบกลับ", "trả lời", "回复", "回覆", "答复", "答覆", "返信", "回信", "회신", "답장"),
)
_FORWARDS = (
    *(
        "fw",
        "fwd",
        "forward",
        "forwarded",
        "wg",
        "weitergeleitet",
        "doorst",
        "dst",
        "vs",
        "vb",
        "vl",
        "vid",
        "tr",
        "trf",
    ),
    *(
        "transf",
        "rv",
        "renv",
        "reenv",
        "enc",
        "encaminhado",
        "i",
        "inoltro",
        "pd",
        "přep",
        "posr",
        "proslj",
        "ilt",
        "i̇lt",
    ),
    *("iletilen", "továbbítás", "továbbított", "fs", "trs", "yml", "edasi", "πρθ", "προώθ", "пер", "пересл", "прп"),
    *(
        "переслано",
        "إعادة توجيه",
        "הועבר",
        "העברה",
        "ส่งต่อ",
        "chuyển tiếp",
        "转发",
        "轉寄",
        "转寄",
        "轉發",
        "転送",
        "전달",
    ),
)
_FORWARD_WORDS = frozenset(_FORWARDS)
_WORDS = "|".join(sorted(map(re.escape, (*_REPLIES, *_FORWARDS)), key=len, reverse=True))
_COUNT = r"(?:\s?[\[(^*]{1,2}\d{1,4}[\])]?)?"
_PREFIX = late(rf"\s*({_WORDS}){_COUNT}\s?[:：]\s*", re.IGNORECASE)
# Letters that begin many a subject, and answer or forward only as Italian mail programs write them.
_SINGLE = frozenset("ri")
_TAG = late(r"\s*\[[^\[\]\d][^\[\]]{0,40}\]\s*")
# Digits in ASCII only: a subject in other digits was not written by us.
_NUMBER = late(
    "(?:\\bticket\\s{0,3}#?\\s{0,3})?[\\[\uff3b\u3010]\\s{0,3}([0-9]{4})[-\u2010-\u2013]([0-9]{4})\\s{0,3}[\\]\uff3d\u3011]"
    "\\s{0,3}[:：]?",
    re.IGNORECASE,
)


def ticket_numbers(subject: str) -> tuple[str, ...]:
    """Return the ticket numbers that stand in brackets in a subject, each once, in order."""
    if not _has_bracket(subject):
        return ()
    return tuple(dict.fromkeys(f"{match[1]}-{match[2]}" for match in _NUMBER.finditer(subject)))


def bare_subject(subject: str) -> str:
    """Return a subject without ticket numbers and without prefixes of replies and forwards, however many.

    A tag of a list or a gateway ("[EXTERNAL]") stays, what stands behind it goes too.
    """
    rest = subject[:_MAX_LENGTH]
    if _has_bracket(rest):
        rest = _NUMBER.sub(" ", rest)
    tags: list[str] = []
    while True:
        prefix = _prefix(rest)
        if prefix is not None:
            rest = rest[prefix.end() :]
            continue
        tag = _TAG.match(rest) if _has_bracket(rest) else None
        if tag is None:
            return " ".join(" ".join((*tags, rest)).split())
        if (written := tag[0].strip()) not in tags:
            tags.append(written)
        rest = rest[tag.end() :]


def prefix_kind(subject: str) -> Kind:
    """Tell by the outermost prefix whether a mail answers or forwards another one."""
    rest = subject[:_MAX_LENGTH].lstrip()
    while _has_bracket(rest) and (found := _NUMBER.match(rest) or _TAG.match(rest)):
        rest = rest[found.end() :].lstrip()
    prefix = _prefix(rest)
    if prefix is None:
        return ""
    return "forward" if prefix[1].lower() in _FORWARD_WORDS else "reply"


def _has_bracket(text: str) -> bool:
    return "[" in text or "\uff3b" in text or "\u3010" in text


def _prefix(text: str) -> re.Match[str] | None:
    if ":" not in text and "\uff1a" not in text:
        return None
    prefix = _PREFIX.match(text)
    if prefix is not None and prefix[1].lower() in _SINGLE and not prefix[1].isupper():
        return None
    return prefix
