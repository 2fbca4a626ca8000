"""The mails of a file or folder, one at a time: .eml files, mailbox files, Maildirs, and folders of all of them."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Literal, NamedTuple, Protocol

from services.errors import DeskError

_PROBE = 8_192
_LINE = 65_536
_MONTHS = rb"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
# What begins a mail in a mailbox file. Requiring the date keeps sentences that begin with "From" apart from it.
_FROM_LINE = re.compile(
    rb"From (?:[^\r\n]{0,500}\s)?[A-Z][a-z]{2},?\s+(?:"
    + _MONTHS
    + rb"\s+\d{1,2}|\d{1,2}\s+"
    + _MONTHS
    + rb")\s[^\r\n]{0,100}"
)
_QUOTED_FROM = re.compile(rb"^>(>*From )", re.MULTILINE)
_FIELD = re.compile(rb"[A-Za-z][!-9;-~]{0,60}[ \t]*:")
_MAIL_FIELD = re.compile(
    rb"^(?:from|to|cc|subject|date|message-id|received|return-path|delivered-to|mime-version|content-type|x-[a-z-]+)"
    rb"[ \t]*:",
    re.IGNORECASE | re.MULTILINE,
)
_NUMBER = re.compile(r"[0-9]+[a-z]?")
_MAIL_SUFFIXES = (".eml", ".mail", ".msg.txt", ".emlx")

_Kind = Literal["mailbox", "mail", "text", "other"]


class _Read(Protocol):
    def __call__(self) -> bytes: ...


class Source(NamedTuple):
    """One mail that can be read: `origin` says where it lies, `size` is in bytes before anything is loaded."""

    origin: str
    size: int
    read: _Read


def iterate(path: str | Path) -> Iterator[Source]:
    """Yield the mails at a path, recognised by what is in them, without loading more than one.

    Raises DeskError for a path that is missing or unreadable or holds no mail; `read` raises it for one file.
    """
    path = Path(path).expanduser()
    if not path.exists():
        raise DeskError(f"There is no file or folder {path}: check the path.")
    if path.is_dir():
        yield from _folder(path)
        return
    if not path.is_file():
        raise DeskError(f"{path} is neither a file nor a folder: name an .eml file, a mailbox file or a Maildir.")
    kind = _kind(path, _start(path))
    if kind == "mailbox":
        yield from _mailbox(path)
    elif kind == "mail":
        yield _file(path)
    else:
        raise DeskError(f"{path} does not look like mail: name an .eml file, a mailbox file or a Maildir.")


def is_maildir(path: Path) -> bool:
    """Tell whether a folder is a Maildir."""
    return (path / "cur").is_dir() and (path / "new").is_dir()


def _folder(path: Path) -> Iterator[Source]:
    """Yield the mails of a folder and those below it; files that are no mail are passed over."""
    try:
        entries = sorted(path.iterdir(), key=lambda entry: _natural(entry.name))
    except OSError as error:
        raise DeskError(f"The folder {path} cannot be read: {_why(error)}.") from error
    maildir = is_maildir(path)
    if maildir:
        for name in ("new", "cur"):
            for entry in sorted((path / name).iterdir(), key=lambda entry: _natural(entry.name)):
                if entry.is_file() and not entry.name.startswith("."):
                    yield _file(entry, "maildir:")
    kinds = {} if maildir else _kinds(entries)
    for entry in entries:
        if entry.is_dir():
            if not entry.is_symlink() and not (maildir and entry.name in ("new", "cur", "tmp")):
                yield from _folder(entry)
        elif kinds.get(entry) == "mailbox":
            yield from _mailbox(entry)
        elif kinds.get(entry) == "mail":
            yield _file(entry)


def _kinds(entries: list[Path]) -> dict[Path, _Kind]:
    """Return what a folder's files are; a text that is numbered like the mails beside it is one of them."""
    kinds: dict[Path, _Kind] = {}
    for entry in entries:
        if entry.is_file():
            try:
                kinds[entry] = _kind(entry, _start(entry))
            except DeskError:
                # Its reading will say what is wrong, and the next mails proceed.
                kinds[entry] = "mail" if entry.name.lower().endswith(_MAIL_SUFFIXES) else "other"
    series = {_NUMBER.sub("#", entry.name) for entry, kind in kinds.items() if kind == "mail"}
    for entry, kind in kinds.items():
        if kind == "text" and "#" in (name := _NUMBER.sub("#", entry.name)) and name in series:
            kinds[entry] = "mail"
    return kinds


def _kind(path: Path, start: bytes) -> _Kind:
    """Tell by the first bytes what a file is; one that is called .eml is believed to be a mail."""
    if _FROM_LINE.match(start):
        return "mailbox"
    if path.name.lower().endswith(_MAIL_SUFFIXES):
        return "mail"
    if not start.strip() or b"\0" in start:
        return "other"
    start = start.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n \t")
    if start.startswith((b"From ", b">From ")):
        start = start.partition(b"\n")[2]
    head = re.split(rb"\r?\n\r?\n|\r\r", start, maxsplit=1)[0]
    return "mail" if _FIELD.match(start) and _MAIL_FIELD.search(head) else "text"


def _file(path: Path, kind: str = "") -> Source:
    try:
        size = path.stat().st_size
    except OSError:
        size = 0
    return Source(f"{kind}{path}", size, partial(_read, path, 0, -1, unquote=False))


def _mailbox(path: Path) -> Iterator[Source]:
    """Yield the mails between the "From " lines of a mailbox file, however large it is."""
    count, begin, position = 0, -1, 0
    after_blank, whole_line = True, True
    try:
        with path.open("rb") as file:
            while line := file.readline(_LINE):
                if whole_line and after_blank and _FROM_LINE.match(line):
                    if begin >= 0:
                        count += 1
                        yield _mailbox_source(path, count, begin, position)
                    begin = position + len(line)
                after_blank = whole_line and line in (b"\n", b"\r\n")
                whole_line = line.endswith(b"\n")
                position += len(line)
    except OSError as error:
        raise DeskError(f"The mailbox {path} cannot be read: {_why(error)}.") from error
    if begin >= 0:
        yield _mailbox_source(path, count + 1, begin, position)


def _mailbox_source(path: Path, number: int, begin: int, end: int) -> Source:
    return Source(f"mbox:{path}#{number}", end - begin, partial(_read, path, begin, end, unquote=True))


def _read(path: Path, begin: int, end: int, *, unquote: bool) -> bytes:
    try:
        with path.open("rb") as file:
            file.seek(begin)
            data = file.read() if end < 0 else file.read(end - begin)
    except OSError as error:
        raise DeskError(f"The mail {path} cannot be read: {_why(error)}.") from error
    if not unquote:
        return data
    # The empty line before the next "From " belongs to the mailbox, as does one ">" of every quoted "From ".
    for ending in (b"\r\n\r\n", b"\n\n"):
        if data.endswith(ending):
            data = data[: -len(ending) // 2]
            break
    return _QUOTED_FROM.sub(rb"\1", data) if b">From " in data else data


def _start(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(_PROBE)
    except OSError as error:
        raise DeskError(f"The file {path} cannot be read: {_why(error)}.") from error


def _why(error: OSError) -> str:
    return os.strerror(error.errno).lower() if error.errno else "the system refused"


def _natural(name: str) -> list[tuple[int, int, str]]:
    """Sort "10.eml" behind "9.eml"."""
    pieces = re.findall(r"[0-9]{1,30}|[^0-9]+|[0-9]+", name)
    return [(0, int(piece), "") if piece[0].isascii() and piece[0].isdigit() else (1, 0, piece) for piece in pieces]
