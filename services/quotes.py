"""Which lines of a mail's text are quoted or a signature, so that History can fold them; nothing is removed."""

from __future__ import annotations

import re
from typing import Literal

from services.named import NamedTuple
from services.patterns import late

Kind = Literal["text", "quote", "signature"]

_LOOKED_AT = 400
_MAX_LINES = 20_000
_ATTRIBUTION_LINES = 4
_HEADER_LINES = 8
_LONGEST_SIGNATURE = 30

# A mailbox file puts a mark before "From" that quotes nobody.
_QUOTED = late(r"\s{0,3}>(?!From )")
_SIGNATURE = late(r"--\s?$")
_DIGIT = late(r"\d")
# "… wrote:" as mail programs put it above what they quote.
_WROTE = late(
    r"(?:\b(?:wrote|writes|schrieb(?:en)?|a écrit|écrivait|escribi[óo]|ha scritto|scrisse|schreef|escreveu|skrev|"
    r"kirjoitti|napisał(?:\(a\)|a)?|napsal(?:\(a\)|a)?|napísal(?:\(a\)|a)?|написал(?:\(а\)|а)?|пишет|писал(?:\(а\)|а)?|"
    r"пише|написав|yazdı|şunları yazdı|írta|a scris|έγραψε|rašė|rakstīja|kirjutas|je napisao|je napisal(?:/-a)?|"
    r"напиша|đã viết|menulis|schreef op .{1,60})|כתב|كتب|写道|寫道|書きました|のメール|님이 작성|썼습니다)"
    r"[^:：]{0,120}[:：]\s*$",
    re.IGNORECASE,
)
# Whoever is named with an address and a date above a quote wrote it, whatever the language.
_NAMED = late(r"[<(\[][^<>()\s]{1,200}@[^<>()\s]{1,200}[>)\]].*[:：][\s\ufffd]*$")
_QUOTING = late(
    r"(?:quoting|zitat von|zitiere|citando|citation de|citerar|cytowanie)\b.{1,300}[:：]\s*$", re.IGNORECASE
)
_CONTINUED = late(r"\s*[<(\[]?[^<>()\s]{1,200}@[^<>()\s]{1,200}[>)\]]?")
# "On 3 May …:", where the verb may be any.
_DATED = late(r"^(?:Am|On|Le|El|Il|Op|Em|Den|Dne|Dňa|W dniu|Pada)\b.{4,300}[:：]\s*$", re.IGNORECASE)
# Yahoo's phone programs go on with the quote on the line that says who wrote it.
_GOES_ON = late(r"(.{10,350}?[:：])\s{2,}\S")
# Everything below such a line is the mail that is answered. What was forwarded on purpose is left to be read.
_ORIGINAL = late(
    r"\s*[-_*]{2,}\s*(?:original (?:message|mail|e-?mail|appointment)|ursprüngliche (?:nachricht|mail|e-mail)|"
    r"original-?nachricht|message d['’]origine|message original|mensaje original|messaggio originale|"
    r"oorspronkelijk bericht|mensagem original|ursprungligt meddelande|originalmeddelande|oprindelig meddelelse|"
    r"opprinnelig melding|alkuperäinen viesti|oryginalna wiadomość|wiadomość oryginalna|původní zpráva|"
    r"исходное сообщение|оригинальное сообщение|orijinal ileti|eredeti üzenet|mesaj original|αρχικό μήνυμα|"
    r"原始邮件|原始郵件|邮件原件|元のメッセージ|원본 메시지|原文)\s*[-_*]{2,}\s*$",
    re.IGNORECASE,
)
_FIELD = late(r"[\s*_|]{0,6}([^\W\d_][^\d:：]{0,20}?)\s?\*{0,2}\s?[:：]\*{0,2}\s*\S")
FROM_WORDS = frozenset(
    (
        *("from", "von", "de", "da", "van", "fra", "från", "lähettäjä", "od", "от", "від", "gönderen", "feladó", "από"),
        *("expéditeur", "remitente", "mittente", "发件人", "寄件者", "差出人", "보낸사람", "보낸 사람", "מאת", "من"),
    )
)
_OTHERS = frozenset(
    (
        *("to sent date subject cc", "an gesendet datum betreff", "à envoyé objet", "para enviado fecha asunto"),
        *("a inviato data oggetto", "aan verzonden onderwerp", "assunto", "til sendt emne dato", "till skickat ämne"),
        *("vastaanottaja lähetetty aihe", "do wysłano temat komu", "odesláno předmět", "кому отправлено дата тема"),
        *("надіслано", "kime gönderildi konu tarih", "címzett elküldve tárgy", "προς στάλθηκε θέμα"),
        *("收件人 发送时间 主题 日期 抄送", "收件者 寄件日期 主旨", "宛先 送信日時 件名", "받는사람 날짜 제목"),
        *("אל נשלח נושא", "إلى تاريخ الموضوع", "kopie envoyé: le"),
    )
)
_OTHER_FIELDS = frozenset(word for words in _OTHERS for word in words.split())
_RULE = late(r"\s*_{10,}\s*$")
_MOBILE = late(
    r"\s*(?:sent (?:from|via|with) (?:my|the|mail|outlook|yahoo|proton|samsung|gmail|an?\b|[A-Z]\w+)|get outlook for|"
    r"von (?:meinem|meiner|yahoo|outlook|gmail|proton) .{1,40} gesendet|gesendet (?:von|mit|über)|"
    r"diese nachricht wurde von meinem|"
    r"envoyé (?:de|depuis|à partir de) (?:mon|yahoo|ma|mail|l['’]|outlook)|télécharger outlook|"
    r"enviado (?:desde|do|de|a partir d) ?|"
    r"obtener outlook|inviato da|verstuurd vanaf|verzonden (?:vanaf|met)|skickat från|skickades från|sendt fra|"
    r"lähetetty .{1,40}(?:iphone|ipad|puhelimes|laittees)|wysłane z|odesláno z|отправлено (?:с|из)|надіслано з|"
    r"iphone['’]?umdan gönderildi|发自我的|從我的|iphoneから送信|나의 iphone에서)",
    re.IGNORECASE,
)
_LONGEST_MOBILE = 80


