"""Writing mails that leave the desk: header fields that nothing can be smuggled into, text, and attachments.

A mail is a head, in ASCII with CRLF line ends, and its content's bytes, which a distributed mail shares with its
original. The library's own policies are no help here: they encode long References, which no mail program understands.
"""

from __future__ import annotations

import binascii
import os
import re
import time
from collections.abc import Iterable, Iterator, Sequence

from services import clock
from services.named import NamedTuple
from services.numbers import id_of
from services.patterns import late
from services.text import clean, filename, header

Address = tuple[str, str]
"""A name, which may be empty, and an address."""
Field = tuple[str, str]
"""A header field's name and its value, encoded and folded."""

AUTOMATIC_ANSWER = (("Auto-Submitted", "auto-replied"), ("X-Auto-Response-Suppress", "All"))
"""What marks an answer that no person wrote, so that no other program answers it."""
AUTOMATIC_NOTICE = (("Auto-Submitted", "auto-generated"), ("X-Auto-Response-Suppress", "All"))

MAX_REFERENCES = 21
_MAX_SUBJECT = 900
_MAX_NAME = 200
_LINE = 76
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_LONGEST_LINE = 900
_BASE64_BYTES = 57 * 20_000
_TOKEN = late("[\\[\uff3b\u3010]\\s{0,3}([0-9]{4}[-\u2010-\u2013][0-9]{4})\\s{0,3}[\\]\uff3d\u3011]")
# Re:, AW:, RE[2]:, 回复： and their like, several in a row.
_PREFIXES = late(r"(?:[^\W\d_]{1,5}(?:\s?\[\d{1,3}\]|\(\d{1,3}\))?\s?[:：]\s*)*")
_PLAIN_NAME = late(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]+")
_ID = late(r"<[!-;=?-~]{1,900}>")
_TYPE = late(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,60}/[a-z0-9][a-z0-9!#$&^_.+-]{0,60}")
_ADDRESS = late(r"[^\s<>(),;:\\\"\[\]@]{1,64}@[^\s<>(),;:\\\"\[\]@]{1,255}")


class Attachment(NamedTuple):
    """A file that goes with a mail."""

    name: str
    content_type: str
    data: bytes


class Composed(NamedTuple):
    """A mail that is written: its head up to and with the empty line, and its content."""

    head: str
    content: bytes


class Letter(NamedTuple):
    """What a new mail says; `at` is microseconds UTC, `extra` are fields with plain ASCII values.

    `reply_to` is left out where it is empty, and Bcc recipients are nobody's business here.
    """

    sender: Address
    subject: str
    text: str
    message_id: str
    at: int
    to: Sequence[Address] = ()
    cc: Sequence[Address] = ()
    reply_to: str = ""
    in_reply_to: str = ""
    references: Sequence[str] = ()
    attachments: Sequence[Attachment] = ()
    extra: Sequence[Field] = ()


def compose(letter: Letter) -> Composed:
    """Return a letter as a mail."""
    content_fields, content = _content(letter.text, letter.attachments)
    fields = [
        *address_fields(letter.sender, letter.to, letter.cc, letter.reply_to),
        ("Subject", subject(letter.subject)),
        ("Date", date(letter.at)),
        *thread_fields(letter.message_id, letter.in_reply_to, letter.references),
        *letter.extra,
        ("MIME-Version", "1.0"),
        *content_fields,
    ]
    return Composed(head(fields), content)


def head(fields: Iterable[Field]) -> str:
    """Return a head: every field on a line of its own, then the empty line; fields without a value are left out."""
    return "".join(f"{name}: {value}\r\n" for name, value in fields if value) + "\r\n"


def address_fields(
    sender: Address, to: Sequence[Address], cc: Sequence[Address], reply_to: str = ""
) -> Iterator[Field]:
    """Yield who a mail is from and openly to."""
    yield "From", addresses([sender])
    yield "Reply-To", addresses([("", reply_to)]) if reply_to else ""
    # A mail to nobody openly needs a field all the same: some servers add one with everybody in it.
    yield "To", addresses(to) or ("" if addresses(cc) else "undisclosed-recipients:;")
    yield "Cc", addresses(cc)


def thread_fields(message_id: str, in_reply_to: str, references: Sequence[str]) -> Iterator[Field]:
    """Yield what ties a mail to others, one id a line; of many references the first and the newest are kept."""
    yield "Message-ID", message_id
    yield "In-Reply-To", "\r\n ".join(_ID.findall(in_reply_to)[:1])
    known = [one for one in dict.fromkeys(references) if _ID.fullmatch(one)]
    if len(known) > MAX_REFERENCES:
        known = known[:1] + known[1 - MAX_REFERENCES :]
    yield "References", "\r\n ".join(known)


def subject(text: str) -> str:
    """Return a subject as it stands in a header."""
    return _unstructured("Subject", header(text, _MAX_SUBJECT))


def date(at: int) -> str:
    """Return a moment in microseconds UTC as a Date field has it."""
    moment = time.gmtime(at // clock.SECOND)
    day, month = _DAYS[moment.tm_wday], _MONTHS[moment.tm_mon - 1]
    return f"{day}, {moment.tm_mday:02} {month} {moment.tm_year:04} {time.strftime('%H:%M:%S', moment)} +0000"


def addresses(people: Sequence[Address]) -> str:
    """Return people as an address field has them, one a line.

    Addresses that ASCII cannot hold are left out: they get the mail, but only few servers would pass on the field.
    """
    shown = [_shown(name, at) for name, address in people if (at := ascii_address(address))]
    return ",\r\n ".join(shown)


def ascii_address(address: str) -> str:
    """Return an address with its domain in ASCII; empty when it is none or its local part is not ASCII."""
    address = address.strip()
    if not _ADDRESS.fullmatch(address):
        return ""
    local, _, domain = address.rpartition("@")
    if not local.isascii():
        return ""
    if domain.isascii() and all(0 < len(label) < 64 for label in domain.split(".")):
        return address
    try:
        return f"{local}@{domain.encode('idna').decode('ascii')}"
    except UnicodeError:
        return ""


def subject_with_number(text: str, number: str) -> str:
    """Return a subject in which a ticket's number stands once, behind any “Re:”, and that of no other ticket.

    A number that stands there alone already stays where people are used to see it, one without brackets gets them.
    """
    text = _bracketed(header(text, _MAX_SUBJECT), number)
    found = [match[0] for match in _TOKEN.finditer(text) if id_of(_digits(match[1])) is not None]
    if len(found) == 1 and found[0] == f"[{number}]":
        return text
    bare = " ".join(_TOKEN.sub(lambda match: "" if id_of(_digits(match[1])) is not None else match[0], text).split())
    prefixes = _PREFIXES.match(bare)
    end = prefixes.end() if prefixes else 0
    return header(f"{bare[:end]}[{number}] {bare[end:]}", _MAX_SUBJECT)


def _bracketed(text: str, number: str) -> str:
    """Return a text in which a number stands in brackets only: the first that does not gets them, if no other has."""
    if number not in text:
        return text
    text = _TOKEN.sub(lambda match: f"[{number}]" if _digits(match[1]) == number else match[0], text)
    brackets = iter(() if f"[{number}]" in text else (f"[{number}]",))
    found = re.sub(rf"(?<![\w\[-]){number}(?![\w\]-])", lambda _: next(brackets, ""), text)
    return text if found == text or len(found) > _MAX_SUBJECT else " ".join(found.split())


def _digits(number: str) -> str:
    return f"{number[:4]}-{number[-4:]}"


def _shown(name: str, address: str) -> str:
    name = header(name, _MAX_NAME)
    if not name:
        return address
    if name.isascii() and "=?" not in name:
        quoted = name if _PLAIN_NAME.fullmatch(name) else '"' + re.sub(r'(["\\])', r"\\\1", name) + '"'
        # A line that is too long is folded at its blanks, which a quoted name may be too.
        return _folded(f"{quoted} <{address}>")
    from email.header import Header

    return f"{Header(name, 'utf-8', maxlinelen=_LINE).encode(linesep=_FOLD)} <{address}>"


_FOLD = "\r\n"


def _unstructured(name: str, text: str) -> str:
    if text.isascii() and "=?" not in text:
        return _folded(text, len(name) + 2)
    from email.header import Header

    return Header(text, "utf-8", header_name=name, maxlinelen=_LINE).encode(linesep=_FOLD)


def _folded(text: str, used: int = 0) -> str:
    """Return ASCII on lines of at most 76 characters where it has blanks to fold at."""
    lines: list[str] = []
    line = ""
    for word in text.split(" "):
        if line and used + len(line) + 1 + len(word) > _LINE:
            lines.append(line)
            line, used = word, 1
        else:
            line = f"{line} {word}" if line else word
    return "\r\n ".join([*lines, line])


def _content(text: str, attachments: Sequence[Attachment]) -> tuple[list[Field], bytes]:
    """Return the fields that describe the content, and the content."""
    fields, body = _text_part(text)
    if not attachments:
        return fields, body
    boundary = f"=_{os.urandom(16).hex()}"
    line = f"--{boundary}\r\n".encode("ascii")
    pieces: list[bytes] = [line, head(fields).encode("ascii"), body, b"\r\n"]
    for one in attachments:
        pieces += [line, head(_attachment_fields(one)).encode("ascii"), *_base64(one.data)]
    pieces.append(f"--{boundary}--\r\n".encode("ascii"))
    return [("Content-Type", f'multipart/mixed;\r\n boundary="{boundary}"')], b"".join(pieces)


def _text_part(text: str) -> tuple[list[Field], bytes]:
    body = clean(text).strip("\n").replace("\n", "\r\n").encode("utf-8") + b"\r\n"
    plain = body.isascii()
    fields = [("Content-Type", f"text/plain; charset={'us-ascii' if plain else 'utf-8'}")]
    longest = max(map(len, body.split(b"\r\n")))
    if plain and longest <= _LONGEST_LINE:
        return [*fields, ("Content-Transfer-Encoding", "7bit")], body
    if sum(byte > 127 for byte in body) * 6 > len(body):
        return [*fields, ("Content-Transfer-Encoding", "base64")], b"".join(_base64(body))
    return [*fields, ("Content-Transfer-Encoding", "quoted-printable")], binascii.b2a_qp(body)


def _attachment_fields(one: Attachment) -> list[Field]:
    kind = one.content_type.strip().lower()
    # Mails and multiparts may not be encoded, and unencoded they would not arrive byte for byte.
    if not _TYPE.fullmatch(kind) or kind.startswith(("message/", "multipart/")):
        kind = "application/octet-stream"
    name = filename(one.name)
    ascii_name = re.sub(r'["\\]|[^ -~]', "_", name)
    from urllib.parse import quote

    encoded = quote(name.encode("utf-8"), safe="")
    extended = f"filename*=utf-8''{encoded}" if ascii_name != name else ""
    parts = [f'attachment; filename="{ascii_name}"', extended]
    return [
        ("Content-Type", kind),
        ("Content-Transfer-Encoding", "base64"),
        ("Content-Disposition", ";\r\n ".join(filter(None, parts))),
    ]


def _base64(data: bytes) -> Iterator[bytes]:
    """Yield data in base64, a megabyte at a time; the line ends are those of mail."""
    import base64

    for start in range(0, len(data), _BASE64_BYTES):
        yield base64.encodebytes(data[start : start + _BASE64_BYTES]).replace(b"\n", b"\r\n")
