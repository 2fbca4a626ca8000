"""Fewer bytes for the same screen: colours are written when they change, not around every piece of text.

Textual resets and repeats both colours for each run of text, some forty bytes a time in truecolor. A line with three
marks in it and a page of plain lines get a third shorter this way; over a slow line that is felt.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

_TOKEN = re.compile("\x1b\\[([0-9;]*)m")
# What moves the cursor and draws nothing leaves colours alone.
_MOVEMENT = re.compile("(?:\x1b\\[[0-9]+;[0-9]+H|\n)*")

_ON = {"1": "22", "2": "22", "3": "23", "4": "24", "5": "25", "7": "27", "8": "28", "9": "29"}
"""Attributes and what ends them; bold and dim end together."""


class _Pen(NamedTuple):
    """How text is drawn: attributes by their code, and the codes of both colours, empty for the terminal's own."""

    attributes: frozenset[str]
    foreground: str
    background: str


_PLAIN = _Pen(frozenset(), "", "")


def squeezed(data: str) -> str:
    """What draws the same as `data` in fewer bytes; a driver's `write` is the place for it.

    It begins and ends with the terminal's own colours, and `data` has to begin with them too.
    """
    pieces = _TOKEN.split(data)
    if len(pieces) == 1:
        return data
    written: list[str] = [pieces[0]]
    pen = wanted = _PLAIN
    for code, text in zip(pieces[1::2], pieces[2::2], strict=True):
        known = _changed(wanted, code)
        if known is None:
            # Something that this module does not know: better too many bytes than a wrong colour.
            return data
        wanted = known
        if not text:
            continue
        if pen is not wanted and pen != wanted and not _MOVEMENT.fullmatch(text):
            written.append(_switch(pen, wanted))
            pen = wanted
        written.append(text)
    if pen != _PLAIN:
        written.append("\x1b[0m")
    return "".join(written)


@lru_cache(4096)
def _changed(pen: _Pen, code: str) -> _Pen | None:
    """The pen after a sequence; None when that is not understood."""
    attributes, foreground, background = set(pen.attributes), pen.foreground, pen.background
    parts = iter(code.split(";"))
    for part in parts:
        if part in ("", "0"):
            attributes, foreground, background = set(), "", ""
        elif part in _ON:
            attributes.add(part)
        elif part in ("38", "48"):
            kind = next(parts, "")
            color = [part, kind, *(next(parts, "") for _ in range({"2": 3, "5": 1}.get(kind, 0)))]
            if len(color) == 2 or "" in color:
                return None
            if part == "38":
                foreground = ";".join(color)
            else:
                background = ";".join(color)
        elif part.isdigit() and (30 <= int(part) <= 37 or 90 <= int(part) <= 97):
            foreground = part
        elif part.isdigit() and (40 <= int(part) <= 47 or 100 <= int(part) <= 107):
            background = part
        elif part == "39":
            foreground = ""
        elif part == "49":
            background = ""
        else:
            return None
    return _Pen(frozenset(attributes), foreground, background)


@lru_cache(4096)
def _switch(before: _Pen, after: _Pen) -> str:
    """The shortest sequence from one pen to another."""
    whole = ["0", *sorted(after.attributes), after.foreground, after.background]
    ended = {_ON[code] for code in before.attributes - after.attributes}
    again = {code for code in after.attributes if code not in before.attributes or _ON[code] in ended}
    parts = [*sorted(ended), *sorted(again)]
    if before.foreground != after.foreground:
        parts.append(after.foreground or "39")
    if before.background != after.background:
        parts.append(after.background or "49")
    texts = [";".join(part for part in choice if part) for choice in (whole, parts)]
    return f"\x1b[{min(texts, key=len)}m"