class Block(NamedTuple):
    """Neighbouring lines of one kind: "text", "quote" or "signature"."""

    kind: Kind
    lines: tuple[str, ...]


def split_quotes(text: str) -> tuple[Block, ...]:
    """Return a mail's text as blocks; their lines joined by newlines give exactly the text again.

    Answers between quotes are text. A mail that only quotes is all text: there is nothing else to read.
    """
    if not text:
        return ()
    lines = text.split("\n")
    kinds = _kinds(lines[:_MAX_LINES])
    kinds += kinds[-1:] * (len(lines) - len(kinds))
    if not any(kind == "text" and line.strip() for kind, line in zip(kinds, lines, strict=True)):
        return (Block("text", tuple(lines)),)
    blocks: list[Block] = []
    first = 0
    for index in range(1, len(lines) + 1):
        if index == len(lines) or kinds[index] != kinds[first]:
            blocks.append(Block(kinds[first], tuple(lines[first:index])))
            first = index
    return tuple(blocks)


def _kinds(lines: list[str]) -> list[Kind]:
    heads = [line[:_LOOKED_AT] for line in lines]
    kinds: list[Kind] = ["quote" if _QUOTED.match(head) else "text" for head in heads]
    _bridge_blanks(heads, kinds)
    _take_in_attributions(heads, kinds)
    _fold_rest(heads, kinds)
    _mark_signatures(heads, kinds)
    return kinds


def _bridge_blanks(heads: list[str], kinds: list[Kind]) -> None:
    """Empty lines between two quoted ones belong to the quote."""
    last_quote = -1
    for index, kind in enumerate(kinds):
        if kind == "quote":
            if last_quote >= 0:
                kinds[last_quote + 1 : index] = ["quote"] * (index - last_quote - 1)
            last_quote = index
        elif heads[index].strip():
            last_quote = -1


def _take_in_attributions(heads: list[str], kinds: list[Kind]) -> None:
    """The lines above a quote that say who wrote it belong to the quote."""
    for index in range(1, len(kinds)):
        if kinds[index] != "quote" or kinds[index - 1] == "quote":
            continue
        last = index - 1
        if not heads[last].strip():
            last -= 1  # one empty line may stand between
        start = _attribution_start(heads, kinds, last)
        if start is not None:
            kinds[start:index] = ["quote"] * (index - start)


