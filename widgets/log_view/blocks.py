"""Blocks of a log and the lines that they break into, made one by one as somebody scrolls to them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from enum import Enum
from typing import NamedTuple

from services.text import clean, row
from widgets.wrap import wrapped

_LEAST_FOLDED = 3
_INDENT = 2
_NARROWEST = 10


class LogBlock(NamedTuple):
    """An entry of a log: `head` is one line of (text, tone) parts, `body` any text, attachments (id, label).

    The first `labels` parts of the head are the program's own words, in which no search finds anything. `signature`
    has the numbers of those lines of the body that are one; like quotes they fold.
    """

    id: int
    head: tuple[tuple[str, str], ...]
    body: str = ""
    tone: str = ""
    attachments: tuple[tuple[int, str], ...] = ()
    folded: bool = False
    labels: int = 0
    signature: frozenset[int] = frozenset()

    @property
    def title(self) -> str:
        """What of the head people wrote."""
        return "".join(text for text, _ in self.head[self.labels :])


class Kind(Enum):
    """What a line of a block is."""

    HEAD = "head"
    BODY = "body"
    QUOTE = "quote"
    FOLD = "fold"
    ATTACHMENT = "attachment"
    GAP = "gap"


class Line(NamedTuple):
    """A line on the screen; `target` is the attachment that it names."""

    kind: Kind
    text: str = ""
    target: int | None = None


class BlockLines:
    """The lines of one block at one width; as many are made as were asked for."""

    def __init__(self, block: LogBlock, width: int, *, folded: bool, quotes_open: bool) -> None:
        self.block = block
        self.folded = folded
        self._lines: list[Line] = []
        self._rest = _break_block(block, width, folded, quotes_open)

    def line(self, index: int) -> Line | None:
        """A line of the block; None after the last."""
        while len(self._lines) <= index:
            line = next(self._rest, None)
            if line is None:
                return None
            self._lines.append(line)
        return self._lines[index]

    def height(self, most: int | None = None) -> int:
        """How many lines the block has, counted no further than `most`."""
        if most is not None:
            return most if self.line(most - 1) is not None else len(self._lines)
        self._lines.extend(self._rest)
        return len(self._lines)


def _break_block(block: LogBlock, width: int, folded: bool, quotes_open: bool) -> Iterator[Line]:
    yield Line(Kind.HEAD)
    if folded:
        return
    room = max(_NARROWEST, width - _INDENT)
    for target, label in block.attachments:
        yield Line(Kind.ATTACHMENT, f"[{row(label)}]", target)
    if block.body.strip():
        body = clean(block.body)
        first = len(body) - len(body.lstrip("\n"))
        signature = {number - first for number in block.signature}
        yield from _break_body(body.strip("\n").split("\n"), room, quotes_open, signature)
    if block.attachments or block.body.strip():
        yield Line(Kind.GAP)


def _break_body(lines: Sequence[str], room: int, quotes_open: bool, signature: Set[int]) -> Iterator[Line]:
    index = 0
    while index < len(lines):
        end, what = _end_of_quote(lines, index), "quoted lines"
        if index in signature:
            end, what = _end_of_signature(signature, index), "lines of a signature"
        if end - index >= _LEAST_FOLDED:
            if quotes_open:
                for line in lines[index:end]:
                    yield from (Line(Kind.QUOTE, piece) for piece in wrapped(line, room))
            else:
                yield Line(Kind.FOLD, f"… {end - index} {what}")
            index = end
        else:
            yield from (Line(Kind.BODY, piece) for piece in wrapped(lines[index], room))
            index += 1


def _end_of_signature(signature: Set[int], start: int) -> int:
    """The place after the lines of a signature that begin at `start`."""
    end = start
    while end in signature:
        end += 1
    return end


def _end_of_quote(lines: Sequence[str], start: int) -> int:
    """The place after the quoted lines that begin at `start`."""
    end = start
    while end < len(lines) and lines[end].startswith(">"):
        end += 1
    return end
