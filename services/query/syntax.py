"""The parts of a query as they were typed, each with its place in the text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple, TypeAlias


class Word(NamedTuple):
    """A word or a quoted phrase that stands alone; `last` is whether nothing follows, as while it is being typed."""

    text: str
    quoted: bool
    last: bool
    start: int
    end: int


class Value(NamedTuple):
    """One value after a field's colon; the text is without its quotation marks."""

    text: str
    quoted: bool
    start: int
    end: int


class Field(NamedTuple):
    """`name:one,two`: the name without regard to case, and the values of which any may hold."""

    name: str
    values: tuple[Value, ...]
    start: int
    end: int


class Not(NamedTuple):
    """What must not hold."""

    part: Node


class All(NamedTuple):
    """Parts that must all hold."""

    parts: tuple[Node, ...]


class Any(NamedTuple):
    """Parts of which one must hold."""

    parts: tuple[Node, ...]


Node: TypeAlias = Word | Field | Not | All | Any


def leaves(node: Node) -> Iterator[Word | Field]:
    """Yield the words and fields of a query from left to right."""
    if isinstance(node, (Word, Field)):
        yield node
    elif isinstance(node, Not):
        yield from leaves(node.part)
    else:
        for part in node.parts:
            yield from leaves(part)
