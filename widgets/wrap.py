"""Breaking long lines at words, only as far as somebody reads."""

from __future__ import annotations

from collections.abc import Iterator

from services.text import cell_width, row

_CHUNK = 2000
"""Characters of a line that are measured at once; a mail can be a single line of megabytes."""


def wrapped(line: str, width: int) -> Iterator[str]:
    """The lines of at most `width` cells that a line of text breaks into; one empty line for none."""
    if line.isascii() and line.isprintable():
        yield from _break_ascii(line, width)
        return
    for start in range(0, len(line), _CHUNK):
        # A row has the width that every terminal agrees on.
        chunk = row(line[start : start + _CHUNK], _CHUNK)
        yield from _break_ascii(chunk, width) if chunk.isascii() else _break_wide(chunk, width)


def _break_ascii(line: str, width: int) -> Iterator[str]:
    start = 0
    while len(line) - start > width:
        cut = line.rfind(" ", start, start + width + 1)
        if cut <= start:
            yield line[start : start + width]
            start += width
        else:
            yield line[start:cut]
            start = cut + 1
    yield line[start:]


def _break_wide(line: str, width: int) -> Iterator[str]:
    start = 0
    while start < len(line):
        end = _end_of_room(line, start, width)
        space = line.rfind(" ", start, end + 1) if end < len(line) else -1
        if space > start:
            yield line[start:space]
            start = space + 1
        else:
            yield line[start:end]
            start = end


def _end_of_room(line: str, start: int, width: int) -> int:
    """The place after the last character that still fits, its marks included."""
    end = min(start + width, len(line))
    while end > start + 1:
        excess = cell_width(line[start:end]) - width
        if excess <= 0:
            break
        # No character takes more than two cells, so this never takes away too many.
        end = max(start + 1, end - (excess + 1) // 2)
    while end < len(line) and not cell_width(line[end]):
        end += 1
    return end
