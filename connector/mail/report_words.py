"""Bounces that say in words what they report: qmail, Exim, sendmail, Exchange and others of before RFC 3464."""

from __future__ import annotations

import re
from collections.abc import Iterator

from connector.mail.headers import one_line
from connector.mail.message import Returned
from services.patterns import late

MAX_DIAGNOSTIC = 500
_MAX_TEXT = 20_000
_MAX_LINES = 400
_MAX_LINE = 600
_REASON_LINES = 8

STATUS = late(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.])")
_REPLY_CODE = late(r"(?<![\d.#-])([45])[0-5]\d(?=[ -]|\s|$)")
_ADDRESS = r"[^\s<>\"'(),;:\[\]]{1,200}@[^\s<>\"'(),;:\[\]]{1,200}[^\s<>\"'(),;:.\[\]]"
# A line that begins with the address, or with what it has done wrong.
_OWN_LINE = late(
    rf"\s{{0,20}}(?:>>> |\*{{1,9}} )?(?:(?:recipient(?: address)?|(?:unknown|invalid|bad) (?:user|recipient|address)|"
    rf"(?:user|recipient|address) unknown|undeliverable to|no such user|error|could not be delivered to)\s*:?\s*)?"
    rf"[<\"'(]?({_ADDRESS})[>\"')]?(?P<rest>.*)$",
    re.IGNORECASE,
)
_BEHIND_ADDRESS = late(r"\s*$|\s*[:,;(.-]|\s+on\s|\s*\.\.\.|\s*<")
# A line that is nothing but a name and the address, unless it is a header of the mail that came back.
_NAMED_LINE = late(
    rf"\s{{0,20}}+(?!(?:from|to|cc|bcc|sender|reply-to|mail from|von|an|de|à)\s*:)"
    rf"[^<>(@]{{1,100}}[<(](?:mailto:)?({_ADDRESS})[>)][.:]?\s*(?P<rest>)$",
    re.IGNORECASE,
)
_SENTENCE = late(
    rf"(?:message to|mail to|deliver(?:y|ed)? to:?|recipients?:?|address(?:ee)?:?|\ban|à|\ba)\s+"
    rf"(?:<({_ADDRESS})>(?P<rest>.*)|[\"']?({_ADDRESS})[\"']?\s+"
    rf"(?P<more>(?:couldn|could|can|was|wasn|has|because|konnte|n'a|did|is|failed|:).*))$",
    re.IGNORECASE,
)
# What servers said to each other.
_COMMAND = late(rf"\brcpt to:\s*<?({_ADDRESS})>?(?P<rest>.*)$", re.IGNORECASE)
_REPLY = late(rf"\s{{0,20}}(?:<<< |Received >>> )?(?P<rest>[45]\d\d[ -].{{0,200}}<({_ADDRESS})>.*)$")
_NO_RECIPIENT = late(r"(?:postmaster|mailer-daemon|abuse)@", re.IGNORECASE)
# Where what the server says ends and the mail that comes back begins.
_COPY = late(
    r"^\s{0,8}(?:[-=_*]{2,}.{0,60}(?:copy of|original message|returned (?:message|mail)|unsent|message follows|"
    r"(?:message|mail) (?:headers?|text)|headers? follow|begin message|undelivered message|"
    r"ursprüngliche nachricht|message original|kopie der|mensaje original).{0,80}"
    r"|(?:message|mail) headers follow.*|below (?:this line )?is a copy .*"
    r"|original message (?:headers|follows).*|return-path:.*"
    r"|received: (?:from|by) .*)$",
    re.IGNORECASE | re.MULTILINE,
)
_DELAYED = late(
    r"delay|will (?:be retried|continue|keep|retry)|not yet been delivered|still (?:trying|being)|deferred|transient|"
    r"temporary (?:problem|error|failure)|warning message only|verzögert|retardé|noch nicht zugestellt",
    re.IGNORECASE,
)
_PERMANENT = late(r"permanent|fatal|giving up|gave up|given up|no longer|has been rejected", re.IGNORECASE)


def recipients(text: str, named: list[str]) -> Iterator[Returned]:
    """Yield whom a report's text says a mail did not reach; `named` are the addresses that its headers name."""
    text = text[:_MAX_TEXT]
    copy = _COPY.search(text)
    head = text[: copy.start()] if copy else text
    lines = [line[:_MAX_LINE] for line in head.split("\n")[:_MAX_LINES]]
    places: dict[str, list[tuple[int, str]]] = {}
    for index, line in enumerate(lines):
        place = _place(line)
        if place is not None and not _NO_RECIPIENT.match(place[0]):
            places.setdefault(place[0], []).append((index, place[1]))
    whose = {index: address for address, some in places.items() for index, _ in some}
    delayed = bool(_DELAYED.search(head)) and not _PERMANENT.search(head)
    wanted = named or list(places)
    for address in wanted:
        reasons = [_reason(lines, index, rest, whose) for index, rest in places.get(address, ())]
        reason = next(filter(_code, reasons), "")
        if not reason and len(wanted) == 1:
            reason = next(filter(_code, lines), "")
        reason = reason or next(filter(None, reasons), "")
        said = one_line(reason)[:MAX_DIAGNOSTIC]
        yield Returned(address, "delayed" if delayed else "failed", _code(reason), said)


def _place(line: str) -> tuple[str, str] | None:
    """Return the address that a line is about and what the line says behind it."""
    own = _OWN_LINE.match(line)
    if own and (_BEHIND_ADDRESS.match(own["rest"]) or _code(own["rest"])):
        return own[1], _bare(own["rest"])
    reply = _REPLY.match(line)
    if reply:
        return reply[2], reply["rest"]
    match = _COMMAND.search(line) or _NAMED_LINE.match(line)
    if match:
        return match[1], _bare(match["rest"])
    sentence = _SENTENCE.search(line)
    return (sentence[1] or sentence[3], _bare(sentence["rest"] or sentence["more"] or "")) if sentence else None


def _bare(rest: str) -> str:
    return rest.lstrip(" :,;.)->")


def _reason(lines: list[str], index: int, rest: str, whose: dict[int, str]) -> str:
    """Return what stands behind an address and on the lines below it, up to an empty one or another address."""
    pieces = [rest.strip()]
    for line_index in range(index + 1, min(index + 1 + _REASON_LINES, len(lines))):
        line = lines[line_index].strip()
        if not line or whose.get(line_index, whose[index]) != whose[index]:
            break
        pieces.append(line)
    return " ".join(filter(None, pieces))


def _code(reason: str) -> str:
    """Return the status in a server's answer; of an old one that has only three digits the first is all it tells."""
    code, reply = STATUS.search(reason), _REPLY_CODE.search(reason)
    return code[0] if code else f"{reply[1]}.0.0" if reply else ""
