"""What a bounce says: whom a mail did not reach, why, and which mail it was."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from connector.mail import addresses, headers, identity, transfer
from connector.mail.headers import Headers, decode, one_line
from connector.mail.message import Returned
from connector.mail.structure import Part

MAX_RECIPIENTS = 1_000
_MAX_DIAGNOSTIC = 500
_MAX_REPORT = 2_000_000
_MAX_HEAD = 100_000
_MAX_TEXT = 20_000
_MAX_LINES = 400
_REASON_LINES = 8

STATUS_TYPES = ("message/delivery-status", "message/global-delivery-status")
_RETURNED_TYPES = (
    *("message/rfc822", "message/global", "text/rfc822-headers", "message/rfc822-headers", "message/global-headers"),
    "text/rfc822",
)
_BLANK_LINE = re.compile(rb"(?:\r?\n[ \t]*){2,}")
_STATUS = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.])")
_REPLY_CODE = re.compile(r"(?<![\d.#-])([45])[0-5]\d(?=[ -]|\s|$)")
_ADDRESS = r"[^\s<>\"'(),;:\[\]]{1,200}@[^\s<>\"'(),;:]{1,200}[^\s<>\"'(),;:.]"
# A line that begins with the address, or is nothing but a name and the address.
_OWN_LINE = re.compile(
    rf"\s{{0,20}}(?:[45]\d\d (?:\d\.\d\.\d+ )?|(?:rcpt to|recipient):\s*)?[<\"'(]?({_ADDRESS})[>\"')]?(?P<rest>.*)$",
    re.IGNORECASE,
)
_NAMED_LINE = re.compile(
    rf"\s{{0,20}}[^<>(@]{{1,100}}[<(](?:mailto:)?({_ADDRESS})[>)][.:]?\s*(?P<rest>)$", re.IGNORECASE
)
_SENTENCE = re.compile(
    rf"(?:message to|mail to|deliver(?:y|ed)? to|recipients?:?|address(?:ee)?:?|an|à|a)\s+[<\"']?({_ADDRESS})[>\"']?\s+"
    rf"(?P<rest>(?:couldn|could|can|was|wasn|has|because|konnte|n'a|did|is|failed|:).*)$",
    re.IGNORECASE,
)
_BEHIND_ADDRESS = re.compile(r"(?:\s*$|\s*[:,;(.-]|\s+on\s|\s*\.\.\.|\s*<)")
# Where what the server says ends and the mail that comes back begins.
_COPY = re.compile(
    r"^\s{0,8}(?:[-=_*]{2,}.{0,60}(?:copy of|original message|returned (?:message|mail)|unsent|message follows|"
    r"(?:message|mail) (?:headers?|text)|headers? follow|begin message|undelivered message|"
    r"ursprüngliche nachricht|message original|kopie der|mensaje original).{0,80}"
    r"|original message headers:?|return-path:.*|received: (?:from|by) .*)$",
    re.IGNORECASE | re.MULTILINE,
)
_ID_FIELD = re.compile(r"^[ \t>]{0,8}message-id:\s{0,4}(<[^<>\n]{1,900}>)", re.IGNORECASE | re.MULTILINE)
_THREAD_FIELD = re.compile(
    r"^[ \t>]{0,8}(?:references|in-reply-to):((?:\s{0,8}<[^<>\n]{1,900}>){1,100})", re.IGNORECASE | re.MULTILINE
)
_DELAYED = re.compile(
    r"delay|will (?:be retried|continue|keep|retry)|not yet been delivered|still (?:trying|being)|deferred|transient|"
    r"temporary (?:problem|error|failure)|warning message only|verzögert|retardé|noch nicht zugestellt",
    re.IGNORECASE,
)
_PERMANENT = re.compile(r"permanent|fatal|giving up|gave up|given up|no longer|has been rejected", re.IGNORECASE)


class Report(NamedTuple):
    """The recipients that a mail did not reach, its Message-ID, and the ids that it answered."""

    recipients: tuple[Returned, ...]
    message_id: str
    references: tuple[str, ...]


NONE = Report((), "", ())


def read(raw: bytes, parts: list[Part], text: str) -> Report:
    """Return what a bounce reports, from its machine-readable part or else from the words of its text."""
    recipients: dict[str, Returned] = {}
    for part in parts:
        if part.content_type in STATUS_TYPES and not part.multipart:
            for one in _machine_read(_content(raw, part, _MAX_REPORT)):
                recipients.setdefault(one.address.lower(), one)
    if not recipients and not any(part.content_type in STATUS_TYPES for part in parts):
        for one in _from_words(parts[0].headers, text[:_MAX_TEXT]):
            recipients.setdefault(one.address.lower(), one)
    message_id, references = _returned_ids(raw, parts, text)
    return Report(tuple(recipients.values())[:MAX_RECIPIENTS], message_id, references)


def _content(raw: bytes, part: Part, limit: int) -> bytes:
    return transfer.decode(raw[part.start : min(part.end, part.start + limit)], part.encoding)


def _machine_read(data: bytes) -> Iterator[Returned]:
    """Read the groups of fields of RFC 3464; those for the whole message name no recipient."""
    for group in _BLANK_LINE.split(data)[: MAX_RECIPIENTS + 1]:
        fields, _ = headers.split(group.strip(b"\r\n"), 0)
        address = _typed(fields, "original-recipient") or _typed(fields, "final-recipient")
        if not address:
            continue
        diagnostic = decode(fields.get("diagnostic-code"))
        status = _STATUS.search(decode(fields.get("status")))
        # Exchange and others write 5.0.0 for the whole and the reason into the diagnostic.
        precise = _STATUS.search(diagnostic) if status is None or status[0][1:] == ".0.0" else None
        code = (precise or status or _NOTHING)[0]
        action = decode(fields.get("action")).partition(" ")[0].lower()
        if action not in ("failed", "delayed", "delivered", "relayed", "expanded"):
            action = _action(code, diagnostic)
        if action in ("failed", "delayed"):
            kind, mark, rest = diagnostic.partition(";")
            said = rest.strip() if mark and " " not in kind.strip() else diagnostic
            yield Returned(address, action, code, said[:_MAX_DIAGNOSTIC])


_NOTHING = ("",)


def _typed(fields: Headers, name: str) -> str:
    """Return the address of a field like "rfc822; ada@example.org", or nothing."""
    kind, mark, rest = decode(fields.get(name)).partition(";")
    found, _ = addresses.parse((rest if mark else kind).encode(), 1)
    return found[0].email if found and "@" in found[0].email else ""


def _action(code: str, diagnostic: str) -> str:
    return "delayed" if (code or diagnostic.lstrip())[:1] == "4" else "failed"


def _from_words(found: Headers, text: str) -> Iterator[Returned]:
    """Find recipients in the reports of qmail, Exim, sendmail, Exchange and others of before RFC 3464."""
    copy = _COPY.search(text)
    head = text[: copy.start()] if copy else text
    lines = head.split("\n")[:_MAX_LINES]
    named = [one.email for value in found.all("x-failed-recipients") for one in addresses.parse(value, 100)[0]]
    places: dict[str, list[tuple[int, str]]] = {}
    for index, line in enumerate(lines):
        if (place := _place(line)) is not None:
            places.setdefault(place[0], []).append((index, place[1]))
    starts = {index for some in places.values() for index, _ in some}
    delayed = bool(_DELAYED.search(head)) and not _PERMANENT.search(head)
    wanted = named or list(places)
    for address in wanted:
        reasons = [_reason(lines, index, rest, starts) for index, rest in places.get(address, ())]
        reason = next(filter(_code, reasons), "")
        if not reason and len(wanted) == 1:
            reason = next(filter(_code, lines), "")
        reason = reason or next(filter(None, reasons), "")
        said = one_line(reason)[:_MAX_DIAGNOSTIC]
        yield Returned(address, "delayed" if delayed else "failed", _code(reason), said)


def _place(line: str) -> tuple[str, str] | None:
    """Return the address that a line is about and what the line says behind it."""
    line = line[:600]
    own = _OWN_LINE.match(line)
    if own and not _BEHIND_ADDRESS.match(own["rest"]):
        own = None
    match = own or _NAMED_LINE.match(line) or _SENTENCE.search(line)
    return (match[1], match["rest"].lstrip(" :,;.)->")) if match else None


def _reason(lines: list[str], index: int, rest: str, starts: set[int]) -> str:
    """Return what stands behind an address and on the lines below it, up to an empty one or the next address."""
    pieces = [rest.strip()]
    for line_index in range(index + 1, min(index + 1 + _REASON_LINES, len(lines))):
        line = lines[line_index].strip()
        if not line or line_index in starts:
            break
        pieces.append(line)
    return " ".join(filter(None, pieces))


def _code(reason: str) -> str:
    """Return the status in a server's answer; of an old one that has only three digits the first is all it tells."""
    code, reply = _STATUS.search(reason), _REPLY_CODE.search(reason)
    return code[0] if code else f"{reply[1]}.0.0" if reply else ""


def _returned_ids(raw: bytes, parts: list[Part], text: str) -> tuple[str, tuple[str, ...]]:
    """Return Message-ID and references of the mail that came back, or else of what the report says it answers."""
    for part in parts:
        if part.content_type in _RETURNED_TYPES and not part.multipart and part.parent >= 0:
            fields, _ = headers.split(_content(raw, part, _MAX_HEAD).lstrip(b"\r\n"), 0, patient=True)
            message_id = identity.own_id(fields)
            if message_id:
                return message_id, _thread(fields)
    own = _ID_FIELD.search(text)
    if own:
        thread = _THREAD_FIELD.search(text)
        ids = identity.message_ids([thread[1].encode("utf-8", "replace")]) if thread else ()
        return (identity.message_ids([own[1].encode("utf-8", "replace")]) or ("",))[0], ids
    answered = identity.message_ids(parts[0].headers.all("in-reply-to"))
    known = _thread(parts[0].headers)
    if answered or known:
        return (answered or known)[-1], known
    return "", ()


def _thread(fields: Headers) -> tuple[str, ...]:
    ids = identity.message_ids([*fields.all("references"), *fields.all("in-reply-to")])
    return tuple(dict.fromkeys(ids))
