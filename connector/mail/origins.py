"""Where a mail comes from: for whom servers took it, and who wrote what it forwards."""

from __future__ import annotations

import re

from connector.mail import addresses, headers, transfer
from connector.mail.headers import Headers
from connector.mail.message import Address
from connector.mail.structure import Part
from services.patterns import late
from services.quotes import FROM_WORDS, field_of, is_header_block
from services.subjects import prefix_kind

_MAX_ADDRESSES = 20
_DELIVERED = ("delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "x-delivered-to")

_LOOKED_AT = 50_000
_FIELD_LINES = 12
_BLANK_LINES = 3
_MAX_HEAD = 100_000
_FORWARDED = late(
    r"^[ \t*>]{0,6}(?:[-_=]{2,}\s{0,3}(?:forwarded (?:message|mail|e-?mail)|weitergeleitete (?:nachricht|mail|e-mail)|"
    r"(?:message|courriel|mail) (?:transféré|réexpédié)|mensaje reenviado|messaggio inoltrato|"
    r"doorgestuurd bericht|mensagem (?:encaminhada|reencaminhada)|vidarebefordrat meddelande|"
    r"videresendt (?:meddelelse|melding)|välitetty viesti|przekazana wiadomość|wiadomość przekazana dalej|"
    r"přeposlaná zpráva|preposlaná správa|továbbított üzenet|mesaj redirecționat|iletilmiş mesaj|"
    r"yönlendirilmiş ileti|προωθημένο μήνυμα|пересылаемое сообщение|пересланное сообщение|"
    r"переслане повідомлення|転送されたメッセージ|forwarded by .{1,80}|转发的?邮件|轉寄(?:的)?郵件|轉寄者|"
    r"전달된 메시지)\b[^\n]{0,40}?[-_=]{2,}"
    r"|(?:begin forwarded message|anfang der weitergeleiteten (?:nachricht|e-mail)|"
    r"début du message (?:réexpédié|transféré)|inicio del mensaje reenviado|inizio messaggio inoltrato|"
    r"begin doorgestuurd bericht|início da mensagem (?:encaminhada|reencaminhada)|vidarebefordrat brev|"
    r"videresendt (?:meddelelse|melding)|välitetty viesti alkaa|początek przekazywanej wiadomości|"
    r"začátek přeposlané zprávy|начало (?:пере[а-я]+|пересылаемого) сообщения|転送されたメッセージ|下面是被转发的邮件|"
    r"開始轉寄郵件|전달된 메시지)\s{0,2}[:：])[ \t]*$",
    re.IGNORECASE | re.MULTILINE,
)
_BRACKETED = late(r"[\[<(]\s*(?:mailto:)?([^\s\[\]<>()]+@[^\s\[\]<>()]+?)\s*[\]>)]")
_LINE_SIGNS = tuple(first + second for first in "-_=" for second in "-_=")
_FINNISH = "lähettäjä"


def delivered_to(found: Headers) -> tuple[str, ...]:
    """Return the addresses to which servers say that they delivered the mail, each once."""
    people = (
        person.email
        for name in _DELIVERED
        if name in found
        for value in found.all(name)[:_MAX_ADDRESSES]
        for person in addresses.parse(value, _MAX_ADDRESSES)[0]
    )
    return tuple(dict.fromkeys(email for email in people if "@" in email))


def forwarded(raw: bytes, parts: list[Part], subject: str, text: str) -> Address | None:
    """Return who wrote the mail that this one forwards, attached or within its text, or None for any other mail."""
    for part in parts[1:20]:
        if part.content_type in ("message/rfc822", "message/global") and not part.multipart:
            return _attached(raw, part)
    kind = prefix_kind(subject)
    if kind == "reply":
        return None
    text = text[:_LOOKED_AT]
    mark = _FORWARDED.search(text) if _may_hold_a_mark(text) else None
    if mark and (kind == "forward" or ">" not in mark[0]):  # a quoted mark only says what was forwarded earlier
        return _from_line(text[mark.end() :].split("\n", 30)[:30])
    return _outlooks(text) if kind == "forward" else None


def _may_hold_a_mark(text: str) -> bool:
    """Tell whether a text has what each mark has, whatever its language: two signs of a line, or a colon at an end."""
    return any(signs in text for signs in _LINE_SIGNS) or any(
        line.rstrip(" \t").endswith((":", "\uff1a")) for line in text.split("\n")
    )


def _attached(raw: bytes, part: Part) -> Address | None:
    data = transfer.decode(raw[part.start : min(part.end, part.start + _MAX_HEAD)], part.encoding)
    fields, _ = headers.split(data.lstrip(b"\r\n"), 0, patient=True)
    people, _ = addresses.parse(fields.get("from"), 5)
    return next((person for person in people if "@" in person.email), None)


def _from_line(lines: list[str]) -> Address | None:
    """Return the sender among the header lines below a mark; answers and texts between the two are no headers."""
    begun = blanks = 0
    for line in lines:
        name, value = field_of(line.lstrip("> \t"))
        if not name:
            blanks += 1
            if begun and not line.strip("> \t"):
                return None
            if blanks > _BLANK_LINES:
                return None
            continue
        begun += 1
        if name in FROM_WORDS:
            return _person(value)
        if begun > _FIELD_LINES:
            return None
    return None


def _outlooks(text: str) -> Address | None:
    """Return the sender of the first block of headers as Outlook puts them above what it forwards."""
    lines = [line[:400] for line in text.split("\n")[:400]]
    for index, line in enumerate(lines):
        name, value = field_of(line)
        if name in FROM_WORDS and is_header_block(lines, index):
            return None if name == _FINNISH else _person(value)
    return None


def _person(value: str) -> Address | None:
    """Read "Ada <ada@example.org>" as mail programs show it: with asterisks, "mailto:" or square brackets."""
    value = _BRACKETED.sub(r"<\1>", value.replace("*", "").strip(" _|"), count=1)
    people, _ = addresses.parse(value.encode("utf-8", "replace"), 3)
    person = next((one for one in people if "@" in one.email), None)
    return person