def _attribution_start(heads: list[str], kinds: list[Kind], last: int) -> int | None:
    """Return where an attribution that ends at a line begins; mail programs wrap it over a few lines."""
    for first in range(last, max(last - _ATTRIBUTION_LINES, -1), -1):
        if kinds[first] == "quote" or not heads[first].strip():
            break
        joined = " ".join(heads[first : last + 1]).strip()
        if _DATED.match(joined) and (_WROTE.search(joined) or _DIGIT.search(joined)):
            return first
        named = bool(_NAMED.search(joined)) and bool(_DIGIT.search(joined))
        if named or (_WROTE.search(joined) and (_DIGIT.search(joined) or "@" in joined)) or _QUOTING.match(joined):
            whole = _wrapped_start(heads, kinds, first)
            return whole if whole is not None else first
    return last if last >= 0 and _WROTE.search(heads[last]) else None


def _wrapped_start(heads: list[str], kinds: list[Kind], line: int) -> int | None:
    """Return an earlier line on which the same attribution begins ("On Monday, 3 May 2027, Anna")."""
    for first in range(line - 1, max(line - _ATTRIBUTION_LINES, -1), -1):
        if kinds[first] == "quote" or not heads[first].strip():
            break
        if _DATED.match(" ".join(heads[first : line + 1]).strip()) and _DIGIT.search(heads[first]):
            return first
    before = line - 1
    # Where a line begins with the address, its name and date stand on the one before.
    if before >= 0 and _CONTINUED.match(heads[line]) and kinds[before] != "quote" and heads[before].strip():
        return before
    return None


def _fold_rest(heads: list[str], kinds: list[Kind]) -> None:
    """Below an "Original Message" line, or the headers that Outlook writes, everything is the answered mail."""
    last_quote = max((index for index, kind in enumerate(kinds) if kind == "quote"), default=-1)
    for index, head in enumerate(heads):
        if kinds[index] == "quote":
            continue
        start = index
        if _ORIGINAL.match(head) or is_header_block(heads, index):
            while start > 0 and field_of(heads[start - 1])[0] in _OTHER_FIELDS:
                start -= 1
            while start > 0 and (_RULE.match(heads[start - 1]) or _is_blank_after_rule(heads, start - 1)):
                start -= 1
        elif index < last_quote or not _is_bare_attribution(heads, index):
            continue
        kinds[start:] = ["quote"] * (len(kinds) - start)
        return


def _is_blank_after_rule(heads: list[str], index: int) -> bool:
    return index > 0 and not heads[index].strip() and bool(_RULE.match(heads[index - 1]))


def _is_bare_attribution(heads: list[str], index: int) -> bool:
    """Tell whether a line, or it and the next, announces a quote without marks, which only the mail's end can end.

    Asked only where no marked quote follows: where people answer in between, the marks tell the two apart.
    """
    head = heads[index].strip()
    if not head or not _DIGIT.search(head):
        return False
    following = heads[index + 1].strip() if index + 1 < len(heads) and not head.endswith((":", "：")) else ""
    joined = f"{head} {following}" if following else head
    if goes_on := _GOES_ON.match(head):
        joined = goes_on[1]
    if not joined.rstrip("\ufffd ").endswith((":", "：")) or not _WROTE.search(joined):
        return False
    return bool(_DATED.match(joined) or _NAMED.search(joined))


def is_header_block(heads: list[str], index: int) -> bool:
    """Tell whether the headers of another mail, as Outlook writes them above it, begin at a line."""
    if field_of(heads[index])[0] not in FROM_WORDS:
        return False
    others = 0
    for head in heads[index + 1 : index + _HEADER_LINES]:
        others += field_of(head)[0] in _OTHER_FIELDS
    return others >= 2


def field_of(line: str) -> tuple[str, str]:
    """Return the lower-case name and the value of a line that looks like a header, both empty for any other."""
    match = _FIELD.match(line)
    return (match[1].strip().lower(), line[match.end() - 1 :]) if match else ("", "")


def _mark_signatures(heads: list[str], kinds: list[Kind]) -> None:
    """A signature runs from its dashes, or the line of a telephone's mail program, to the quote or the end."""
    for index, head in enumerate(heads):
        if kinds[index] != "text":
            continue
        end = index
        while end < len(kinds) and kinds[end] == "text" and end - index <= _LONGEST_SIGNATURE:
            end += 1
        if end - index > _LONGEST_SIGNATURE:
            continue
        mobile = (
            len(head) <= _LONGEST_MOBILE and _MOBILE.match(head) and not any(map(str.strip, heads[index + 1 : end]))
        )
        if _SIGNATURE.match(head) or mobile:
            kinds[index:end] = ["signature"] * (end - index)
