"""What text from outside has to become before a terminal, a file system or a mail header sees it.

Subjects, names, bodies and file names come from anyone who can send mail. Escape sequences in them would
reach the technician's terminal, bidirectional controls make a text read differently from what it is, and a
flood of combining marks stalls the program that measures it. Everything is kept readable: what must not pass
becomes U+FFFD, so that a reader sees that something was there.
"""

from __future__ import annotations

import re

from services.patterns import late

ROW_LIMIT = 512
"""Characters of a text that a one-line cell looks at: several times the widest terminal, cheap to measure."""

_HEADER_LIMIT = 998
_MOST_MARKS = 4
_TAB = " " * 4
_REPLACEMENT = "\ufffd"

HOSTILE = "\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u206f\ud800-\udfff\ufeff"
"""What never passes, as the inside of a regular expression's class.

C0 except newline, DEL and C1; bidirectional controls and the deprecated ones beside them; line and paragraph
separators; lone surrogates; the byte order mark.
"""

_hostile = re.compile(f"[{HOSTILE}]")

# What terminals disagree about the width of: joiners and other format characters, variation selectors, blank
# fillers, skin tones. Rows lose them, because one wrong guess shifts every column to the right of it.
_UNSETTLED = late(
    "[\u00ad\u034f\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200d"
    "\u2060-\u2065\u3164\ufe00-\ufe0f\uffa0\ufff0-\ufffb\U000110bd\U000110cd\U00013430-\U0001343f"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U0001f3fb-\U0001f3ff\U000e0000-\U000e0fff]"
)


class _CellWidths(dict[str, int]):
    """Widths by character, looked up once each, so that measuring stays in `map` and `sum`."""

    def __missing__(self, character: str) -> int:
        from services.cells import character_width

        width = self[character] = character_width(character)
        return width


_width_of = _CellWidths().__getitem__


def clean(text: str, *, limit: int | None = None) -> str:
    """Text of several lines that is safe to show: only newlines as controls, the rest of them as U+FFFD.

    `limit` is in characters, and cuts before anything else is done.
    """
    if limit is not None:
        text = text[:limit]
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if "\t" in text:
        text = text.replace("\t", _TAB)
        if limit is not None:
            text = text[:limit]
    return _hostile.sub(_REPLACEMENT, text)


def row(text: str, limit: int = ROW_LIMIT) -> str:
    """One line for a list or a table, made only of what terminals agree about the width of.

    `limit` is in characters, and cuts before anything else is done.
    """
    text = text[:limit]
    if text.isascii() and text.isprintable():
        return text
    text = clean(text, limit=limit).replace("\n", " ")
    if text.isascii():
        return text
    text = _UNSETTLED.sub("", text)
    capped = _cap_marks(text)
    if not _has_marks(capped):
        return capped
    from unicodedata import normalize

    # Composed letters need no mark at all. Only capped text: normalizing is quadratic in a run of marks.
    return _cap_marks(normalize("NFC", capped))[:limit]


def plain(text: str) -> str:
    """Text of several lines for standard output: clean, without the floods of marks that stall a terminal."""
    text = clean(text)
    if text.isascii():
        return text
    return "\n".join(map(_cap_marks, text.split("\n")))


def one_line(text: str, *, limit: int | None = None) -> str:
    """Clean text on one line, words a single space apart; `limit` is in characters, and cuts before anything else."""
    return " ".join(clean(text, limit=limit).split())


def header(text: str, limit: int = _HEADER_LIMIT) -> str:
    """One line for a header of an outgoing mail: no CR or LF that would start another header."""
    return one_line(text, limit=limit)


def cell_width(text: str) -> int:
    """The terminal cells that a line takes, as Rich counts them; meant for what `row` returns."""
    if text.isascii():
        return len(text)
    return sum(map(_width_of, text))


def fit(text: str, width: int) -> str:
    """A line padded with spaces, or cut with an ellipsis, to exactly `width` terminal cells."""
    if width <= 0:
        return ""
    if text.isascii():
        return text.ljust(width) if len(text) <= width else text[: width - 1] + "…"
    # A row has at most four marks on a character, so this holds more than `width` cells of any row.
    text = text[: (width + 1) * (_MOST_MARKS + 1)]
    spare = width - cell_width(text)
    if spare >= 0:
        return text + " " * spare
    return _cut(text, width - 1) + "…"


def filename(name: str) -> str:
    """A name to save an attachment under on any system: no path, no option, no device, the extension kept."""
    from services.filenames import safe_name

    return safe_name(name)


def _cut(text: str, width: int) -> str:
    """As many whole characters as fit into `width` cells, then a space for half a wide one."""
    used = 0
    for index, character in enumerate(text):
        cells = _width_of(character)
        if used + cells > width:
            return text[:index] + " " * (width - used)
        used += cells
    return text


def _has_marks(text: str) -> bool:
    return not text.isascii() and 0 in map(_width_of, text)


def _cap_marks(line: str) -> str:
    """The line with at most four marks on each character, and none where no character carries them."""
    if not _has_marks(line):
        return line
    kept: list[str] = []
    marks = _MOST_MARKS
    for character in line:
        if _width_of(character):
            marks = 0
        elif marks >= _MOST_MARKS:
            continue
        else:
            marks += 1
        kept.append(character)
    return "".join(kept)
