"""History entries as the log shows them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from screens.mail.deliveries import told
from services import history_kinds
from services.outbox_rows import DeliveryRow
from services.quotes import split_quotes
from services.records import DocumentRow, HistoryEntry, MailView
from widgets.dates import ShortDates
from widgets.log_view import LogBlock

_TONES = {
    history_kinds.CREATED: "public",
    history_kinds.NOTE: "note",
    history_kinds.TRANSFER: "note",
    history_kinds.MAIL_IN: "mail-in",
    history_kinds.MAIL_OUT: "mail-out",
}
# Every mail of the ticket has its number in the subject; saying so once, above, is enough.
_TOKEN = re.compile(r"\[\d{4}-\d{4}\]")
NO_MAIL: Mapping[int, Sequence[DeliveryRow]] = MappingProxyType({})
_MOST_FOLDED = 100_000
"""Characters up to which quotes are looked for; beyond, a mail is a log file that somebody pasted."""


class HistoryLook(NamedTuple):
    """Which kinds of entries are shown and in which order; `name` is one of `history_kinds.FILTERS`."""

    name: str = "all"
    newest_first: bool = True

    @property
    def label(self) -> str:
        """What people read for the filter."""
        return next(label for name, label, _ in history_kinds.FILTERS if name == self.name)

    @property
    def kinds(self) -> frozenset[str]:
        """The kinds that are let through; empty for all of them."""
        return (
            next(kinds for name, _, kinds in history_kinds.FILTERS if name == self.name)
            if self.name != "all"
            else (frozenset())
        )

    def next(self) -> HistoryLook:
        """Return the look with the next filter."""
        names = [name for name, _, _ in history_kinds.FILTERS]
        return self._replace(name=names[(names.index(self.name) + 1) % len(names)])


def blocks(
    entries: Iterable[HistoryEntry], dates: ShortDates, left: Mapping[int, Sequence[DeliveryRow]] = NO_MAIL
) -> list[LogBlock]:
    """Return the entries as blocks of a log; `left` says by entry what became of mail that left the desk."""
    dates.begin()
    return [_block(entry, dates, left.get(entry.id, ())) for entry in entries]


def _block(entry: HistoryEntry, dates: ShortDates, left: Sequence[DeliveryRow] = ()) -> LogBlock:
    # Few styles on a line: each costs bytes, and the block's tone tells the kinds apart.
    head = [(dates.short(entry.at).ljust(7), "dim"), (history_kinds.LABELS.get(entry.kind, entry.kind), "")]
    if entry.kind == history_kinds.NOTE:
        head.append((" (public)" if entry.public else " (internal)", ""))
    elif entry.mail is not None and not entry.public:
        head.append((" (internal)", ""))
    files = tuple((file.id, file_label(file)) for file in entry.attachments if not file.inline)
    if files:
        head.append((f" [{len(files)} attached]", "accent"))
    became = told(left, dates) if left else None
    # What became of it stands before a long subject, which would push it off a narrow screen.
    if entry.taken_back is not None:
        head.append((f" (taken back by {entry.taken_back[0]}, {dates.short(entry.taken_back[1])})", "warning"))
    elif became is not None and became.head:
        head.append((f" ({became.head})", became.tone))
    head.append((" ", ""))
    labels = len(head)
    if entry.mail is not None:
        head += _mail_head(entry.mail)
    else:
        head.append((entry.actor, ""))
    tone = "public" if entry.public and entry.kind == history_kinds.NOTE else _TONES.get(entry.kind, "change")
    body, signature = _body(entry, became.lines if became else ())
    return LogBlock(entry.id, tuple(head), body, tone, files, labels=labels, signature=signature)


def _mail_head(mail: MailView) -> list[tuple[str, str]]:
    name, address = mail.sender
    receivers = ", ".join(known or bare for known, bare in mail.to) or "nobody"
    subject = " ".join(_TOKEN.sub("", mail.subject).split())
    return [(f"{name or address} to {receivers}: {subject or '(no subject)'}", "")]


def _body(entry: HistoryEntry, became: Sequence[str]) -> tuple[str, frozenset[int]]:
    """Return the text, and the numbers of its lines that are a signature."""
    lines = [f"{change.label}: {change.before or 'none'} → {change.after or 'none'}" for change in entry.changes]
    if entry.mail is not None:
        lines += [*_more_of_mail(entry.mail), *became]
        before = "".join(f"{line}\n" for line in (*lines, ""))
        text, signature = folded(entry.text)
        return before + text, frozenset(number + before.count("\n") for number in signature)
    return "\n".join([*lines, *([entry.text] if entry.text else []), *became]), frozenset()


def _more_of_mail(mail: MailView) -> list[str]:
    """What the head has no room for: addresses, and what was odd about the mail."""
    lines = []
    several = mail.to if len(mail.to) > 1 else ()
    for title, people in (("From", (mail.sender,)), ("To", several), ("Cc", mail.cc), ("Bcc", mail.bcc)):
        if people:
            lines.append(f"{title}: " + ", ".join(f"{name} <{bare}>" if name else bare for name, bare in people))
    if mail.protection:
        lines.append(mail.protection[:1].upper() + mail.protection[1:])
    return lines + [f"! {warning}" for warning in mail.warnings]


def folded(text: str) -> tuple[str, frozenset[int]]:
    """Return a mail's text with every quoted line marked by ">", and the numbers of the lines that are a signature.

    These are what the log folds.
    """
    if len(text) > _MOST_FOLDED:
        return text, frozenset()
    lines: list[str] = []
    signature: set[int] = set()
    for block in split_quotes(text):
        if block.kind == "quote":
            lines += [line if line.startswith(">") else f"> {line}" for line in block.lines]
            continue
        if block.kind == "signature":
            said = len("\n".join(block.lines).rstrip().split("\n"))
            signature |= set(range(len(lines), len(lines) + said))
        lines += block.lines
    return "\n".join(lines), frozenset(signature)


def file_label(file: DocumentRow) -> str:
    """Return a file's name and size."""
    return f"{file.name}, {size(file.size)}"


def size(count: int) -> str:
    """Return a number of bytes as people read it."""
    if count < 1024:
        return f"{count} B"
    return f"{count / 1024:.0f} kB" if count < 1024 * 1024 else f"{count / 1024 / 1024:.1f} MB"
