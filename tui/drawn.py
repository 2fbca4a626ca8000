"""What the terminal shows already, so that nothing is sent to it twice.

Textual draws a screen several times while it opens: empty, laid out, after each widget has its size. Over a slow
line that is seen and paid for.
"""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console
from rich.control import Control
from textual._compositor import ChopsUpdate, CompositorUpdate, LayoutUpdate
from textual.strip import Strip

_Piece = tuple[int, str, Strip]  # the column after it, what was written, and from what


class Drawn:
    """The pieces of each line as they were last written; a piece that is the same again is left out."""

    def __init__(self) -> None:
        self._lines: dict[int, dict[int, _Piece]] = {}

    def forget(self) -> None:
        """Take nothing for granted any more: the terminal was resized, cleared or written to by others."""
        self._lines.clear()

    def lean(self, update: CompositorUpdate, console: Console) -> CompositorUpdate | None:
        """Return an update without what the terminal shows already; None when nothing is left."""
        if isinstance(update, LayoutUpdate):
            pieces = _all_pieces(update)
        elif isinstance(update, ChopsUpdate):
            pieces = _some_pieces(update)
        else:
            self.forget()
            return update
        written = []
        for y, x, strip in pieces:
            text = strip.render(console)
            known = self._replace(y, x, (x + strip.cell_length, text, strip))
            if known is None:
                written.append(Control.move_to(x, y).segment.text + text)
            elif known[1] != text:
                first, rest = _changed_part(known[2], strip)
                written.append(Control.move_to(x + first, y).segment.text + rest.render(console))
        return _Written("".join(written)) if written else None

    def _replace(self, y: int, x: int, piece: _Piece) -> _Piece | None:
        """Note what a piece of a line shows now; returns what exactly this piece showed before, if it is known."""
        line = self._lines.setdefault(y, {})
        known = line.get(x)
        if known is None or known[0] != piece[0]:
            known = None
            for start in [start for start, (stop, *_) in line.items() if start < piece[0] and stop > x]:
                del line[start]
        line[x] = piece
        return known


class _Written(CompositorUpdate):
    """An update that has been turned into what the terminal gets."""

    def __init__(self, text: str) -> None:
        self._text = text

    def render_segments(self, console: Console) -> str:
        """Return the text."""
        return self._text


def _changed_part(old: Strip, new: Strip) -> tuple[int, Strip]:
    """Return the first cell that differs and the strip from there to the last, for text in one style.

    A position that counts on changes by a digit or two; anything else is drawn whole.
    """
    before, after = list(old), list(new)
    if len(before) != 1 or len(after) != 1 or before[0].style != after[0].style:
        return 0, new
    was, now = before[0].text, after[0].text
    if len(was) != len(now) or not (was.isascii() and now.isascii()):
        return 0, new
    differing = [place for place, (a, b) in enumerate(zip(was, now, strict=True)) if a != b]
    if not differing:
        return 0, new
    return differing[0], new.crop(differing[0], differing[-1] + 1)


def _all_pieces(update: LayoutUpdate) -> Iterator[tuple[int, int, Strip]]:
    """The pieces of a whole screen: line, column, content."""
    for y, line in enumerate(update.strips, update.region.y):
        x = update.region.x
        for strip in line:
            if strip is not None:
                yield y, x, strip
                x += strip.cell_length


def _some_pieces(update: ChopsUpdate) -> Iterator[tuple[int, int, Strip]]:
    """The pieces of the lines that changed, cut where the change ends."""
    for y, x1, x2 in update.spans:
        for end, (x, strip) in zip(update.chop_ends[y], update.chops[y].items(), strict=False):
            if strip is None or x > x2 or end <= x1:
                continue
            yield y, x, strip if end <= x2 and x >= x1 else strip.crop(0, min(end, x2) - x)
